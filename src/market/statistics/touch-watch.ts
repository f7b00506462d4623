import { type BookSide, NO_TICK } from '../book/book-side.ts';
import type { OrderBook } from '../book/order-book.ts';
import { Histogram } from './histogram.ts';

/** Levels a side whose depth is told. */
export const DEPTH_LEVELS = 10;

/** What the book showed while it lasted: spread, sizes and queues at the touch by time, and each second depth and mid. */
export class TouchWatch {
  /** Ticks. */
  readonly spread = new Histogram();
  /** Shares at a best price, and orders. */
  readonly sizeAtBest = new Histogram();
  readonly ordersAtBest = new Histogram();
  /** Ticks from the best level to the fifth. */
  readonly fiveLevels = new Histogram();
  /** Mid price in half ticks at the end of each second of the session; NaN before there is one. */
  readonly mids: Float64Array;

  readonly #book: OrderBook;
  readonly #open: number;
  readonly #close: number;
  readonly #depthSums = new Float64Array(DEPTH_LEVELS);
  readonly #depthCounts = new Float64Array(DEPTH_LEVELS);
  #since: number;
  #second = 0;

  constructor(book: OrderBook, open: number, close: number) {
    this.#book = book;
    this.#open = open;
    this.#close = close;
    this.#since = open;
    this.mids = new Float64Array(Math.ceil((close - open) / 1e9)).fill(Number.NaN);
  }

  /** The book stands as it is from the last call, or from the open, until `ts`. Call before the first event of `ts`. */
  standUntil(ts: number): void {
    const until = Math.min(ts, this.#close);
    const weight = until - this.#since;
    if (weight <= 0) return;
    this.#since = until;
    const { bids, asks } = this.#book;
    if (bids.best !== NO_TICK && asks.best !== NO_TICK) {
      this.spread.add(asks.best - bids.best, weight);
      for (const side of [bids, asks]) {
        this.sizeAtBest.add(side.sizeAt(side.best), weight);
        this.ordersAtBest.add(side.countAt(side.best), weight);
      }
    }
    for (; this.#open + (this.#second + 1) * 1e9 <= until; this.#second++) this.#look();
  }

  /** Mean shares at the `n`-th best level, from 0; `null` where none was seen. */
  depthAt(n: number): number | null {
    const count = this.#depthCounts[n] ?? 0;
    return count > 0 ? (this.#depthSums[n] ?? 0) / count : null;
  }

  #look(): void {
    const { bids, asks } = this.#book;
    if (bids.best !== NO_TICK && asks.best !== NO_TICK)
      this.mids[this.#second] = bids.best + asks.best;
    this.#measure(bids);
    this.#measure(asks);
  }

  #measure(side: BookSide): void {
    let tick = side.best;
    for (let level = 0; level < DEPTH_LEVELS && tick !== NO_TICK; level++) {
      this.#depthSums[level] = (this.#depthSums[level] ?? 0) + side.sizeAt(tick);
      this.#depthCounts[level] = (this.#depthCounts[level] ?? 0) + 1;
      if (level === 4) this.fiveLevels.add(Math.abs(tick - side.best));
      tick = side.worseThan(tick);
    }
  }
}
