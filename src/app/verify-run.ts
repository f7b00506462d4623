import { existsSync } from 'node:fs';
import { findRun } from '../journal/store/run-index.ts';
import { type JournalVerdict, verifyJournal } from '../journal/store/verify-journal.ts';

/** A journal and what was found of it. */
export interface VerifiedJournal {
  readonly path: string;
  readonly verdict: JournalVerdict;
}

/** Verifies the journal that `text` names: a file, or a run's id, the beginning of one, or `last`; `undefined`: there is none. */
export function verifyRun(
  logsFolder: string,
  text: string,
  file: string,
): VerifiedJournal | undefined {
  const path = findRun(logsFolder, text)?.path ?? (existsSync(file) ? file : undefined);
  return path === undefined ? undefined : { path, verdict: verifyJournal(path) };
}
