import { describe, expect, test } from 'vitest';
import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_MODIFY,
  ACTION_NONE,
  ACTION_TRADE,
  FLAG_LAST,
  FLAG_SNAPSHOT,
  FLAG_TOP_OF_BOOK,
  SIDE_BID,
  SIDE_NONE,
} from '../../../src/domain/event.ts';
import { NO_TICK } from '../../../src/market/book/book-side.ts';
import { l3Lines } from '../../../src/market/book/l3-lines.ts';
import { OrderBook } from '../../../src/market/book/order-book.ts';
import { type EventParts, eventWords, nanosOf } from '../../support/exchange-rig.ts';

const UNDEFINED_PRICE = 2 ** 63;

function bookOf(...events: readonly Partial<EventParts>[]): OrderBook {
  const book = new OrderBook(10_000_000);
  for (const [index, event] of events.entries()) {
    book.apply(
      eventWords({
        action: ACTION_ADD,
        side: SIDE_BID,
        price: nanosOf(100),
        size: 10,
        id: 1n,
        ...event,
      }),
      0,
      index,
    );
  }
  return book;
}

const CLEAN = {
  unknownCancels: 0,
  unknownModifies: 0,
  repeatedAdds: 0,
  refusedPrices: 0,
  zeroSizes: 0,
  noSide: 0,
};

describe('what a clean feed does not have is counted, and never fatal', () => {
  test.for([
    [
      'a cancel of an unknown order is skipped',
      { action: ACTION_CANCEL },
      { unknownCancels: 1 },
      '',
    ],
    [
      'a modify of an unknown order is an add',
      { action: ACTION_MODIFY },
      { unknownModifies: 1 },
      'B|100000000000|1|10\n',
    ],
    ['a price off the tick grid is refused', { price: nanosOf(100.005) }, { refusedPrices: 1 }, ''],
    ['an undefined price is refused', { price: UNDEFINED_PRICE }, { refusedPrices: 1 }, ''],
    [
      'a price beyond 2^31 ticks is refused',
      { price: 2 ** 31 * 10_000_000 },
      { refusedPrices: 1 },
      '',
    ],
    ['a size of 0 is refused', { size: 0 }, { zeroSizes: 1 }, ''],
    ['an order without a side is refused', { side: SIDE_NONE }, { noSide: 1 }, ''],
    ['a trade changes nothing', { action: ACTION_TRADE }, {}, ''],
    ['a record of no action changes nothing', { action: ACTION_NONE }, {}, ''],
  ] as const)('%s', ([, event, counted, lines]) => {
    const book = bookOf(event);
    expect(book.anomalies).toEqual({ ...CLEAN, ...counted });
    expect([...l3Lines(book)].join('')).toBe(lines);
  });

  test('a repeated add replaces the order, and goes to the back', () => {
    const book = bookOf({}, { id: 2n }, { size: 7 });
    expect(book.anomalies).toEqual({ ...CLEAN, repeatedAdds: 1 });
    expect([...l3Lines(book)]).toEqual(['B|100000000000|2|10\n', 'B|100000000000|1|7\n']);
  });

  test('a change of a known order to impossible terms leaves it as it was', () => {
    const book = bookOf(
      {},
      { action: ACTION_MODIFY, size: 0 },
      { action: ACTION_MODIFY, price: nanosOf(1.001) },
    );
    expect([...l3Lines(book)]).toEqual(['B|100000000000|1|10\n']);
  });
});

test('the outermost prices that 2^31 ticks allow stand in one book', () => {
  const extreme = (tick: number) => ({
    id: BigInt.asUintN(64, BigInt(tick)),
    price: tick * 10_000_000,
  });
  const book = bookOf({}, extreme(2_147_483_647), extreme(-2_147_483_647));
  expect(book.bids.best).toBe(2_147_483_647);
  expect(book.bids.worseThan(2_147_483_647)).toBe(10_000);
  expect(book.bids.worseThan(10_000)).toBe(-2_147_483_647);
});

test('an order that stands for a whole side replaces it; without a price it empties it', () => {
  const top = { flags: FLAG_TOP_OF_BOOK | FLAG_LAST };
  const book = bookOf({}, { id: 2n, price: nanosOf(99) }, { id: 0n, price: nanosOf(98), ...top });
  expect([...l3Lines(book)]).toEqual(['B|98000000000|0|10\n']);
  const words = eventWords({ action: ACTION_ADD, side: SIDE_BID, flags: FLAG_TOP_OF_BOOK });
  words[6] = -1;
  words[7] = 0x7fffffff;
  book.apply(words, 0, 9);
  expect(book.bids.best).toBe(NO_TICK);
});

test('a snapshot’s orders are neither added nor pulled', () => {
  const book = bookOf(
    { flags: FLAG_SNAPSHOT },
    { id: 2n },
    { action: ACTION_CANCEL, flags: FLAG_SNAPSHOT },
  );
  expect([
    book.netSince(1, 10_000, -1),
    book.addedSince(1, 10_000, -1),
    book.pulledSince(1, 10_000, -1),
  ]).toEqual([10, 10, 0]);
});

test('the touch is as old as its last change of price or size', () => {
  const steps: Partial<EventParts>[] = [
    {},
    { id: 2n, price: nanosOf(99) },
    { id: 3n, price: nanosOf(101) },
    { id: 3n, action: ACTION_CANCEL, size: 4 },
    { id: 2n, action: ACTION_CANCEL, size: 4 },
    { id: 3n, action: ACTION_CANCEL, size: 6 },
  ];
  expect(steps.map((_, i) => bookOf(...steps.slice(0, i + 1)).touchTs)).toEqual([0, 0, 2, 3, 3, 5]);
});
