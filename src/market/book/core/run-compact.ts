import {
  COMPACT_ADD,
  COMPACT_CANCEL,
  COMPACT_ELAPSED,
  COMPACT_KIND,
  COMPACT_LAST,
  COMPACT_NEW_SEQUENCE,
  COMPACT_SIZE,
  COMPACT_TAGS,
  COMPACT_TICK,
  COMPACT_TRADE,
  COMPACT_WHOLE,
  COMPACT_WORDS,
} from '../../../domain/compact-layout.ts';
import {
  BLOCK_BITS,
  BLOCK_MASK,
  CHANGE_ADDED,
  CHANGE_LOST,
  CHANGE_PULLED,
  CHANGE_TRADED,
  CONTROL_WORDS,
  D_DUE,
  D_FILLS_TS,
  D_NOW,
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
  ORDER_ID_LOW,
  ORDER_LEVEL,
  ORDER_SIZE,
  PAGE_BITS,
  PAGE_MASK,
  PREVIOUS,
  SETTLE_ALWAYS,
  SETTLE_ON_TOUCH,
  STAGE_IDS,
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
  W_NEXT_ID,
  W_NEXT_WHOLE,
  W_RECORDS,
  W_SETTLE,
  W_SETTLED,
  W_SLOT_BASE,
  W_WATCH,
  W_WATCH_ASK,
  W_TRADES,
  W_WATCH_BID,
  W_WATCH_TRADES,
} from '../layout.ts';
import {
  RECORD_SHIFT,
  double,
  isRingFull,
  markEmpty,
  markOccupied,
  push,
  setWord,
  takeFilled,
  word,
} from './book-steps.ts';

/**
 * As `runEvents`, of the staged block of a compiled day: no id has to be found, no price to be read. The sequences are the
 * host's affair.
 *
 * @param most At the first end of a time stamp from this event on it hands over.
 */
export function runCompact(from: i32, to: i32, most: i32): i32 {
  const bySequence = word(W_BY_SEQUENCE) != 0;
  const watch = word(W_WATCH) != 0;
  const watchTrades = word(W_WATCH_TRADES) != 0;
  const watchAsk = word(W_WATCH_ASK);
  const watchBid = word(W_WATCH_BID);
  const settle = word(W_SETTLE);
  const settledBid = word(W_SETTLED);
  const settledAsk = word(W_SETTLED + 1);
  const due = double(D_DUE);
  const window = double(D_WINDOW);
  const records = <usize>(word(W_RECORDS) << 2);
  const changes = <usize>(word(W_CHANGES) << 2);
  const changesMask = word(W_CHANGES_MASK);
  const slotBase = word(W_SLOT_BASE);
  let now = double(D_NOW);
  let isOpen = word(W_GROUP_OPEN) != 0;
  let pushed = word(W_CHANGES_PUSHED);
  let nextId = word(W_NEXT_ID);
  let count = word(W_COUNT);
  let arrivals = word(W_ARRIVALS);
  let touchTs = double(D_TOUCH_TS);
  let nextWhole = word(W_NEXT_WHOLE);
  let trades: i32 = 0;
  let isAtEnd = false;
  let isSettled = word(W_IS_SETTLED) != 0;
  let i = from;
  let at: usize = <usize>(CONTROL_WORDS * 4) + <usize>from * (COMPACT_WORDS * 4);

  for (; i < to; i++, at += COMPACT_WORDS * 4) {
    const tags = load<i32>(at, COMPACT_TAGS * 4);
    const kind = tags & COMPACT_KIND;
    if (kind == COMPACT_WHOLE && (watchTrades || (tags & COMPACT_TRADE) == 0)) break;
    const isGroupOpen = isOpen && !(bySequence && (tags & COMPACT_NEW_SEQUENCE) != 0);
    const elapsed = load<u32>(at, COMPACT_ELAPSED * 4);
    const isNew = elapsed != 0;
    const ts = now + <f64>elapsed;
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
    }
    const order = slotBase + <i32>(<u32>tags >> 8);
    const orderAt = records + (<usize>order << RECORD_SHIFT);

    if (kind == COMPACT_ADD) {
      const both = load<i32>(at, COMPACT_TICK * 4);
      const side = both & 1;
      const tick = both >> 1;
      const size = load<u32>(at, COMPACT_SIZE * 4);
      // no branch on the side: it would be wrong half of the time
      if (select<i32>(tick, ~tick, side) <= select<i32>(watchAsk, ~watchBid, side)) break;
      const map = W_MAPS + side * MAP_WORDS;
      const number = (tick >> BLOCK_BITS) - word(map + MAP_BASE);
      if (<u32>number >= <u32>word(map + MAP_COUNT)) break;
      const block = word(word(map + MAP_BLOCKS) + number);
      if (block == 0) break;
      const page = word(block + ((tick >> PAGE_BITS) & BLOCK_MASK));
      if (page < 0) break;
      if (isRingFull(changes, changesMask, pushed, ts - window)) break;

      if (isNew) {
        now = ts;
        isSettled = false;
        setWord(W_BEFORE, word(W_BEST));
        setWord(W_BEFORE + 1, word(W_BEST + 1));
      }
      count++;
      const level = page + (tick & PAGE_MASK);
      const levelAt = records + (<usize>level << RECORD_SHIFT);
      const last = load<i32>(levelAt, PREVIOUS * 4);
      const orders = load<i32>(levelAt, LEVEL_COUNT * 4);
      store<i64>(orderAt, load<i64>(<usize>((STAGE_IDS + 2 * nextId++) << 2)), ORDER_ID_LOW * 4);
      store<u32>(orderAt, size, ORDER_SIZE * 4);
      store<i32>(orderAt, level, ORDER_LEVEL * 4);
      store<i32>(orderAt, level, NEXT * 4);
      store<i32>(orderAt, last, PREVIOUS * 4);
      store<i32>(orderAt, arrivals++, ORDER_ARRIVAL * 4);
      store<i32>(records + (<usize>last << RECORD_SHIFT), order, NEXT * 4);
      store<i32>(levelAt, order, PREVIOUS * 4);
      store<i32>(levelAt, orders + 1, LEVEL_COUNT * 4);
      store<f64>(levelAt, load<f64>(levelAt) + <f64>size);
      if (orders == 0) markOccupied(side, block, tick);
      if (tick == word(W_BEST + side)) touchTs = ts;
      pushed = push(changes, changesMask, pushed, levelAt, ts, level, size, CHANGE_ADDED);
    } else if (kind == COMPACT_CANCEL) {
      // two changes at most
      if (isRingFull(changes, changesMask, pushed + 1, ts - window)) break;

      if (isNew) {
        now = ts;
        isSettled = false;
        setWord(W_BEFORE, word(W_BEST));
        setWord(W_BEFORE + 1, word(W_BEST + 1));
      }
      const level = load<i32>(orderAt, ORDER_LEVEL * 4);
      const levelAt = records + (<usize>level << RECORD_SHIFT);
      const size = load<u32>(orderAt, ORDER_SIZE * 4);
      const canceled = load<u32>(at, COMPACT_SIZE * 4);
      const lost = canceled < size ? canceled : size;
      const tick = load<i32>(levelAt, LEVEL_TICK * 4);
      const side = load<i32>(levelAt, LEVEL_SIDE * 4);
      const traded = ts == double(D_FILLS_TS) ? takeFilled(load<i64>(orderAt, ORDER_ID_LOW * 4), lost) : 0;
      store<f64>(levelAt, load<f64>(levelAt) - <f64>lost);
      if (tick == word(W_BEST + side)) touchTs = ts;
      if (lost == size) {
        const next = load<i32>(orderAt, NEXT * 4);
        const previous = load<i32>(orderAt, PREVIOUS * 4);
        store<i32>(records + (<usize>previous << RECORD_SHIFT), next, NEXT * 4);
        store<i32>(records + (<usize>next << RECORD_SHIFT), previous, PREVIOUS * 4);
        // a slot without size has no order
        store<u32>(orderAt, 0, ORDER_SIZE * 4);
        count--;
        const orders = load<i32>(levelAt, LEVEL_COUNT * 4) - 1;
        store<i32>(levelAt, orders, LEVEL_COUNT * 4);
        if (orders == 0) markEmpty(side, tick);
      } else store<u32>(orderAt, size - lost, ORDER_SIZE * 4);
      if (traded > 0)
        pushed = push(changes, changesMask, pushed, levelAt, ts, level, traded, CHANGE_TRADED | CHANGE_LOST);
      if (traded < lost)
        pushed = push(changes, changesMask, pushed, levelAt, ts, level, lost - traded, CHANGE_PULLED | CHANGE_LOST);
    } else if (kind == COMPACT_WHOLE) {
      if (isNew) {
        now = ts;
        isSettled = false;
        setWord(W_BEFORE, word(W_BEST));
        setWord(W_BEFORE + 1, word(W_BEST + 1));
      }
      // passed by: it changes no book, and is told to the host before anything else
      setWord(STAGE_TRADES + trades++, nextWhole++);
    } else if (!watch) {
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
      store<i64>(note, load<i64>(orderAt, ORDER_ID_LOW * 4));
      store<u32>(note, load<u32>(at, COMPACT_SIZE * 4), 8);
      setWord(W_FILLS_COUNT, noted + 1);
    } else break;

    isOpen = bySequence || (tags & COMPACT_LAST) == 0;
  }

  setWord(W_TRADES, trades);
  setWord(W_AT_END, isAtEnd ? 1 : 0);
  store<f64>(D_NOW << 3, now);
  store<f64>(D_TOUCH_TS << 3, touchTs);
  setWord(W_GROUP_OPEN, isOpen ? 1 : 0);
  setWord(W_CHANGES_PUSHED, pushed);
  setWord(W_NEXT_ID, nextId);
  setWord(W_NEXT_WHOLE, nextWhole);
  setWord(W_COUNT, count);
  setWord(W_ARRIVALS, arrivals);
  return i;
}
