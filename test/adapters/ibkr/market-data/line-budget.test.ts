import { expect, test } from 'vitest';
import { LineBudget } from '../../../../src/adapters/ibkr/market-data/line-budget.ts';

test('a fourth depth request is refused in words, and possible again once a line is free', () => {
  const budget = new LineBudget();
  for (const id of [1, 2, 3]) expect(budget.take(id, 'depth', 'TEST', 0)).toBe(undefined);
  expect(budget.take(4, 'depth', 'TEST', 0)).toEqual({
    words: 'depth of TEST: all 3 lines of the account are in use',
    waitMs: undefined,
  });
  budget.free(2);
  expect(budget.take(4, 'depth', 'TEST', 0)).toBe(undefined);
  expect(budget.use.depth).toEqual({ used: 3, most: 3 });
});

test('a second tick-by-tick request of an instrument waits for 15 seconds, also over another connection', () => {
  const budget = new LineBudget(500);
  expect(budget.take(1, 'tick-by-tick', 'TEST', 1000)).toBe(undefined);
  expect(budget.take(2, 'tick-by-tick', 'OTHER', 1000)).toBe(undefined);
  budget.freeAll();
  expect(budget.take(3, 'tick-by-tick', 'TEST', 6000)?.waitMs).toBe(10_000);
  expect(budget.take(3, 'tick-by-tick', 'TEST', 16_000)).toBe(undefined);
  expect(budget.use.tickByTick).toEqual({ used: 1, most: 7 });
});
