import { expect, test } from 'vitest';
import {
  decimalsOf,
  formatCash,
  formatCompact,
  formatDollars,
  formatDuration,
  formatInteger,
  formatMoney,
  formatSigned,
  formatSignedCompact,
  formatWait,
} from '../../src/tui/format.ts';

test.for([
  [0, '0'],
  [999, '999'],
  [1_234, '1,234'],
  [-1_234_567, '-1,234,567'],
] as const)('%d is %s', ([value, text]) => {
  expect(formatInteger(value)).toBe(text);
});

test.for([
  [12, '+12'],
  [-3, '-3'],
  [0, '0'],
  [0.2, '0'],
] as const)('%d is %s with its sign', ([value, text]) => {
  expect(formatSigned(value)).toBe(text);
});

test.for([
  [950, 5, '950'],
  [1_234, 5, '1,234'],
  [12_500, 5, '12.5k'],
  [12_500, 4, '13k'],
  [1_234, 4, '1.2k'],
  [999_960, 5, '1.0M'],
  [3_400_000, 5, '3.4M'],
  [-12_500, 6, '-12.5k'],
  [98_700_000, 4, '99M'],
] as const)('%d in %d columns is %s', ([value, width, text]) => {
  expect(formatCompact(value, width)).toBe(text);
});

test('compact numbers never are wider than asked', () => {
  for (let value = -2_000_000; value < 2_000_000; value += 997) {
    expect(formatCompact(value, 5).length).toBeLessThanOrEqual(5);
  }
  expect(formatSignedCompact(8_222)).toBe('+8,222');
});

test.for([
  [12.5, '+12.50', '$12.50'],
  [-1_204, '-1,204.00', '-$1,204.00'],
  [0, '0.00', '$0.00'],
  [-0.001, '0.00', '$0.00'],
  [25_000.555, '+25,000.56', '$25,000.56'],
] as const)('%d is %s and %s', ([value, money, cash]) => {
  expect([formatMoney(value), formatCash(value)]).toEqual([money, cash]);
});

test('prices have the places of their grid, and more where they are off it', () => {
  expect([
    decimalsOf(10_000_000),
    decimalsOf(250_000_000),
    decimalsOf(1_000_000_000),
    decimalsOf(100_000),
  ]).toEqual([2, 2, 2, 4]);
  expect([formatDollars(250.1, 2), formatDollars(577.635, 2), formatDollars(250.0873, 2)]).toEqual([
    '250.10',
    '577.635',
    '250.0873',
  ]);
});

test('durations are in the unit that is read fastest', () => {
  expect([0.4, 850, 1_240, 42_000, 180_000].map(formatDuration)).toEqual([
    '0 ms',
    '850 ms',
    '1.2 s',
    '42.0 s',
    '3 min',
  ]);
});

test('a wait is told in three cells, and what is not known by its sign', () => {
  const told = [0, 35_400, 99_400, 100_000, 5_940_000, 6_000_000, 1e12].map((ms) =>
    formatWait(ms, '-'),
  );
  expect(told).toEqual(['0s', '35s', '99s', '2m', '99m', '2h', '99h']);
  expect(formatWait(null, '-')).toBe('-');
});
