import type { PriceNanos } from '../domain/price.ts';
import type { SessionTime } from '../domain/time.ts';

const FIRST_CAPACITY = 4096;

/** Sums over a run of trades. */
export interface FlowSums {
  readonly trades: number;
  /** Trades whose aggressor is known. */
  readonly classified: number;
  readonly bought: number;
  readonly sold: number;
}

/**
 * The trades of the last minutes, oldest dropped first, with running sums, so that any window's flow is a difference
 * of two entries. Trades are numbered from 0 over the run; `begin` to `end` (exclusive) are kept.
 */
export class TradeLog {
  begin = 0;
  end = 0;
  readonly #keepNs: number;
  #mask = FIRST_CAPACITY - 1;
  #times = new Float64Array(FIRST_CAPACITY);
  #prices = new Float64Array(FIRST_CAPACITY);
  #ticks = new Float64Array(FIRST_CAPACITY);
  #sizes = new Float64Array(FIRST_CAPACITY);
  #signs = new Int8Array(FIRST_CAPACITY);
  /** Sums over everything before the trade. */
  #boughtBefore = new Float64Array(FIRST_CAPACITY);
  #soldBefore = new Float64Array(FIRST_CAPACITY);
  #classifiedBefore = new Float64Array(FIRST_CAPACITY);
  #bought = 0;
  #sold = 0;
  #classified = 0;

  /** @param keepNs Trades are kept while they are younger than this. */
  constructor(keepNs: number) {
    this.#keepNs = keepNs;
  }

  /** Times must not run back. `sign`: +1 bought, -1 sold, 0 not known. */
  push(ts: SessionTime, price: PriceNanos, tick: number, size: number, sign: number): void {
    if (this.end - this.begin > this.#mask) this.#makeRoom(ts);
    const at = this.end & this.#mask;
    this.#times[at] = ts;
    this.#prices[at] = price;
    this.#ticks[at] = tick;
    this.#sizes[at] = size;
    this.#signs[at] = sign;
    this.#boughtBefore[at] = this.#bought;
    this.#soldBefore[at] = this.#sold;
    this.#classifiedBefore[at] = this.#classified;
    if (sign !== 0) {
      this.#classified++;
      if (sign > 0) this.#bought += size;
      else this.#sold += size;
    }
    this.end++;
  }

  timeAt(index: number): SessionTime {
    return this.#times[index & this.#mask] ?? 0;
  }

  priceAt(index: number): PriceNanos {
    return this.#prices[index & this.#mask] ?? 0;
  }

  /** The tick at or below the price. */
  tickAt(index: number): number {
    return this.#ticks[index & this.#mask] ?? 0;
  }

  sizeAt(index: number): number {
    return this.#sizes[index & this.#mask] ?? 0;
  }

  signAt(index: number): number {
    return this.#signs[index & this.#mask] ?? 0;
  }

  /** The first kept trade later than `ts`: where the window (ts, now] begins. */
  firstAfter(ts: SessionTime): number {
    let low = this.begin;
    let high = this.end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.timeAt(middle) <= ts) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Sums over the trades from `index` on. */
  flowFrom(index: number): FlowSums {
    if (index >= this.end) return { trades: 0, classified: 0, bought: 0, sold: 0 };
    const at = index & this.#mask;
    return {
      trades: this.end - index,
      classified: this.#classified - (this.#classifiedBefore[at] ?? 0),
      bought: this.#bought - (this.#boughtBefore[at] ?? 0),
      sold: this.#sold - (this.#soldBefore[at] ?? 0),
    };
  }

  #makeRoom(ts: SessionTime): void {
    this.begin = this.firstAfter(ts - this.#keepNs);
    const capacity = this.#mask + 1;
    if (this.end - this.begin <= capacity / 2) return;
    const copy = <T extends Float64Array | Int8Array>(from: T, to: T): T => {
      for (let i = this.begin; i < this.end; i++) {
        to[i & (capacity * 2 - 1)] = from[i & this.#mask] ?? 0;
      }
      return to;
    };
    const wide = (): Float64Array<ArrayBuffer> => new Float64Array(capacity * 2);
    this.#times = copy(this.#times, wide());
    this.#prices = copy(this.#prices, wide());
    this.#ticks = copy(this.#ticks, wide());
    this.#sizes = copy(this.#sizes, wide());
    this.#signs = copy(this.#signs, new Int8Array(capacity * 2));
    this.#boughtBefore = copy(this.#boughtBefore, wide());
    this.#soldBefore = copy(this.#soldBefore, wide());
    this.#classifiedBefore = copy(this.#classifiedBefore, wide());
    this.#mask = capacity * 2 - 1;
  }
}
