import { expect, test } from 'vitest';
import { BrailleCanvas } from '../../../src/tui/canvas/braille.ts';
import { readCarrier, toCarrier } from '../../../src/tui/canvas/carrier.ts';
import { Grid } from '../../../src/tui/canvas/grid.ts';
import { StyleTable } from '../../../src/tui/canvas/styles.ts';

test('what is drawn outside is clipped, on every side', () => {
  const grid = new Grid(4, 2);
  grid.text(2, 0, 'abcdef');
  grid.text(-1, 1, 'xyz');
  grid.text(0, 5, 'nowhere');
  grid.put(-1, 0, 65, 0);
  grid.put(4, 1, 65, 0);
  expect(grid.toLines()).toEqual(['  ab', 'yz']);
});

test('numbers end where their column ends, and lose their end where it is too narrow', () => {
  const grid = new Grid(8, 2);
  grid.right(0, 0, 6, '1,234');
  grid.right(2, 1, 3, '12345');
  expect(grid.toLines()).toEqual([' 1,234', '  123']);
});

test('control characters become blanks and wide glyphs one question mark', () => {
  const grid = new Grid(8, 1);
  grid.text(0, 0, 'a\u001B\t日😀é');
  expect(grid.toLines()).toEqual(['a  ??é']);
});

test('a layer leaves the holes it is given', () => {
  const grid = new Grid(5, 3);
  const layer = new Grid(5, 3);
  for (let y = 0; y < 3; y++) layer.text(0, y, 'xxxxx');
  grid.blit(layer, 0, 0, [{ x: 1, y: 1, width: 3, height: 1 }]);
  expect(grid.toLines()).toEqual(['xxxxx', 'x   x', 'xxxxx']);
});

test('a ground is laid under cells without changing what stands on them', () => {
  const table = new StyleTable();
  const ground = table.intern({ fg: null, bg: { rgb: 1, ansi: 0 } });
  const grid = new Grid(3, 1);
  grid.text(0, 0, 'abc');
  grid.wash(1, 0, 9, ground, table);
  expect([...grid.styles].map((id) => table.styleOf(id).bg?.rgb ?? null)).toEqual([null, 1, 1]);
  expect(grid.toLines()).toEqual(['abc']);
});

test('cells come out of the carrier as they went in', () => {
  const grid = new Grid(6, 2);
  grid.text(0, 0, 'a─⣿', 3);
  grid.text(3, 0, 'z', 700);
  grid.text(2, 1, 'é', 65_535);
  const back = new Grid(6, 2);
  back.text(0, 1, 'stale!', 9);
  for (const [y, line] of toCarrier(grid).split('\n').entries())
    readCarrier(line.trimEnd(), back, y);
  expect(back).toEqual(grid);
});

test('a cell is one sign in the carrier, in no area but those of private use where it has a style', () => {
  // more pairs than the first area has signs
  const grid = new Grid(100, 80);
  for (let at = 0; at < 8_000; at++) {
    grid.points[at] = 0x41 + (at % 50);
    grid.styles[at] = 1_000 + at;
  }
  const lines = toCarrier(grid).split('\n');
  const isPrivate = /^[\uE000-\uF8FF\u{F0000}-\u{FFFFD}\u{100000}-\u{10FFFD}]{100}$/u;
  expect(lines.filter((line) => !isPrivate.test(line))).toEqual([]);
  const back = new Grid(100, 80);
  for (const [y, line] of lines.entries()) readCarrier(line, back, y);
  expect(back).toEqual(grid);
});

test('a trimmed carrier leaves out plain blanks at the ends of lines, and no others', () => {
  const grid = new Grid(5, 3);
  grid.text(0, 0, 'a b');
  grid.text(3, 1, '  ', 7);
  const lines = toCarrier(grid, true).split('\n');
  expect(lines.map((line) => Array.from(line).length)).toEqual([3, 5, 0]);
  expect(lines[0]).toBe('a b');
});

test('braille dots stand where Unicode puts them', () => {
  const canvas = new BrailleCanvas(2, 1);
  for (const [x, y] of [
    [0, 0],
    [1, 3],
    [2, 1],
    [9, 9],
  ] as const) {
    canvas.dot(x, y, 0);
  }
  const grid = new Grid(2, 1);
  canvas.draw(grid, 0, 0, null);
  expect(grid.toLines()).toEqual(['⢁⠂']);
});

test('a braille line is unbroken', () => {
  const canvas = new BrailleCanvas(2, 1);
  canvas.line(0, 3, 3, 0, 0);
  const grid = new Grid(2, 1);
  canvas.draw(grid, 0, 0, null);
  expect(grid.toLines()).toEqual(['⡠⠊']);
});
