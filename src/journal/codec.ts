import { canonicalJson } from '../domain/canonical-json.ts';
import type { JournalEntry, JournalEntryBody } from './entry.ts';

/**
 * Members of a `run-started` header that tell of the wall clock or of the machine, and so take no part in the
 * journal's hash. `id` is among them: a run's id may hold the time it was started at; so is `venue`, the process that the
 * simulated exchange is in.
 */
export const CIRCUMSTANCES = ['id', 'startedAt', 'environment', 'venue'] as const;

/** An entry's body as text: canonical JSON, so that the same run writes the same bytes. */
export function encodeBody(body: JournalEntryBody): string {
  return canonicalJson(body);
}

/** Reads an entry back. The body was written by `encodeBody`; its type is trusted. */
export function decodeEntry(sequence: number, ts: number, body: string): JournalEntry {
  return { sequence, ts, body: JSON.parse(body) as JournalEntryBody };
}

/** What of an entry is hashed: one line. The run's id, wherever it stands, counts as `<run>`. */
export function hashedLine(entry: JournalEntry, runId: string): string {
  const line = `${entry.sequence} ${entry.ts} ${encodeBody(withoutCircumstances(entry.body))}\n`;
  return line.includes(runId) ? line.replaceAll(runId, '<run>') : line;
}

function withoutCircumstances(body: JournalEntryBody): JournalEntryBody {
  if (body.type !== 'run-started') return body;
  const header: Record<string, unknown> = { ...body.header };
  for (const name of CIRCUMSTANCES) delete header[name];
  return { ...body, header };
}
