import { afterEach, describe, expect, test, vi } from 'vitest';
import type { DataListener } from '../../../../src/adapters/ibkr/market-data/data-line.ts';
import { MarketDataFeed } from '../../../../src/adapters/ibkr/market-data/market-data-feed.ts';
import { whyNotCounted } from '../../../../src/adapters/ibkr/market-data/trade-conditions.ts';

const feeds: MarketDataFeed[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const feed of feeds.splice(0)) await feed.close();
});

/** A feed at a connection that says what a test tells it to. */
function rig() {
  const asked = new Map<string, number>();
  const listeners: DataListener[] = [];
  const feed = new MarketDataFeed({
    openLine: (listener) => {
      listeners.push(listener);
      return {
        connect: () => undefined,
        close: () => undefined,
        requestDepth: (id) => asked.set('depth', id),
        cancelDepth: () => undefined,
        requestTrades: (id) => asked.set('trades', id),
        requestFacts: (id) => asked.set('facts', id),
        requestLive: () => asked.set('live', 1),
        requestTime: () => undefined,
      };
    },
    source: 'a test',
    symbol: 'TEST',
    depthExchange: 'ISLAND',
    rows: 3,
    tickNanos: 10_000_000,
    day: 20_000,
    clock: () => 20_000 * 86_400_000,
    retryMs: 10,
  });
  feeds.push(feed);
  listeners[0]?.onReady();
  const line = listeners[0] ?? expect.fail();
  return { feed, line, listeners, id: (name: string): number => asked.get(name) ?? 0 };
}

describe('what is no data', () => {
  test('live data alone are asked for, and delayed ones refused in words until live ones come', async () => {
    const { feed, line, id } = rig();
    expect(id('live')).toBe(1);
    line.onDataType(id('facts'), 3);
    expect(feed.standing).toEqual({
      state: 'refused',
      words: 'the broker tells delayed data: live ones are not subscribed',
    });
    line.onDataType(id('facts'), 1);
    await expect.poll(() => feed.standing.state).toBe('filling');
  });

  test.for([
    [10_189, 'Failed to request tick-by-tick data'],
    [10_190, 'Max number of tick-by-tick requests has been reached'],
  ] as const)('without trades there is no feed: %d', ([code, text]) => {
    const { feed, line, id } = rig();
    line.onMessage(id('trades'), code, text);
    expect(feed.standing).toEqual({ state: 'refused', words: `no trades: ${text} (${code})` });
    expect(feed.lineUse.tickByTick.used).toBe(0);
  });

  test('a trade of another time or no price of the market counts for nothing, an odd lot does', () => {
    for (const conditions of ['Z', ' 4', 'T;U', 'W', 'M', '7 I'])
      expect(whyNotCounted(conditions), conditions).toMatch(/^trade-condition-/);
    for (const conditions of ['', '@', 'F', 'I', '@ I', 'O', 'T', '6'])
      expect(whyNotCounted(conditions), conditions).toBeUndefined();
    const { feed, line, id } = rig();
    const trade = {
      second: 20_000 * 86_400,
      price: 100,
      size: 50,
      isPastLimit: false,
      isUnreported: false,
    };
    line.onTrade(id('trades'), { ...trade, conditions: 'Z' });
    line.onTrade(id('trades'), { ...trade, conditions: 'I' });
    expect(feed.counts.skipped).toEqual({ 'trade-condition-Z': 1 });
  });

  test('a gateway that does not answer is left within two seconds, and another connection made', () => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
    });
    const { feed, line, listeners } = rig();
    vi.advanceTimersByTime(400);
    line.onTime();
    vi.advanceTimersByTime(2_000);
    expect(feed.standing).toEqual({ state: 'away', words: 'the gateway does not answer' });
    vi.advanceTimersByTime(20);
    expect(listeners).toHaveLength(2);
  });

  test('a gateway that answers in a silent market is kept', () => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
    });
    const { feed, line, listeners } = rig();
    for (let half = 0; half < 20; half++) {
      vi.advanceTimersByTime(500);
      line.onTime();
    }
    expect(feed.standing.state).toBe('filling');
    expect(listeners).toHaveLength(1);
  });
});
