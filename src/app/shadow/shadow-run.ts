import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { configSha256Of } from '../../config/engine-settings.ts';
import type { ResolvedConfig } from '../../config/load-config.ts';
import { TradingCalendar } from '../../domain/calendar.ts';
import type { RunResult } from '../../domain/run.ts';
import type { RunTrace } from '../../domain/run-trace.ts';
import {
  formatDay,
  formatTimestamp,
  NS_PER_DAY,
  NS_PER_MS,
  parseDay,
  type SessionTime,
} from '../../domain/time.ts';
import { zoneOffsetAt } from '../../domain/zone.ts';
import type { EngineMessage } from '../../engine/protocol.ts';
import { GUARD_MARK } from '../../execution/venue.ts';
import { FeedError } from '../../feeds/port.ts';
import { standingEntries } from '../../journal/rewindable-journal.ts';
import { findRun, journalPath } from '../../journal/store/run-index.ts';
import { readJournal, type StoredJournal } from '../../journal/store/sqlite-journal.ts';
import { traceRun } from '../../journal/trace-run.ts';
import type { Environment } from '../../platform/environment.ts';
import { compareRuns } from '../../reports/shadow/compare-runs.ts';
import {
  type MeasuredDelay,
  type MeasuredLatencies,
  measureLatencies,
  seenTouches,
} from '../../reports/shadow/measured-latencies.ts';
import type { ShadowResult } from '../../reports/shadow/shadow-result.ts';
import { shiftTrace } from '../../reports/shadow/shift-trace.ts';
import { planMarket, startRun } from '../run.ts';
import type { RunOptions } from '../run-options.ts';
import type { SessionPlan } from '../session-setup.ts';
import { openSessionFeed } from '../session-setup.ts';
import { dataDelayOf } from './data-delay.ts';

export interface ShadowOptions {
  readonly logsFolder: string;
  /** Its id, the beginning of it, or `last`. */
  readonly run: string;
  readonly settings: ResolvedConfig;
  /** Files of the day that were named. */
  readonly namedData: (symbol: string, day: number) => readonly string[] | undefined;
  /** Files of the day where data are looked for, of a run that read none itself. */
  readonly findData: (symbol: string, day: number) => readonly string[] | undefined;
  /** Of a run that a list of orders was played in. */
  readonly ordersFile: string | undefined;
  /** Of a run that a model decided in. */
  readonly cassetteFile: string | undefined;
  readonly withinSecs: number;
  readonly environment: Environment;
  readonly onProgress: (progress: Extract<EngineMessage, { type: 'progress' }>) => void;
}

type Problem = { readonly problem: string };

/**
 * Plays a backtest of a run's day with the latencies that its journal shows, and compares the two. What cannot be compared is told
 * in words.
 *
 * @throws {FeedError} If the data are damaged.
 */
export async function shadowRun(options: ShadowOptions): Promise<ShadowResult | Problem> {
  const found = findRun(options.logsFolder, options.run);
  if (found === undefined)
    return { problem: `there is no run ${options.run}, or more than one; fsd-tui runs lists them` };
  const journal = readJournal(found.path);
  const { header } = journal;
  const session = textOf(header['session']);
  const day = parseDay(session);
  const symbol = textOf(header['symbol']);
  if (day === undefined || symbol === '')
    return { problem: `the run ${found.id} says of no market what it traded: nothing to compare` };
  const recorded = traceRun(standingEntries(journal.entries), {
    id: found.id,
    day,
    resumedAfter: journal.resumedAfter,
    isGuards: (id) => id.includes(GUARD_MARK),
  });
  if (recorded.until <= recorded.from)
    return { problem: `the run ${found.id} stopped before anything happened` };
  const decider = deciderOf(header, options);
  if ('problem' in decider) return decider;
  const files = filesOf(journal, symbol, day, options);
  if ('problem' in files) return files;
  const measured = measureLatencies(recorded);
  const base = changed(options.settings, {
    symbol,
    seed: Number(header['seed'] ?? options.settings.config.seed),
    provider: decider.provider,
  });
  const { market } = await planMarket({
    settings: base,
    data: files.data,
    date: files.data.length === 0 ? day : undefined,
    from: undefined,
    to: undefined,
  });
  const { session: plan } = market;
  if (plan.day !== day)
    return {
      problem: `${files.data.join(', ')}: the data are of ${formatDay(plan.day)}, the run is of ${session}; name that day’s files with --data`,
    };
  const isSameFeed = hasSameFiles(journal, files.data);
  const delay = isSameFeed ? undefined : await delayIn(files.data, recorded, plan);
  // both clocks and the way of the data are in it: the data take as long as the reports do, the rest is the clocks'
  const wayNs = delay === undefined ? 0 : (measured.report.medianNs ?? 0);
  const live = delay === undefined ? recorded : shiftTrace(recorded, wayNs - delay.ns);
  const applied = appliedOf(measured, wayNs, decider.provider, plan);
  const logsFolder = join(options.logsFolder, 'shadow', found.id);
  // its snapshots are to be of the same moments
  const window = { from: live.from - wayNs, to: live.until };
  const played = await playBacktest(options, decider, files.data, window, plan, {
    settings: changed(base, { ...applied, logs: logsFolder }),
    logsFolder,
  });
  if ('problem' in played) return played;
  const { trace: backtest, result, source } = played;
  const hasSameData =
    journal.result === undefined
      ? isSameFeed
      : journal.result.run.dataSha256 === result.run.dataSha256;
  const hasSameSettings = isOfSettings(header['configSha256'], plan, applied);
  const shadowed = measureLatencies(backtest);
  const spread = (measured.decision.p95Ns ?? 0) - (measured.decision.medianNs ?? 0);
  const comparison = compareRuns(live, backtest, {
    withinNs: options.withinSecs * 1e9,
    shiftNs: (plan.settings.engine.snapshotMs / 2) * NS_PER_MS + spread,
    hasSameData,
    hasSameSettings,
    hasSameLatency: isAlike(measured, shadowed),
    tickNanos: plan.instrument.tickNanos,
    multiplier: plan.instrument.multiplier,
  });
  return {
    ...comparison,
    run: {
      id: found.id,
      mode: textOf(header['mode']),
      symbol,
      session,
      from: formatTimestamp(day, recorded.from),
      until: formatTimestamp(day, recorded.until),
    },
    backtest: { id: backtest.id, logsFolder, source, hasSameData, hasSameSettings },
    latencies: { ...measured, data: delay ?? null, applied },
    day,
    warnings: warningsOf(
      journal,
      hasSameSettings,
      isSameFeed || delay !== undefined,
      hasSameData,
      measured,
    ),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Who decides again: rules by themselves, a list of orders or a recording where they are given. */
function deciderOf(
  header: StoredJournal['header'],
  { ordersFile, cassetteFile, run }: ShadowOptions,
): { readonly provider: 'rules' | 'script' | 'replay' } | Problem {
  const provider = header['provider'];
  if (provider === 'rules') return { provider };
  if (provider === 'script')
    return ordersFile === undefined
      ? { problem: `the run ${run} played a list of orders; name it with --orders FILE` }
      : { provider };
  return cassetteFile === undefined
    ? {
        problem: `${String(provider)} decided in the run ${run}, and asked again it may answer otherwise; name the recording (made with --record) with --cassette FILE`,
      }
    : { provider: 'replay' };
}

function filesOf(
  { header }: StoredJournal,
  symbol: string,
  day: number,
  { namedData, findData }: ShadowOptions,
): { readonly data: readonly string[] } | Problem {
  const named = namedData(symbol, day);
  if (named !== undefined) return { data: named };
  const own = filesNamedIn(header);
  if (header['mode'] === 'simulation' && own.length === 0) return { data: [] };
  const missing = own.find((path) => !existsSync(path));
  if (own.length > 0 && missing === undefined) return { data: own };
  const found = findData(symbol, day);
  if (found !== undefined) return { data: found };
  const looked =
    missing === undefined
      ? `looked for a data file named with ${symbol} and ${formatDay(day, '')} in FSD_DATA and ./BacktestData`
      : `the run read ${missing}, which is not there any more`;
  return {
    problem: `there are no market data of ${symbol} on ${formatDay(day)}: ${looked}; name the day’s files with --data`,
  };
}

function filesNamedIn(header: StoredJournal['header']): readonly string[] {
  const { environment } = header as { readonly environment?: { readonly files?: unknown } };
  const files = environment?.files;
  return Array.isArray(files) ? files.filter((each) => typeof each === 'string') : [];
}

/** Whether the run played these very files; a generated market is made again. */
function hasSameFiles({ header }: StoredJournal, data: readonly string[]): boolean {
  if (header['mode'] !== 'backtest' && header['mode'] !== 'simulation') return false;
  const own = filesNamedIn(header).map((path) => resolve(path));
  return data.every((path) => own.includes(resolve(path))) && own.length >= data.length;
}

async function delayIn(
  data: readonly string[],
  live: RunTrace,
  { instrument }: SessionPlan,
): Promise<MeasuredDelay | undefined> {
  const feed = await openSessionFeed(data, instrument.symbol);
  try {
    return await dataDelayOf(feed, seenTouches(live), instrument.tickNanos);
  } finally {
    await feed.close();
  }
}

/** What the backtest is played with: medians; what was not measured stays as it is set. */
function appliedOf(
  { decision, order, report }: MeasuredLatencies,
  wayNs: number,
  provider: 'rules' | 'script' | 'replay',
  { settings }: SessionPlan,
): ShadowResult['latencies']['applied'] {
  const inMs = (ns: number | null): number | undefined =>
    ns === null ? undefined : Math.round(ns / 1000) / 1000;
  const thinking = (inMs(decision.medianNs) ?? 0) + (inMs(wayNs) ?? 0);
  return {
    // a recording has each answer's own
    decisionMs: provider === 'rules' && thinking > 0 ? thinking : null,
    orderMs: inMs(order.medianNs) ?? settings.latency.orderMs,
    reportMs: inMs(report.medianNs) ?? settings.latency.reportMs,
  };
}

async function playBacktest(
  options: ShadowOptions,
  { provider }: { readonly provider: string },
  data: readonly string[],
  window: { readonly from: SessionTime; readonly to: SessionTime },
  plan: SessionPlan,
  { settings, logsFolder }: { readonly settings: ResolvedConfig; readonly logsFolder: string },
): Promise<
  { readonly trace: RunTrace; readonly result: RunResult; readonly source: string } | Problem
> {
  const calendar = new TradingCalendar(plan.calendar);
  const clockOf = (ts: SessionTime): number => {
    const clock = (ts + zoneOffsetAt(calendar.zone, plan.day, ts)) % NS_PER_DAY;
    return clock < 0 ? clock + NS_PER_DAY : clock;
  };
  const asked: RunOptions = {
    mode: 'backtest',
    settings,
    data,
    date: data.length === 0 ? plan.day : undefined,
    from: clockOf(window.from),
    to: clockOf(window.to),
    speed: 'max',
    ordersFile: provider === 'script' ? options.ordersFile : undefined,
    environment: options.environment,
    recordFile: undefined,
    cassetteFile: provider === 'replay' ? options.cassetteFile : undefined,
    isHeadless: true,
    output: 'json',
    reportFile: undefined,
    hasColor: false,
  };
  const handle = await startRun(asked);
  handle.subscribe((message) => {
    if (message.type === 'progress') options.onProgress(message);
  });
  const outcome = await handle.finished;
  if ('kind' in outcome) {
    if (outcome.kind === 'data') throw new FeedError(data.join(', '), undefined, outcome.text);
    throw new Error(outcome.text);
  }
  const { entries } = readJournal(journalPath(logsFolder, handle.runId));
  const trace = traceRun(standingEntries(entries), { id: handle.runId, day: plan.day });
  return { trace, result: outcome, source: handle.source };
}

/** Settings with some of them changed, whatever the instrument's class says. */
function changed(
  settings: ResolvedConfig,
  changes: {
    readonly symbol?: string;
    readonly seed?: number;
    readonly provider?: 'rules' | 'script' | 'replay';
    readonly decisionMs?: number | null;
    readonly orderMs?: number;
    readonly reportMs?: number;
    readonly logs?: string;
  },
): ResolvedConfig {
  const { config } = settings;
  const { symbol = config.symbol, seed = config.seed, provider = config.brain.provider } = changes;
  const { decisionMs = config.brain.decisionLatencyMs, logs = config.paths.logs } = changes;
  const { orderMs, reportMs } = changes;
  const latency =
    orderMs === undefined || reportMs === undefined
      ? config.latency
      : { ...config.latency, model: 'constant' as const, orderMs, reportMs };
  return {
    ...settings,
    isSymbolChosen: changes.symbol === undefined ? settings.isSymbolChosen : true,
    config: {
      ...config,
      symbol,
      seed,
      brain: { ...config.brain, provider, decisionLatencyMs: decisionMs },
      latency,
      paths: { ...config.paths, logs },
    },
    forInstrument: (entry) => changed(settings.forInstrument(entry), changes),
  };
}

/** Whether a run had these settings, or these with the latencies that it shows. */
function isOfSettings(
  sha256: unknown,
  { settings, configSha256 }: SessionPlan,
  { decisionMs, orderMs, reportMs }: ShadowResult['latencies']['applied'],
): boolean {
  const { brain, latency } = settings;
  const measured = { ...settings, latency: { ...latency, orderMs, reportMs } };
  const charged = { ...measured, brain: { ...brain, decisionLatencyMs: decisionMs } };
  return [configSha256, configSha256Of(measured), configSha256Of(charged)].includes(String(sha256));
}

/** Whether two runs were as fast, to the microsecond that settings are told in. */
function isAlike(one: MeasuredLatencies, other: MeasuredLatencies): boolean {
  return (['decision', 'order', 'report'] as const).every((leg) =>
    (['medianNs', 'p95Ns'] as const).every(
      (figure) => Math.abs((one[leg][figure] ?? 0) - (other[leg][figure] ?? 0)) < 1000,
    ),
  );
}

function warningsOf(
  { result, header }: StoredJournal,
  hasSameSettings: boolean,
  hasSameClock: boolean,
  hasSameData: boolean,
  { roundTrip, legs }: MeasuredLatencies,
): readonly string[] {
  const warnings: string[] = [];
  if (!hasSameSettings)
    warnings.push(
      'the run had other settings than those given here; repeat its --config and --set, else every difference may come from them',
    );
  if (!hasSameData) warnings.push('the run read other data than the backtest');
  if (!hasSameClock)
    warnings.push(
      'too few orders were sent to tell how far the run’s clock is from that of the data: taken for the same',
    );
  if (result === undefined)
    warnings.push('the run did not come to its end: it is compared as far as its journal goes');
  if (roundTrip.count === 0)
    warnings.push('no order was acknowledged in the run: the latencies are those of the settings');
  else if (legs === 'halves')
    warnings.push(
      'the venue stamps nothing finer than its answers’ arrival: each leg is half of the way there and back',
    );
  if (header['carried'] !== undefined && hasEarlierRuns(header['carried']))
    warnings.push('the run counted on from earlier runs of its day; the backtest begins anew');
  return warnings;
}

function hasEarlierRuns(carried: unknown): boolean {
  const { runs } = carried as { readonly runs?: unknown };
  return Array.isArray(runs) && runs.length > 0;
}
