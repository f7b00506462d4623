import type { PriceNanos } from '../../domain/price.ts';
import { NO_TICK } from '../../market/book/book-side.ts';
import type { OrderBook } from '../../market/book/order-book.ts';
import type { OwnOrder } from './own-order.ts';
import type { TakenSizes } from './taken-liquidity.ts';

/** What the displayed book offers to an order of ours, less what we took of it before. */
export class DisplayedOffers {
  readonly #book: OrderBook;
  readonly #taken: TakenSizes;

  constructor(book: OrderBook, taken: TakenSizes) {
    this.#book = book;
    this.#taken = taken;
  }

  /** All that the order could take now. */
  available(order: OwnOrder): number {
    let sum = 0;
    this.each(order, (_price, offered) => {
      sum += offered;
      return true;
    });
    return sum;
  }

  /** Shows the levels that the order may trade at, best first, until `visit` returns false. `take` notes what it took there. */
  each(
    order: OwnOrder,
    visit: (price: PriceNanos, offered: number, take: (size: number) => void) => boolean,
  ): void {
    const { bids, asks, tickNanos, orders: table } = this.#book;
    const side = order.sign === 1 ? asks : bids;
    const isCrossed = bids.best !== NO_TICK && asks.best !== NO_TICK && bids.best >= asks.best;
    for (let tick = side.best; tick !== NO_TICK; tick = side.worseThan(tick)) {
      const price = tick * tickNanos;
      if (order.price !== undefined && (price - order.price) * order.sign > 0) return;
      // a crossed book is an auction's: its prices are not for sale, so nothing better than our own limit
      if (isCrossed && price !== order.price) continue;
      let offered = 0;
      const head = side.headAt(tick);
      for (let slot = head; slot >= 0; slot = table.next(slot)) offered += this.#offerOf(slot);
      if (offered === 0) continue;
      const take = (size: number): void => {
        let left = size;
        for (let slot = head; slot >= 0 && left > 0; slot = table.next(slot)) {
          const part = Math.min(left, this.#offerOf(slot));
          if (part > 0) this.#taken.add(slot, part, this.#book);
          left -= part;
        }
      };
      if (!visit(price, offered, take)) return;
    }
  }

  #offerOf(slot: number): number {
    const table = this.#book.orders;
    return Math.max(0, table.size(slot) - this.#taken.of(slot, this.#book));
  }
}
