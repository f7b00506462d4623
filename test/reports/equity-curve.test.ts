import { expect, test } from 'vitest';
import { sampleCurve } from '../../src/reports/equity-curve.ts';
import { drawdownsOf } from '../../src/reports/equity-statistics.ts';

const second = (at: number, equity: number) => ({
  ts: `2025-10-15T13:30:${String(at).padStart(2, '0')}.000000000Z`,
  equity,
});

test('highs, lows and falls between two samples are told, though no sample stands on them', () => {
  const points = [second(0, 0), second(21, 50), second(22, 10), second(23, 30), second(40, 20)];
  expect(sampleCurve(points, drawdownsOf(points), 3)).toEqual({
    at: [0, 0.5, 1],
    equity: [0, 0, 20],
    drawdown: [0, 0, -40],
    low: 0,
    high: 50,
    deepest: -40,
  });
});

test('a single moment is no curve', () => {
  expect(sampleCurve([second(0, 5)], [0], 10)).toBeUndefined();
});
