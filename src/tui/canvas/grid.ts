import { cellPoint } from './glyph.ts';
import type { StyleId, StyleTable } from './styles.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const SPACE = 0x20;

/**
 * A rectangle of cells, each a code point and a style. Whatever is drawn outside is clipped, so a painter cannot
 * overflow its pane.
 */
export class Grid implements Size {
  readonly columns: number;
  readonly rows: number;
  readonly points: Uint32Array;
  readonly styles: Uint16Array;

  constructor(columns: number, rows: number) {
    this.columns = Math.max(0, columns);
    this.rows = Math.max(0, rows);
    this.points = new Uint32Array(this.columns * this.rows).fill(SPACE);
    this.styles = new Uint16Array(this.columns * this.rows);
  }

  clear(): void {
    this.points.fill(SPACE);
    this.styles.fill(0);
  }

  put(x: number, y: number, point: number, style: StyleId): void {
    if (x < 0 || y < 0 || x >= this.columns || y >= this.rows) return;
    const at = y * this.columns + x;
    this.points[at] = point;
    this.styles[at] = style;
  }

  /** Writes from `x` on, at most `width` cells, and returns the column after the last one. */
  text(x: number, y: number, text: string, style: StyleId = 0, width = this.columns - x): number {
    if (y < 0 || y >= this.rows) return x;
    const end = Math.min(x + width, this.columns);
    let column = x;
    for (let i = 0; i < text.length && column < end; i++) {
      let point = text.charCodeAt(i);
      if (point >= 0x7f || point < SPACE) {
        point = text.codePointAt(i) ?? SPACE;
        if (point > 0xffff) i++;
        point = cellPoint(point);
      }
      if (column >= 0) {
        const at = y * this.columns + column;
        this.points[at] = point;
        this.styles[at] = style;
      }
      column++;
    }
    return column;
  }

  /** Writes so that the last character stands at `x + width - 1`. A text that is too long loses its end. */
  right(x: number, y: number, width: number, text: string, style: StyleId = 0): void {
    this.text(x + Math.max(0, width - text.length), y, text, style, Math.min(width, text.length));
  }

  /** Writes in the middle of `width` cells. */
  center(x: number, y: number, width: number, text: string, style: StyleId = 0): void {
    this.text(x + Math.max(0, (width - text.length) >> 1), y, text, style, width);
  }

  fill(rect: Rect, point: number, style: StyleId): void {
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      for (let x = rect.x; x < rect.x + rect.width; x++) this.put(x, y, point, style);
    }
  }

  /** Lays a ground under `width` cells that have none. */
  wash(x: number, y: number, width: number, ground: StyleId, table: StyleTable): void {
    if (y < 0 || y >= this.rows) return;
    const end = Math.min(x + width, this.columns);
    for (let column = Math.max(0, x); column < end; column++) {
      const at = y * this.columns + column;
      this.styles[at] = table.over(this.styles[at] ?? 0, ground);
    }
  }

  /** Copies `source` to (x, y), but for the cells inside one of `holes` (in this grid's coordinates). */
  blit(source: Grid, x: number, y: number, holes: readonly Rect[] = []): void {
    for (let row = 0; row < source.rows; row++) {
      const targetY = y + row;
      if (targetY < 0 || targetY >= this.rows) continue;
      const crossing = holes.filter((h) => targetY >= h.y && targetY < h.y + h.height);
      for (let column = 0; column < source.columns; column++) {
        const targetX = x + column;
        if (targetX < 0 || targetX >= this.columns) continue;
        if (crossing.some((h) => targetX >= h.x && targetX < h.x + h.width)) continue;
        const from = row * source.columns + column;
        const to = targetY * this.columns + targetX;
        this.points[to] = source.points[from] ?? SPACE;
        this.styles[to] = source.styles[from] ?? 0;
      }
    }
  }

  /** The rows as text, without trailing blanks. */
  toLines(): string[] {
    const lines: string[] = [];
    for (let y = 0; y < this.rows; y++) {
      const row = this.points.subarray(y * this.columns, (y + 1) * this.columns);
      let line = '';
      for (const point of row) line += String.fromCodePoint(point);
      lines.push(line.trimEnd());
    }
    return lines;
  }
}
