import {
  CONTROL_WORDS,
  D_DAY,
  D_DUE,
  D_NOW,
  D_TICK_NANOS,
  NEXT,
  ORDER_HASH,
  ORDER_ID_LOW,
  W_AT_END,
  W_BY_SEQUENCE,
  W_COUNT,
  W_GROUP_OPEN,
  W_IS_SETTLED,
  W_PASSED,
  W_RECORDS,
  W_RECORDS_USED,
  W_RECORD_FREE,
  W_RECORD_ROOM,
  W_SEQUENCE,
  W_SETTLE,
  W_TABLE,
  W_TABLE_MASK,
  W_TICK_INVERSE,
  W_TICK_SHIFT,
  W_TRADES,
  W_WATCH,
  W_WATCH_TRADES,
} from '../layout.ts';
import {
  ASK,
  AT_PRICE,
  AT_SIZE,
  AT_TAGS,
  BID,
  EVENT_BYTES,
  NO_TICK,
  RECORD_SHIFT,
  closeGap,
  double,
  forgetVolumes,
  hashOf,
  isRingFull,
  isWatched,
  join,
  leave,
  levelOf,
  noteFill,
  passTrade,
  reach,
  setWord,
  waits,
  word,
} from './book-steps.ts';


// of an event, in bytes: src/domain/event.ts
const AT_TS: i32 = 8;
const AT_ID: i32 = 16;
const AT_SEQUENCE: i32 = 52;
const ADD: i32 = 0x41;
const CANCEL: i32 = 0x43;
const FILL: i32 = 0x46;
const TRADE: i32 = 0x54;
const FLAG_LAST: i32 = 128;
/** Snapshot, top of book, maybe bad book: not plain. */
const FLAGS_NOT_PLAIN: i32 = 32 | 64 | 4;


/**
 * Applies the staged events from `from` on, and returns the number of the first that it did not take: `to`, or one that
 * the host has to see.
 *
 * @param most At the first end of a time stamp from this event on it hands over.
 */
export function runEvents(from: i32, to: i32, most: i32): i32 {
  const bySequence = word(W_BY_SEQUENCE) != 0;
  const settle = word(W_SETTLE);
  const day = load<i64>(D_DAY << 3);
  const due = double(D_DUE);
  let now = double(D_NOW);
  let isOpen = word(W_GROUP_OPEN) != 0;
  let lastSequence = word(W_SEQUENCE);
  let trades: i32 = 0;
  let passed: i32 = 0;
  let mustMeasure = false;
  let isAtEnd = false;
  let isSettled = word(W_IS_SETTLED) != 0;
  let i = from;
  let at: usize = <usize>(CONTROL_WORDS * 4) + <usize>from * EVENT_BYTES;

  for (; i < to; i++, at += EVENT_BYTES) {
    const tags = load<i32>(at, AT_TAGS);
    if ((tags & FLAGS_NOT_PLAIN) != 0) break;
    const sequence = load<i32>(at, AT_SEQUENCE);
    // the feed is out of order: the host looks into it
    if (sequence - lastSequence < 0) break;
    const isGroupOpen = isOpen && !(bySequence && sequence != lastSequence);
    let ts = <f64>(load<i64>(at, AT_TS) - day);
    const isNew = ts > now;
    if (isNew) {
      if (!isGroupOpen) {
        if (mustMeasure || i >= most || ts > due || (!isSettled && waits(settle))) {
          isAtEnd = true;
          break;
        }
        passed = trades;
      } else if (mustMeasure || ts > due) break;
    } else if (ts < now) break;

    const action = (tags >> 16) & 0xff;
    if (action == ADD) {
      if (!add(at, tags >>> 24, ts, isNew)) break;
    } else if (action == CANCEL) {
      if (!cancel(at, ts, isNew)) break;
    } else if (action == FILL) {
      if (!fill(at, ts, isNew)) break;
    } else if (action == TRADE && word(W_WATCH_TRADES) == 0) {
      if (isNew) reach();
      if (passTrade(trades++, i, at, ts)) mustMeasure = true;
    } else break;

    if (isNew) {
      now = ts;
      isSettled = false;
    }
    isOpen = bySequence || (tags & FLAG_LAST) == 0;
    lastSequence = sequence;
  }

  forgetVolumes(trades);
  setWord(W_TRADES, trades);
  setWord(W_PASSED, passed);
  setWord(W_AT_END, isAtEnd ? 1 : 0);
  store<f64>(D_NOW << 3, now);
  setWord(W_GROUP_OPEN, isOpen ? 1 : 0);
  setWord(W_SEQUENCE, lastSequence);
  return i;
}

/** A plain add; false where it has to be handed over. */
// @ts-ignore: decorator
@inline
function add(at: usize, sideByte: i32, ts: f64, isNew: bool): bool {
  if (sideByte != ASK && sideByte != BID) return false;
  const side = sideByte == ASK ? 1 : 0;
  const size = load<u32>(at, AT_SIZE);
  const price = load<i64>(at, AT_PRICE);
  const tick = <i32>(price >> word(W_TICK_SHIFT)) * word(W_TICK_INVERSE);
  if (<i64>tick * <i64>double(D_TICK_NANOS) != price || tick == NO_TICK || size == 0) return false;
  if (isWatched(side, tick)) return false;
  const level = levelOf(side, tick);
  if (level < 0 || isRingFull(ts)) return false;
  const id = load<i64>(at, AT_ID);
  const hash = hashOf(<i32>id, <i32>(id >> 32));
  const table = <usize>(word(W_TABLE) << 2);
  const records = <usize>(word(W_RECORDS) << 2);
  const mask = word(W_TABLE_MASK);
  let entry = table + (<usize>(hash & mask) << 3);
  for (;;) {
    const both = load<i64>(entry);
    const number = <i32>(both >> 32);
    if (number == 0) break;
    if (<i32>both == hash && load<i64>(records + (<usize>(number - 1) << RECORD_SHIFT)) == id) return false;
    entry = table + (((entry - table) + 8) & ((<usize>mask << 3) | 7));
  }
  const count = word(W_COUNT) + 1;
  if (count << 1 > mask) return false;
  let order = word(W_RECORD_FREE);
  if (order >= 0) setWord(W_RECORD_FREE, load<i32>(records + (<usize>order << RECORD_SHIFT), NEXT * 4));
  else {
    order = word(W_RECORDS_USED);
    if (order >= word(W_RECORD_ROOM)) return false;
    setWord(W_RECORDS_USED, order + 1);
  }
  if (isNew) reach();
  setWord(W_COUNT, count);
  store<i64>(entry, (<i64>(order + 1) << 32) | <i64>(<u32>hash));
  const orderAt = records + (<usize>order << RECORD_SHIFT);
  store<i64>(orderAt, id, ORDER_ID_LOW * 4);
  store<i32>(orderAt, hash, ORDER_HASH * 4);
  join(order, level, side, tick, size, ts);
  return true;
}

/** A plain cancel; false where it has to be handed over. */
// @ts-ignore: decorator
@inline
function cancel(at: usize, ts: f64, isNew: bool): bool {
  const id = load<i64>(at, AT_ID);
  const hash = hashOf(<i32>id, <i32>(id >> 32));
  const table = <usize>(word(W_TABLE) << 2);
  const records = <usize>(word(W_RECORDS) << 2);
  const mask = word(W_TABLE_MASK);
  let entry = hash & mask;
  let order: i32 = -1;
  for (;;) {
    const both = load<i64>(table + (<usize>entry << 3));
    const number = <i32>(both >> 32);
    if (number == 0) return false;
    if (<i32>both == hash && load<i64>(records + (<usize>(number - 1) << RECORD_SHIFT)) == id) {
      order = number - 1;
      break;
    }
    entry = (entry + 1) & mask;
  }
  if (isRingFull(ts)) return false;
  if (isNew) reach();
  if (leave(order, load<u32>(at, AT_SIZE), ts)) {
    closeGap(table, mask, entry);
    store<i32>(records + (<usize>order << RECORD_SHIFT), word(W_RECORD_FREE), NEXT * 4);
    setWord(W_RECORD_FREE, order);
    setWord(W_COUNT, word(W_COUNT) - 1);
  }
  return true;
}

/** A plain execution; false where it has to be handed over. */
// @ts-ignore: decorator
@inline
function fill(at: usize, ts: f64, isNew: bool): bool {
  if (word(W_WATCH) != 0) return false;
  if (!noteFill(load<i64>(at, AT_ID), load<u32>(at, AT_SIZE), ts)) return false;
  if (isNew) reach();
  return true;
}
