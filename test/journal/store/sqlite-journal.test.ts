import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { findRun, journalPath, listRuns } from '../../../src/journal/store/run-index.ts';
import {
  readJournal,
  readResult,
  SqliteJournal,
} from '../../../src/journal/store/sqlite-journal.ts';
import { journalEntries } from '../../support/journal-entries.ts';
import { roundTrip, runResult } from '../../support/run-result.builder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function writeRun(logs: string, id: string, isFinished = true): string {
  const path = journalPath(logs, id);
  const journal = SqliteJournal.create(path);
  for (const entry of journalEntries(id)) journal.append(entry, false);
  if (isFinished) {
    const base = runResult();
    journal.storeResult(
      runResult({
        run: { ...base.run, id },
        trades: [roundTrip()],
        account: { ...base.account, netPl: 8.25 },
        halted: 'kill switch',
      }),
    );
  }
  journal.close();
  return path;
}

test('what was written is read back', () => {
  const path = writeRun(temporaryFolder(), 'r-1');
  expect(readJournal(path)).toEqual({
    header: { id: 'r-1', symbol: 'TSLA', seed: 7 },
    entries: journalEntries('r-1'),
    result: readResult(path),
  });
});

test('the run’s header and a durable entry can be read at once, with all before; others only later', () => {
  const path = join(temporaryFolder(), 'a', 'run.sqlite');
  const journal = SqliteJournal.create(path);
  const [header, first, second, third] = journalEntries('r-1');
  if (header === undefined || first === undefined || second === undefined || third === undefined)
    throw new Error('too few entries');
  const read = () => readJournal(path).entries;
  journal.append(header, false);
  const started = read();
  journal.append(first, false);
  const before = read();
  journal.append(second, true);
  const after = read();
  journal.append(third, false);
  const last = read();
  journal.close();
  expect([started, before, after, last, read()]).toEqual([
    [header],
    [header],
    [header, first, second],
    [header, first, second],
    [header, first, second, third],
  ]);
});

test('entries can be neither changed nor deleted', () => {
  const database = new DatabaseSync(writeRun(temporaryFolder(), 'r-1'));
  expect(() => database.exec("update entries set body = '{}'")).toThrow('append-only');
  expect(() => database.exec('delete from entries')).toThrow('append-only');
  database.close();
});

test('an entry out of sequence is refused', () => {
  const journal = SqliteJournal.create(join(temporaryFolder(), 'run.sqlite'));
  const [, second] = journalEntries('r-1');
  expect(() => second && journal.append(second, false)).toThrow('entry 2 does not follow 0');
  journal.close();
});

test('a journal is never written over', () => {
  const path = writeRun(temporaryFolder(), 'r-1');
  expect(() => SqliteJournal.create(path)).toThrow(`${path} cannot become a new journal`);
  expect(readJournal(path).entries).toEqual(journalEntries('r-1'));
});

test('a file that is no journal is named', () => {
  const folder = temporaryFolder({ 'x.sqlite': 'hello' });
  expect(() => readJournal(join(folder, 'x.sqlite'))).toThrow(/x\.sqlite is no readable journal/);
});

test('runs are listed with their outcome, those that cannot be read with the problem', () => {
  const logs = temporaryFolder({ 'journal/broken.sqlite': 'hello' });
  writeRun(logs, 'r-1');
  writeRun(logs, 'r-2', false);
  const listed = listRuns(logs).map((run) => [
    run.id,
    'summary' in run ? run.summary.outcome : 'problem',
  ]);
  expect(new Map(listed as [string, unknown][])).toEqual(
    new Map<string, unknown>([
      [
        'r-1',
        {
          run: { ...runResult().run, id: 'r-1' },
          events: 1000,
          trades: 1,
          netPl: 8.25,
          halted: 'kill switch',
        },
      ],
      ['r-2', undefined],
      ['broken', 'problem'],
    ]),
  );
});

test.for([
  ['b-20251015-1', 'b-20251015-1'],
  ['b-20251016', 'b-20251016-1'],
  ['b-2025', undefined],
  ['c', undefined],
] as const)('%s finds %s', ([text, id]) => {
  const logs = temporaryFolder();
  for (const run of ['b-20251015-1', 'b-20251015-12', 'b-20251016-1']) writeRun(logs, run);
  expect(findRun(logs, text)?.id).toBe(id);
});

test('a folder without runs has none', () => {
  expect(listRuns(temporaryFolder())).toEqual([]);
});
