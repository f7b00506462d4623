import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import {
  DepthBook,
  type DepthOperation,
} from '../../../../src/adapters/ibkr/market-data/depth-book.ts';

const MOST = 5;
type Row = { price: number; size: number };

const operation = fc.record({
  position: fc.integer({ min: -1, max: 6 }),
  operation: fc.integer({ min: 0, max: 3 }),
  side: fc.constantFrom(0, 1),
  price: fc.integer({ min: 0, max: 30 }),
  size: fc.integer({ min: 0, max: 9 }),
});

/** What an operation makes of a side, the obvious way: copied, changed, and looked at whether it can be a book's. */
function after(rows: readonly Row[], change: DepthOperation): Row[] | undefined {
  const { position, operation: kind, side, price, size } = change;
  const row = { price, size };
  if (kind > 2) return undefined;
  if (position < 0 || position >= MOST || position > rows.length) return undefined;
  if (kind !== 0 && position === rows.length) return undefined;
  if (kind !== 2 && price <= 0) return undefined;
  const head = rows.slice(0, position);
  const tail = rows.slice(kind === 0 ? position : position + 1);
  const all = kind === 2 ? [...head, ...tail] : [...head, row, ...tail];
  const prices = all.map((each) => each.price);
  const sorted = [...new Set(prices)].toSorted((a, b) => (side === 1 ? b - a : a - b));
  return JSON.stringify(prices) === JSON.stringify(sorted) ? all.slice(0, MOST) : undefined;
}

property.prop(
  [
    fc.array(
      fc.oneof(
        { weight: 1, arbitrary: operation },
        { weight: 6, arbitrary: fc.tuple(operation, fc.nat(100)) },
      ),
      { maxLength: 60 },
    ),
  ],
  { numRuns: 400 },
)('a book is the obvious one after every operation, or is known to be none', (list) => {
  const book = new DepthBook(MOST);
  const reference: [Row[], Row[]] = [[], []];
  for (const each of list) {
    let change: DepthOperation;
    if (Array.isArray(each)) {
      // one that mostly fits: between its neighbors
      const [raw, pick] = each;
      const rows = reference[raw.side === 1 ? 1 : 0];
      const kind = raw.operation % 3;
      const position = pick % Math.max(1, Math.min(MOST, rows.length + (kind === 0 ? 1 : 0)));
      const sign = raw.side === 1 ? -1 : 1;
      const before = rows[position - 1]?.price ?? 100 - sign * 50;
      const behind = rows[kind === 0 ? position : position + 1]?.price ?? 100 + sign * 50;
      // now and then it is a neighbor's own price, which no book has twice
      const price = pick < 3 ? before : pick < 6 ? behind : (before + behind) / 2;
      change = { ...raw, operation: kind, position, price };
    } else change = each;
    const index = change.side === 1 ? 1 : 0;
    const expected = after(reference[index], change);
    const fault = book.apply(change);
    expect(fault === undefined).toBe(expected !== undefined);
    expect(book.isKnown).toBe(expected !== undefined);
    if (expected === undefined) {
      expect([book.bids, book.asks]).toEqual([[], []]);
      // nothing is believed before it is emptied
      expect(book.apply({ position: 0, operation: 0, side: 1, price: 1, size: 1 })).toBe(undefined);
      expect(book.bids).toEqual([]);
      book.clear();
      reference[0] = [];
      reference[1] = [];
    } else reference[index] = expected;
    expect(book.asks).toEqual(reference[0]);
    expect(book.bids).toEqual(reference[1]);
  }
});
