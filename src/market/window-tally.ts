import type { TradeLog } from './trade-log.ts';

/**
 * Keeps sums over a window of the log without looking at every trade as it comes: what entered and left the window
 * is counted when the sums are wanted. Where that is seldom, they cost next to nothing.
 */
export class WindowTally {
  readonly #log: TradeLog;
  readonly #clear: () => void;
  readonly #count: (index: number, direction: 1 | -1) => void;
  /** The trades that are counted: from here up to, not with, `#until`. */
  #from = -1;
  #until = -1;

  /**
   * @param clear Empties the sums.
   * @param count Counts a trade of the log in (1) or out (-1).
   */
  constructor(log: TradeLog, clear: () => void, count: (index: number, direction: 1 | -1) => void) {
    this.#log = log;
    this.#clear = clear;
    this.#count = count;
  }

  /** Brings the sums to the trades `first` to `end` (exclusive), all of them in the log. */
  reach(first: number, end: number): void {
    // what the log has dropped cannot be counted out
    if (this.#from < this.#log.begin || first < this.#from || end < this.#until) {
      this.#clear();
      this.#from = first;
      this.#until = first;
    }
    const gone = Math.min(first, this.#until);
    for (let i = this.#from; i < gone; i++) this.#count(i, -1);
    for (let i = Math.max(first, this.#until); i < end; i++) this.#count(i, 1);
    this.#from = first;
    this.#until = Math.max(first, end);
  }

  /** Forgets what is counted: the log, or what of it counts, has become another. */
  reset(): void {
    this.#from = -1;
  }
}
