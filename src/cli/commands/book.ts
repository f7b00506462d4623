import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isMarketTime } from '../../domain/market-time.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** Which book is asked for. */
export interface BookOptions {
  /** Files, played one after the other. */
  readonly data: readonly string[];
  /** A TIME (domain/market-time), once every event up to and with it is applied; or after so many events; or at the end. */
  readonly moment:
    | { readonly type: 'at'; readonly time: string }
    | { readonly type: 'after'; readonly events: number }
    | { readonly type: 'end' };
  readonly levels: number;
  readonly hasHash: boolean;
  readonly output: 'text' | 'json';
}

/** Rows of the best levels, one whenever they changed. */
export interface BookRowsOptions {
  readonly data: readonly string[];
  readonly levels: number;
}

/** Which snapshot is asked for. */
export interface StateOptions {
  readonly data: readonly string[];
  readonly time: string;
  readonly output: 'text' | 'json';
}

/** What `book` and `state` need of the composition; each resolves with the exit code. */
export interface BookHandlers {
  book(options: BookOptions, terminal: Terminal): Promise<number>;
  bookRows(options: BookRowsOptions, terminal: Terminal): Promise<number>;
  state(options: StateOptions, terminal: Terminal): Promise<number>;
}

const TIME_FORM = 'HH:MM[:SS[.fffffffff]] of the exchange’s clock, or ISO 8601';
const DATA_OPTION = {
  type: 'list',
  help: 'market data files, played one after the other',
} as const;

export function bookCommand(handlers: Pick<BookHandlers, 'book' | 'bookRows'>): Command {
  return {
    name: 'book',
    help: 'The order book at a moment, or every change of its best levels',
    positionals: [],
    options: {
      data: DATA_OPTION,
      at: { type: 'text', help: `the moment: ${TIME_FORM}`, otherwise: 'the end' },
      after: { type: 'text', help: 'the moment, as a number of events' },
      levels: { type: 'text', help: 'levels a side', otherwise: '10' },
      hash: { type: 'flag', help: 'with the SHA-256 of the whole book, order by order' },
      follow: { type: 'flag', help: 'a row whenever the best levels changed (with --csv)' },
      csv: { type: 'flag', help: 'rows as CSV' },
      json: { type: 'flag', help: 'as one JSON object' },
    },
    async run(given, terminal) {
      const data = dataFilesOf(given, terminal);
      const levels = given.whole('levels', 1) ?? 10;
      if (given.flag('follow') || given.flag('csv')) {
        if (!given.flag('follow') || !given.flag('csv'))
          throw new UsageError('--follow and --csv go together');
        for (const name of ['at', 'after', 'hash', 'json']) given.exclusive('follow', name);
        return handlers.bookRows({ data, levels }, terminal);
      }
      return handlers.book(
        {
          data,
          moment: momentOf(given),
          levels,
          hasHash: given.flag('hash'),
          output: given.flag('json') ? 'json' : 'text',
        },
        terminal,
      );
    },
  };
}

export function stateCommand(handlers: Pick<BookHandlers, 'state'>): Command {
  return {
    name: 'state',
    help: 'The snapshot that decisions are made from, at a moment',
    positionals: [],
    options: {
      data: DATA_OPTION,
      at: { type: 'text', help: `the moment: ${TIME_FORM}` },
      json: { type: 'flag', help: 'as one JSON object' },
    },
    async run(given, terminal) {
      const data = dataFilesOf(given, terminal);
      const time = given.parsed('at', TIME_FORM, timeText);
      if (time === undefined) throw new UsageError('--at TIME is missing');
      return handlers.state({ data, time, output: given.flag('json') ? 'json' : 'text' }, terminal);
    },
  };
}

function momentOf(given: Arguments): BookOptions['moment'] {
  given.exclusive('at', 'after');
  const time = given.parsed('at', TIME_FORM, timeText);
  if (time !== undefined) return { type: 'at', time };
  const events = given.whole('after', 0);
  return events === undefined ? { type: 'end' } : { type: 'after', events };
}

function dataFilesOf(given: Arguments, terminal: Terminal): readonly string[] {
  const paths = given.list('data');
  if (paths.length === 0) throw new UsageError('--data FILE is missing');
  return paths.map((path) => {
    const file = resolve(terminal.workingFolder, path);
    if (!existsSync(file)) throw new UsageError(`--data: there is no file ${path}`);
    return file;
  });
}

function timeText(text: string): string | undefined {
  return isMarketTime(text) ? text : undefined;
}
