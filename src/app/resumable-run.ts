import type { SessionTime } from '../domain/time.ts';
import { FeedError } from '../feeds/port.ts';
import { standingEntries } from '../journal/rewindable-journal.ts';
import { JournalLock } from '../journal/store/journal-lock.ts';
import { recordedRuns } from '../journal/store/run-index.ts';
import { readJournal, readSummary } from '../journal/store/sqlite-journal.ts';
import { verifyJournal } from '../journal/store/verify-journal.ts';

/** What a run must have begun with to be gone on with: members of its header, by name. */
export type ResumeKey = Readonly<
  Record<'mode' | 'symbol' | 'session', string> & {
    seed?: number;
    configSha256?: string;
    provider?: string;
    /** As it may be shown, of a run at a broker. */
    account?: string;
    /** `outside`: in a process of its own. */
    venue?: string | undefined;
  }
>;

/** A run that stopped before its end, as its journal tells it. */
export interface ResumableRun {
  readonly id: string;
  readonly path: string;
  readonly entries: number;
  /** The last moment that its journal knows. */
  readonly until: SessionTime;
  readonly position: number;
  /** Why trading was halted, if it was. */
  readonly halted: string | null;
}

/**
 * The latest run in the logs folder that began so and did not come to its end, and that no process is writing.
 *
 * @throws {FeedError} If its journal is not as it was written.
 */
export function findResumable(logsFolder: string, key: ResumeKey): ResumableRun | undefined {
  const run = recordedRuns(logsFolder).find(({ path }) => isStopped(path, key));
  if (run === undefined) return undefined;
  const verdict = verifyJournal(run.path);
  if (verdict.state !== 'whole') {
    throw new FeedError(
      run.path,
      undefined,
      `the run ${run.id} cannot be gone on with, its journal is not as it was written: fsd-tui journal verify ${run.id} tells where`,
    );
  }
  const entries = standingEntries(readJournal(run.path).entries);
  let position = 0;
  let halted: string | null = null;
  for (const { body } of entries) {
    if (body.type === 'position-changed') position = body.quantity;
    if (body.type === 'halted') halted = `${body.code}: ${body.reason}`;
    if (body.type === 'halt-reset') halted = null;
  }
  const until = entries.at(-1)?.ts ?? 0;
  return { id: run.id, path: run.path, entries: entries.length, until, position, halted };
}

function isStopped(path: string, key: ResumeKey): boolean {
  try {
    const { header, outcome } = readSummary(path);
    return (
      outcome === undefined &&
      header['venue'] === key.venue &&
      Object.entries(key).every(([name, value]) => header[name] === value) &&
      !JournalLock.isTaken(path)
    );
  } catch {
    // what cannot be read at all is listed by `runs`
    return false;
  }
}
