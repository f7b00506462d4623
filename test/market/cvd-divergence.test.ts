import { expect, test } from 'vitest';
import { divergencesOf } from '../../src/market/cvd-divergence.ts';

/** A price that climbs to a turn at 10, falls, and climbs to another at 30. */
function twoTurns(first: number, second: number, cvdFirst: number, cvdSecond: number) {
  const points = Array.from({ length: 41 }, (_, i) => i);
  return {
    ts: points.map((i) => i * 1_000),
    price: points.map((i) => (i <= 20 ? first - Math.abs(i - 10) : second - Math.abs(i - 30))),
    cvd: points.map((i) => (i <= 20 ? cvdFirst : cvdSecond)),
  };
}

test('a higher high of the price with a lower delta is bearish', () => {
  expect(divergencesOf(twoTurns(100, 105, 500, 300))).toEqual([
    { from: 10, at: 30, ts: 30_000, kind: 'bearish' },
  ]);
});

test('a lower low of the price with a higher delta is bullish', () => {
  const { ts, price, cvd } = twoTurns(100, 105, -500, -300);
  expect(divergencesOf({ ts, price: price.map((p) => -p), cvd })).toEqual([
    { from: 10, at: 30, ts: 30_000, kind: 'bullish' },
  ]);
});

test('where the delta goes along, or the price does not go further, nothing diverges', () => {
  expect(divergencesOf(twoTurns(100, 105, 300, 500))).toEqual([]);
  expect(divergencesOf(twoTurns(105, 100, 500, 300))).toEqual([]);
  expect(divergencesOf(twoTurns(100, 100, 500, 300))).toEqual([]);
});

test('a turn that later points have not confirmed does not count yet', () => {
  const { ts, price, cvd } = twoTurns(100, 105, 500, 300);
  const cut = (values: readonly number[]) => values.slice(0, 33);
  expect(divergencesOf({ ts: cut(ts), price: cut(price), cvd: cut(cvd) })).toEqual([]);
});

test('a series of no or few points has none', () => {
  expect(divergencesOf({ ts: [], price: [], cvd: [] })).toEqual([]);
  expect(divergencesOf({ ts: [1, 2], price: [1, 2], cvd: [2, 1] })).toEqual([]);
});
