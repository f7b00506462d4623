/** How many colours the terminal shows: 24 bits, the 256 of xterm, the 16 of ANSI, or none. */
export type ColorDepth = 'truecolor' | '256' | '16' | 'none';

/** A colour as 24 bits, and which of the 16 ANSI colours stands for it where there are no more. */
export interface Color {
  readonly rgb: number;
  readonly ansi: number;
}

export interface Style {
  readonly fg: Color | null;
  readonly bg: Color | null;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly inverse?: boolean;
  readonly underline?: boolean;
}

/** An interned style; 0 is the terminal's own. At most 65,535 in a table. */
export type StyleId = number;

/** The colours a terminal can show, by the variables it sets. `NO_COLOR` (no-color.org) wins over all. */
export function colorDepthOf(environment: {
  readonly COLORTERM?: string | undefined;
  readonly TERM?: string | undefined;
  readonly NO_COLOR?: string | undefined;
}): ColorDepth {
  if (environment.NO_COLOR !== undefined && environment.NO_COLOR !== '') return 'none';
  const term = environment.TERM ?? '';
  if (term === '' || term === 'dumb') return 'none';
  if (/^(?:truecolor|24bit)$/i.test(environment.COLORTERM ?? '') || term.endsWith('-direct')) {
    return 'truecolor';
  }
  return /256/.test(term) ? '256' : '16';
}

const CUBE = [0, 95, 135, 175, 215, 255];

function nearestCube(value: number): number {
  let best = 0;
  for (let i = 1; i < CUBE.length; i++) {
    if (Math.abs((CUBE[i] ?? 0) - value) < Math.abs((CUBE[best] ?? 0) - value)) best = i;
  }
  return best;
}

/** The nearest of xterm's colours 16 to 255: the 6×6×6 cube or the grey ramp. */
export function toXterm256(rgb: number): number {
  const [r, g, b] = [rgb >> 16, (rgb >> 8) & 255, rgb & 255];
  const [cr, cg, cb] = [nearestCube(r), nearestCube(g), nearestCube(b)];
  const grey = Math.max(0, Math.min(23, Math.round(((r + g + b) / 3 - 8) / 10)));
  const distance = (x: number, y: number, z: number) => (x - r) ** 2 + (y - g) ** 2 + (z - b) ** 2;
  const level = 8 + 10 * grey;
  const cube = distance(CUBE[cr] ?? 0, CUBE[cg] ?? 0, CUBE[cb] ?? 0);
  return distance(level, level, level) < cube ? 232 + grey : 16 + 36 * cr + 6 * cg + cb;
}

function colorCode(color: Color, depth: ColorDepth, isBackground: boolean): string {
  const { rgb, ansi } = color;
  if (depth === 'truecolor') {
    return `;${isBackground ? 48 : 38};2;${rgb >> 16};${(rgb >> 8) & 255};${rgb & 255}`;
  }
  if (depth === '256') return `;${isBackground ? 48 : 38};5;${toXterm256(rgb)}`;
  const base = isBackground ? 40 : 30;
  return `;${ansi < 8 ? base + ansi : base + 52 + ansi}`;
}

/** The escape sequence that sets `style` and nothing else, whatever was set before. */
function sgrOf(style: Style, depth: ColorDepth): string {
  let codes = '0';
  if (style.bold === true) codes += ';1';
  if (style.dim === true) codes += ';2';
  if (style.underline === true) codes += ';4';
  if (style.inverse === true) codes += ';7';
  if (depth !== 'none') {
    if (style.fg !== null) codes += colorCode(style.fg, depth, false);
    if (style.bg !== null) codes += colorCode(style.bg, depth, true);
  }
  return `\u001B[${codes}m`;
}

/** What turns each attribute on; two share what turns them off, so one going means that all are set anew. */
const ATTRIBUTES = [
  ['bold', '1'],
  ['dim', '2'],
  ['underline', '4'],
  ['inverse', '7'],
] as const;

/** The escape sequence that sets what `to` has more or otherwise than `from`; `undefined` where that is not enough. */
function changeOf(from: Style, to: Style, depth: ColorDepth): string | undefined {
  let codes = '';
  for (const [name, code] of ATTRIBUTES) {
    const [before, after] = [from[name] === true, to[name] === true];
    if (before && !after) return undefined;
    if (after && !before) codes += `;${code}`;
  }
  if (depth !== 'none') {
    const ground = (color: Color | null, isBackground: boolean) =>
      color === null ? (isBackground ? ';49' : ';39') : colorCode(color, depth, isBackground);
    const [fg, bg] = [ground(to.fg, false), ground(to.bg, true)];
    if (fg !== ground(from.fg, false)) codes += fg;
    if (bg !== ground(from.bg, true)) codes += bg;
  }
  return codes === '' ? '' : `\u001B[${codes.slice(1)}m`;
}

const PLAIN: Style = { fg: null, bg: null };

/** Styles by number, so that a cell is two integers. */
export class StyleTable {
  readonly #styles: Style[] = [PLAIN];
  readonly #ids = new Map<string, StyleId>([[sgrOf(PLAIN, 'truecolor'), 0]]);
  readonly #over = new Map<number, StyleId>();
  readonly #sgr = new Map<ColorDepth, string[]>();
  readonly #changes = new Map<ColorDepth, Map<number, string>>();

  intern(style: Style): StyleId {
    const key = `${sgrOf(style, 'truecolor')}${style.fg?.ansi ?? ''}/${style.bg?.ansi ?? ''}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#styles.length;
    this.#styles.push(style);
    this.#ids.set(key, id);
    return id;
  }

  styleOf(id: StyleId): Style {
    return this.#styles[id] ?? PLAIN;
  }

  /** The style `id` on the ground (and with the inversion and underline) of `ground`; one that has its own ground keeps it. */
  over(id: StyleId, ground: StyleId): StyleId {
    const key = id * 65_536 + ground;
    const known = this.#over.get(key);
    if (known !== undefined) return known;
    const own = this.styleOf(id);
    const under = this.styleOf(ground);
    const style: Style =
      own.bg === null && own.inverse !== true
        ? {
            ...own,
            bg: under.bg,
            inverse: under.inverse ?? false,
            underline: own.underline === true || under.underline === true,
          }
        : own;
    const result = this.intern(style);
    this.#over.set(key, result);
    return result;
  }

  sgr(id: StyleId, depth: ColorDepth): string {
    let sequences = this.#sgr.get(depth);
    if (sequences === undefined) {
      sequences = [];
      this.#sgr.set(depth, sequences);
    }
    const known = sequences[id];
    if (known !== undefined) return known;
    const sequence = sgrOf(this.styleOf(id), depth);
    sequences[id] = sequence;
    return sequence;
  }

  /** The shortest sequence that makes a terminal which writes in style `from` (`null`: nobody knows) write in `to`. */
  change(from: StyleId | null, to: StyleId, depth: ColorDepth): string {
    if (from === null) return this.sgr(to, depth);
    let changes = this.#changes.get(depth);
    if (changes === undefined) {
      changes = new Map();
      this.#changes.set(depth, changes);
    }
    const key = from * 65_536 + to;
    const known = changes.get(key);
    if (known !== undefined) return known;
    const anew = to === 0 ? '\u001B[m' : this.sgr(to, depth);
    const more = changeOf(this.styleOf(from), this.styleOf(to), depth);
    const shortest = more !== undefined && more.length <= anew.length ? more : anew;
    changes.set(key, shortest);
    return shortest;
  }
}
