import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  CALENDAR_NAMES,
  type Instrument,
  type InstrumentDefinition,
} from '../domain/instrument.ts';
import { MICROS_PER_UNIT } from '../domain/money.ts';
import { parsePrice } from '../domain/price.ts';
import { readJsonFile } from '../platform/json-file.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { inWords } from './layers.ts';
import { nearestName } from './nearest-name.ts';

/** A file of config/instruments. */
const instrumentSchema = z.strictObject({
  $schema: z.string().optional(),
  symbol: z
    .string()
    .regex(/^[A-Z0-9][A-Z0-9.]{0,15}$/)
    .describe('a stock’s symbol, or a future’s root: ES stands for ESH4, ESM4 and so on'),
  name: z.string().min(1).describe('what it is'),
  kind: z.enum(['stock', 'future']).describe('what it is, to commissions and symbols'),
  calendar: z.enum(CALENDAR_NAMES).describe('whose sessions it trades in'),
  class: z
    .string()
    .min(1)
    .optional()
    .describe('how it trades: a name in config/classes; without, the built-in values'),
  tick: z
    .string()
    .regex(/^\d{1,7}(\.\d{1,9})?$/)
    .describe('the smallest price step, as a decimal: "0.25"'),
  multiplier: z.number().positive().describe('money per point and unit'),
  commissionUsd: z
    .number()
    .min(0)
    .optional()
    .describe('commission and fees a contract and side, of futures'),
  asOf: z.iso.date().describe('the day these figures were read'),
  source: z.string().min(1).describe('where they were read'),
  settings: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('settings that this instrument has of its own, as in config/*.json'),
});

/** An instrument with what its file says beside the figures. */
export interface InstrumentEntry {
  readonly instrument: Instrument;
  /** Where it comes from: its file, or words. */
  readonly origin: string;
  /** Its class: a name in config/classes. */
  readonly className: string | undefined;
  /** Its own settings, for `ResolvedConfig.forInstrument`. */
  readonly settings: Readonly<Record<string, unknown>> | undefined;
}

const STOCK_TICK_NANOS = 10_000_000;
/** Month code and year of a contract: H4, Z25. */
const CONTRACT_MONTH = /^[FGHJKMNQUVXZ]\d{1,2}$/;

/** What config/instruments lists. */
export class InstrumentTable {
  readonly #listed: ReadonlyMap<string, InstrumentEntry>;

  constructor(listed: ReadonlyMap<string, InstrumentEntry>) {
    this.#listed = listed;
  }

  /**
   * The instrument of a symbol. `market` is what the feed trades: of a stock feed, one that is not listed is a stock
   * with a tick of a cent; of futures, one that the data define themselves.
   *
   * @throws {ConfigError} If a future's root is not listed and nothing tells its tick and its multiplier: its money could
   * only be guessed.
   */
  entryOf(
    symbol: string,
    market: 'stocks' | 'futures',
    definition?: InstrumentDefinition,
  ): InstrumentEntry {
    const listed = this.#listed.get(symbol);
    if (market === 'stocks') {
      if (listed?.instrument.kind === 'stock') return listed;
      return {
        instrument: {
          symbol,
          kind: 'stock',
          calendar: 'us-equities',
          tickNanos: STOCK_TICK_NANOS,
          multiplier: 1,
        },
        origin: 'a stock that config/instruments does not list',
        className: undefined,
        settings: undefined,
      };
    }
    const future = this.#futureOf(symbol);
    if (future !== undefined) return { ...future, instrument: { ...future.instrument, symbol } };
    const { tickNanos, multiplier } = definition ?? {};
    if (tickNanos !== undefined && multiplier !== undefined) {
      return {
        instrument: { symbol, kind: 'future', calendar: 'cme-globex', tickNanos, multiplier },
        origin: 'a future that config/instruments does not list',
        className: undefined,
        settings: undefined,
      };
    }
    const roots = this.#futureRoots();
    const nearest = nearestName(symbol, roots);
    throw new ConfigError([
      {
        where: 'config/instruments',
        key: '',
        found: `no future ${inWords(symbol)}`,
        allowed: `contracts of ${roots.join(', ')}, or a file for its root`,
        ...(nearest === undefined ? {} : { nearest }),
      },
    ]);
  }

  /** The same where no feed says what is traded: a future where its root is listed, else a stock. */
  likelyEntryOf(symbol: string): InstrumentEntry {
    return this.entryOf(symbol, this.#futureOf(symbol) === undefined ? 'stocks' : 'futures');
  }

  #futureOf(symbol: string): InstrumentEntry | undefined {
    // "ES.FUT" and "ES.c.0" are Databento's names for all contracts of a root and for a continuous one
    const [base = symbol] = symbol.split('.');
    return this.#futureRoots()
      .filter(
        (root) =>
          base === root || (base.startsWith(root) && CONTRACT_MONTH.test(base.slice(root.length))),
      )
      .map((root) => this.#listed.get(root))
      .at(0);
  }

  #futureRoots(): string[] {
    return [...this.#listed]
      .filter(([, entry]) => entry.instrument.kind === 'future')
      .map(([symbol]) => symbol)
      .sort();
  }
}

/**
 * Reads the `instruments` folders of the configuration folders; the later folder's file of a symbol counts.
 *
 * @throws {ConfigError} With every problem of every file.
 */
export function loadInstruments(folders: readonly string[]): InstrumentTable {
  const listed = new Map<string, InstrumentEntry>();
  const problems: ConfigProblem[] = [];
  for (const folder of folders
    .map((each) => join(each, 'instruments'))
    .filter((each) => existsSync(each))) {
    for (const name of readdirSync(folder)
      .filter((each) => each.endsWith('.json'))
      .sort()) {
      const entry = readInstrument(join(folder, name), problems);
      if (entry !== undefined) listed.set(entry.instrument.symbol, entry);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return new InstrumentTable(listed);
}

function readInstrument(path: string, problems: ConfigProblem[]): InstrumentEntry | undefined {
  const file = readJsonFile(path);
  if ('problem' in file) {
    problems.push({ where: path, key: '', found: file.problem, allowed: 'a JSON object' });
    return undefined;
  }
  const parsed = instrumentSchema.safeParse(file.json);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      problems.push({
        where: path,
        key: issue.path.join('.'),
        found: issue.message,
        allowed: keysOf(issue),
      });
    }
    return undefined;
  }
  const { symbol, kind, calendar, tick, multiplier, commissionUsd, settings } = parsed.data;
  const tickNanos = parsePrice(tick);
  if (tickNanos === undefined || tickNanos === 0) {
    problems.push({ where: path, key: 'tick', found: inWords(tick), allowed: 'a decimal above 0' });
    return undefined;
  }
  return {
    instrument: {
      symbol,
      kind,
      calendar,
      tickNanos,
      multiplier,
      ...(commissionUsd === undefined
        ? {}
        : { commissionMicros: Math.round(commissionUsd * MICROS_PER_UNIT) }),
    },
    origin: path,
    className: parsed.data.class,
    settings,
  };
}

function keysOf(issue: z.core.$ZodIssue): string {
  const key = String(issue.path[0] ?? '');
  const field = Object.entries(instrumentSchema.shape).find(([name]) => name === key)?.[1];
  return field?.description ?? Object.keys(instrumentSchema.shape).join(', ');
}
