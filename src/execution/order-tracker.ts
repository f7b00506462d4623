import type {
  ClientOrderId,
  Fill,
  OrderChange,
  OrderReport,
  OrderRequest,
  OrderStatus,
} from '../domain/order.ts';
import type { PriceNanos } from '../domain/price.ts';
import type { SessionTime } from '../domain/time.ts';

/** One of our orders, as far as the venue's reports have told us. */
export interface TrackedOrder {
  readonly request: OrderRequest;
  readonly submittedAt: SessionTime;
  /** Touch on the side it would take, when it was sent; what slippage is measured against. */
  readonly touchAtSubmit: PriceNanos | null;
  readonly fills: Fill[];
  status: OrderStatus;
  price: PriceNanos | undefined;
  stopPrice: PriceNanos | undefined;
  quantity: number;
  /** Changes that the venue has not answered yet, oldest first. */
  readonly asked: OrderChange[];
  filled: number;
  /** The largest total that the venue's status has told as filled; executions may not explain it yet. */
  toldFilled: number;
  reason: string | undefined;
  isCancelRequested: boolean;
}

/** A copy of a tracker, as `restore` takes it. */
export interface OrderTrackerState {
  readonly orders: readonly Readonly<TrackedOrder>[];
  /** Ids of those that work, and of those that their fills completed. */
  readonly working: readonly ClientOrderId[];
  readonly completed: readonly ClientOrderId[];
  readonly netFilled: number;
}

const DONE: ReadonlySet<OrderStatus> = new Set([
  'filled',
  'canceled',
  'expired',
  'rejected',
  'denied',
]);

/** The largest total that the venue may hold the order to, whichever of the changes on their way has arrived. */
export function largestQuantityOf(order: TrackedOrder): number {
  let largest = order.quantity;
  for (const { quantity } of order.asked)
    if (quantity !== undefined && quantity > largest) largest = quantity;
  return largest;
}

/** The highest price that a unit of the order may be worth: its limit, its trigger, or the touch that it was to take. */
export function dearestPriceOf(order: TrackedOrder): PriceNanos {
  const isLimited = order.price !== undefined;
  let dearest = order.price ?? order.stopPrice ?? order.touchAtSubmit ?? 0;
  for (const change of order.asked) {
    const price = isLimited
      ? change.price
      : order.stopPrice === undefined
        ? undefined
        : change.stopPrice;
    if (price !== undefined && price > dearest) dearest = price;
  }
  return dearest;
}

export function isDone(order: TrackedOrder): boolean {
  return DONE.has(order.status);
}

/** Every order of the run, in the order placed, brought forward by reports. */
export class OrderTracker {
  readonly #orders = new Map<ClientOrderId, TrackedOrder>();
  readonly #working = new Map<ClientOrderId, TrackedOrder>();
  /** Orders that their fills have completed: nothing that comes later takes that back. */
  readonly #completed = new Set<ClientOrderId>();
  /** Executions counted, by the venue's names. */
  readonly #executions = new Set<string>();

  /** Bought less sold over all reports of fills, counted here and apart from the portfolio, so that the two can be compared. */
  netFilled = 0;

  get all(): Iterable<TrackedOrder> {
    return this.#orders.values();
  }

  get working(): Iterable<TrackedOrder> {
    return this.#working.values();
  }

  get hasWorking(): boolean {
    return this.#working.size > 0;
  }

  hasExecution(executionId: string): boolean {
    return this.#executions.has(executionId);
  }

  find(id: ClientOrderId | undefined): TrackedOrder | undefined {
    return id === undefined ? undefined : this.#orders.get(id);
  }

  /** Takes an order in, as submitted or as denied by us. An id is never used twice. */
  add(
    request: OrderRequest,
    status: 'submitted' | 'denied',
    now: SessionTime,
    touch: PriceNanos | null,
    reason?: string,
  ): TrackedOrder {
    const order: TrackedOrder = {
      request,
      submittedAt: now,
      touchAtSubmit: touch,
      fills: [],
      status,
      price: request.price,
      stopPrice: request.stopPrice,
      quantity: request.quantity,
      asked: [],
      filled: 0,
      toldFilled: 0,
      reason,
      isCancelRequested: false,
    };
    this.#orders.set(request.id, order);
    if (status === 'submitted') this.#working.set(request.id, order);
    return order;
  }

  /** The connection is lost: what the venue has not acknowledged may have arrived, or not. */
  loseSight(): void {
    for (const order of this.#working.values())
      if (order.status === 'submitted') order.status = 'unknown';
  }

  /**
   * Applies a report. Returns the order, or `undefined` where it is none of ours. A fill after the end still counts; an
   * execution that was counted before does not.
   */
  apply(report: OrderReport): TrackedOrder | undefined {
    const order = this.#orders.get(report.orderId);
    if (order === undefined) return undefined;
    switch (report.type) {
      case 'order-accepted':
        if (order.status === 'submitted' || order.status === 'unknown') order.status = 'working';
        break;
      case 'order-filled':
        if (this.#executions.has(report.fill.executionId)) break;
        this.#executions.add(report.fill.executionId);
        order.fills.push(report.fill);
        order.filled += report.fill.quantity;
        this.netFilled += report.fill.side === 'buy' ? report.fill.quantity : -report.fill.quantity;
        if (order.filled >= order.quantity) {
          order.status = 'filled';
          this.#completed.add(report.orderId);
        }
        break;
      case 'order-modified':
        // the oldest change that the report can be the answer to, and those before it
        order.asked.splice(0, order.asked.findIndex((asked) => isAnswer(report, asked, order)) + 1);
        order.price = report.price ?? order.price;
        order.stopPrice = report.stopPrice ?? order.stopPrice;
        order.quantity = report.quantity;
        if (order.filled >= order.quantity && order.filled > 0) order.status = 'filled';
        else if (order.status === 'filled') this.#reopen(order);
        break;
      case 'order-change-rejected': {
        const refused = order.asked.findIndex(({ quantity }) => quantity === report.quantity);
        if (refused >= 0) order.asked.splice(refused, 1);
        break;
      }
      case 'order-total-told':
        order.toldFilled = Math.max(order.toldFilled, report.filled);
        break;
      case 'order-canceled':
        // a cancel that crossed the last fill on its way says nothing new
        if (this.#completed.has(report.orderId)) break;
        order.status = 'canceled';
        order.reason = report.reason;
        break;
      case 'order-rejected':
        if (this.#completed.has(report.orderId)) break;
        order.status = 'rejected';
        order.reason = report.reason;
        break;
      case 'order-expired':
        if (this.#completed.has(report.orderId)) break;
        order.status = 'expired';
        break;
      case 'execution-corrected': {
        const at = order.fills.findIndex(({ executionId }) => executionId === report.executionId);
        const fill = order.fills[at];
        if (fill !== undefined && fill.price !== report.price)
          order.fills[at] = { ...fill, price: report.price };
        break;
      }
      case 'order-triggered':
        break;
    }
    if (isDone(order)) this.#working.delete(report.orderId);
    return order;
  }

  /** A copy of all of it. Requests and fills, which never change, are shared. */
  capture(): OrderTrackerState {
    return {
      orders: [...this.#orders.values()].map(copyOf),
      working: [...this.#working.keys()],
      completed: [...this.#completed],
      netFilled: this.netFilled,
    };
  }

  /** Becomes what `capture` copied. */
  restore({ orders, working, completed, netFilled }: OrderTrackerState): void {
    this.#orders.clear();
    this.#working.clear();
    this.#completed.clear();
    this.#executions.clear();
    for (const order of orders)
      for (const { executionId } of order.fills) this.#executions.add(executionId);
    for (const order of orders) this.#orders.set(order.request.id, copyOf(order));
    for (const id of working) {
      const order = this.#orders.get(id);
      if (order !== undefined) this.#working.set(id, order);
    }
    for (const id of completed) this.#completed.add(id);
    this.netFilled = netFilled;
  }

  /** The venue had made the order larger before it filled what we thought was all. */
  #reopen(order: TrackedOrder): void {
    order.status = 'working';
    this.#completed.delete(order.request.id);
    this.#working.set(order.request.id, order);
  }
}

function copyOf(order: Readonly<TrackedOrder>): TrackedOrder {
  return {
    ...order,
    fills: order.fills.slice(),
    asked: order.asked.slice(),
  };
}

function isAnswer(
  report: Extract<OrderReport, { type: 'order-modified' }>,
  asked: OrderChange,
  { filled }: TrackedOrder,
): boolean {
  const { quantity, price, stopPrice } = asked;
  return (
    (quantity === undefined || report.quantity === Math.max(quantity, filled)) &&
    (price === undefined || report.price === undefined || report.price === price) &&
    (stopPrice === undefined || report.stopPrice === undefined || report.stopPrice === stopPrice)
  );
}
