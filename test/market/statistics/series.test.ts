import { describe, expect, test } from 'vitest';
import {
  autocorrelation,
  dispersion,
  excessKurtosis,
  returnsOf,
  sumsOf,
} from '../../../src/market/statistics/series.ts';
import { SignMemory } from '../../../src/market/statistics/sign-memory.ts';

describe('a series', () => {
  test('that turns each time is its own opposite one place on, and itself two places on', () => {
    const turning = Array.from({ length: 1000 }, (_, n) => n % 2);
    expect(autocorrelation(turning, 1)).toBeCloseTo(-1, 2);
    expect(autocorrelation(turning, 2)).toBeCloseTo(1, 2);
    expect(autocorrelation([5, 5, 5], 1)).toBeNull();
    const signs = new SignMemory([1, 2]);
    for (const value of turning) signs.add(value === 0 ? -1 : 1);
    expect([signs.correlation(0), signs.correlation(1)]).toEqual([-1, 1]);
  });

  test('has the moments that its definition gives', () => {
    expect(dispersion([1, 3])).toBe(0.5);
    expect(excessKurtosis([-1, 1, -1, 1])).toBe(-2);
    expect([...sumsOf([1, 2, 3, 4, 5], 2)]).toEqual([3, 7]);
    expect(returnsOf([Number.NaN, 100, 110, 99], 1)).toEqual([0.1, -0.1]);
    expect(returnsOf([100, 7, 150], 2)).toEqual([0.5]);
  });
});
