import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseDay } from '../../domain/time.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { outline } from '../outline.ts';
import { readSettings, SETTINGS_OPTIONS } from '../settings-options.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** What `data history` was asked for. Days are days since 1970. */
export interface HistoryOptions {
  readonly files: readonly string[];
  readonly symbol: string | undefined;
  readonly dataset: string | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly barStamp: 'start' | 'end' | undefined;
  readonly isDryRun: boolean;
  readonly cacheFolder: string;
}

/** What the command needs of the composition. The answer is printed as it is. */
export interface HistoryHandlers {
  dataHistory(options: HistoryOptions): Promise<{
    readonly collected: readonly { readonly sessions: number; readonly problem?: string }[];
  }>;
}

const DATA_ENDING = /\.(dbn|dbn\.zst|zip|csv|csv\.gz)$/i;
/** LOBSTER's second file: it comes with its message file. */
const ORDER_BOOK_FILE = /orderbook/i;

export function dataHistoryCommand(handlers: HistoryHandlers): Command {
  return {
    name: 'data history',
    help: 'Collect the volume of past sessions, minute by minute, for RVOL_DAY of later runs',
    positionals: [
      {
        name: 'file',
        isRequired: true,
        isList: true,
        help: 'DBN or LOBSTER days, CSV files of minute bars, or folders of them',
      },
    ],
    options: {
      symbol: { type: 'text', help: 'whose volume', otherwise: 'the file’s own; bars have none' },
      dataset: {
        type: 'text',
        help: 'of bars: whose volume they count, as the data of your runs call it (XNAS.ITCH)',
      },
      from: { type: 'text', help: 'first trading day, YYYY-MM-DD' },
      to: { type: 'text', help: 'last trading day, YYYY-MM-DD' },
      'bar-stamp': {
        type: 'text',
        help: 'whether bars are stamped at their start or their end',
        otherwise: 'as the file shows',
        choices: ['start', 'end'],
      },
      'dry-run': { type: 'flag', help: 'check and tell, and keep nothing' },
      json: { type: 'flag', help: 'as one JSON object' },
      ...SETTINGS_OPTIONS,
    },
    async run(given, terminal) {
      const { paths } = readSettings(given, terminal).config;
      const day = (name: string): number | undefined =>
        given.parsed(name, 'a day as YYYY-MM-DD', parseDay);
      const stamp = given.text('bar-stamp');
      const answer = await handlers.dataHistory({
        files: given.list('file').flatMap((path) => filesAt(path, terminal)),
        symbol: given.text('symbol'),
        dataset: given.text('dataset'),
        from: day('from'),
        to: day('to'),
        barStamp: stamp === 'start' || stamp === 'end' ? stamp : undefined,
        isDryRun: given.flag('dry-run'),
        cacheFolder: resolve(terminal.workingFolder, paths.cache),
      });
      terminal.stdout.write(
        given.flag('json') ? `${JSON.stringify(answer, null, 2)}\n` : outline(answer),
      );
      const isUseless = answer.collected.every(({ sessions }) => sessions === 0);
      const hasProblem = answer.collected.some(({ problem }) => problem !== undefined);
      return isUseless || hasProblem ? EXIT.badData : EXIT.done;
    },
  };
}

/** A file, or a folder's data files by name. */
function filesAt(path: string, terminal: Terminal): readonly string[] {
  const full = resolve(terminal.workingFolder, path);
  if (!existsSync(full)) throw new UsageError(`there is no file ${path}`);
  if (!statSync(full).isDirectory()) return [full];
  const files = readdirSync(full)
    .filter((name) => DATA_ENDING.test(name) && !ORDER_BOOK_FILE.test(name))
    .sort()
    .map((name) => join(full, name));
  if (files.length === 0) throw new UsageError(`${path} has no data file`);
  return files;
}
