import { expect, test } from 'vitest';
import type { DataListener } from '../../../../src/adapters/ibkr/market-data/data-line.ts';
import { MarketDataFeed } from '../../../../src/adapters/ibkr/market-data/market-data-feed.ts';
import { eventLines } from '../../../support/event-lines.ts';

test('an operation that does not fit clears the book, and a new subscription brings it back', async () => {
  const asked: number[] = [];
  const canceled: number[] = [];
  const listeners: DataListener[] = [];
  const feed = new MarketDataFeed({
    openLine: (listener) => {
      listeners.push(listener);
      return {
        connect: () => undefined,
        close: () => undefined,
        requestDepth: (id) => asked.push(id),
        cancelDepth: (id) => canceled.push(id),
        requestTrades: () => undefined,
        requestFacts: () => undefined,
        requestLive: () => undefined,
        requestTime: () => line?.onTime(),
      };
    },
    source: 'a test',
    symbol: 'TEST',
    depthExchange: 'ISLAND',
    rows: 3,
    tickNanos: 10_000_000,
    day: 20_000,
    clock: () => 20_000 * 86_400_000,
  });
  const [line] = listeners;
  const tell = (id: number | undefined, position: number, operation: number, price: number): void =>
    line?.onDepth(id ?? 0, { position, operation, side: 1, price, size: 5 });
  const next = async (): Promise<string[]> => eventLines((await feed.next()) ?? expect.fail());
  line?.onReady();
  tell(asked[0], 0, 0, 99);
  expect(await next()).toEqual(['A B 5@99.00 #15:cb08be00 flags=176 sequence=1'].map(anyId));
  expect(feed.standing.state).toBe('live');
  tell(asked[0], 2, 1, 98);
  expect((await next()).map((text) => text[0])).toEqual(['R']);
  expect(feed.depthFaults).toBe(1);
  expect(feed.standing.state).toBe('filling');
  expect(canceled).toEqual([asked[0]]);
  // the old subscription's last words
  tell(asked[0], 0, 0, 97);
  tell(asked[1], 0, 0, 98);
  expect(await next()).toEqual(['A B 5@98.00 flags=176'].map(anyId));
  await feed.close();
});

function anyId(line: string): unknown {
  const [action, side, what] = line.split(' ');
  return expect.stringMatching(new RegExp(`^${action} ${side} ${what} #\\S+ flags=176 `));
}
