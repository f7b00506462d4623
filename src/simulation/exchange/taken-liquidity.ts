import type { OrderBook } from '../../market/book/order-book.ts';

interface Taken {
  readonly idHigh: number;
  size: number;
}

/**
 * What our takers took of displayed orders. The feed goes on showing those orders, so each offers us its size less what
 * we took of it, until it leaves the feed: the same size is never sold to us twice.
 */
export class TakenLiquidity {
  readonly #byLow = new Map<number, Taken[]>();

  get isEmpty(): boolean {
    return this.#byLow.size === 0;
  }

  /** Size that we took of an order so far. */
  of(idLow: number, idHigh: number): number {
    return this.#byLow.get(idLow)?.find((taken) => taken.idHigh === idHigh)?.size ?? 0;
  }

  add(idLow: number, idHigh: number, size: number): void {
    const list = this.#byLow.get(idLow);
    const known = list?.find((taken) => taken.idHigh === idHigh);
    if (known !== undefined) known.size += size;
    else if (list !== undefined) list.push({ idHigh, size });
    else this.#byLow.set(idLow, [{ idHigh, size }]);
  }

  /** An order is about to be displayed. What its id stood for before is forgotten when that left the feed. */
  onDisplayed(idLow: number, idHigh: number, book: OrderBook): void {
    const list = this.#byLow.get(idLow);
    if (list === undefined || book.find(idLow, idHigh) >= 0) return;
    this.#keep(
      idLow,
      list.filter((taken) => taken.idHigh !== idHigh),
    );
  }

  /** Forgets every order that the book no longer has. */
  purge(book: OrderBook): void {
    for (const [idLow, list] of this.#byLow) {
      this.#keep(
        idLow,
        list.filter((taken) => book.find(idLow, taken.idHigh) >= 0),
      );
    }
  }

  clear(): void {
    this.#byLow.clear();
  }

  #keep(idLow: number, list: Taken[]): void {
    if (list.length === 0) this.#byLow.delete(idLow);
    else this.#byLow.set(idLow, list);
  }
}
