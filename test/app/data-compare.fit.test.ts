import { describe, expect, test } from 'vitest';
import { compareData } from '../../src/app/data-compare.ts';
import type { Comparison } from '../../src/domain/comparison.ts';
import { testData } from '../support/test-data.ts';

/** The distance of a whole distribution, or of one figure, of the second day from the first. */
function distanceOf({ rows }: Comparison, section: string, label: string): number {
  const row = rows.find((entry) => entry.section === section && entry.label === label);
  return row?.distances[0] ?? Number.NaN;
}

/** Largest Kolmogorov–Smirnov distance allowed for each distribution, by profile and the file that it was fitted to. */
const FITTED: readonly (readonly [string, string, Readonly<Record<string, number>>])[] = [
  [
    'goog-2012',
    'LOBSTER_SampleFile_GOOG_2012-06-21_5.zip',
    {
      spread: 0.1,
      'size at a best price': 0.22,
      'best to fifth level': 0.2,
      'time between events': 0.15,
      'life of a canceled order': 0.15,
      'size of an order': 0.05,
      'distance of an add': 0.18,
      'size of a print': 0.18,
      'size of an aggressor': 0.13,
    },
  ],
  [
    'aapl-2012',
    'LOBSTER_SampleFile_AAPL_2012-06-21_1.zip',
    {
      spread: 0.1,
      'size at a best price': 0.1,
      'time between events': 0.16,
      'life of a canceled order': 0.18,
      'size of an order': 0.05,
      'distance of an add': 0.22,
      'size of a print': 0.13,
      'size of an aggressor': 0.1,
    },
  ],
];

describe.for(FITTED)('the profile %s', ([profile, file, bounds]) => {
  const path = testData('lobster', file);

  test.skipIf(path === undefined)(
    'is near the day that it was fitted to',
    async () => {
      const seed = 7;
      const comparison = await compareData({ files: [path ?? ''], generated: [{ seed, profile }] });
      const found = Object.keys(bounds).map(
        (name) => [name, distanceOf(comparison, name, 'mean')] as const,
      );
      const wrong = found.filter(([name, distance]) => !(distance <= (bounds[name] ?? 0)));
      expect(wrong).toEqual([]);
      const within = (section: string, label: string, most: number): void => {
        expect([label, Math.abs(distanceOf(comparison, section, label)) <= most]).toEqual([
          label,
          true,
        ]);
      };
      within('events', 'adds', 0.04);
      within('events', 'trades', 0.04);
      within('trades', 'hidden prints', 0.05);
      within('trades', 'sign, autocorrelation after 1', 0.15);
      within('trades', 'sign, autocorrelation after 20', 0.1);
      within('volatility', '|return| of 10 s, autocorrelation after 1', 0.12);
      within('events by half hour', 'whole day', 0.15);
      // the signature is as flat as the real one: no trend and no bounce in what a return is made of
      for (const step of ['1 s', '10 s', '1 min', '5 min']) {
        const ratio = distanceOf(comparison, 'volatility', `realised, from returns of ${step}`);
        expect([step, ratio > 0.6 && ratio < 1.6]).toEqual([step, true]);
      }
    },
    20_000,
  );
});

test('the ordinary day has the mix of a TSLA day on Nasdaq, and a flat signature', async () => {
  const { rows } = await compareData({ files: [], generated: [{ seed: 7 }], events: 1_500_000 });
  const figureOf = (section: string, label: string): number =>
    rows.find((row) => row.section === section && row.label === label)?.values[0] ?? Number.NaN;
  expect(figureOf('events', 'adds')).toBeCloseTo(0.47, 1);
  expect(figureOf('events', 'cancels, all')).toBeCloseTo(0.48, 1);
  expect(Math.abs(figureOf('events', 'trades') - 0.03)).toBeLessThan(0.008);
  expect(Math.abs(figureOf('events', 'fills') - 0.022)).toBeLessThan(0.008);
  expect(figureOf('events', 'modifies')).toBe(0);
  expect(Math.abs(figureOf('events', 'before the open') - 0.04)).toBeLessThan(0.01);
  const second = figureOf('volatility', 'realised, from returns of 1 s');
  // a thinner day’s quotes lag behind the value
  const minutes = figureOf('volatility', 'realised, from returns of 5 min');
  expect(minutes / second).toBeGreaterThan(0.7);
  expect(minutes / second).toBeLessThan(1.6);
  expect(figureOf('volatility', '|return| of 10 s, autocorrelation after 1')).toBeGreaterThan(0.05);
  expect(figureOf('volatility', 'excess kurtosis, 10 s')).toBeGreaterThan(0.5);
}, 20_000);
