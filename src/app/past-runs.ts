import type { RunResult } from '../domain/run.ts';
import { findRun, listRuns, type RunListing } from '../journal/store/run-index.ts';
import { readResult } from '../journal/store/sqlite-journal.ts';

/** A line of `runs`. What a run that did not end cannot tell is `null`. */
export interface PastRun {
  readonly id: string;
  /** When its journal was last written to, ISO 8601. */
  readonly written: string;
  /** `reset`: no run, but a halt that was lifted between runs. */
  readonly state: 'finished' | 'unfinished' | 'unreadable' | 'reset';
  readonly mode: string | null;
  readonly symbol: string | null;
  readonly session: string | null;
  readonly events: number | null;
  readonly trades: number | null;
  readonly netPl: number | null;
  readonly halted: string | null;
}

/** All runs that left a journal in the logs folder, the latest first. */
export function pastRuns(logsFolder: string): readonly PastRun[] {
  return listRuns(logsFolder).map((listed) => {
    const outcome = 'summary' in listed ? listed.summary.outcome : undefined;
    const header = 'summary' in listed ? listed.summary.header : {};
    return {
      id: listed.id,
      written: new Date(listed.modifiedMs).toISOString(),
      state: stateOf(listed),
      mode: outcome?.run.mode ?? textOf(header['mode']),
      symbol: outcome?.run.symbol ?? textOf(header['symbol']),
      session: outcome?.run.session ?? textOf(header['session']),
      events: outcome?.events ?? null,
      trades: outcome?.trades ?? null,
      netPl: outcome?.netPl ?? null,
      halted: outcome?.halted ?? null,
    };
  });
}

/** The run that `text` names (its id, the beginning of one id, or `last`), with its result where it came to its end. */
export function findPastRun(
  logsFolder: string,
  text: string,
): { readonly id: string; readResult(): RunResult | undefined } | undefined {
  const run = findRun(logsFolder, text);
  return run === undefined ? undefined : { id: run.id, readResult: () => readResult(run.path) };
}

function stateOf(listed: RunListing): PastRun['state'] {
  if ('problem' in listed) return 'unreadable';
  const { header, outcome } = listed.summary;
  if (outcome !== undefined) return 'finished';
  return header['purpose'] === 'halt-reset' ? 'reset' : 'unfinished';
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
