import { describe, expect, test } from 'vitest';
import { openDbnFeed } from '../../src/adapters/databento/dbn-feed.ts';
import { EVENT_WORDS, type EventBatch } from '../../src/domain/event.ts';
import type { Instrument } from '../../src/domain/instrument.ts';
import type { MarketState } from '../../src/domain/market-state.ts';
import { dayOf, NS_PER_HOUR, NS_PER_MS } from '../../src/domain/time.ts';
import type { FeedDescription } from '../../src/feeds/port.ts';
import { engineRig, generatedBatch, OPEN, settingsWith } from '../support/engine-rig.ts';
import { levelBatchOf } from '../support/level-records.ts';
import { testData } from '../support/test-data.ts';

interface Played {
  readonly batch: EventBatch;
  readonly groupEnds: FeedDescription['groupEnds'];
  readonly from: number;
  readonly to: number;
  readonly day?: number;
  readonly instrument?: Instrument;
}

const ES: Instrument = {
  symbol: 'ESH4',
  kind: 'future',
  calendar: 'cme-globex',
  tickNanos: 250_000_000,
  multiplier: 50,
};

/**
 * MARKET_STATE every 200 ms of market time. Walls are looked for among the ten levels that both feeds tell, and thresholds
 * are low enough for absorption to be found.
 */
function statesOf({ batch, from, to, ...more }: Played, levels?: number): MarketState[] {
  const settings = settingsWith(
    'book.wallLevels=10',
    'absorption.minVolume=40',
    'absorption.levelMultiple=1',
  );
  const { engine, analysis } = engineRig({
    ...more,
    settings,
    window: { from, to },
    ...(levels === undefined ? {} : { levels }),
  });
  const states: MarketState[] = [];
  let at = 0;
  for (let ts = from; ts <= to; ts += 200 * NS_PER_MS) {
    at = engine.advance(batch, at, ts, batch.count);
    engine.settle();
    states.push(analysis.state(ts));
  }
  return states;
}

function generated(): Played {
  const minutes = 4;
  return {
    batch: generatedBatch(60_000, minutes, 11),
    groupEnds: 'sequence',
    from: OPEN,
    to: OPEN + minutes * 60e9,
  };
}

async function realHour(path: string): Promise<Played> {
  const feed = await openDbnFeed({ files: [path] });
  const parts: Int32Array[] = [];
  for (let batch = await feed.next(); batch !== undefined; batch = await feed.next())
    parts.push(batch.words.slice(0, batch.count * EVENT_WORDS));
  await feed.close();
  const words = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    words.set(part, at);
    at += part.length;
  }
  return {
    batch: { words, count: words.length / EVENT_WORDS },
    groupEnds: 'last-flag',
    day: dayOf(2023, 12, 26),
    instrument: ES,
    // Globex opens at 17:00 Chicago time of the day before
    from: -NS_PER_HOUR + 1e9,
    to: -1e9,
  };
}

function withLevels(played: Played, levels: number): Played {
  const tickNanos = played.instrument?.tickNanos ?? 10_000_000;
  return { ...played, batch: levelBatchOf(played.batch, tickNanos, levels) };
}

/** Fields of the book that the best level alone cannot tell, as they are then. */
const UNKNOWN_TO_BEST = {
  L2_IMBALANCE: null,
  DOM_WALLS: [],
  ABSORPTION_DETECTED: false,
  ABSORPTION_SIDE: null,
  ABSORPTION_PRICE: null,
};

function asBestAlone(state: MarketState): MarketState {
  return {
    ...state,
    ...UNKNOWN_TO_BEST,
    BID_STACK: state.BID_STACK.slice(0, 1),
    ASK_STACK: state.ASK_STACK.slice(0, 1),
  };
}

function check(played: Played): void {
  const exact = statesOf(played);
  expect(exact.filter((state) => state.LAST !== null).length).toBeGreaterThan(500);
  expect(exact.some((state) => state.ABSORPTION_DETECTED)).toBe(true);
  expect(statesOf(withLevels(played, 10), 10)).toEqual(exact);
  expect(statesOf(withLevels(played, 1), 1)).toEqual(exact.map(asBestAlone));
}

describe('MARKET_STATE of a file of levels is that of the file of orders, in all that levels tell', () => {
  test('a generated session, every 200 ms', () => {
    check(generated());
  }, 20_000);

  const monday = testData('mbo', 'esh4-glbx-mdp3-20231225.mbo.dbn.zst');
  test.skipIf(monday === undefined)(
    'an hour of E-mini, every 200 ms (needs shared/data)',
    async () => {
      check(await realHour(monday ?? ''));
    },
    20_000,
  );
});
