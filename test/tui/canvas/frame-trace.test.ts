import { expect, test } from 'vitest';
import { FrameTrace } from '../../../src/tui/canvas/frame-trace.ts';
import { Grid } from '../../../src/tui/canvas/grid.ts';
import { StyleTable } from '../../../src/tui/canvas/styles.ts';

const bold = { fg: null, bg: null, bold: true };

test('the first frame is told whole, later ones by the rows that changed, and a new size whole again', () => {
  const table = new StyleTable();
  const trace = new FrameTrace(table, false);
  const grid = new Grid(4, 2);
  grid.text(1, 0, 'ab', table.intern(bold));
  expect(trace.next(grid)).toEqual({
    columns: 4,
    rows: 2,
    changed: [
      [0, ' ab ', [0, 1, 1, 2, 0, 1]],
      [1, '    ', [0, 4]],
    ],
    styles: { 0: { fg: null, bg: null }, 1: bold },
  });
  grid.text(0, 1, 'x');
  expect(trace.next(grid)).toMatchObject({ changed: [[1, 'x   ', [0, 4]]], styles: {} });
  expect(trace.next(new Grid(2, 1)).changed).toEqual([[0, '  ', [0, 2]]]);
});

test('a change of style alone is a change, and under ASCII the signs are those that are sent', () => {
  const table = new StyleTable();
  const trace = new FrameTrace(table, true);
  const grid = new Grid(2, 1);
  grid.text(0, 0, 'éa');
  expect(trace.next(grid).changed).toEqual([[0, 'ea', [0, 2]]]);
  grid.text(1, 0, 'a', table.intern(bold));
  expect(trace.next(grid).changed).toEqual([[0, 'ea', [0, 1, 1, 1]]]);
});
