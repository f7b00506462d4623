import { DatabaseSync } from 'node:sqlite';
import { canonicalJson } from '../../domain/canonical-json.ts';
import { sha256Of } from '../../platform/sha256.ts';
import { CHAIN_START, linkDocument, linkEntry } from '../chain.ts';
import { CHAINED_VERSION, SCHEMA, schemaOf, versionOf } from './journal-schema.ts';

/** What was found of a journal. */
export type JournalVerdict =
  | {
      readonly state: 'whole';
      readonly entries: number;
      readonly documents: readonly string[];
      /** Hash of the last link, 64 hex digits: kept elsewhere, it also proves that nobody made another journal. */
      readonly chain: string;
    }
  | {
      readonly state: 'broken';
      /** Entries from the first on that are as they were written. */
      readonly trusted: number;
      /** The first place that is not: `entry 17 (order-submitted)`, `document result`, `the file`. */
      readonly place: string;
      readonly problem: string;
    }
  /** Written before entries were chained. */
  | { readonly state: 'unchained'; readonly entries: number };

/**
 * Reads every row of a journal and follows its chain; of one that is being written, what was committed. Bytes that hold no
 * row (free space inside the file) are not covered, nor is a journal that somebody made anew from the first row on.
 */
export function verifyJournal(path: string): JournalVerdict {
  let database: DatabaseSync | undefined;
  try {
    // whoever closes the file keeps it locked for a moment
    database = new DatabaseSync(path, { readOnly: true, timeout: 1000 });
    // one moment for all of it
    database.exec('begin');
    return verdictOn(database);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { state: 'broken', trusted: 0, place: 'the file', problem };
  } finally {
    database?.close();
  }
}

interface DocumentRow {
  readonly name: string;
  readonly body: string;
  readonly after: number;
  readonly chain: string;
}

function verdictOn(database: DatabaseSync): JournalVerdict {
  const pages = database.prepare('pragma integrity_check(1)').get()?.['integrity_check'];
  const broken = (trusted: number, place: string, problem: string) =>
    ({ state: 'broken', trusted, place, problem }) as const;
  const version = versionOf(database);
  if (version === 0 && !schemaOf(database).includes('chain')) {
    const count = database.prepare('select count(*) as count from entries').get()?.['count'];
    return { state: 'unchained', entries: Number(count) };
  }
  if (version !== CHAINED_VERSION) return broken(0, 'the file', `its version is ${version}`);
  if (schemaOf(database) !== SHIPPED_SCHEMA)
    return broken(0, 'the file', 'its tables or triggers were changed');

  const documents: DocumentRow[] = database
    .prepare('select name, body, after, chain from documents order by rowid')
    .all()
    .map((row) => ({
      name: String(row['name']),
      body: String(row['body']),
      after: Number(row['after']),
      chain: String(row['chain']),
    }));
  let chain = CHAIN_START;
  let trusted = 0;
  let linked = 0;
  let header = '';
  /** Follows the documents that were linked after the last entry; returns the first that is not as written. */
  const followDocuments = (): JournalVerdict | undefined => {
    for (let row = documents[linked]; row?.after === trusted; row = documents[linked]) {
      chain = linkDocument(sha256Of, chain, row);
      const place = `document ${row.name}`;
      if (chain !== row.chain) return broken(trusted, place, 'it is not as it was written');
      if (row.name === 'header' && row.body !== header)
        return broken(trusted, place, 'it is not the header of the first entry');
      linked++;
    }
    return undefined;
  };
  const rows = database.prepare(
    'select sequence, ts, type, body, chain from entries order by sequence',
  );
  for (const row of rows.iterate()) {
    const entry = {
      sequence: Number(row['sequence']),
      ts: Number(row['ts']),
      type: String(row['type']),
      body: String(row['body']),
    };
    const place = `entry ${trusted + 1}`;
    if (entry.sequence !== trusted + 1)
      return broken(trusted, place, `it is missing: entry ${entry.sequence} follows`);
    chain = linkEntry(sha256Of, chain, entry);
    if (chain !== String(row['chain'])) {
      const problem = 'it is not as it was written, or something before it was taken out or put in';
      return broken(trusted, `${place} (${entry.type})`, problem);
    }
    trusted++;
    if (entry.type === 'run-started') header = headerTextOf(entry.body);
    const problem = followDocuments();
    if (problem !== undefined) return problem;
  }
  const stray = documents[linked];
  if (stray !== undefined)
    return broken(trusted, `document ${stray.name}`, `entry ${stray.after}, its place, is missing`);
  const head = database.prepare('select sequence, chain from head').get();
  if (head === undefined && trusted > 0) return broken(trusted, 'the end', 'the chain has no head');
  if (head !== undefined && (Number(head['sequence']) !== trusted || head['chain'] !== chain)) {
    const problem = `entries or documents are missing: the chain ends after entry ${Number(head['sequence'])}`;
    return broken(trusted, 'the end', problem);
  }
  if (pages !== 'ok') return broken(trusted, 'the file', String(pages));
  return { state: 'whole', entries: trusted, documents: documents.map(({ name }) => name), chain };
}

function headerTextOf(body: string): string {
  const { header } = JSON.parse(body) as { readonly header: unknown };
  return canonicalJson(header);
}

/** The schema as SQLite tells it of a file that nobody has touched. */
const SHIPPED_SCHEMA = (() => {
  const database = new DatabaseSync(':memory:');
  database.exec(SCHEMA);
  const schema = schemaOf(database);
  database.close();
  return schema;
})();
