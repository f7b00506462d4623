import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import { createBookCore } from '../../../src/app/book-core.ts';
import {
  ACTION_ADD,
  EVENT_WORDS,
  type EventBatch,
  FLAG_LAST,
  SIDE_ASK,
  SIDE_BID,
} from '../../../src/domain/event.ts';
import { SETTLE_ALWAYS, SETTLE_NEVER, SETTLE_ON_TOUCH } from '../../../src/market/book/layout.ts';
import { OrderBook } from '../../../src/market/book/order-book.ts';
import {
  type BookStep,
  batchOf,
  bookStep,
  CENT,
  FOREVER,
  factsOf,
  takeOne,
} from '../../support/book-streams.ts';

property.prop(
  [
    fc.array(bookStep, { minLength: 1, maxLength: 260 }),
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
  [fc.array(bookStep, { minLength: 60, maxLength: 200 }), fc.boolean(), fc.nat({ max: 59 })],
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
  const steps: BookStep[] = Array.from({ length: count }, (_, i) => ({
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
