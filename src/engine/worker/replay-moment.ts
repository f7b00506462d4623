import { formatClock } from '../../domain/time.ts';
import type { EngineMessage, Notice } from '../protocol.ts';
import type { TradingEngine } from '../trading-engine.ts';

type Filled = Extract<Notice, { type: 'order-filled' }>;

const MOST_FILLS = 50;
const MOST_TRADES = 500;

/** What had happened by the moment that an engine stands at, as the notices until then would have told it. */
export function momentOf(
  engine: TradingEngine,
): Omit<Extract<EngineMessage, { type: 'replay-moved' }>, 'type'> {
  const { desk, options } = engine;
  const { schedule } = options;
  const fills: Filled[] = [];
  for (const { request, fills: ofOrder } of desk.orders.all) {
    for (const fill of ofOrder)
      fills.push({
        type: 'order-filled',
        sequence: 0,
        fill,
        role: request.role,
        clock: formatClock(fill.ts + schedule.zoneOffsetAt(fill.ts), 3),
      });
  }
  fills.sort((a, b) => b.fill.ts - a.fill.ts);
  return {
    fills: fills.slice(0, MOST_FILLS),
    trades: desk.portfolio.trips.slice(-MOST_TRADES),
    decision: options.recorder.lastDecision,
  };
}
