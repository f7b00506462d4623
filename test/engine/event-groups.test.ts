import { describe, expect, test } from 'vitest';
import { openFeed } from '../../src/app/open-feed.ts';
import { tradingDayOf } from '../../src/app/session-setup.ts';
import type { EventBatch } from '../../src/domain/event.ts';
import type { Instrument } from '../../src/domain/instrument.ts';
import { type DayNumber, NS_PER_HOUR } from '../../src/domain/time.ts';
import type { FeedDescription } from '../../src/feeds/port.ts';
import {
  DAY,
  FREE_LIMITS,
  generatedBatch,
  playAll,
  restlessBrain,
  settingsWith,
} from '../support/engine-rig.ts';
import { drain } from '../support/event-lines.ts';
import { levelBatchOf } from '../support/level-records.ts';
import { STOCK } from '../support/market-rig.ts';
import { watchedRig } from '../support/moment-watch.ts';
import { testData } from '../support/test-data.ts';

const GOOG = testData('lobster', 'LOBSTER_SampleFile_GOOG_2012-06-21_5.zip');
const AAPL = testData('lobster', 'LOBSTER_SampleFile_AAPL_2012-06-21_1.zip');
const ES = testData('mbo', 'esh4-glbx-mdp3-20231225.mbo.dbn.zst');
const ES_INSTRUMENT: Instrument = {
  symbol: 'ESH4',
  kind: 'future',
  calendar: 'cme-globex',
  tickNanos: 250_000_000,
  multiplier: 50,
};

interface Setting {
  readonly batch: EventBatch;
  readonly day: DayNumber;
  readonly groupEnds: FeedDescription['groupEnds'];
  readonly instrument?: Instrument;
  readonly levels?: number;
}

/** Runs the restless brain and returns what it did inside a group or a time stamp, and how much it did in all. */
function watched({ batch, day, groupEnds, instrument = STOCK, levels }: Setting, hasCore = true) {
  const settings = settingsWith(...FREE_LIMITS, 'brain.decisionLatencyMs=15', 'risk.enabled=false');
  const { engine, watch, borders } = watchedRig(batch, {
    settings,
    day,
    groupEnds,
    instrument,
    hasCore,
    brain: restlessBrain(2),
    window: { from: -7 * NS_PER_HOUR, to: 24 * NS_PER_HOUR },
    ...(levels === undefined ? {} : { levels }),
  });
  playAll(engine, batch);
  // the core passes by ends that tell nothing; that it misses none is a property of its own
  const unmeasured = hasCore ? [] : borders.tradedEnds.filter((n) => !watch.measured.has(n));
  const counts = Object.fromEntries(watch.counts);
  return { wrong: [...watch.wrong, ...unmeasured], counts, fills: engine.fills };
}

async function settingOf(path: string, instrument: Instrument): Promise<Setting> {
  const feed = await openFeed({ paths: [path], symbol: undefined, tradingDayOf });
  const { day, groupEnds } = feed.description;
  return { batch: await drain(feed), day, groupEnds, instrument };
}

describe('nothing is matched, decided, measured or reported inside an event group or a time stamp', () => {
  test('where the sequence ends a group, as on Nasdaq', () => {
    const batch = generatedBatch(60_000, 5);
    const { wrong, counts, fills } = watched({ batch, day: DAY, groupEnds: 'sequence' });
    expect(wrong).toEqual([]);
    expect(counts['question']).toBeGreaterThan(1400);
    expect(counts['measurement']).toBeGreaterThan(1000);
    expect(fills).toBeGreaterThan(20);
  });

  test('where levels are told', () => {
    const orders = generatedBatch(60_000, 5);
    const batch = levelBatchOf(orders, STOCK.tickNanos, 10);
    const { wrong, counts, fills } = watched({
      batch,
      day: DAY,
      groupEnds: 'last-flag',
      levels: 10,
    });
    expect(wrong).toEqual([]);
    expect(counts['question']).toBeGreaterThan(1400);
    expect(fills).toBeGreaterThan(20);
  });

  test.skipIf(ES === undefined)(
    'where a flag ends it, as at CME (needs the shared data)',
    async () => {
      const setting = await settingOf(ES ?? '', ES_INSTRUMENT);
      for (const hasCore of [true, false]) {
        const { wrong, counts } = watched(setting, hasCore);
        expect(wrong).toEqual([]);
        expect(counts['question']).toBeGreaterThan(100);
        expect(counts['measurement']).toBeGreaterThan(hasCore ? 200 : 500);
      }
    },
    30_000,
  );

  test.skipIf(GOOG === undefined)(
    'and on a LOBSTER day of GOOG (needs the shared data)',
    () => checkLobster(GOOG),
    30_000,
  );

  test.skipIf(AAPL === undefined)(
    'and on one of AAPL (needs the shared data)',
    () => checkLobster(AAPL),
    30_000,
  );
});

async function checkLobster(path: string | undefined): Promise<void> {
  const { wrong, counts, fills } = watched(await settingOf(path ?? '', STOCK));
  expect(wrong).toEqual([]);
  expect(counts['question']).toBeGreaterThan(50_000);
  expect(counts['measurement']).toBeGreaterThan(5000);
  expect(fills).toBeGreaterThan(1000);
}
