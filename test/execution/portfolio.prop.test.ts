import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import type { Instrument } from '../../src/domain/instrument.ts';
import { dayOf } from '../../src/domain/time.ts';
import { Portfolio } from '../../src/execution/portfolio.ts';
import { STOCK } from '../support/market-rig.ts';

const ES: Instrument = {
  symbol: 'ESH4',
  kind: 'future',
  calendar: 'cme-globex',
  tickNanos: 250_000_000,
  multiplier: 50,
};

const fills = fc.array(
  fc.record({
    side: fc.constantFrom<'buy' | 'sell'>('buy', 'sell'),
    quantity: fc.integer({ min: 1, max: 300 }),
    ticks: fc.integer({ min: 1, max: 60_000 }),
    commission: fc.integer({ min: 0, max: 5_000_000 }),
  }),
  { minLength: 1, maxLength: 50 },
);

property.prop([fills, fc.constantFrom(STOCK, ES), fc.integer({ min: 1, max: 60_000 })])(
  'realized and unrealized result add up to the cash that flowed and what is held, to the last micro',
  (list, instrument, markTicks) => {
    const portfolio = new Portfolio(instrument, dayOf(2026, 6, 1));
    const value = (ticks: number, quantity: number) =>
      (BigInt(ticks) * BigInt(instrument.tickNanos) * BigInt(quantity * instrument.multiplier)) /
      1000n;
    let cash = 0n;
    let position = 0;
    let commission = 0;
    for (const [index, fill] of list.entries()) {
      const sign = fill.side === 'buy' ? 1 : -1;
      portfolio.onFill(
        {
          executionId: `${index}`,
          orderId: 'A',
          side: fill.side,
          quantity: fill.quantity,
          price: fill.ticks * instrument.tickNanos,
          ts: index,
          sequence: index,
          liquidity: 'taker',
        },
        fill.commission,
        'order',
      );
      position += sign * fill.quantity;
      cash -= BigInt(sign) * value(fill.ticks, fill.quantity);
      commission += fill.commission;
      const result =
        portfolio.realizedMicros + portfolio.unrealizedAt(markTicks * instrument.tickNanos);
      expect(portfolio.position).toBe(position);
      expect(Number.isSafeInteger(portfolio.realizedMicros)).toBe(true);
      expect(BigInt(result)).toBe(cash + value(markTicks, position));
    }
    expect(portfolio.commissionMicros).toBe(commission);
  },
);

property.prop([fills])(
  'trips add up to the realized result and the commission, once flat',
  (list) => {
    const portfolio = new Portfolio(STOCK, dayOf(2026, 6, 1));
    let position = 0;
    const play = (side: 'buy' | 'sell', quantity: number, ticks: number, commission: number) => {
      const price = ticks * STOCK.tickNanos;
      portfolio.onFill(
        {
          executionId: '1',
          orderId: 'A',
          side,
          quantity,
          price,
          ts: 0,
          sequence: 0,
          liquidity: 'maker',
        },
        commission,
        'order',
      );
      position += side === 'buy' ? quantity : -quantity;
    };
    for (const fill of list) play(fill.side, fill.quantity, fill.ticks, fill.commission);
    if (position !== 0) play(position > 0 ? 'sell' : 'buy', Math.abs(position), 100, 7);
    const micros = (pick: 'grossPl' | 'commission') =>
      portfolio.trips.reduce((sum, trip) => sum + Math.round(trip[pick] * 1e6), 0);
    expect(micros('grossPl')).toBe(portfolio.realizedMicros);
    expect(micros('commission')).toBe(portfolio.commissionMicros);
    expect(portfolio.trips).toHaveLength(portfolio.opened);
    for (const trip of portfolio.trips) {
      expect(trip.mae).toBeLessThanOrEqual(Math.min(0, trip.grossPl));
      expect(trip.mfe).toBeGreaterThanOrEqual(Math.max(0, trip.grossPl));
    }
  },
);
