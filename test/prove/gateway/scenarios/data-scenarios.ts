import { StoqeyDataLine } from '../../../../src/adapters/ibkr/market-data/data-line.ts';
import { MarketDataFeed } from '../../../../src/adapters/ibkr/market-data/market-data-feed.ts';
import type { Fault } from '../../../../src/adapters/ibkr-gateway/fault.ts';
import type { FeedStanding } from '../../../../src/feeds/port.ts';
import type { Scenario, Scene } from './scene.ts';

const DATA_CLIENT_ID = 9;
const DAY = Date.UTC(2026, 10, 20) / 86_400_000;

/** Plays with a data connection beside that of the orders: another client of the same gateway. */
function withFeed(
  name: string,
  play: (scene: Scene, feed: MarketDataFeed) => Promise<void>,
  topOfBook = false,
): Scenario {
  return {
    name,
    async play(scene) {
      const { gateway, time } = scene.stage;
      const feed = new MarketDataFeed({
        openLine: (listener) =>
          new StoqeyDataLine(
            { host: '127.0.0.1', port: gateway.port, clientId: DATA_CLIENT_ID },
            listener,
          ),
        source: 'the fake gateway',
        symbol: 'TEST',
        depthExchange: 'ISLAND',
        rows: 5,
        topOfBook,
        tickNanos: 10_000_000,
        day: DAY,
        clock: () => DAY * 86_400_000 + time.nowMs,
      });
      void read(feed);
      try {
        await scene.pass(100);
        await play(scene, feed);
        scene.must('the orders’ connection is as it was', scene.isUsable);
      } finally {
        await feed.close();
      }
    },
  };
}

async function read(feed: MarketDataFeed): Promise<void> {
  for (let batch = await feed.next(); batch !== undefined; ) batch = await feed.next();
}

function becomes(
  scene: Scene,
  feed: MarketDataFeed,
  state: FeedStanding['state'],
  withinMs: number,
): Promise<void> {
  return scene.soon(
    `the feed becomes ${state}: ${feed.standing.state}`,
    () => feed.standing.state === state,
    withinMs,
  );
}

/** What the broker does not give: the feed says so in its words, and nothing pretends to be live. */
function refused(code: number, what: 'depth' | 'trades', text: string): Scenario {
  return withFeed(`${code}: ${what} are refused (${text})`, async (scene, feed) => {
    await becomes(scene, feed, 'live', 1_000);
    scene.fault({ type: 'refuse-data', what, code, text });
    scene.fault({ type: 'drop', clientId: DATA_CLIENT_ID });
    // one tick-by-tick request of an instrument in 15 s
    await becomes(scene, feed, 'refused', 20_000);
    scene.must('with the words of the broker', feed.standing.words.includes(`${text} (${code})`));
  });
}

/** The feed is not believed until the next row, and then is. */
function staleBy(name: string, fault: Fault): Scenario {
  return withFeed(name, async (scene, feed) => {
    await becomes(scene, feed, 'live', 1_000);
    scene.fault(fault);
    await becomes(scene, feed, 'stale', 100);
    scene.stage.gateway.quote(249.98, 250.01, 300, 500);
    await becomes(scene, feed, 'live', 1_000);
  });
}

/** Market data that are missing, late, doubtful or refused. */
export const DATA_SCENARIOS: readonly Scenario[] = [
  withFeed('317: the book is reset, emptied, and comes anew', async (scene, feed) => {
    await becomes(scene, feed, 'live', 1_000);
    scene.fault({ type: 'reset-depth' });
    await scene.pass(10);
    scene.must('it is not live meanwhile', feed.standing.state !== 'live');
    await becomes(scene, feed, 'live', 1_000);
    scene.mustEqual('operations that did not fit', feed.depthFaults, 0);
  }),
  refused(354, 'depth', 'Requested market data is not subscribed'),
  withFeed(
    '354: without depth the feed goes by best bid and offer where that is allowed, and says so',
    async (scene, feed) => {
      await becomes(scene, feed, 'live', 1_000);
      scene.must('it has depth at first', !feed.isTopOnly && feed.description.levels === 5);
      scene.fault({ type: 'refuse-data', what: 'depth' });
      scene.fault({ type: 'drop', clientId: DATA_CLIENT_ID });
      await becomes(scene, feed, 'away', 100);
      await becomes(scene, feed, 'live', 5_000);
      scene.must('it is labelled', feed.isTopOnly && feed.description.levels === 1);
      scene.stage.gateway.quote(249.97, 250.02, 300, 400);
      await scene.pass(20);
      scene.mustEqual('standing', feed.standing.state, 'live');
    },
    true,
  ),
  refused(309, 'depth', 'Max number of market depth requests has been reached'),
  refused(10_089, 'depth', 'Requested market data requires additional subscription'),
  refused(101, 'trades', 'Max number of tickers has been reached'),
  refused(10_189, 'trades', 'Failed to request tick-by-tick data'),
  refused(10_190, 'trades', 'Max number of tick-by-tick requests has been reached'),
  staleBy('10197: the same user is logged in elsewhere, and the feed waits', {
    type: 'message',
    code: 10_197,
    text: 'No market data during competing live session',
  }),
  staleBy('2103: the feed’s farm is broken, and believed again with its next row', {
    type: 'message',
    code: 2103,
  }),
  withFeed('1100, then 1101: every subscription is made anew', async (scene, feed) => {
    await becomes(scene, feed, 'live', 1_000);
    scene.fault({ type: 'line-lost' });
    await becomes(scene, feed, 'stale', 100);
    scene.fault({ type: 'line-back', keepsData: false });
    await becomes(scene, feed, 'live', 3_000);
  }),
  withFeed('1100, then 1102: the book is not believed, and asked for anew', async (scene, feed) => {
    await becomes(scene, feed, 'live', 1_000);
    scene.fault({ type: 'line-lost' });
    await becomes(scene, feed, 'stale', 100);
    scene.fault({ type: 'line-back', keepsData: true });
    await becomes(scene, feed, 'live', 3_000);
  }),
  withFeed('the data connection alone drops, and is back in five seconds', async (scene, feed) => {
    await becomes(scene, feed, 'live', 1_000);
    scene.fault({ type: 'drop', clientId: DATA_CLIENT_ID });
    await becomes(scene, feed, 'away', 100);
    await becomes(scene, feed, 'live', 5_000);
  }),
  withFeed(
    'the data connection alone falls silent, and is left within two seconds',
    async (scene, feed) => {
      await becomes(scene, feed, 'live', 1_000);
      scene.fault({ type: 'stall', clientId: DATA_CLIENT_ID });
      await becomes(scene, feed, 'away', 2_000);
      scene.fault({ type: 'resume' });
      await becomes(scene, feed, 'live', 5_000);
    },
  ),
];
