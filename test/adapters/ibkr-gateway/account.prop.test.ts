import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { GatewayAccount } from '../../../src/adapters/ibkr-gateway/account.ts';

const CASH = 50_000;

const fill = fc.record({
  side: fc.constantFrom('buy' as const, 'sell' as const),
  cents: fc.integer({ min: 100, max: 50_000 }),
  quantity: fc.integer({ min: 1, max: 500 }),
  commissionMicros: fc.integer({ min: 0, max: 2_000_000 }),
});

test.prop([fc.array(fill, { minLength: 1, maxLength: 30 }), fc.integer({ min: 100, max: 50_000 })])(
  'what an account made is what its cash and position are worth beyond what it began with, at any price',
  (fills, cents) => {
    const account = new GatewayAccount({ name: 'DU1', cash: CASH, multiplier: 1 });
    for (const { side, cents: paid, quantity, commissionMicros } of fills)
      account.book(side, paid * 1e7, quantity, commissionMicros);
    const price = cents * 1e7;
    const worth = account.cashMicros / 1e6 + account.valueAt(price);
    const made = account.realizedMicros / 1e6 + account.unrealizedAt(price);
    expect(made).toBeCloseTo(worth - CASH, 4);
  },
);
