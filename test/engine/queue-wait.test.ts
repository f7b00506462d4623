import { expect, test } from 'vitest';
import { QueueWait } from '../../src/engine/queue-wait.ts';

const SECOND = 1_000_000_000;

/** Notes what stands ahead second by second, and gives the last answer. */
function noted(wait: QueueWait, aheads: readonly number[], from = 0): number | null {
  return aheads.reduce<number | null>(
    (_, ahead, i) => wait.note('o1', (from + i) * SECOND, ahead),
    null,
  );
}

test('the wait is what is left at the rate at which what stood ahead went', () => {
  // 400 went in four seconds: 600 need six more
  expect(noted(new QueueWait(), [1000, 900, 800, 700, 600])).toBe(6_000);
});

test('there is too little to say at first, while nothing goes, and after one step alone', () => {
  expect(noted(new QueueWait(), [1000, 900])).toBeNull();
  expect(noted(new QueueWait(), [1000, 1000, 1000, 1000, 1000])).toBeNull();
  expect(noted(new QueueWait(), [1000, 1000, 500, 500, 500])).toBeNull();
});

test('at the front there is nothing to wait for', () => {
  expect(noted(new QueueWait(), [0])).toBe(0);
});

test('an order that stands elsewhere, and a replay that went back, begin anew', () => {
  const moved = new QueueWait();
  noted(moved, [500, 400, 300, 200, 100]);
  expect(noted(moved, [800, 790], 5)).toBeNull();
  const back = new QueueWait();
  noted(back, [500, 400, 300, 200, 100], 100);
  expect(noted(back, [90, 80], 50)).toBeNull();
});

test('only the last minute counts', () => {
  const wait = new QueueWait();
  noted(wait, [10_000, 5_000, 4_000, 3_000, 1_000]);
  // a minute later ten go a second
  const slow = Array.from({ length: 10 }, (_, i) => 900 - i * 10);
  expect(noted(wait, slow, 100)).toBe(81_000);
});

test('orders that are gone are forgotten', () => {
  const wait = new QueueWait();
  noted(wait, [500, 400, 300, 200]);
  wait.keep([]);
  expect(noted(wait, [100], 4)).toBeNull();
});
