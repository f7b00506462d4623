import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PLANT_NAMES, type PlantName, PROFILE_NAMES } from '../../app/generated-names.ts';
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
  /** A name of the generator's profiles. */
  readonly profile?: string;
  /** Events to plant, by kind, and where the truth about them goes. */
  readonly plant?: readonly (readonly [PlantName, number])[];
  readonly truth?: string;
}

/** What `data compare` was asked for. */
export interface CompareOptions {
  /** Market data files: the first is what the others are held against. */
  readonly files: readonly string[];
  /** Generated days, after the files: a seed each, and a profile where one was named. */
  readonly generated: readonly { readonly seed: number; readonly profile?: string }[];
  /** Events of each generated day; the profile's own by default. */
  readonly events?: number;
  /** Best levels a side that count. */
  readonly window?: number;
}

/** The forms that a comparison is printed in. */
export type ComparisonFormat = 'text' | 'json' | 'md';

/** What the data commands need of the composition. Objects are printed as they are. */
export interface DataHandlers {
  dataInfo(path: string): Promise<object>;
  /** The first records of a DBN file. */
  dataRecords(path: string, most: number): AsyncIterable<object>;
  dataGenerate(options: GenerateOptions): Promise<object>;
  dataVerify(path: string, truth: string | undefined): Promise<{ readonly mismatches: number }>;
  /** Renders in each of the formats asked for. */
  dataCompare(
    options: CompareOptions,
    formats: readonly ComparisonFormat[],
  ): Promise<readonly string[]>;
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
      profile: { type: 'text', help: 'kind of stock', choices: PROFILE_NAMES, otherwise: 'tsla' },
      plant: { type: 'list', help: `events to plant, KIND[:COUNT] of ${PLANT_NAMES.join(', ')}` },
      truth: { type: 'text', help: 'write what became of the planted events to this JSON file' },
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
      const profile = given.text('profile');
      const plant = given.list('plant').map(parsePlant);
      const truth = given.text('truth');
      if (truth !== undefined && plant.length === 0)
        throw new UsageError('--truth: nothing is planted; name it with --plant KIND[:COUNT]');
      const made = await handlers.dataGenerate({
        out: resolve(terminal.workingFolder, out),
        ...(events === undefined ? {} : { events }),
        ...(session === undefined ? {} : { session }),
        ...(symbol === undefined ? {} : { symbol }),
        ...(seed === undefined ? {} : { seed }),
        ...(profile === undefined ? {} : { profile }),
        ...(plant.length === 0 ? {} : { plant }),
        ...(truth === undefined ? {} : { truth: resolve(terminal.workingFolder, truth) }),
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

export function dataCompareCommand(handlers: Pick<DataHandlers, 'dataCompare'>): Command {
  return {
    name: 'data compare',
    help: 'Statistics of market-by-order days side by side, and how far each is from the first',
    positionals: [
      {
        name: 'files',
        isRequired: false,
        isList: true,
        help: 'market data files, the first to compare with',
      },
    ],
    options: {
      generated: {
        type: 'list',
        help: 'generated days after the files: SEED or SEED:PROFILE',
      },
      events: { type: 'text', help: 'events of a generated day', otherwise: 'the profile’s own' },
      window: {
        type: 'text',
        help: 'count events of the best N levels a side only, as a LOBSTER file of N levels shows them',
        otherwise: 'the fewest levels that any of the files knows',
      },
      json: JSON_OPTION,
      report: { type: 'text', help: 'also write it to a file: .json, .md or .txt' },
    },
    async run(given, terminal) {
      const files = given.list('files').map((path) => existingFile(path, terminal));
      const generated = given.list('generated').map(parseGenerated);
      if (files.length + generated.length === 0)
        throw new UsageError('data compare: name a file, or --generated SEED');
      const events = given.whole('events', 1);
      const window = given.whole('window', 1);
      const report = given.parsed('report', 'a name ending in .json, .md or .txt', (path) =>
        /\.(?:json|md|txt)$/.test(path) ? path : undefined,
      );
      const formats: ComparisonFormat[] = [given.flag('json') ? 'json' : 'text'];
      if (report !== undefined)
        formats.push(report.endsWith('.md') ? 'md' : report.endsWith('.json') ? 'json' : 'text');
      const [printed = '', written = ''] = await handlers.dataCompare(
        {
          files,
          generated,
          ...(events === undefined ? {} : { events }),
          ...(window === undefined ? {} : { window }),
        },
        formats,
      );
      terminal.stdout.write(printed);
      if (report !== undefined) writeFileSync(resolve(terminal.workingFolder, report), written);
      return EXIT.done;
    },
  };
}

function parsePlant(text: string): readonly [PlantName, number] {
  const [name, count = '1', ...more] = text.split(':');
  const kind = PLANT_NAMES.find((known) => known === name);
  if (kind === undefined || more.length > 0 || !/^[1-9]\d{0,3}$/.test(count)) {
    throw new UsageError(
      `--plant: found "${text}", expected KIND[:COUNT] with one of ${PLANT_NAMES.join(', ')}`,
    );
  }
  return [kind, Number(count)];
}

function parseGenerated(text: string): { readonly seed: number; readonly profile?: string } {
  const match = /^(\d{1,15})(?::([a-z][a-z0-9-]*))?$/.exec(text);
  if (match === null)
    throw new UsageError(`--generated: found "${text}", expected SEED or SEED:PROFILE`);
  const [, seed, profile] = match;
  if (profile !== undefined && !PROFILE_NAMES.includes(profile)) {
    throw new UsageError(
      `--generated: there is no profile ${profile}; there are ${PROFILE_NAMES.join(', ')}`,
    );
  }
  return { seed: Number(seed), ...(profile === undefined ? {} : { profile }) };
}

function existingFile(path: string, terminal: Terminal): string {
  const file = resolve(terminal.workingFolder, path);
  if (!existsSync(file)) throw new UsageError(`there is no file ${path}`);
  return file;
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
