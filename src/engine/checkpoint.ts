import type { SessionTime } from '../domain/time.ts';
import type { OrderDeskState } from '../execution/order-desk.ts';
import type { OrderBookState } from '../market/book/order-book.ts';
import type { MarketAnalysisState } from '../market/market-analysis.ts';
import type { RiskGateState } from '../risk/risk-gate.ts';
import type { AccountViewState } from './account-view.ts';
import type { DecisionState } from './decision-maker.ts';
import type { FeedWatchState } from './feed-watch.ts';
import type { RunRecorderState } from './run-recorder.ts';
import type { SessionClockState } from './session-clock.ts';

/** What the engine itself remembers. Times that never were are infinite. */
export interface EngineProgress {
  readonly events: number;
  readonly trades: number;
  readonly snapshots: number;
  readonly fills: number;
  readonly clock: SessionTime;
  readonly firstTs: SessionTime | undefined;
  readonly nextDue: SessionTime;
  readonly nextSnapshot: SessionTime;
  readonly nextEquityAt: SessionTime;
  readonly isVenueHalted: boolean;
  readonly isRebuilding: boolean;
  readonly isAfterSnapshot: boolean;
  readonly isEnded: boolean;
  readonly isClosed: boolean;
}

/**
 * Everything that a trading engine is at an end of a time stamp, so that one that becomes it goes on as if it had been
 * there. Plain data: numbers, texts, arrays and typed arrays, which `structuredClone` takes; nothing in it changes when
 * the engine goes on, and what is shared with it (requests, fills, reports, ended trips) never changes.
 *
 * - `progress`: events, trades, snapshots and fills so far, the clock, what is due next, halts of the venue, whether it is over;
 * - `book`: all orders and levels with their recent changes, where the stream of events stands (time, event group, sequence,
 *   touch before, what is watched), and where in its block a compiled day stands;
 * - `analysis`: the seven analyzers with the log of trades, the aggressor rule and the trading day;
 * - `feedWatch`: what of the feed could not be believed, and until when it is doubtful;
 * - `desk`: orders with their fills, brackets, timers, position, money, the open trip and those that ended;
 * - `account`, `risk`, `session`: where the day's figures count from; halt, pause and order rates; the session's edges;
 * - `script`: how many of its actions were sent;
 * - `decisions`, `brain`: the decision on its way, when the next question is; what the brain remembers. No script has them;
 * - `venue`: messages on their way both ways, our orders with their places in the queues and their brackets, what was
 *   taken, estimates, latency with its random streams;
 * - `recorder`: how many entries the journal had, counts of decisions and their cost, the equity curve.
 *
 * Not in it: the options (settings, instrument, schedule, script), the feed (event number `progress.events` comes next),
 * the journal's entries and its hash (the journal finds its place by their number), what observers were told.
 */
export interface EngineCheckpoint {
  readonly progress: EngineProgress;
  readonly book: OrderBookState;
  readonly analysis: MarketAnalysisState;
  readonly feedWatch: FeedWatchState;
  readonly desk: OrderDeskState;
  readonly account: AccountViewState;
  readonly risk: RiskGateState;
  readonly session: SessionClockState;
  readonly script: number;
  readonly decisions: DecisionState | undefined;
  readonly brain: unknown;
  readonly venue: unknown;
  readonly recorder: RunRecorderState;
}

/** Bytes of an object and of each of its fields, and of a text's head: about what V8 takes on a 64-bit machine. */
const OBJECT_BYTES = 16;
const FIELD_BYTES = 8;
const TEXT_BYTES = 16;

/** About how much memory a checkpoint takes: exact for its typed arrays, which are nearly all of it. */
export function bytesOf(value: unknown): number {
  if (typeof value === 'string') return TEXT_BYTES + value.length;
  if (typeof value !== 'object' || value === null) return 0;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  let bytes = OBJECT_BYTES;
  for (const field of Object.values(value)) bytes += FIELD_BYTES + bytesOf(field);
  return bytes;
}
