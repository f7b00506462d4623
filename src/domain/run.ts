import type { OrderStatus, OrderType } from './order.ts';
import type { Side } from './side.ts';

/** Why a round trip ended. */
export type ExitReason =
  | 'stop'
  | 'target'
  | 'exit'
  | 'flatten'
  | 'kill'
  | 'session-end'
  | 'daily-loss'
  | 'order';

/** One round trip, from flat to flat, as the report has it. Money in dollars, times ISO 8601 with nanoseconds. */
export interface RoundTrip {
  readonly side: 'long' | 'short';
  /** Shares or contracts opened in all. */
  readonly quantity: number;
  readonly entryTs: string;
  /** Average entry and exit as decimals, rounded to 4 places. */
  readonly entryPrice: string;
  readonly exitTs: string;
  readonly exitPrice: string;
  readonly exitReason: ExitReason;
  readonly grossPl: number;
  readonly commission: number;
  readonly netPl: number;
  /** Worst and best open result while it lasted, dollars before commission; mae is 0 or negative, mfe 0 or positive. */
  readonly mae: number;
  readonly mfe: number;
}

/** An order with its fills, as the report has it. */
export interface OrderOutcome {
  readonly id: string;
  readonly side: Side;
  readonly type: OrderType;
  /** Decimal; `null` for a market or stop order. */
  readonly price: string | null;
  readonly quantity: number;
  readonly status: Exclude<OrderStatus, 'submitted' | 'working' | 'canceled'> | 'cancelled';
  readonly filled: number;
  readonly fills: readonly {
    readonly ts: string;
    readonly price: string;
    readonly quantity: number;
    readonly sequence: number;
  }[];
  /** Why it was denied, rejected or cancelled, where that is so. */
  readonly reason?: string;
}

/** Equity at a moment, in dollars from the run's start (realized and unrealized, after commissions). */
export interface EquityPoint {
  readonly ts: string;
  readonly equity: number;
}

/** What a run would have made under one other assumption, with the same decisions. */
export interface AssumedResult {
  readonly name:
    | 'queue'
    | 'touch'
    | 'pessimistic'
    | 'slippage-better'
    | 'slippage-worse'
    | 'latency-shorter'
    | 'latency-longer';
  readonly meaning: string;
  /** Dollars after commission; what is left of a position at what it could be closed at. */
  readonly netPl: number;
  /** Round trips, and the position left at the end. */
  readonly trades: number;
  readonly position: number;
  /** Whether it turns a profit into a loss, nothing into something, or the other way round. */
  readonly changesSign: boolean;
}

/** Everything a finished run is reported from. `stats` is computed from it in reports/. */
export interface RunResult {
  readonly run: {
    readonly id: string;
    readonly mode: 'backtest' | 'simulation' | 'paper' | 'live';
    readonly symbol: string;
    /** `YYYY-MM-DD`. */
    readonly session: string;
    readonly seed: number;
    readonly configSha256: string;
    readonly dataSha256: string;
  };
  /** wallMs and perSecond are wall-clock values and take no part in journalSha256. */
  readonly events: { readonly count: number; readonly wallMs: number; readonly perSecond: number };
  readonly decisions: {
    readonly asked: number;
    readonly byTool: Readonly<Record<string, number>>;
    readonly denied: Readonly<Record<string, number>>;
    readonly costUsd: number | null;
    readonly tokens: {
      readonly input: number;
      readonly cached: number;
      readonly output: number;
      readonly reasoning: number;
    };
  };
  readonly orders: readonly OrderOutcome[];
  readonly trades: readonly RoundTrip[];
  readonly account: {
    readonly startEquity: number;
    readonly endEquity: number;
    readonly position: number;
    readonly grossPl: number;
    readonly commission: number;
    /** What our takers paid against the touch at the moment of decision, dollars. */
    readonly slippage: number;
    readonly unrealizedPl: number;
    readonly netPl: number;
  };
  /** The run as simulated first, then each other assumption; none where they were not followed. */
  readonly assumptions?: readonly AssumedResult[];
  /** One point a minute of market time and one at each fill. */
  readonly equity: readonly EquityPoint[];
  /** From the run's first to its last market moment, nanoseconds. */
  readonly spanNs: number;
  /** Printed above every report, e.g. that the risk gate was off. */
  readonly warnings: readonly string[];
  /** Why trading was halted at the end, if it was (exit code 5 for a limit). */
  readonly halted: string | null;
  readonly journalSha256: string;
}

/** How the warning of a run begins that leaves orders or a position at its broker. */
export const LEFT_AT_BROKER = 'left at the broker';
