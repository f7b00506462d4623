import type { OrderBook } from '../../market/book/order-book.ts';
import type { OwnOrder } from './own-order.ts';

/** Our limit orders that rest in the book, by side: best price first, then arrival, the order in which size fills them. */
export class RestingOrders {
  bids: readonly OwnOrder[] = [];
  asks: readonly OwnOrder[] = [];
  readonly #book: OrderBook;

  constructor(book: OrderBook) {
    this.#book = book;
  }

  get isEmpty(): boolean {
    return this.bids.length === 0 && this.asks.length === 0;
  }

  /** The tick of our best bid: asks displayed there or below may fill us. */
  get askFrom(): number | undefined {
    const price = this.bids[0]?.price;
    return price === undefined ? undefined : Math.floor(price / this.#book.tickNanos);
  }

  /** The tick of our best ask: bids displayed there or above may fill us. */
  get bidFrom(): number | undefined {
    const price = this.asks[0]?.price;
    return price === undefined ? undefined : Math.ceil(price / this.#book.tickNanos);
  }

  /** An order joins the back of its queue. */
  join(order: OwnOrder): void {
    order.state = 'resting';
    order.arrival = this.#book.arrivals;
    const queue = [...(order.sign === 1 ? this.bids : this.asks), order];
    queue.sort((a, b) => ((b.price ?? 0) - (a.price ?? 0)) * a.sign || a.arrival - b.arrival);
    if (order.sign === 1) this.bids = queue;
    else this.asks = queue;
  }

  remove(order: OwnOrder): void {
    if (order.sign === 1) this.bids = this.bids.filter((other) => other !== order);
    else this.asks = this.asks.filter((other) => other !== order);
  }

  /** Displayed size of the book's orders that are before ours in its queue. */
  ahead(order: OwnOrder): number {
    const side = order.sign === 1 ? this.#book.bids : this.#book.asks;
    const table = this.#book.orders;
    let ahead = 0;
    for (
      let slot = side.headAt((order.price ?? 0) / this.#book.tickNanos);
      slot >= 0;
      slot = table.next(slot)
    ) {
      if (table.arrival(slot) >= order.arrival) break;
      ahead += table.size(slot);
    }
    return ahead;
  }

  restore(bids: readonly OwnOrder[], asks: readonly OwnOrder[]): void {
    this.bids = bids;
    this.asks = asks;
  }
}
