import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { canonicalJson } from '../../domain/canonical-json.ts';
import type { RunResult } from '../../domain/run.ts';
import { faultPoint } from '../../platform/fault-point.ts';
import { sha256Of } from '../../platform/sha256.ts';
import { CHAIN_START, linkDocument, linkEntry } from '../chain.ts';
import { decodeEntry, encodeBody } from '../codec.ts';
import type { Journal, JournalEntry } from '../entry.ts';
import { JournalError } from '../journal-error.ts';
import { JournalLock } from './journal-lock.ts';
import { CHAINED_VERSION, SCHEMA, versionOf } from './journal-schema.ts';

/** Entries that nothing outside depends on go in transactions of this many, or of what came in so much wall time. */
const BATCH = 4096;
const BATCH_MS = 1000;
/** How long a reader or a backup may keep us from writing, and a writer that closes the file a reader. */
const BUSY_MS = 1000;

/** What waits for the next transaction. */
type Row =
  | {
      readonly kind: 'entry';
      readonly sequence: number;
      readonly ts: number;
      readonly type: string;
      readonly body: string;
    }
  | { readonly kind: 'document'; readonly name: string; readonly body: string };

/**
 * A run's journal as an SQLite file in WAL mode with `synchronous = full`, its rows chained (`journal/chain.ts`).
 *
 * What is guaranteed at a kill and at a power cut: a durable entry, and every one before it, is there again once `append`
 * has returned. SQLite then has written the transaction's pages to the write-ahead log and waited for `fsync` (in WAL mode
 * `full` syncs the log at every commit; `normal` only at checkpoints, and would lose the last commits). A reader takes the log
 * up to the last commit whose pages have the right checksum: a transaction that was cut off half written is not there at all, and
 * none is there without those before it. SQLite syncs the folder of a new log; that of a new journal, and its parent, are synced
 * here. Entries that are not durable are there after at most 4,096, with the first that comes a second later, by `flushOverdue`, `flush` or
 * `close`; before, a kill loses the latest of them, never one in the middle. This rests on a disk and a file system that keep what `fsync` promised.
 *
 * What cannot be written (a full or read-only disk) is kept, in order, and tried again with the next durable entry or `flush`.
 */
export class SqliteJournal implements Journal {
  readonly #database: DatabaseSync;
  readonly #insertEntry: StatementSync;
  readonly #insertDocument: StatementSync;
  readonly #setHead: StatementSync;
  readonly #path: string;
  readonly #lock: JournalLock;
  /** As stored, and with what waits. */
  #stored: { readonly sequence: number; readonly chain: string };
  #lastSequence: number;
  #pending: Row[] = [];
  /** Names of the texts kept. */
  readonly #kept = new Set<string>();
  #lastTryMs = performance.now();

  private constructor(
    path: string,
    database: DatabaseSync,
    lock: JournalLock,
    stored: { readonly sequence: number; readonly chain: string },
  ) {
    this.#path = path;
    this.#lock = lock;
    this.#database = database;
    this.#stored = stored;
    this.#lastSequence = stored.sequence;
    const texts = database.prepare("select name from documents where name like 'text:%'");
    for (const row of texts.all()) this.#kept.add(String(row['name']));
    this.#insertEntry = database.prepare(
      'insert into entries (sequence, ts, type, body, chain) values (?, ?, ?, ?, ?)',
    );
    this.#insertDocument = database.prepare(
      'insert into documents (name, body, after, chain) values (?, ?, ?, ?)',
    );
    this.#setHead = database.prepare(
      'insert into head (only, sequence, chain) values (1, ?, ?) on conflict (only) do update set sequence = excluded.sequence, chain = excluded.chain',
    );
  }

  /**
   * Creates the file and its folder.
   *
   * @throws {JournalError} If the file exists, as a journal is never written over, or cannot be made.
   */
  static create(path: string): SqliteJournal {
    let database: DatabaseSync | undefined;
    let lock: JournalLock | undefined;
    try {
      const firstNew = mkdirSync(dirname(path), { recursive: true });
      lock = JournalLock.take(path);
      database = openForWriting(path);
      database.exec(`begin; ${SCHEMA} pragma user_version = ${CHAINED_VERSION}; commit;`);
      syncFolder(dirname(path));
      if (firstNew !== undefined) syncFolder(dirname(firstNew));
      return new SqliteJournal(path, database, lock, { sequence: 0, chain: CHAIN_START });
    } catch (error) {
      database?.close();
      lock?.release();
      throw new JournalError(`${path} cannot become a new journal: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }

  /**
   * Opens a journal to go on with it, after its last entry. Verify it before: its rows are trusted here.
   *
   * @throws {JournalError} If there is none, it cannot be written, it comes from before entries were chained, or the process that
   * writes it is still there.
   */
  static reopen(path: string): SqliteJournal {
    if (!existsSync(path)) throw new JournalError(`there is no journal ${path}`);
    let database: DatabaseSync | undefined;
    let lock: JournalLock | undefined;
    try {
      lock = JournalLock.take(path);
      database = openForWriting(path);
      if (versionOf(database) !== CHAINED_VERSION)
        throw new Error('it was written by an older version of the program');
      const head = database.prepare('select sequence, chain from head').get();
      const stored =
        head === undefined
          ? { sequence: 0, chain: CHAIN_START }
          : { sequence: Number(head['sequence']), chain: String(head['chain']) };
      return new SqliteJournal(path, database, lock, stored);
    } catch (error) {
      database?.close();
      lock?.release();
      throw new JournalError(`${path} cannot be gone on with: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }

  /** Entries so far, those that wait to be written among them. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  /**
   * @throws {RangeError} If the sequence does not follow on the last one.
   * @throws {JournalError} If it cannot be written now; the entry is kept, and no later one is written before it.
   */
  append(entry: JournalEntry, durable: boolean): void {
    const { sequence, ts, body } = entry;
    if (sequence !== this.#lastSequence + 1) {
      throw new RangeError(`journal entry ${sequence} does not follow ${this.#lastSequence}`);
    }
    this.#pending.push({ kind: 'entry', sequence, ts, type: body.type, body: encodeBody(body) });
    this.#lastSequence = sequence;
    const isFirst = body.type === 'run-started';
    if (isFirst)
      this.#pending.push({ kind: 'document', name: 'header', body: canonicalJson(body.header) });
    // what a run was is on the disk from its beginning, however it ends
    const isLong = this.#pending.length % BATCH === 0;
    if (durable || isFirst || isLong) this.flush();
    else this.flushOverdue();
  }

  /**
   * Writes what waits if nothing was written for a second. Returns whether nothing waits any more.
   *
   * @throws {JournalError} As `flush` does.
   */
  flushOverdue(): boolean {
    if (this.#pending.length > 0 && performance.now() - this.#lastTryMs >= BATCH_MS) this.flush();
    return this.#pending.length === 0;
  }

  /**
   * Keeps the finished run's result beside the entries, so that its report can be printed again.
   *
   * @throws {JournalError} As `flush` does.
   */
  storeResult(result: RunResult): void {
    this.#pending.push({ kind: 'document', name: 'result', body: JSON.stringify(result) });
    this.flush();
  }

  /** Keeps a text under its SHA-256, once: what decisions name by its hash alone. It is there with the next transaction. */
  keepText(sha256: string, text: string): void {
    const name = textName(sha256);
    if (this.#kept.has(name)) return;
    this.#kept.add(name);
    this.#pending.push({ kind: 'document', name, body: text });
  }

  /**
   * Notes beside the entries that another process goes on with them from here.
   *
   * @throws {JournalError} As `flush` does.
   */
  noteResumed(at: string): void {
    const earlier = this.#database.prepare(
      "select name from documents where name like 'resumed-%'",
    );
    const body = canonicalJson({ at, entries: this.#lastSequence });
    const name = `resumed-${earlier.all().length + 1}`;
    this.#pending.push({ kind: 'document', name, body });
    this.flush();
  }

  /** @throws {JournalError} If it cannot be written. */
  flush(): void {
    if (this.#pending.length === 0) return;
    this.#lastTryMs = performance.now();
    const database = this.#database;
    let { sequence, chain } = this.#stored;
    try {
      faultPoint('journal: before a transaction');
      database.exec('begin immediate');
      for (const row of this.#pending) {
        if (row.kind === 'entry') {
          chain = linkEntry(sha256Of, chain, row);
          this.#insertEntry.run(row.sequence, row.ts, row.type, row.body, chain);
          sequence = row.sequence;
        } else {
          chain = linkDocument(sha256Of, chain, row);
          this.#insertDocument.run(row.name, row.body, sequence, chain);
        }
        faultPoint('journal: inside a transaction');
      }
      this.#setHead.run(sequence, chain);
      faultPoint('journal: before a commit');
      database.exec('commit');
    } catch (error) {
      // a full disk may have rolled back already
      if (database.isTransaction) database.exec('rollback');
      throw new JournalError(`${this.#path} cannot be written: ${reasonOf(error)}`, {
        cause: error,
      });
    }
    this.#pending = [];
    this.#stored = { sequence, chain };
    faultPoint('journal: after a commit');
  }

  /** Writes what waits and closes the file, whether or not it could be written. */
  close(): void {
    try {
      this.flush();
    } finally {
      this.#database.close();
      this.#lock.release();
    }
  }
}

function openForWriting(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    database.exec('pragma journal_mode = wal; pragma synchronous = full;');
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** A new name in a folder is on the disk once the folder is. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** SQLite's primary result codes that have a remedy, in words. */
const REASONS: Readonly<Record<number, string>> = {
  5: 'another program keeps it locked',
  8: 'it is read-only',
  10: 'the disk refuses it',
  13: 'the disk is full',
  14: 'it cannot be opened; is its folder there, and may it be written to?',
};

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const code = (error as { readonly errcode?: unknown }).errcode;
  const reason = typeof code === 'number' ? REASONS[code & 0xff] : undefined;
  return reason === undefined ? text : `${reason} (${text})`;
}

/** A journal read back: `result` is there when the run came to its end. */
export interface StoredJournal {
  readonly header: Readonly<Record<string, unknown>>;
  readonly entries: readonly JournalEntry[];
  readonly result: RunResult | undefined;
  /** After how many entries another process went on with it, each time. */
  readonly resumedAfter: readonly number[];
}

/** Reads a whole journal; of a run that is still going, or was killed, what was committed. */
export function readJournal(path: string): StoredJournal {
  return withJournal(path, (database) => ({
    header: readDocument(database, 'header') ?? {},
    entries: database
      .prepare('select sequence, ts, body from entries order by sequence')
      .all()
      .map((row) => decodeEntry(Number(row['sequence']), Number(row['ts']), String(row['body']))),
    result: readDocument<RunResult>(database, 'result'),
    resumedAfter: database
      .prepare("select after from documents where name like 'resumed-%' order by rowid")
      .all()
      .map((row) => Number(row['after'])),
  }));
}

/** True of a file that a run was killed in before it had written anything: nothing was sent either. */
export function isUnwritten(path: string): boolean {
  return withJournal(path, (database) => {
    const tables = database.prepare(
      "select count(*) as count from sqlite_master where type = 'table'",
    );
    if (Number(tables.get()?.['count']) === 0) return true;
    const entries = database.prepare('select count(*) as count from entries');
    return Number(entries.get()?.['count']) === 0;
  });
}

/** A text that the run kept under its SHA-256; `undefined` where it kept none. */
export function readKeptText(path: string, sha256: string): string | undefined {
  return withJournal(path, (database) => {
    const row = database.prepare('select body from documents where name = ?').get(textName(sha256));
    return row === undefined ? undefined : String(row['body']);
  });
}

function textName(sha256: string): string {
  return `text:${sha256}`;
}

/** The stored result of a run, without its entries; `undefined` of a run that did not come to its end. */
export function readResult(path: string): RunResult | undefined {
  return withJournal(path, (database) => readDocument<RunResult>(database, 'result'));
}

/** What `runs` lists of a journal. */
export interface JournalSummary {
  readonly header: Readonly<Record<string, unknown>>;
  /** `undefined` of a run that did not come to its end. */
  readonly outcome:
    | {
        readonly run: RunResult['run'];
        readonly events: number;
        readonly trades: number;
        readonly netPl: number;
        readonly halted: string | null;
      }
    | undefined;
}

export function readSummary(path: string): JournalSummary {
  return withJournal(path, (database) => {
    const row = database
      .prepare(
        `select body ->> '$.run' as run, body ->> '$.events.count' as events, body ->> '$.account.netPl' as netPl,
                body ->> '$.halted' as halted, json_array_length(body, '$.trades') as trades
         from documents where name = 'result'`,
      )
      .get();
    return {
      header: readDocument(database, 'header') ?? {},
      outcome:
        row === undefined
          ? undefined
          : {
              run: JSON.parse(String(row['run'])) as RunResult['run'],
              events: Number(row['events']),
              trades: Number(row['trades']),
              netPl: Number(row['netPl']),
              halted: row['halted'] === null ? null : String(row['halted']),
            },
    };
  });
}

function withJournal<Value>(path: string, read: (database: DatabaseSync) => Value): Value {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
    return read(database);
  } catch (error) {
    throw new Error(`${path} is no readable journal`, { cause: error });
  } finally {
    database?.close();
  }
}

function readDocument<Value = Readonly<Record<string, unknown>>>(
  database: DatabaseSync,
  name: string,
): Value | undefined {
  const row = database.prepare('select body from documents where name = ?').get(name);
  return row === undefined ? undefined : (JSON.parse(String(row['body'])) as Value);
}
