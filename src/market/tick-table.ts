import { NO_TICK } from './book/book-side.ts';

const PAGE_TICKS = 1024;
const NO_PAGE = -1;
/** Pages that the directory spans at most; what lies farther away is found by a map. */
const MOST_SPAN = 1 << 16;

/** A copy of a table, as `restore` takes it. */
export interface TickTableState {
  /** Number of each page: its first tick is that times 1,024. */
  readonly pages: readonly number[];
  readonly cells: Float64Array<ArrayBuffer>;
}

/**
 * Amounts by tick in a few columns, in pages made when first touched, so that one print far away costs one page.
 * A tick is occupied while its first column is not 0.
 */
export class TickTable {
  readonly #columns: number;
  readonly #pageCells: number;
  /** Page after page as they were made, each tick's columns side by side. */
  #cells = new Float64Array(0);
  /** Number of each page, in the order made. */
  #pages: number[] = [];
  /** Where each page's cells begin, by page number less `#directoryBase`. */
  #directory = new Int32Array(0);
  #directoryBase = 0;
  readonly #far = new Map<number, number>();
  /** The page numbers, lowest first. */
  #order: number[] = [];
  #latestNumber = Number.NaN;
  #latestBegin = 0;

  constructor(columns: number) {
    this.#columns = columns;
    this.#pageCells = PAGE_TICKS * columns;
  }

  /** Adds to a cell and returns what is then in it. */
  add(tick: number, column: number, amount: number): number {
    const at = this.#rowFor(tick) + column;
    const sum = (this.#cells[at] ?? 0) + amount;
    this.#cells[at] = sum;
    return sum;
  }

  at(tick: number, column: number): number {
    const row = this.#rowOf(tick);
    return row < 0 ? 0 : (this.#cells[row + column] ?? 0);
  }

  /** What is in the first column at `tick` and at the tick above it together. */
  pairAt(tick: number): number {
    const number = Math.floor(tick / PAGE_TICKS);
    const row = tick - number * PAGE_TICKS;
    if (row === PAGE_TICKS - 1) return this.at(tick, 0) + this.at(tick + 1, 0);
    const begin = number === this.#latestNumber ? this.#latestBegin : this.#beginOf(number);
    if (begin < 0) return 0;
    const at = begin + row * this.#columns;
    return (this.#cells[at] ?? 0) + (this.#cells[at + this.#columns] ?? 0);
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
      const begin = this.#beginOf(found);
      for (; row >= 0; row--) {
        if (this.#cells[begin + row * this.#columns] !== 0) return found * PAGE_TICKS + row;
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
    this.#cells.fill(0, 0, this.#pages.length * this.#pageCells);
  }

  /** Clears where nothing but `low` to `high` was ever touched since the last time. */
  clearBetween(low: number, high: number): void {
    const first = Math.floor(low / PAGE_TICKS);
    const final = Math.floor(high / PAGE_TICKS);
    for (let at = this.#position(first); at < this.#order.length; at++) {
      const number = this.#order[at] ?? 0;
      if (number > final) break;
      const begin = this.#beginOf(number);
      const from = Math.max(0, low - number * PAGE_TICKS);
      const to = Math.min(PAGE_TICKS, high + 1 - number * PAGE_TICKS);
      this.#cells.fill(0, begin + from * this.#columns, begin + to * this.#columns);
    }
  }

  /** A copy of all of it. */
  capture(): TickTableState {
    return {
      pages: [...this.#pages],
      cells: this.#cells.slice(0, this.#pages.length * this.#pageCells),
    };
  }

  /** Becomes what `capture` copied of a table with as many columns. */
  restore({ pages, cells }: TickTableState): void {
    this.#pages = [];
    this.#order = [];
    this.#directory = new Int32Array(0);
    this.#far.clear();
    this.#cells = new Float64Array(0);
    this.#latestNumber = Number.NaN;
    for (const number of pages) this.#addPage(number);
    this.#cells.set(cells);
  }

  /** Where the row of a tick begins in `#cells`; its page is made when it is the first. */
  #rowFor(tick: number): number {
    const number = Math.floor(tick / PAGE_TICKS);
    if (number !== this.#latestNumber) {
      const known = this.#beginOf(number);
      this.#latestBegin = known < 0 ? this.#addPage(number) : known;
      this.#latestNumber = number;
    }
    return this.#latestBegin + (tick - number * PAGE_TICKS) * this.#columns;
  }

  /** Where the row of a tick begins, or -1 where its page was never touched. */
  #rowOf(tick: number): number {
    const number = Math.floor(tick / PAGE_TICKS);
    const begin = number === this.#latestNumber ? this.#latestBegin : this.#beginOf(number);
    return begin < 0 ? NO_PAGE : begin + (tick - number * PAGE_TICKS) * this.#columns;
  }

  /** Where a page's cells begin, or -1. */
  #beginOf(number: number): number {
    const at = number - this.#directoryBase;
    if (at >= 0 && at < this.#directory.length) return this.#directory[at] ?? NO_PAGE;
    return this.#far.size === 0 ? NO_PAGE : (this.#far.get(number) ?? NO_PAGE);
  }

  #firstFrom(position: number, firstRow: number): number {
    let row = firstRow;
    for (let at = position; at < this.#order.length; at++, row = 0) {
      const number = this.#order[at] ?? 0;
      const begin = this.#beginOf(number);
      for (; row < PAGE_TICKS; row++) {
        if (this.#cells[begin + row * this.#columns] !== 0) return number * PAGE_TICKS + row;
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

  #addPage(number: number): number {
    const begin = this.#pages.length * this.#pageCells;
    if (begin === this.#cells.length) {
      const wider = new Float64Array(Math.max(this.#pageCells, begin * 2));
      wider.set(this.#cells);
      this.#cells = wider;
    }
    this.#order = this.#order.toSpliced(this.#position(number), 0, number);
    this.#pages.push(number);
    if (this.#reaches(number)) this.#directory[number - this.#directoryBase] = begin;
    else this.#far.set(number, begin);
    return begin;
  }

  /** Whether the directory spans a page, once it is widened as far as it may be. */
  #reaches(number: number): boolean {
    const { length } = this.#directory;
    if (length === 0) {
      this.#directory = new Int32Array(16).fill(NO_PAGE);
      this.#directoryBase = number - 8;
      return true;
    }
    const base = Math.min(this.#directoryBase, number);
    const end = Math.max(this.#directoryBase + length, number + 1);
    if (end - base > MOST_SPAN) return false;
    if (end - base > length) {
      const wider = new Int32Array(end - base).fill(NO_PAGE);
      wider.set(this.#directory, this.#directoryBase - base);
      this.#directory = wider;
      this.#directoryBase = base;
      for (const [far, begin] of this.#far) {
        if (far < base || far >= end) continue;
        wider[far - base] = begin;
        this.#far.delete(far);
      }
    }
    return true;
  }
}
