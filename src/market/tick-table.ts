import { NO_TICK } from './book/book-side.ts';

const PAGE_TICKS = 256;
const NO_PAGE = new Float64Array(0);

/**
 * Amounts by tick in a few columns, in pages made when first touched, so that one print far away costs one page.
 * A tick is occupied while its first column is not 0.
 */
export class TickTable {
  readonly #columns: number;
  readonly #pages = new Map<number, Float64Array<ArrayBuffer>>();
  #order: number[] = [];
  #latestNumber = Number.NaN;
  #latest = new Float64Array(0);

  constructor(columns: number) {
    this.#columns = columns;
  }

  /** Adds to a cell and returns what is then in it. */
  add(tick: number, column: number, amount: number): number {
    const number = Math.floor(tick / PAGE_TICKS);
    if (number !== this.#latestNumber) {
      this.#latest = this.#pages.get(number) ?? this.#addPage(number);
      this.#latestNumber = number;
    }
    const at = (tick - number * PAGE_TICKS) * this.#columns + column;
    const sum = (this.#latest[at] ?? 0) + amount;
    this.#latest[at] = sum;
    return sum;
  }

  at(tick: number, column: number): number {
    const number = Math.floor(tick / PAGE_TICKS);
    const page = number === this.#latestNumber ? this.#latest : this.#pages.get(number);
    return page?.[(tick - number * PAGE_TICKS) * this.#columns + column] ?? 0;
  }

  /** A reader of one column for a walk along the ticks. */
  walk(column: number): TickWalk {
    return new TickWalk(this.#pages, this.#columns, column);
  }

  /** The lowest occupied tick, or NO_TICK. */
  lowest(): number {
    return this.#firstFrom(0, 0);
  }

  /** The next occupied tick above, or NO_TICK. */
  above(tick: number): number {
    const number = Math.floor((tick + 1) / PAGE_TICKS);
    const at = this.#position(number);
    return this.#firstFrom(at, this.#order[at] === number ? tick + 1 - number * PAGE_TICKS : 0);
  }

  /** The next occupied tick below, or NO_TICK. */
  below(tick: number): number {
    const number = Math.floor((tick - 1) / PAGE_TICKS);
    let at = this.#position(number);
    let row = tick - 1 - number * PAGE_TICKS;
    if (this.#order[at] !== number) {
      at--;
      row = PAGE_TICKS - 1;
    }
    for (; at >= 0; at--, row = PAGE_TICKS - 1) {
      const found = this.#order[at] ?? 0;
      const page = this.#pages.get(found);
      for (; row >= 0; row--) {
        if (page?.[row * this.#columns] !== 0) return found * PAGE_TICKS + row;
      }
    }
    return NO_TICK;
  }

  /** The ticks with the most in the first column, lowest first. */
  fullest(): number[] {
    let most = 0;
    let ticks: number[] = [];
    for (let tick = this.lowest(); tick !== NO_TICK; tick = this.above(tick)) {
      const amount = this.at(tick, 0);
      if (amount > most) {
        most = amount;
        ticks = [tick];
      } else if (amount === most) ticks.push(tick);
    }
    return ticks;
  }

  clear(): void {
    for (const page of this.#pages.values()) page.fill(0);
  }

  #firstFrom(position: number, firstRow: number): number {
    let row = firstRow;
    for (let at = position; at < this.#order.length; at++, row = 0) {
      const number = this.#order[at] ?? 0;
      const page = this.#pages.get(number);
      for (; row < PAGE_TICKS; row++) {
        if (page?.[row * this.#columns] !== 0) return number * PAGE_TICKS + row;
      }
    }
    return NO_TICK;
  }

  /** Where a page stands in the order, or would. */
  #position(number: number): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#order[middle] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #addPage(number: number): Float64Array<ArrayBuffer> {
    const page = new Float64Array(PAGE_TICKS * this.#columns);
    this.#pages.set(number, page);
    this.#order = this.#order.toSpliced(this.#position(number), 0, number);
    return page;
  }
}

/** Reads one column of a table and keeps the page that it is on. Valid until the table's next change. */
class TickWalk {
  readonly #pages: ReadonlyMap<number, Float64Array>;
  readonly #columns: number;
  readonly #column: number;
  #first = Number.NaN;
  #page: Float64Array = NO_PAGE;

  constructor(pages: ReadonlyMap<number, Float64Array>, columns: number, column: number) {
    this.#pages = pages;
    this.#columns = columns;
    this.#column = column;
  }

  /** What is at `tick` and at the tick above it together. */
  pairAt(tick: number): number {
    const row = tick - this.#first;
    if (row >= 0 && row < PAGE_TICKS - 1) {
      const at = row * this.#columns + this.#column;
      return (this.#page[at] ?? 0) + (this.#page[at + this.#columns] ?? 0);
    }
    return this.#at(tick + 1) + this.#at(tick);
  }

  #at(tick: number): number {
    const number = Math.floor(tick / PAGE_TICKS);
    this.#first = number * PAGE_TICKS;
    this.#page = this.#pages.get(number) ?? NO_PAGE;
    return this.#page[(tick - this.#first) * this.#columns + this.#column] ?? 0;
  }
}
