import type { OrderChange, OrderReport, OrderRequest } from '../../../src/domain/order.ts';
import type { Random } from '../../../src/domain/random.ts';
import type { ExecutionVenue } from '../../../src/execution/venue.ts';

/** An order where it really stands: at the venue, with what is still on its way to it. */
export interface VenueOrder {
  readonly request: OrderRequest;
  quantity: number;
  price: number | undefined;
  filled: number;
  readonly onTheWay: OrderChange[];
  isCancelOnTheWay: boolean;
  isDone: boolean;
}

/**
 * A venue that does what it likes, as far as a venue may: orders fill in parts, changes and cancels arrive whenever they do,
 * reports leave in the order in which things happened. It keeps the two promises of the port: an order that only reduces
 * never trades beyond the position, and exits of a group never beyond what its entry has filled.
 */
export class RandomVenue implements ExecutionVenue {
  readonly orders: VenueOrder[] = [];
  readonly reports: OrderReport[] = [];
  position = 0;
  #executions = 0;
  readonly #random: Random;
  readonly #openOfGroup = new Map<string, number>();
  /** How many of `reports` may be taken for now. */
  deliverable = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  requestTruth(): void {}

  takeNotice(): undefined {
    return undefined;
  }

  submit(request: OrderRequest): void {
    this.orders.push({
      request,
      quantity: request.quantity,
      price: request.price,
      filled: 0,
      onTheWay: [],
      isCancelOnTheWay: false,
      isDone: false,
    });
  }

  modify(change: OrderChange): void {
    this.orders.find(({ request }) => request.id === change.id)?.onTheWay.push({ ...change });
  }

  cancel(id: string): void {
    const order = this.orders.find(({ request }) => request.id === id);
    if (order !== undefined) order.isCancelOnTheWay = true;
  }

  takeReport(): OrderReport | undefined {
    if (this.deliverable === 0) return undefined;
    this.deliverable--;
    return this.reports.shift();
  }

  queueAhead(): null {
    return null;
  }

  estimatedAhead(): null {
    return null;
  }

  /** The most that may still fill of an order, whatever is on its way. */
  mostOf({ quantity, filled, onTheWay, isDone }: VenueOrder): number {
    if (isDone) return 0;
    return Math.max(quantity, ...onTheWay.map((change) => change.quantity ?? 0)) - filled;
  }

  /** Something happens at the venue to one of its orders. */
  happen(price: number): void {
    const live = this.orders.filter(({ isDone }) => !isDone);
    const order = live[this.#random.below(Math.max(1, live.length))];
    if (order === undefined) return;
    const dice = this.#random.below(10);
    if (dice < 6) this.#fill(order, price);
    else if (dice < 9) this.#arrive(order);
    else if (order.isCancelOnTheWay || this.#random.below(8) === 0) this.#end(order);
  }

  #fill(order: VenueOrder, price: number): void {
    const { request } = order;
    const sign = request.side === 'buy' ? 1 : -1;
    const group = request.ocoGroup;
    let most = order.quantity - order.filled;
    if (request.reduceOnly) {
      most = Math.min(most, Math.max(0, -this.position * sign));
      if (group !== undefined) most = Math.min(most, this.#openOfGroup.get(group) ?? 0);
    }
    if (most <= 0) return;
    const quantity = this.#random.below(3) === 0 ? most : 1 + this.#random.below(most);
    order.filled += quantity;
    this.position += sign * quantity;
    if (group !== undefined) {
      const open = this.#openOfGroup.get(group) ?? 0;
      this.#openOfGroup.set(group, request.reduceOnly ? open - quantity : open + quantity);
    }
    this.reports.push({
      type: 'order-filled',
      orderId: request.id,
      ts: 0,
      fill: {
        orderId: request.id,
        executionId: `E${++this.#executions}`,
        side: request.side,
        price: order.price ?? price,
        quantity,
        ts: 0,
        sequence: 0,
        liquidity: 'maker',
      },
      commissionMicros: 0,
    });
    if (order.filled >= order.quantity) order.isDone = true;
  }

  /** The oldest change on its way arrives. */
  #arrive(order: VenueOrder): void {
    const change = order.onTheWay.shift();
    if (change === undefined) return;
    if (order.price !== undefined) order.price = change.price ?? order.price;
    order.quantity = Math.max(change.quantity ?? order.quantity, order.filled);
    this.reports.push({
      type: 'order-modified',
      orderId: order.request.id,
      ts: 0,
      quantity: order.quantity,
      ...(order.price === undefined ? {} : { price: order.price }),
    });
    if (order.filled >= order.quantity) this.#end(order);
  }

  #end(order: VenueOrder): void {
    order.isDone = true;
    const { id } = order.request;
    this.reports.push({ type: 'order-canceled', orderId: id, ts: 0, reason: 'so it is' });
  }
}
