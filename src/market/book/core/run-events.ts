import {
  BLOCK_BITS,
  BLOCK_MASK,
  CHANGE_ADDED,
  CHANGE_LOST,
  CHANGE_PULLED,
  CHANGE_TRADED,
  CONTROL_WORDS,
  D_DAY,
  D_DUE,
  D_FILLS_TS,
  D_NOW,
  D_TICK_NANOS,
  D_TOUCH_TS,
  D_WINDOW,
  FILL_ROOM,
  FILL_WORDS,
  LEVEL_COUNT,
  LEVEL_SIDE,
  LEVEL_TICK,
  MAP_BASE,
  MAP_BLOCKS,
  MAP_COUNT,
  MAP_WORDS,
  NEXT,
  ORDER_ARRIVAL,
  ORDER_HASH,
  ORDER_ID_LOW,
  ORDER_LEVEL,
  ORDER_SIZE,
  PAGE_BITS,
  PAGE_MASK,
  PREVIOUS,
  SETTLE_ALWAYS,
  SETTLE_ON_TOUCH,
  STAGE_TRADES,
  W_ARRIVALS,
  W_AT_END,
  W_BEFORE,
  W_BEST,
  W_BY_SEQUENCE,
  W_CHANGES,
  W_CHANGES_MASK,
  W_CHANGES_PUSHED,
  W_COUNT,
  W_FILLS,
  W_FILLS_COUNT,
  W_GROUP_OPEN,
  W_IS_SETTLED,
  W_MAPS,
  W_RECORDS,
  W_RECORDS_USED,
  W_RECORD_FREE,
  W_RECORD_ROOM,
  W_SEQUENCE,
  W_SETTLE,
  W_SETTLED,
  W_TABLE,
  W_TABLE_MASK,
  W_TICK_INVERSE,
  W_TICK_SHIFT,
  W_TRADES,
  W_WATCH,
  W_WATCH_ASK,
  W_WATCH_BID,
  W_WATCH_TRADES,
} from '../layout.ts';
import {
  NO_TICK,
  RECORD_SHIFT,
  closeGap,
  double,
  hashOf,
  isRingFull,
  markEmpty,
  markOccupied,
  push,
  setWord,
  takeFilled,
  word,
} from './book-steps.ts';


// of an event, in bytes: src/domain/event.ts
const EVENT_BYTES: i32 = 56;
const AT_TS: i32 = 8;
const AT_ID: i32 = 16;
const AT_PRICE: i32 = 24;
const AT_SIZE: i32 = 32;
const AT_TAGS: i32 = 36;
const AT_SEQUENCE: i32 = 52;
const ADD: i32 = 0x41;
const CANCEL: i32 = 0x43;
const FILL: i32 = 0x46;
const TRADE: i32 = 0x54;
const ASK: i32 = 0x41;
const BID: i32 = 0x42;
const FLAG_LAST: i32 = 128;
/** Snapshot, top of book: not plain. */
const FLAGS_NOT_PLAIN: i32 = 32 | 64;


/**
 * Applies the staged events from `from` on, and returns the number of the first that it did not take: `to`, or one that
 * the host has to see.
 *
 * @param most At the first end of a time stamp from this event on it hands over.
 */
export function runEvents(from: i32, to: i32, most: i32): i32 {
  const bySequence = word(W_BY_SEQUENCE) != 0;
  const watch = word(W_WATCH) != 0;
  const watchTrades = word(W_WATCH_TRADES) != 0;
  const watchAsk = word(W_WATCH_ASK);
  const watchBid = word(W_WATCH_BID);
  const settle = word(W_SETTLE);
  const settledBid = word(W_SETTLED);
  const settledAsk = word(W_SETTLED + 1);
  const day = load<i64>(D_DAY << 3);
  const due = double(D_DUE);
  const window = double(D_WINDOW);
  const records = <usize>(word(W_RECORDS) << 2);
  const table = <usize>(word(W_TABLE) << 2);
  const mask = word(W_TABLE_MASK);
  const changes = <usize>(word(W_CHANGES) << 2);
  const changesMask = word(W_CHANGES_MASK);
  const shift = word(W_TICK_SHIFT);
  const inverse = word(W_TICK_INVERSE);
  const tickNanos = <i64>double(D_TICK_NANOS);
  const room = word(W_RECORD_ROOM);
  let now = double(D_NOW);
  let isOpen = word(W_GROUP_OPEN) != 0;
  let lastSequence = word(W_SEQUENCE);
  let pushed = word(W_CHANGES_PUSHED);
  let free = word(W_RECORD_FREE);
  let used = word(W_RECORDS_USED);
  let count = word(W_COUNT);
  let arrivals = word(W_ARRIVALS);
  let touchTs = double(D_TOUCH_TS);
  let trades: i32 = 0;
  let isAtEnd = false;
  let isSettled = word(W_IS_SETTLED) != 0;
  let i = from;
  let at: usize = <usize>(CONTROL_WORDS * 4) + <usize>from * EVENT_BYTES;

  for (; i < to; i++, at += EVENT_BYTES) {
    const tags = load<i32>(at, AT_TAGS);
    const action = (tags >> 16) & 0xff;
    if ((tags & FLAGS_NOT_PLAIN) != 0) break;
    const sequence = load<i32>(at, AT_SEQUENCE);
    const isGroupOpen = isOpen && !(bySequence && sequence != lastSequence);
    let ts = <f64>(load<i64>(at, AT_TS) - day);
    const isNew = ts > now;
    if (isNew) {
      if (!isGroupOpen) {
        if (
          trades > 0 ||
          i >= most ||
          ts > due ||
          (!isSettled &&
            (settle == SETTLE_ALWAYS ||
              (settle == SETTLE_ON_TOUCH &&
                (word(W_BEST) != settledBid || word(W_BEST + 1) != settledAsk))))
        ) {
          isAtEnd = true;
          break;
        }
      } else if (trades > 0 || ts > due) break;
    } else ts = now;

    if (action == ADD) {
      const sideByte = (tags >>> 24) & 0xff;
      if (sideByte != ASK && sideByte != BID) break;
      const side = sideByte == ASK ? 1 : 0;
      const size = load<u32>(at, AT_SIZE);
      const price = load<i64>(at, AT_PRICE);
      const tick = <i32>(price >> shift) * inverse;
      if (<i64>tick * tickNanos != price || tick == NO_TICK || size == 0) break;
      // no branch on the side: it would be wrong half of the time
      if (select<i32>(tick, ~tick, side) <= select<i32>(watchAsk, ~watchBid, side)) break;
      const map = W_MAPS + side * MAP_WORDS;
      const number = (tick >> BLOCK_BITS) - word(map + MAP_BASE);
      if (<u32>number >= <u32>word(map + MAP_COUNT)) break;
      const block = word(word(map + MAP_BLOCKS) + number);
      if (block == 0) break;
      const page = word(block + ((tick >> PAGE_BITS) & BLOCK_MASK));
      if (page < 0) break;
      const id = load<i64>(at, AT_ID);
      const hash = hashOf(<i32>id, <i32>(id >> 32));
      let entry = hash & mask;
      let isKnown = false;
      for (;;) {
        const both = load<i64>(table + (<usize>entry << 3));
        const number = <i32>(both >> 32);
        if (number == 0) break;
        if (
          <i32>both == hash &&
          load<i64>(records + (<usize>(number - 1) << RECORD_SHIFT)) == id
        ) {
          isKnown = true;
          break;
        }
        entry = (entry + 1) & mask;
      }
      if (isKnown || ((count + 1) << 1) > mask) break;
      if (isRingFull(changes, changesMask, pushed, ts - window)) break;
      let order = free;
      if (order >= 0) free = load<i32>(records + (<usize>order << RECORD_SHIFT), NEXT * 4);
      else {
        if (used >= room) break;
        order = used++;
      }

      if (isNew) {
        now = ts;
        isSettled = false;
        setWord(W_BEFORE, word(W_BEST));
        setWord(W_BEFORE + 1, word(W_BEST + 1));
      }
      count++;
      store<i64>(table + (<usize>entry << 3), (<i64>(order + 1) << 32) | <i64>(<u32>hash));
      const level = page + (tick & PAGE_MASK);
      const levelAt = records + (<usize>level << RECORD_SHIFT);
      const orderAt = records + (<usize>order << RECORD_SHIFT);
      const last = load<i32>(levelAt, PREVIOUS * 4);
      const orders = load<i32>(levelAt, LEVEL_COUNT * 4);
      store<i64>(orderAt, id, ORDER_ID_LOW * 4);
      store<u32>(orderAt, size, ORDER_SIZE * 4);
      store<i32>(orderAt, level, ORDER_LEVEL * 4);
      store<i32>(orderAt, level, NEXT * 4);
      store<i32>(orderAt, last, PREVIOUS * 4);
      store<i32>(orderAt, arrivals++, ORDER_ARRIVAL * 4);
      store<i32>(orderAt, hash, ORDER_HASH * 4);
      store<i32>(records + (<usize>last << RECORD_SHIFT), order, NEXT * 4);
      store<i32>(levelAt, order, PREVIOUS * 4);
      store<i32>(levelAt, orders + 1, LEVEL_COUNT * 4);
      store<f64>(levelAt, load<f64>(levelAt) + <f64>size);
      if (orders == 0) markOccupied(side, block, tick);
      if (tick == word(W_BEST + side)) touchTs = ts;
      pushed = push(changes, changesMask, pushed, levelAt, ts, level, size, CHANGE_ADDED);
    } else if (action == CANCEL) {
      const id = load<i64>(at, AT_ID);
      const hash = hashOf(<i32>id, <i32>(id >> 32));
      let entry = hash & mask;
      let order: i32 = -1;
      for (;;) {
        const both = load<i64>(table + (<usize>entry << 3));
        const number = <i32>(both >> 32);
        if (number == 0) break;
        if (
          <i32>both == hash &&
          load<i64>(records + (<usize>(number - 1) << RECORD_SHIFT)) == id
        ) {
          order = number - 1;
          break;
        }
        entry = (entry + 1) & mask;
      }
      if (order < 0) break;
      // two changes at most
      if (isRingFull(changes, changesMask, pushed + 1, ts - window)) break;

      if (isNew) {
        now = ts;
        isSettled = false;
        setWord(W_BEFORE, word(W_BEST));
        setWord(W_BEFORE + 1, word(W_BEST + 1));
      }
      const orderAt = records + (<usize>order << RECORD_SHIFT);
      const level = load<i32>(orderAt, ORDER_LEVEL * 4);
      const levelAt = records + (<usize>level << RECORD_SHIFT);
      const size = load<u32>(orderAt, ORDER_SIZE * 4);
      const canceled = load<u32>(at, AT_SIZE);
      const lost = canceled < size ? canceled : size;
      const tick = load<i32>(levelAt, LEVEL_TICK * 4);
      const side = load<i32>(levelAt, LEVEL_SIDE * 4);
      const traded = ts == double(D_FILLS_TS) ? takeFilled(id, lost) : 0;
      store<f64>(levelAt, load<f64>(levelAt) - <f64>lost);
      if (tick == word(W_BEST + side)) touchTs = ts;
      if (lost == size) {
        const next = load<i32>(orderAt, NEXT * 4);
        const previous = load<i32>(orderAt, PREVIOUS * 4);
        store<i32>(records + (<usize>previous << RECORD_SHIFT), next, NEXT * 4);
        store<i32>(records + (<usize>next << RECORD_SHIFT), previous, PREVIOUS * 4);
        closeGap(table, mask, entry);
        store<i32>(orderAt, free, NEXT * 4);
        free = order;
        count--;
        const orders = load<i32>(levelAt, LEVEL_COUNT * 4) - 1;
        store<i32>(levelAt, orders, LEVEL_COUNT * 4);
        if (orders == 0) markEmpty(side, tick);
      } else store<u32>(orderAt, size - lost, ORDER_SIZE * 4);
      if (traded > 0)
        pushed = push(changes, changesMask, pushed, levelAt, ts, level, traded, CHANGE_TRADED | CHANGE_LOST);
      if (traded < lost)
        pushed = push(changes, changesMask, pushed, levelAt, ts, level, lost - traded, CHANGE_PULLED | CHANGE_LOST);
    } else if (action == FILL && !watch) {
      const isSame = ts == double(D_FILLS_TS);
      const noted = isSame ? word(W_FILLS_COUNT) : 0;
      if (noted == FILL_ROOM) break;
      if (isNew) {
        now = ts;
        isSettled = false;
        setWord(W_BEFORE, word(W_BEST));
        setWord(W_BEFORE + 1, word(W_BEST + 1));
      }
      store<f64>(D_FILLS_TS << 3, ts);
      const note = <usize>((word(W_FILLS) + noted * FILL_WORDS) << 2);
      store<i64>(note, load<i64>(at, AT_ID));
      store<u32>(note, load<u32>(at, AT_SIZE), 8);
      setWord(W_FILLS_COUNT, noted + 1);
    } else if (action == TRADE && !watchTrades) {
      if (isNew) {
        now = ts;
        isSettled = false;
        setWord(W_BEFORE, word(W_BEST));
        setWord(W_BEFORE + 1, word(W_BEST + 1));
      }
      // passed by: it changes no book, and is told to the host before anything else
      setWord(STAGE_TRADES + trades++, i);
    } else break;

    isOpen = bySequence || (tags & FLAG_LAST) == 0;
    lastSequence = sequence;
  }

  setWord(W_TRADES, trades);
  setWord(W_AT_END, isAtEnd ? 1 : 0);
  store<f64>(D_NOW << 3, now);
  store<f64>(D_TOUCH_TS << 3, touchTs);
  setWord(W_GROUP_OPEN, isOpen ? 1 : 0);
  setWord(W_SEQUENCE, lastSequence);
  setWord(W_CHANGES_PUSHED, pushed);
  setWord(W_RECORD_FREE, free);
  setWord(W_RECORDS_USED, used);
  setWord(W_COUNT, count);
  setWord(W_ARRIVALS, arrivals);
  return i;
}
