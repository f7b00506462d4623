import { describe, expect, test } from 'vitest';
import { openFeed } from '../../src/app/open-feed.ts';
import { tradingDayOf } from '../../src/app/session-setup.ts';
import {
  EVENT_WORDS,
  type EventBatch,
  FLAG_LAST,
  FLAG_SNAPSHOT,
  WORD_SEQUENCE,
  WORD_TAGS,
  WORD_TS_EVENT_HIGH,
  WORD_TS_EVENT_LOW,
} from '../../src/domain/event.ts';
import type { Instrument } from '../../src/domain/instrument.ts';
import {
  type DayNumber,
  fromEpochWords,
  NS_PER_HOUR,
  toEpochWords,
} from '../../src/domain/time.ts';
import type { MatchedVenue, TradingEngine } from '../../src/engine/trading-engine.ts';
import type { FeedDescription } from '../../src/feeds/port.ts';
import type { SimulatedExchange } from '../../src/simulation/exchange/simulated-exchange.ts';
import {
  DAY,
  engineRig,
  FREE_LIMITS,
  generatedBatch,
  playAll,
  restlessBrain,
  settingsWith,
} from '../support/engine-rig.ts';
import { drain } from '../support/event-lines.ts';
import { STOCK } from '../support/market-rig.ts';
import { testData } from '../support/test-data.ts';

const GOOG = testData('lobster', 'LOBSTER_SampleFile_GOOG_2012-06-21_5.zip');
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
}

/** Runs the restless brain and returns the moments of acting that lay inside a group or a time stamp, and how many there were. */
function watched({ batch, day, groupEnds, instrument = STOCK }: Setting) {
  const [low, high] = toEpochWords(day, 0);
  const word = (index: number, offset: number): number =>
    batch.words[index * EVENT_WORDS + offset] ?? 0;
  const timeOf = (index: number): number =>
    fromEpochWords(word(index, WORD_TS_EVENT_LOW), word(index, WORD_TS_EVENT_HIGH), low, high);
  const wrong: string[] = [];
  let moments = 0;
  let engine: TradingEngine | undefined;
  const look = (what: string): void => {
    const next = engine?.events ?? 0;
    if (engine === undefined || next === 0 || next >= batch.count) return;
    moments++;
    const last = next - 1;
    const isInside =
      groupEnds === 'sequence'
        ? word(last, WORD_SEQUENCE) === word(next, WORD_SEQUENCE)
        : // a snapshot's orders belong to no group
          (word(last, WORD_TAGS) & (FLAG_LAST | FLAG_SNAPSHOT)) === 0;
    if (isInside) wrong.push(`${what} inside the group of event ${next}`);
    if (timeOf(next) <= engine.clock)
      wrong.push(`${what} before event ${next} of its time or earlier`);
    if (engine.lastEventTs > engine.clock) wrong.push(`${what} after a later event`);
  };
  const brain = restlessBrain(2);
  const { ask } = brain;
  const watching = (exchange: SimulatedExchange): MatchedVenue => {
    const { handleArrival } = exchange;
    exchange.handleArrival = (sequence) => {
      look('arrival');
      handleArrival.call(exchange, sequence);
    };
    return exchange;
  };
  const settings = settingsWith(...FREE_LIMITS, 'brain.decisionLatencyMs=15', 'risk.enabled=false');
  const rig = engineRig({
    settings,
    day,
    groupEnds,
    instrument,
    brain: {
      ...brain,
      ask(question) {
        look('question');
        return ask(question);
      },
    },
    venue: watching,
    window: { from: -7 * NS_PER_HOUR, to: 24 * NS_PER_HOUR },
  });
  engine = rig.engine;
  playAll(engine, batch);
  return { wrong, moments, fills: engine.fills };
}

async function settingOf(path: string, instrument: Instrument): Promise<Setting> {
  const feed = await openFeed({ paths: [path], symbol: undefined, tradingDayOf });
  const { day, groupEnds } = feed.description;
  return { batch: await drain(feed), day, groupEnds, instrument };
}

describe('nobody asks and nothing arrives inside an event group or a time stamp', () => {
  test('where the sequence ends a group, as on Nasdaq', () => {
    const batch = generatedBatch(60_000, 5);
    const { wrong, moments, fills } = watched({ batch, day: DAY, groupEnds: 'sequence' });
    expect(wrong).toEqual([]);
    expect(moments).toBeGreaterThan(1500);
    expect(fills).toBeGreaterThan(20);
  });

  test.skipIf(ES === undefined)(
    'where a flag ends it, as at CME (needs the shared data)',
    async () => {
      const { wrong, moments } = watched(await settingOf(ES ?? '', ES_INSTRUMENT));
      expect(wrong).toEqual([]);
      expect(moments).toBeGreaterThan(100);
    },
  );

  test.skipIf(GOOG === undefined)(
    'and on a day of LOBSTER (needs the shared data)',
    async () => {
      const { wrong, moments, fills } = watched(await settingOf(GOOG ?? '', STOCK));
      expect(wrong).toEqual([]);
      expect(moments).toBeGreaterThan(50_000);
      expect(fills).toBeGreaterThan(1000);
    },
    30_000,
  );
});
