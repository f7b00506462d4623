const LEVEL_WORDS = 8;
const WORD = 4_294_967_296;
const UNDEFINED_HIGH = 0x7fffffff;

/** The levels of one side that a record shows, best first. */
class Levels {
  count = 0;
  readonly prices: Float64Array;
  readonly sizes: Float64Array;
  readonly orders: Float64Array;

  constructor(most: number) {
    this.prices = new Float64Array(most);
    this.sizes = new Float64Array(most);
    this.orders = new Float64Array(most);
  }

  find(price: number): number {
    for (let i = 0; i < this.count; i++) if (this.prices[i] === price) return i;
    return -1;
  }

  /** The last level's price; of no use where there is none. */
  get worst(): number {
    return this.prices[this.count - 1] ?? Number.NaN;
  }
}

/**
 * One side of the book as two records in a row show it: the best N levels now and before. What lies beyond a full window is
 * not known; a window that is not full holds the whole side. Prices are in 1e-9.
 */
export class LevelWindow {
  readonly #sign: 1 | -1;
  readonly #most: number;
  #now: Levels;
  #before: Levels;
  /** Whether the record shows the whole side. False while nothing is known; true after `clear`: an empty side is all there is. */
  isComplete = false;
  #wasComplete = false;

  /** @param sign 1 for bids, -1 for asks: what a better price has more of. @param most N. */
  constructor(sign: 1 | -1, most: number) {
    this.#sign = sign;
    this.#most = most;
    this.#now = new Levels(most);
    this.#before = new Levels(most);
  }

  clear(): void {
    this.#now.count = 0;
    this.#before.count = 0;
    this.isComplete = true;
  }

  /**
   * Takes in the levels of the next record, which begin at `words[first]`. Empty ones are left out.
   *
   * @param column 0 for bids, 1 for asks.
   */
  read(words: Int32Array, first: number, column: 0 | 1): void {
    const levels = this.#before;
    this.#before = this.#now;
    this.#now = levels;
    this.#wasComplete = this.isComplete;
    levels.count = 0;
    for (let i = 0; i < this.#most; i++) {
      const at = first + i * LEVEL_WORDS;
      const high = words[at + column * 2 + 1] ?? 0;
      const size = (words[at + 4 + column] ?? 0) >>> 0;
      if (high === UNDEFINED_HIGH || size === 0) continue;
      levels.prices[levels.count] = high * WORD + ((words[at + column * 2] ?? 0) >>> 0);
      levels.sizes[levels.count] = size;
      levels.orders[levels.count] = (words[at + 6 + column] ?? 0) >>> 0;
      levels.count++;
    }
    this.isComplete = levels.count < this.#most;
  }

  get count(): number {
    return this.#now.count;
  }

  priceAt(index: number): number {
    return this.#now.prices[index] ?? 0;
  }

  sizeAt(index: number): number {
    return this.#now.sizes[index] ?? 0;
  }

  ordersAt(index: number): number {
    return this.#now.orders[index] ?? 0;
  }

  get countBefore(): number {
    return this.#before.count;
  }

  priceBefore(index: number): number {
    return this.#before.prices[index] ?? 0;
  }

  sizeBefore(index: number): number {
    return this.#before.sizes[index] ?? 0;
  }

  ordersBefore(index: number): number {
    return this.#before.orders[index] ?? 0;
  }

  /** Where a price stands now, or -1. */
  find(price: number): number {
    return this.#now.find(price);
  }

  /** Where a price stood in the record before, or -1. */
  before(price: number): number {
    return this.#before.find(price);
  }

  /** True for a price that the window before could not show: whether there was size is not known. */
  wasBeyond(price: number): boolean {
    return !this.#wasComplete && !((price - this.#before.worst) * this.#sign >= 0);
  }

  /** True for a price that the window cannot show now. */
  isBeyond(price: number): boolean {
    return !this.isComplete && (price - this.#now.worst) * this.#sign < 0;
  }
}
