import { expect, test } from 'vitest';
import { meanOf, percentile, rateOf } from '../../../src/brain/evaluation/intervals.ts';
import { Random } from '../../../src/domain/random.ts';

test.for([
  // by hand from the formula
  [5, 10, 0.2366, 0.7634],
  [0, 10, 0, 0.2775],
  [10, 10, 0.7225, 1],
  [1, 1000, 0.0002, 0.0056],
] as const)('%i of %i lies between %f and %f', ([count, of, low, high]) => {
  expect(rateOf(count, of)).toEqual({ count, of, value: count / of, low, high });
});

test('of nothing there is no share and no mean', () => {
  expect(rateOf(0, 0)).toEqual({ count: 0, of: 0, value: null, low: null, high: null });
  expect(meanOf([], new Random(1))).toEqual({ of: 0, value: null, low: null, high: null });
});

test('a mean’s interval is about twice its standard error to each side, and the same for the same seed', () => {
  const values = Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 1 : -1));
  const mean = meanOf(values, new Random(3));
  expect(mean.value).toBe(0);
  expect(mean.high).toBeCloseTo(1.96 / 20, 1);
  expect(mean.low).toBeCloseTo(-1.96 / 20, 1);
  expect(meanOf(values, new Random(3))).toEqual(mean);
});

test('a percentile is a value that was seen', () => {
  const sorted = Array.from({ length: 100 }, (_, i) => i + 1);
  expect(percentile(sorted, 0.5)).toBe(50);
  expect(percentile(sorted, 0.99)).toBe(99);
  expect(percentile([7], 0.5)).toBe(7);
});
