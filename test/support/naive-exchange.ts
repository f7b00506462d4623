import type { BookSideName } from './exchange-rig.ts';

interface FeedOrder {
  readonly id: number;
  side: BookSideName;
  price: number;
  size: number;
}

interface OwnOrder {
  readonly id: string;
  readonly sign: 1 | -1;
  readonly tif: 'day' | 'ioc' | 'fok';
  price: number | undefined;
  stopPrice: number | undefined;
  quantity: number;
  filled: number;
  where: 'traveling' | 'queue' | 'armed' | 'done';
  /** Ids of the feed's orders that are ahead of it. */
  ahead: Set<number>;
}

export interface NaiveOrder {
  readonly id: string;
  readonly sign: 1 | -1;
  readonly tif: 'day' | 'ioc' | 'fok';
  readonly price: number | undefined;
  readonly stopPrice: number | undefined;
  readonly quantity: number;
}

const LATENCY_MS = 20;

/**
 * The specification's exchange played slowly and obviously: the book a list in queue order, what is ahead a set of ids,
 * what was taken a number by id. Shares no code with the real one. Prices are whole ticks, times milliseconds.
 */
export class NaiveExchange {
  /** `id quantity@price ms #sequence liquidity`. */
  readonly fills: string[] = [];
  /** The feed's orders; of two at one price the one that comes first in the list is ahead. */
  #book: FeedOrder[] = [];
  readonly #taken = new Map<number, number>();
  readonly #orders = new Map<string, OwnOrder>();
  /** Ours that rest, oldest arrival first. */
  #queue: OwnOrder[] = [];
  #armed: OwnOrder[] = [];
  readonly #messages: { readonly at: number; readonly run: (at: number) => void }[] = [];
  #sequence = 0;

  get feedOrders(): readonly Readonly<FeedOrder>[] {
    return this.#book;
  }

  place(ms: number, terms: NaiveOrder): void {
    this.#send(ms, (at) => {
      const order: OwnOrder = { ...terms, filled: 0, where: 'traveling', ahead: new Set() };
      this.#orders.set(order.id, order);
      if (order.stopPrice === undefined) {
        this.#arrive(order, at);
      } else {
        order.where = 'armed';
        this.#armed.push(order);
      }
    });
  }

  change(ms: number, id: string, price: number | undefined, quantity: number | undefined): void {
    this.#send(ms, (at) => {
      const order = this.#orders.get(id);
      if (order === undefined || order.where === 'done') return;
      const newPrice = order.price === undefined ? undefined : (price ?? order.price);
      const losesPlace = newPrice !== order.price || (quantity ?? 0) > order.quantity;
      order.price = newPrice;
      order.quantity = quantity ?? order.quantity;
      if (order.filled >= order.quantity) this.#remove(order);
      else if (order.where === 'queue' && losesPlace) {
        this.#queue = this.#queue.filter((other) => other !== order);
        this.#arrive(order, at);
      }
    });
  }

  cancel(ms: number, id: string): void {
    this.#send(ms, () => {
      const order = this.#orders.get(id);
      if (order !== undefined) this.#remove(order);
    });
  }

  /** What arrives before `ms`; never called inside an event group. */
  passUpTo(ms: number): void {
    for (;;) {
      const next = this.#messages[0];
      if (next === undefined || next.at >= ms) return;
      this.#messages.shift();
      next.run(next.at);
    }
  }

  /** An order of the feed is added, or changed; `ms` and sequence of the event. */
  onDisplayed(ms: number, id: number, side: BookSideName, price: number, size: number): void {
    this.#sequence++;
    const known = this.#book.find((order) => order.id === id);
    if (known === undefined) this.#taken.delete(id);
    let left = size - (this.#taken.get(id) ?? 0);
    for (const order of this.#oursOf(side === 'bid' ? -1 : 1)) {
      if (((order.price ?? 0) - price) * order.sign < 0) continue;
      const part = Math.min(left, order.quantity - order.filled);
      if (part <= 0) continue;
      this.#fill(order, part, order.price ?? 0, ms, 'maker');
      this.#taken.set(id, (this.#taken.get(id) ?? 0) + part);
      left -= part;
    }
    if (known !== undefined && known.side === side && known.price === price && size <= known.size) {
      known.size = size;
      return;
    }
    this.#forget(id);
    this.#book = this.#book.filter((order) => order.id !== id);
    this.#book.push({ id, side, price, size });
  }

  onCancel(id: number, size: number): void {
    this.#sequence++;
    const known = this.#book.find((order) => order.id === id);
    if (known === undefined) return;
    known.size -= size;
    if (known.size > 0) return;
    this.#book = this.#book.filter((order) => order !== known);
    this.#taken.delete(id);
    this.#forget(id);
  }

  onPrint(ms: number, price: number): void {
    this.#sequence++;
    for (const order of [...this.#armed]) {
      if ((price - (order.stopPrice ?? 0)) * order.sign < 0) continue;
      this.#armed = this.#armed.filter((other) => other !== order);
      order.where = 'traveling';
      this.#send(ms, (at) => {
        if (order.where === 'traveling') this.#arrive(order, at);
      });
    }
  }

  onFill(ms: number, id: number, side: BookSideName, price: number, size: number): void {
    this.#sequence++;
    let left = size;
    for (const order of this.#oursOf(side === 'bid' ? 1 : -1)) {
      const better = ((order.price ?? 0) - price) * order.sign;
      if (better < 0 || (better === 0 && order.ahead.has(id))) continue;
      const part = Math.min(left, order.quantity - order.filled);
      if (part <= 0) continue;
      this.#fill(order, part, order.price ?? 0, ms, 'maker');
      left -= part;
    }
  }

  #send(ms: number, run: (at: number) => void): void {
    this.#messages.push({ at: ms + LATENCY_MS, run });
    this.#messages.sort((a, b) => a.at - b.at);
  }

  /** Our resting orders of a side, best price first, of one price the oldest first. */
  #oursOf(sign: 1 | -1): OwnOrder[] {
    return this.#queue
      .filter((order) => order.sign === sign)
      .sort((a, b) => ((b.price ?? 0) - (a.price ?? 0)) * sign);
  }

  /** What the feed's orders still offer to an order of ours, best price first, as [price, order ids]. */
  #offers(order: OwnOrder): { price: number; ids: number[] }[] {
    const best = (side: BookSideName) => {
      const prices = this.#book.filter((other) => other.side === side).map(({ price }) => price);
      return side === 'bid' ? Math.max(...prices) : Math.min(...prices);
    };
    const isCrossed = best('bid') >= best('ask');
    const side = order.sign === 1 ? 'ask' : 'bid';
    const prices = [
      ...new Set(this.#book.filter((other) => other.side === side).map(({ price }) => price)),
    ]
      .sort((a, b) => (a - b) * order.sign)
      .filter((price) => order.price === undefined || (price - order.price) * order.sign <= 0)
      .filter((price) => !isCrossed || price === order.price);
    return prices.map((price) => ({
      price,
      ids: this.#book
        .filter((other) => other.side === side && other.price === price)
        .map(({ id }) => id),
    }));
  }

  #offerOf(id: number): number {
    const size = this.#book.find((order) => order.id === id)?.size ?? 0;
    return Math.max(0, size - (this.#taken.get(id) ?? 0));
  }

  #arrive(order: OwnOrder, at: number): void {
    const offers = this.#offers(order);
    const all = offers.flatMap(({ ids }) => ids).reduce((sum, id) => sum + this.#offerOf(id), 0);
    if (order.tif !== 'fok' || all >= order.quantity - order.filled) {
      for (const { price, ids } of offers) {
        let got = 0;
        for (const id of ids) {
          const part = Math.min(this.#offerOf(id), order.quantity - order.filled - got);
          if (part <= 0) continue;
          this.#taken.set(id, (this.#taken.get(id) ?? 0) + part);
          got += part;
        }
        if (got > 0) this.#fill(order, got, price, at, 'taker');
      }
    }
    if (order.filled >= order.quantity || order.price === undefined || order.tif !== 'day') {
      order.where = 'done';
      return;
    }
    order.where = 'queue';
    const side = order.sign === 1 ? 'bid' : 'ask';
    order.ahead = new Set(
      this.#book
        .filter((other) => other.side === side && other.price === order.price)
        .map(({ id }) => id),
    );
    this.#queue.push(order);
  }

  #fill(order: OwnOrder, quantity: number, price: number, ms: number, liquidity: string): void {
    order.filled += quantity;
    this.fills.push(`${order.id} ${quantity}@${price} ${ms} #${this.#sequence} ${liquidity}`);
    if (order.filled >= order.quantity && order.where === 'queue') this.#remove(order);
  }

  #remove(order: OwnOrder): void {
    order.where = 'done';
    this.#queue = this.#queue.filter((other) => other !== order);
    this.#armed = this.#armed.filter((other) => other !== order);
  }

  /** The feed's order is ahead of nobody any more. */
  #forget(id: number): void {
    for (const order of this.#queue) order.ahead.delete(id);
  }
}
