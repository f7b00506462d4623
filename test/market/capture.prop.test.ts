import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import type { MarketState } from '../../src/domain/market-state.ts';
import { MarketRig } from '../support/market-rig.ts';
import { marketStream, playStep, type StreamStep } from '../support/market-stream.ts';

const HOUR = 3_600_000_000_000;
const STEPS = 500;
const begins = fc.constantFrom(13.4 * HOUR, 13.5 * HOUR, 15 * HOUR, 19.9 * HOUR, 27.9 * HOUR);
const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 });

/** Everything that a front end or a brain sees of an analysis. */
interface Seen {
  readonly state: MarketState;
  readonly rest: unknown;
}

function seenOf({ analysis }: MarketRig, ts: number): Seen {
  const { tape, cvd, footprint, profile } = analysis;
  return {
    state: analysis.state(ts),
    rest: [
      tape.prints(256),
      tape.pace(ts),
      cvd.series(),
      footprint.bars.length,
      footprint.bars.at(-1),
      footprint.inProgress(ts),
      footprint.lastSwingLow(ts),
      footprint.lastSwingHigh(ts),
      [profile.volumeAt(25_000), profile.soldAt(25_000), profile.boughtAt(24_999)],
    ],
  };
}

/** What is seen at every `every`th step from `from` on: always after the last event of a time stamp. */
function playOn(rig: MarketRig, steps: readonly StreamStep[], from: number, every = 7): Seen[] {
  const seen: Seen[] = [];
  for (let i = from; i < steps.length; i++) {
    const step = steps[i];
    if (step === undefined) continue;
    playStep(rig, step);
    const next = steps[i + 1];
    if (next?.ts === step.ts || i % every !== 0) continue;
    rig.settle();
    seen.push(seenOf(rig, step.ts));
  }
  return seen;
}

/** Goes on from a copy made at `cut` three ways: in the rig itself, and twice in one with another past. */
function compare(steps: readonly StreamStep[], cut: number, seed: number, every?: number): void {
  const first = new MarketRig();
  const other = new MarketRig();
  playOn(first, steps.slice(0, cut), 0, every);
  const past = seed % 2 === 0 ? steps.length : cut >> 1;
  playOn(other, marketStream(seed, past, (steps[0]?.ts ?? 0) - HOUR / 60, 1), 0, every);
  const copy = first.capture();
  const expected = playOn(first, steps, cut, every);
  other.restore(copy);
  expect(other.analysis.capture()).toEqual(copy.analysis);
  expect(other.analysis.needsSettle).toBe(copy.needsSettle);
  expect(playOn(other, steps, cut, every)).toEqual(expected);
  // nothing of what came after went into the copy either
  other.restore(copy);
  expect(playOn(other, steps, cut, every)).toEqual(expected);
}

property.prop([begins, seeds, fc.integer({ min: 1, max: STEPS - 50 })], { numRuns: 80 })(
  'what became a copy goes on as what was copied, which went on itself',
  (begin, seed, cut) => {
    compare(marketStream(seed, STEPS, begin), cut, seed + 1);
  },
);

test.for([9_000, 32_000])('so it is after an hour of it, cut at event %i', (cut) => {
  compare(marketStream(cut, 36_000, 15 * HOUR, 0), cut, 5, 211);
});

property.prop([begins, seeds], { numRuns: 60 })(
  'settling only after trades and another touch tells the same as settling every time stamp',
  (begin, seed) => {
    const least = new MarketRig({ settles: 'least' });
    const always = new MarketRig({ settles: 'always' });
    const steps = marketStream(seed, STEPS, begin);
    expect(playOn(least, steps, 0)).toEqual(playOn(always, steps, 0));
  },
);

test('the streams hold what the copies have to hold', () => {
  let absorbed = 0;
  let large = 0;
  let walls = 0;
  for (let seed = 1; seed <= 30; seed++) {
    for (const { state } of playOn(new MarketRig(), marketStream(seed, STEPS, 15 * HOUR), 0)) {
      if (state.ABSORPTION_DETECTED) absorbed++;
      if (state.LARGE_PRINTS_1M.length > 0) large++;
      if (state.DOM_WALLS.length > 0) walls++;
    }
  }
  expect([absorbed > 20, large > 100, walls > 100]).toEqual([true, true, true]);
});

test('a copy of a day of prints takes less than 20 ms', () => {
  const rig = new MarketRig();
  for (let i = 0; i < 400_000; i++) {
    const ts = 13.5 * HOUR + i * 58_000_000;
    rig.moveTo(ts);
    rig.tradeNanos(ts, (25_000 + Math.round(300 * Math.sin(i / 3000))) * 10_000_000, 100, 1);
  }
  const took: number[] = [];
  for (let i = 0; i < 7; i++) {
    const began = performance.now();
    rig.analysis.restore(rig.analysis.capture());
    took.push(performance.now() - began);
  }
  expect(Math.min(...took)).toBeLessThan(20);
});
