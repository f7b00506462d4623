import type { BookSide } from './book-side.ts';
import { NO_TICK } from './book-side.ts';
import type { OrderBook } from './order-book.ts';

/**
 * The whole book as text, an order a line: `side|price|order id|size`, price in 1e-9 units, ids in decimal; bids before asks,
 * best level first, first in the queue first. Two books are equal when their lines are.
 */
export function* l3Lines(book: OrderBook): Generator<string> {
  yield* sideLines(book, book.bids, 'B');
  yield* sideLines(book, book.asks, 'A');
}

function* sideLines(book: OrderBook, side: BookSide, letter: string): Generator<string> {
  const { orders, tickNanos } = book;
  for (let tick = side.best; tick !== NO_TICK; tick = side.worseThan(tick)) {
    for (let slot = side.headAt(tick); slot >= 0; slot = orders.next(slot)) {
      yield `${letter}|${tick * tickNanos}|${idText(orders.idLow(slot), orders.idHigh(slot))}|${orders.size(slot)}\n`;
    }
  }
}

function idText(low: number, high: number): string {
  return ((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)).toString();
}
