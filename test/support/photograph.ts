/**
 * node bin/with-node.mjs test/support/photograph.ts OUT.png|OUT.svg [COLUMNSxROWS] [CLOCK] [KEYS] [ARGUMENTS…]
 *
 * Starts the built program on the demo session in a pseudo-terminal, presses KEYS, and writes what the terminal shows when the
 * exchange's clock has passed CLOCK (09:52:20, unless told), while it runs on: the README's pictures are made so. A PNG needs
 * `rsvg-convert` (librsvg) on the machine.
 *
 * The README's: `.github/screen.png 160x45`, `.github/footprint.png 160x45 09:58:00 0`, `.github/small.png 80x24 09:52:20`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Terminal } from '@xterm/headless';
import { Grid } from '../../src/tui/canvas/grid.ts';
import { toSvg } from '../../src/tui/canvas/picture.ts';
import { type Color, StyleTable } from '../../src/tui/canvas/styles.ts';
import { buildProgram, PROGRAM } from './built-program.ts';
import { TerminalProgram } from './terminal.ts';

const [out = 'screen.svg', size = '160x45', clock = '09:52:20', keys = '', ...more] =
  process.argv.slice(2);
const [columns = 160, rows = 45] = size.split('x').map(Number);

function colorOf(isDefault: boolean, isRgb: boolean, value: number): Color | null {
  if (isDefault) return null;
  if (!isRgb)
    throw new Error(`the screen is drawn in true colours; here is palette colour ${value}`);
  return { rgb: value, ansi: 0 };
}

/** What a terminal shows, as cells with their styles. */
function gridOf(terminal: Terminal, table: StyleTable): Grid {
  const grid = new Grid(terminal.cols, terminal.rows);
  const { active } = terminal.buffer;
  for (let y = 0; y < terminal.rows; y++) {
    const line = active.getLine(active.baseY + y);
    for (let x = 0; x < terminal.cols; x++) {
      const cell = line?.getCell(x);
      if (cell === undefined) continue;
      const style = table.intern({
        fg: colorOf(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor()),
        bg: colorOf(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor()),
        bold: cell.isBold() !== 0,
        dim: cell.isDim() !== 0,
        inverse: cell.isInverse() !== 0,
        underline: cell.isUnderline() !== 0,
      });
      grid.put(x, y, cell.getChars().codePointAt(0) ?? 0x20, style);
    }
  }
  return grid;
}

buildProgram();
const folder = mkdtempSync(join(tmpdir(), 'fsd-photograph-'));
const paths = ['--set', `paths.logs=${folder}/logs`, '--set', `paths.cache=${folder}/cache`];
const program = new TerminalProgram([PROGRAM, '--backtest', '--speed', '50', ...paths, ...more], {
  columns,
  rows,
});
await program.until((text) => text.includes('1 ladder'), 20_000);
// the welcome goes, and the keys come
program.press('\u001B');
await pause(100);
program.press(keys);
await program.until((text) => (/\d\d:\d\d:\d\d/.exec(text)?.[0] ?? '') >= clock, 180_000);
const table = new StyleTable();
const svg = toSvg(gridOf(program.terminal, table), table, {
  foreground: '#c3c9d3',
  background: '#12151b',
});
if (out.endsWith('.png')) execFileSync('rsvg-convert', ['-o', out], { input: svg });
else writeFileSync(out, svg);
program.press('\u0003\u0003');
await program.exited;
rmSync(folder, { recursive: true });
