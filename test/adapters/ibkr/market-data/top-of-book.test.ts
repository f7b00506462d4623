import { describe, expect, test } from 'vitest';
import { DepthBook } from '../../../../src/adapters/ibkr/market-data/depth-book.ts';
import { TopOfBook } from '../../../../src/adapters/ibkr/market-data/top-of-book.ts';

function bookOf(ticks: readonly (readonly [type: number, value: number])[]) {
  const top = new TopOfBook();
  const book = new DepthBook(5);
  for (const [type, value] of ticks) {
    const change = top.take(type, value);
    if (change !== undefined) expect(book.apply(change)).toBeUndefined();
  }
  return { top, book };
}

describe('the top of the book', () => {
  test('is a book of one row a side, and follows prices and sizes', () => {
    const { book } = bookOf([
      [1, 249.99],
      [0, 300],
      [2, 250.01],
      [3, 400],
      [21, 1_000_000],
      [1, 249.98],
      [3, 100],
    ]);
    expect(book.bids).toEqual([{ price: 249.98, size: 300 }]);
    expect(book.asks).toEqual([{ price: 250.01, size: 100 }]);
  });

  test('tells nothing of a side of which only one is known, and empties one that nobody is on', () => {
    const { book, top } = bookOf([
      [1, 249.99],
      [2, 250.01],
      [3, 400],
      [2, -1],
    ]);
    expect([book.bids, book.asks]).toEqual([[], []]);
    expect(top.restart()).toEqual([]);
  });
});
