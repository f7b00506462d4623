import { expect, test } from 'vitest';
import { EVENT_WORDS, eventTimeOf } from '../../src/domain/event.ts';
import { dayOf, toEpochWords } from '../../src/domain/time.ts';
import { OrderBook } from '../../src/market/book/order-book.ts';
import { CLIFFS, CliffMarket } from './cliff-stream.ts';

test.for(CLIFFS.map((shape) => [shape.name, shape] as const))(
  'the stream "%s" is taken whole by the book, which never crosses and has the orders that it should',
  ([, shape]) => {
    const small = { ...shape, orders: Math.min(shape.orders, 20_000) };
    const market = new CliffMarket(small, 7, 200_000);
    while (market.live < small.orders) market.step(true);
    while (market.writer.count < 100_000) market.step(false);
    const { words, count } = market.writer.take();
    const [low, high] = toEpochWords(dayOf(2025, 10, 15), 0);
    const book = new OrderBook(shape.tickNanos, 10);
    let crossed = 0;
    for (let at = 0; at < count * EVENT_WORDS; at += EVENT_WORDS) {
      book.apply(words, at, eventTimeOf(words, at, low, high));
      if (book.asks.levels > 0 && book.bids.levels > 0 && book.bids.best >= book.asks.best)
        crossed++;
    }
    expect(crossed).toBe(0);
    expect(Object.values(book.anomalies)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(book.orders.count).toBe(market.live);
    expect(market.live / small.orders).toBeCloseTo(1, 1);
  },
);
