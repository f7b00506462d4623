import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseDay } from '../../domain/time.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { outline } from '../outline.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** What `data generate` was asked for; what was not said is the generator's to choose. */
export interface GenerateOptions {
  readonly out: string;
  readonly events?: number;
  /** Days since 1970. */
  readonly session?: number;
  readonly symbol?: string;
  readonly seed?: number;
}

/** What the data commands need of the composition. Objects are printed as they are. */
export interface DataHandlers {
  dataInfo(path: string): Promise<object>;
  /** The first records of a DBN file. */
  dataRecords(path: string, most: number): AsyncIterable<object>;
  dataGenerate(options: GenerateOptions): Promise<object>;
  dataVerify(path: string, truth: string | undefined): Promise<{ readonly mismatches: number }>;
}

const FILE = { name: 'file', isRequired: true, help: 'a market data file' };
const JSON_OPTION = { type: 'flag', help: 'as one JSON object' } as const;

export function dataInfoCommand(handlers: Pick<DataHandlers, 'dataInfo' | 'dataRecords'>): Command {
  return {
    name: 'data info',
    help: 'What a data file is and has: format, symbols, time span, records, gaps, anomalies, definitions, halts',
    positionals: [FILE],
    options: {
      json: JSON_OPTION,
      records: {
        type: 'text',
        help: 'print the first N records of a DBN file instead, with all fields, a JSON object a line',
      },
    },
    async run(given, terminal) {
      const file = existingFile(given.required('file'), terminal);
      const most = given.whole('records', 1);
      if (most !== undefined) {
        for await (const record of handlers.dataRecords(file, most))
          await terminal.stdout.drained(`${JSON.stringify(record)}\n`);
        return EXIT.done;
      }
      const info = await handlers.dataInfo(file);
      terminal.stdout.write(given.flag('json') ? toJson(info) : outline(info));
      return EXIT.done;
    },
  };
}

export function dataGenerateCommand(handlers: Pick<DataHandlers, 'dataGenerate'>): Command {
  return {
    name: 'data generate',
    help: 'Write a realistic market-by-order day as DBN: the same bytes for the same arguments',
    positionals: [],
    options: {
      out: { type: 'text', help: 'the file to write; compressed when it ends in .zst' },
      events: { type: 'text', help: 'about how many events' },
      session: { type: 'text', help: 'trading day, YYYY-MM-DD' },
      symbol: { type: 'text', help: 'instrument', otherwise: 'TSLA' },
      seed: { type: 'text', help: 'another seed, another day', otherwise: '7' },
      json: JSON_OPTION,
    },
    async run(given, terminal) {
      const out = given.text('out');
      if (out === undefined) throw new UsageError('--out FILE is missing');
      const events = given.whole('events', 1);
      const session = given.parsed('session', 'a day as YYYY-MM-DD', parseDay);
      const symbol = given.parsed('symbol', 'capitals and digits', (text) =>
        /^[A-Z0-9][A-Z0-9.]{0,15}$/.test(text) ? text : undefined,
      );
      const seed = given.whole('seed', 0);
      const made = await handlers.dataGenerate({
        out: resolve(terminal.workingFolder, out),
        ...(events === undefined ? {} : { events }),
        ...(session === undefined ? {} : { session }),
        ...(symbol === undefined ? {} : { symbol }),
        ...(seed === undefined ? {} : { seed }),
      });
      terminal.stdout.write(given.flag('json') ? toJson(made) : outline(made));
      return EXIT.done;
    },
  };
}

export function dataVerifyCommand(handlers: Pick<DataHandlers, 'dataVerify'>): Command {
  return {
    name: 'data verify',
    help: 'Replay a file and compare every row with the truth beside it',
    positionals: [
      FILE,
      {
        name: 'truth',
        isRequired: false,
        help: 'LOBSTER’s orderbook file, or an mbp-10 file or CSV of the same events',
      },
    ],
    options: { json: JSON_OPTION },
    async run(given, terminal) {
      const truth = given.text('truth');
      const verified = await handlers.dataVerify(
        existingFile(given.required('file'), terminal),
        truth === undefined ? undefined : existingFile(truth, terminal),
      );
      terminal.stdout.write(toJson(verified));
      return verified.mismatches === 0 ? EXIT.done : EXIT.badData;
    },
  };
}

function existingFile(path: string, terminal: Terminal): string {
  const file = resolve(terminal.workingFolder, path);
  if (!existsSync(file)) throw new UsageError(`there is no file ${path}`);
  return file;
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
