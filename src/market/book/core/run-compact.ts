import {
  COMPACT_ADD,
  COMPACT_CANCEL,
  COMPACT_ELAPSED,
  COMPACT_FILL,
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
  CONTROL_WORDS,
  D_DUE,
  D_NOW,
  ORDER_ID_LOW,
  STAGE_IDS,
  STAGE_WHOLES,
  W_AT_END,
  W_BY_SEQUENCE,
  W_COUNT,
  W_GROUP_OPEN,
  W_IS_SETTLED,
  W_NEXT_ID,
  W_NEXT_WHOLE,
  W_PASSED,
  W_RECORDS,
  W_SETTLE,
  W_SLOT_BASE,
  W_TRADES,
  W_WATCH,
  W_WATCH_TRADES,
} from '../layout.ts';
import {
  EVENT_BYTES,
  RECORD_SHIFT,
  double,
  forgetVolumes,
  idOf,
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

/**
 * As `runEvents`, of the staged block of a compiled day: no id has to be found, no price to be read. The sequences are the
 * host's affair.
 *
 * @param most At the first end of a time stamp from this event on it hands over.
 */
export function runCompact(from: i32, to: i32, most: i32): i32 {
  const bySequence = word(W_BY_SEQUENCE) != 0;
  const settle = word(W_SETTLE);
  const due = double(D_DUE);
  let now = double(D_NOW);
  let isOpen = word(W_GROUP_OPEN) != 0;
  let trades: i32 = 0;
  let passed: i32 = 0;
  let mustMeasure = false;
  let isAtEnd = false;
  let isSettled = word(W_IS_SETTLED) != 0;
  let i = from;
  let at: usize = <usize>(CONTROL_WORDS * 4) + <usize>from * (COMPACT_WORDS * 4);

  for (; i < to; i++, at += COMPACT_WORDS * 4) {
    const tags = load<i32>(at, COMPACT_TAGS * 4);
    const kind = tags & COMPACT_KIND;
    if (kind == COMPACT_WHOLE && ((tags & COMPACT_TRADE) == 0 || word(W_WATCH_TRADES) != 0)) break;
    const isGroupOpen = isOpen && !(bySequence && (tags & COMPACT_NEW_SEQUENCE) != 0);
    const elapsed = load<u32>(at, COMPACT_ELAPSED * 4);
    const isNew = elapsed != 0;
    const ts = now + <f64>elapsed;
    if (isNew) {
      if (!isGroupOpen) {
        if (mustMeasure || i >= most || ts > due || (!isSettled && waits(settle))) {
          isAtEnd = true;
          break;
        }
        passed = trades;
      } else if (mustMeasure || ts > due) break;
    }

    if (kind == COMPACT_ADD) {
      if (!add(at, <i32>(<u32>tags >> 8), ts, isNew)) break;
    } else if (kind == COMPACT_CANCEL) {
      if (isRingFull(ts)) break;
      if (isNew) reach();
      const order = word(W_SLOT_BASE) + <i32>(<u32>tags >> 8);
      if (leave(order, load<u32>(at, COMPACT_SIZE * 4), ts)) setWord(W_COUNT, word(W_COUNT) - 1);
    } else if (kind == COMPACT_FILL) {
      const order = word(W_SLOT_BASE) + <i32>(<u32>tags >> 8);
      if (word(W_WATCH) != 0 || !noteFill(idOf(order), load<u32>(at, COMPACT_SIZE * 4), ts)) break;
      if (isNew) reach();
    } else {
      if (isNew) reach();
      const whole = word(W_NEXT_WHOLE);
      setWord(W_NEXT_WHOLE, whole + 1);
      const wholeAt = <usize>(STAGE_WHOLES << 2) + <usize>whole * EVENT_BYTES;
      if (passTrade(trades++, whole, wholeAt, ts)) mustMeasure = true;
    }

    if (isNew) {
      now = ts;
      isSettled = false;
    }
    isOpen = bySequence || (tags & COMPACT_LAST) == 0;
  }

  forgetVolumes(trades);
  setWord(W_TRADES, trades);
  setWord(W_PASSED, passed);
  setWord(W_AT_END, isAtEnd ? 1 : 0);
  store<f64>(D_NOW << 3, now);
  setWord(W_GROUP_OPEN, isOpen ? 1 : 0);
  return i;
}

/** A plain add; false where it has to be handed over. */
// @ts-ignore: decorator
@inline
function add(at: usize, slot: i32, ts: f64, isNew: bool): bool {
  const both = load<i32>(at, COMPACT_TICK * 4);
  const side = both & 1;
  const tick = both >> 1;
  if (isWatched(side, tick)) return false;
  const level = levelOf(side, tick);
  if (level < 0 || isRingFull(ts)) return false;
  if (isNew) reach();
  const order = word(W_SLOT_BASE) + slot;
  const nextId = word(W_NEXT_ID);
  setWord(W_NEXT_ID, nextId + 1);
  setWord(W_COUNT, word(W_COUNT) + 1);
  const orderAt = (<usize>word(W_RECORDS) << 2) + (<usize>order << RECORD_SHIFT);
  store<i64>(orderAt, load<i64>(<usize>((STAGE_IDS + 2 * nextId) << 2)), ORDER_ID_LOW * 4);
  join(order, level, side, tick, load<u32>(at, COMPACT_SIZE * 4), ts);
  return true;
}
