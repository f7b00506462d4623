import { type EntryOutcome, QuotePath } from '../brain/evaluation/quote-path.ts';
import type { KeptRequest } from '../brain/model/keeping-client.ts';
import { parseToolCall } from '../brain/tools/tool-schemas.ts';
import type { ResolvedConfig } from '../config/load-config.ts';
import type { DecisionRecord } from '../domain/decision.ts';
import { toPriceNumber } from '../domain/price.ts';
import type { RoundTrip } from '../domain/run.ts';
import {
  type DayNumber,
  formatTimestamp,
  NS_PER_SECOND,
  parseDay,
  parseTimestamp,
  type SessionTime,
} from '../domain/time.ts';
import { standingEntries } from '../journal/rewindable-journal.ts';
import { findRun } from '../journal/store/run-index.ts';
import { readJournal, readKeptText, type StoredJournal } from '../journal/store/sqlite-journal.ts';
import { type TradeLogLine, tradeLogLineOf } from '../journal/trade-log-line.ts';
import { observeMarket } from './observe-market.ts';
import type { SessionPlan } from './session-setup.ts';

/** Worst and best open result, dollars and ticks of the price. */
export interface Excursion {
  readonly mae: number;
  readonly maeTicks: number;
  readonly mfe: number;
  readonly mfeTicks: number;
}

/** Everything that is known of a decision. */
export interface ExplainedDecision {
  readonly run: string;
  readonly decision: DecisionRecord;
  /** What the model was shown; `null` where no model was asked or the run kept no texts. */
  readonly question: {
    readonly model: string;
    readonly system: string | null;
    readonly user: string;
  } | null;
  /** The answer's body as it came. */
  readonly answer: string | null;
  /** Gates, orders and fills that came of it, in order. */
  readonly orders: readonly TradeLogLine[];
  /** The round trip that it opened, as the report has it, with its ticks. */
  readonly trade: (RoundTrip & Excursion) | null;
  readonly after: WhatCameAfter | null;
  /** Why `after` is not known. */
  readonly note: string | null;
}

/** What the market did after the decision's effect, from the data. */
export interface WhatCameAfter {
  /** Middle of the touch, and how far it had moved so many seconds later; `null` beyond the data. */
  readonly middle: number | null;
  readonly moves: readonly { readonly secs: number; readonly move: number | null }[];
  /** Of an entry, taken or not: what would have become of it by the touch alone. Dollars a share. */
  readonly entry:
    | (Omit<EntryOutcome, 'entryTs' | 'endTs'> &
        Excursion & { readonly entryTs: string | null; readonly endTs: string | null })
    | null;
}

const LATER_SECS = [1, 5, 30, 60, 300] as const;

export interface ExplainOptions {
  readonly logsFolder: string;
  /** Its id, the beginning of it, or `last`. */
  readonly run: string;
  readonly decision: string;
  /** Files of the run; empty: those that its journal names. */
  readonly data: readonly string[];
  readonly settings: ResolvedConfig;
}

/** What can be told of a decision, or in words why nothing can. */
export async function explainDecision(
  options: ExplainOptions,
): Promise<ExplainedDecision | { readonly problem: string }> {
  const run = findRun(options.logsFolder, options.run);
  if (run === undefined)
    return { problem: `there is no run ${options.run}, or more than one; fsd-tui runs lists them` };
  const journal = readJournal(run.path);
  const entries = standingEntries(journal.entries);
  const decision = entries
    .map(({ body }) => (body.type === 'decision' ? body.decision : undefined))
    .find((each) => each?.id === options.decision);
  if (decision === undefined)
    return {
      problem: `the run ${run.id} has no decision ${options.decision}; fsd-tui logs ${run.id} --kind decision lists them`,
    };
  const day = parseDay(String(journal.header['session'])) ?? 0;
  const ids = new Set(decision.orders.map(({ id }) => id));
  const orders = entries
    .map((entry) => tradeLogLineOf(entry, run.id, day))
    .filter((line) => line !== undefined)
    .filter((line) => line.kind !== 'rewound' && ids.has(line.id));
  const later = await lookLater(options, journal, decision, day);
  const [plan, after, note] =
    'note' in later ? [undefined, null, later.note] : [later.plan, later.after, null];
  return {
    run: run.id,
    decision,
    ...textsOf(run.path, decision),
    orders,
    trade: tradeOf(journal, decision, orders, plan),
    after,
    note,
  };
}

function textsOf(
  path: string,
  { requestSha256, answerSha256 }: DecisionRecord,
): Pick<ExplainedDecision, 'question' | 'answer'> {
  const read = (sha256: string | null) =>
    sha256 === null ? null : (readKeptText(path, sha256) ?? null);
  const kept = read(requestSha256);
  const request = kept === null ? undefined : (JSON.parse(kept) as KeptRequest);
  return {
    question:
      request === undefined
        ? null
        : { model: request.model, system: read(request.systemSha256), user: request.user },
    answer: read(answerSha256),
  };
}

/** The trip that the decision's entry order opened: it began with the order's first fill. */
function tradeOf(
  { result }: StoredJournal,
  { orders }: DecisionRecord,
  lines: readonly TradeLogLine[],
  plan: SessionPlan | undefined,
): ExplainedDecision['trade'] {
  const entry = orders.find(({ role }) => role === 'ENTRY');
  const fill = lines.find((line) => line.kind === 'fill' && line.id === entry?.id);
  const trip = result?.trades.find(({ entryTs }) => entryTs === fill?.ts);
  if (trip === undefined) return null;
  const tick = plan === undefined ? Number.NaN : tickDollars(plan, trip.quantity);
  return { ...trip, ...excursionOf(trip.mae, trip.mfe, tick) };
}

async function lookLater(
  { data, settings }: ExplainOptions,
  { header }: StoredJournal,
  decision: DecisionRecord,
  day: DayNumber,
): Promise<
  { readonly note: string } | { readonly plan: SessionPlan; readonly after: WhatCameAfter }
> {
  const from = parseTimestamp(decision.effectTs ?? decision.ts, day);
  const files = data.length > 0 ? data : filesIn(header);
  if (files.length === 0 || from === undefined)
    return { note: 'what came after is in the data: name the run’s files with --data' };
  const path = new QuotePath();
  const last = Math.max(...LATER_SECS);
  let until = 0;
  try {
    const plan = await observeMarket({
      data: files,
      settings,
      windowOf({ settings: { profile, execution } }, window) {
        const most = profile.maxHoldSecs + execution.entryTimeoutSecs;
        until = from + (Math.max(most, last) + 1) * NS_PER_SECOND;
        return { from: Math.min(window.from, from), to: until };
      },
      onSnapshot: ({ ts, bid, ask }) => path.add(ts, bid, ask),
    });
    if (plan.day !== day)
      return { note: 'the data are of another day than the run; name its files with --data' };
    return { plan, after: afterOf(path, decision, from, plan) };
  } catch (error) {
    return { note: `what came after cannot be told: ${String(error)}` };
  }
}

function afterOf(
  path: QuotePath,
  decision: DecisionRecord,
  from: SessionTime,
  { settings, instrument, day }: SessionPlan,
): WhatCameAfter {
  const middle = path.middleAt(from);
  const moves = LATER_SECS.map((secs) => {
    const then = path.middleAt(from + secs * NS_PER_SECOND);
    return { secs, move: then === null || middle === null ? null : rounded(then - middle) };
  });
  const wanted = wantedBy(decision);
  if (wanted === undefined) return { middle, moves, entry: null };
  const outcome = path.outcomeOf(wanted, from, {
    entryTimeoutSecs: settings.execution.entryTimeoutSecs,
    maxHoldSecs: settings.profile.maxHoldSecs,
  });
  const timeText = (ts: SessionTime | null) => (ts === null ? null : formatTimestamp(day, ts));
  return {
    middle,
    moves,
    entry: {
      ...outcome,
      ...excursionOf(outcome.mae, outcome.mfe, toPriceNumber(instrument.tickNanos)),
      entryTs: timeText(outcome.entryTs),
      endTs: timeText(outcome.endTs),
    },
  };
}

function wantedBy({ answer }: DecisionRecord) {
  if (answer === null) return undefined;
  const { tool } = answer;
  if (tool !== 'enter_long' && tool !== 'enter_short') return undefined;
  const parsed = parseToolCall(tool, answer.arguments);
  if (!('call' in parsed)) return undefined;
  const { call } = parsed;
  if (call.tool !== 'enter_long' && call.tool !== 'enter_short') return undefined;
  const { limit_price, stop_loss, profit_target } = call.arguments;
  const side = tool === 'enter_long' ? ('long' as const) : ('short' as const);
  return { side, limit: limit_price, stop: stop_loss, target: profit_target };
}

/** What one tick of the price is worth of so many shares or contracts, dollars. */
function tickDollars({ instrument }: SessionPlan, quantity: number): number {
  return toPriceNumber(instrument.tickNanos) * instrument.multiplier * quantity;
}

function excursionOf(mae: number, mfe: number, tick: number): Excursion {
  const inTicks = (dollars: number) => Math.round((dollars / tick) * 10) / 10;
  return { mae, maeTicks: inTicks(mae), mfe, mfeTicks: inTicks(mfe) };
}

function filesIn(header: StoredJournal['header']): readonly string[] {
  const { environment } = header as { readonly environment?: { readonly files?: unknown } };
  const files = environment?.files;
  return Array.isArray(files) ? files.filter((each) => typeof each === 'string') : [];
}

function rounded(dollars: number): number {
  return Math.round(dollars * 1e9) / 1e9;
}
