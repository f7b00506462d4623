import type { RunResult } from '../domain/run.ts';
import type { RunStats } from '../domain/run-stats.ts';
import { equityStatisticsOf } from './equity-statistics.ts';
import { tradeStatisticsOf } from './trade-statistics.ts';

/** Computes every figure of a run's report. The same result gives the same figures, to the byte. */
export function toStats(result: RunResult): RunStats {
  const { account } = result;
  const { exitReasons, ...trades } = tradeStatisticsOf(result.trades, result.spanNs);
  return {
    ...trades,
    ...equityStatisticsOf(result.equity),
    grossPl: account.grossPl,
    commission: account.commission,
    slippage: account.slippage,
    netPl: account.netPl,
    unrealizedPl: account.unrealizedPl,
    exitReasons,
    denied: result.decisions.denied,
  };
}
