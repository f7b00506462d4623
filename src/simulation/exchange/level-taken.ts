import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_MODIFY,
  FLAG_SNAPSHOT,
  WORD_ORDER_HIGH,
  WORD_ORDER_LOW,
  WORD_SIZE,
  WORD_TAGS,
} from '../../domain/event.ts';
import type { OrderBook } from '../../market/book/order-book.ts';
import type { TakenSizes, TakenState } from './taken-liquidity.ts';

/**
 * What our takers took of displayed levels, where the feed tells levels and not orders. Nobody can tell which of a level's
 * orders we took from, so it is taken to be those that stay longest: a level offers us its size less what we took, what we took is
 * never more than the level displays, and it is over when the level is seen to be gone. A level that only leaves the feed's
 * view keeps it. What levels cannot tell: that an order which we took from shows itself again, larger or at another price.
 */
export class LevelTaken implements TakenSizes {
  readonly #book: OrderBook;
  readonly #byId = new Map<string, number>();

  constructor(book: OrderBook) {
    this.#book = book;
  }

  get isEmpty(): boolean {
    return this.#byId.size === 0;
  }

  of(record: number, { orders }: OrderBook): number {
    if (this.isEmpty) return 0;
    return this.#byId.get(keyOf(orders.idLow(record), orders.idHigh(record))) ?? 0;
  }

  add(record: number, size: number, { orders }: OrderBook): void {
    this.addDisplayed(orders.idLow(record), orders.idHigh(record), record, size);
  }

  addDisplayed(idLow: number, idHigh: number, _record: number, size: number): void {
    const key = keyOf(idLow, idHigh);
    this.#byId.set(key, (this.#byId.get(key) ?? 0) + size);
  }

  /** The event at `words[offset]`, before the book applies it. */
  onEvent(words: Int32Array, offset: number): void {
    if (this.#byId.size === 0) return;
    const tags = words[offset + WORD_TAGS] ?? 0;
    const idLow = words[offset + WORD_ORDER_LOW] ?? 0;
    const idHigh = words[offset + WORD_ORDER_HIGH] ?? 0;
    const size = (words[offset + WORD_SIZE] ?? 0) >>> 0;
    const isUnseen = (tags & FLAG_SNAPSHOT) !== 0;
    switch ((tags >> 16) & 0xff) {
      case ACTION_ADD:
        this.#limit(idLow, idHigh, isUnseen ? size : 0);
        break;
      case ACTION_MODIFY:
        this.#limit(idLow, idHigh, size);
        break;
      case ACTION_CANCEL: {
        const slot = this.#book.find(idLow, idHigh);
        if (!isUnseen && slot >= 0)
          this.#limit(idLow, idHigh, Math.max(0, this.#book.orders.size(slot) - size));
        break;
      }
      default:
        break;
    }
  }

  onChanged(): void {
    // onEvent has seen it
  }

  purge(): void {
    // a level that the book no longer has may only be out of view
  }

  clear(): void {
    this.#byId.clear();
  }

  capture(): readonly TakenState[] {
    return [...this.#byId].map(([key, size]) => {
      const [idHigh = 0, idLow = 0] = key.split(':').map(Number);
      return { idLow, idHigh, size, arrival: 0, nextArrival: 0 };
    });
  }

  restore(state: readonly TakenState[]): void {
    this.#byId.clear();
    for (const { idLow, idHigh, size } of state) this.#byId.set(keyOf(idLow, idHigh), size);
  }

  #limit(idLow: number, idHigh: number, most: number): void {
    const key = keyOf(idLow, idHigh);
    const taken = this.#byId.get(key);
    if (taken === undefined || taken <= most) return;
    if (most === 0) this.#byId.delete(key);
    else this.#byId.set(key, most);
  }
}

function keyOf(idLow: number, idHigh: number): string {
  return `${idHigh}:${idLow}`;
}
