import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_CLEAR,
  ACTION_FILL,
  ACTION_MODIFY,
  SIDE_NONE,
} from '../../../src/domain/event.ts';
import { NS_PER_SECOND } from '../../../src/domain/time.ts';
import { type BookSide, NO_TICK } from '../../../src/market/book/book-side.ts';
import { l3Lines } from '../../../src/market/book/l3-lines.ts';
import { OrderBook } from '../../../src/market/book/order-book.ts';
import {
  type BookSideName,
  type EventParts,
  eventWords,
  sideCode,
} from '../../support/exchange-rig.ts';
import { NaiveOrderBook } from '../../support/naive-book.ts';

const CENT = 10_000_000;

/** Few ids, so that they meet again; some share a half with others, some use all 64 bits. */
const id = fc.constantFrom(
  ...[0n, 1n, 2n, 1n << 32n, (1n << 32n) | 1n],
  ...[0xffff_ffff_ffff_ffffn, 0x8000_0000_0000_0000n, 0xffff_ffffn],
);
/** Cents: a busy range across page edges, stub quotes, and negative prices as spreads have. */
const cents = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 25_597, max: 25_601 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1_020, max: 1_030 }) },
  { weight: 1, arbitrary: fc.constantFrom(1, 2, 19_999_999, 19_999_998, -1, -1_024) },
);
const size = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom(2_147_483_648, 4_294_967_295) },
);
const side = fc.constantFrom<BookSideName>('bid', 'ask');
const pauseMs = fc.constantFrom(0, 0, 0, 1, 400, 3_000);

const step = fc.record({
  kind: fc.constantFrom(
    'add',
    'add',
    'add',
    'cancel',
    'cancel',
    'modify',
    'modify',
    'fill',
    'fill',
    'clear',
  ),
  /** A clear is made rare by this. */
  isRare: fc.nat({ max: 7 }).map((n) => n === 0),
  pauseMs,
  id,
  side,
  cents,
  size,
  /** Of a modify: to the price and side where the order stands. */
  isInPlace: fc.boolean(),
});

const steps = fc.array(step, { minLength: 1, maxLength: 120 });

interface Played {
  readonly book: OrderBook;
  readonly naive: NaiveOrderBook;
  readonly ts: number;
}

/** Plays the steps to both books, from `start` on; `look` sees them after every step. */
function play(
  list: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[],
  start: number,
  look: (played: Played) => void,
): void {
  const book = new OrderBook(CENT);
  const naive = new NaiveOrderBook();
  let ts = start;
  for (const {
    kind,
    isRare,
    pauseMs: pause,
    id: orderId,
    side: sideName,
    cents: tick,
    isInPlace,
    size: amount,
  } of list) {
    ts += pause * 1_000_000;
    const price = tick * CENT;
    const apply = (action: number, parts: Partial<EventParts> = {}) =>
      book.apply(
        eventWords({
          action,
          side: sideCode(sideName),
          id: orderId,
          price,
          size: amount,
          ...parts,
        }),
        0,
        ts,
      );
    if (kind === 'add') {
      apply(ACTION_ADD);
      naive.add(ts, orderId, sideName, price, amount);
    } else if (kind === 'cancel') {
      apply(ACTION_CANCEL);
      naive.cancel(ts, orderId, amount);
    } else if (kind === 'modify') {
      const place = isInPlace ? naive.find(orderId) : undefined;
      const to = { side: place?.side ?? sideName, price: place?.price ?? price };
      apply(ACTION_MODIFY, { side: sideCode(to.side), price: to.price });
      naive.modify(ts, orderId, to.side, to.price, amount);
    } else if (kind === 'fill') {
      apply(ACTION_FILL);
      naive.fill(ts, orderId, amount);
    } else if (isRare) {
      apply(ACTION_CLEAR, { side: SIDE_NONE });
      naive.clear(ts);
    }
    look({ book, naive, ts });
  }
}

function levelsOf(book: OrderBook, bookSide: BookSide): number[][] {
  const levels: number[][] = [];
  for (let tick = bookSide.best; tick !== NO_TICK; tick = bookSide.worseThan(tick)) {
    levels.push([tick * book.tickNanos, bookSide.sizeAt(tick), bookSide.countAt(tick)]);
  }
  return levels;
}

/** The best levels as one reading of them gives them. */
function bestOf(book: OrderBook, bookSide: BookSide, most: number): unknown[] {
  const ticks = new Int32Array(most);
  const sizes = new Float64Array(most);
  const count = bookSide.readBest(ticks, sizes);
  return Array.from(ticks.subarray(0, count), (tick, i) => [tick * book.tickNanos, sizes[i]]);
}

function naiveLevels(naive: NaiveOrderBook, sideName: BookSideName): unknown[] {
  return naive.prices(sideName).map((price) => {
    const queue = naive.queue(sideName, price);
    return [price, queue.reduce((sum, order) => sum + order.size, 0), queue.length];
  });
}

property.prop([steps], { numRuns: 400 })(
  'levels, sizes, counts and queues are those of a slow, obvious book after every event',
  (list) => {
    play(list, 0, ({ book, naive }) => {
      expect(levelsOf(book, book.bids)).toEqual(naiveLevels(naive, 'bid'));
      expect(levelsOf(book, book.asks)).toEqual(naiveLevels(naive, 'ask'));
      for (const side of [book.bids, book.asks]) {
        const best = levelsOf(book, side).map(([price, size]) => [price, size]);
        for (const most of [2, 20]) expect(bestOf(book, side, most)).toEqual(best.slice(0, most));
      }
      expect([book.bids.levels, book.asks.levels]).toEqual([
        naive.prices('bid').length,
        naive.prices('ask').length,
      ]);
      expect(book.orders.count).toBe(naive.orders.length);
      const lines = (['bid', 'ask'] as const).flatMap((sideName) =>
        naive
          .prices(sideName)
          .flatMap((price) =>
            naive
              .queue(sideName, price)
              .map(
                (order) => `${sideName === 'bid' ? 'B' : 'A'}|${price}|${order.id}|${order.size}\n`,
              ),
          ),
      );
      expect([...l3Lines(book)]).toEqual(lines);
    });
  },
);

property.prop(
  [steps, fc.constantFrom(0, -3_600 * NS_PER_SECOND), fc.constantFrom(0, 1_000, 9_999)],
  { numRuns: 200 },
)(
  'what was added, pulled and changed at a level since a moment is what a log of everything says',
  (list, start, agoMs) => {
    let last: Played | undefined;
    play(list, start, (played) => {
      last = played;
    });
    if (last === undefined) return;
    const { book, naive, ts } = last;
    const since = ts - agoMs * 1_000_000;
    for (const { side: sideName, price } of naive.log) {
      const sign = sideName === 'bid' ? 1 : -1;
      const tick = price / CENT;
      expect(book.netSince(sign, tick, since)).toBe(naive.sum(sideName, price, since));
      expect(book.addedSince(sign, tick, since)).toBe(naive.sum(sideName, price, since, 'added'));
      expect(book.pulledSince(sign, tick, since)).toBe(
        0 - naive.sum(sideName, price, since, 'pulled'),
      );
    }
    const rows = new Float64Array(21 * 4);
    book.changes.collect(since, 25_590, 21, rows);
    for (let row = 0; row < 21; row++) {
      const price = (25_590 + row) * CENT;
      expect([...rows.subarray(row * 4, row * 4 + 4)]).toEqual([
        naive.sum('bid', price, since, 'added'),
        0 - naive.sum('bid', price, since, 'pulled'),
        naive.sum('ask', price, since, 'added'),
        0 - naive.sum('ask', price, since, 'pulled'),
      ]);
    }
  },
);
