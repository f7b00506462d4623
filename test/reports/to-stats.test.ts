import { expect, test } from 'vitest';
import { toStats } from '../../src/reports/to-stats.ts';
import { roundTrip, runResult } from '../support/run-result.builder.ts';

const at = (clock: string, equity: number) => ({ ts: `2025-10-15T${clock}.000000000Z`, equity });

test('computes every figure of a run worked by hand', () => {
  const result = runResult({
    trades: [
      roundTrip({ netPl: 10, mae: -4, mfe: 20, exitReason: 'target' }),
      roundTrip({
        netPl: -5,
        mae: -9,
        mfe: 3,
        exitReason: 'stop',
        exitTs: '2025-10-15T13:30:30.000000000Z',
      }),
      roundTrip({ netPl: -1, mae: -2, mfe: 1, exitReason: 'stop', side: 'short' }),
      roundTrip({ netPl: 0, mae: -1, mfe: 4, exitReason: 'exit', side: 'short' }),
    ],
    equity: [
      at('13:30:00', 0),
      at('13:31:00', 10),
      at('13:31:30', 5),
      at('13:32:00', 4),
      at('13:33:00', 4),
    ],
    spanNs: 2 * 3_600_000_000_000,
    decisions: { ...runResult().decisions, denied: { SPREAD: 3 } },
    account: {
      ...runResult().account,
      grossPl: 12,
      commission: 8,
      slippage: 1.5,
      netPl: 4,
      unrealizedPl: 0,
    },
  });
  expect(toStats(result)).toEqual({
    trades: 4,
    wins: 1,
    losses: 2,
    scratches: 1,
    longs: 2,
    shorts: 2,
    winRate: 0.25,
    // 10 won, 6 lost
    profitFactor: 1.6667,
    averageWin: 10,
    averageLoss: -3,
    expectancy: 1,
    largestWin: 10,
    largestLoss: -5,
    longestLosingStreak: 2,
    averageMae: -4,
    averageMfe: 7,
    averageHoldSecs: 15,
    tradesPerHour: 2,
    // squares about the mean of 1: 81 + 36 + 4 + 1 = 122; root of 122 / 3 is 6.377
    sharpePerTrade: 0.1568,
    maxDrawdown: -6,
    // from 13:31 to the end: never back
    maxDrawdownSecs: 120,
    // changes 10, -6, 0: mean 4/3, squares 75.11 + 53.78 + 1.78 = 130.67, deviation 8.083
    sharpePerMinute: 0.165,
    grossPl: 12,
    commission: 8,
    slippage: 1.5,
    netPl: 4,
    unrealizedPl: 0,
    exitReasons: {
      exit: { trades: 1, netPl: 0 },
      stop: { trades: 2, netPl: -6 },
      target: { trades: 1, netPl: 10 },
    },
    denied: { SPREAD: 3 },
  });
});

test('what a run without trades cannot know is null, not 0', () => {
  const {
    winRate,
    profitFactor,
    averageWin,
    averageLoss,
    expectancy,
    largestWin,
    largestLoss,
    ...rest
  } = toStats(runResult({ spanNs: 0 }));
  const {
    averageMae,
    averageMfe,
    averageHoldSecs,
    tradesPerHour,
    sharpePerTrade,
    sharpePerMinute,
    maxDrawdownSecs,
  } = rest;
  expect([
    [winRate, profitFactor, averageWin, averageLoss, expectancy, largestWin, largestLoss],
    [
      averageMae,
      averageMfe,
      averageHoldSecs,
      tradesPerHour,
      sharpePerTrade,
      sharpePerMinute,
      maxDrawdownSecs,
    ],
  ]).toEqual([Array(7).fill(null), Array(7).fill(null)]);
});

test('the profit factor without a loss is null, not infinite', () => {
  expect(toStats(runResult({ trades: [roundTrip()] })).profitFactor).toBeNull();
});

test('equal results have no deviation, so no Sharpe ratio', () => {
  const trades = [roundTrip({ netPl: 0.1 }), roundTrip({ netPl: 0.1 }), roundTrip({ netPl: 0.1 })];
  expect(toStats(runResult({ trades })).sharpePerTrade).toBeNull();
});

test('a drawdown lasts from its peak until equity is back there', () => {
  const equity = [
    at('13:30:00', 0),
    at('13:31:00', 5),
    at('13:32:00', 1),
    at('13:34:00', 5),
    at('13:35:00', 3),
  ];
  const { maxDrawdown, maxDrawdownSecs } = toStats(runResult({ equity }));
  expect({ maxDrawdown, maxDrawdownSecs }).toEqual({ maxDrawdown: -4, maxDrawdownSecs: 180 });
});

test('a minute without a point counts as no change', () => {
  const equity = [at('13:30:00', 0), at('13:33:00', 6)];
  // changes 0, 0, 6: mean 2, deviation root of (4 + 4 + 16) / 2
  expect(toStats(runResult({ equity })).sharpePerMinute).toBe(0.5774);
});

test('sums of money that doubles cannot hold come out to the cent', () => {
  const trades = Array.from({ length: 10 }, () => roundTrip({ netPl: 0.1 }));
  expect(toStats(runResult({ trades })).exitReasons).toEqual({ target: { trades: 10, netPl: 1 } });
});
