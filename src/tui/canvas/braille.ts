import type { Grid } from './grid.ts';
import type { StyleId } from './styles.ts';

/** Dots of a braille cell by column and row, Unicode chart U+2800. */
const DOTS: readonly (readonly number[])[] = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
];

/** A drawing of 2 × 4 dots a cell. Dots outside are clipped; where styles meet in a cell the later one stands. */
export class BrailleCanvas {
  readonly columns: number;
  readonly rows: number;
  readonly #bits: Uint8Array;
  readonly #styles: Uint16Array;

  constructor(columns: number, rows: number) {
    this.columns = Math.max(0, columns);
    this.rows = Math.max(0, rows);
    this.#bits = new Uint8Array(this.columns * this.rows);
    this.#styles = new Uint16Array(this.columns * this.rows);
  }

  get width(): number {
    return this.columns * 2;
  }

  get height(): number {
    return this.rows * 4;
  }

  dot(x: number, y: number, style: StyleId): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const at = (y >> 2) * this.columns + (x >> 1);
    this.#bits[at] = (this.#bits[at] ?? 0) | (DOTS[x & 1]?.[y & 3] ?? 0);
    this.#styles[at] = style;
  }

  /** A line of one dot a column at least, from the first point to the second. */
  line(x0: number, y0: number, x1: number, y1: number, style: StyleId): void {
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
    for (let i = 0; i <= steps; i++) {
      const share = i / steps;
      this.dot(Math.round(x0 + (x1 - x0) * share), Math.round(y0 + (y1 - y0) * share), style);
    }
  }

  /** Draws the cells that have dots; in ASCII a cell is `mark(style)`. */
  draw(grid: Grid, x: number, y: number, mark: ((style: StyleId) => string) | null): void {
    for (let row = 0; row < this.rows; row++) {
      for (let column = 0; column < this.columns; column++) {
        const at = row * this.columns + column;
        const bits = this.#bits[at] ?? 0;
        if (bits === 0) continue;
        const style = this.#styles[at] ?? 0;
        const point = mark === null ? 0x2800 + bits : mark(style).charCodeAt(0);
        grid.put(x + column, y + row, point, style);
      }
    }
  }
}
