/** What both runs of the core do to the book; each does as the class of the same function does. */
import {
  BLOCK_BITS,
  BLOCK_MASK,
  BLOCK_PLACES,
  BLOCK_SUMMARY,
  BLOCK_TICKS,
  CHANGE_ADDED,
  CHANGE_BEFORE,
  CHANGE_LOST,
  CHANGE_PULLED,
  CHANGE_SIZE,
  CHANGE_TAG,
  CHANGE_TRADED,
  CHANGE_WORDS,
  D_FILLS_TS,
  D_FLOW,
  D_LEVEL_SHARE,
  D_LEVEL_VOLUME,
  D_TICK_NANOS,
  D_TOUCH_TS,
  D_WINDOW,
  FILL_ROOM,
  FILL_WORDS,
  LEVEL_CHANGE,
  LEVEL_COUNT,
  LEVEL_SIDE,
  LEVEL_TICK,
  MAP_BASE,
  MAP_BLOCKS,
  MAP_COUNT,
  MAP_WORDS,
  NEXT,
  ORDER_ARRIVAL,
  ORDER_LEVEL,
  ORDER_SIZE,
  PAGE_BITS,
  PAGE_MASK,
  PREVIOUS,
  SETTLE_ALWAYS,
  SETTLE_BEYOND,
  SETTLE_ON_TOUCH,
  W_ARRIVALS,
  W_BEFORE,
  W_BEST,
  STAGE_TRADES,
  STAGE_VOLUMES,
  TRADE_BEFORE,
  TRADE_NUMBER,
  TRADE_SIZE,
  TRADE_VOLUMES,
  TRADE_WORDS,
  VOLUME_MASK,
  W_FROM_HIGH,
  W_FROM_LOW,
  W_MAY_PASS,
  W_TICK_INVERSE,
  W_TICK_SHIFT,
  W_CHANGES,
  W_CHANGES_MASK,
  W_CHANGES_PUSHED,
  W_FILLS,
  W_FILLS_COUNT,
  W_LEVELS,
  W_MAPS,
  W_RECORDS,
  W_SETTLED,
  W_WATCH_ASK,
  W_WATCH_BID,
} from '../layout.ts';

// of an event, in bytes: src/domain/event.ts
export const EVENT_BYTES: i32 = 56;
export const AT_PRICE: i32 = 24;
export const AT_SIZE: i32 = 32;
export const AT_TAGS: i32 = 36;
export const ASK: i32 = 0x41;
export const BID: i32 = 0x42;
const FLAG_CROSS: i32 = 1;

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

/** Whether one of the next two changes would take the place of one that a question may still reach. */
// @ts-ignore: decorator
@inline
export function isRingFull(ts: f64): bool {
  const mask = word(W_CHANGES_MASK);
  const second = word(W_CHANGES_PUSHED) + 1;
  return (
    <u32>second > <u32>mask &&
    load<f64>(<usize>((word(W_CHANGES) + (second & mask) * CHANGE_WORDS) << 2)) >= ts - double(D_WINDOW)
  );
}

// @ts-ignore: decorator
@inline
function push(levelAt: usize, level: i32, ts: f64, size: u32, kind: i32): void {
  const pushed = word(W_CHANGES_PUSHED);
  const change = <usize>((word(W_CHANGES) + (pushed & word(W_CHANGES_MASK)) * CHANGE_WORDS) << 2);
  store<f64>(change, ts);
  store<u32>(change, size, CHANGE_SIZE * 4);
  store<i32>(change, (level << 3) | kind, CHANGE_TAG * 4);
  store<i32>(change, load<i32>(levelAt, LEVEL_CHANGE * 4), CHANGE_BEFORE * 4);
  store<i32>(levelAt, pushed + 1, LEVEL_CHANGE * 4);
  setWord(W_CHANGES_PUSHED, pushed + 1);
}

/** A new time stamp begins: the touch before it is kept. */
// @ts-ignore: decorator
@inline
export function reach(): void {
  store<i64>(W_BEFORE << 2, load<i64>(W_BEST << 2));
}

/** Whether the end of a time stamp has to be measured. */
// @ts-ignore: decorator
@inline
export function waits(settle: i32): bool {
  return (
    settle == SETTLE_ALWAYS ||
    (settle == SETTLE_ON_TOUCH && load<i64>(W_BEST << 2) != load<i64>(W_SETTLED << 2)) ||
    (settle == SETTLE_BEYOND && isBeyond())
  );
}

// @ts-ignore: decorator
@inline
function isBeyond(): bool {
  const ask = word(W_BEST + 1);
  return word(W_BEST) <= word(W_FROM_LOW) || ask >= word(W_FROM_HIGH) || ask == NO_TICK;
}

/**
 * Notes a trade that is passed by: it changes no book, and is told to the host before anything else happens. True when the
 * end of its time stamp has to be measured.
 */
export function passTrade(trades: i32, number: i32, at: usize, ts: f64): bool {
  const noted = <usize>((STAGE_TRADES + trades * TRADE_WORDS) << 2);
  store<f64>(noted, ts);
  store<i32>(noted, number, TRADE_NUMBER * 4);
  store<i64>(noted, load<i64>(W_BEFORE << 2), TRADE_BEFORE * 4);
  store<i32>(noted, 0, TRADE_VOLUMES * 4);
  if (word(W_MAY_PASS) == 0) return true;
  const price = load<i64>(at, AT_PRICE);
  const tick = <i32>(price >> word(W_TICK_SHIFT)) * word(W_TICK_INVERSE);
  if (<i64>tick * <i64>double(D_TICK_NANOS) != price || tick == NO_TICK) return true;
  let mustMeasure = tick <= word(W_FROM_LOW) || tick >= word(W_FROM_HIGH);
  const tags = load<i32>(at, AT_TAGS);
  // a cross has no aggressor
  if ((tags & FLAG_CROSS) != 0) return mustMeasure;
  const size = load<u32>(at, AT_SIZE);
  const sideByte = tags >>> 24;
  // where the side is not told it is worked out later: it may be either
  const sides = sideByte == ASK ? 1 : sideByte == BID ? 2 : 3;
  const cells = tick & VOLUME_MASK;
  store<u32>(noted, size, TRADE_SIZE * 4);
  store<i32>(noted, (cells << 2) | sides, TRADE_VOLUMES * 4);
  for (let bought = 0; bought < 2; bought++) {
    if ((sides & (1 << bought)) == 0) continue;
    const volumeAt = <usize>((STAGE_VOLUMES + 4 * cells + 2 * bought) << 2);
    const volume = load<f64>(volumeAt) + <f64>size;
    store<f64>(volumeAt, volume);
    const allAt = (D_FLOW + bought) << 3;
    // at least so much: of what may be of the other side nothing
    const all = load<f64>(allAt) + (sides == 3 ? 0 : <f64>size);
    store<f64>(allAt, all);
    if (volume >= double(D_LEVEL_VOLUME) && volume >= double(D_LEVEL_SHARE) * all) mustMeasure = true;
  }
  return mustMeasure;
}

/** The volumes are the host's, who counts every trade when it is told: those of this run go out again. */
export function forgetVolumes(trades: i32): void {
  let noted = <usize>(STAGE_TRADES << 2);
  for (let k = 0; k < trades; k++, noted += TRADE_WORDS * 4) {
    const added = load<i32>(noted, TRADE_VOLUMES * 4);
    const size = <f64>load<u32>(noted, TRADE_SIZE * 4);
    const soldAt = <usize>((STAGE_VOLUMES + 4 * (added >> 2)) << 2);
    if ((added & 1) != 0) store<f64>(soldAt, load<f64>(soldAt) - size);
    if ((added & 2) != 0) store<f64>(soldAt, load<f64>(soldAt, 8) - size, 8);
  }
}

/** Whether an order of ours waits for what is displayed there. */
// @ts-ignore: decorator
@inline
export function isWatched(side: i32, tick: i32): bool {
  // no branch on the side: it would be wrong half of the time
  return select<i32>(tick, ~tick, side) <= select<i32>(word(W_WATCH_ASK), ~word(W_WATCH_BID), side);
}

/** The record of a tick's level, or -1 where its page is not there. */
// @ts-ignore: decorator
@inline
export function levelOf(side: i32, tick: i32): i32 {
  const map = W_MAPS + side * MAP_WORDS;
  const number = (tick >> BLOCK_BITS) - word(map + MAP_BASE);
  if (<u32>number >= <u32>word(map + MAP_COUNT)) return -1;
  const block = word(word(map + MAP_BLOCKS) + number);
  if (block == 0) return -1;
  const page = word(block + ((tick >> PAGE_BITS) & BLOCK_MASK));
  return page < 0 ? -1 : page + (tick & PAGE_MASK);
}

/** An order, whose id is known already, joins the back of its level. */
// @ts-ignore: decorator
@inline
export function join(order: i32, level: i32, side: i32, tick: i32, size: u32, ts: f64): void {
  const records = <usize>(word(W_RECORDS) << 2);
  const levelAt = records + (<usize>level << RECORD_SHIFT);
  const orderAt = records + (<usize>order << RECORD_SHIFT);
  const last = load<i32>(levelAt, PREVIOUS * 4);
  const orders = load<i32>(levelAt, LEVEL_COUNT * 4);
  const arrivals = word(W_ARRIVALS);
  store<u32>(orderAt, size, ORDER_SIZE * 4);
  store<i32>(orderAt, level, ORDER_LEVEL * 4);
  store<i32>(orderAt, level, NEXT * 4);
  store<i32>(orderAt, last, PREVIOUS * 4);
  store<i32>(orderAt, arrivals, ORDER_ARRIVAL * 4);
  setWord(W_ARRIVALS, arrivals + 1);
  store<i32>(records + (<usize>last << RECORD_SHIFT), order, NEXT * 4);
  store<i32>(levelAt, order, PREVIOUS * 4);
  store<i32>(levelAt, orders + 1, LEVEL_COUNT * 4);
  store<f64>(levelAt, load<f64>(levelAt) + <f64>size);
  if (orders == 0) markOccupied(side, tick);
  if (tick == word(W_BEST + side)) store<f64>(D_TOUCH_TS << 3, ts);
  push(levelAt, level, ts, size, CHANGE_ADDED);
}

/** The id of an order. */
// @ts-ignore: decorator
@inline
export function idOf(order: i32): i64 {
  return load<i64>((<usize>word(W_RECORDS) << 2) + (<usize>order << RECORD_SHIFT));
}

/** An order loses size, of which its fills at this time stamp were traded. True when it has left its queue. */
// @ts-ignore: decorator
@inline
export function leave(order: i32, canceled: u32, ts: f64): bool {
  const records = <usize>(word(W_RECORDS) << 2);
  const orderAt = records + (<usize>order << RECORD_SHIFT);
  const level = load<i32>(orderAt, ORDER_LEVEL * 4);
  const levelAt = records + (<usize>level << RECORD_SHIFT);
  const size = load<u32>(orderAt, ORDER_SIZE * 4);
  const lost = canceled < size ? canceled : size;
  const tick = load<i32>(levelAt, LEVEL_TICK * 4);
  const side = load<i32>(levelAt, LEVEL_SIDE * 4);
  const traded = ts == double(D_FILLS_TS) ? takeFilled(idOf(order), lost) : 0;
  store<f64>(levelAt, load<f64>(levelAt) - <f64>lost);
  if (tick == word(W_BEST + side)) store<f64>(D_TOUCH_TS << 3, ts);
  const isGone = lost == size;
  store<u32>(orderAt, size - lost, ORDER_SIZE * 4);
  if (isGone) {
    const next = load<i32>(orderAt, NEXT * 4);
    const previous = load<i32>(orderAt, PREVIOUS * 4);
    store<i32>(records + (<usize>previous << RECORD_SHIFT), next, NEXT * 4);
    store<i32>(records + (<usize>next << RECORD_SHIFT), previous, PREVIOUS * 4);
    const orders = load<i32>(levelAt, LEVEL_COUNT * 4) - 1;
    store<i32>(levelAt, orders, LEVEL_COUNT * 4);
    if (orders == 0) markEmpty(side, tick);
  }
  if (traded > 0) push(levelAt, level, ts, traded, CHANGE_TRADED | CHANGE_LOST);
  if (traded < lost) push(levelAt, level, ts, lost - traded, CHANGE_PULLED | CHANGE_LOST);
  return isGone;
}

/** As FillNotes' `note`; false where there is no room. */
// @ts-ignore: decorator
@inline
export function noteFill(id: i64, size: u32, ts: f64): bool {
  const noted = ts == double(D_FILLS_TS) ? word(W_FILLS_COUNT) : 0;
  if (noted == FILL_ROOM) return false;
  store<f64>(D_FILLS_TS << 3, ts);
  const note = <usize>((word(W_FILLS) + noted * FILL_WORDS) << 2);
  store<i64>(note, id);
  store<u32>(note, size, 8);
  setWord(W_FILLS_COUNT, noted + 1);
  return true;
}

/** As FillNotes' `take`. */
function takeFilled(id: i64, size: u32): u32 {
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
function markOccupied(side: i32, tick: i32): void {
  const map = W_MAPS + side * MAP_WORDS;
  const block = word(word(map + MAP_BLOCKS) + (tick >> BLOCK_BITS) - word(map + MAP_BASE));
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
function markEmpty(side: i32, tick: i32): void {
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
