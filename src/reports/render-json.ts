import type { OrderOutcome, RoundTrip, RunResult } from '../domain/run.ts';
import type { RunStats } from '../domain/run-stats.ts';

/** The run as one JSON object with the keys of the public command line ("--json") in their order; then the rest. */
export function renderJson(result: RunResult, stats: RunStats): string {
  const { run, events, decisions, account } = result;
  return `${JSON.stringify(
    {
      run: {
        id: run.id,
        mode: run.mode,
        symbol: run.symbol,
        session: run.session,
        seed: run.seed,
        configSha256: run.configSha256,
        dataSha256: run.dataSha256,
      },
      events: { count: events.count, wallMs: events.wallMs, perSecond: events.perSecond },
      decisions: {
        asked: decisions.asked,
        byTool: decisions.byTool,
        denied: decisions.denied,
        costUsd: decisions.costUsd,
        tokens: decisions.tokens,
      },
      orders: result.orders.map(orderOf),
      trades: result.trades.map(tradeOf),
      stats,
      account,
      journalSha256: result.journalSha256,
      halted: result.halted,
      warnings: result.warnings,
      assumptions: result.assumptions ?? [],
    },
    null,
    2,
  )}\n`;
}

function orderOf({ id, side, type, price, quantity, status, filled, fills, reason }: OrderOutcome) {
  return {
    id,
    side,
    type,
    price,
    quantity,
    status,
    filled,
    fills: fills.map((fill) => ({
      ts: fill.ts,
      price: fill.price,
      quantity: fill.quantity,
      sequence: fill.sequence,
    })),
    ...(reason === undefined ? {} : { reason }),
  };
}

function tradeOf(trade: RoundTrip) {
  return {
    side: trade.side,
    quantity: trade.quantity,
    entryTs: trade.entryTs,
    entryPrice: trade.entryPrice,
    exitTs: trade.exitTs,
    exitPrice: trade.exitPrice,
    exitReason: trade.exitReason,
    grossPl: trade.grossPl,
    commission: trade.commission,
    netPl: trade.netPl,
    mae: trade.mae,
    mfe: trade.mfe,
  };
}
