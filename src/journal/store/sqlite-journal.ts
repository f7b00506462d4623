import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { canonicalJson } from '../../domain/canonical-json.ts';
import type { RunResult } from '../../domain/run.ts';
import { decodeEntry, encodeBody } from '../codec.ts';
import type { Journal, JournalEntry } from '../entry.ts';

const SCHEMA = `
create table entries (sequence integer primary key, ts integer not null, type text not null, body text not null) strict;
create table documents (name text primary key, body text not null) strict;
create trigger entries_keep before update on entries begin select raise(abort, 'the journal is append-only'); end;
create trigger entries_stay before delete on entries begin select raise(abort, 'the journal is append-only'); end;
`;

/** Entries that nothing outside depends on go in transactions of this many. */
const BATCH = 4096;

/**
 * A run's journal as an SQLite file in WAL mode. A durable entry, and all before it, is on the disk when `append`
 * returns; others are after at most 4,096, `flush` or `close`.
 */
export class SqliteJournal implements Journal {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  #lastSequence = 0;
  #uncommitted = 0;

  private constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare(
      'insert into entries (sequence, ts, type, body) values (?, ?, ?, ?)',
    );
  }

  /**
   * Creates the file and its folder.
   *
   * @throws {Error} If the file exists: a journal is never written over.
   */
  static create(path: string): SqliteJournal {
    mkdirSync(dirname(path), { recursive: true });
    const database = new DatabaseSync(path);
    database.exec('pragma journal_mode = wal; pragma synchronous = full;');
    try {
      database.exec(`begin; ${SCHEMA} commit;`);
    } catch (error) {
      database.close();
      throw new Error(`${path} cannot become a new journal`, { cause: error });
    }
    return new SqliteJournal(database);
  }

  /** @throws {RangeError} If the sequence does not follow on the last one. */
  append(entry: JournalEntry, durable: boolean): void {
    const { sequence, ts, body } = entry;
    if (sequence !== this.#lastSequence + 1) {
      throw new RangeError(`journal entry ${sequence} does not follow ${this.#lastSequence}`);
    }
    if (this.#uncommitted === 0) this.#database.exec('begin');
    this.#insert.run(sequence, ts, body.type, encodeBody(body));
    this.#lastSequence = sequence;
    this.#uncommitted += 1;
    const isFirst = body.type === 'run-started';
    if (isFirst) this.#store('header', canonicalJson(body.header));
    // what a run was is on the disk from its beginning, however it ends
    if (durable || isFirst || this.#uncommitted >= BATCH) this.flush();
  }

  /** Keeps the finished run's result beside the entries, so that its report can be printed again. */
  storeResult(result: RunResult): void {
    this.flush();
    this.#store('result', JSON.stringify(result));
  }

  /** Keeps a text under its SHA-256, once: what decisions name by its hash alone. */
  keepText(sha256: string, text: string): void {
    this.#database
      .prepare('insert or ignore into documents (name, body) values (?, ?)')
      .run(textName(sha256), text);
  }

  flush(): void {
    if (this.#uncommitted === 0) return;
    this.#database.exec('commit');
    this.#uncommitted = 0;
  }

  close(): void {
    this.flush();
    this.#database.close();
  }

  #store(name: string, body: string): void {
    this.#database
      .prepare('insert or replace into documents (name, body) values (?, ?)')
      .run(name, body);
  }
}

/** A journal read back: `result` is there when the run came to its end. */
export interface StoredJournal {
  readonly header: Readonly<Record<string, unknown>>;
  readonly entries: readonly JournalEntry[];
  readonly result: RunResult | undefined;
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
  }));
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
    database = new DatabaseSync(path, { readOnly: true });
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
