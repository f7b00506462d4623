/** The signs beyond ASCII that panes draw with, and what stands for them under `--ascii`. */
export interface Glyphs {
  readonly isAscii: boolean;
  readonly horizontal: string;
  readonly vertical: string;
  readonly topLeft: string;
  readonly topRight: string;
  readonly bottomLeft: string;
  readonly bottomRight: string;
  /** A bar's full cell, and its parts of an eighth to seven eighths, growing to the right. */
  readonly full: string;
  readonly eighths: readonly string[];
  /** Heights of one to eight eighths, for sparklines. */
  readonly heights: readonly string[];
  /** The two parts of a bar that has two. */
  readonly dark: string;
  readonly light: string;
  /** What is left of a gauge. */
  readonly empty: string;
  readonly up: string;
  readonly down: string;
  readonly here: string;
  readonly large: string;
  readonly yes: string;
  readonly no: string;
  readonly dash: string;
  readonly dot: string;
  readonly atLeast: string;
  readonly times: string;
  readonly wallMinor: string;
  readonly wallMajor: string;
  readonly running: string;
  readonly paused: string;
}

const UNICODE: Glyphs = {
  isAscii: false,
  horizontal: '─',
  vertical: '│',
  topLeft: '╭',
  topRight: '╮',
  bottomLeft: '╰',
  bottomRight: '╯',
  full: '█',
  eighths: ['▏', '▎', '▍', '▌', '▋', '▊', '▉'],
  heights: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  dark: '▓',
  light: '░',
  empty: '─',
  up: '▲',
  down: '▼',
  here: '▸',
  large: '◆',
  yes: '✓',
  no: '·',
  dash: '–',
  dot: '·',
  atLeast: '≥',
  times: '×',
  wallMinor: '▌',
  wallMajor: '█',
  running: '▶',
  paused: '‖',
};

const ASCII: Glyphs = {
  isAscii: true,
  horizontal: '-',
  vertical: '|',
  topLeft: '+',
  topRight: '+',
  bottomLeft: '+',
  bottomRight: '+',
  full: '#',
  eighths: ['', '', '', '-', '=', '=', '#'],
  heights: ['_', '_', '.', '.', ':', ':', '|', '|'],
  dark: '#',
  light: '=',
  empty: '.',
  up: '^',
  down: 'v',
  here: '>',
  large: '*',
  yes: 'Y',
  no: '.',
  dash: '-',
  dot: '.',
  atLeast: '>=',
  times: 'x',
  wallMinor: 'w',
  wallMajor: 'W',
  running: '>',
  paused: '=',
};

export function glyphsOf(isAscii: boolean): Glyphs {
  return isAscii ? ASCII : UNICODE;
}
