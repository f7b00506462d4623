import type { RoundTrip, RunResult } from '../../src/domain/run.ts';

/** A finished run without trades; `changes` replace what a test is about. */
export function runResult(changes: Partial<RunResult> = {}): RunResult {
  return {
    run: {
      id: 'b-1',
      mode: 'backtest',
      symbol: 'TSLA',
      session: '2025-10-15',
      seed: 7,
      configSha256: 'c'.repeat(64),
      dataSha256: 'd'.repeat(64),
    },
    events: { count: 1000, wallMs: 50, perSecond: 20_000 },
    decisions: {
      asked: 0,
      byTool: {},
      denied: {},
      costUsd: null,
      tokens: { input: 0, cached: 0, output: 0, reasoning: 0 },
    },
    orders: [],
    trades: [],
    account: {
      startEquity: 100_000,
      endEquity: 100_000,
      position: 0,
      grossPl: 0,
      commission: 0,
      slippage: 0,
      unrealizedPl: 0,
      netPl: 0,
    },
    equity: [],
    spanNs: 3_600_000_000_000,
    warnings: [],
    halted: null,
    journalSha256: 'e'.repeat(64),
    ...changes,
  };
}

/** A long round trip of ten seconds with the given net result. */
export function roundTrip(changes: Partial<RoundTrip> = {}): RoundTrip {
  return {
    side: 'long',
    quantity: 100,
    entryTs: '2025-10-15T13:30:00.000000000Z',
    entryPrice: '250.0000',
    exitTs: '2025-10-15T13:30:10.000000000Z',
    exitPrice: '250.1000',
    exitReason: 'target',
    grossPl: 10,
    commission: 2,
    netPl: 8,
    mae: -5,
    mfe: 12,
    ...changes,
  };
}
