import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  type BookHandlers,
  bookCommand,
  type ShownBook,
  stateCommand,
} from '../../src/cli/commands/book.ts';
import { runProgram } from '../../src/cli/program.ts';
import { capturedTerminal } from '../support/captured-terminal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BOOK: ShownBook = {
  ts: '2025-10-15T13:30:00.000000001Z',
  sequence: 12,
  orders: 3,
  bidLevels: 1,
  askLevels: 2,
  bids: [['250.00', 300, 2]],
  asks: [
    ['250.01', 100, 1],
    ['250.03', 50, 1],
  ],
  l3Sha256: 'a'.repeat(64),
};

function asked(...words: string[]) {
  return askedOf(BOOK, ...words);
}

async function askedOf(book: ShownBook, ...words: string[]) {
  const folder = temporaryFolder({ 'a.dbn': '', 'b.dbn': '' });
  const terminal = capturedTerminal(folder);
  const seen: unknown[] = [];
  const keep = ({
    settings,
    ...options
  }: Parameters<BookHandlers['book' | 'bookRows' | 'state']>[0]) => {
    seen.push({ ...options, symbol: settings.isSymbolChosen ? settings.config.symbol : null });
  };
  const commands = [
    bookCommand({
      async book(options) {
        keep(options);
        return book;
      },
      async *bookRows(options) {
        keep(options);
        yield 'ts_event,sequence\n';
        yield '1,2\n';
      },
    }),
    stateCommand({
      async state(options) {
        keep(options);
        return {
          ts: '2025-10-15T14:00:00.000000000Z',
          state: { TICKER: 'TSLA', LAST: 250.01, VWAP: null },
          notes: ['L2: queue estimated (risk-averse)'],
        };
      },
    }),
  ];
  const code = await runProgram(words, terminal, commands, '1.2.3');
  const files = ['a.dbn', 'b.dbn'].map((name) => join(folder, name));
  return {
    code,
    options: seen[0],
    output: terminal.written.stdout,
    error: terminal.written.stderr.split('\n')[0],
    files,
  };
}

test.for([
  [[], { type: 'end' }],
  [['--at', '09:30:00.000000001'], { type: 'at', time: '09:30:00.000000001' }],
  [['--at', '2025-10-15T13:30:00Z'], { type: 'at', time: '2025-10-15T13:30:00Z' }],
  [['--after', '0'], { type: 'after', events: 0 }],
] as const)('book %j asks for the book then', async ([words, moment]) => {
  const { options, output, files } = await asked(
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
  expect([options, JSON.parse(output)]).toEqual([
    { data: files, moment, levels: 5, hasHash: true, symbol: null },
    BOOK,
  ]);
});

test('without --json the book is a ladder', async () => {
  const { output } = await asked('book', '--data', 'a.dbn', '--symbol', 'NVDA');
  expect(output).toBe(
    [
      '2025-10-15T13:30:00.000000001Z  sequence 12',
      '3 orders on 1 bid and 2 ask levels',
      '',
      '      size  orders         price',
      '        50       1        250.03  ask',
      '       100       1        250.01  ask',
      '       300       2        250.00  bid',
      '',
      `l3Sha256  ${'a'.repeat(64)}`,
      '',
    ].join('\n'),
  );
});

test('what the data cannot tell is a dash in the ladder, and what is known is said', async () => {
  const book: ShownBook = {
    ...BOOK,
    orders: null,
    bidLevels: null,
    askLevels: null,
    bids: [['250.00', 300, null]],
    asks: [['250.01', 100, 1]],
    l3Sha256: null,
    known: 'L2: the best 10 levels a side',
  };
  const { output } = await askedOf(book, 'book', '--data', 'a.dbn', '--hash');
  expect(output.split('\n').slice(1)).toEqual([
    '– orders on – bid and – ask levels',
    'L2: the best 10 levels a side',
    '',
    '      size  orders         price',
    '       100       1        250.01  ask',
    '       300       –        250.00  bid',
    '',
    'l3Sha256  –',
    '',
  ]);
});

test('book --follow --csv prints rows', async () => {
  const { options, output, files } = await asked(
    'book',
    '--data',
    'a.dbn',
    '--follow',
    '--levels',
    '1',
    '--csv',
    '--symbol',
    'NVDA',
  );
  expect([options, output]).toEqual([
    { data: files.slice(0, 1), levels: 1, symbol: 'NVDA' },
    'ts_event,sequence\n1,2\n',
  ]);
});

test('state prints the snapshot’s fields in their order', async () => {
  const { options, output, error, files } = await asked(
    'state',
    '--data',
    'a.dbn',
    '--at',
    '10:00',
    '--json',
  );
  expect([options, output]).toEqual([
    { data: files.slice(0, 1), time: '10:00', symbol: null },
    '{\n  "TICKER": "TSLA",\n  "LAST": 250.01,\n  "VWAP": null\n}\n',
  ]);
  expect(error).toBe('note: L2: queue estimated (risk-averse)');
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
