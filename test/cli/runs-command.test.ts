import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderReport } from '../../src/app/report-formats.ts';
import { reportCommand, runsCommand } from '../../src/cli/commands/runs.ts';
import { runProgram } from '../../src/cli/program.ts';
import { journalPath } from '../../src/journal/store/run-index.ts';
import { SqliteJournal } from '../../src/journal/store/sqlite-journal.ts';
import { capturedTerminal } from '../support/captured-terminal.ts';
import { journalEntries } from '../support/journal-entries.ts';
import { roundTrip, runResult } from '../support/run-result.builder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function resultOf(id: string) {
  return runResult({
    run: { ...runResult().run, id },
    trades: [roundTrip()],
    halted: 'daily loss',
  });
}

async function run(words: readonly string[]) {
  const folder = temporaryFolder();
  for (const [id, isFinished] of [
    ['b-1', true],
    ['c-2', false],
  ] as const) {
    const journal = SqliteJournal.create(journalPath(join(folder, 'logs'), id));
    for (const entry of journalEntries(id, { mode: 'backtest', session: '2025-10-15' }))
      journal.append(entry, false);
    if (isFinished) journal.storeResult(resultOf(id));
    journal.close();
  }
  const terminal = capturedTerminal(folder);
  const code = await runProgram(words, terminal, [runsCommand, reportCommand], '1.2.3');
  return { code, folder, ...terminal.written };
}

test('runs lists finished runs with their result, others as unfinished', async () => {
  const { stdout } = await run(['runs']);
  const [header, ...rows] = stdout.trimEnd().split('\n');
  expect([header, rows.sort()]).toEqual([
    'run  mode      symbol  session     trades   net',
    [
      'b-1  backtest  TSLA    2025-10-15       1  0.00  daily loss',
      'c-2  backtest  TSLA    2025-10-15       –     –  unfinished',
    ],
  ]);
});

test.for([
  [[], 'text'],
  [['--json'], 'json'],
  [['--format', 'html'], 'html'],
  [['--format', 'md'], 'md'],
] as const)('report %j prints the run’s report as %s', async ([options, format]) => {
  const { code, stdout } = await run(['report', 'b', ...options]);
  expect([code, stdout]).toEqual([0, renderReport(resultOf('b-1'), format)]);
});

test('report writes a file in the form of its ending', async () => {
  const { code, stdout, folder } = await run(['report', 'b-1', '--report', 'r.html']);
  expect([code, stdout, readFileSync(join(folder, 'r.html'), 'utf8')]).toEqual([
    0,
    '',
    renderReport(resultOf('b-1'), 'html'),
  ]);
});

test('a run that did not come to its end has no report', async () => {
  const { code, stderr } = await run(['report', 'c-2']);
  expect([code, stderr.split('\n')[0]]).toEqual([
    2,
    'fsd-tui: the run c-2 did not come to its end: it has no report',
  ]);
});
