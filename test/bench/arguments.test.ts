import { expect, test } from 'vitest';
import { INPUTS, parseBenchArguments, STAGES } from './arguments.ts';

test('measures everything on a day of 15 million events unless told', () => {
  expect(parseBenchArguments([])).toEqual({
    events: 15_000_000,
    runs: 3,
    only: new Set(STAGES),
    inputs: new Set(INPUTS),
    isJson: false,
    isSaved: false,
    isLong: false,
  });
});

test('takes stages, inputs, events and runs from the command line', () => {
  const args = ['--events', '20000', '--runs', '1', '--only', 'decode,full', '--input', 'zstd'];
  expect(parseBenchArguments([...args, '--json', '--save', '--long'])).toEqual({
    events: 20_000,
    runs: 1,
    only: new Set(['decode', 'full']),
    inputs: new Set(['zstd']),
    isJson: true,
    isSaved: true,
    isLong: true,
  });
});

test.for([
  [['--events', '0'], '--events: 0 is no whole number above 0'],
  [['--runs', 'two'], '--runs: two is no whole number above 0'],
  [['--only', 'decode,boook'], '--only: boook is none of decode, book, analyzers'],
  [['--input', 'csv'], '--input: csv is none of raw, zstd, compiled'],
  [['--fast'], "Unknown option '--fast'"],
] as const)('refuses %s, naming what is wrong', ([args, problem]) => {
  expect(() => parseBenchArguments(args)).toThrow(problem);
});
