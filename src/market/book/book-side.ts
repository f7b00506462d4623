/** No such price level. */
export const NO_TICK = -2_147_483_648;

const PAGE_BITS = 10;
const PAGE_LEVELS = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_LEVELS - 1;
/** Words of a page's occupancy bitmap; one more word tells which of them are not empty. */
const BITMAP_WORDS = PAGE_LEVELS >> 5;
const NO_PAGE = -1;
const NO_ORDER = -1;

/**
 * One side of the book: price levels by tick, each with its size, its number of orders and the ends of its queue.
 *
 * Levels live in pages of 1,024 ticks that are made when first touched, so that a stub quote a million ticks away costs
 * one page and not a million rows. An occupied level is found by bitmaps: a step to the next one reads a few words.
 */
export class BookSide {
  /** Best occupied tick, or NO_TICK. */
  best = NO_TICK;
  /** Occupied levels. */
  levels = 0;

  /** Level index of every level: size, orders, first and last order of its queue. The book's own; read through the methods. */
  sizes = new Float64Array(PAGE_LEVELS);
  counts = new Int32Array(PAGE_LEVELS);
  heads = new Int32Array(PAGE_LEVELS).fill(NO_ORDER);
  tails = new Int32Array(PAGE_LEVELS).fill(NO_ORDER);

  readonly #isBid: boolean;
  #bitmaps = new Int32Array(BITMAP_WORDS);
  #summaries = new Int32Array(1);
  #pageTicks = new Int32Array(1);
  #pages = 0;
  #directory = new Int32Array(0);
  #directoryBase = 0;

  constructor(side: 'bid' | 'ask') {
    this.#isBid = side === 'bid';
  }

  /** Displayed size at a tick; 0 where no order stands. */
  sizeAt(tick: number): number {
    const level = this.#find(tick);
    return level < 0 ? 0 : (this.sizes[level] ?? 0);
  }

  /** Orders at a tick. */
  countAt(tick: number): number {
    const level = this.#find(tick);
    return level < 0 ? 0 : (this.counts[level] ?? 0);
  }

  /** The first order of the queue at a tick, as the book's slot, or -1. */
  headAt(tick: number): number {
    const level = this.#find(tick);
    return level < 0 ? NO_ORDER : (this.heads[level] ?? NO_ORDER);
  }

  /** The next occupied tick away from the touch, or NO_TICK. */
  worseThan(tick: number): number {
    return this.#isBid ? this.#below(tick) : this.#above(tick);
  }

  /** The level of a tick for writing; its page is made when it is the first. */
  levelFor(tick: number): number {
    const page = tick >> PAGE_BITS;
    const at = page - this.#directoryBase;
    let number =
      at >= 0 && at < this.#directory.length ? (this.#directory[at] ?? NO_PAGE) : NO_PAGE;
    if (number === NO_PAGE) number = this.#addPage(page);
    return (number << PAGE_BITS) | (tick & PAGE_MASK);
  }

  /** The tick of a level. */
  tickOf(level: number): number {
    return ((this.#pageTicks[level >> PAGE_BITS] ?? 0) << PAGE_BITS) | (level & PAGE_MASK);
  }

  /** Notes that a level got its first order. */
  markOccupied(level: number, tick: number): void {
    const page = level >> PAGE_BITS;
    const word = (level & PAGE_MASK) >> 5;
    const at = page * BITMAP_WORDS + word;
    this.#bitmaps[at] = (this.#bitmaps[at] ?? 0) | (1 << (level & 31));
    this.#summaries[page] = (this.#summaries[page] ?? 0) | (1 << word);
    this.levels++;
    if (this.best === NO_TICK || (this.#isBid ? tick > this.best : tick < this.best))
      this.best = tick;
  }

  /** Notes that a level lost its last order. */
  markEmpty(level: number, tick: number): void {
    const page = level >> PAGE_BITS;
    const word = (level & PAGE_MASK) >> 5;
    const at = page * BITMAP_WORDS + word;
    const bits = (this.#bitmaps[at] ?? 0) & ~(1 << (level & 31));
    this.#bitmaps[at] = bits;
    if (bits === 0) this.#summaries[page] = (this.#summaries[page] ?? 0) & ~(1 << word);
    this.levels--;
    if (tick === this.best) this.best = this.levels === 0 ? NO_TICK : this.worseThan(tick);
  }

  /** Forgets everything. */
  clear(): void {
    this.sizes.fill(0);
    this.counts.fill(0);
    this.heads.fill(NO_ORDER);
    this.tails.fill(NO_ORDER);
    this.#bitmaps.fill(0);
    this.#summaries.fill(0);
    this.levels = 0;
    this.best = NO_TICK;
  }

  #find(tick: number): number {
    const at = (tick >> PAGE_BITS) - this.#directoryBase;
    if (at < 0 || at >= this.#directory.length) return -1;
    const page = this.#directory[at] ?? NO_PAGE;
    return page === NO_PAGE ? -1 : (page << PAGE_BITS) | (tick & PAGE_MASK);
  }

  #below(tick: number): number {
    const from = tick - 1;
    let at = (from >> PAGE_BITS) - this.#directoryBase;
    let within = from & PAGE_MASK;
    if (at >= this.#directory.length) {
      at = this.#directory.length - 1;
      within = PAGE_MASK;
    }
    for (; at >= 0; at--, within = PAGE_MASK) {
      const page = this.#directory[at] ?? NO_PAGE;
      if (page === NO_PAGE || this.#summaries[page] === 0) continue;
      const word = within >> 5;
      const bits =
        (this.#bitmaps[page * BITMAP_WORDS + word] ?? 0) & (0xffffffff >>> (31 - (within & 31)));
      if (bits !== 0) return this.#tickAt(at, (word << 5) | (31 - Math.clz32(bits)));
      const words = word === 0 ? 0 : (this.#summaries[page] ?? 0) & (0xffffffff >>> (32 - word));
      if (words === 0) continue;
      const next = 31 - Math.clz32(words);
      const found = this.#bitmaps[page * BITMAP_WORDS + next] ?? 0;
      return this.#tickAt(at, (next << 5) | (31 - Math.clz32(found)));
    }
    return NO_TICK;
  }

  #above(tick: number): number {
    const from = tick + 1;
    let at = (from >> PAGE_BITS) - this.#directoryBase;
    let within = from & PAGE_MASK;
    if (at < 0) {
      at = 0;
      within = 0;
    }
    for (; at < this.#directory.length; at++, within = 0) {
      const page = this.#directory[at] ?? NO_PAGE;
      if (page === NO_PAGE || this.#summaries[page] === 0) continue;
      const word = within >> 5;
      const bits = (this.#bitmaps[page * BITMAP_WORDS + word] ?? 0) & (-1 << (within & 31));
      if (bits !== 0) return this.#tickAt(at, (word << 5) | lowestBit(bits));
      const words = word === 31 ? 0 : (this.#summaries[page] ?? 0) & (-1 << (word + 1));
      if (words === 0) continue;
      const next = lowestBit(words);
      return this.#tickAt(
        at,
        (next << 5) | lowestBit(this.#bitmaps[page * BITMAP_WORDS + next] ?? 0),
      );
    }
    return NO_TICK;
  }

  #tickAt(at: number, within: number): number {
    return ((at + this.#directoryBase) << PAGE_BITS) | within;
  }

  #addPage(page: number): number {
    this.#reach(page);
    const number = this.#pages++;
    if (this.#pages * PAGE_LEVELS > this.sizes.length) this.#grow();
    this.#pageTicks[number] = page;
    this.#directory[page - this.#directoryBase] = number;
    return number;
  }

  /** Widens the directory so that it covers `page`, with room on the side that it grew to. */
  #reach(page: number): void {
    const length = this.#directory.length;
    if (length === 0) {
      this.#directory = new Int32Array(64).fill(NO_PAGE);
      this.#directoryBase = page - 32;
      return;
    }
    const end = this.#directoryBase + length;
    if (page >= this.#directoryBase && page < end) return;
    const base = page < this.#directoryBase ? page - (length >> 1) : this.#directoryBase;
    const newEnd = page >= end ? page + 1 + (length >> 1) : end;
    const wider = new Int32Array(newEnd - base).fill(NO_PAGE);
    wider.set(this.#directory, this.#directoryBase - base);
    this.#directory = wider;
    this.#directoryBase = base;
  }

  #grow(): void {
    const pages = Math.max(4, this.#summaries.length * 2);
    this.sizes = widened(new Float64Array(pages * PAGE_LEVELS), this.sizes);
    this.counts = widened(new Int32Array(pages * PAGE_LEVELS), this.counts);
    this.heads = widened(new Int32Array(pages * PAGE_LEVELS).fill(NO_ORDER), this.heads);
    this.tails = widened(new Int32Array(pages * PAGE_LEVELS).fill(NO_ORDER), this.tails);
    this.#bitmaps = widened(new Int32Array(pages * BITMAP_WORDS), this.#bitmaps);
    this.#summaries = widened(new Int32Array(pages), this.#summaries);
    this.#pageTicks = widened(new Int32Array(pages), this.#pageTicks);
  }
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

function widened<T extends Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(to: T, from: T): T {
  to.set(from);
  return to;
}
