import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { RunTrace } from '../../../src/domain/run-trace.ts';
import { traceRun } from '../../../src/journal/trace-run.ts';
import { compareRuns } from '../../../src/reports/shadow/compare-runs.ts';
import { measureLatencies } from '../../../src/reports/shadow/measured-latencies.ts';
import type {
  ComparisonFacts,
  DifferenceClass,
  ShadowComparison,
  ShadowDifference,
} from '../../../src/reports/shadow/shadow-report.ts';
import {
  DAY,
  engineRig,
  FREE_LIMITS,
  generatedBatch,
  playAll,
  restlessBrain,
  settingsWith,
} from '../../support/engine-rig.ts';

const FACTS: ComparisonFacts = {
  withinNs: 2e9,
  shiftNs: 0.1e9,
  hasSameData: true,
  hasSameSettings: true,
  hasSameLatency: true,
  tickNanos: 10_000_000,
  multiplier: 1,
};

/** A run of a short generated day in which a lot is traded, as its journal tells it. */
function traceOf(
  seed: number,
  latency: { readonly orderMs: number; readonly reportMs: number; readonly decisionMs?: number },
  holdSecs = 1,
): RunTrace {
  const { orderMs, reportMs, decisionMs = 0 } = latency;
  const settings = settingsWith(
    ...FREE_LIMITS,
    `latency.orderMs=${orderMs}`,
    `latency.reportMs=${reportMs}`,
    `brain.decisionLatencyMs=${decisionMs}`,
  );
  const { engine, entries } = engineRig({ settings, brain: restlessBrain(holdSecs) });
  playAll(engine, generatedBatch(6000, 2, seed));
  return traceRun(entries, { id: `r${orderMs}`, day: DAY });
}

function expectWhole(
  { decisions, fills, result, differences }: ShadowComparison,
  live: RunTrace,
  backtest: RunTrace,
): void {
  for (const [book, trace] of [
    ['live', live],
    ['backtest', backtest],
  ] as const) {
    expect(decisions[book].count).toBe(trace.decisions.length);
    const traded = trace.episodes.flatMap(({ orders }) => orders.flatMap((order) => order.fills));
    expect(fills[book].count).toBe(traded.length);
    for (const sums of [decisions[book], fills[book]])
      expect(sums.agreed + sums.differing + sums.only).toBe(sums.count);
  }
  const booked = differences.reduce((sum, { resultMicros }) => sum + resultMicros, 0);
  expect(booked).toBeCloseTo(result.liveMicros - result.backtestMicros, 0);
  expect(differences.map(({ number }) => number)).toEqual(differences.map((_, n) => n + 1));
  for (const { cause, number } of differences)
    if (cause !== null) expect(cause).toBeLessThan(number);
  if (differences.length === 0)
    expect([decisions.live.agreed, fills.live.agreed]).toEqual([
      decisions.live.count,
      fills.live.count,
    ]);
}

/** What another latency alone can explain. */
const OF_LATENCY: ReadonlySet<DifferenceClass> = new Set([
  'latency',
  'queue-live',
  'queue-backtest',
  'queue-time',
  'partial',
  'time-shift',
  'validation',
  'risk',
  'follows',
]);

describe('a run that trades a lot', () => {
  test.prop([fc.integer({ min: 1, max: 40 })], { numRuns: 4 })(
    'has no difference from itself',
    (seed) => {
      const trace = traceOf(seed, { orderMs: 20, reportMs: 20 });
      const again = traceOf(seed, { orderMs: 20, reportMs: 20 });
      const comparison = compareRuns(trace, again, FACTS);
      expect(trace.episodes.length).toBeGreaterThan(10);
      expect(comparison.differences).toEqual([]);
      expectWhole(comparison, trace, again);
    },
  );

  test.prop(
    [
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 25, max: 400 }),
      fc.integer({ min: 0, max: 300 }),
    ],
    { numRuns: 12 },
  )(
    'differs from one with more latency only by what latency explains',
    (seed, orderMs, decisionMs) => {
      const live = traceOf(seed, { orderMs, reportMs: 30, decisionMs });
      const backtest = traceOf(seed, { orderMs: 20, reportMs: 20 });
      const comparison = compareRuns(live, backtest, { ...FACTS, hasSameLatency: false });
      // a fill that comes later may be closed by an order of its own, with a least commission of its own
      const isOfLatency = ({ class: name, evidence }: ShadowDifference) =>
        OF_LATENCY.has(name) || (name === 'commission' && evidence !== 'the same orders');
      expect(comparison.differences.filter((each) => !isOfLatency(each))).toEqual([]);
      expectWhole(comparison, live, backtest);
    },
  );
});

test('measures the latencies that a run was played with', () => {
  const trace = traceOf(3, { orderMs: 35, reportMs: 15, decisionMs: 40 });
  const { decision, order, report, roundTrip, legs } = measureLatencies(trace);
  expect([decision, order, report, roundTrip].map(({ medianNs }) => medianNs)).toEqual([
    40e6, 35e6, 15e6, 50e6,
  ]);
  expect([order.p95Ns, legs]).toEqual([35e6, 'venue']);
});
