import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type JournalSummary, readSummary } from './sqlite-journal.ts';

const ENDING = '.sqlite';

/** A run that left a journal. */
export interface RecordedRun {
  readonly id: string;
  readonly path: string;
  /** When the journal was last written to, in ms since 1970. */
  readonly modifiedMs: number;
}

/** A run with what `runs` shows; `problem` instead when its journal cannot be read. */
export type RunListing = RecordedRun &
  ({ readonly summary: JournalSummary } | { readonly problem: string });

/** Where the journal of a run lies: `LOGS/journal/RUN.sqlite`. */
export function journalPath(logsFolder: string, runId: string): string {
  return join(logsFolder, 'journal', `${runId}${ENDING}`);
}

/** All recorded runs, the latest first. */
export function recordedRuns(logsFolder: string): readonly RecordedRun[] {
  const folder = join(logsFolder, 'journal');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(ENDING))
    .map((name) => ({
      id: name.slice(0, -ENDING.length),
      path: join(folder, name),
      modifiedMs: statSync(join(folder, name)).mtimeMs,
    }))
    .sort((a, b) => b.modifiedMs - a.modifiedMs || (a.id < b.id ? 1 : -1));
}

/** The same with a summary each. */
export function listRuns(logsFolder: string): readonly RunListing[] {
  return recordedRuns(logsFolder).map((run) => {
    try {
      return { ...run, summary: readSummary(run.path) };
    } catch (error) {
      return { ...run, problem: error instanceof Error ? error.message : String(error) };
    }
  });
}

/** The run that `text` names: its id, the beginning of one id only, or `last`. */
export function findRun(logsFolder: string, text: string): RecordedRun | undefined {
  const runs = recordedRuns(logsFolder);
  if (text === 'last') return runs[0];
  const exact = runs.find((run) => run.id === text);
  if (exact !== undefined) return exact;
  const [only, ...others] = runs.filter((run) => run.id.startsWith(text));
  return others.length === 0 ? only : undefined;
}
