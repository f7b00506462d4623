import { configFolders } from '../config/config-folder.ts';
import { loadInstruments } from '../config/instruments.ts';
import type { ResolvedConfig } from '../config/load-config.ts';
import { TradingCalendar } from '../domain/calendar.ts';
import { toDollars } from '../domain/money.ts';
import { type DayNumber, formatDay, NS_PER_DAY, NS_PER_MS } from '../domain/time.ts';
import type { DaySoFar } from '../engine/day-so-far.ts';
import type { JournalEntryBody } from '../journal/entry.ts';
import { journalPath } from '../journal/store/run-index.ts';
import { SqliteJournal } from '../journal/store/sqlite-journal.ts';
import { resetOf, rulingHaltOf, type StandingHalt } from '../risk/carried-day.ts';
import { type DayQuestion, goingRuns, readDaySoFar } from './day-journals.ts';
import { newRunId } from './run.ts';
import { loadCalendar } from './session-setup.ts';

const MS_PER_DAY = NS_PER_DAY / NS_PER_MS;

/** Whose day is asked about. */
export interface DailyRiskQuestion {
  readonly settings: ResolvedConfig;
  readonly workingFolder: string;
  readonly logsFolder: string;
  readonly mode: 'paper' | 'live';
  /** The trading day; by default that of `nowMs`. */
  readonly date: DayNumber | undefined;
  /** Wall clock, ms since 1970. */
  readonly nowMs: number;
}

/** A trading day's counters against their limits, and where they come from. Money in dollars. */
export interface DailyRisk {
  readonly mode: 'paper' | 'live';
  readonly symbol: string;
  /** `YYYY-MM-DD`. */
  readonly session: string;
  /** The one that counts first, `entry` is its place in the journal of `run`. */
  readonly halts: readonly {
    readonly code: string;
    readonly reason: string;
    readonly run: string;
    readonly entry: number;
  }[];
  readonly trades: number;
  readonly tradesLimit: number;
  readonly orders: number;
  readonly ordersLimit: number;
  /** Realized, after commissions. */
  readonly result: number;
  readonly lossLimit: number;
  /** The result that the limit counts from: 0, but after a reset. */
  readonly lossFrom: number;
  /** Oldest first. */
  readonly runs: readonly {
    readonly run: string;
    readonly trades: number;
    readonly orders: number;
    readonly result: number;
    readonly position: number;
  }[];
}

/** What became of a reset. */
export type ResetOutcome =
  | { readonly state: 'reset'; readonly risk: DailyRisk }
  | { readonly state: 'not-halted' }
  | { readonly state: 'running'; readonly run: string };

/**
 * The counters and halts of a trading day.
 *
 * @throws {DayJournalError} If a journal is damaged, {ConfigError} if the instrument is not known.
 */
export function dailyRisk(question: DailyRiskQuestion): DailyRisk {
  const { day, settings } = placeOf(question);
  return toDailyRisk(day, settings, readDaySoFar(day));
}

/**
 * Lifts the halt that counts, by a small journal of its own that the next run reads. A program that is running would not
 * see it, so then nothing is done. Returns the day as it is then.
 *
 * @throws {DayJournalError} If a journal is damaged, {ConfigError} if the instrument is not known.
 */
export function resetDailyHalt(question: DailyRiskQuestion, reason: string): ResetOutcome {
  const { day, settings, calendar } = placeOf(question);
  const { carried } = readDaySoFar(day);
  const reset = resetOf(carried);
  if (reset === undefined) return { state: 'not-halted' };
  const [going] = goingRuns(day);
  if (going !== undefined) return { state: 'running', run: going };
  const id = newRunId();
  const bodies: readonly JournalEntryBody[] = [
    {
      type: 'run-started',
      header: {
        id,
        startedAt: new Date(question.nowMs).toISOString(),
        purpose: 'halt-reset',
        mode: day.mode,
        symbol: day.instrument.symbol,
        session: formatDay(day.date),
        carried,
      },
    },
    { type: 'halt-reset', reason, ...reset },
    { type: 'run-ended', reason: 'halt reset between runs' },
  ];
  // a day that is over is reset at its end; `startedAt` tells when that really was
  const { start, end } = calendar.dayOn(day.date, day.date);
  const now = (question.nowMs - day.date * MS_PER_DAY) * NS_PER_MS;
  const ts = Math.max(start, Math.min(now, end));
  const journal = SqliteJournal.create(journalPath(day.logsFolder, id));
  for (const [index, body] of bodies.entries())
    journal.append({ sequence: index + 1, ts, body }, true);
  journal.close();
  return { state: 'reset', risk: toDailyRisk(day, settings, readDaySoFar(day)) };
}

/** The counters for a terminal. */
export function renderDailyRisk(risk: DailyRisk): string {
  const lines = [`${risk.mode} ${risk.symbol}, trading day ${risk.session}`, ''];
  if (risk.halts.length === 0) lines.push('not halted');
  for (const { code, reason, run, entry } of risk.halts)
    lines.push(`halted: ${code}: ${reason} (run ${run}, entry ${entry})`);
  const from = risk.lossFrom === 0 ? '' : `, counted from ${risk.lossFrom.toFixed(2)}`;
  lines.push(
    `round trips  ${risk.trades} of ${risk.tradesLimit}`,
    `orders       ${risk.orders} of ${risk.ordersLimit}`,
    `result       ${risk.result.toFixed(2)}, loss limit ${risk.lossLimit.toFixed(2)}${from}`,
    '',
  );
  if (risk.runs.length === 0) lines.push('no run of the day has left a journal');
  for (const { run, trades, orders, result, position } of risk.runs) {
    const open = position === 0 ? '' : `, position ${position} left`;
    lines.push(`run ${run}: ${trades} round trips, ${orders} orders, ${result.toFixed(2)}${open}`);
  }
  return `${lines.join('\n')}\n`;
}

function placeOf(question: DailyRiskQuestion): {
  readonly day: DayQuestion & { readonly mode: 'paper' | 'live' };
  readonly settings: ResolvedConfig;
  readonly calendar: TradingCalendar;
} {
  const { settings, mode, logsFolder, nowMs } = question;
  const entry = loadInstruments(configFolders(question.workingFolder)).likelyEntryOf(
    settings.config.symbol,
  );
  const { instrument } = entry;
  const calendar = new TradingCalendar(loadCalendar(instrument.calendar));
  const base = Math.floor(nowMs / MS_PER_DAY);
  const today = calendar.tradingDayOf(base, (nowMs - base * MS_PER_DAY) * NS_PER_MS);
  return {
    day: { logsFolder, mode, instrument, date: question.date ?? today },
    settings: settings.forInstrument(entry),
    calendar,
  };
}

function toDailyRisk(
  { mode, instrument, date }: DayQuestion & { readonly mode: 'paper' | 'live' },
  { config }: ResolvedConfig,
  { carried, shares }: DaySoFar,
): DailyRisk {
  const { risk } = config;
  return {
    mode,
    symbol: instrument.symbol,
    session: formatDay(date),
    halts: inRank(carried.halts).map(({ code, reason, run, sequence }) => ({
      code,
      reason,
      run,
      entry: sequence,
    })),
    trades: carried.trades,
    tradesLimit: risk.dailyTrades,
    orders: carried.orders,
    ordersLimit: risk.ordersPerSession,
    result: toDollars(carried.resultMicros),
    lossLimit: risk.dailyLossUsd,
    lossFrom: toDollars(carried.lossFromMicros),
    runs: shares.map(({ run, trades, orders, resultMicros, position }) => ({
      run,
      trades,
      orders,
      result: toDollars(resultMicros),
      position,
    })),
  };
}

/** The halt that counts, then the others. */
function inRank(halts: readonly StandingHalt[]): readonly StandingHalt[] {
  const ruling = rulingHaltOf(halts);
  return ruling === undefined ? [] : [ruling, ...halts.filter((halt) => halt !== ruling)];
}
