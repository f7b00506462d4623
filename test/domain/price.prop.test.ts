import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { roundRatio } from '../../src/domain/price.ts';

/** a / b to 4 decimals in whole numbers, halves away from zero. */
function exactly(a: number, b: number): number {
  const x = BigInt(Math.abs(a));
  const y = BigInt(b);
  const units = (2n * 10_000n * x + y) / (2n * y);
  return a < 0 && units !== 0n ? -Number(units) / 10_000 : Number(units) / 10_000;
}

property.prop([
  fc.integer({ min: -(10 ** 9), max: 10 ** 9 }),
  fc.integer({ min: 1, max: 10 ** 7 }),
])('rounds any fraction as whole numbers would', (a, b) => {
  expect(roundRatio(a / b)).toBe(exactly(a, b));
});

property.prop([fc.integer({ min: -(10 ** 9), max: 10 ** 9 })])(
  'rounds every exact half away from zero, and its neighbours to their own side',
  (n) => {
    const half = 2 * n + 1;
    expect(roundRatio(half / 20_000)).toBe(exactly(half, 20_000));
    expect(roundRatio((half * 1000 + 1) / 20_000_000)).toBe(exactly(half * 1000 + 1, 20_000_000));
    expect(roundRatio((half * 1000 - 1) / 20_000_000)).toBe(exactly(half * 1000 - 1, 20_000_000));
  },
);

property.prop([fc.double({ noNaN: true, noDefaultInfinity: true })])(
  'is odd, idempotent and never makes a negative zero',
  (value) => {
    const rounded = roundRatio(value);
    expect(roundRatio(rounded)).toBe(rounded);
    expect(roundRatio(-value) + rounded).toBe(0);
    if (Math.abs(value) < 1) expect(Object.is(rounded, -0)).toBe(false);
  },
);

test.for([
  [1.00005, 1.0001],
  [-1.00005, -1.0001],
  [0.00005, 0.0001],
  [0.000049999999, 0],
  [-0.00004, 0],
  [2.00015, 2.0002],
  [3, 3],
  [1e15, 1e15],
] as const)('rounds %d to %d', ([value, rounded]) => {
  expect(roundRatio(value)).toBe(rounded);
});
