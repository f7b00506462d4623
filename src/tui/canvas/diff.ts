import { asciiPoint } from './glyph.ts';
import type { Grid } from './grid.ts';
import type { ColorDepth, StyleId, StyleTable } from './styles.ts';

/** Never a code point: what `shown` holds where nobody knows what the terminal shows. */
const UNKNOWN = 0xffffffff;

/** An unchanged gap up to this long is cheaper to write again than to jump over. */
const BRIDGE = 4;

/** Marks every cell as not known, so that the next difference paints it. */
export function forget(shown: Grid): void {
  shown.points.fill(UNKNOWN);
}

/** Turns the difference of two grids into what the terminal must be sent. */
export class DiffEncoder {
  readonly #table: StyleTable;
  readonly #depth: ColorDepth;
  readonly #ascii: boolean;
  /** The style the terminal writes with now; `null` when nobody knows. */
  #style: StyleId | null = null;

  constructor(table: StyleTable, depth: ColorDepth, ascii: boolean) {
    this.#table = table;
    this.#depth = depth;
    this.#ascii = ascii;
  }

  /** Call after anything else was written to the terminal. */
  reset(): void {
    this.#style = null;
  }

  /**
   * Writes what changes `shown` into `next` and makes `shown` equal to it. Both have the same size. The cursor is
   * placed absolutely first, and each row apart, so no wrapping is relied on. Empty when nothing differs.
   */
  encode(shown: Grid, next: Grid): string {
    const { columns, rows } = next;
    let out = '';
    for (let y = 0; y < rows; y++) {
      const start = y * columns;
      let cursor = -1;
      for (let x = 0; x < columns; x++) {
        const at = start + x;
        if (next.points[at] === shown.points[at] && next.styles[at] === shown.styles[at]) continue;
        out += this.#moveTo(next, start, cursor, x, y);
        out += this.#cell(next, at);
        shown.points[at] = next.points[at] ?? 0;
        shown.styles[at] = next.styles[at] ?? 0;
        cursor = x + 1;
      }
    }
    return out;
  }

  #moveTo(next: Grid, start: number, cursor: number, x: number, y: number): string {
    if (cursor === x) return '';
    if (cursor < 0) return x === 0 ? `\u001B[${y + 1}H` : `\u001B[${y + 1};${x + 1}H`;
    const gap = x - cursor;
    if (gap > BRIDGE) return `\u001B[${gap}C`;
    let bridge = '';
    for (let i = cursor; i < x; i++) {
      if (next.styles[start + i] !== this.#style) return `\u001B[${gap}C`;
      bridge += this.#character(next.points[start + i] ?? 0x20);
    }
    return bridge;
  }

  #cell(next: Grid, at: number): string {
    const style = next.styles[at] ?? 0;
    const character = this.#character(next.points[at] ?? 0x20);
    if (style === this.#style) return character;
    this.#style = style;
    return this.#table.sgr(style, this.#depth) + character;
  }

  #character(point: number): string {
    return String.fromCodePoint(this.#ascii ? asciiPoint(point) : point);
  }
}
