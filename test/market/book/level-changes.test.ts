import { expect, test } from 'vitest';
import { BookMemory } from '../../../src/market/book/book-memory.ts';
import { CHANGE_ADDED } from '../../../src/market/book/layout.ts';
import { LevelChanges } from '../../../src/market/book/level-changes.ts';
import { OrderTable } from '../../../src/market/book/order-table.ts';

/** Changes over a memory with a bid's and an ask's level. */
function rig() {
  const memory = new BookMemory();
  const levels = new OrderTable(memory).takeRun(2);
  return { changes: new LevelChanges(memory, 10), bid: levels, ask: levels + 1 };
}

test.for([0, -1e15])(
  'keeps every change of the window however many there are, from %d on',
  (start) => {
    const { changes, bid, ask } = rig();
    for (let i = 0; i < 60_000; i++)
      changes.push(start + i, i % 2 === 0 ? bid : ask, 1, CHANGE_ADDED, false);
    expect(changes.addedSince(bid, start - 1)).toBe(30_000);
    expect(changes.netSince(ask, start + 59_998)).toBe(1);
  },
);

test('forgets what is older than the window, without growing', () => {
  const { changes, bid } = rig();
  for (let i = 0; i < 100_000; i++) changes.push(i * 1e6, bid, 1, CHANGE_ADDED, false);
  expect(changes.netSince(bid, 99_999e6 - 10e9)).toBe(10_000);
});

test('counts sizes up to 2^32 - 1, gained and lost', () => {
  const { changes, bid } = rig();
  changes.push(1, bid, 4_294_967_295, CHANGE_ADDED, false);
  changes.push(2, bid, 4_294_967_295, CHANGE_ADDED, false);
  changes.push(3, bid, 4_294_967_294, CHANGE_ADDED, true);
  expect(changes.netSince(bid, 0)).toBe(4_294_967_296);
});
