import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataHistoryCommand } from '../../src/cli/commands/history.ts';
import { runProgram } from '../../src/cli/program.ts';
import { parseDay } from '../../src/domain/time.ts';
import { capturedTerminal } from '../support/captured-terminal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function run(words: readonly string[], collected = [{ sessions: 3 }]) {
  const folder = temporaryFolder({
    'a.dbn': '',
    'days/x_message_5.csv': '',
    'days/x_orderbook_5.csv': '',
    'days/b.csv.gz': '',
    'days/notes.txt': '',
    'empty/notes.txt': '',
  });
  const terminal = capturedTerminal(folder);
  const seen: unknown[] = [];
  const command = dataHistoryCommand({
    async dataHistory(options) {
      seen.push(options);
      return { collected };
    },
  });
  const code = await runProgram(['data', 'history', ...words], terminal, [command], '1.2.3');
  return { code, seen, folder, ...terminal.written };
}

test('files and the data files of folders are collected, with what was said of them', async () => {
  const told = ['--symbol', 'SPY', '--dataset', 'XNAS.ITCH', '--from', '2026-01-22', '--to'];
  const more = ['2026-03-06', '--bar-stamp', 'end', '--dry-run', '--set', 'paths.cache=./kept'];
  const { code, seen, folder, stdout } = await run(['a.dbn', 'days', ...told, ...more]);
  expect([code, stdout]).toEqual([0, 'collected\n  1\n    sessions  3\n']);
  expect(seen).toEqual([
    {
      files: ['a.dbn', 'days/b.csv.gz', 'days/x_message_5.csv'].map((name) => join(folder, name)),
      symbol: 'SPY',
      dataset: 'XNAS.ITCH',
      from: parseDay('2026-01-22'),
      to: parseDay('2026-03-06'),
      barStamp: 'end',
      isDryRun: true,
      cacheFolder: join(folder, 'kept'),
    },
  ]);
});

test.for([
  [[{ sessions: 0 }], 3],
  [[{ sessions: 0 }, { sessions: 2 }], 0],
  [[{ sessions: 0, problem: 'mixed units' }, { sessions: 2 }], 3],
] as const)('what gave %j ends with %i', async ([collected, code]) => {
  expect((await run(['a.dbn', '--json'], [...collected])).code).toBe(code);
});

test.for([
  [[], /FILE is missing/],
  [['b.dbn'], /there is no file b\.dbn/],
  [['empty'], /empty has no data file/],
  [['a.dbn', '--from', '2026-02-30'], /--from: found "2026-02-30"/],
  [['a.dbn', '--bar-stamp', 'middle'], /Invalid values/],
] as const)('%j is a usage error', async ([words, problem]) => {
  const { code, stderr } = await run([...words]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(problem)]);
});
