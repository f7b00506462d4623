/** What both runs of the core do to the book; each does as the class of the same function does. */
import {
  BLOCK_BITS,
  BLOCK_MASK,
  BLOCK_PLACES,
  BLOCK_SUMMARY,
  BLOCK_TICKS,
  CHANGE_BEFORE,
  CHANGE_SIZE,
  CHANGE_TAG,
  CHANGE_WORDS,
  FILL_WORDS,
  LEVEL_CHANGE,
  MAP_BASE,
  MAP_BLOCKS,
  MAP_WORDS,
  PAGE_BITS,
  PAGE_MASK,
  W_BEST,
  W_FILLS,
  W_FILLS_COUNT,
  W_LEVELS,
  W_MAPS,
} from '../layout.ts';

export const NO_TICK: i32 = i32.MIN_VALUE;
export const RECORD_SHIFT: i32 = 5;

// @ts-ignore: decorator
@inline
export function word(offset: i32): i32 {
  return load<i32>(<usize>(offset << 2));
}

// @ts-ignore: decorator
@inline
export function setWord(offset: i32, value: i32): void {
  store<i32>(<usize>(offset << 2), value);
}

// @ts-ignore: decorator
@inline
export function double(offset: i32): f64 {
  return load<f64>(<usize>(offset << 3));
}

/** As OrderTable's. */
// @ts-ignore: decorator
@inline
export function hashOf(low: i32, high: i32): i32 {
  const mixed = (low ^ (high * <i32>0x915f77f5)) * <i32>0x93d765dd;
  return mixed ^ <i32>(<u32>mixed >> 15);
}

/** Whether the change after `pushed` others would take the place of one that is not older than `since`. */
// @ts-ignore: decorator
@inline
export function isRingFull(changes: usize, mask: i32, pushed: i32, since: f64): bool {
  return (
    <u32>pushed > <u32>mask &&
    load<f64>(changes + <usize>(pushed & mask) * (CHANGE_WORDS * 4)) >= since
  );
}

// @ts-ignore: decorator
@inline
export function push(
  changes: usize,
  mask: i32,
  pushed: i32,
  levelAt: usize,
  ts: f64,
  level: i32,
  size: u32,
  kind: i32,
): i32 {
  const change = changes + <usize>(pushed & mask) * (CHANGE_WORDS * 4);
  store<f64>(change, ts);
  store<u32>(change, size, CHANGE_SIZE * 4);
  store<i32>(change, (level << 3) | kind, CHANGE_TAG * 4);
  store<i32>(change, load<i32>(levelAt, LEVEL_CHANGE * 4), CHANGE_BEFORE * 4);
  store<i32>(levelAt, pushed + 1, LEVEL_CHANGE * 4);
  return pushed + 1;
}

/** As FillNotes' `take`. */
export function takeFilled(id: i64, size: u32): u32 {
  let note = <usize>(word(W_FILLS) << 2);
  const end = note + <usize>(word(W_FILLS_COUNT) * FILL_WORDS * 4);
  let traded: u32 = 0;
  for (; note < end && traded < size; note += FILL_WORDS * 4) {
    if (load<i64>(note) != id) continue;
    const noted = load<u32>(note, 8);
    const part = noted < size - traded ? noted : size - traded;
    store<u32>(note, noted - part, 8);
    traded += part;
  }
  return traded;
}

/** Takes an entry out of the id table: moves back every later one of the run whose home is not inside the gap. */
// @ts-ignore: decorator
@inline
export function closeGap(table: usize, mask: i32, entry: i32): void {
  let hole = entry;
  for (let next = (hole + 1) & mask; ; next = (next + 1) & mask) {
    const both = load<i64>(table + (<usize>next << 3));
    if (both >> 32 == 0) break;
    if (((next - <i32>both) & mask) >= ((next - hole) & mask)) {
      store<i64>(table + (<usize>hole << 3), both);
      hole = next;
    }
  }
  store<i64>(table + (<usize>hole << 3), 0);
}

/** As BookSide's. */
export function markOccupied(side: i32, block: i32, tick: i32): void {
  const place = (tick >> PAGE_BITS) & BLOCK_MASK;
  const ticks = <usize>((block + BLOCK_TICKS + 2 * place) << 2);
  store<u64>(ticks, load<u64>(ticks) | (<u64>1 << <u64>(tick & PAGE_MASK)));
  const places = block + BLOCK_PLACES + (place >> 5);
  setWord(places, word(places) | (1 << (place & 31)));
  setWord(block + BLOCK_SUMMARY, word(block + BLOCK_SUMMARY) | (1 << (place >> 5)));
  setWord(W_LEVELS + side, word(W_LEVELS + side) + 1);
  const best = word(W_BEST + side);
  if (side == 0 ? tick > best : best == NO_TICK || tick < best) setWord(W_BEST + side, tick);
}

/** As BookSide's. */
export function markEmpty(side: i32, tick: i32): void {
  const map = W_MAPS + side * MAP_WORDS;
  const block = word(word(map + MAP_BLOCKS) + (tick >> BLOCK_BITS) - word(map + MAP_BASE));
  const place = (tick >> PAGE_BITS) & BLOCK_MASK;
  const ticks = <usize>((block + BLOCK_TICKS + 2 * place) << 2);
  const after = load<u64>(ticks) & ~(<u64>1 << <u64>(tick & PAGE_MASK));
  store<u64>(ticks, after);
  if (after == 0) {
    const places = block + BLOCK_PLACES + (place >> 5);
    const left = word(places) & ~(1 << (place & 31));
    setWord(places, left);
    if (left == 0)
      setWord(block + BLOCK_SUMMARY, word(block + BLOCK_SUMMARY) & ~(1 << (place >> 5)));
  }
  const levels = word(W_LEVELS + side) - 1;
  setWord(W_LEVELS + side, levels);
  if (tick == word(W_BEST + side))
    setWord(W_BEST + side, levels == 0 ? NO_TICK : side == 0 ? below(map, tick) : above(map, tick));
}

/** The next occupied tick below the best bid that went; there is one. */
function below(map: i32, tick: i32): i32 {
  const base = word(map + MAP_BASE);
  const blocks = word(map + MAP_BLOCKS);
  let number = (tick >> BLOCK_BITS) - base;
  let block = word(blocks + number);
  const start = (tick >> PAGE_BITS) & BLOCK_MASK;
  // what is left of the level's own page, then of its word of pages, then of its block
  const ticks = bitsOf(block, start) & ((<u64>1 << <u64>(tick & PAGE_MASK)) - 1);
  if (ticks != 0) return (tick & ~PAGE_MASK) + 63 - <i32>clz(ticks);
  let at = start >> 5;
  let pages: u32 = <u32>word(block + BLOCK_PLACES + at) & ((<u32>1 << <u32>(start & 31)) - 1);
  if (pages == 0) {
    let words: u32 = <u32>word(block + BLOCK_SUMMARY) & ((<u32>1 << <u32>at) - 1);
    while (words == 0) {
      block = word(blocks + --number);
      if (block != 0) words = <u32>word(block + BLOCK_SUMMARY);
    }
    at = 31 - <i32>clz(words);
    pages = <u32>word(block + BLOCK_PLACES + at);
  }
  const place = (at << 5) + 31 - <i32>clz(pages);
  return ((number + base) << BLOCK_BITS) + (place << PAGE_BITS) + 63 - <i32>clz(bitsOf(block, place));
}

/** The next occupied tick above the best ask that went; there is one. */
function above(map: i32, tick: i32): i32 {
  const base = word(map + MAP_BASE);
  const blocks = word(map + MAP_BLOCKS);
  let number = (tick >> BLOCK_BITS) - base;
  let block = word(blocks + number);
  const start = (tick >> PAGE_BITS) & BLOCK_MASK;
  // twice, for a shift by all of the bits is a shift by none
  const ticks = bitsOf(block, start) & ((u64.MAX_VALUE << <u64>(tick & PAGE_MASK)) << 1);
  if (ticks != 0) return (tick & ~PAGE_MASK) + <i32>ctz(ticks);
  let at = start >> 5;
  let pages: u32 = <u32>word(block + BLOCK_PLACES + at) & ((u32.MAX_VALUE << <u32>(start & 31)) << 1);
  if (pages == 0) {
    let words: u32 = <u32>word(block + BLOCK_SUMMARY) & ((u32.MAX_VALUE << <u32>at) << 1);
    while (words == 0) {
      block = word(blocks + ++number);
      if (block != 0) words = <u32>word(block + BLOCK_SUMMARY);
    }
    at = <i32>ctz(words);
    pages = <u32>word(block + BLOCK_PLACES + at);
  }
  const place = (at << 5) + <i32>ctz(pages);
  return ((number + base) << BLOCK_BITS) + (place << PAGE_BITS) + <i32>ctz(bitsOf(block, place));
}

/** The occupied ticks of a page. */
// @ts-ignore: decorator
@inline
export function bitsOf(block: i32, place: i32): u64 {
  return load<u64>(<usize>((block + BLOCK_TICKS + 2 * place) << 2));
}
