import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SPEC_ANALYZERS } from '../../support/analyzer-settings.ts';
import { MarketRig } from '../../support/market-rig.ts';

/** A session whose volume grows evenly by `perMinute`. */
function evenSession(perMinute: number, minutes = 390): number[] {
  return Array.from({ length: minutes }, (_, i) => perMinute * (i + 1));
}

const five = [100, 100, 100, 100, 600].map((perMinute) => evenSession(perMinute));
const knownAverage = {
  ...SPEC_ANALYZERS,
  metrics: { ...SPEC_ANALYZERS.metrics, averageDailyVolume: 39_000 },
};

function rvolOf(rig: MarketRig, ...clocks: string[]): (number | null)[] {
  return clocks.map((clock) => rig.state(clock).RVOL_DAY);
}

test('divides by the mean of the past sessions at the same time, a minute in progress in proportion', () => {
  const rig = new MarketRig({ history: { sessions: five, intradayCurve: null } });
  rig.trade('13:30:00', 250, 500, 1);
  expect(rvolOf(rig, '13:29:59', '13:30:00', '13:30:30', '13:31:00', '13:32:30')).toEqual([
    null,
    null,
    5,
    2.5,
    1,
  ]);
});

test('after the close the volume and the usual volume stand', () => {
  const rig = new MarketRig({ history: { sessions: five, intradayCurve: null } });
  rig.trade('13:30:00', 250, 78_000, 1);
  expect(rvolOf(rig, '20:00:00', '23:00:00')).toEqual([1, 1]);
});

test('four sessions are too few, and only the last thirty count', () => {
  const few = new MarketRig({ history: { sessions: five.slice(0, 4), intradayCurve: null } });
  const many = [
    ...Array.from({ length: 9 }, () => evenSession(1e9)),
    ...Array.from({ length: 30 }, () => evenSession(100)),
  ];
  const full = new MarketRig({ history: { sessions: many, intradayCurve: null } });
  for (const rig of [few, full]) rig.trade('13:30:00', 250, 500, 1);
  expect([...rvolOf(few, '13:35:00'), ...rvolOf(full, '13:35:00')]).toEqual([null, 1]);
});

test('falls back on the average daily volume and the share that the shipped curve has reached', () => {
  const { cumulativeShares } = JSON.parse(
    readFileSync(
      new URL('../../../config/curves/us-equities-intraday.json', import.meta.url),
      'utf8',
    ),
  ) as { cumulativeShares: number[] };
  const rig = new MarketRig({
    settings: knownAverage,
    history: { sessions: five.slice(0, 4), intradayCurve: cumulativeShares },
  });
  rig.trade('13:30:00', 250, 39_000, 1);
  const expected = Math.round(10_000 / (cumulativeShares[29] ?? 0)) / 10_000;
  expect(rvolOf(rig, '14:00:00', '20:00:00')).toEqual([expected, 1]);
  expect(cumulativeShares).toHaveLength(390);
  expect(cumulativeShares).toEqual(cumulativeShares.toSorted((a, b) => a - b));
});

test('is null where neither is known', () => {
  const rig = new MarketRig({ settings: knownAverage });
  rig.trade('14:00:00', 250, 100, 1);
  expect(rvolOf(rig, '14:00:00')).toEqual([null]);
});
