import { describe, expect, test } from 'vitest';
import { NS_PER_DAY, NS_PER_SECOND } from '../../src/domain/time.ts';
import type { ScriptAction } from '../../src/engine/order-script.ts';
import { type CarriedDay, resetOf, rulingHaltOf } from '../../src/risk/carried-day.ts';
import { RiskGate } from '../../src/risk/risk-gate.ts';
import { DAY, engineRig, OPEN, settingsWith } from '../support/engine-rig.ts';
import { EventBatchBuilder } from '../support/event-batch.builder.ts';

const START = OPEN + 3600 * NS_PER_SECOND;
const LOSS = { code: 'DAILY_LOSS', reason: 'lost', run: 'a', sequence: 7 } as const;
const KILL = { code: 'KILL', reason: 'kill switch', run: 'b', sequence: 3 } as const;

function carriedWith(changes: Partial<CarriedDay>): CarriedDay {
  return {
    date: DAY,
    runs: ['a'],
    halts: [],
    trades: 0,
    orders: 0,
    resultMicros: 0,
    lossFromMicros: 0,
    ...changes,
  };
}

/** The code that denies the first order of a run that counts on from this, before anything else has happened. */
function firstVerdict(carried: CarriedDay | undefined, firstDay = 0): string | null {
  const events = new EventBatchBuilder(DAY)
    .add(START + firstDay * NS_PER_DAY, 'bid', 250, 500, 1)
    .add(START + firstDay * NS_PER_DAY, 'ask', 250.02, 500, 2)
    .print(START + firstDay * NS_PER_DAY, 'buy', 250.02, 1)
    .add(START + NS_PER_SECOND, 'ask', 251, 1, 3);
  const order: ScriptAction = {
    at: START + NS_PER_SECOND,
    id: 'first',
    action: 'place',
    side: 'buy',
    type: 'market',
    quantity: 10,
    tif: 'day',
  };
  const rig = engineRig({
    settings: settingsWith(
      'risk.dailyLossUsd=500',
      'risk.dailyTrades=10',
      'risk.ordersPerSession=20',
    ),
    window: { from: START, to: START + 3600 * NS_PER_SECOND },
    script: [order],
    ...(carried === undefined ? {} : { carried }),
  });
  const batch = events.build();
  rig.engine.advance(batch, 0, Number.POSITIVE_INFINITY, batch.count);
  rig.engine.end('end');
  const verdict = rig.entries.map(({ body }) => body).find(({ type }) => type === 'risk-verdict');
  return verdict?.type === 'risk-verdict' ? (verdict.code ?? null) : 'none';
}

describe('what earlier runs of the day leave counts from the first order on', () => {
  test.for([
    [{}, null],
    [{ trades: 9 }, null],
    [{ trades: 10 }, 'DAILY_TRADES'],
    [{ orders: 19 }, null],
    [{ orders: 20 }, 'ORDER_RATE'],
    [{ resultMicros: -499_999_999 }, null],
    [{ resultMicros: -500_000_000 }, 'DAILY_LOSS'],
    [{ resultMicros: -999_999_999, lossFromMicros: -500_000_000 }, null],
    [{ resultMicros: -1_000_000_000, lossFromMicros: -500_000_000 }, 'DAILY_LOSS'],
    [{ halts: [LOSS] }, 'HALTED'],
    [{ halts: [KILL] }, 'HALTED'],
  ] as const)('%j: %s', ([changes, code]) => {
    expect(firstVerdict(carriedWith(changes))).toBe(code);
  });

  test('another trading day’s counters are not this one’s, a halt that lasts is', () => {
    const date = DAY - 1;
    expect(firstVerdict(carriedWith({ date, trades: 10, resultMicros: -500_000_000 }))).toBe(null);
    expect(firstVerdict(carriedWith({ date, halts: [KILL] }))).toBe('HALTED');
  });

  test('a feed that begins on the day before loses nothing of it at the turn', () => {
    expect(firstVerdict(undefined, -1)).toBe(null);
    expect(firstVerdict(carriedWith({ trades: 10 }), -1)).toBe('DAILY_TRADES');
    expect(firstVerdict(carriedWith({ orders: 20 }), -1)).toBe('ORDER_RATE');
    expect(firstVerdict(carriedWith({ halts: [LOSS] }), -1)).toBe('HALTED');
  });
});

test('equity and buying power have what earlier runs made, and the limit’s rest too', () => {
  const { engine } = engineRig({ carried: carriedWith({ resultMicros: -120_000_000, trades: 2 }) });
  const plain = engineRig().engine;
  expect(engine.account.equityMicros(null)).toBe(plain.account.equityMicros(null) - 120_000_000);
  expect(engine.account.state(null)).toMatchObject({
    DAILY_PL: -120,
    DAILY_TRADES: 2,
    DAILY_LOSS_REMAINING: 380,
  });
});

test('the halt that counts is the first that lasts', () => {
  expect(rulingHaltOf([])).toBeUndefined();
  expect(rulingHaltOf([LOSS])).toBe(LOSS);
  expect(rulingHaltOf([LOSS, KILL])).toBe(KILL);
  const gate = new RiskGate(settingsWith().risk, null, carriedWith({ halts: [LOSS, KILL] }));
  expect(gate.halt).toEqual({ code: 'KILL', reason: 'kill switch' });
});

test('a reset lifts the halt that counts; one for the daily loss beneath it stays until its own', () => {
  expect(resetOf(carriedWith({}))).toBeUndefined();
  expect(resetOf(carriedWith({ halts: [LOSS, KILL], resultMicros: -5 }))).toEqual({
    lifts: [{ run: 'b', sequence: 3 }],
  });
  expect(resetOf(carriedWith({ halts: [LOSS], resultMicros: -5 }))).toEqual({
    lifts: [{ run: 'a', sequence: 7 }],
    lossFromMicros: -5,
  });
});
