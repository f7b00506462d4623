import type { OrderBook } from '../../market/book/order-book.ts';

interface Taken {
  readonly idHigh: number;
  size: number;
  /** The order's joining of its queue that we took from: the same id with another number is another order. */
  arrival: number;
  /** The number that it has if its last change moved it to the back. */
  nextArrival: number;
}

/** What was taken of one order, as plain data. */
export interface TakenState {
  readonly idLow: number;
  readonly idHigh: number;
  readonly size: number;
  readonly arrival: number;
  readonly nextArrival: number;
}

/** What our takers took of what is displayed, by the book's order ids. */
export interface TakenSizes {
  readonly isEmpty: boolean;
  /** Size that we took of the order at a record of the book so far. */
  of(record: number, book: OrderBook): number;
  /** Notes that we took of the order at a record of the book. */
  add(record: number, size: number, book: OrderBook): void;
  /** Notes that we took of an order that is about to be displayed. `record`: it is there already and changes; else -1. */
  addDisplayed(idLow: number, idHigh: number, record: number, size: number, book: OrderBook): void;
  /** An order that the book has is about to be changed. */
  onChanged(record: number, book: OrderBook): void;
  /** Forgets what is over. */
  purge(book: OrderBook): void;
  clear(): void;
  /** A copy of all of it. */
  capture(): readonly TakenState[];
  /** Becomes what `capture` copied; the book has to be that of the same moment. */
  restore(state: readonly TakenState[]): void;
}

/**
 * What our takers took of displayed orders. The feed goes on showing those orders, so each offers us its size less what
 * we took of it, until it leaves the feed: the same size is never sold to us twice.
 */
export class TakenLiquidity implements TakenSizes {
  readonly #byLow = new Map<number, Taken[]>();

  get isEmpty(): boolean {
    return this.#byLow.size === 0;
  }

  /** Size that we took of the order at a record of the book so far. */
  of(record: number, { orders }: OrderBook): number {
    if (this.isEmpty) return 0;
    const taken = this.#find(orders.idLow(record), orders.idHigh(record));
    return taken !== undefined && isOf(taken, orders.arrival(record)) ? taken.size : 0;
  }

  /** Notes that we took of the order at a record of the book. */
  add(record: number, size: number, { orders }: OrderBook): void {
    const arrival = orders.arrival(record);
    this.#add(orders.idLow(record), orders.idHigh(record), size, arrival, arrival);
  }

  /** Notes that we took of an order that is about to be displayed. `record`: it is there already and changes; else -1. */
  addDisplayed(
    idLow: number,
    idHigh: number,
    record: number,
    size: number,
    { orders, arrivals }: OrderBook,
  ): void {
    this.#add(idLow, idHigh, size, record < 0 ? arrivals : orders.arrival(record), arrivals);
  }

  /** An order that the book has is about to be changed: it is the same order at the back of its queue, too. */
  onChanged(record: number, { orders, arrivals }: OrderBook): void {
    const taken = this.#find(orders.idLow(record), orders.idHigh(record));
    if (taken === undefined || !isOf(taken, orders.arrival(record))) return;
    taken.arrival = orders.arrival(record);
    taken.nextArrival = arrivals;
  }

  /** Forgets every order that the book no longer has. */
  purge(book: OrderBook): void {
    for (const [idLow, list] of this.#byLow) {
      this.#keep(
        idLow,
        list.filter((taken) => {
          const record = book.find(idLow, taken.idHigh);
          return record >= 0 && isOf(taken, book.orders.arrival(record));
        }),
      );
    }
  }

  clear(): void {
    this.#byLow.clear();
  }

  capture(): readonly TakenState[] {
    return [...this.#byLow].flatMap(([idLow, list]) => list.map((taken) => ({ idLow, ...taken })));
  }

  restore(state: readonly TakenState[]): void {
    this.#byLow.clear();
    for (const { idLow, ...taken } of state) {
      const list = this.#byLow.get(idLow);
      if (list === undefined) this.#byLow.set(idLow, [taken]);
      else list.push(taken);
    }
  }

  #add(idLow: number, idHigh: number, size: number, arrival: number, nextArrival: number): void {
    const known = this.#find(idLow, idHigh);
    if (known === undefined) {
      const taken = { idHigh, size, arrival, nextArrival };
      const list = this.#byLow.get(idLow);
      if (list === undefined) this.#byLow.set(idLow, [taken]);
      else list.push(taken);
      return;
    }
    known.size = isOf(known, arrival) ? known.size + size : size;
    known.arrival = arrival;
    known.nextArrival = nextArrival;
  }

  #find(idLow: number, idHigh: number): Taken | undefined {
    return this.#byLow.get(idLow)?.find((taken) => taken.idHigh === idHigh);
  }

  #keep(idLow: number, list: Taken[]): void {
    if (list.length === 0) this.#byLow.delete(idLow);
    else this.#byLow.set(idLow, list);
  }
}

function isOf(taken: Taken, arrival: number): boolean {
  return arrival === taken.arrival || arrival === taken.nextArrival;
}
