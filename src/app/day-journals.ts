import type { Instrument } from '../domain/instrument.ts';
import { toDollars } from '../domain/money.ts';
import { type DayNumber, formatDay } from '../domain/time.ts';
import {
  carriedOf,
  type DaySoFar,
  daySoFar,
  type EarlierRun,
  haltsBefore,
  type RunShare,
} from '../engine/day-so-far.ts';
import type { Mode } from '../engine/protocol.ts';
import { JournalLock } from '../journal/store/journal-lock.ts';
import { type RecordedRun, recordedRuns } from '../journal/store/run-index.ts';
import { isUnwritten, readJournal, readSummary } from '../journal/store/sqlite-journal.ts';
import { verifyJournal } from '../journal/store/verify-journal.ts';
import { type CarriedDay, rulingHaltOf, type StandingHalt } from '../risk/carried-day.ts';

/** Which day of whose. Runs of another instrument or mode are no part of it. */
export interface DayQuestion {
  readonly logsFolder: string;
  readonly mode: Mode;
  readonly instrument: Instrument;
  readonly date: DayNumber;
}

/** A journal that may be of the trading day and cannot be read. The program ends with exit code 3. */
export class DayJournalError extends Error {
  override readonly name = 'DayJournalError';
}

/** A run of the asked instrument and mode, by its journal's header. */
interface KnownRun extends RecordedRun {
  readonly startedAt: string;
  readonly session: string;
}

/**
 * Whether a run begins with what earlier runs of its trading day leave. One that replays or makes up its market is a day of
 * its own: the same day may be played any number of times.
 */
export function carriesDay(mode: Mode): boolean {
  return mode === 'paper' || mode === 'live';
}

/**
 * What a trading day's runs have used up of its limits and which halts stand, read from their journals alone: of runs that came to
 * their end, that are still going, and that were killed.
 *
 * @throws {DayJournalError} If any journal in the folder is damaged: it might be of the day.
 */
export function readDaySoFar(question: DayQuestion): DaySoFar {
  const session = formatDay(question.date);
  const runs = knownRuns(question);
  const ofDay = runs.filter((run) => run.session === session).map(entriesOf);
  const [first] = ofDay;
  const before = first === undefined ? undefined : haltsBefore(first);
  return daySoFar(ofDay, before ?? lastingHalts(runs, question), question);
}

/**
 * The runs of the instrument and mode that a process is still writing.
 *
 * @throws {DayJournalError} As `readDaySoFar` does.
 */
export function goingRuns(question: DayQuestion): readonly string[] {
  return knownRuns(question)
    .filter(({ path }) => JournalLock.isTaken(path))
    .map(({ id }) => id);
}

/** What a recorded run counted on from, as its header tells it. */
export function readCarried(path: string): CarriedDay | undefined {
  return carriedOf(readSummary(path).header);
}

/** What stands of the trading days before: a halt for the daily loss has ended with its day, every other one lasts. */
function lastingHalts(
  runs: readonly KnownRun[],
  { date, instrument }: DayQuestion,
): readonly StandingHalt[] {
  const day = formatDay(date);
  const latest = runs.map(({ session }) => session).filter((session) => session < day);
  const session = latest.sort().at(-1);
  const ofDay = runs.filter((run) => run.session === session).map(entriesOf);
  const [first] = ofDay;
  if (first === undefined) return [];
  const { halts } = daySoFar(ofDay, haltsBefore(first) ?? [], { date, instrument }).carried;
  return halts.filter(({ code }) => code !== 'DAILY_LOSS');
}

/** In the order begun. */
function knownRuns({ logsFolder, mode, instrument }: DayQuestion): readonly KnownRun[] {
  const known: KnownRun[] = [];
  const problems: string[] = [];
  for (const run of recordedRuns(logsFolder)) {
    try {
      if (isUnwritten(run.path)) continue;
      const { header } = readSummary(run.path);
      const { startedAt, session } = header;
      if (typeof session !== 'string' || typeof startedAt !== 'string')
        throw new Error(`${run.path} has no header that tells its day`);
      if (header['mode'] === mode && header['symbol'] === instrument.symbol)
        known.push({ ...run, startedAt, session });
    } catch (error) {
      problems.push(problemOf(error));
    }
  }
  if (problems.length > 0) throw damaged(problems);
  return known.sort((a, b) => compare(a.startedAt, b.startedAt) || compare(a.id, b.id));
}

function entriesOf({ id, path }: KnownRun): EarlierRun {
  try {
    const verdict = verifyJournal(path);
    if (verdict.state === 'broken')
      throw new Error(`${path} is not as it was written: ${verdict.place}, ${verdict.problem}`);
    const { entries } = readJournal(path);
    const isWhole = entries.every(({ sequence }, index) => sequence === index + 1);
    if (!isWhole || entries[0]?.body.type !== 'run-started')
      throw new Error(`${path} lacks entries`);
    return { id, entries };
  } catch (error) {
    throw damaged([problemOf(error)]);
  }
}

function damaged(problems: readonly string[]): DayJournalError {
  return new DayJournalError(
    [
      'what the trading day has used up of its limits is not known:',
      ...problems.map((problem) => `  ${problem}`),
      'Compare with the broker what these runs did, then restore the files or move them out of the folder.',
    ].join('\n'),
  );
}

function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** What a report says above itself of a day that did not begin with its run. */
export function carriedWarnings(
  carried: CarriedDay,
  shares: readonly RunShare[],
): readonly string[] {
  const warnings: string[] = [];
  const { runs, trades, resultMicros, halts } = carried;
  if (runs.length > 0) {
    warnings.push(
      `the day goes on from ${runs.length} earlier ${runs.length === 1 ? 'run' : 'runs'}: ${trades} round trips opened, result ${toDollars(resultMicros).toFixed(2)}`,
    );
  }
  const halt = rulingHaltOf(halts);
  if (halt !== undefined)
    warnings.push(
      `trading was halted at the start: ${halt.code}: ${halt.reason} (run ${halt.run})`,
    );
  for (const { run, position } of shares) {
    if (position !== 0)
      warnings.push(
        `the earlier run ${run} ended with a position of ${position}: its open result is not counted`,
      );
  }
  return warnings;
}
