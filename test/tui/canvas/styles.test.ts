import { expect, test } from 'vitest';
import { colorDepthOf, StyleTable, toXterm256 } from '../../../src/tui/canvas/styles.ts';

test.for([
  [{ COLORTERM: 'truecolor', TERM: 'xterm-256color' }, 'truecolor'],
  [{ COLORTERM: '24bit', TERM: 'screen' }, 'truecolor'],
  [{ TERM: 'xterm-direct' }, 'truecolor'],
  [{ TERM: 'xterm-256color' }, '256'],
  [{ TERM: 'tmux-256color', COLORTERM: '' }, '256'],
  [{ TERM: 'linux' }, '16'],
  [{ TERM: 'dumb' }, 'none'],
  [{}, 'none'],
  [{ NO_COLOR: '1', COLORTERM: 'truecolor', TERM: 'xterm-256color' }, 'none'],
  [{ NO_COLOR: '', TERM: 'linux' }, '16'],
] as const)('a terminal that says %j shows %s', ([environment, depth]) => {
  expect(colorDepthOf(environment)).toBe(depth);
});

test('a style is one sequence a depth, which sets everything anew', () => {
  const table = new StyleTable();
  const style = table.intern({
    fg: { rgb: 0xff8700, ansi: 11 },
    bg: { rgb: 0x303030, ansi: 0 },
    bold: true,
  });
  expect({
    truecolor: table.sgr(style, 'truecolor'),
    256: table.sgr(style, '256'),
    16: table.sgr(style, '16'),
    none: table.sgr(style, 'none'),
    plain: table.sgr(0, 'truecolor'),
  }).toEqual({
    truecolor: '\u001B[0;1;38;2;255;135;0;48;2;48;48;48m',
    256: '\u001B[0;1;38;5;208;48;5;236m',
    16: '\u001B[0;1;93;40m',
    none: '\u001B[0;1m',
    plain: '\u001B[0m',
  });
});

test('the change of a style sets what differs, and all anew where an attribute goes or nobody knows', () => {
  const table = new StyleTable();
  const [red, blue] = [
    { rgb: 0xff0000, ansi: 9 },
    { rgb: 0x0000ff, ansi: 12 },
  ];
  const onRed = table.intern({ fg: blue, bg: red });
  const boldOnRed = table.intern({ fg: blue, bg: red, bold: true });
  const plainRed = table.intern({ fg: red, bg: null });
  expect(table.change(onRed, boldOnRed, 'truecolor')).toBe('\u001B[1m');
  expect(table.change(boldOnRed, onRed, 'none')).toBe('\u001B[0m');
  expect(table.change(onRed, plainRed, '16')).toBe('\u001B[0;91m');
  expect(table.change(onRed, plainRed, '256')).toBe('\u001B[0;38;5;196m');
  expect(table.change(plainRed, onRed, '16')).toBe('\u001B[94;101m');
  expect(table.change(plainRed, 0, '16')).toBe('\u001B[m');
  expect(table.change(null, plainRed, '16')).toBe('\u001B[0;91m');
  expect(table.change(onRed, boldOnRed, '16')).toBe('\u001B[1m');
});

test('equal styles are one, and styles that differ in their ANSI colour alone are two', () => {
  const table = new StyleTable();
  const one = table.intern({ fg: { rgb: 0x112233, ansi: 4 }, bg: null });
  expect(table.intern({ fg: { rgb: 0x112233, ansi: 4 }, bg: null })).toBe(one);
  expect(table.intern({ fg: { rgb: 0x112233, ansi: 5 }, bg: null })).not.toBe(one);
});

test('a ground goes under a style that has none, and not under one that has its own', () => {
  const table = new StyleTable();
  const color = { rgb: 0xaabbcc, ansi: 7 };
  const ground = { rgb: 0x222222, ansi: 0 };
  const bare = table.intern({ fg: color, bg: null, bold: true });
  const own = table.intern({ fg: color, bg: color });
  const row = table.intern({ fg: null, bg: ground });
  expect(table.styleOf(table.over(bare, row))).toMatchObject({ fg: color, bg: ground, bold: true });
  expect(table.over(own, row)).toBe(own);
});

test.for([
  [0x000000, 16],
  [0xffffff, 231],
  [0x808080, 244],
  [0x5f87af, 67],
] as const)('%i is colour %i of 256', ([rgb, index]) => {
  expect(toXterm256(rgb)).toBe(index);
});
