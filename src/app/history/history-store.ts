import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { canonicalJson } from '../../domain/canonical-json.ts';
import { type SessionVolume, sessionsBefore } from '../../domain/session-volume.ts';
import { type DayNumber, formatDay, parseDay } from '../../domain/time.ts';
import { FeedError } from '../../feeds/port.ts';
import { createAtomicFile } from '../../platform/atomic-file.ts';
import { readJsonFile } from '../../platform/json-file.ts';
import { sha256Of } from '../../platform/sha256.ts';

/** A session of the store, with where it comes from. */
export interface StoredSession extends SessionVolume {
  readonly from: 'events' | 'bars';
  /** Name and SHA-256 of each file that it was read from. */
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
}

/** What a run knows of earlier sessions. */
export interface KnownHistory {
  readonly sessions: readonly SessionVolume[];
  /** For the run's header; `null` where none is known. */
  readonly header: {
    readonly sessions: number;
    readonly first: string;
    readonly last: string;
    /** Of the canonical JSON of dates and volumes: equal for equal sessions, however they were collected. */
    readonly sha256: string;
  } | null;
}

const FORMAT = 'fsd-tui volume history 1';
const AGAIN = 'delete it and collect it again with `fsd-tui data history FILE…`';

/** The file of a symbol in the cache folder. */
export function historyPath(cacheFolder: string, symbol: string): string {
  return join(cacheFolder, 'history', `${encodeURIComponent(symbol)}.json`);
}

/**
 * Every session known of a symbol, by date; none where there is no file.
 *
 * @throws {FeedError} If the file is not what was written.
 */
export function readHistory(cacheFolder: string, symbol: string): readonly StoredSession[] {
  const path = historyPath(cacheFolder, symbol);
  const file = readJsonFile(path);
  if ('problem' in file) {
    if (file.problem === 'no such file') return [];
    throw new FeedError(
      path,
      undefined,
      `the volume history cannot be read (${file.problem}): ${AGAIN}`,
    );
  }
  const { sha256, ...content } = file.json as Record<string, unknown>;
  if (content['format'] !== FORMAT || sha256 !== sha256Of(canonicalJson(content))) {
    throw new FeedError(path, undefined, `the volume history was damaged or changed: ${AGAIN}`);
  }
  // the checksum says that it is what `writeHistory` wrote
  return (content['sessions'] as readonly WrittenSession[]).map(({ date, ...session }) => ({
    ...session,
    date: parseDay(date) ?? Number.NaN,
  }));
}

/** Adds sessions to a symbol's file; of the same date and dataset the new one stays. Returns all of them. */
export async function addToHistory(
  cacheFolder: string,
  symbol: string,
  added: readonly StoredSession[],
): Promise<readonly StoredSession[]> {
  const keyOf = ({ date, dataset }: SessionVolume): string => `${date} ${dataset}`;
  const merged = new Map<string, StoredSession>();
  for (const session of [...readHistory(cacheFolder, symbol), ...added]) {
    merged.set(keyOf(session), session);
  }
  const sessions = [...merged.values()].toSorted(
    (a, b) => a.date - b.date || (a.dataset < b.dataset ? -1 : 1),
  );
  const content = {
    format: FORMAT,
    symbol,
    sessions: sessions.map((session) => ({ ...session, date: formatDay(session.date) })),
  };
  const path = historyPath(cacheFolder, symbol);
  await mkdir(dirname(path), { recursive: true });
  const file = await createAtomicFile(path);
  const text = JSON.stringify({ ...content, sha256: sha256Of(canonicalJson(content)) });
  await file.write(new TextEncoder().encode(`${text}\n`));
  await file.commit();
  return sessions;
}

/** What a run of `day` may know: of its own dataset, before its day, the latest `most`. */
export function knownHistory(
  stored: readonly StoredSession[],
  dataset: string,
  day: DayNumber,
  most: number,
): KnownHistory {
  const sessions = sessionsBefore(stored, dataset, day, most);
  const [first] = sessions;
  const last = sessions.at(-1);
  if (first === undefined || last === undefined) return { sessions, header: null };
  const volumes = sessions.map(({ date, cumulative }) => ({ date: formatDay(date), cumulative }));
  return {
    sessions,
    header: {
      sessions: sessions.length,
      first: formatDay(first.date),
      last: formatDay(last.date),
      sha256: sha256Of(canonicalJson(volumes)),
    },
  };
}

type WrittenSession = Omit<StoredSession, 'date'> & { readonly date: string };
