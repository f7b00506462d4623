import { expect, test } from 'vitest';
import { proveQueue } from './prove-queue.ts';

interface KindFigures {
  readonly orders: number;
  readonly determinedShare: number;
  readonly filled: number;
}

test('the simulated exchange tells what became of 20,000 resting orders in a market that had them', () => {
  const said: string[] = [];
  const result = proveQueue({ count: 20_000, seed: 3, say: (line) => void said.push(line) });
  expect(said).toEqual([]);
  expect(result.violations).toBe(0);
  const { passive, pair, marketable, stop } = result['orders'] as Record<string, KindFigures>;
  expect(passive?.determinedShare).toBeGreaterThan(0.95);
  expect(passive?.filled).toBeGreaterThan(8_000);
  expect((passive?.orders ?? 0) + (pair?.orders ?? 0)).toBeGreaterThanOrEqual(20_000);
  expect(marketable?.determinedShare).toBeGreaterThan(0.5);
  expect(stop?.determinedShare).toBeGreaterThan(0.7);
}, 60_000);
