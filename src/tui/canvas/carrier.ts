/**
 * How cells travel through Ink. Ink lays out and composes text; it lets colour sequences pass as they are. A cell's
 * style therefore goes as a 24-bit foreground whose number is the style's id, and is read back on the other side:
 * no colour is parsed, and every pane keeps one table of styles.
 */
import type { Grid } from './grid.ts';
import type { StyleId } from './styles.ts';

const ESCAPE = 0x1b;
const BLANK = 0x20;

/** How many cells of a row are more than plain blanks at its end. */
function usedColumns(grid: Grid, start: number): number {
  let used = grid.columns;
  while (
    used > 0 &&
    grid.points[start + used - 1] === BLANK &&
    grid.styles[start + used - 1] === 0
  ) {
    used--;
  }
  return used;
}

/** A grid as lines for one `<Text>`. Blanks at the ends of lines are left out where `isTrimmed`: Ink reads every one. */
export function toCarrier(grid: Grid, isTrimmed = false): string {
  let out = '';
  for (let y = 0; y < grid.rows; y++) {
    if (y > 0) out += '\n';
    let style = 0;
    const start = y * grid.columns;
    const end = isTrimmed ? usedColumns(grid, start) : grid.columns;
    for (let x = 0; x < end; x++) {
      const at = start + x;
      const next = grid.styles[at] ?? 0;
      if (next !== style) {
        style = next;
        out += style === 0 ? '\u001B[39m' : `\u001B[38;2;0;${style >> 8};${style & 255}m`;
      }
      out += String.fromCodePoint(grid.points[at] ?? 0x20);
    }
    if (style !== 0) out += '\u001B[39m';
  }
  return out;
}

function styleOf(codes: string): StyleId {
  const parts = codes.split(';');
  return parts[0] === '38' && parts[1] === '2' ? Number(parts[3]) * 256 + Number(parts[4]) : 0;
}

/** Reads one line that Ink composed into row `y`; what it leaves out is blank. */
export function readCarrier(line: string, grid: Grid, y: number): void {
  let x = 0;
  let style = 0;
  for (let i = 0; i < line.length; i++) {
    let point = line.charCodeAt(i);
    if (point === ESCAPE) {
      const end = line.indexOf('m', i);
      if (end < 0) break;
      style = styleOf(line.slice(i + 2, end));
      i = end;
      continue;
    }
    if (point >= 0xd800 && point <= 0xdfff) {
      point = line.codePointAt(i) ?? 0x20;
      i++;
    }
    grid.put(x, y, point, style);
    x++;
  }
  for (; x < grid.columns; x++) grid.put(x, y, 0x20, 0);
}
