import type { ClientOrderId, OrderRequest } from '../../../src/domain/order.ts';
import type { VenueTruth } from '../../../src/execution/venue.ts';
import type { ApprovedChange, ApprovedOrder } from '../../../src/risk/approved-order.ts';
import { nanosOf } from '../../support/exchange-rig.ts';
import type { CardTable, OrderTerms, SentOrder, VenueSession } from './harness.ts';

/** Longer than any order, trigger and report are under way together. */
const SETTLE_MS = 200;

function pricesOf({ price, stopPrice, trailAmount }: OrderTerms) {
  return {
    ...(price === undefined ? {} : { price: nanosOf(price) }),
    ...(stopPrice === undefined ? {} : { stopPrice: nanosOf(stopPrice) }),
    ...(trailAmount === undefined ? {} : { trailAmount: nanosOf(trailAmount) }),
  };
}

export function createCardTable(session: VenueSession): CardTable {
  const sent = new Map<ClientOrderId, SentOrder>();
  const send: CardTable['send'] = (id, side, quantity, terms = {}) => {
    const reduceOnly = terms.reduceOnly ?? false;
    const request: OrderRequest = {
      id,
      side,
      type: terms.type ?? 'limit',
      quantity,
      tif: terms.tif ?? 'day',
      role: terms.role ?? (reduceOnly ? 'EXIT' : 'ENTRY'),
      reduceOnly,
      ...pricesOf(terms),
      ...(terms.postOnly === undefined ? {} : { postOnly: terms.postOnly }),
      ...(terms.group === undefined ? {} : { ocoGroup: terms.group }),
    };
    const { price } = request;
    if (!sent.has(id)) sent.set(id, { request, limits: price === undefined ? [] : [price] });
    session.venue.submit(request as ApprovedOrder, session.now);
  };
  return {
    session,
    sent,
    send,
    bracket({ side = 'buy', suffix = '' } = {}) {
      const sign = side === 'buy' ? 1 : -1;
      const exit = side === 'buy' ? 'sell' : 'buy';
      const group = `G${suffix}`;
      send(`E${suffix}`, side, 100, { price: 250 - sign * 0.01, group });
      const common = { group, reduceOnly: true } as const;
      const stop = { ...common, type: 'stop', role: 'STOP', stopPrice: 250 - sign * 0.2 } as const;
      send(`S${suffix}`, exit, 100, stop);
      send(`T${suffix}`, exit, 100, { ...common, role: 'TARGET', price: 250 + sign * 0.5 });
    },
    change(id, terms) {
      const { quantity } = terms;
      const change = { id, ...pricesOf(terms), ...(quantity === undefined ? {} : { quantity }) };
      if (change.price !== undefined) sent.get(id)?.limits.push(change.price);
      session.venue.modify(change as ApprovedChange, session.now);
    },
    cancel: (id) => session.venue.cancel(id, session.now),
    settle: () => session.wait(SETTLE_MS),
    told: (id) => toldOf(session, id),
    filled: (id) =>
      session.reports.reduce(
        (sum, report) =>
          sum +
          (report.type === 'order-filled' && report.orderId === id ? report.fill.quantity : 0),
        0,
      ),
  };
}

function toldOf(session: VenueSession, id: ClientOrderId): string[] {
  const lines: string[] = [];
  for (const report of session.reports) {
    if (!('orderId' in report) || report.orderId !== id) continue;
    if (report.type === 'order-triggered') continue;
    const what = report.type.replace('order-', '');
    lines.push(
      report.type === 'order-filled'
        ? `filled ${report.fill.quantity}@${report.fill.price / 1e9}`
        : what,
    );
  }
  return lines;
}

/** Asks for the truth and waits for it. */
export async function truthOf(table: CardTable): Promise<VenueTruth | undefined> {
  const { session } = table;
  const before = session.reports.length;
  session.venue.requestTruth(session.now);
  await table.settle();
  for (const report of session.reports.slice(before))
    if (report.type === 'truth-told') return report.truth;
  return undefined;
}
