import { parseArgs } from 'node:util';

/** What can be measured. */
export const STAGES = [
  'decode',
  'book',
  'analyzers',
  'full',
  'groups',
  'checkpoint',
  'cliffs',
  'memory',
] as const;
export type Stage = (typeof STAGES)[number];

/** What a day can be read from. */
export const INPUTS = ['raw', 'zstd', 'compiled'] as const;
export type Input = (typeof INPUTS)[number];

export interface BenchArguments {
  /** Events of the generated day. */
  readonly events: number;
  /** Rounds; every row is measured once a round. */
  readonly runs: number;
  readonly only: ReadonlySet<Stage>;
  readonly inputs: ReadonlySet<Input>;
  /** The result as JSON on stdout; the table goes to stderr. */
  readonly isJson: boolean;
  /** Keep the result in the results folder. */
  readonly isSaved: boolean;
  /** Memory also for a day of twice the events. */
  readonly isLong: boolean;
}

/**
 * Reads the command line of the benchmark.
 *
 * @throws {RangeError} If a value is none, with the allowed ones; node's own error for an unknown option.
 */
export function parseBenchArguments(args: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      events: { type: 'string', default: '15000000' },
      runs: { type: 'string', default: '3' },
      only: { type: 'string', default: STAGES.join(',') },
      input: { type: 'string', default: INPUTS.join(',') },
      json: { type: 'boolean', default: false },
      save: { type: 'boolean', default: false },
      long: { type: 'boolean', default: false },
    },
  });
  return {
    events: wholeFrom1('--events', values.events),
    runs: wholeFrom1('--runs', values.runs),
    only: namesOf('--only', values.only, STAGES),
    inputs: namesOf('--input', values.input, INPUTS),
    isJson: values.json,
    isSaved: values.save,
    isLong: values.long,
  };
}

export function wholeFrom1(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`${option}: ${text} is no whole number above 0`);
  return value;
}

function namesOf<Name extends string>(
  option: string,
  text: string,
  allowed: readonly Name[],
): ReadonlySet<Name> {
  const names = text.split(',').map((name) => {
    const known = allowed.find((candidate) => candidate === name.trim());
    if (known === undefined)
      throw new RangeError(`${option}: ${name} is none of ${allowed.join(', ')}`);
    return known;
  });
  return new Set(names);
}
