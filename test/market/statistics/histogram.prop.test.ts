import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { Histogram } from '../../../src/market/statistics/histogram.ts';

const values = fc.array(fc.integer({ min: 0, max: 5_000_000_000 }), {
  minLength: 1,
  maxLength: 60,
});
const small = fc.array(fc.integer({ min: 0, max: 1023 }), { minLength: 1, maxLength: 60 });

function histogramOf(list: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of list) histogram.add(value);
  return histogram;
}

test.prop([values, fc.double({ min: 0.01, max: 1, noNaN: true })])(
  'tells a quantile within 1.6 % of the sorted list’s, exactly up to 1,023',
  (list, share) => {
    const sorted = list.toSorted((a, b) => a - b);
    const exact = sorted[Math.max(0, Math.ceil(share * list.length - 1e-9) - 1)] ?? 0;
    const told = histogramOf(list).quantile(share) ?? Number.NaN;
    expect(Math.abs(told - exact)).toBeLessThanOrEqual(exact < 1024 ? 0 : exact * 0.016);
  },
);

test.prop([small, small])('has the distance of the two sorted lists', (left, right) => {
  const share = (list: readonly number[], limit: number): number =>
    list.filter((value) => value <= limit).length / list.length;
  let largest = 0;
  for (let limit = 0; limit < 1024; limit++)
    largest = Math.max(largest, Math.abs(share(left, limit) - share(right, limit)));
  expect(histogramOf(left).distanceTo(histogramOf(right))).toBeCloseTo(largest, 12);
});

test.prop([values])('has the mean of what was added, and no distance from itself', (list) => {
  const histogram = histogramOf(list);
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
  expect(histogram.mean()).toBeCloseTo(mean, 3);
  expect(histogram.distanceTo(histogramOf(list))).toBe(0);
});
