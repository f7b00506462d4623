import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toCarrier } from '../../../src/tui/canvas/carrier.ts';
import { cellWidth } from '../../../src/tui/canvas/cell-width.ts';
import { Grid } from '../../../src/tui/canvas/grid.ts';
import { createTerminal, feed } from '../../support/terminal.ts';

test('what carries cells through Ink is as wide as they are, in a terminal too', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.array(fc.nat({ max: 300 }), { minLength: 40, maxLength: 40 }),
      async (text, styles) => {
        const grid = new Grid(40, 1);
        grid.text(0, 0, text);
        grid.styles.set(styles);
        const terminal = createTerminal(60, 1);
        await feed(terminal, toCarrier(grid));
        expect(cellWidth(toCarrier(grid))).toBe(40);
        expect(terminal.buffer.active.cursorX).toBe(40);
      },
    ),
    { numRuns: 100 },
  );
});

test('a sign beyond the basic plane has one column, and nothing has none', () => {
  expect(cellWidth('a─█⣿\u{F0000}\u{10FFFD}')).toBe(6);
  expect(cellWidth('')).toBe(0);
});
