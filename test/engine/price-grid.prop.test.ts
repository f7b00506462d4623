import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PriceGrid } from '../../src/engine/price-grid.ts';

const range = fc
  .tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.nat({ max: 5_000 }))
  .map(([low, height]) => ({ low, high: low + height }));

test('whatever came before, every tick of the range has a row, and a row is 1, 2 or 5 times a power of ten', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(range, fc.integer({ min: 1, max: 80 })), { minLength: 1, maxLength: 6 }),
      (fits) => {
        const grid = new PriceGrid();
        for (const [{ low, high }, rows] of fits) {
          grid.fit(low, high, rows);
          expect(grid.rowOf(high)).toBeGreaterThanOrEqual(0);
          expect(grid.rowOf(low)).toBeLessThan(rows);
          expect(String(grid.ticksPerRow)).toMatch(/^[125]0*$/);
          expect(grid.rowOf(grid.topTick)).toBe(0);
          expect(grid.rowOf(grid.topTick - 1)).toBe(1);
        }
      },
    ),
  );
});

test('it stands still while prices stay within it, and moves when they leave', () => {
  const grid = new PriceGrid();
  grid.fit(25_000, 25_010, 20);
  const before = { top: grid.topTick, height: grid.ticksPerRow };
  grid.fit(25_003, 25_012, 20);
  expect({ top: grid.topTick, height: grid.ticksPerRow }).toEqual(before);
  grid.fit(25_003, 25_040, 20);
  expect(grid.ticksPerRow).toBe(2);
  grid.fit(25_030, 25_031, 20);
  expect(grid.ticksPerRow).toBe(1);
});
