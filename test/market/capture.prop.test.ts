import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import type { MarketState } from '../../src/domain/market-state.ts';
import { MarketRig } from '../support/market-rig.ts';
import { marketStream, playStep, type StreamStep } from '../support/market-stream.ts';

const HOUR = 3_600_000_000_000;
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

/** What is seen now and then from step `from` on: always after the last event of a time stamp. */
function playOn(rig: MarketRig, steps: readonly StreamStep[], from: number): Seen[] {
  const seen: Seen[] = [];
  for (let i = from; i < steps.length; i++) {
    const step = steps[i];
    if (step === undefined) continue;
    playStep(rig, step);
    const next = steps[i + 1];
    if (next?.ts === step.ts || i % 7 !== 0) continue;
    rig.settle();
    seen.push(seenOf(rig, step.ts));
  }
  return seen;
}

property.prop([begins, seeds, fc.double({ min: 0, max: 1, noNaN: true })], { numRuns: 60 })(
  'an analysis that became a copy goes on as the one that was copied, which went on itself',
  (begin, seed, part) => {
    const steps = marketStream(seed, 600, begin);
    const cut = Math.floor(steps.length * part);
    const first = new MarketRig();
    const other = new MarketRig();
    // another past, of which nothing may stay
    for (const step of marketStream(seed + 1, 200, begin - HOUR)) {
      if (step.kind === 'trade') playStep(other, step);
    }
    for (const step of steps.slice(0, cut)) {
      playStep(first, step);
      playStep(other, step, true);
    }
    const copy = first.analysis.capture();
    const expected = playOn(first, steps, cut);
    other.analysis.restore(copy);
    expect(playOn(other, steps, cut)).toEqual(expected);
    // nothing of what came after went into the copy either
    const again = new MarketRig();
    for (const step of steps.slice(0, cut)) playStep(again, step, true);
    again.analysis.restore(copy);
    expect(playOn(again, steps, cut)).toEqual(expected);
  },
);

property.prop([begins, seeds], { numRuns: 60 })(
  'settling only after trades and another touch tells the same as settling every time stamp',
  (begin, seed) => {
    const least = new MarketRig({ settles: 'least' });
    const always = new MarketRig({ settles: 'always' });
    const steps = marketStream(seed, 600, begin);
    expect(playOn(least, steps, 0)).toEqual(playOn(always, steps, 0));
  },
);

test('the streams hold what the copies have to hold', () => {
  let absorbed = 0;
  let large = 0;
  let walls = 0;
  for (let seed = 1; seed <= 30; seed++) {
    for (const { state } of playOn(new MarketRig(), marketStream(seed, 600, 15 * HOUR), 0)) {
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
