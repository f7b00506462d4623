import { describe, expect, test } from 'vitest';
import { dayOf, NS_PER_SECOND } from '../../src/domain/time.ts';
import { Portfolio } from '../../src/execution/portfolio.ts';
import { nanosOf } from '../support/exchange-rig.ts';
import { STOCK } from '../support/market-rig.ts';

const DOLLAR = 1_000_000;

function fillOf(side: 'buy' | 'sell', quantity: number, dollars: number, secs = 0) {
  const ts = secs * NS_PER_SECOND;
  return {
    executionId: `${ts}`,
    orderId: 'A',
    side,
    quantity,
    price: nanosOf(dollars),
    ts,
    sequence: 1,
    liquidity: 'maker',
  } as const;
}

function portfolio(): Portfolio {
  return new Portfolio(STOCK, dayOf(2026, 6, 1));
}

describe('a round trip', () => {
  test('runs from flat to flat, over part entries and part exits', () => {
    const book = portfolio();
    book.onFill(fillOf('buy', 10, 100, 1), 300_000, 'order');
    book.onFill(fillOf('buy', 30, 101, 2), 700_000, 'order');
    expect(book.averageEntry).toBe(100.75);
    expect(book.openedTs).toBe(NS_PER_SECOND);
    expect(book.onFill(fillOf('sell', 15, 102, 3), 500_000, 'target')).toBeUndefined();
    expect(book.realizedMicros).toBe(18_750_000);
    expect(book.onFill(fillOf('sell', 25, 99, 4), 500_000, 'stop')).toEqual({
      side: 'long',
      quantity: 40,
      entryTs: '2026-06-01T00:00:01.000000000Z',
      entryPrice: '100.75',
      exitTs: '2026-06-01T00:00:04.000000000Z',
      exitPrice: '100.125',
      exitReason: 'stop',
      grossPl: -25,
      commission: 2,
      netPl: -27,
      mae: -25,
      mfe: 0,
    });
    expect(book).toMatchObject({
      position: 0,
      realizedMicros: -25 * DOLLAR,
      commissionMicros: 2 * DOLLAR,
      opened: 1,
    });
    expect(book.averageEntry).toBeNull();
    expect(book.openedTs).toBeUndefined();
  });

  test('ends and another begins in one fill that goes through zero; its commission is shared by size', () => {
    const book = portfolio();
    book.onFill(fillOf('sell', 10, 100), 0, 'order');
    const ended = book.onFill(fillOf('buy', 30, 98, 5), 900_000, 'target');
    expect(ended).toMatchObject({
      side: 'short',
      quantity: 10,
      grossPl: 20,
      commission: 0.3,
      netPl: 19.7,
    });
    expect(book).toMatchObject({
      position: 20,
      opened: 2,
      averageEntry: 98,
      openedTs: 5 * NS_PER_SECOND,
    });
    expect(book.onFill(fillOf('sell', 20, 98), 100_000, 'exit')).toMatchObject({
      grossPl: 0,
      commission: 0.7,
    });
  });

  test('takes in what a fill was worth and cost when it is told late, before its end and after it', () => {
    const book = portfolio();
    book.onFill(fillOf('buy', 10, 100, 1), 300_000, 'order');
    book.correct(NS_PER_SECOND, 50_000, 20_000);
    book.onFill(fillOf('sell', 10, 101, 2), 300_000, 'target');
    expect(book.trips[0]).toMatchObject({ grossPl: 10.05, commission: 0.62, netPl: 9.43 });
    book.correct(2 * NS_PER_SECOND, -100_000, 5_000);
    expect(book.trips[0]).toMatchObject({ grossPl: 9.95, commission: 0.625, netPl: 9.325 });
    expect([book.realizedMicros, book.commissionMicros]).toEqual([9_950_000, 625_000]);
  });

  test('remembers its worst and best open result, what was realized on the way included', () => {
    const book = portfolio();
    book.onFill(fillOf('sell', 20, 100), 0, 'order');
    book.mark(nanosOf(103));
    book.mark(nanosOf(99));
    book.onFill(fillOf('buy', 10, 99), 0, 'target');
    book.mark(nanosOf(95));
    book.mark(nanosOf(98));
    expect(book.onFill(fillOf('buy', 10, 98), 0, 'target')).toMatchObject({
      grossPl: 30,
      mae: -60,
      mfe: 60,
    });
  });

  test('a mark without a position is nobody’s', () => {
    const book = portfolio();
    book.mark(nanosOf(1));
    book.onFill(fillOf('buy', 1, 100), 0, 'order');
    expect(book.onFill(fillOf('sell', 1, 100), 0, 'exit')).toMatchObject({ mae: 0, mfe: 0 });
  });
});

test('slippage is counted in money, positive where it cost', () => {
  const book = portfolio();
  book.addSlippage(nanosOf(0.02), 100);
  book.addSlippage(-nanosOf(0.01), 50);
  expect(book.slippageMicros).toBe(1_500_000);
});
