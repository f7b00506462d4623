import { expect, test } from 'vitest';
import { Budget } from '../../../src/brain/model/budget.ts';
import { costOf } from '../../../src/brain/model/model-price.ts';
import { NS_PER_SECOND } from '../../../src/domain/time.ts';

const NONE = { budgetUsd: null, budgetHourUsd: null, budgetRunUsd: null };
const HOUR = 3600 * NS_PER_SECOND;

test('without a limit anything may be spent', () => {
  const budget = new Budget(NONE);
  budget.spend(0, 1e6);
  expect(budget.reachedAt(1)).toBeUndefined();
});

test('a budget of 0 allows no question', () => {
  expect(new Budget({ ...NONE, budgetUsd: 0 }).reachedAt(0)?.span).toBe('session');
});

test('the session’s limit counts anew with the next session, the run’s does not', () => {
  const budget = new Budget({ ...NONE, budgetUsd: 1, budgetRunUsd: 1.5 });
  budget.spend(0, 0.75);
  expect(budget.reachedAt(1)).toBeUndefined();
  budget.spend(1, 0.25);
  expect(budget.reachedAt(1)).toEqual({ span: 'session', spentUsd: 1, limitUsd: 1 });
  budget.startSession();
  expect(budget.reachedAt(2)).toBeUndefined();
  budget.spend(2, 0.5);
  expect(budget.reachedAt(3)).toEqual({ span: 'run', spentUsd: 1.5, limitUsd: 1.5 });
});

test('the hour’s limit counts what the last sixty minutes cost', () => {
  const budget = new Budget({ ...NONE, budgetHourUsd: 1 });
  budget.spend(0, 0.5);
  budget.spend(HOUR / 2, 0.5);
  expect(budget.reachedAt(HOUR - 1)?.span).toBe('hour');
  expect(budget.reachedAt(HOUR)).toBeUndefined();
  budget.spend(HOUR, 0.5);
  expect(budget.reachedAt(HOUR)).toEqual({ span: 'hour', spentUsd: 1, limitUsd: 1 });
});

test('a cost that is not known counts nothing', () => {
  const budget = new Budget({ ...NONE, budgetUsd: 0.01 });
  budget.spend(0, null);
  expect(budget.reachedAt(0)).toBeUndefined();
});

test('cached input costs less, reasoning is in the output, and what is not known costs null', () => {
  const price = { inputUsd: 1.25, cachedUsd: 0.2, outputUsd: 2.5 };
  const tokens = { input: 3000, cached: 2000, output: 400, reasoning: 300 };
  expect(costOf(tokens, price)).toBeCloseTo((1000 * 1.25 + 2000 * 0.2 + 400 * 2.5) / 1e6, 12);
  expect(costOf(null, price)).toBeNull();
  expect(costOf(tokens, null)).toBeNull();
});
