import { toDollars } from '../domain/money.ts';
import type { OrderRequest } from '../domain/order.ts';
import { formatPrice, type PriceNanos } from '../domain/price.ts';
import { type DayNumber, formatTimestamp } from '../domain/time.ts';
import type { JournalEntry } from './entry.ts';

/** A line of logs/trades-YYYYMMDD.jsonl: what became of an order, or a fill. Prices are decimals, times ISO 8601. */
export type TradeLogLine =
  | {
      readonly run: string;
      readonly kind: 'order';
      readonly ts: string;
      readonly id: string;
      readonly what:
        | 'submitted'
        | 'change-requested'
        | 'change-rejected'
        | 'total-told'
        | 'execution-corrected'
        | 'cancel-requested'
        | 'denied'
        | 'accepted'
        | 'modified'
        | 'triggered'
        | 'canceled'
        | 'expired'
        | 'rejected';
      readonly side?: OrderRequest['side'];
      readonly type?: OrderRequest['type'];
      readonly role?: OrderRequest['role'];
      readonly price?: string;
      readonly stopPrice?: string;
      readonly quantity?: number;
      readonly reason?: string;
      /** Of a corrected execution: dollars. */
      readonly commission?: number;
    }
  | {
      readonly run: string;
      readonly kind: 'fill';
      readonly ts: string;
      readonly id: string;
      readonly side: OrderRequest['side'];
      readonly price: string;
      readonly quantity: number;
      readonly sequence: number;
      readonly liquidity: 'maker' | 'taker';
      /** Dollars. */
      readonly commission: number;
    }
  /** The run went back to this moment and took another way: its lines of later moments do not stand. */
  | { readonly run: string; readonly kind: 'rewound'; readonly ts: string };

/** The line for an entry, or `undefined` when it tells nothing of an order. */
export function tradeLogLineOf(
  entry: JournalEntry,
  run: string,
  day: DayNumber,
): TradeLogLine | undefined {
  const { body } = entry;
  const ts = formatTimestamp(day, entry.ts);
  switch (body.type) {
    case 'order-submitted': {
      const { id, side, type, role, quantity, price, stopPrice } = body.order;
      return {
        run,
        kind: 'order',
        ts,
        id,
        what: 'submitted',
        side,
        type,
        role,
        ...prices(price, stopPrice),
        quantity,
      };
    }
    case 'order-change-requested': {
      const { id, price, stopPrice, quantity } = body.change;
      return {
        run,
        kind: 'order',
        ts,
        id,
        what: 'change-requested',
        ...prices(price, stopPrice),
        ...(quantity === undefined ? {} : { quantity }),
      };
    }
    case 'order-cancel-requested':
      return {
        run,
        kind: 'order',
        ts,
        id: body.orderId,
        what: 'cancel-requested',
        reason: body.reason,
      };
    case 'risk-verdict':
      if (body.approved) return undefined;
      return { run, kind: 'order', ts, id: body.orderId, what: 'denied', reason: body.code ?? '' };
    case 'order-report':
      return reportLine(body.report, run, day);
    case 'rewound':
      return { run, kind: 'rewound', ts };
    case 'run-started':
    case 'command':
    case 'decision':
    case 'commission':
    case 'bracket-changed':
    case 'position-changed':
    case 'flatten-requested':
    case 'venue-standing-changed':
    case 'halted':
    case 'halt-reset':
    case 'invariant-violated':
    case 'run-ended':
      return undefined;
  }
}

function reportLine(
  report: Extract<JournalEntry['body'], { type: 'order-report' }>['report'],
  run: string,
  day: DayNumber,
): TradeLogLine {
  const common = {
    run,
    kind: 'order',
    ts: formatTimestamp(day, report.ts),
    id: report.orderId,
  } as const;
  switch (report.type) {
    case 'order-accepted':
      return { ...common, what: 'accepted' };
    case 'order-rejected':
      return { ...common, what: 'rejected', reason: report.reason };
    case 'order-canceled':
      return { ...common, what: 'canceled', reason: report.reason };
    case 'order-change-rejected':
      return { ...common, what: 'change-rejected', reason: report.reason };
    case 'order-total-told':
      return { ...common, what: 'total-told', quantity: report.filled };
    case 'execution-corrected':
      return {
        ...common,
        what: 'execution-corrected',
        ...prices(report.price, undefined),
        commission: toDollars(report.commissionMicros),
      };
    case 'order-expired':
      return { ...common, what: 'expired' };
    case 'order-triggered':
      return { ...common, what: 'triggered' };
    case 'order-modified':
      return {
        ...common,
        what: 'modified',
        ...prices(report.price, report.stopPrice),
        quantity: report.quantity,
      };
    case 'order-filled': {
      const { side, price, quantity, sequence, liquidity } = report.fill;
      const commission = toDollars(report.commissionMicros);
      return {
        ...common,
        kind: 'fill',
        side,
        price: formatPrice(price, 2),
        quantity,
        sequence,
        liquidity,
        commission,
      };
    }
  }
}

function prices(price: PriceNanos | undefined, stopPrice: PriceNanos | undefined) {
  return {
    ...(price === undefined ? {} : { price: formatPrice(price, 2) }),
    ...(stopPrice === undefined ? {} : { stopPrice: formatPrice(stopPrice, 2) }),
  };
}
