import type { Episode, RunTrace, TracedDecision, TracedSpan } from '../../domain/run-trace.ts';
import { NS_PER_MS, type SessionTime } from '../../domain/time.ts';
import type { ComparisonFacts, DifferenceClass } from './shadow-report.ts';

/** A class with the figures behind it; `follows` has the difference that it follows from. */
export interface Reason {
  readonly class: DifferenceClass;
  readonly evidence: string;
  readonly cause?: number | undefined;
}

const SPAN_CLASS: Readonly<Record<TracedSpan['kind'], DifferenceClass>> = {
  absent: 'absent',
  disconnected: 'connection',
  reconciling: 'connection',
  halted: 'halt',
  paused: 'manual',
};

const CODE_CLASS: Readonly<Record<string, DifferenceClass>> = {
  NOT_CONNECTED: 'connection',
  RECONCILING: 'connection',
  HALTED: 'halt',
  DAILY_LOSS: 'halt',
  JOURNAL: 'halt',
  PAUSED: 'manual',
  STALE_DATA: 'market-data',
  ...classOf('risk', [
    'DAILY_TRADES',
    'MAX_POSITION',
    'ORDER_RATE',
    'SPREAD',
    'PRICE_COLLAR',
    'MAX_NOTIONAL',
    'BUYING_POWER',
    'SESSION',
    'SESSION_END',
    'LIVE_NOT_ARMED',
    'ID_USED',
  ]),
  ...classOf('validation', [
    'ALREADY_IN',
    'NO_POSITION',
    'STOP_WIDENED',
    'OFF_TICK',
    'WRONG_SIDE',
    'STOP_DISTANCE',
    'RISK_REWARD',
    'FAR_FROM_MARKET',
    'STALE_DECISION',
  ]),
};

function classOf(name: DifferenceClass, codes: readonly string[]): Record<string, DifferenceClass> {
  return Object.fromEntries(codes.map((code) => [code, name]));
}

/** Gate 1's words for a run that is where the other one is not. */
const STATE_CODES: ReadonlySet<string> = new Set(['ALREADY_IN', 'NO_POSITION']);

/** Where a decision was kept from its effect; what neither gate says, the brain does. `earlier`: the last difference before. */
export function reasonOfCode(code: string, earlier: number | undefined): Reason {
  if (STATE_CODES.has(code) && earlier !== undefined)
    return { class: 'follows', evidence: code, cause: earlier };
  return { class: CODE_CLASS[code] ?? 'brain', evidence: code };
}

/** What kept a run from acting at a moment, or just before it. */
export function spanReason(
  { spans }: RunTrace,
  from: SessionTime,
  until: SessionTime,
): Reason | undefined {
  const span = spans.find((each) => each.from <= until && each.until >= from);
  return span === undefined
    ? undefined
    : { class: SPAN_CLASS[span.kind], evidence: `${span.words} for ${lengthOf(span)}` };
}

/** Why a run was kept from what the other did at `at`. */
export function denialReason(
  { decisions }: RunTrace,
  tool: TracedDecision['tool'] | undefined,
  at: SessionTime,
  withinNs: number,
  earlier: number | undefined,
): Reason | undefined {
  const denied = decisions
    .filter(
      (each) =>
        each.code !== null &&
        (tool === undefined || each.tool === tool) &&
        each.at - withinNs <= at &&
        each.until + withinNs >= at,
    )
    .sort((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at));
  const [nearest] = denied;
  if (nearest === undefined || nearest.code === null) return undefined;
  return { ...reasonOfCode(nearest.code, earlier), evidence: `${nearest.id}: ${nearest.code}` };
}

/** An episode of a run, another than its own counterpart, that was open at a moment. */
export function busyWith(
  { episodes }: RunTrace,
  at: SessionTime,
  not: Episode | undefined,
): Episode | undefined {
  return episodes.find((each) => each !== not && each.from <= at && each.until >= at);
}

/** What is left when nothing of the runs themselves tells why. */
export function lastReason(facts: ComparisonFacts, earlier: number | undefined): Reason {
  if (!facts.hasSameData)
    return {
      class: 'market-data',
      evidence: 'nothing else tells it, and they read other data, or from another moment on',
    };
  if (earlier !== undefined)
    return { class: 'follows', evidence: 'state and counters differ since', cause: earlier };
  if (!facts.hasSameSettings) return { class: 'settings', evidence: 'the settings differ' };
  return { class: 'unexplained', evidence: 'same data, settings and state' };
}

/** Of a decision inside an episode: what it rests on is known at another time where answers take another time. */
export function reasonOfMove(
  facts: ComparisonFacts,
  earlier: number | undefined,
  evidence: string,
): Reason {
  if (facts.hasSameData && !facts.hasSameLatency) return { class: 'time-shift', evidence };
  return lastReason(facts, earlier);
}

function lengthOf({ from, until }: Pick<TracedSpan, 'from' | 'until'>): string {
  return milliseconds(until - from);
}

/** A length of time, without its sign. */
export function milliseconds(ns: number): string {
  const ms = Math.abs(ns) / NS_PER_MS;
  return `${ms < 10 ? Number(ms.toFixed(3)) : Math.round(ms)} ms`;
}

/** How much later the run was than the backtest, in words. */
export function laterText(ns: number): string {
  return `${milliseconds(ns)} ${ns > 0 ? 'later' : 'earlier'}`;
}
