import { describe, expect, test } from 'vitest';
import type { OrderRequest } from '../../src/domain/order.ts';
import type { RiskSettings } from '../../src/domain/settings.ts';
import { NS_PER_MINUTE, NS_PER_SECOND } from '../../src/domain/time.ts';
import { RISK_CHECKS } from '../../src/risk/risk-checks.ts';
import type { RiskContext } from '../../src/risk/risk-context.ts';
import { RiskGate } from '../../src/risk/risk-gate.ts';
import { nanosOf } from '../support/exchange-rig.ts';
import { CALM, SPEC_RISK } from '../support/risk-context.ts';

const BUY: OrderRequest = {
  id: 'A',
  side: 'buy',
  type: 'limit',
  price: nanosOf(250),
  quantity: 10,
  tif: 'day',
  role: 'ENTRY',
  reduceOnly: false,
};
const CLOSE = 390 * NS_PER_MINUTE;
const TICK = nanosOf(0.01);

interface Situation {
  readonly order?: Partial<OrderRequest>;
  readonly context?: Partial<RiskContext>;
  readonly settings?: Partial<RiskSettings>;
  readonly before?: (gate: RiskGate) => void;
}

function verdictOf({ order, context, settings, before }: Situation) {
  const gate = new RiskGate({ ...SPEC_RISK, ...settings }, null);
  before?.(gate);
  const verdict = gate.review({ ...BUY, ...order }, { ...CALM, ...context });
  return verdict.approved === undefined ? verdict.denial : undefined;
}

/** Sends so many orders in the second before the one that is judged, the first of them `firstAgoNs` before it. */
const sent =
  (count: number, firstAgoNs = 10) =>
  (gate: RiskGate): void => {
    for (let i = 0; i < count; i++)
      gate.review({ ...BUY, quantity: 1 }, { ...CALM, now: CALM.now - (i === 0 ? firstAgoNs : 5) });
  };
const worth = (micros: number): Situation => ({ context: { buyingPowerMicros: micros } });

/** By check: just below its limit, at it, just above it, and the figures of the first of these that is denied. */
const BOUNDARIES: readonly (readonly [
  code: string,
  below: Situation,
  at: Situation,
  above: Situation,
  denied: readonly [below: boolean, at: boolean, above: boolean],
  figures: Readonly<Record<string, unknown>>,
])[] = [
  [
    'HALTED',
    {},
    {},
    { before: (gate) => gate.haltTrading({ code: 'KILL', reason: 'K pressed' }) },
    [false, false, true],
    { halt: 'KILL', reason: 'K pressed' },
  ],
  ['PAUSED', {}, {}, { before: (gate) => gate.setPaused(true) }, [false, false, true], {}],
  [
    'DAILY_LOSS',
    { context: { dailyPlMicros: -499_999_999 } },
    { context: { dailyPlMicros: -500_000_000 } },
    { context: { dailyPlMicros: -500_000_001 } },
    [false, true, true],
    { dailyPl: -500, limit: -500 },
  ],
  [
    'DAILY_TRADES',
    { context: { dailyTrades: 9 } },
    { context: { dailyTrades: 10 } },
    { context: { dailyTrades: 11 } },
    [false, true, true],
    { trades: 10, limit: 10 },
  ],
  [
    'MAX_POSITION',
    { context: { position: 50, workingBuys: 39 } },
    { context: { position: 50, workingBuys: 40 } },
    { context: { position: 50, workingBuys: 41 } },
    [false, false, true],
    { position: 50, quantity: 10, worst: 101, limit: 100 },
  ],
  [
    // exits that fill first turn what was to close a short into a long
    'MAX_POSITION',
    { context: { position: -50, exitBuys: 49, workingBuys: 90 } },
    { context: { position: -50, exitBuys: 500, workingBuys: 90 } },
    { context: { position: -50, exitBuys: 500, workingBuys: 91 } },
    [false, false, true],
    { position: -50, quantity: 10, worst: 101, limit: 100 },
  ],
  [
    'ORDER_RATE',
    { before: sent(4) },
    { before: sent(5, NS_PER_SECOND) },
    { before: sent(5, NS_PER_SECOND - 1) },
    [false, false, true],
    { lastSecond: 5, limit: 5 },
  ],
  [
    'ORDER_RATE',
    { settings: { ordersPerSession: 4 }, before: sent(3) },
    { settings: { ordersPerSession: 4 }, before: sent(4) },
    { settings: { ordersPerSession: 4 }, before: sent(5) },
    [false, true, true],
    { session: 4, limit: 4 },
  ],
  [
    'SPREAD',
    { context: { bestBid: CALM.bestAsk === null ? null : CALM.bestAsk - 7 * TICK } },
    { context: { bestBid: CALM.bestAsk === null ? null : CALM.bestAsk - 8 * TICK } },
    { context: { bestBid: CALM.bestAsk === null ? null : CALM.bestAsk - 9 * TICK } },
    [false, false, true],
    { spread: 0.09, limit: 0.08 },
  ],
  [
    'STALE_DATA',
    { context: { eventAgeNs: 3 * NS_PER_SECOND - 1 } },
    { context: { eventAgeNs: 3 * NS_PER_SECOND } },
    { context: { eventAgeNs: 3.5 * NS_PER_SECOND } },
    [false, false, true],
    { cause: 'silent', secs: 3.5, limit: 3 },
  ],
  [
    // one tick apart, locked, crossed
    'STALE_DATA',
    { context: { bestBid: nanosOf(250) } },
    { context: { bestBid: nanosOf(250.01) } },
    { context: { bestBid: nanosOf(250.02) } },
    [false, false, true],
    { cause: 'crossed', spread: -0.01 },
  ],
  [
    'PRICE_COLLAR',
    { order: { price: nanosOf(252.49) } },
    { order: { price: nanosOf(252.5) } },
    { order: { price: nanosOf(252.51) } },
    [false, false, true],
    { price: 252.51, last: 250, limitPct: 1 },
  ],
  [
    // 60 at the dearest price of all that works on its side
    'MAX_NOTIONAL',
    {
      settings: { maxNotionalUsd: 15_060 },
      context: { workingBuys: 50, dearestBuy: nanosOf(250.99) },
    },
    {
      settings: { maxNotionalUsd: 15_060 },
      context: { workingBuys: 50, dearestBuy: nanosOf(251) },
    },
    {
      settings: { maxNotionalUsd: 15_060 },
      context: { workingBuys: 50, dearestBuy: nanosOf(251.01) },
    },
    [false, false, true],
    { notional: 15_060.6, limit: 15_060 },
  ],
  [
    'BUYING_POWER',
    worth(2_500e6 + 1),
    worth(2_500e6),
    worth(2_500e6 - 1),
    [false, false, true],
    { needed: 2500, buyingPower: 2499.999999 },
  ],
  [
    // what works needs its money, too: 20 held, 40 working and 10 asked, at 251 each
    'BUYING_POWER',
    {
      context: {
        position: 20,
        workingBuys: 40,
        dearestBuy: nanosOf(251),
        buyingPowerMicros: 12_550e6 + 1,
      },
    },
    {
      context: {
        position: 20,
        workingBuys: 40,
        dearestBuy: nanosOf(251),
        buyingPowerMicros: 12_550e6,
      },
    },
    {
      context: {
        position: 20,
        workingBuys: 40,
        dearestBuy: nanosOf(251),
        buyingPowerMicros: 12_550e6 - 1,
      },
    },
    [false, false, true],
    { needed: 12_550, buyingPower: 12_549.999999 },
  ],
  [
    'SESSION',
    { context: { now: CLOSE - 5 * NS_PER_MINUTE - 1 } },
    { context: { now: CLOSE - 5 * NS_PER_MINUTE } },
    { context: { now: CLOSE } },
    [false, true, true],
    { cause: 'near close', mins: 5 },
  ],
  [
    'SESSION',
    { context: { now: 1 } },
    { context: { now: 0 } },
    { context: { now: -6 * NS_PER_SECOND } },
    [false, false, true],
    { cause: 'before open', mins: 0.1 },
  ],
  ['NOT_CONNECTED', {}, {}, { context: { venue: 'disconnected' } }, [false, false, true], {}],
  [
    'RECONCILING',
    {},
    { context: { venue: 'reconciling' } },
    { context: { venue: 'reconciling' } },
    [false, true, true],
    { venue: 'reconciling' },
  ],
  ['LIVE_NOT_ARMED', {}, {}, { context: { isArmed: false } }, [false, false, true], {}],
];

test.for(BOUNDARIES)('%s just below its limit, at it and just above %#', (row) => {
  const [code, below, at, above, denied, figures] = row;
  const verdicts = [below, at, above].map(verdictOf);
  expect(verdicts.map((denial) => denial?.code)).toEqual(
    denied.map((is) => (is ? code : undefined)),
  );
  expect(verdicts.find((denial) => denial !== undefined)?.figures).toEqual(figures);
});

test('every check of the table has a boundary here', () => {
  const tested = new Set(BOUNDARIES.map(([code]) => code));
  expect([...tested]).toEqual(RISK_CHECKS.map(({ code }) => code));
});

describe('orders that only reduce', () => {
  const sell: OrderRequest = { ...BUY, side: 'sell', quantity: 50, role: 'EXIT' };
  const codeOf = (order: Partial<OrderRequest>, context: Partial<RiskContext>) =>
    verdictOf({
      order: { ...sell, ...order },
      context,
      before: (gate) => gate.haltTrading({ code: 'KILL', reason: '' }),
    })?.code;

  test('wait for a dead connection, and for nothing else', () => {
    const position = 50;
    expect(codeOf({}, { position, isArmed: false, session: null })).toBeUndefined();
    expect(codeOf({}, { position, venue: 'disconnected' })).toBe('NOT_CONNECTED');
    const group = { reduceOnly: true, ocoGroup: 'B1' };
    expect(codeOf(group, { position, venue: 'disconnected' })).toBe('NOT_CONNECTED');
  });

  test('are not those that merely say so: outside a bracket the position counts', () => {
    const plain = { reduceOnly: true };
    expect(codeOf(plain, { position: 50 })).toBeUndefined();
    expect(codeOf(plain, { position: 49 })).toBe('HALTED');
    expect(codeOf(plain, { position: 0 })).toBe('HALTED');
    expect(codeOf(plain, { position: -50 })).toBe('HALTED');
    expect(codeOf({ ...plain, ocoGroup: 'B1' }, { position: 0 })).toBeUndefined();
  });

  test('are no longer those when exits already close the position', () => {
    expect(codeOf({}, { position: 100, exitSells: 50 })).toBeUndefined();
    expect(codeOf({}, { position: 100, exitSells: 51 })).toBe('HALTED');
  });

  test('stay those while a part of them is filled: a change of what is left is never held back', () => {
    const gate = new RiskGate(SPEC_RISK, null);
    gate.haltTrading({ code: 'KILL', reason: '' });
    const standing = { ...sell, reduceOnly: true };
    const change = { id: 'A', price: nanosOf(249) };
    const left = { ...CALM, position: 20 };
    expect(gate.reviewChange(change, standing, left, 30).approved).toEqual(change);
    expect(gate.reviewChange(change, standing, left, 29).approved).toBeUndefined();
  });
});
