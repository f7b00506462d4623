import { asciiPoint } from './glyph.ts';
import type { Grid } from './grid.ts';
import type { ColorDepth, StyleId, StyleTable } from './styles.ts';

/** Never a code point: what `shown` holds where nobody knows what the terminal shows. */
const UNKNOWN = 0xffffffff;

/** The longest gap that can be cheaper to write again than to jump over. */
const BRIDGE = 4;

/** Marks every cell as not known, so that the next difference paints it. */
export function forget(shown: Grid): void {
  shown.points.fill(UNKNOWN);
}

/**
 * Turns the difference of two grids into what the terminal must be sent. A colour of 24 bits costs three times what a
 * move does, so what changed is written style by style, in each from the top: every style is set once a frame.
 */
export class DiffEncoder {
  readonly #table: StyleTable;
  readonly #depth: ColorDepth;
  readonly #ascii: boolean;
  /** The style the terminal writes with now; `null` when nobody knows. */
  #style: StyleId | null = null;
  /** Where the cursor stands; a row of -1 when nobody knows. */
  #row = -1;
  #column = 0;
  /** The changed cells of a style as a chain: its first and last by style, and what follows a cell by place; -1 ends it. */
  #following = new Int32Array(0);
  readonly #first: number[] = [];
  readonly #last: number[] = [];

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
   * placed absolutely first, and after a row's last column, so no wrapping is relied on. Empty when nothing differs.
   */
  encode(shown: Grid, next: Grid): string {
    const styles = this.#chain(shown, next);
    this.#row = -1;
    let out = '';
    while (styles.length > 0) {
      const style = this.#cheapest(styles);
      out += this.#change(style);
      for (let at = this.#first[style] ?? -1; at >= 0; at = this.#following[at] ?? -1) {
        out += this.#moveTo(next, at);
        out += this.#character(next.points[at] ?? 0x20);
        this.#column++;
        // in the last column the cursor waits to wrap, and terminals differ in where it is then
        if (this.#column === next.columns) this.#row = -1;
        shown.points[at] = next.points[at] ?? 0;
        shown.styles[at] = style;
      }
      this.#first[style] = -1;
    }
    return out;
  }

  /** Chains the cells that differ by their new styles, and returns these in the order met. */
  #chain(shown: Grid, next: Grid): StyleId[] {
    const { points, styles } = next;
    const count = points.length;
    if (this.#following.length < count) this.#following = new Int32Array(count);
    const found: StyleId[] = [];
    for (let at = 0; at < count; at++) {
      const style = styles[at] ?? 0;
      if (points[at] === shown.points[at] && style === shown.styles[at]) continue;
      if ((this.#first[style] ?? -1) < 0) {
        this.#first[style] = at;
        found.push(style);
      } else this.#following[this.#last[style] ?? 0] = at;
      this.#following[at] = -1;
      this.#last[style] = at;
    }
    return found;
  }

  /** Takes the style that costs the least to change to out of `styles`. */
  #cheapest(styles: StyleId[]): StyleId {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < styles.length; i++) {
      const cost = this.#table.change(this.#style, styles[i] ?? 0, this.#depth).length;
      if (cost >= least) continue;
      least = cost;
      best = i;
    }
    const style = styles[best] ?? 0;
    styles[best] = styles.at(-1) ?? 0;
    styles.pop();
    return style;
  }

  #change(style: StyleId): string {
    const sequence = this.#table.change(this.#style, style, this.#depth);
    this.#style = style;
    return sequence;
  }

  /** The shortest way of the cursor to a cell. */
  #moveTo(next: Grid, at: number): string {
    const y = Math.floor(at / next.columns);
    const x = at - y * next.columns;
    const [fromRow, fromColumn] = [this.#row, this.#column];
    if (fromRow === y && fromColumn === x) return '';
    this.#row = y;
    this.#column = x;
    if (fromRow < 0) return absolute(y, x);
    const across = x - fromColumn;
    if (fromRow === y && across > 0)
      return this.#bridge(next, at - across, at) ?? moves(across, 'C');
    const relative = movedDown(y - fromRow) + movedAcross(across);
    if (relative.length < 6) return relative;
    const there = absolute(y, x);
    return relative.length < there.length ? relative : there;
  }

  /** The cells between, which stand there already, where that is no longer than a move and they have the style in use. */
  #bridge({ points, styles }: Grid, from: number, to: number): string | undefined {
    if (to - from > BRIDGE) return undefined;
    let bytes = to - from === 1 ? 3 : 4;
    for (let at = from; at < to; at++) {
      const point = points[at] ?? 0x20;
      bytes -= point < 0x80 || this.#ascii ? 1 : point < 0x800 ? 2 : 3;
      if (bytes < 0 || styles[at] !== this.#style) return undefined;
    }
    let bridge = '';
    for (let at = from; at < to; at++) bridge += this.#character(points[at] ?? 0x20);
    return bridge;
  }

  #character(point: number): string {
    return String.fromCodePoint(this.#ascii ? asciiPoint(point) : point);
  }
}

const MOVES: Readonly<Record<'A' | 'B' | 'C' | 'D', string[]>> = { A: [], B: [], C: [], D: [] };

/** A move of `count` cells in a direction; one needs no number. */
function moves(count: number, direction: keyof typeof MOVES): string {
  const known = MOVES[direction];
  const sequence = known[count] ?? `\u001B[${count === 1 ? '' : count}${direction}`;
  known[count] = sequence;
  return sequence;
}

function movedDown(rows: number): string {
  if (rows === 0) return '';
  return rows > 0 ? moves(rows, 'B') : moves(-rows, 'A');
}

function movedAcross(columns: number): string {
  if (columns >= 0) return columns === 0 ? '' : moves(columns, 'C');
  return columns >= -3 ? '\b'.repeat(-columns) : moves(-columns, 'D');
}

function absolute(y: number, x: number): string {
  return x === 0 ? `\u001B[${y + 1}H` : `\u001B[${y + 1};${x + 1}H`;
}
