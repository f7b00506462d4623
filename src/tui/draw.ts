import type { Grid, Rect } from './canvas/grid.ts';
import type { StyleId } from './canvas/styles.ts';
import type { Glyphs } from './theme/glyphs.ts';
import type { Look } from './theme/themes.ts';

/** A thin border with a title in it, and a note at its right end. The inside is left as it is. */
export function drawBorder(
  grid: Grid,
  { x, y, width, height }: Rect,
  look: Look,
  {
    title,
    note = '',
    isFocused,
    line = isFocused ? look.style.borderFocus : look.style.border,
  }: { title: string; note?: string; isFocused: boolean; line?: StyleId },
): void {
  if (width < 2 || height < 2) return;
  const { glyph } = look;
  const rule = glyph.horizontal.repeat(width - 2);
  grid.text(x, y, `${glyph.topLeft}${rule}${glyph.topRight}`, line, width);
  for (let row = y + 1; row < y + height - 1; row++) {
    grid.text(x, row, glyph.vertical, line, 1);
    grid.text(x + width - 1, row, glyph.vertical, line, 1);
  }
  grid.text(x, y + height - 1, `${glyph.bottomLeft}${rule}${glyph.bottomRight}`, line, width);
  const end = grid.text(
    x + 2,
    y,
    ` ${title} `,
    isFocused ? look.style.titleFocus : look.style.title,
    width - 4,
  );
  const room = x + width - 2 - end;
  if (note !== '' && note.length + 2 <= room) {
    grid.text(x + width - 4 - note.length, y, ` ${note} `, look.style.muted);
  }
}

/** A piece of a line of fields. Of pieces that do not fit together those with the highest rank are left out. */
export interface Piece {
  readonly text: string;
  readonly style: StyleId;
  readonly rank: number;
}

/** Writes pieces from `x` on with `gap` blanks between them, leaving out what does not fit; returns the end. */
export function drawPieces(
  grid: Grid,
  x: number,
  y: number,
  width: number,
  pieces: readonly Piece[],
  gap = 2,
): number {
  const kept = pieces.filter((piece) => piece.text !== '');
  const needed = () => kept.reduce((sum, piece) => sum + piece.text.length + gap, -gap);
  while (kept.length > 1 && needed() > width) {
    const worst = kept.reduce((a, b) => (b.rank >= a.rank ? b : a));
    kept.splice(kept.indexOf(worst), 1);
  }
  let at = x;
  for (const piece of kept) at = grid.text(at, y, piece.text, piece.style, x + width - at) + gap;
  return Math.max(x, at - gap);
}

/** A label and, right-aligned in the rest of `width`, its value. */
export function drawField(
  grid: Grid,
  x: number,
  y: number,
  width: number,
  label: string,
  value: string,
  look: Look,
  style: StyleId = look.style.text,
): void {
  const shown = Math.min(label.length, Math.max(0, width - value.length - 1));
  grid.text(x, y, label, look.style.muted, shown);
  grid.right(x, y, width, value, style);
}

/** A bar of `share` (0 to 1) of `width` cells, in eighths of a cell where the font has them. */
export function barOf(share: number, width: number, glyph: Glyphs): string {
  const eighths = Math.round(Math.max(0, Math.min(1, share)) * width * 8);
  const whole = Math.floor(eighths / 8);
  const part = eighths % 8 === 0 ? '' : (glyph.eighths[(eighths % 8) - 1] ?? '');
  return glyph.full.repeat(whole) + part;
}

/** One column a value, the highest filling it; nothing at all is a blank. */
export function sparklineOf(values: readonly number[], width: number, glyph: Glyphs): string {
  const shown = values.slice(-width);
  const highest = Math.max(1, ...shown);
  const heights = glyph.heights.length;
  return shown
    .map((v) =>
      v <= 0
        ? ' '
        : (glyph.heights[Math.min(heights - 1, Math.ceil((v / highest) * heights) - 1)] ?? ' '),
    )
    .join('')
    .padStart(width);
}

/** Breaks a text into lines of at most `width`, at blanks where there are any; each keeps its paragraph's indent. */
export function wrapText(text: string, width: number): string[] {
  if (width < 1) return [];
  return text.split('\n').flatMap((paragraph) => {
    const blanks = paragraph.length - paragraph.trimStart().length;
    const indent = ' '.repeat(Math.min(blanks, width - 1));
    return wrapWords(paragraph.trimStart(), width - indent.length).map((line) => indent + line);
  });
}

function wrapWords(paragraph: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    let rest = word;
    if (line !== '' && line.length + 1 + rest.length > width) {
      lines.push(line);
      line = '';
    }
    while (rest.length > width) {
      lines.push(rest.slice(0, width));
      rest = rest.slice(width);
    }
    line = line === '' ? rest : `${line} ${rest}`;
  }
  return [...lines, line];
}

/** A text cut to `width`, with an ellipsis where something is missing. */
export function cutText(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** The style of an amount of money by its sign. */
export function moneyStyle(value: number, look: Look): StyleId {
  if (Math.abs(value) < 0.005) return look.style.text;
  return value > 0 ? look.style.profit : look.style.loss;
}
