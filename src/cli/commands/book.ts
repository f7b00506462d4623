import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ResolvedConfig } from '../../config/load-config.ts';
import { isMarketTime } from '../../domain/market-time.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { outline } from '../outline.ts';
import { readSettings, SETTINGS_OPTIONS } from '../settings-options.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** Which book is asked for. */
export interface BookOptions {
  readonly settings: ResolvedConfig;
  /** Files, played one after the other. */
  readonly data: readonly string[];
  /** A TIME (domain/market-time), once every event up to and with it is applied; or after so many events; or at the end. */
  readonly moment:
    | { readonly type: 'at'; readonly time: string }
    | { readonly type: 'after'; readonly events: number }
    | { readonly type: 'end' };
  readonly levels: number;
  readonly hasHash: boolean;
}

/** Rows of the best levels, one whenever they changed. */
export interface BookRowsOptions {
  readonly settings: ResolvedConfig;
  readonly data: readonly string[];
  readonly levels: number;
}

/** Which snapshot is asked for. */
export interface StateOptions {
  readonly settings: ResolvedConfig;
  readonly data: readonly string[];
  readonly time: string;
}

/** A book at a moment, as `--json` prints it. */
export interface ShownBook {
  readonly ts: string | null;
  readonly sequence: number | null;
  /** What the data cannot tell is `null`. */
  readonly orders: number | null;
  readonly bidLevels: number | null;
  readonly askLevels: number | null;
  readonly bids: readonly (readonly [price: string, size: number, orders: number | null])[];
  readonly asks: readonly (readonly [price: string, size: number, orders: number | null])[];
  readonly l3Sha256?: string | null;
  /** What is not known of the book, in words. */
  readonly known?: string;
}

/** What `book` and `state` need of the composition. */
export interface BookHandlers {
  book(options: BookOptions): Promise<ShownBook>;
  /** The heading and then each row, with their line ends. */
  bookRows(options: BookRowsOptions): AsyncIterable<string>;
  state(options: StateOptions): Promise<{
    readonly ts: string;
    readonly state: object;
    readonly notes: readonly string[];
  }>;
}

/** Characters. */
const CHUNK = 65_536;
/** Instead of a figure that the data cannot tell. */
const UNKNOWN = '–';
export const TIME_FORM = 'HH:MM[:SS[.fffffffff]] of the exchange’s clock, or ISO 8601';
const SYMBOL_OPTION = {
  type: 'text',
  help: 'which of the file’s instruments',
  otherwise: 'the file’s own',
} as const;
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
      symbol: SYMBOL_OPTION,
      at: { type: 'text', help: `the moment: ${TIME_FORM}`, otherwise: 'the end' },
      after: {
        type: 'text',
        help: 'the moment, as a number of events; of levels, of event groups',
      },
      levels: { type: 'text', help: 'levels a side', otherwise: '10' },
      hash: { type: 'flag', help: 'with the SHA-256 of the whole book, order by order' },
      follow: { type: 'flag', help: 'a row whenever the best levels changed (with --csv)' },
      csv: { type: 'flag', help: 'rows as CSV' },
      json: { type: 'flag', help: 'as one JSON object' },
      ...SETTINGS_OPTIONS,
    },
    async run(given, terminal) {
      const data = dataFilesOf(given, terminal);
      const settings = readSettings(given, terminal);
      const levels = given.whole('levels', 1) ?? 10;
      if (given.flag('follow') || given.flag('csv')) {
        if (!given.flag('follow') || !given.flag('csv'))
          throw new UsageError('--follow and --csv go together');
        for (const name of ['at', 'after', 'hash', 'json']) given.exclusive('follow', name);
        for await (const text of chunks(handlers.bookRows({ settings, data, levels }))) {
          if (terminal.signal.aborted) break;
          await terminal.stdout.drained(text);
        }
        return EXIT.done;
      }
      const shown = await handlers.book({
        settings,
        data,
        moment: momentOf(given),
        levels,
        hasHash: given.flag('hash'),
      });
      terminal.stdout.write(
        given.flag('json') ? `${JSON.stringify(shown, null, 2)}\n` : ladder(shown),
      );
      return EXIT.done;
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
      symbol: SYMBOL_OPTION,
      at: { type: 'text', help: `the moment: ${TIME_FORM}` },
      json: { type: 'flag', help: 'as one JSON object' },
      ...SETTINGS_OPTIONS,
    },
    async run(given, terminal) {
      const data = dataFilesOf(given, terminal);
      const time = given.parsed('at', TIME_FORM, timeText);
      if (time === undefined) throw new UsageError('--at TIME is missing');
      const shown = await handlers.state({ settings: readSettings(given, terminal), data, time });
      terminal.stdout.write(
        given.flag('json') ? `${JSON.stringify(shown.state, null, 2)}\n` : outline(shown.state),
      );
      for (const note of shown.notes) terminal.stderr.write(`note: ${note}\n`);
      return EXIT.done;
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

export function dataFilesOf(given: Arguments, terminal: Terminal): readonly string[] {
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

/** Joins rows into larger pieces: a write for each would cost more than making it. */
async function* chunks(rows: AsyncIterable<string>): AsyncGenerator<string> {
  let text = '';
  for await (const row of rows) {
    text += row;
    if (text.length < CHUNK) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

/** The book as a ladder: asks over bids, the best in the middle. */
function ladder(book: ShownBook): string {
  const row = ([price, size, orders]: ShownBook['bids'][number]) =>
    `${String(size).padStart(10)} ${String(orders ?? UNKNOWN).padStart(7)}`.padEnd(18) +
    price.padStart(14);
  const { l3Sha256 } = book;
  const { orders, bidLevels, askLevels, known } = book;
  return [
    `${book.ts ?? '–'}  sequence ${book.sequence ?? '–'}`,
    `${orders ?? UNKNOWN} orders on ${bidLevels ?? UNKNOWN} bid and ${askLevels ?? UNKNOWN} ask levels`,
    ...(known === undefined ? [] : [known]),
    '',
    '      size  orders         price',
    ...book.asks.toReversed().map((level) => `${row(level)}  ask`),
    ...book.bids.map((level) => `${row(level)}  bid`),
    ...(l3Sha256 === undefined ? [] : ['', `l3Sha256  ${l3Sha256 ?? UNKNOWN}`]),
    '',
  ].join('\n');
}
