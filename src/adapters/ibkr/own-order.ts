import type { ClientOrderId, OrderChange } from '../../domain/order.ts';
import type { PriceNanos } from '../../domain/price.ts';
import type { Side } from '../../domain/side.ts';
import type { VenueOrder } from '../../execution/venue.ts';
import type { BrokerOrderTerms, OpenOrderTold } from './gateway-line.ts';
import type { PaceClass } from './message-pacer.ts';
import { pricesOf, withChange } from './order-terms.ts';
import type { ExecutionRecord } from './outbox.ts';

/** How an order ends that its fills do not. */
export interface OrderEnd {
  readonly status: 'canceled' | 'rejected';
  readonly reason: string;
}

/** One of our orders, as the broker has told of it so far. */
export interface OwnOrder {
  readonly id: ClientOrderId;
  /** The broker's number of it for our client. */
  readonly brokerId: number;
  readonly side: Side;
  /** The bracket that it belongs to, and whether it closes it. */
  group: string | undefined;
  readonly isExit: boolean;
  /** The connection over which it was sent, counted from 1; 0 of an order that an earlier process sent. */
  readonly connection: number;
  /** How urgent it was; what follows it must not overtake it. */
  readonly paceClass: PaceClass;
  /** As it was first sent. */
  terms: BrokerOrderTerms;
  /** `waiting`: it stands in our queue. `absent`: it is known never to have arrived. */
  status: 'waiting' | 'sent' | 'absent' | VenueOrder['status'];
  quantity: number;
  price: PriceNanos | undefined;
  stopPrice: PriceNanos | undefined;
  /** Sum of its executions. */
  filled: number;
  /** What the broker's status says of that. */
  saidFilled: number;
  /** Changes that are not answered, oldest first. */
  readonly changes: OrderChange[];
  /** When it was written to the socket, ms of the process's clock. */
  sentAtMs: number;
  isCancelRequested: boolean;
  /** When its cancel was written last, ms; how often the broker has refused it. */
  cancelSentAtMs: number;
  cancelsRefused: number;
  /** The broker says that it waits for its parent. */
  isHeldAsChild: boolean;
  /** The broker has reduced it, and the desk is told so with the execution that explains it. */
  isReducedUntold: boolean;
  reason: string | undefined;
  /** It has ended, and executions that it had before are still missing. */
  end: OrderEnd | undefined;
}

/** What has happened to an order of which nothing was told or asked yet. */
export function untouched() {
  return {
    changes: [],
    sentAtMs: 0,
    isCancelRequested: false,
    cancelSentAtMs: 0,
    cancelsRefused: 0,
    isHeldAsChild: false,
    isReducedUntold: false,
    reason: undefined,
    end: undefined,
  } satisfies Partial<OwnOrder>;
}

/** An order of this run that an earlier process sent, as the broker tells it. Its fills are counted by whoever adopts it. */
export function adoptedOrder(told: OpenOrderTold): OwnOrder {
  const { price, stopPrice } = pricesOf(told.type, told.limitPrice, told.auxPrice);
  return {
    id: told.orderRef,
    brokerId: told.orderId,
    side: told.side,
    group: told.ocaGroup === '' ? undefined : told.ocaGroup,
    isExit: told.ocaGroup !== '',
    connection: 0,
    paceClass: 'order',
    terms: {
      orderId: told.orderId,
      action: told.side === 'buy' ? 'BUY' : 'SELL',
      type: told.type as OwnOrder['terms']['type'],
      quantity: told.quantity,
      tif: 'DAY',
      orderRef: told.orderRef,
      account: told.account,
      transmit: true,
      ...(told.limitPrice === undefined ? {} : { limitPrice: told.limitPrice }),
      ...(told.auxPrice === undefined ? {} : { auxPrice: told.auxPrice }),
      ...(told.ocaGroup === '' ? {} : { ocaGroup: told.ocaGroup }),
      ...(told.parentId === 0 ? {} : { parentId: told.parentId }),
    },
    status: 'working',
    quantity: told.quantity,
    price,
    stopPrice,
    filled: 0,
    saidFilled: 0,
    ...untouched(),
  };
}

/** What its executions made of an order that was done before this process began. */
export function doneOrder(
  brokerId: number,
  records: readonly ExecutionRecord[],
): OwnOrder | undefined {
  const [first] = records;
  if (first === undefined) return undefined;
  const { orderId, side, price } = first.fill;
  const filled = records.reduce((sum, { fill }) => sum + fill.quantity, 0);
  return {
    id: orderId,
    brokerId,
    side,
    group: undefined,
    isExit: false,
    connection: 0,
    paceClass: 'order',
    terms: {
      orderId: brokerId,
      action: side === 'buy' ? 'BUY' : 'SELL',
      type: 'LMT',
      quantity: filled,
      tif: 'DAY',
      orderRef: orderId,
      account: '',
      transmit: true,
    },
    status: 'filled',
    quantity: filled,
    price,
    stopPrice: undefined,
    filled,
    saidFilled: filled,
    ...untouched(),
  };
}

export function isOver({ status }: OwnOrder): boolean {
  return status !== 'waiting' && status !== 'sent' && status !== 'working';
}

/** What was asked last and not refused: where the order will stand. */
export function askedQuantityOf(order: OwnOrder): number {
  return (
    order.changes.findLast(({ quantity }) => quantity !== undefined)?.quantity ?? order.quantity
  );
}

/** The whole order as it has to be sent with every change that was asked for. */
export function changedTermsOf({
  terms,
  quantity,
  price,
  stopPrice,
  changes,
}: OwnOrder): BrokerOrderTerms {
  const standing = {
    quantity,
    ...(price === undefined ? {} : { price }),
    ...(stopPrice === undefined || terms.type === 'TRAIL' ? {} : { stopPrice }),
  };
  return changes.reduce<BrokerOrderTerms>(withChange, withChange(terms, standing));
}

/** Whether the terms that the broker tells are those of a change. A total below what was filled is that. */
export function answers(
  told: {
    readonly quantity: number;
    readonly price: PriceNanos | undefined;
    readonly stopPrice: PriceNanos | undefined;
  },
  change: OrderChange,
  filled: number,
): boolean {
  const { quantity, price, stopPrice } = change;
  return (
    (quantity === undefined || told.quantity === Math.max(quantity, filled)) &&
    (price === undefined || told.price === undefined || told.price === price) &&
    (stopPrice === undefined || told.stopPrice === undefined || told.stopPrice === stopPrice)
  );
}

export function toVenueOrder(order: OwnOrder): VenueOrder {
  const { id, side, quantity, filled, price, stopPrice, reason } = order;
  const status =
    order.status === 'waiting' || order.status === 'sent' || order.status === 'absent'
      ? 'working'
      : order.status;
  return {
    orderId: id,
    side,
    status,
    quantity,
    filled,
    ...(price === undefined ? {} : { price }),
    ...(stopPrice === undefined ? {} : { stopPrice }),
    ...(reason === undefined ? {} : { reason }),
  };
}
