import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import { createBookCore } from '../../../src/app/book-core.ts';
import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_FILL,
  EVENT_WORDS,
  type EventBatch,
  FLAG_LAST,
  FLAG_SNAPSHOT,
  SIDE_ASK,
  SIDE_BID,
  WORD_SEQUENCE,
  WORD_TS_EVENT_HIGH,
  WORD_TS_EVENT_LOW,
} from '../../../src/domain/event.ts';
import { l3Lines } from '../../../src/market/book/l3-lines.ts';
import { SETTLE_ALWAYS, SETTLE_NEVER, SETTLE_ON_TOUCH } from '../../../src/market/book/layout.ts';
import { OrderBook } from '../../../src/market/book/order-book.ts';
import { eventWords } from '../../support/exchange-rig.ts';

const CENT = 10_000_000;
const FOREVER = Number.POSITIVE_INFINITY;

const step = fc.record({
  action: fc.constantFrom(
    ...[
      ACTION_ADD,
      ACTION_ADD,
      ACTION_ADD,
      ACTION_ADD,
      ACTION_CANCEL,
      ACTION_CANCEL,
      ACTION_CANCEL,
    ],
    ACTION_FILL,
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
  flags: fc.constantFrom(FLAG_LAST, FLAG_LAST, FLAG_LAST, 0, FLAG_SNAPSHOT),
  isNewSequence: fc.boolean(),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function batchOf(steps: readonly Step[]): EventBatch {
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
function takeOne(book: OrderBook, { words }: EventBatch, i: number, bySequence: boolean): void {
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

function factsOf(book: OrderBook) {
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
  };
}

property.prop(
  [
    fc.array(step, { minLength: 1, maxLength: 260 }),
    fc.boolean(),
    fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
  ],
  { numRuns: 200 },
)('the core and the classes make the same book of the same events', (steps, bySequence, parts) => {
  const batch = batchOf(steps);
  const slow = new OrderBook(CENT);
  slow.stream.begin(bySequence, 0, 0);
  for (let i = 0; i < batch.count; i++) takeOne(slow, batch, i, bySequence);

  const fast = new OrderBook(CENT, 10, createBookCore());
  fast.stream.begin(bySequence, 0, 0);
  fast.stream.settleOn(SETTLE_NEVER, true);
  let taken = 0;
  for (let from = 0, turn = 0; from < batch.count; turn++) {
    const to = Math.min(batch.count, from + (parts[turn % parts.length] ?? 1));
    const part = {
      words: batch.words.slice(from * EVENT_WORDS, to * EVENT_WORDS),
      count: to - from,
    };
    for (let i = 0; i < part.count; i++) {
      const next = fast.stream.run(part, i, FOREVER, FOREVER);
      taken += next - i;
      i = next;
      if (i < part.count) takeOne(fast, part, i, bySequence);
    }
    from = to;
  }
  expect(factsOf(fast)).toEqual(factsOf(slow));
  // an add of a new order near others is plain, so some must have gone through the core
  if (steps.length > 250) expect(taken).toBeGreaterThan(0);
});

property.prop(
  [fc.array(step, { minLength: 60, maxLength: 200 }), fc.boolean(), fc.nat({ max: 59 })],
  {
    numRuns: 100,
  },
)('a restored book goes on as the copied one does', (steps, hasCore, at) => {
  const batch = batchOf(steps);
  const core = () => (hasCore ? createBookCore() : undefined);
  const one = new OrderBook(CENT, 10, core());
  const other = new OrderBook(CENT, 10, core());
  const play = (book: OrderBook, from: number, to: number): void => {
    for (let i = from; i < to; i++) {
      const next = book.stream.run({ words: batch.words, count: to }, i, FOREVER, FOREVER);
      i = next;
      if (i < to) takeOne(book, batch, i, false);
    }
  };
  play(other, at, batch.count);
  play(one, 0, at);
  const state = one.capture();
  play(one, at, batch.count);
  other.restore(state);
  play(other, at, batch.count);
  expect(factsOf(other)).toEqual(factsOf(one));
});

/** One add a millisecond, each its own group and time stamp, alternating sides and never touching the best after the first. */
function quietBatch(count: number): EventBatch {
  const steps: Step[] = Array.from({ length: count }, (_, i) => ({
    action: ACTION_ADD,
    side: i % 2 === 0 ? SIDE_BID : SIDE_ASK,
    id: BigInt(i + 1),
    price: (i % 2 === 0 ? 25_500 : 25_700) * CENT,
    size: 1,
    pause: 1,
    flags: FLAG_LAST,
    isNewSequence: true,
  }));
  return batchOf(steps);
}

property.prop([fc.integer({ min: 3, max: 40 })])(
  'the core hands over where the end of a time stamp has to be measured, at what is due, and after enough events',
  (count) => {
    const batch = quietBatch(count);
    const book = new OrderBook(CENT, 10, createBookCore());
    const { stream } = book;
    // the first two make the pages that the core can't
    takeOne(book, batch, 0, false);
    takeOne(book, batch, 1, false);
    stream.noteSettled();
    stream.settleOn(SETTLE_ALWAYS, false);
    expect([stream.run(batch, 2, FOREVER, FOREVER), stream.isAtEnd]).toEqual([2, true]);
    stream.settleOn(SETTLE_ALWAYS, true);
    expect(stream.run(batch, 2, FOREVER, FOREVER)).toBe(3);
    stream.settleOn(SETTLE_ON_TOUCH, false);
    expect(stream.run(batch, 3, 3, FOREVER)).toBe(3);
    expect(stream.run(batch, 3, FOREVER, stream.now)).toBe(3);
    expect(stream.run(batch, 3, FOREVER, FOREVER)).toBe(count);
    stream.forgetSettled();
    stream.settleOn(SETTLE_ON_TOUCH, false);
    const more = quietBatch(count + 1);
    if (count > 3)
      expect([stream.run(more, count, FOREVER, FOREVER), stream.isAtEnd]).toEqual([count, true]);
  },
);
