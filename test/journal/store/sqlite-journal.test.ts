import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import { JournalError } from '../../../src/journal/journal-error.ts';
import { findRun, journalPath, listRuns } from '../../../src/journal/store/run-index.ts';
import {
  readJournal,
  readResult,
  SqliteJournal,
} from '../../../src/journal/store/sqlite-journal.ts';
import { verifyJournal } from '../../../src/journal/store/verify-journal.ts';
import { setFaultHook } from '../../../src/platform/fault-point.ts';
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
    resumedAfter: [],
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

test('what was batched is there a second later, also where nothing follows it', () => {
  const path = join(temporaryFolder(), 'run.sqlite');
  const clock = vi.spyOn(performance, 'now').mockReturnValue(5_000);
  onTestFinished(() => clock.mockRestore());
  const journal = SqliteJournal.create(path);
  const [header, first] = journalEntries('r-1');
  if (header === undefined || first === undefined) throw new Error('too few entries');
  journal.append(header, false);
  journal.append(first, false);
  expect(journal.flushOverdue()).toBe(false);
  clock.mockReturnValue(6_000);
  expect(journal.flushOverdue()).toBe(true);
  expect(readJournal(path).entries).toEqual([header, first]);
  journal.close();
});

test('entries can be neither changed nor deleted', () => {
  const database = new DatabaseSync(writeRun(temporaryFolder(), 'r-1'));
  expect(() => database.exec("update entries set body = '{}'")).toThrow('append-only');
  expect(() => database.exec('delete from entries')).toThrow('append-only');
  expect(() => database.exec("update documents set body = '{}'")).toThrow('append-only');
  expect(() => database.exec('delete from documents')).toThrow('append-only');
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

test('a journal is gone on with after its last entry, in one chain', () => {
  const entries = journalEntries('r-1');
  const path = join(temporaryFolder(), 'run.sqlite');
  const begun = SqliteJournal.create(path);
  for (const entry of entries.slice(0, 3)) begun.append(entry, false);
  begun.close();
  const resumed = SqliteJournal.reopen(path);
  expect(resumed.lastSequence).toBe(3);
  resumed.noteResumed('2025-10-15T14:00:00Z');
  expect(readJournal(path).resumedAfter).toEqual([3]);
  for (const entry of entries.slice(3)) resumed.append(entry, true);
  resumed.storeResult(runResult());
  resumed.close();
  expect(readJournal(path).entries).toEqual(entries);
  expect(verifyJournal(path)).toMatchObject({ state: 'whole', entries: entries.length });
});

test('what is no journal, or none with a chain, is not gone on with', () => {
  const folder = temporaryFolder({ 'x.sqlite': 'hello' });
  expect(() => SqliteJournal.reopen(join(folder, 'x.sqlite'))).toThrow('cannot be gone on with');
  expect(() => SqliteJournal.reopen(join(folder, 'y.sqlite'))).toThrow('there is no journal');
  new DatabaseSync(join(folder, 'old.sqlite')).exec('create table entries (sequence integer)');
  expect(() => SqliteJournal.reopen(join(folder, 'old.sqlite'))).toThrow('an older version');
});

test('what a full disk refused is kept, and written in its place when there is room', () => {
  const path = join(temporaryFolder(), 'run.sqlite');
  const journal = SqliteJournal.create(path);
  const entries = journalEntries('r-1');
  const [first, ...others] = entries;
  if (first === undefined) throw new Error('too few entries');
  journal.append(first, true);
  setFaultHook((name) => {
    if (name !== 'journal: before a commit') return;
    throw Object.assign(new Error('database or disk is full'), { errcode: 13 });
  });
  onTestFinished(() => setFaultHook(undefined));
  const problems = others.map((entry) => {
    try {
      journal.append(entry, true);
      return 'written';
    } catch (error) {
      return error instanceof JournalError ? error.message : 'another error';
    }
  });
  expect(new Set(problems)).toEqual(
    new Set([`${path} cannot be written: the disk is full (database or disk is full)`]),
  );
  expect(readJournal(path).entries).toEqual([first]);
  setFaultHook(undefined);
  journal.flush();
  journal.close();
  expect(readJournal(path).entries).toEqual(entries);
  expect(verifyJournal(path)).toMatchObject({ state: 'whole' });
});
