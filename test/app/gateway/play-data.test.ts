import { expect, test } from 'vitest';
import { MatchedMarket } from '../../../src/app/gateway/matched-market.ts';
import { playData } from '../../../src/app/gateway/play-data.ts';
import { NO_LATENCY } from '../../../src/app/gateway/start-fake-gateway.ts';
import type { OrderReport } from '../../../src/domain/order.ts';
import { Random } from '../../../src/domain/random.ts';
import { dayOf, NS_PER_MS, NS_PER_SECOND } from '../../../src/domain/time.ts';
import type { Feed } from '../../../src/feeds/port.ts';
import { OrderBook } from '../../../src/market/book/order-book.ts';
import { SimulatedExchange } from '../../../src/simulation/exchange/simulated-exchange.ts';
import { EventBatchBuilder } from '../../support/event-batch.builder.ts';
import { nanosOf } from '../../support/exchange-rig.ts';
import { STOCK } from '../../support/market-rig.ts';

const DAY = dayOf(2025, 10, 15);
const FROM = 10 * NS_PER_SECOND;

/** One batch of a market: a book long before the beginning, then a seller 60 ms and a trade through the book 120 ms after it. */
function feedOf(): Feed {
  const batch = new EventBatchBuilder(DAY)
    .add(1 * NS_PER_SECOND, 'bid', 100, 50, 1)
    .add(1 * NS_PER_SECOND, 'ask', 100.05, 50, 2)
    .execute(FROM + 60 * NS_PER_MS, 'bid', 100, 50, 1)
    .add(FROM + 60 * NS_PER_MS, 'bid', 99.98, 70, 3)
    .execute(FROM + 120 * NS_PER_MS, 'bid', 99.98, 70, 3)
    .build();
  const batches = [batch];
  return {
    description: {
      format: 'dbn',
      source: [],
      symbol: 'TEST',
      dataset: 'XNAS.ITCH',
      day: DAY,
      groupEnds: 'last-flag',
      depth: 'orders',
      totalBytes: 0,
    },
    counts: { records: 0, bytesRead: 0, skipped: {} },
    next: async () => batches.shift(),
    close: async () => undefined,
  };
}

test('what was before the beginning is there at once, the rest comes at the pace asked for, and fills by its place', async () => {
  const book = new OrderBook(STOCK.tickNanos);
  const exchange = new SimulatedExchange({
    book,
    instrument: STOCK,
    execution: {
      entryTimeoutSecs: 0,
      queueModel: 'risk-averse',
      stopTrigger: 'last',
      commission: 'none',
    },
    latency: NO_LATENCY,
    random: new Random(1),
    day: DAY,
  });
  const market = new MatchedMarket({ book, exchange, day: DAY, from: Number.NEGATIVE_INFINITY });
  const fills: { readonly price: number; readonly afterMs: number }[] = [];
  const tape: number[] = [];
  let begunAt = 0;
  market.listen({
    onReport(report: OrderReport) {
      if (report.type === 'order-filled')
        fills.push({ price: report.fill.price, afterMs: performance.now() - begunAt });
    },
    onTrade: ({ size }) => tape.push(size),
    onBook: () => undefined,
  });
  await playData(market, feedOf(), {
    day: DAY,
    from: FROM,
    to: FROM + 150 * NS_PER_MS,
    speed: 2,
    signal: new AbortController().signal,
    onBegin() {
      begunAt = performance.now();
      expect(market.top).toMatchObject({
        bid: { price: nanosOf(100), size: 50 },
        ask: { price: nanosOf(100.05), size: 50 },
        volume: 0,
      });
      market.submit({
        id: 'ours',
        side: 'buy',
        type: 'limit',
        price: nanosOf(100),
        quantity: 20,
        tif: 'day',
        role: 'ENTRY',
        reduceOnly: false,
      });
    },
  });
  // behind the 50 that stood there before: their trade is not ours, that through our price is
  expect(fills.map(({ price }) => price)).toEqual([nanosOf(100)]);
  // 120 ms of the market at twice its pace
  expect(fills[0]?.afterMs).toBeGreaterThan(55);
  expect(tape).toEqual([50, 70]);
  expect(market.now).toBe(DAY * 86_400_000 + 10_150);
  expect(performance.now() - begunAt).toBeGreaterThan(70);
});
