import { describe, expect, test } from 'vitest';
import type { EventBatch } from '../../../src/domain/event.ts';
import type { AssumedResult } from '../../../src/domain/run.ts';
import type { ScriptAction } from '../../../src/engine/order-script.ts';
import { runResultOf } from '../../../src/engine/run-result.ts';
import { ShadowedExchange } from '../../../src/simulation/assumptions/shadowed-exchange.ts';
import type { Variant } from '../../../src/simulation/assumptions/variants.ts';
import {
  DAY,
  engineRig,
  FREE_LIMITS,
  generatedBatch,
  OPEN,
  playAll,
  restlessBrain,
  settingsWith,
} from '../../support/engine-rig.ts';
import { levelBatchOf } from '../../support/level-records.ts';
import { STOCK } from '../../support/market-rig.ts';

const settings = settingsWith(...FREE_LIMITS);
const batch = generatedBatch(30_000, 6);
const levels = levelBatchOf(batch, STOCK.tickNanos, 10);
const FACTS = {
  mode: 'backtest',
  configSha256: '',
  dataSha256: '',
  journalSha256: '',
  wallMs: 0,
  warnings: [],
} as const;

interface Way {
  readonly script?: readonly ScriptAction[];
  readonly levels?: number;
  readonly hasCore?: boolean;
  /** Makes every shadow as this variant, whatever its name says. */
  readonly asIf?: Variant;
  readonly isBare?: boolean;
}

function rigOf({ script, levels: known, hasCore, asIf, isBare }: Way) {
  return engineRig({
    settings,
    groupEnds: 'sequence',
    ...(script === undefined ? { brain: restlessBrain() } : { script }),
    ...(known === undefined ? {} : { levels: known }),
    ...(hasCore === undefined ? {} : { hasCore }),
    ...(isBare === true
      ? {}
      : {
          venue: (_exchange, create) =>
            new ShadowedExchange({
              create: (variant) => create(asIf ?? variant),
              instrument: STOCK,
              day: DAY,
              execution: settings.execution,
              latency: settings.latency,
            }),
        }),
  });
}

function play(way: Way, events: EventBatch) {
  const rig = rigOf(way);
  playAll(rig.engine, events);
  const result = runResultOf(rig.engine, FACTS);
  const assumed = new Map((result.assumptions ?? []).map((each) => [each.name, each]));
  const net = (name: AssumedResult['name']): number => assumed.get(name)?.netPl ?? Number.NaN;
  return { ...rig, result, assumed, net };
}

const SCRIPT: readonly ScriptAction[] = [
  ...([10, 20, 30, 40] as const).flatMap((secs): ScriptAction[] => {
    const common = { action: 'place', quantity: 10, tif: 'day' } as const;
    const at = OPEN + secs * 1e9;
    return [
      { ...common, at, id: `b${secs}`, side: 'buy', type: 'market' },
      { ...common, at: at + 5e9, id: `s${secs}`, side: 'sell', type: 'market' },
    ];
  }),
];

describe('the run does not know of the exchanges beside its own', () => {
  test.for<[string, Way, EventBatch]>([
    ['brackets', {}, batch],
    ['brackets without the core', { hasCore: false }, batch],
    ['brackets where the feed tells levels', { levels: 10 }, levels],
    ['a script', { script: SCRIPT }, batch],
  ])('%s: the same journal, the same fills', ([, way, events]) => {
    const alone = play({ ...way, isBare: true }, events);
    const beside = play(way, events);
    expect(alone.result.orders.some(({ filled }) => filled > 0)).toBe(true);
    expect(beside.entries).toEqual(alone.entries);
    expect(alone.result.assumptions).toBeUndefined();
    expect({ ...beside.result, assumptions: undefined }).toEqual({
      ...alone.result,
      assumptions: undefined,
    });
  });
});

describe('an exchange beside the run', () => {
  test.for<[string, Way, EventBatch]>([
    ['with orders', {}, batch],
    ['with levels', { levels: 10 }, levels],
    ['by a script', { script: SCRIPT }, batch],
  ])('under the run’s own assumption makes what the run makes, %s', ([, way, events]) => {
    const { result, assumed } = play({ ...way, asIf: {} }, events);
    const { netPl, position } = result.account;
    const trades = result.trades.length;
    expect(trades).toBeGreaterThan(3);
    for (const name of ['touch', 'pessimistic', 'latency-longer', 'latency-shorter'] as const)
      expect(assumed.get(name)).toMatchObject({ netPl, trades, position, changesSign: false });
  });

  test('under another assumption makes something else, and trades more often or less', () => {
    const { result, assumed, net } = play({}, batch);
    const { netPl } = result.account;
    expect(net('queue')).toBe(netPl);
    expect([net('pessimistic'), net('latency-longer')]).not.toContain(netPl);
    const trades = (name: AssumedResult['name']): number => assumed.get(name)?.trades ?? 0;
    expect(trades('pessimistic')).toBeLessThan(result.trades.length);
    expect(trades('touch')).toBeGreaterThanOrEqual(result.trades.length);
  });

  test('a tick more or less is that on everything that a taker traded', () => {
    const { result, net } = play({ script: SCRIPT }, batch);
    const quantity = result.orders.reduce((sum, { filled }) => sum + filled, 0);
    expect(quantity).toBe(80);
    expect(net('slippage-better') - result.account.netPl).toBeCloseTo(0.8, 6);
    expect(net('slippage-worse') - result.account.netPl).toBeCloseTo(-0.8, 6);
  });
});

test('a copy taken on the way goes on as if it had been there', () => {
  const straight = play({}, batch);
  const first = rigOf({});
  const half = first.engine.advance(batch, 0, Number.POSITIVE_INFINITY, 12_000);
  const copy = structuredClone(first.engine.capture());
  const second = rigOf({});
  second.engine.restore(copy);
  second.engine.advance(batch, half, Number.POSITIVE_INFINITY, batch.count);
  second.engine.end('end of the data');
  expect(runResultOf(second.engine, FACTS).assumptions).toEqual(straight.result.assumptions);
});
