import type { BookMemory } from './book-memory.ts';
import {
  BLOCK_BITS,
  BLOCK_MASK,
  BLOCK_PAGES,
  BLOCK_PLACES,
  BLOCK_SUMMARY,
  BLOCK_TICKS,
  BLOCK_WORDS,
  LEVEL_COUNT,
  LEVEL_SIDE,
  LEVEL_TICK,
  MAP_BASE,
  MAP_BLOCKS,
  MAP_COUNT,
  MAP_WORDS,
  NEXT,
  PAGE_BITS,
  PAGE_LEVELS,
  PAGE_MASK,
  PREVIOUS,
  RECORD_DOUBLES,
  RECORD_WORDS,
  W_BEST,
  W_LEVELS,
  W_MAPS,
  W_RECORDS,
} from './layout.ts';
import type { OrderTable } from './order-table.ts';

/** No such price level. */
export const NO_TICK = -2_147_483_648;

const NO_PAGE = -1;
const NONE = -1;

/**
 * One side of the book: price levels by tick, each with its size, its number of orders and its queue.
 *
 * Levels live in pages of 64 ticks, listed by blocks of 65,536, both made when first touched, so that a stub quote a
 * million ticks away costs one of each and not a million rows. Occupied levels are found by bitmaps: of a page's ticks, of
 * a block's pages, and of the words that those take. A step to the next level reads a few words, however far it goes.
 */
export class BookSide {
  readonly #memory: BookMemory;
  readonly #orders: OrderTable;
  readonly #sideBit: number;
  readonly #isBid: boolean;
  readonly #map: number;

  constructor(memory: BookMemory, orders: OrderTable, side: 'bid' | 'ask') {
    this.#memory = memory;
    this.#orders = orders;
    this.#isBid = side === 'bid';
    this.#sideBit = this.#isBid ? 0 : 1;
    this.#map = W_MAPS + this.#sideBit * MAP_WORDS;
    memory.words[W_BEST + this.#sideBit] = NO_TICK;
  }

  /** Best occupied tick, or NO_TICK. */
  get best(): number {
    return this.#memory.words[W_BEST + this.#sideBit] ?? NO_TICK;
  }

  /** Occupied levels. */
  get levels(): number {
    return this.#memory.words[W_LEVELS + this.#sideBit] ?? 0;
  }

  /** Displayed size at a tick; 0 where no order stands. */
  sizeAt(tick: number): number {
    const level = this.find(tick);
    if (level < 0) return 0;
    const { words, doubles } = this.#memory;
    return doubles[(words[W_RECORDS] ?? 0) / 2 + level * RECORD_DOUBLES] ?? 0;
  }

  /** Orders at a tick. */
  countAt(tick: number): number {
    const level = this.find(tick);
    return level < 0 ? 0 : this.#wordOf(level, LEVEL_COUNT);
  }

  /** The first order of the queue at a tick, as a record, or -1. */
  headAt(tick: number): number {
    const level = this.find(tick);
    if (level < 0) return NONE;
    const first = this.#wordOf(level, NEXT);
    return first === level ? NONE : first;
  }

  /** The record of a tick's level, occupied or not, or -1 where no order ever stood near it. */
  find(tick: number): number {
    const block = this.#blockOf(tick);
    if (block === 0) return NONE;
    const page = this.#memory.words[block + ((tick >> PAGE_BITS) & BLOCK_MASK)] ?? NO_PAGE;
    return page === NO_PAGE ? NONE : page + (tick & PAGE_MASK);
  }

  /** The next occupied tick away from the touch, or NO_TICK. */
  worseThan(tick: number): number {
    return this.#isBid ? this.#below(tick) : this.#above(tick);
  }

  /** Displayed size on the best `count` levels, fewer where there are fewer. */
  sumOfBest(count: number): number {
    let sum = 0;
    let tick = this.best;
    for (let i = 0; i < count && tick !== NO_TICK; i++) {
      sum += this.sizeAt(tick);
      tick = this.worseThan(tick);
    }
    return sum;
  }

  /** Reads ticks and sizes of the best levels, as many as fit, best first. Returns how many there are. */
  readBest(ticks: Int32Array, sizes: Float64Array): number {
    const { words, doubles } = this.#memory;
    const records = (words[W_RECORDS] ?? 0) / 2;
    const step = this.#isBid ? -1 : 1;
    const edge = this.#isBid ? 0 : PAGE_MASK;
    let tick = this.best;
    let count = 0;
    while (tick !== NO_TICK && count < ticks.length) {
      let size = records + this.find(tick) * RECORD_DOUBLES;
      // a page's records lie side by side, and mostly the next tick is occupied
      for (;;) {
        ticks[count] = tick;
        sizes[count] = doubles[size] ?? 0;
        count++;
        size += step * RECORD_DOUBLES;
        if ((tick & PAGE_MASK) === edge || count === ticks.length || !((doubles[size] ?? 0) > 0))
          break;
        tick += step;
      }
      tick = this.worseThan(tick);
    }
    return count;
  }

  /** The record of a tick's level for writing; its page is made when it is the first. */
  levelFor(tick: number): number {
    const level = this.find(tick);
    return level >= 0 ? level : this.#addPage(tick >> PAGE_BITS) + (tick & PAGE_MASK);
  }

  /** Notes that a level got its first order. */
  markOccupied(tick: number): void {
    const { words } = this.#memory;
    const block = this.#blockOf(tick);
    const place = (tick >> PAGE_BITS) & BLOCK_MASK;
    const ticks = block + BLOCK_TICKS + 2 * place;
    const word = ticks + ((tick & PAGE_MASK) >> 5);
    words[word] = (words[word] ?? 0) | (1 << (tick & 31));
    const places = block + BLOCK_PLACES + (place >> 5);
    words[places] = (words[places] ?? 0) | (1 << (place & 31));
    words[block + BLOCK_SUMMARY] = (words[block + BLOCK_SUMMARY] ?? 0) | (1 << (place >> 5));
    words[W_LEVELS + this.#sideBit] = this.levels + 1;
    const { best } = this;
    if (this.#isBid ? tick > best : best === NO_TICK || tick < best)
      words[W_BEST + this.#sideBit] = tick;
  }

  /** Notes that a level lost its last order. */
  markEmpty(tick: number): void {
    const { words } = this.#memory;
    const block = this.#blockOf(tick);
    const place = (tick >> PAGE_BITS) & BLOCK_MASK;
    const ticks = block + BLOCK_TICKS + 2 * place;
    const word = ticks + ((tick & PAGE_MASK) >> 5);
    words[word] = (words[word] ?? 0) & ~(1 << (tick & 31));
    if (words[ticks] === 0 && words[ticks + 1] === 0) {
      const places = block + BLOCK_PLACES + (place >> 5);
      words[places] = (words[places] ?? 0) & ~(1 << (place & 31));
      if (words[places] === 0)
        words[block + BLOCK_SUMMARY] = (words[block + BLOCK_SUMMARY] ?? 0) & ~(1 << (place >> 5));
    }
    words[W_LEVELS + this.#sideBit] = this.levels - 1;
    if (tick === this.best)
      words[W_BEST + this.#sideBit] = this.levels === 0 ? NO_TICK : this.worseThan(tick);
  }

  #wordOf(level: number, word: number): number {
    const { words } = this.#memory;
    return words[(words[W_RECORDS] ?? 0) + level * RECORD_WORDS + word] ?? 0;
  }

  /** The offset of a tick's block, or 0 where there is none. */
  #blockOf(tick: number): number {
    const { words } = this.#memory;
    const number = (tick >> BLOCK_BITS) - (words[this.#map + MAP_BASE] ?? 0);
    if (number < 0 || number >= (words[this.#map + MAP_COUNT] ?? 0)) return 0;
    return words[(words[this.#map + MAP_BLOCKS] ?? 0) + number] ?? 0;
  }

  #below(tick: number): number {
    const { words } = this.#memory;
    const from = tick - 1;
    const base = words[this.#map + MAP_BASE] ?? 0;
    const blocks = words[this.#map + MAP_BLOCKS] ?? 0;
    const count = words[this.#map + MAP_COUNT] ?? 0;
    let place = (from >> PAGE_BITS) & BLOCK_MASK;
    let number = (from >> BLOCK_BITS) - base;
    const own = number >= 0 && number < count ? (words[blocks + number] ?? 0) : 0;
    if (own !== 0) {
      const within = from & PAGE_MASK;
      const found = highestUpTo(words, own + BLOCK_TICKS + place * 2, within);
      if (found >= 0) return from - within + found;
    } else place = BLOCK_PAGES;
    for (number = Math.min(number, count - 1); number >= 0; number--, place = BLOCK_PAGES) {
      const block = words[blocks + number] ?? 0;
      const lower = block === 0 ? NONE : placeBelow(words, block, place);
      if (lower < 0) continue;
      const ticks = highestUpTo(words, block + BLOCK_TICKS + lower * 2, PAGE_MASK);
      return ((number + base) << BLOCK_BITS) + (lower << PAGE_BITS) + ticks;
    }
    return NO_TICK;
  }

  #above(tick: number): number {
    const { words } = this.#memory;
    const from = tick + 1;
    const base = words[this.#map + MAP_BASE] ?? 0;
    const blocks = words[this.#map + MAP_BLOCKS] ?? 0;
    const count = words[this.#map + MAP_COUNT] ?? 0;
    let place = (from >> PAGE_BITS) & BLOCK_MASK;
    let number = (from >> BLOCK_BITS) - base;
    const own = number >= 0 && number < count ? (words[blocks + number] ?? 0) : 0;
    if (own !== 0) {
      const within = from & PAGE_MASK;
      const found = lowestFrom(words, own + BLOCK_TICKS + place * 2, within);
      if (found >= 0) return from - within + found;
    } else place = NONE;
    for (number = Math.max(number, 0); number < count; number++, place = NONE) {
      const block = words[blocks + number] ?? 0;
      const higher = block === 0 ? NONE : placeAbove(words, block, place);
      if (higher < 0) continue;
      const ticks = lowestFrom(words, block + BLOCK_TICKS + higher * 2, 0);
      return ((number + base) << BLOCK_BITS) + (higher << PAGE_BITS) + ticks;
    }
    return NO_TICK;
  }

  #addPage(number: number): number {
    const block = this.#makeBlock(number >> (BLOCK_BITS - PAGE_BITS));
    const page = this.#orders.takeRun(PAGE_LEVELS);
    const { words } = this.#memory;
    const records = words[W_RECORDS] ?? 0;
    for (let i = 0; i < PAGE_LEVELS; i++) {
      const at = records + (page + i) * RECORD_WORDS;
      words[at + NEXT] = page + i;
      words[at + PREVIOUS] = page + i;
      words[at + LEVEL_TICK] = (number << PAGE_BITS) + i;
      words[at + LEVEL_SIDE] = this.#sideBit;
    }
    words[block + (number & BLOCK_MASK)] = page;
    return page;
  }

  /** The block of this number, made when it is not there. */
  #makeBlock(number: number): number {
    const memory = this.#memory;
    const map = this.#map;
    const oldBase = memory.words[map + MAP_BASE] ?? 0;
    const oldCount = memory.words[map + MAP_COUNT] ?? 0;
    if (number < oldBase || number >= oldBase + oldCount) {
      const base = oldCount === 0 ? number : Math.min(oldBase, number);
      const count = (oldCount === 0 ? number : Math.max(oldBase + oldCount - 1, number)) - base + 1;
      const blocks = memory.allocate(count);
      const { words } = memory;
      const old = words[map + MAP_BLOCKS] ?? 0;
      words.copyWithin(blocks + oldBase - base, old, old + oldCount);
      words[map + MAP_BLOCKS] = blocks;
      words[map + MAP_BASE] = base;
      words[map + MAP_COUNT] = count;
    }
    const at = number - (memory.words[map + MAP_BASE] ?? 0);
    const known = memory.words[(memory.words[map + MAP_BLOCKS] ?? 0) + at] ?? 0;
    if (known !== 0) return known;
    const block = memory.allocate(BLOCK_WORDS);
    const { words } = memory;
    words.fill(NO_PAGE, block, block + BLOCK_PAGES);
    words[(words[map + MAP_BLOCKS] ?? 0) + at] = block;
    return block;
  }
}

/** The next page of a block below `place` that is not empty, or -1. */
function placeBelow(words: Int32Array, block: number, place: number): number {
  const from = place - 1;
  if (from < 0) return NONE;
  let word = from >> 5;
  let bits = (words[block + BLOCK_PLACES + word] ?? 0) & (0xffffffff >>> (31 - (from & 31)));
  if (bits === 0) {
    const marked =
      word === 0 ? 0 : (words[block + BLOCK_SUMMARY] ?? 0) & (0xffffffff >>> (32 - word));
    if (marked === 0) return NONE;
    word = 31 - Math.clz32(marked);
    bits = words[block + BLOCK_PLACES + word] ?? 0;
  }
  return (word << 5) | (31 - Math.clz32(bits));
}

/** The next page of a block above `place` that is not empty, or -1. */
function placeAbove(words: Int32Array, block: number, place: number): number {
  const from = place + 1;
  if (from >= BLOCK_PAGES) return NONE;
  let word = from >> 5;
  let bits = (words[block + BLOCK_PLACES + word] ?? 0) & (-1 << (from & 31));
  if (bits === 0) {
    const marked = word === 31 ? 0 : (words[block + BLOCK_SUMMARY] ?? 0) & (-1 << (word + 1));
    if (marked === 0) return NONE;
    word = lowestBit(marked);
    bits = words[block + BLOCK_PLACES + word] ?? 0;
  }
  return (word << 5) | lowestBit(bits);
}

/** The highest set bit at or below `within` of a page's two words, or -1. */
function highestUpTo(words: Int32Array, first: number, within: number): number {
  if (within >= 32) {
    const upper = (words[first + 1] ?? 0) & (0xffffffff >>> (63 - within));
    if (upper !== 0) return 63 - Math.clz32(upper);
    return 31 - Math.clz32(words[first] ?? 0);
  }
  return 31 - Math.clz32((words[first] ?? 0) & (0xffffffff >>> (31 - within)));
}

/** The lowest set bit at or above `within` of a page's two words, or -1. */
function lowestFrom(words: Int32Array, first: number, within: number): number {
  if (within < 32) {
    const lower = (words[first] ?? 0) & (-1 << within);
    if (lower !== 0) return lowestBit(lower);
  }
  const upper = (words[first + 1] ?? 0) & (within < 32 ? -1 : -1 << (within - 32));
  return upper === 0 ? -1 : 32 + lowestBit(upper);
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
