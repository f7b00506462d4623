import { expect, test } from 'vitest';
import type { RunTrace } from '../../../src/domain/run-trace.ts';
import { compareRuns } from '../../../src/reports/shadow/compare-runs.ts';
import type { ComparisonFacts } from '../../../src/reports/shadow/shadow-report.ts';
import { decisionOf, episodeOf, fillOf, spanOf, traceOf } from './trace.builder.ts';

const SAME: ComparisonFacts = {
  withinNs: 2e9,
  shiftNs: 0.1e9,
  hasSameData: true,
  hasSameSettings: true,
  hasSameLatency: true,
  tickNanos: 10_000_000,
  multiplier: 1,
};
const PAPER: ComparisonFacts = { ...SAME, hasSameData: false, hasSameLatency: false };

const one = (): RunTrace => traceOf([episodeOf('1', 20)]);
const none = traceOf([]);
const unfilled = { end: 'canceled', isCancelRequested: true, fills: [] } as const;
const atTarget = { role: 'TARGET', type: 'limit' } as const;

/** Live, backtest, facts; what the first difference is about, and its class. */
const CASES: readonly (readonly [
  string,
  RunTrace,
  RunTrace,
  Partial<ComparisonFacts>,
  string,
  string,
])[] = [
  [
    'a decision while the program was killed is missed',
    traceOf([], { spans: [spanOf('absent', 15, 25)] }),
    one(),
    PAPER,
    'decision',
    'absent',
  ],
  [
    'a decision just after a restart is missed as well',
    traceOf([], { spans: [spanOf('absent', 15, 18.5)] }),
    one(),
    PAPER,
    'decision',
    'absent',
  ],
  [
    'a decision without a connection is denied by it',
    traceOf([], { spans: [spanOf('disconnected', 19, 22)] }),
    one(),
    PAPER,
    'decision',
    'connection',
  ],
  [
    'a decision under a halt',
    traceOf([], { spans: [spanOf('halted', 5, 100)] }),
    one(),
    PAPER,
    'decision',
    'halt',
  ],
  [
    'a decision while somebody holds the brain',
    traceOf([], { spans: [spanOf('paused', 5, 100)] }),
    one(),
    PAPER,
    'decision',
    'manual',
  ],
  [
    'a decision that the risk gate denied in the run',
    traceOf([], { decisions: [decisionOf('D9', 20.2, { code: 'SPREAD' })] }),
    one(),
    PAPER,
    'decision',
    'risk',
  ],
  [
    'a decision that rules were denied before, and nothing new since',
    traceOf([], { decisions: [decisionOf('D9', 12, { code: 'RECONCILING', until: 30e9 })] }),
    one(),
    PAPER,
    'decision',
    'connection',
  ],
  [
    'an order by hand',
    traceOf([episodeOf('1', 20, { episode: { origin: 'hand', decision: undefined } })]),
    none,
    SAME,
    'order',
    'manual',
  ],
  ['a decision of other data', one(), none, PAPER, 'decision', 'market-data'],
  ['a decision without any reason is owned up to', one(), none, SAME, 'decision', 'unexplained'],
  [
    'a decision of other settings',
    one(),
    none,
    { ...SAME, hasSameSettings: false },
    'decision',
    'settings',
  ],
  [
    'the same decision a second later',
    traceOf([episodeOf('1', 21)]),
    one(),
    PAPER,
    'time',
    'time-shift',
  ],
  [
    'a resting entry that only the run filled',
    traceOf([episodeOf('1', 20, { entry: { fills: [fillOf(22, 10, { liquidity: 'maker' })] } })]),
    traceOf([episodeOf('1', 20, { entry: unfilled, exit: null })]),
    PAPER,
    'entry fill',
    'queue-live',
  ],
  [
    'a resting entry that only the backtest filled',
    traceOf([episodeOf('1', 20, { entry: unfilled, exit: null })]),
    traceOf([episodeOf('1', 20, { entry: { fills: [fillOf(22, 10, { liquidity: 'maker' })] } })]),
    PAPER,
    'entry fill',
    'queue-backtest',
  ],
  [
    'a marketable entry that came too late',
    traceOf([episodeOf('1', 20, { entry: unfilled, exit: null })]),
    one(),
    PAPER,
    'entry fill',
    'latency',
  ],
  [
    'an entry that the broker refused',
    traceOf([
      episodeOf('1', 20, { entry: { end: 'rejected', reason: '201', fills: [] }, exit: null }),
    ]),
    one(),
    PAPER,
    'entry fill',
    'broker',
  ],
  [
    'an entry that was filled in part',
    traceOf([episodeOf('1', 20, { entry: { fills: [fillOf(20.02, 10, { quantity: 40 })] } })]),
    one(),
    PAPER,
    'entry fill',
    'partial',
  ],
  [
    'an entry at another price as it arrived later',
    traceOf([episodeOf('1', 20, { entry: { fills: [fillOf(20.2, 10.01)] } })]),
    one(),
    PAPER,
    'entry fill',
    'latency',
  ],
  [
    'an entry at another price as the touch was another',
    traceOf([episodeOf('1', 20, { entry: { touch: 10.01e9, fills: [fillOf(20.02, 10.01)] } })]),
    one(),
    PAPER,
    'entry fill',
    'market-data',
  ],
  [
    'an entry at another price at the same time from the same touch',
    traceOf([episodeOf('1', 20, { entry: { fills: [fillOf(20.02, 9.99)] } })]),
    one(),
    PAPER,
    'entry fill',
    'price',
  ],
  [
    'an exit at a target that the backtest did not reach',
    traceOf([episodeOf('1', 20, { exit: atTarget, episode: { exit: 'target' } })]),
    traceOf([episodeOf('1', 20, { exit: { role: 'STOP' }, episode: { exit: 'stop' } })]),
    PAPER,
    'exit',
    'queue-live',
  ],
  [
    'an exit by hand',
    traceOf([episodeOf('1', 20, { episode: { exit: 'flatten' } })]),
    one(),
    PAPER,
    'exit',
    'manual',
  ],
  [
    'an exit by the kill switch',
    traceOf([episodeOf('1', 20, { episode: { exit: 'kill' } })]),
    one(),
    PAPER,
    'exit',
    'halt',
  ],
  [
    'an exit by the guard while the program was gone',
    traceOf([episodeOf('1', 20, { episode: { exit: 'guard' } })], {
      spans: [spanOf('absent', 25, 40)],
    }),
    one(),
    PAPER,
    'exit',
    'halt',
  ],
  [
    'another commission for the same fills',
    traceOf([
      episodeOf('1', 20, { entry: { fills: [fillOf(20.02, 10, { commissionMicros: 350_000 })] } }),
    ]),
    one(),
    PAPER,
    'commission',
    'commission',
  ],
];

test.for(CASES)('%s', ([, live, backtest, facts, subject, name]) => {
  const { differences, result } = compareRuns(live, backtest, { ...SAME, ...facts });
  expect(differences[0]).toMatchObject({ subject, class: name });
  const booked = differences.reduce((sum, each) => sum + each.resultMicros, 0);
  expect(booked).toBe(result.liveMicros - result.backtestMicros);
});

test('what an earlier difference left open keeps the next decision away, and names it', () => {
  const long = episodeOf('1', 20, {
    exit: { fills: [fillOf(60, 10.1, { side: 'sell' })] },
    episode: { until: 60e9 },
  });
  const live = traceOf([long]);
  const backtest = traceOf([episodeOf('1', 20), episodeOf('2', 40)]);
  const { differences } = compareRuns(live, backtest, { ...SAME, hasSameLatency: false });
  expect(differences.map(({ subject, class: name, cause }) => [subject, name, cause])).toEqual([
    ['exit fill', 'latency', null],
    ['decision', 'follows', 1],
  ]);
});

test('the price difference is told in ticks, the run less the backtest', () => {
  const live = traceOf([episodeOf('1', 20, { entry: { fills: [fillOf(20.2, 10.03)] } })]);
  const { differences } = compareRuns(live, one(), PAPER);
  expect(differences).toMatchObject([{ ticks: 3, resultMicros: -3_000_000 }]);
});

test('a decision that both were denied agrees', () => {
  const denied = (at: number) =>
    traceOf([], { decisions: [decisionOf('D1', at, { code: 'SPREAD' })] });
  const { differences, decisions } = compareRuns(denied(20), denied(20.05), PAPER);
  expect([differences, decisions.live.agreed, decisions.backtest.agreed]).toEqual([[], 1, 1]);
});
