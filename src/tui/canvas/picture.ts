/** Pictures of screens: a grid as SVG, drawn with the colours of its styles. `rsvg-convert` makes a PNG of it. */
import type { Grid } from './grid.ts';
import type { Color, ColorDepth, StyleTable } from './styles.ts';

export interface PictureOptions {
  /** The terminal's own colours, as `#rrggbb`. */
  readonly foreground: string;
  readonly background: string;
}

const CELL = { width: 8.43, height: 17, font: 14, baseline: 13 };

function hex(color: Color | null, otherwise: string): string {
  return color === null ? otherwise : `#${color.rgb.toString(16).padStart(6, '0')}`;
}

function escapeXml(text: string): string {
  return text.replace(
    /[&<>]/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign,
  );
}

function number(value: number): string {
  return String(Number(value.toFixed(2)));
}

/** Signs that must meet their neighbours without a gap are drawn as shapes: fonts leave hairlines between them. */
function shapeOf(point: number, x: number, y: number, fill: string): string | undefined {
  const { width, height } = CELL;
  const box = (left: number, top: number, w: number, h: number, opacity = 1) =>
    `<rect x="${number(x + left)}" y="${number(y + top)}" width="${number(w)}" height="${number(h)}" fill="${fill}"${opacity < 1 ? ` opacity="${opacity}"` : ''}/>`;
  if (point === 0x2588) return box(0, 0, width + 0.1, height);
  if (point > 0x2588 && point <= 0x258f) return box(0, 0, (width * (0x2590 - point)) / 8, height);
  if (point >= 0x2581 && point < 0x2588) {
    const h = (height * (point - 0x2580)) / 8;
    return box(0, height - h, width, h);
  }
  if (point === 0x2593) return box(0, 2, width + 0.1, height - 4, 0.8);
  if (point === 0x2591) return box(0, 2, width + 0.1, height - 4, 0.4);
  if (point === 0x2500) return box(0, height / 2 - 0.5, width + 0.1, 1);
  if (point === 0x2502) return box(width / 2 - 0.5, 0, 1, height);
  return undefined;
}

/** The grid as an SVG document. */
export function toSvg(grid: Grid, table: StyleTable, options: PictureOptions): string {
  const grounds: string[] = [];
  const signs: string[] = [];
  for (let y = 0; y < grid.rows; y++) {
    for (let x = 0; x < grid.columns; x++) {
      const at = y * grid.columns + x;
      const point = grid.points[at] ?? 0x20;
      const style = table.styleOf(grid.styles[at] ?? 0);
      const own = hex(style.fg, options.foreground);
      const under = style.bg === null ? options.background : hex(style.bg, options.background);
      const [fg, bg] = style.inverse === true ? [under, own] : [own, under];
      const [left, top] = [x * CELL.width, y * CELL.height];
      if (bg !== options.background) {
        grounds.push(
          `<rect x="${number(left)}" y="${number(top)}" width="${number(CELL.width + 0.1)}" height="${CELL.height}" fill="${bg}"/>`,
        );
      }
      if (point === 0x20) continue;
      const shape = shapeOf(point, left, top, fg);
      const weight = style.bold === true ? ' font-weight="bold"' : '';
      const dim = style.dim === true ? ' opacity="0.6"' : '';
      signs.push(
        shape ??
          `<text x="${number(left)}" y="${number(top + CELL.baseline)}" fill="${fg}"${weight}${dim}>${escapeXml(String.fromCodePoint(point))}</text>`,
      );
      if (style.underline === true) {
        signs.push(
          `<rect x="${number(left)}" y="${number(top + CELL.height - 2)}" width="${number(CELL.width + 0.1)}" height="1" fill="${fg}"/>`,
        );
      }
    }
  }
  const pad = 10;
  const width = Math.ceil(grid.columns * CELL.width) + 2 * pad;
  const height = grid.rows * CELL.height + 2 * pad;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${options.background}"/><g transform="translate(${pad} ${pad})" font-family="DejaVu Sans Mono, monospace" font-size="${CELL.font}">${grounds.join('')}${signs.join('')}</g></svg>\n`;
}

/** The grid as text, blanks at the ends of lines left out. */
export function toText(grid: Grid): string {
  return `${grid.toLines().join('\n')}\n`;
}

/** The grid as lines with colour sequences: `cat` shows it as it was. */
export function toAnsi(grid: Grid, table: StyleTable, depth: ColorDepth): string {
  let out = '';
  for (let y = 0; y < grid.rows; y++) {
    let style = 0;
    for (let x = 0; x < grid.columns; x++) {
      const at = y * grid.columns + x;
      const next = grid.styles[at] ?? 0;
      if (next !== style) out += table.sgr(next, depth);
      style = next;
      out += String.fromCodePoint(grid.points[at] ?? 0x20);
    }
    out += '\u001B[0m\n';
  }
  return out;
}
