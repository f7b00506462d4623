import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  type BookOptions,
  type BookRowsOptions,
  bookCommand,
  type StateOptions,
  stateCommand,
} from '../../src/cli/commands/book.ts';
import { runProgram } from '../../src/cli/program.ts';
import { capturedTerminal } from '../support/captured-terminal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function asked(...words: string[]) {
  const folder = temporaryFolder({ 'a.dbn': '', 'b.dbn': '' });
  const terminal = capturedTerminal(folder);
  const seen: (BookOptions | BookRowsOptions | StateOptions)[] = [];
  const keep = async (options: BookOptions | BookRowsOptions | StateOptions) => {
    seen.push(options);
    return 0;
  };
  const commands = [bookCommand({ book: keep, bookRows: keep }), stateCommand({ state: keep })];
  const code = await runProgram(words, terminal, commands, '1.2.3');
  return {
    code,
    options: seen[0],
    error: terminal.written.stderr.split('\n')[0],
    files: ['a.dbn', 'b.dbn'].map((name) => join(folder, name)),
  };
}

test.for([
  [[], { type: 'end' }],
  [['--at', '09:30:00.000000001'], { type: 'at', time: '09:30:00.000000001' }],
  [['--at', '2025-10-15T13:30:00Z'], { type: 'at', time: '2025-10-15T13:30:00Z' }],
  [['--after', '0'], { type: 'after', events: 0 }],
] as const)('book %j asks for the book then', async ([words, moment]) => {
  const { options, files } = await asked(
    'book',
    '--data',
    'a.dbn',
    'b.dbn',
    ...words,
    '--levels',
    '5',
    '--hash',
    '--json',
  );
  expect(options).toEqual({ data: files, moment, levels: 5, hasHash: true, output: 'json' });
});

test('book --follow --csv asks for rows', async () => {
  const { options, files } = await asked(
    'book',
    '--data',
    'a.dbn',
    '--follow',
    '--levels',
    '1',
    '--csv',
  );
  expect(options).toEqual({ data: files.slice(0, 1), levels: 1 });
});

test('state asks for a moment', async () => {
  const { options, files } = await asked('state', '--data', 'a.dbn', '--at', '10:00', '--json');
  expect(options).toEqual({ data: files.slice(0, 1), time: '10:00', output: 'json' });
});

test.for([
  [['book'], '--data FILE is missing'],
  [['book', '--data', 'x.dbn'], '--data: there is no file x.dbn'],
  [['book', '--data', 'a.dbn', '--at', 'noon'], /--at: found "noon", expected HH:MM/],
  [
    ['book', '--data', 'a.dbn', '--at', '10:00', '--after', '3'],
    '--at and --after exclude each other',
  ],
  [
    ['book', '--data', 'a.dbn', '--levels', '0'],
    '--levels: found "0", expected a whole number from 1',
  ],
  [['book', '--data', 'a.dbn', '--follow'], '--follow and --csv go together'],
  [
    ['book', '--data', 'a.dbn', '--follow', '--csv', '--hash'],
    '--follow and --hash exclude each other',
  ],
  [['state', '--data', 'a.dbn'], '--at TIME is missing'],
] as const)('%j is bad usage', async ([words, message]) => {
  const { code, error } = await asked(...words);
  expect(code).toBe(2);
  expect(error).toMatch(message);
});
