import { asciiPoint } from './glyph.ts';
import type { Grid } from './grid.ts';
import type { Style, StyleId, StyleTable } from './styles.ts';

/** A frame as it is meant: what a terminal has to show once it has taken what was sent for it. */
export interface TracedFrame {
  readonly columns: number;
  readonly rows: number;
  /** The rows that differ from the frame before, of this size: row, its characters, and pairs of a style and how many cells have it. */
  readonly changed: readonly (readonly [row: number, text: string, runs: readonly number[]])[];
  /** Styles that no frame had before. */
  readonly styles: Readonly<Record<StyleId, Style>>;
}

/** Tells of each frame what it is, cell for cell, without the detour over the terminal's language. */
export class FrameTrace {
  readonly #table: StyleTable;
  readonly #isAscii: boolean;
  readonly #told = new Set<StyleId>();
  #size = '';
  #rows: string[] = [];

  constructor(table: StyleTable, isAscii: boolean) {
    this.#table = table;
    this.#isAscii = isAscii;
  }

  next(grid: Grid): TracedFrame {
    const { columns, rows } = grid;
    const size = `${columns}x${rows}`;
    if (size !== this.#size) this.#rows = [];
    this.#size = size;
    const changed: [number, string, number[]][] = [];
    const styles: Record<StyleId, Style> = {};
    for (let y = 0; y < rows; y++) {
      const [text, runs] = this.#row(grid, y);
      const key = `${text}${runs.join()}`;
      if (this.#rows[y] === key) continue;
      this.#rows[y] = key;
      changed.push([y, text, runs]);
      for (let i = 0; i < runs.length; i += 2) {
        const id = runs[i] ?? 0;
        if (this.#told.has(id)) continue;
        this.#told.add(id);
        styles[id] = this.#table.styleOf(id);
      }
    }
    return { columns, rows, changed, styles };
  }

  #row({ columns, points, styles }: Grid, y: number): [text: string, runs: number[]] {
    let text = '';
    const runs: number[] = [];
    for (let at = y * columns; at < (y + 1) * columns; at++) {
      const point = points[at] ?? 0x20;
      text += String.fromCodePoint(this.#isAscii ? asciiPoint(point) : point);
      const style = styles[at] ?? 0;
      if (runs.at(-2) === style) runs[runs.length - 1] = (runs.at(-1) ?? 0) + 1;
      else runs.push(style, 1);
    }
    return [text, runs];
  }
}
