import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { readBarFile } from '../../adapters/bars/bar-file.ts';
import { barSessionsOf } from '../../adapters/bars/bar-sessions.ts';
import { TradingCalendar } from '../../domain/calendar.ts';
import { type DayNumber, formatDay } from '../../domain/time.ts';
import { FeedError } from '../../feeds/port.ts';
import { sha256OfFile } from '../../platform/sha256.ts';
import { recognizeFile } from '../recognize-file.ts';
import { instrumentOf, loadCalendar, openSessionFeed } from '../session-setup.ts';
import { addToHistory, historyPath, readHistory, type StoredSession } from './history-store.ts';
import { SessionTallies } from './session-tally.ts';

/** Which files are collected, and how they are to be understood. */
export interface HistoryQuestion {
  readonly files: readonly string[];
  /** Of files with several instruments, and of bars, which do not tell theirs. */
  readonly symbol: string | undefined;
  /** Whose volume bars have, as a run's data would call it: XNAS.ITCH. Of other files their own. */
  readonly dataset: string | undefined;
  readonly from: DayNumber | undefined;
  readonly to: DayNumber | undefined;
  readonly barStamp: 'start' | 'end' | undefined;
  /** Looks and tells, and stores nothing. */
  readonly isDryRun: boolean;
  readonly cacheFolder: string;
}

/** What a file gave. */
export interface CollectedFile {
  readonly file: string;
  readonly symbol: string;
  readonly dataset: string;
  readonly sessions: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly notes: readonly string[];
  readonly leftOut: readonly { readonly date: string; readonly why: string }[];
  /** Why nothing of it is used, where that is so. */
  readonly problem?: string;
}

/** The answer of `data history`. */
export interface HistoryAnswer {
  readonly collected: readonly CollectedFile[];
  /** What is known now, a symbol and dataset at a time. */
  readonly known: readonly {
    readonly symbol: string;
    readonly dataset: string;
    readonly sessions: number;
    readonly first: string;
    readonly last: string;
    readonly file: string;
  }[];
}

interface Gathered {
  readonly symbol: string;
  readonly report: CollectedFile;
  readonly sessions: readonly StoredSession[];
}

/**
 * Reads sessions' volume by minute from event files and minute bars, checks them, and keeps what is whole for RVOL_DAY.
 *
 * @throws {FeedError} If a file cannot be read, or does not tell what it must.
 */
export async function collectHistory(question: HistoryQuestion): Promise<HistoryAnswer> {
  const events: string[] = [];
  const gathered: Gathered[] = [];
  for (const file of question.files) {
    if (await isBarFile(file)) gathered.push(await gatherBars(file, question));
    else events.push(file);
  }
  gathered.push(...(await gatherEvents(events, question)));
  const symbols = new Set(gathered.map(({ symbol }) => symbol));
  if (!question.isDryRun) {
    for (const symbol of symbols) {
      const added = gathered
        .filter((each) => each.symbol === symbol)
        .flatMap(({ sessions }) => sessions);
      if (added.length > 0) await addToHistory(question.cacheFolder, symbol, added);
    }
  }
  return {
    collected: gathered.map(({ report }) => report),
    known: [...symbols].flatMap((symbol) => knownOf(question.cacheFolder, symbol)),
  };
}

/** What the store has of a symbol. */
export function knownOf(cacheFolder: string, symbol: string): HistoryAnswer['known'] {
  const stored = readHistory(cacheFolder, symbol);
  return [...Map.groupBy(stored, ({ dataset }) => dataset)].map(([dataset, sessions]) => ({
    symbol,
    dataset,
    sessions: sessions.length,
    first: formatDay(sessions[0]?.date ?? 0),
    last: formatDay(sessions.at(-1)?.date ?? 0),
    file: historyPath(cacheFolder, symbol),
  }));
}

/** Bars are CSV, plain or gzip, with an open and a close in the heading. */
async function isBarFile(path: string): Promise<boolean> {
  if (/\.csv\.gz$/i.test(path)) return true;
  if (!/\.csv$/i.test(path)) return false;
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw new FeedError(path, undefined, 'cannot be opened', { cause: error });
  });
  try {
    const head = Buffer.alloc(256);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    const [heading = ''] = head.toString('latin1', 0, bytesRead).split(/\r?\n/);
    return /\bopen\b.*\bclose\b/i.test(heading);
  } finally {
    await handle.close();
  }
}

async function gatherBars(file: string, question: HistoryQuestion): Promise<Gathered> {
  const { symbol, dataset, from, to, barStamp } = question;
  if (symbol === undefined || dataset === undefined) {
    throw new FeedError(
      file,
      undefined,
      'holds bars, which tell neither their symbol nor whose volume they count: name both with --symbol, and --dataset ' +
        'as the data of your runs call it (XNAS.ITCH, GLBX.MDP3, LOBSTER). Volume of all venues does not compare with one’s',
    );
  }
  const calendar = new TradingCalendar(
    loadCalendar(instrumentOf(symbol, dataset).instrument.calendar),
  );
  const read = barSessionsOf(await readBarFile(file), { calendar, from, to, stamp: barStamp });
  const sha256 = await sha256OfFile(file);
  const sessions =
    'problem' in read
      ? []
      : read.sessions.map(({ date, cumulative }) => ({
          date,
          dataset,
          cumulative,
          from: 'bars' as const,
          files: [{ name: basename(file), sha256 }],
        }));
  return {
    symbol,
    sessions,
    report: {
      file,
      symbol,
      dataset,
      ...spanOf(sessions),
      notes: read.notes,
      leftOut: read.leftOut,
      ...('problem' in read ? { problem: read.problem } : {}),
    },
  };
}

/** Event files of one symbol and dataset are taken together, in the order of their days: a session may lie in two of them. */
async function gatherEvents(
  files: readonly string[],
  question: HistoryQuestion,
): Promise<readonly Gathered[]> {
  const groups = new Map<string, EventGroup>();
  for (const file of files) {
    await recognizeFile(file);
    const sha256 = await sha256OfFile(file);
    const feed = await openSessionFeed([file], question.symbol);
    try {
      const { symbol, dataset, day, depth } = feed.description;
      const key = `${symbol} ${dataset}`;
      let group = groups.get(key);
      if (group === undefined) {
        const { instrument } = instrumentOf(symbol, dataset);
        const calendar = new TradingCalendar(loadCalendar(instrument.calendar));
        group = {
          symbol,
          dataset,
          tallies: new SessionTallies(calendar, depth === 'orders'),
          files: [],
        };
        groups.set(key, group);
      }
      // the same bytes again would count twice
      if (group.files.some((other) => other.sha256 === sha256)) continue;
      group.files.push({ name: basename(file), path: file, sha256 });
      const take = group.tallies.fileReader(day);
      for (let batch = await feed.next(); batch !== undefined; batch = await feed.next())
        take(batch);
    } finally {
      await feed.close();
    }
  }
  return [...groups.values()].map((group) => reportOf(group, question));
}

interface EventGroup {
  readonly symbol: string;
  readonly dataset: string;
  readonly tallies: SessionTallies;
  readonly files: { name: string; path: string; sha256: string }[];
}

function reportOf(group: EventGroup, { from, to }: HistoryQuestion): Gathered {
  const { symbol, dataset, tallies, files } = group;
  const met = tallies
    .sessions()
    .filter(({ date }) => (from === undefined || date >= from) && (to === undefined || date <= to));
  const sessions = met
    .filter(({ problem }) => problem === undefined)
    .map(({ date, cumulative }) => ({
      date,
      dataset,
      cumulative,
      from: 'events' as const,
      files: files.map(({ name, sha256 }) => ({ name, sha256 })),
    }));
  return {
    symbol,
    sessions,
    report: {
      file: files.map(({ path }) => path).join(', '),
      symbol,
      dataset,
      ...spanOf(sessions),
      notes: [],
      leftOut: met.flatMap(({ date, problem }) =>
        problem === undefined ? [] : [{ date: formatDay(date), why: problem }],
      ),
      ...(met.length === 0 ? { problem: 'has no event of any session' } : {}),
    },
  };
}

function spanOf(
  sessions: readonly StoredSession[],
): Pick<CollectedFile, 'sessions' | 'first' | 'last'> {
  const [first] = sessions;
  const last = sessions.at(-1);
  return {
    sessions: sessions.length,
    first: first === undefined ? null : formatDay(first.date),
    last: last === undefined ? null : formatDay(last.date),
  };
}
