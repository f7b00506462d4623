import { describe, expect, test } from 'vitest';
import type { EventBatch } from '../../src/domain/event.ts';
import { NS_PER_HOUR, toEpochWords } from '../../src/domain/time.ts';
import { CENT } from '../support/book-streams.ts';
import { compactBlocks } from '../support/compact-blocks.ts';
import {
  answerOf,
  brainOf,
  DAY,
  FREE_LIMITS,
  generatedBatch,
  settingsWith,
  WAIT,
} from '../support/engine-rig.ts';
import { STOCK } from '../support/market-rig.ts';
import { watchedRig } from '../support/moment-watch.ts';

/** Absorption is found at many levels, for several reasons not, and ends again. */
const LIVELY = [
  'absorption.minVolume=100',
  'absorption.levelMultiple=0.2',
  'absorption.volumeShare=0.15',
  'absorption.minAgeSecs=0.1',
  'absorption.tolerancePct=0.001',
];

function played(stream: EventBatch, batches: readonly EventBatch[], hasCore: boolean) {
  const rig = watchedRig(stream, {
    settings: settingsWith(...FREE_LIMITS, ...LIVELY, 'risk.enabled=false'),
    day: DAY,
    groupEnds: 'sequence',
    instrument: STOCK,
    hasCore,
    brain: brainOf(() => answerOf(WAIT)),
    window: { from: -7 * NS_PER_HOUR, to: 24 * NS_PER_HOUR },
  });
  const states: unknown[] = [];
  const { question } = rig.engine;
  rig.engine.question = (ts) => {
    const asked = question.call(rig.engine, ts);
    const { ABSORPTION_SIDE, ABSORPTION_PRICE, CVD_SESSION, VWAP, TAPE_SENTIMENT } = asked.market;
    states.push([ts, ABSORPTION_SIDE, ABSORPTION_PRICE, CVD_SESSION, VWAP, TAPE_SENTIMENT]);
    return asked;
  };
  for (const batch of batches) rig.engine.advance(batch, 0, Number.POSITIVE_INFINITY, batch.count);
  rig.engine.end('end of the data');
  const { watch, borders, entries } = rig;
  return { watch, borders, entries, states };
}

describe.each([3, 4])('a generated market, seed %i', (seed) => {
  const stream = generatedBatch(100_000, 20, seed);
  const plain = played(stream, [stream], false);
  const { telling } = plain.watch;

  test('has what can be missed', () => {
    expect(telling.size).toBeGreaterThan(50);
  });

  test.each([
    ['as it is', [stream]],
    ['compiled', compactBlocks(stream, CENT, toEpochWords(DAY, 0), 5000)],
  ])(
    '%s, the core passes by most ends that traded, and none that tells something',
    (_, batches) => {
      const { watch, borders, states, entries } = played(stream, batches, true);
      const unmeasured = borders.tradedEnds.filter((n) => !watch.measured.has(n));
      expect(unmeasured.length).toBeGreaterThan(borders.tradedEnds.length / 3);
      expect(unmeasured.filter((n) => telling.has(n))).toEqual([]);
      expect(states).toEqual(plain.states);
      expect(entries).toEqual(plain.entries);
    },
  );
});
