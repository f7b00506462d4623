import { fc } from '@fast-check/vitest';
import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_CLEAR,
  ACTION_FILL,
  ACTION_MODIFY,
  ACTION_TRADE,
  EVENT_WORDS,
  type EventBatch,
  FLAG_LAST,
  FLAG_SNAPSHOT,
  FLAG_TOP_OF_BOOK,
  SIDE_ASK,
  SIDE_BID,
  WORD_SEQUENCE,
  WORD_TS_EVENT_HIGH,
  WORD_TS_EVENT_LOW,
} from '../../src/domain/event.ts';
import { l3Lines } from '../../src/market/book/l3-lines.ts';
import type { OrderBook } from '../../src/market/book/order-book.ts';
import { eventWords } from './exchange-rig.ts';

export const CENT = 10_000_000;
export const FOREVER = Number.POSITIVE_INFINITY;

export const bookStep = fc.record({
  action: fc.oneof(
    { weight: 8, arbitrary: fc.constant(ACTION_ADD) },
    { weight: 7, arbitrary: fc.constant(ACTION_CANCEL) },
    { weight: 3, arbitrary: fc.constantFrom(ACTION_FILL, ACTION_FILL, ACTION_TRADE) },
    { weight: 2, arbitrary: fc.constant(ACTION_MODIFY) },
    { weight: 1, arbitrary: fc.constantFrom(ACTION_ADD, ACTION_ADD, ACTION_ADD, ACTION_CLEAR) },
  ),
  side: fc.constantFrom(SIDE_BID, SIDE_ASK),
  id: fc.oneof(
    { weight: 9, arbitrary: fc.bigInt({ min: 1n, max: 40n }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(0n, (1n << 63n) | 5n, 1n << 32n, 0xffff_ffff_ffff_ffffn),
    },
  ),
  /** Cents: around the touch over page edges, far stubs in blocks of their own, and off the grid. */
  price: fc.oneof(
    {
      weight: 12,
      arbitrary: fc.integer({ min: 25_590, max: 25_610 }).map((cents) => cents * CENT),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(1, 100, 65_535, 65_536, 19_999_999).map((cents) => cents * CENT),
    },
    { weight: 1, arbitrary: fc.constantFrom(-1, -65_537, -70_000).map((cents) => cents * CENT) },
    { weight: 1, arbitrary: fc.constant(25_600 * CENT + 5_000_000) },
  ),
  size: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 0, max: 5 }) },
    { weight: 1, arbitrary: fc.constantFrom(2_147_483_648, 4_294_967_295) },
  ),
  /** Milliseconds to the event before, backwards too. */
  pause: fc.constantFrom(0, 0, 0, 1, 7, 2_000, -1),
  flags: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(FLAG_LAST, FLAG_LAST, FLAG_LAST, 0) },
    { weight: 2, arbitrary: fc.constant(FLAG_SNAPSHOT) },
    { weight: 1, arbitrary: fc.constantFrom(FLAG_TOP_OF_BOOK, FLAG_TOP_OF_BOOK | FLAG_LAST) },
  ),
  isNewSequence: fc.boolean(),
});

export type BookStep = typeof bookStep extends fc.Arbitrary<infer T> ? T : never;

export function batchOf(steps: readonly BookStep[]): EventBatch {
  const words = new Int32Array(steps.length * EVENT_WORDS);
  let ts = 10_000;
  let sequence = 1;
  for (const [i, { pause, isNewSequence, ...parts }] of steps.entries()) {
    ts = Math.max(0, ts + pause);
    if (isNewSequence) sequence++;
    words.set(eventWords(parts), i * EVENT_WORDS);
    const nanos = BigInt(ts) * 1_000_000n;
    words[i * EVENT_WORDS + WORD_TS_EVENT_LOW] = Number(BigInt.asIntN(32, nanos));
    words[i * EVENT_WORDS + WORD_TS_EVENT_HIGH] = Number(nanos >> 32n);
    words[i * EVENT_WORDS + WORD_SEQUENCE] = sequence;
  }
  return { words, count: steps.length };
}

/** What the engine does with one event that the core does not take, as far as the book goes. */
export function takeOne(
  book: OrderBook,
  { words }: EventBatch,
  i: number,
  bySequence: boolean,
): void {
  const { stream } = book;
  const at = i * EVENT_WORDS;
  const time =
    (words[at + WORD_TS_EVENT_HIGH] ?? 0) * 2 ** 32 + ((words[at + WORD_TS_EVENT_LOW] ?? 0) >>> 0);
  const sequence = words[at + WORD_SEQUENCE] ?? 0;
  const flags = (words[at + 9] ?? 0) & 0xff;
  if (bySequence && sequence !== stream.sequence) stream.isGroupOpen = false;
  if (time > stream.now) stream.reach(time);
  book.apply(words, at, stream.now);
  if ((flags & FLAG_SNAPSHOT) === 0) stream.isGroupOpen = bySequence || (flags & FLAG_LAST) === 0;
  else if ((flags & FLAG_LAST) !== 0) stream.isGroupOpen = false;
  stream.sequence = sequence;
}

/** Ticks around the touch. */
const NEAR = Array.from({ length: 21 }, (_, i) => 25_590 + i);

export function factsOf(book: OrderBook) {
  const { stream } = book;
  const flow = new Float64Array(60 * 4);
  book.changes.collect(stream.now - 10e9, 25_580, 60, flow);
  return {
    lines: [...l3Lines(book)],
    touch: [book.bids.best, book.asks.best, book.bids.levels, book.asks.levels],
    before: [stream.bidBefore, stream.askBefore],
    stream: [stream.now, stream.isGroupOpen, stream.sequence],
    counts: [book.arrivals, book.touchTs, book.orders.count, book.anomalies],
    flow: [...flow],
    net: NEAR.flatMap((tick) => [
      book.netSince(1, tick, stream.now - 2e9),
      book.netSince(-1, tick, stream.now - 2e9),
    ]),
  };
}
