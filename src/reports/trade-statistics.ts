import { MICROS_PER_UNIT, toDollars } from '../domain/money.ts';
import { roundRatio } from '../domain/price.ts';
import type { RoundTrip } from '../domain/run.ts';
import type { RunStats } from '../domain/run-stats.ts';
import { NS_PER_HOUR } from '../domain/time.ts';
import { mean, sharpeOf } from './ratios.ts';
import { secondsBetween } from './timestamps.ts';

type TradeStatistics = Pick<
  RunStats,
  | 'trades'
  | 'wins'
  | 'losses'
  | 'scratches'
  | 'longs'
  | 'shorts'
  | 'winRate'
  | 'profitFactor'
  | 'averageWin'
  | 'averageLoss'
  | 'expectancy'
  | 'largestWin'
  | 'largestLoss'
  | 'longestLosingStreak'
  | 'averageMae'
  | 'averageMfe'
  | 'averageHoldSecs'
  | 'tradesPerHour'
  | 'sharpePerTrade'
  | 'exitReasons'
>;

/** Figures of the round trips alone. `spanNs`: market time that they were made in. */
export function tradeStatisticsOf(trades: readonly RoundTrip[], spanNs: number): TradeStatistics {
  // whole micros add up without error; dollars do not
  const results = trades.map((trade) => toMicros(trade.netPl));
  const wins = results.filter((result) => result > 0);
  const losses = results.filter((result) => result < 0);
  const lost = Math.abs(sumOf(losses));
  return {
    trades: trades.length,
    wins: wins.length,
    losses: losses.length,
    scratches: trades.length - wins.length - losses.length,
    longs: trades.filter((trade) => trade.side === 'long').length,
    shorts: trades.filter((trade) => trade.side === 'short').length,
    winRate: trades.length === 0 ? null : roundRatio(wins.length / trades.length),
    profitFactor: lost === 0 ? null : roundRatio(sumOf(wins) / lost),
    averageWin: averageDollars(wins),
    averageLoss: averageDollars(losses),
    expectancy: averageDollars(results),
    largestWin: wins.length === 0 ? null : toDollars(maxOf(wins)),
    largestLoss: losses.length === 0 ? null : -toDollars(maxOf(losses.map((loss) => -loss))),
    longestLosingStreak: longestStreak(results, (result) => result < 0),
    averageMae: averageDollars(trades.map((trade) => toMicros(trade.mae))),
    averageMfe: averageDollars(trades.map((trade) => toMicros(trade.mfe))),
    averageHoldSecs: averageHoldSecs(trades),
    tradesPerHour: spanNs > 0 ? roundRatio((trades.length * NS_PER_HOUR) / spanNs) : null,
    sharpePerTrade: sharpeOf(results),
    exitReasons: byExitReason(trades),
  };
}

function averageHoldSecs(trades: readonly RoundTrip[]): number | null {
  const average = mean(trades.map((trade) => secondsBetween(trade.entryTs, trade.exitTs)));
  return average === null ? null : roundRatio(average);
}

function byExitReason(trades: readonly RoundTrip[]): RunStats['exitReasons'] {
  const sums = new Map<string, { trades: number; micros: number }>();
  for (const { exitReason, netPl } of trades) {
    const sum = sums.get(exitReason) ?? { trades: 0, micros: 0 };
    sums.set(exitReason, { trades: sum.trades + 1, micros: sum.micros + toMicros(netPl) });
  }
  return Object.fromEntries(
    [...sums]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([reason, sum]) => [reason, { trades: sum.trades, netPl: toDollars(sum.micros) }]),
  );
}

function averageDollars(micros: readonly number[]): number | null {
  const average = mean(micros);
  return average === null ? null : toDollars(Math.round(average));
}

function longestStreak(values: readonly number[], counts: (value: number) => boolean): number {
  let longest = 0;
  let current = 0;
  for (const value of values) {
    current = counts(value) ? current + 1 : 0;
    longest = Math.max(longest, current);
  }
  return longest;
}

function toMicros(dollars: number): number {
  return Math.round(dollars * MICROS_PER_UNIT);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function maxOf(values: readonly number[]): number {
  return values.reduce((largest, value) => Math.max(largest, value), Number.NEGATIVE_INFINITY);
}
