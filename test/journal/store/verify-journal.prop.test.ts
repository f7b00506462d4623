import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SqliteJournal } from '../../../src/journal/store/sqlite-journal.ts';
import { verifyJournal } from '../../../src/journal/store/verify-journal.ts';
import { journalEntries } from '../../support/journal-entries.ts';
import { runResult } from '../../support/run-result.builder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const entries = journalEntries('r-1');
const COUNT = entries.length;

function finishedJournal(folder: string): string {
  const path = join(folder, 'whole.sqlite');
  const journal = SqliteJournal.create(path);
  for (const entry of entries) journal.append(entry, entry.sequence % 2 === 0);
  journal.storeResult(runResult());
  journal.close();
  return path;
}

/** The journal after somebody's statements; the triggers, which anybody can drop, are put back. */
function verdictAfter(whole: string, statements: string, ...values: (string | number)[]) {
  const path = `${whole}-changed`;
  copyFileSync(whole, path);
  const database = new DatabaseSync(path);
  const triggers = database.prepare("select name, sql from sqlite_schema where type = 'trigger'");
  const dropped = triggers.all().map(({ name, sql }) => ({ name: String(name), sql: String(sql) }));
  for (const { name } of dropped) database.exec(`drop trigger ${name}`);
  const { changes } = database.prepare(statements).run(...values);
  for (const { sql } of dropped) database.exec(sql);
  database.close();
  return { changes: Number(changes), verdict: verifyJournal(path) };
}

test('a journal that nobody touched is whole, with all its entries and documents', () => {
  const verdict = verifyJournal(finishedJournal(temporaryFolder()));
  expect(verdict).toMatchObject({
    state: 'whole',
    entries: COUNT,
    documents: ['header', 'result'],
  });
});

test('any character of any entry or document that is changed is found at its place', () => {
  const whole = finishedJournal(temporaryFolder());
  const place = fc.oneof(
    fc.record({
      table: fc.constant('entries'),
      row: fc.integer({ min: 1, max: COUNT }).map(String),
      column: fc.constantFrom('ts', 'type', 'body', 'chain'),
    }),
    fc.record({
      table: fc.constant('documents'),
      row: fc.constantFrom('header', 'result'),
      column: fc.constantFrom('name', 'body', 'after', 'chain'),
    }),
  );
  fc.assert(
    fc.property(place, fc.nat(), ({ table, row, column }, at) => {
      const key = table === 'entries' ? 'sequence' : 'name';
      const isNumber = column === 'ts' || column === 'after';
      // one character at a random place becomes another one
      const changed = isNumber
        ? `${column} + ${1 + (at % 1000)}`
        : `substr(${column}, 1, ${at} % length(${column})) ||
           iif(substr(${column}, ${at} % length(${column}) + 1, 1) = '7', '8', '7') ||
           substr(${column}, ${at} % length(${column}) + 2)`;
      const { changes, verdict } = verdictAfter(
        whole,
        `update ${table} set ${column} = ${changed} where ${key} = ?`,
        row,
      );
      expect(changes).toBe(1);
      expect(verdict.state).toBe('broken');
      if (verdict.state !== 'broken') return;
      if (table === 'entries') {
        expect(verdict.trusted).toBe(Number(row) - 1);
        expect(verdict.place).toMatch(new RegExp(`^entry ${row} `));
      } else {
        expect(verdict.place).toMatch(/^document |^entry 2 /);
      }
    }),
    { numRuns: 60, seed: 5 },
  );
});

test.for([
  ['an entry taken out', 'delete from entries where sequence = 3', 'entry 3', 2],
  ['the last entries taken out', 'delete from entries where sequence > 5', 'document result', 5],
  ['the first entry taken out', 'delete from entries where sequence = 1', 'entry 1', 0],
  ['all entries taken out', 'delete from entries', 'document header', 0],
  ['the result taken out', "delete from documents where name = 'result'", 'the end', COUNT],
  ['the head taken out', 'delete from head', 'the end', COUNT],
  [
    'an entry put in at the end',
    `insert into entries select ${COUNT + 1}, ts, type, body, chain from entries where sequence = 2`,
    `entry ${COUNT + 1} (decision)`,
    COUNT,
  ],
  [
    'a document put in',
    `insert into documents select 'more', body, 2, chain from documents where name = 'header'`,
    'document more',
    COUNT,
  ],
  [
    'an entry moved to another place',
    'update entries set sequence = -4 where sequence = 4',
    'entry 1',
    0,
  ],
] as const)('%s is found', ([, statement, place, trusted]) => {
  const whole = finishedJournal(temporaryFolder());
  const { changes, verdict } = verdictAfter(whole, statement);
  expect(changes).toBeGreaterThan(0);
  expect(verdict).toMatchObject({ state: 'broken', place, trusted });
});

test('a table or a trigger that was changed is found, and a file that is no journal', () => {
  const folder = temporaryFolder({ 'x.sqlite': 'hello' });
  const path = finishedJournal(folder);
  const database = new DatabaseSync(path);
  database.exec('drop trigger entries_keep');
  database.close();
  expect(verifyJournal(path)).toMatchObject({
    state: 'broken',
    place: 'the file',
    problem: 'its tables or triggers were changed',
  });
  expect(verifyJournal(join(folder, 'x.sqlite'))).toMatchObject({ state: 'broken', trusted: 0 });
});

test('a journal from before entries were chained is told apart from a broken one', () => {
  const path = join(temporaryFolder(), 'old.sqlite');
  const database = new DatabaseSync(path);
  database.exec(`
    create table entries (sequence integer primary key, ts integer not null, type text not null, body text not null) strict;
    insert into entries values (1, 1, 'run-ended', '{}');
  `);
  database.close();
  expect(verifyJournal(path)).toEqual({ state: 'unchained', entries: 1 });
});
