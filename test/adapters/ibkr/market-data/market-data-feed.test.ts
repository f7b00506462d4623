import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { StoqeyDataLine } from '../../../../src/adapters/ibkr/market-data/data-line.ts';
import { MarketDataFeed } from '../../../../src/adapters/ibkr/market-data/market-data-feed.ts';
import {
  type HandledGateway,
  startFakeGateway,
} from '../../../../src/app/gateway/start-fake-gateway.ts';
import { EVENT_WORDS } from '../../../../src/domain/event.ts';
import { Random } from '../../../../src/domain/random.ts';
import { OrderBook } from '../../../../src/market/book/order-book.ts';
import { eventLines } from '../../../support/event-lines.ts';
import { bestOf } from '../../../support/level-records.ts';

const TICK = 10_000_000;
let gateway: HandledGateway;
let feed: MarketDataFeed;
let book: OrderBook;
let lines: string[];

beforeEach(async () => {
  gateway = await startFakeGateway({ history: { bars: [], averageVolume: 1_234_567 } });
  gateway.depth(
    [
      [99.99, 300],
      [99.98, 200],
    ],
    [
      [100.01, 100],
      [100.03, 400],
    ],
  );
  book = new OrderBook(TICK);
  lines = [];
  feed = new MarketDataFeed({
    openLine: (listener) =>
      new StoqeyDataLine({ host: '127.0.0.1', port: gateway.port, clientId: 9 }, listener),
    source: `127.0.0.1:${gateway.port}`,
    symbol: 'TEST',
    depthExchange: 'ISLAND',
    rows: 5,
    tickNanos: TICK,
    day: Math.floor(Date.now() / 86_400_000),
    clock: () => performance.timeOrigin + performance.now(),
    retryMs: 20,
  });
  void read();
});

afterEach(async () => {
  await feed.close();
  await gateway.close();
});

async function read(): Promise<void> {
  for (let batch = await feed.next(); batch !== undefined; batch = await feed.next()) {
    lines.push(...eventLines(batch));
    for (let i = 0; i < batch.count; i++) book.apply(batch.words, i * EVENT_WORDS, lines.length);
  }
}

type Rows = [price: number, size: number][];

/** Sets the gateway's book. */
function set(bids: Rows, asks: Rows): void {
  gateway.depth(bids, asks);
}

/** The book that the events make, in dollars, best first. */
function rowsOf(side: 'bids' | 'asks'): Rows {
  return bestOf(book[side], 99, TICK).map(([nanos, size]) => [nanos / 1e9, size]);
}

function until(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout: 4000, interval: 10 });
}

async function live(): Promise<void> {
  await until(() => expect(feed.standing.state).toBe('live'));
  await until(() => expect(rowsOf('bids').length).toBeGreaterThan(0));
}

/** Waits until the events' book is the gateway's. */
async function agrees(bids: Rows, asks: Rows): Promise<void> {
  await until(() => {
    expect(rowsOf('bids')).toEqual(bids);
    expect(rowsOf('asks')).toEqual(asks);
  });
  expect(Object.values(book.anomalies).every((count) => count === 0)).toBe(true);
}

const BIDS: Rows = [
  [99.99, 300],
  [99.98, 200],
];
const ASKS: Rows = [
  [100.01, 100],
  [100.03, 400],
];

describe('market data of the broker by its real client library', () => {
  test('the book is the gateway’s, at first as a snapshot and after every change', async () => {
    await live();
    await agrees(BIDS, ASKS);
    const added = lines.filter((line) => line.startsWith('A'));
    expect(added.every((line) => / flags=(48|176) /.test(line))).toBe(true);
    expect(added).toHaveLength(4);
    for (let step = 0; step < 60; step++) {
      const random = new Random(step);
      const pick = (most: number): number => random.below(most);
      const side = (sign: number): Rows =>
        Array.from({ length: 7 }, (_, at): [number, number] => [
          (10_000 + sign * (at + 1)) / 100,
          1 + pick(5) * 100,
        ]).filter(() => pick(3) > 0);
      const [bids, asks] = [side(-1), side(1)];
      set(bids, asks);
      if (step % 6 === 5) await agrees(bids.slice(0, 5), asks.slice(0, 5));
    }
    expect(feed.depthFaults).toBe(0);
  });

  test('a trade’s aggressor is worked out by the quote before it, between the quotes by the trades before', async () => {
    await live();
    await until(() => expect(feed.lineUse.tickByTick.used).toBe(1));
    gateway.trade(100.01, 30);
    gateway.trade(99.99, 40);
    gateway.trade(100, 50);
    const trades = (): string[] =>
      lines.filter((line) => line.startsWith('T')).map((line) => line.slice(0, 12).trim());
    await until(() => expect(trades()).toHaveLength(3));
    expect(trades()).toEqual(['T B 30@100.0', 'T A 40@99.99', 'T B 50@100.0']);
    expect(feed.aggressors).toEqual({ quote: 2, tick: 1, none: 0 });
    expect(feed.description.aggressor).toBe('inferred');
    const { atLeastMs = Number.NaN, atMostMs = Number.NaN } = feed.clockDifference ?? {};
    // both are this machine's clock
    expect(atLeastMs).toBeLessThan(50);
    expect(atMostMs).toBeGreaterThanOrEqual(0);
  });

  test('a reset empties the book, and it comes anew without a new subscription', async () => {
    await live();
    gateway.fault({ type: 'reset-depth' });
    await until(() => expect(lines.some((line) => line.startsWith('R'))).toBe(true));
    await agrees(BIDS, ASKS);
    expect(feed.lineUse.depth.used).toBe(1);
  });

  test('a lost connection clears the book, and the next one brings it back', async () => {
    await live();
    gateway.fault({ type: 'drop' });
    await until(() => expect(lines.some((line) => line.startsWith('R'))).toBe(true));
    const bids: Rows = [[99.5, 700]];
    set(bids, ASKS);
    await agrees(bids, ASKS);
    expect(feed.standing).toEqual({ state: 'live', words: '' });
  });

  test('while the broker’s line is lost the feed is stale, and subscriptions lost with it are made anew', async () => {
    await live();
    gateway.fault({ type: 'line-lost' });
    await until(() => expect(feed.standing.state).toBe('stale'));
    const bids: Rows = [[99.4, 100]];
    set(bids, ASKS);
    gateway.fault({ type: 'line-back', keepsData: false });
    await agrees(bids, ASKS);
    expect(feed.standing.state).toBe('live');
  });

  test('a halt and its end are told, and facts that the broker has', async () => {
    await live();
    gateway.halt(true);
    await until(() => expect(lines.at(-1)).toMatch(/^S N 1@none/));
    gateway.halt(false);
    await until(() => expect(lines.at(-1)).toMatch(/^S N 0@none/));
    expect(feed.facts).toEqual({
      shortable: 'easy',
      shortableShares: 10_000_000,
      averageVolume: 1_234_567,
      ordersAtLevel: null,
      queuePosition: null,
    });
  });
});
