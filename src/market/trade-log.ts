import type { PriceNanos } from '../domain/price.ts';
import type { SessionTime } from '../domain/time.ts';

const FIRST_CAPACITY = 4096;

/** A trade is one row: what a reader of it wants together lies together. */
const ROW = 8;
const TIME = 0;
const PRICE = 1;
const TICK = 2;
const SIZE = 3;
const SIGN = 4;
/** Sums over everything before the trade. */
const BOUGHT_BEFORE = 5;
const SOLD_BEFORE = 6;
const CLASSIFIED_BEFORE = 7;

/** Steps that a window takes before it searches instead. */
const MOST_STEPS = 32;

/** A copy of a log, as `restore` takes it. */
export interface TradeLogState {
  readonly begin: number;
  readonly end: number;
  /** The kept trades' rows, oldest first. */
  readonly rows: Float64Array<ArrayBuffer>;
  readonly bought: number;
  readonly sold: number;
  readonly classified: number;
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
  /** Trade n stands at row n modulo the capacity, a power of two. */
  #rows = new Float64Array(FIRST_CAPACITY * ROW);
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
    const rows = this.#rows;
    const at = (this.end & this.#mask) * ROW;
    rows[at] = ts;
    rows[at + PRICE] = price;
    rows[at + TICK] = tick;
    rows[at + SIZE] = size;
    rows[at + SIGN] = sign;
    rows[at + BOUGHT_BEFORE] = this.#bought;
    rows[at + SOLD_BEFORE] = this.#sold;
    rows[at + CLASSIFIED_BEFORE] = this.#classified;
    if (sign !== 0) {
      this.#classified++;
      if (sign > 0) this.#bought += size;
      else this.#sold += size;
    }
    this.end++;
  }

  timeAt(index: number): SessionTime {
    return this.#rows[(index & this.#mask) * ROW + TIME] ?? 0;
  }

  priceAt(index: number): PriceNanos {
    return this.#rows[(index & this.#mask) * ROW + PRICE] ?? 0;
  }

  /** The tick at or below the price. */
  tickAt(index: number): number {
    return this.#rows[(index & this.#mask) * ROW + TICK] ?? 0;
  }

  sizeAt(index: number): number {
    return this.#rows[(index & this.#mask) * ROW + SIZE] ?? 0;
  }

  signAt(index: number): number {
    return this.#rows[(index & this.#mask) * ROW + SIGN] ?? 0;
  }

  /** The first kept trade later than `ts`, at `from` or after it: where the window (ts, now] begins. */
  firstAfter(ts: SessionTime, from = this.begin): number {
    let low = from;
    let high = this.end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.timeAt(middle) <= ts) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Size bought by the trades from `index` on. */
  boughtFrom(index: number): number {
    return this.#bought - this.#before(index, BOUGHT_BEFORE, this.#bought);
  }

  /** Size sold by the trades from `index` on. */
  soldFrom(index: number): number {
    return this.#sold - this.#before(index, SOLD_BEFORE, this.#sold);
  }

  /** Trades from `index` on whose aggressor is known. */
  classifiedFrom(index: number): number {
    return this.#classified - this.#before(index, CLASSIFIED_BEFORE, this.#classified);
  }

  /** A copy of all of it. */
  capture(): TradeLogState {
    const { begin, end } = this;
    const rows = new Float64Array((end - begin) * ROW);
    this.#copyTo(rows);
    return {
      begin,
      end,
      rows,
      bought: this.#bought,
      sold: this.#sold,
      classified: this.#classified,
    };
  }

  /** Becomes what `capture` copied. */
  restore({ begin, end, rows, bought, sold, classified }: TradeLogState): void {
    let capacity = FIRST_CAPACITY;
    while (capacity < end - begin) capacity *= 2;
    this.begin = begin;
    this.end = end;
    this.#mask = capacity - 1;
    this.#rows = new Float64Array(capacity * ROW);
    this.#place(rows);
    this.#bought = bought;
    this.#sold = sold;
    this.#classified = classified;
  }

  #before(index: number, sum: number, all: number): number {
    if (index >= this.end) return all;
    return this.#rows[(index & this.#mask) * ROW + sum] ?? 0;
  }

  #makeRoom(ts: SessionTime): void {
    this.begin = this.firstAfter(ts - this.#keepNs);
    const capacity = this.#mask + 1;
    if (this.end - this.begin <= capacity / 2) return;
    const rows = new Float64Array((this.end - this.begin) * ROW);
    this.#copyTo(rows);
    this.#rows = new Float64Array(capacity * 2 * ROW);
    this.#mask = capacity * 2 - 1;
    this.#place(rows);
  }

  /** Copies the kept trades to `rows`, oldest first. */
  #copyTo(rows: Float64Array): void {
    const first = this.begin & this.#mask;
    const count = this.end - this.begin;
    const straight = Math.min(count, this.#mask + 1 - first);
    rows.set(this.#rows.subarray(first * ROW, (first + straight) * ROW));
    rows.set(this.#rows.subarray(0, (count - straight) * ROW), straight * ROW);
  }

  /** Puts trades that `#copyTo` copied to where they belong. */
  #place(rows: Float64Array): void {
    const first = this.begin & this.#mask;
    const count = this.end - this.begin;
    const straight = Math.min(count, this.#mask + 1 - first);
    this.#rows.set(rows.subarray(0, straight * ROW), first * ROW);
    this.#rows.set(rows.subarray(straight * ROW));
  }
}

/** Where a window of a fixed length begins in a log: it follows the time, and searches only when that jumps or runs back. */
export class LogWindow {
  readonly #log: TradeLog;
  readonly #lengthNs: number;
  #since = Number.POSITIVE_INFINITY;
  #first = 0;

  constructor(log: TradeLog, lengthNs: number) {
    this.#log = log;
    this.#lengthNs = lengthNs;
  }

  /** The first kept trade later than `ts` less the window's length. */
  firstAt(ts: SessionTime): number {
    const log = this.#log;
    const since = ts - this.#lengthNs;
    let first = Math.max(this.#first, log.begin);
    if (since < this.#since) first = log.firstAfter(since);
    else {
      const most = Math.min(log.end, first + MOST_STEPS);
      while (first < most && log.timeAt(first) <= since) first++;
      if (first === most && first < log.end) first = log.firstAfter(since, first);
    }
    this.#since = since;
    this.#first = first;
    return first;
  }

  /** Forgets where it was: the log has become another. */
  reset(): void {
    this.#since = Number.POSITIVE_INFINITY;
  }
}
