import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DiffEncoder, forget } from '../../../src/tui/canvas/diff.ts';
import { Grid } from '../../../src/tui/canvas/grid.ts';
import { type ColorDepth, StyleTable } from '../../../src/tui/canvas/styles.ts';
import { createTerminal, feed, screenCells } from '../../support/terminal.ts';

const table = new StyleTable();
const red = { rgb: 0xff2040, ansi: 9 };
const night = { rgb: 0x10182a, ansi: 4 };
const STYLES = [
  0,
  table.intern({ fg: red, bg: null }),
  table.intern({ fg: red, bg: night, bold: true }),
  table.intern({ fg: null, bg: night, underline: true }),
  table.intern({ fg: null, bg: null, inverse: true, dim: true }),
];
const GLYPHS = [' ', 'a', 'B', '7', '─', '█', '▓', '⣿', 'é'];
const COLUMNS = 12;
const ROWS = 4;

const cells = fc.array(fc.tuple(fc.constantFrom(...GLYPHS), fc.constantFrom(...STYLES)), {
  minLength: COLUMNS * ROWS,
  maxLength: COLUMNS * ROWS,
});

function gridOf(source: readonly (readonly [string, number])[]): Grid {
  const grid = new Grid(COLUMNS, ROWS);
  for (const [i, [glyph, style]] of source.entries()) {
    grid.put(i % COLUMNS, Math.floor(i / COLUMNS), glyph.codePointAt(0) ?? 32, style);
  }
  return grid;
}

/** What a fresh terminal shows after the whole of `grid` is written to it. */
async function fresh(grid: Grid, depth: ColorDepth): Promise<string[][]> {
  const terminal = createTerminal(COLUMNS, ROWS);
  const shown = new Grid(COLUMNS, ROWS);
  forget(shown);
  await feed(terminal, new DiffEncoder(table, depth, false).encode(shown, grid));
  return screenCells(terminal);
}

for (const depth of ['truecolor', '256', '16', 'none'] as const) {
  test(`the difference of two screens turns a ${depth} terminal that shows one into one that shows the other`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(cells, { minLength: 2, maxLength: 4 }), async (pictures) => {
        const terminal = createTerminal(COLUMNS, ROWS);
        const shown = new Grid(COLUMNS, ROWS);
        forget(shown);
        const encoder = new DiffEncoder(table, depth, false);
        for (const picture of pictures) {
          const next = gridOf(picture);
          await feed(terminal, encoder.encode(shown, next));
          expect(screenCells(terminal)).toEqual(await fresh(next, depth));
          expect([...shown.points]).toEqual([...next.points]);
          expect([...shown.styles]).toEqual([...next.styles]);
        }
      }),
      { numRuns: 40 },
    );
  });
}

test('whatever changes, a style is set at most once', () => {
  fc.assert(
    fc.property(cells, cells, (before, after) => {
      const sent = new DiffEncoder(table, 'truecolor', false).encode(gridOf(before), gridOf(after));
      const styles = new Set(after.map(([, style]) => style)).size;
      expect(sent.split('m').length - 1).toBeLessThanOrEqual(styles);
    }),
  );
});

test('the cursor goes the shorter way, and never on from a last column', () => {
  const screen = (...marks: readonly (readonly [number, number])[]) => {
    const grid = new Grid(80, 24);
    for (const [x, y] of marks) grid.put(x, y, 0x61, 0);
    return new DiffEncoder(table, 'none', false).encode(new Grid(80, 24), grid);
  };
  expect(screen([40, 10], [40, 11])).toBe('\u001B[0m\u001B[11;41Ha\u001B[B\ba');
  expect(screen([40, 10], [42, 10])).toBe('\u001B[0m\u001B[11;41Ha a');
  expect(screen([40, 10], [70, 10])).toBe('\u001B[0m\u001B[11;41Ha\u001B[29Ca');
  expect(screen([70, 10], [10, 11])).toBe('\u001B[0m\u001B[11;71Ha\u001B[12;11Ha');
  expect(screen([79, 10], [79, 11])).toBe('\u001B[0m\u001B[11;80Ha\u001B[12;80Ha');
});

test('an equal screen costs nothing', () => {
  fc.assert(
    fc.property(cells, (picture) => {
      const grid = gridOf(picture);
      expect(new DiffEncoder(table, '256', false).encode(gridOf(picture), grid)).toBe('');
    }),
  );
});

test('in ASCII nothing beyond ASCII is sent', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: COLUMNS }), (text) => {
      const next = new Grid(COLUMNS, 1);
      next.text(0, 0, text);
      const shown = new Grid(COLUMNS, 1);
      forget(shown);
      const sent = new DiffEncoder(table, 'none', true).encode(shown, next);
      expect(Array.from(sent).filter((sign) => sign > '~')).toEqual([]);
    }),
  );
});

test('text from outside fills as many columns as it has signs, whatever they are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 8 }), async (text) => {
      const next = new Grid(COLUMNS, 1);
      const end = next.text(0, 0, text);
      next.text(end, 0, '|');
      const shown = new Grid(COLUMNS, 1);
      forget(shown);
      const terminal = createTerminal(COLUMNS, 1);
      await feed(terminal, new DiffEncoder(table, 'none', false).encode(shown, next));
      const row = screenCells(terminal)[0]?.map((cell) => cell.charAt(0)) ?? [];
      if (end < COLUMNS) expect(row[end]).toBe('|');
    }),
    { numRuns: 300 },
  );
});
