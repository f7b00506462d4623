import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { journalVerifyCommand } from '../../src/cli/commands/journal.ts';
import { runProgram } from '../../src/cli/program.ts';
import { journalPath } from '../../src/journal/store/run-index.ts';
import { SqliteJournal } from '../../src/journal/store/sqlite-journal.ts';
import { capturedTerminal } from '../support/captured-terminal.ts';
import { journalEntries } from '../support/journal-entries.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function verify(words: readonly string[], damage?: string) {
  const folder = temporaryFolder({ 'logs/journal/old.sqlite': '' });
  const path = journalPath(join(folder, 'logs'), 'b-1');
  const journal = SqliteJournal.create(path);
  for (const entry of journalEntries('b-1')) journal.append(entry, false);
  journal.close();
  if (damage !== undefined) {
    const database = new DatabaseSync(path);
    const trigger = database.prepare("select sql from sqlite_schema where name = 'entries_keep'");
    const sql = String(trigger.get()?.['sql']);
    database.exec(`drop trigger entries_keep; ${damage}; ${sql}`);
    database.close();
  }
  const terminal = capturedTerminal(folder);
  const code = await runProgram(
    ['journal', 'verify', ...words],
    terminal,
    [journalVerifyCommand],
    '1',
  );
  return { code, path, ...terminal.written };
}

test.for([['b-1'], ['b'], ['logs/journal/b-1.sqlite']] as const)(
  'a journal that is whole is told with its last hash, by %s',
  async ([name]) => {
    const { code, stdout, path } = await verify([name]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok: 7 entries, header; chain [0-9a-f]{64}\n/);
    expect(stdout).toContain(path);
  },
);

test('a changed entry is told with its place, what still holds, and what to do', async () => {
  const damage = `update entries set body = replace(body, '250010000000', '250020000000') where sequence = 4`;
  const { code, stdout } = await verify(['b-1'], damage);
  expect(code).toBe(3);
  expect(stdout).toMatch(/^BROKEN at entry 4 \(order-submitted\): it is not as it was written/);
  expect(stdout).toContain('Entries 1 to 3 are as they were written; nothing after them');
  expect(stdout).toContain('do not resume the run');
});

test('as JSON it is one object; a run that is not there is said', async () => {
  const { stdout } = await verify(['b-1', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ state: 'whole', entries: 7, documents: ['header'] });
  const { code, stderr } = await verify(['nobody']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('there is no run or file nobody')]);
});
