/** A row of the book: dollars or points, and shares or contracts. */
export interface DepthRow {
  readonly price: number;
  readonly size: number;
}

/** One operation of the broker's depth stream, its numbers as they come. */
export interface DepthOperation {
  readonly position: number;
  /** 0 inserts and shifts the rest down, 1 updates, 2 deletes and shifts up. */
  readonly operation: number;
  /** 0 ask, 1 bid. */
  readonly side: number;
  readonly price: number;
  readonly size: number;
}

/** What is wrong with an operation. After it the book is not known any more. */
export type DepthFault = 'no-such-position' | 'out-of-order' | 'unknown-operation' | 'no-number';

/**
 * The book that the broker's operations make, row by row. An operation that does not fit what is there is told, and counted: one
 * before it must have been lost, so nothing is believed until the book is emptied and comes anew.
 *
 * @see https://interactivebrokers.github.io/tws-api/market_depth.html read 2026-11-21
 */
export class DepthBook {
  readonly #most: number;
  readonly #bids: DepthRow[] = [];
  readonly #asks: DepthRow[] = [];
  #isKnown = true;
  #faults = 0;

  /** @param most Rows a side that were asked for: an insert pushes what stands behind them out. */
  constructor(most: number) {
    this.#most = most;
  }

  get bids(): readonly DepthRow[] {
    return this.#bids;
  }

  get asks(): readonly DepthRow[] {
    return this.#asks;
  }

  /** False after a fault, until `clear`. The sides are empty then. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Operations that did not fit. */
  get faults(): number {
    return this.#faults;
  }

  /** Whether the best prices meet: for a moment between two operations that may be, not for longer. */
  get isCrossed(): boolean {
    const [bid] = this.#bids;
    const [ask] = this.#asks;
    return bid !== undefined && ask !== undefined && bid.price >= ask.price;
  }

  /** Empties it for what comes anew. */
  clear(): void {
    this.#bids.length = 0;
    this.#asks.length = 0;
    this.#isKnown = true;
  }

  /** Does an operation, or tells what is wrong with it. While the book is not known nothing is done. */
  apply(change: DepthOperation): DepthFault | undefined {
    if (!this.#isKnown) return undefined;
    const fault = this.#tryApply(change);
    if (fault === undefined) return undefined;
    this.#faults++;
    this.clear();
    this.#isKnown = false;
    return fault;
  }

  #tryApply({ position, operation, side, price, size }: DepthOperation): DepthFault | undefined {
    if (side !== 0 && side !== 1) return 'unknown-operation';
    const rows = side === 1 ? this.#bids : this.#asks;
    const sign = side === 1 ? 1 : -1;
    const end = operation === 0 ? Math.min(rows.length, this.#most - 1) : rows.length - 1;
    if (!Number.isInteger(position) || position < 0 || position > end) return 'no-such-position';
    if (operation === 2) {
      rows.splice(position, 1);
      return undefined;
    }
    if (operation !== 0 && operation !== 1) return 'unknown-operation';
    if (!(price > 0) || !(size >= 0) || !Number.isFinite(price + size)) return 'no-number';
    const before = rows[position - 1];
    const after = rows[operation === 0 ? position : position + 1];
    if (before !== undefined && (before.price - price) * sign <= 0) return 'out-of-order';
    if (after !== undefined && (price - after.price) * sign <= 0) return 'out-of-order';
    rows.splice(position, operation, { price, size });
    rows.length = Math.min(rows.length, this.#most);
    return undefined;
  }
}
