import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { findData } from '../../src/cli/find-data.ts';
import { parseDay } from '../../src/domain/time.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function search(names: readonly string[], changes: Partial<Parameters<typeof findData>[0]> = {}) {
  const workingFolder = temporaryFolder(
    Object.fromEntries(names.map((name) => [`BacktestData/${name}`, ''])),
  );
  const found = findData({
    given: [],
    fromEnvironment: undefined,
    workingFolder,
    symbol: 'TSLA',
    isSymbolChosen: false,
    date: undefined,
    ...changes,
  });
  return found?.map((path) => basename(path));
}

test('takes the symbol’s file of the latest date', () => {
  expect(
    search([
      'TSLA_20251014.dbn.zst',
      'TSLA_20251015.dbn',
      'AAPL_20251016.dbn',
      'TSLA_20251017.txt',
    ]),
  ).toEqual(['TSLA_20251015.dbn']);
});

test('takes the file of the date that was asked for', () => {
  const date = parseDay('2025-10-14');
  expect(search(['TSLA_20251014.dbn.zst', 'TSLA_20251015.dbn'], { date })).toEqual([
    'TSLA_20251014.dbn.zst',
  ]);
});

test.for([['TSLAX_20251015.dbn'], ['TSLA_nodate.dbn'], []] as const)(
  'finds nothing among %j',
  (names) => {
    expect(search(names)).toBeUndefined();
  },
);

test('knows LOBSTER’s names, and its orderbook file as the other’s companion', () => {
  const names = [
    'TSLA_2012-06-21_34200000_57600000_message_5.csv',
    'TSLA_2012-06-21_34200000_57600000_orderbook_5.csv',
  ];
  expect(search(names)).toEqual([names[0]]);
});

test('of a day in several schemas market by order is taken', () => {
  expect(search(['TSLA-20251015.trades.dbn', 'TSLA-20251015.mbo.dbn'])).toEqual([
    'TSLA-20251015.mbo.dbn',
  ]);
});

test('what only comes with a day, its definitions and halts, is never the day itself', () => {
  const sides = ['definition', 'status', 'statistics', 'imbalance'].map(
    (schema) => `TSLA-20251015.${schema}.dbn`,
  );
  expect(search(['TSLA-20251015.trades.dbn', ...sides])).toEqual(['TSLA-20251015.trades.dbn']);
  expect(search(sides)).toBeUndefined();
});

test('a folder that was named gives its file whatever its symbol, unless one was chosen', () => {
  const folder = temporaryFolder({ 'xnas-itch-20251015.mbo.dbn.zst': '' });
  expect(search([], { given: [folder] })).toEqual(['xnas-itch-20251015.mbo.dbn.zst']);
  expect(() => search([], { given: [folder], symbol: 'AAPL', isSymbolChosen: true })).toThrow(
    `--data: ${folder} has no data file named with AAPL and a date`,
  );
});

test('a folder that leaves the choice open is refused, with the names', () => {
  const folder = temporaryFolder({ 'AAPL_20251015.dbn': '', 'NVDA_20251015.dbn': '' });
  expect(() => search([], { given: [folder] })).toThrow('AAPL_20251015.dbn, NVDA_20251015.dbn');
});

test('FSD_DATA counts over the working folder, --data over both', () => {
  const other = temporaryFolder({ 'TSLA_20200102.dbn': '', 'x.dbn': '' });
  const names = ['TSLA_20251015.dbn'];
  expect([
    search(names, { fromEnvironment: other }),
    search(names, { fromEnvironment: other, given: [`${other}/x.dbn`] }),
  ]).toEqual([['TSLA_20200102.dbn'], ['x.dbn']]);
});
