import { describe, expect, test } from 'vitest';
import type { OrderRequest } from '../../src/domain/order.ts';
import type { RiskSettings } from '../../src/domain/settings.ts';
import { NS_PER_MINUTE, NS_PER_SECOND } from '../../src/domain/time.ts';
import type { RiskContext } from '../../src/risk/risk-context.ts';
import { RiskGate } from '../../src/risk/risk-gate.ts';
import { nanosOf } from '../support/exchange-rig.ts';
import { CALM, SPEC_RISK } from '../support/risk-context.ts';

const BUY: OrderRequest = {
  id: 'A',
  side: 'buy',
  type: 'limit',
  price: nanosOf(250),
  quantity: 100,
  tif: 'day',
  role: 'ENTRY',
  reduceOnly: false,
};

interface Situation {
  readonly order?: Partial<OrderRequest>;
  readonly context?: Partial<RiskContext>;
  readonly settings?: Partial<RiskSettings>;
  readonly profileMaxSpread?: number;
}

/** The denial's code, or `undefined` when a fresh gate approves. */
function codeOf({ order, context, settings, profileMaxSpread }: Situation): string | undefined {
  const gate = new RiskGate({ ...SPEC_RISK, ...settings }, profileMaxSpread ?? null);
  const verdict = gate.review({ ...BUY, ...order }, { ...CALM, ...context });
  return verdict.approved === undefined ? verdict.denial.code : undefined;
}

const { session } = CALM;
const close = session === null ? 0 : session.close;

describe('denies beyond each limit and not at it', () => {
  test.for<[string, Situation, Situation]>([
    [
      'DAILY_LOSS',
      { context: { dailyPlMicros: -499_999_999 } },
      { context: { dailyPlMicros: -500_000_000 } },
    ],
    ['DAILY_TRADES', { context: { dailyTrades: 9 } }, { context: { dailyTrades: 10 } }],
    ['MAX_POSITION', { order: { quantity: 100 } }, { order: { quantity: 101 } }],
    [
      'MAX_POSITION',
      { order: { quantity: 10 }, context: { position: 50, workingBuys: 40, workingSells: 999 } },
      { order: { quantity: 11 }, context: { position: 50, workingBuys: 40 } },
    ],
    [
      'MAX_POSITION',
      { order: { side: 'sell', quantity: 60 }, context: { workingSells: 40, workingBuys: 999 } },
      { order: { side: 'sell', quantity: 61 }, context: { workingSells: 40 } },
    ],
    [
      'MAX_POSITION',
      { order: { side: 'sell', quantity: 150 }, context: { position: 50 } },
      { order: { side: 'sell', quantity: 151 }, context: { position: 50 } },
    ],
    [
      'SPREAD',
      { context: { bestBid: nanosOf(249.93) } },
      { context: { bestBid: nanosOf(249.92) } },
    ],
    [
      'SPREAD',
      { context: { bestBid: nanosOf(249.86), isOpeningDrive: true } },
      { context: { bestBid: nanosOf(249.85), isOpeningDrive: true } },
    ],
    [
      'SPREAD',
      { context: { bestBid: nanosOf(249.96) }, profileMaxSpread: 0.05 },
      { context: { bestBid: nanosOf(249.95) }, profileMaxSpread: 0.05 },
    ],
    [
      'STALE_DATA',
      { context: { eventAgeNs: 3 * NS_PER_SECOND } },
      { context: { eventAgeNs: 3 * NS_PER_SECOND + 1 } },
    ],
    [
      'STALE_DATA',
      { context: { bestBid: nanosOf(250.01) } },
      { context: { bestBid: nanosOf(250.02) } },
    ],
    ['STALE_DATA', {}, { context: { bestBid: null } }],
    ['STALE_DATA', {}, { context: { bestAsk: null } }],
    ['STALE_DATA', {}, { context: { isRebuilding: true } }],
    ['STALE_DATA', {}, { context: { feedFault: 'gap' } }],
    ['PRICE_COLLAR', { order: { price: nanosOf(252.5) } }, { order: { price: nanosOf(252.51) } }],
    ['PRICE_COLLAR', { order: { price: nanosOf(247.5) } }, { order: { price: nanosOf(247.49) } }],
    [
      'MAX_NOTIONAL',
      { settings: { maxNotionalUsd: 25_000 } },
      { settings: { maxNotionalUsd: 24_999 } },
    ],
    [
      'MAX_NOTIONAL',
      {
        order: { quantity: 50 },
        settings: { maxNotionalUsd: 25_000 },
        context: { workingBuys: 50 },
      },
      {
        order: { quantity: 51 },
        settings: { maxNotionalUsd: 25_000, maxPosition: 500 },
        context: { workingBuys: 50 },
      },
    ],
    [
      'BUYING_POWER',
      { context: { buyingPowerMicros: 25_000e6 } },
      { context: { buyingPowerMicros: 25_000e6 - 1 } },
    ],
    [
      'BUYING_POWER',
      { order: { quantity: 60 }, context: { workingBuys: 40, buyingPowerMicros: 25_000e6 } },
      { order: { quantity: 60 }, context: { workingBuys: 40, buyingPowerMicros: 25_000e6 - 1 } },
    ],
    ['SESSION', { context: { now: 0 } }, { context: { now: -1 } }],
    [
      'SESSION',
      { context: { now: close - 5 * NS_PER_MINUTE - 1 } },
      { context: { now: close - 5 * NS_PER_MINUTE } },
    ],
    ['SESSION', {}, { context: { session: null } }],
    ['SESSION', {}, { context: { isVenueHalted: true } }],
  ])('%s %#', ([code, within, beyond]) => {
    expect(codeOf(within)).toBeUndefined();
    expect(codeOf(beyond)).toBe(code);
  });

  test('a market order is worth the touch that it takes', () => {
    const { price: _price, ...market } = { ...BUY, type: 'market' } as const;
    const review = (maxNotionalUsd: number, side: 'buy' | 'sell') =>
      new RiskGate({ ...SPEC_RISK, maxNotionalUsd }, null).review({ ...market, side }, CALM)
        .approved !== undefined;
    expect([review(25_001, 'buy'), review(25_000, 'buy')]).toEqual([true, false]);
    expect([review(24_999, 'sell'), review(24_998, 'sell')]).toEqual([true, false]);
  });

  test('no last trade is no collar', () => {
    expect(codeOf({ order: { price: nanosOf(300) }, context: { last: null } })).toBeUndefined();
  });

  test('a denial names the figures behind it', () => {
    const verdict = new RiskGate(SPEC_RISK, null).review(
      { ...BUY, quantity: 51 },
      { ...CALM, position: 30, workingBuys: 20 },
    );
    expect(verdict).toEqual({
      approved: undefined,
      denial: {
        code: 'MAX_POSITION',
        figures: { position: 30, quantity: 51, worst: 101, limit: 100 },
      },
    });
  });
});

describe('order rate', () => {
  const small = { ...BUY, quantity: 1 };
  const at = (ns: number): RiskContext => ({ ...CALM, now: CALM.now + ns });

  test('the sixth order within a second is denied; a second after the first it is not', () => {
    const gate = new RiskGate(SPEC_RISK, null);
    for (let i = 0; i < 5; i++) expect(gate.review(small, at(i)).approved).toBeDefined();
    const denied = {
      approved: undefined,
      denial: { code: 'ORDER_RATE', figures: { lastSecond: 5, limit: 5 } },
    };
    expect(gate.review(small, at(NS_PER_SECOND - 1))).toEqual(denied);
    expect(gate.review(small, at(NS_PER_SECOND)).approved).toBeDefined();
    expect(gate.review(small, at(NS_PER_SECOND))).toEqual(denied);
  });

  test('a session takes so many orders and no more, until the next one', () => {
    const gate = new RiskGate({ ...SPEC_RISK, ordersPerSession: 3 }, null);
    const send = (i: number) => gate.review(small, at(i * NS_PER_SECOND)).approved !== undefined;
    expect([0, 1, 2, 3].map(send)).toEqual([true, true, true, false]);
    gate.startSession();
    expect(send(4)).toBe(true);
  });

  test('denied orders do not count', () => {
    const gate = new RiskGate({ ...SPEC_RISK, ordersPerSession: 1 }, null);
    expect(gate.review({ ...BUY, quantity: 101 }, CALM).approved).toBeUndefined();
    expect(gate.review(small, CALM).approved).toBeDefined();
  });
});

describe('halts', () => {
  test('deny everything that opens until they are reset; the first one stands', () => {
    const gate = new RiskGate(SPEC_RISK, null);
    expect(gate.haltTrading({ code: 'KILL', reason: 'K pressed' })).toBe(true);
    expect(gate.haltTrading({ code: 'USER', reason: 'later' })).toBe(false);
    expect(gate.review(BUY, CALM)).toEqual({
      approved: undefined,
      denial: { code: 'HALTED', figures: { halt: 'KILL', reason: 'K pressed' } },
    });
    gate.resetHalt();
    expect(gate.review(BUY, CALM).approved).toBeDefined();
  });

  test.for([
    ['DAILY_LOSS', undefined],
    ['KILL', 'KILL'],
    ['USER', 'USER'],
    ['INVARIANT', 'INVARIANT'],
  ] as const)('of %s after the session has turned: %s', ([code, after]) => {
    const gate = new RiskGate(SPEC_RISK, null);
    gate.haltTrading({ code, reason: '' });
    gate.startSession();
    expect(gate.halt?.code).toBe(after);
  });

  test('a kill switch after the daily loss outlives the session', () => {
    const gate = new RiskGate(SPEC_RISK, null);
    expect(gate.haltTrading({ code: 'DAILY_LOSS', reason: '' })).toBe(true);
    expect(gate.haltTrading({ code: 'DAILY_LOSS', reason: 'again' })).toBe(false);
    expect(gate.haltTrading({ code: 'KILL', reason: 'K pressed' })).toBe(true);
    gate.startSession();
    expect(gate.halt).toEqual({ code: 'KILL', reason: 'K pressed' });
  });

  test('a pause denies, too', () => {
    const gate = new RiskGate(SPEC_RISK, null);
    gate.setPaused(true);
    expect(gate.review(BUY, CALM)).toEqual({
      approved: undefined,
      denial: { code: 'PAUSED', figures: {} },
    });
  });
});

describe('the first failure wins, in the order of the specification', () => {
  /** What breaks each limit, in order; each is tried together with all that come after it. */
  const broken: readonly (readonly [string, Situation])[] = [
    ['DAILY_LOSS', { context: { dailyPlMicros: -500_000_000 } }],
    ['DAILY_TRADES', { context: { dailyTrades: 10 } }],
    ['MAX_POSITION', { settings: { maxPosition: 99 } }],
    ['ORDER_RATE', { settings: { ordersPerSecond: 0 } }],
    ['SPREAD', { context: { bestAsk: nanosOf(251) } }],
    ['STALE_DATA', { context: { eventAgeNs: 4 * NS_PER_SECOND } }],
    ['PRICE_COLLAR', { order: { price: nanosOf(253) } }],
    ['MAX_NOTIONAL', { settings: { maxNotionalUsd: 1 } }],
    ['BUYING_POWER', { context: { buyingPowerMicros: 0 } }],
    ['SESSION', { context: { session: null } }],
  ];

  function worstFrom(first: number): Required<Pick<Situation, 'order' | 'context' | 'settings'>> {
    let worst: ReturnType<typeof worstFrom> = { order: {}, context: {}, settings: {} };
    for (const [, { order, context, settings }] of broken.slice(first)) {
      worst = {
        order: { ...worst.order, ...order },
        context: { ...worst.context, ...context },
        settings: { ...worst.settings, ...settings },
      };
    }
    return worst;
  }

  test.for(broken.map(([code], index) => [code, index] as const))('%s', ([code, index]) => {
    expect(codeOf(worstFrom(index))).toBe(code);
  });

  test('HALTED and PAUSED come before all', () => {
    const { order, context, settings } = worstFrom(0);
    const gate = new RiskGate({ ...SPEC_RISK, ...settings }, null);
    const review = () => gate.review({ ...BUY, ...order }, { ...CALM, ...context });
    gate.setPaused(true);
    expect(review()).toMatchObject({ denial: { code: 'PAUSED' } });
    gate.haltTrading({ code: 'KILL', reason: '' });
    expect(review()).toMatchObject({ denial: { code: 'HALTED' } });
  });

  test('an order that only reduces is held back by none of them', () => {
    const { context, settings } = worstFrom(0);
    const gate = new RiskGate({ ...SPEC_RISK, ...settings }, null);
    gate.setPaused(true);
    gate.haltTrading({ code: 'KILL', reason: '' });
    const bad = { ...CALM, ...context };
    const sell = { ...BUY, side: 'sell', price: nanosOf(1), quantity: 70 } as const;
    expect(gate.review(sell, { ...bad, position: 100, workingSells: 30 }).approved).toEqual(sell);
    expect(gate.review(sell, { ...bad, position: 100, workingSells: 31 }).approved).toBeUndefined();
    expect(gate.review(sell, { ...bad, position: -100 }).approved).toBeUndefined();
    expect(
      gate.review({ ...BUY, quantity: 70 }, { ...bad, position: -100 }).approved,
    ).toBeDefined();
    const exit = { ...sell, reduceOnly: true };
    expect(gate.review({ ...exit, ocoGroup: 'B1' }, bad).approved).toBeDefined();
    expect(gate.review(exit, { ...bad, position: 70 }).approved).toBeDefined();
  });

  test('nor is anything when the gate is switched off', () => {
    const worst = worstFrom(0);
    expect(codeOf({ ...worst, settings: { ...worst.settings, enabled: false } })).toBeUndefined();
  });
});

describe('changes', () => {
  const gate = () => new RiskGate(SPEC_RISK, null);
  const standing = { ...CALM, workingBuys: 100 };

  test('that ask for less, or for nothing more, pass whatever is broken', () => {
    const halted = gate();
    halted.haltTrading({ code: 'KILL', reason: '' });
    const change = { id: 'A', quantity: 40 };
    expect(halted.reviewChange(change, BUY, standing)).toEqual({ approved: change });
  });

  test('that ask for more are judged by what they add', () => {
    expect(gate().reviewChange({ id: 'A', quantity: 101 }, BUY, standing)).toMatchObject({
      approved: undefined,
      denial: { code: 'MAX_POSITION', figures: { worst: 101 } },
    });
    expect(
      gate().reviewChange(
        { id: 'A', quantity: 100 },
        { ...BUY, quantity: 60 },
        { ...CALM, workingBuys: 60 },
      ).approved,
    ).toBeDefined();
  });

  test('to a price beyond the collar are denied', () => {
    expect(gate().reviewChange({ id: 'A', price: nanosOf(253) }, BUY, standing)).toMatchObject({
      denial: { code: 'PRICE_COLLAR' },
    });
    expect(
      gate().reviewChange({ id: 'A', price: nanosOf(252) }, BUY, standing).approved,
    ).toBeDefined();
  });

  test('of orders that only reduce are never held back', () => {
    const halted = gate();
    halted.haltTrading({ code: 'KILL', reason: '' });
    const change = { id: 'A', price: nanosOf(253), quantity: 500 };
    expect(
      halted.reviewChange(change, { ...BUY, reduceOnly: true, ocoGroup: 'B1' }, standing).approved,
    ).toEqual(change);
  });
});
