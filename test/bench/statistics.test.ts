import { expect, test } from 'vitest';
import { relativeRange, spreadOf } from './statistics.ts';

test('the median of an odd number of values is the middle one, whatever their order', () => {
  expect(spreadOf([9, 1, 10])).toEqual({ median: 9, min: 1, max: 10 });
});

test('the median of an even number of values is halfway between the middle two', () => {
  expect(spreadOf([4, 1, 100, 2])).toEqual({ median: 3, min: 1, max: 100 });
});

test('one value is its own median, with no range', () => {
  const spread = spreadOf([7]);
  expect(spread).toEqual({ median: 7, min: 7, max: 7 });
  expect(relativeRange(spread)).toBe(0);
});

test('the range is told as a share of the median', () => {
  expect(relativeRange({ median: 10, min: 9, max: 12 })).toBeCloseTo(0.3, 12);
});

test('nothing measured is an error and no figure', () => {
  expect(() => spreadOf([])).toThrow('no value was measured');
});
