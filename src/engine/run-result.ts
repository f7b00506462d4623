import { toDollars } from '../domain/money.ts';
import { formatPrice } from '../domain/price.ts';
import type { OrderOutcome, RunResult } from '../domain/run.ts';
import { formatDay, formatTimestamp } from '../domain/time.ts';
import type { TrackedOrder } from '../execution/order-tracker.ts';
import type { TradingEngine } from './trading-engine.ts';

/** What the engine does not know of its own run. */
export interface RunFacts {
  readonly mode: RunResult['run']['mode'];
  readonly configSha256: string;
  readonly dataSha256: string;
  readonly journalSha256: string;
  readonly wallMs: number;
  readonly warnings: readonly string[];
}

/** The finished run, as reports are made from. */
export function runResultOf(engine: TradingEngine, facts: RunFacts): RunResult {
  const { options, account, desk, risk } = engine;
  const { recorder, settings, instrument, day, schedule } = options;
  const { portfolio } = desk;
  const closing = engine.closingPrice();
  const assumptions = options.venue.assumptions?.(
    { micros: account.resultMicros(closing), trades: portfolio.trips.length },
    (position) => engine.closingPrice(position),
  );
  return {
    run: {
      id: options.runId,
      mode: facts.mode,
      symbol: instrument.symbol,
      session: formatDay(schedule.dayAt(options.window.from).date),
      seed: settings.seed,
      configSha256: facts.configSha256,
      dataSha256: facts.dataSha256,
    },
    events: {
      count: engine.events,
      wallMs: Math.round(facts.wallMs),
      perSecond: facts.wallMs === 0 ? 0 : Math.round((engine.events * 1000) / facts.wallMs),
    },
    decisions: {
      asked: recorder.asked,
      byTool: recorder.byTool,
      denied: recorder.denied,
      costUsd: recorder.costUsd,
      tokens: recorder.tokens,
    },
    orders: [...desk.orders.all].map((order) => outcomeOf(order, day)),
    trades: portfolio.trips,
    account: {
      startEquity: toDollars(account.startEquityMicros),
      endEquity: toDollars(account.equityMicros(closing)),
      position: portfolio.position,
      grossPl: toDollars(portfolio.realizedMicros),
      commission: toDollars(portfolio.commissionMicros),
      slippage: toDollars(portfolio.slippageMicros),
      unrealizedPl: toDollars(account.unrealizedMicros(closing)),
      netPl: toDollars(account.resultMicros(closing)),
    },
    ...(assumptions === undefined ? {} : { assumptions }),
    equity: recorder.equity,
    spanNs: engine.spanNs,
    warnings: [...facts.warnings, ...engine.feedWatch.warnings],
    halted: risk.halt === undefined ? null : `${risk.halt.code}: ${risk.halt.reason}`,
    journalSha256: facts.journalSha256,
  };
}

function outcomeOf(order: TrackedOrder, day: number): OrderOutcome {
  const { request } = order;
  const price = request.type === 'limit' || request.type === 'stop-limit' ? order.price : undefined;
  return {
    id: request.id,
    side: request.side,
    type: request.type,
    price: price === undefined ? null : formatPrice(price, 2),
    quantity: order.quantity,
    status: statusOf(order),
    filled: order.filled,
    fills: order.fills.map((fill) => ({
      ts: formatTimestamp(day, fill.ts),
      price: formatPrice(fill.price, 2),
      quantity: fill.quantity,
      sequence: fill.sequence,
    })),
    ...(order.reason === undefined ? {} : { reason: order.reason }),
  };
}

function statusOf(order: TrackedOrder): OrderOutcome['status'] {
  switch (order.status) {
    case 'canceled':
      return 'cancelled';
    case 'submitted':
    case 'unknown':
    case 'working':
      return 'expired';
    case 'filled':
    case 'expired':
    case 'rejected':
    case 'denied':
      return order.status;
  }
}
