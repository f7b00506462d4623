/**
 * How cells travel through Ink. Ink lays out and composes text, sign by sign, and reads every escape sequence in it more
 * than once; a screen of colours costs it several times what the same screen without costs. A cell that has a style
 * therefore goes as one sign of Unicode's private use, which stands for the pair, and is read back on the other side.
 */
import type { Grid } from './grid.ts';
import type { StyleId } from './styles.ts';

const BLANK = 0x20;

/** The areas of private use, without the noncharacters at the ends of planes: first and length. */
const AREAS: readonly (readonly [first: number, length: number])[] = [
  [0xe000, 0x1900],
  [0xf0000, 0xfffe],
  [0x100000, 0xfffe],
];
const FIRST_PRIVATE = 0xe000;

/** The sign that stands for the pair of number `index`; `undefined` where there are no more. */
function signOf(index: number): number | undefined {
  let rest = index;
  for (const [first, length] of AREAS) {
    if (rest < length) return first + rest;
    rest -= length;
  }
  return undefined;
}

/** Pairs of a code point and a style, each with its sign, in the order met. A screen has some thousands. */
class CellSigns {
  readonly #signs = new Map<number, number>();
  readonly #cells = new Map<number, readonly [point: number, style: StyleId]>();

  /** The sign of a cell. Should there ever be no more of them, the cell goes without its style. */
  signOf(point: number, style: StyleId): number {
    if (style === 0) return point;
    const key = style * 0x200000 + point;
    const known = this.#signs.get(key);
    if (known !== undefined) return known;
    const sign = signOf(this.#signs.size);
    if (sign === undefined) return point;
    this.#signs.set(key, sign);
    this.#cells.set(sign, [point, style]);
    return sign;
  }

  cellOf(sign: number): readonly [point: number, style: StyleId] | undefined {
    return this.#cells.get(sign);
  }
}

const SIGNS = new CellSigns();

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
    const start = y * grid.columns;
    const end = isTrimmed ? usedColumns(grid, start) : grid.columns;
    for (let x = 0; x < end; x++) {
      const at = start + x;
      out += String.fromCodePoint(SIGNS.signOf(grid.points[at] ?? BLANK, grid.styles[at] ?? 0));
    }
  }
  return out;
}

/** Reads one line that Ink composed into row `y`; what it leaves out is blank. */
export function readCarrier(line: string, grid: Grid, y: number): void {
  let x = 0;
  for (let i = 0; i < line.length; i++) {
    let point = line.charCodeAt(i);
    if (point >= 0xd800 && point <= 0xdfff) {
      point = line.codePointAt(i) ?? BLANK;
      i++;
    }
    const cell = point < FIRST_PRIVATE ? undefined : SIGNS.cellOf(point);
    if (cell === undefined) grid.put(x, y, point, 0);
    else grid.put(x, y, cell[0], cell[1]);
    x++;
  }
  for (; x < grid.columns; x++) grid.put(x, y, BLANK, 0);
}
