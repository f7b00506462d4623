import { describe, expect, test } from 'vitest';
import type { Instrument } from '../../../src/domain/instrument.ts';
import { dayOf } from '../../../src/domain/time.ts';
import { commissionOf } from '../../../src/simulation/exchange/fees.ts';
import { ExchangeRig } from '../../support/exchange-rig.ts';
import { STOCK } from '../../support/market-rig.ts';

const DAY = dayOf(2026, 6, 1);
const DOLLAR = 1_000_000;
const ES: Instrument = {
  symbol: 'ESH4',
  kind: 'future',
  calendar: 'cme-globex',
  tickNanos: 250_000_000,
  multiplier: 50,
  commissionMicros: 2_250_000,
};

/** Commission in micros of a purchase of `shares` at `dollars`. */
function bought(plan: 'ibkr-fixed' | 'ibkr-tiered', shares: number, dollars: number): number {
  return commissionOf(plan, STOCK, 1, shares, shares * dollars * DOLLAR, DAY);
}

describe('commissions', () => {
  test.for([
    ['at least 1.00 an order', 100, 250, 1.0],
    ['the last order at the minimum', 200, 250, 1.0],
    ['0.005 a share', 201, 250, 1.005],
    ['0.005 a share', 10_000, 250, 50],
    ['at most 1 % of value, below the minimum too', 10, 2, 0.2],
    ['at most 1 % of value', 10_000, 0.25, 25],
  ] as const)('fixed: %s (%i at %d)', ([, shares, dollars, expected]) => {
    expect(bought('ibkr-fixed', shares, dollars)).toBe(Math.round(expected * DOLLAR));
  });

  test.for([
    ['at least 0.35 an order', 100, 250, 0.35],
    ['0.0035 a share', 101, 250, 0.3535],
    ['at most 1 % of value', 100, 0.1, 0.1],
  ] as const)('tiered: %s (%i at %d)', ([, shares, dollars, expected]) => {
    expect(bought('ibkr-tiered', shares, dollars)).toBe(Math.round(expected * DOLLAR));
  });

  test('a sale of stock pays SEC and TAF besides', () => {
    // 100 at 250: 1.00 + 25,000 * 20.60 / 1,000,000 + 100 * 0.000195
    expect(commissionOf('ibkr-fixed', STOCK, -1, 100, 25_000 * DOLLAR, DAY)).toBe(
      1_000_000 + 515_000 + 19_500,
    );
  });

  test('TAF has a most, and new rates from the day that they are set for', () => {
    const sale = (day: number) =>
      commissionOf('ibkr-fixed', STOCK, -1, 100_000, 100_000 * DOLLAR, day);
    expect(sale(dayOf(2026, 12, 31))).toBe(500_000_000 + 2_060_000 + 9_790_000);
    expect(sale(dayOf(2027, 1, 1))).toBe(500_000_000 + 2_060_000 + 11_610_000);
  });

  test('futures pay per contract, whatever the plan and side', () => {
    expect(commissionOf('ibkr-fixed', ES, -1, 3, 720_000 * DOLLAR, DAY)).toBe(6_750_000);
    expect(commissionOf('ibkr-tiered', ES, 1, 3, 720_000 * DOLLAR, DAY)).toBe(6_750_000);
  });

  test('none is none', () => {
    expect(commissionOf('none', STOCK, -1, 100, 25_000 * DOLLAR, DAY)).toBe(0);
    expect(commissionOf('none', ES, 1, 1, 1, DAY)).toBe(0);
  });

  test.for(['ibkr-fixed', 'ibkr-tiered'] as const)(
    '%s: part fills sum to what the whole order costs',
    (commission) => {
      const rig = new ExchangeRig({ execution: { commission } });
      rig.sell(0, 'S', 777, { price: 100.01 });
      rig.wait(20);
      for (const [index, size] of [1, 13, 250, 13, 500].entries())
        rig.add(30 + index, 50 + index, 'bid', 100.01, size);
      const paid = rig
        .all()
        .flatMap((report) => (report.type === 'order-filled' ? [report.commissionMicros] : []));
      expect(paid).toHaveLength(5);
      expect(Math.min(...paid)).toBeGreaterThanOrEqual(0);
      expect(paid.reduce((sum, part) => sum + part, 0)).toBe(
        commissionOf(commission, STOCK, -1, 777, 777 * 100.01 * DOLLAR, DAY),
      );
    },
  );
});
