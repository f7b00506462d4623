import { type DeskFact, DeskLedger } from '../execution/desk-ledger.ts';
import type { OrderDeskState } from '../execution/order-desk.ts';
import type { Portfolio } from '../execution/portfolio.ts';
import type { JournalEntry, JournalEntryBody } from '../journal/entry.ts';

/**
 * The state of the desk that wrote these entries, as `OrderDesk.restore` of one with the same options takes it: the very
 * one that it had after the last of them. Entries that tell nothing of orders are passed over. A desk that goes on from
 * here has to `resume`, as what was on its way may have arrived.
 *
 * @param entries A whole journal's, in order, without what a run that went back took back.
 * @param portfolio A new one of the same instrument and day.
 */
export function rebuildDesk(
  entries: Iterable<JournalEntry>,
  portfolio: Portfolio,
  options: { readonly idPrefix: string; readonly multiplier: number },
): OrderDeskState {
  const ledger = new DeskLedger(portfolio, options.idPrefix, options.multiplier);
  for (const { ts, body } of entries) {
    const fact = factOf(body);
    if (fact === undefined) continue;
    ledger.record(fact, ts);
    ledger.updateBracket();
  }
  return { ledger: ledger.capture(), isClosed: false };
}

/** What an entry tells of the desk, or `undefined`. */
function factOf(body: JournalEntryBody): DeskFact | undefined {
  switch (body.type) {
    case 'order-submitted': {
      const { order, touch = null, exitOf } = body;
      return { type: body.type, order, touch, ...(exitOf === undefined ? {} : { exitOf }) };
    }
    case 'risk-verdict': {
      const { order, touch = null, code } = body;
      // a change that was denied has no order, and an id that was used leaves the order that has it as it is
      if (order === undefined || code === undefined || code === 'ID_USED') return undefined;
      return { type: 'order-denied', order, touch, code };
    }
    case 'order-change-requested':
      return { type: 'change-requested', change: body.change };
    case 'order-cancel-requested':
      return { type: 'cancel-requested', orderId: body.orderId };
    case 'flatten-requested':
      return { type: 'flatten-requested', reason: body.reason };
    case 'order-report':
      return { type: 'order-reported', report: body.report };
    case 'venue-standing-changed':
      return { type: body.type, venue: body.venue };
    case 'run-started':
    case 'command':
    case 'decision':
    case 'commission':
    case 'bracket-changed':
    case 'position-changed':
    case 'halted':
    case 'halt-reset':
    case 'invariant-violated':
    case 'run-ended':
    case 'rewound':
      return undefined;
  }
}
