/**
 * What may stand in a cell: one code point that every terminal draws one column wide. Text from outside (a model's
 * reasoning, a broker's words) passes here, so that no control character or wide glyph ever moves the grid.
 */

const SPACE = 0x20;
const STAND_IN = 0x3f;

/** Ranges of zero-width marks, and of what terminals draw two columns wide (Unicode 16, East Asian Width W and F, emoji). */
const NOT_NARROW: readonly (readonly [number, number])[] = [
  [0x0300, 0x036f],
  [0x0483, 0x0489],
  [0x0591, 0x05bd],
  [0x0610, 0x061a],
  [0x064b, 0x065f],
  [0x0900, 0x0dff],
  [0x0e31, 0x0e4e],
  [0x1100, 0x115f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x20d0, 0x20ff],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23f3],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x267f, 0x267f],
  [0x2693, 0x2693],
  [0x26a1, 0x26a1],
  [0x26aa, 0x26ab],
  [0x26bd, 0x26be],
  [0x26c4, 0x26c5],
  [0x26ce, 0x26ce],
  [0x26d4, 0x26d4],
  [0x26ea, 0x26ea],
  [0x26f2, 0x26f5],
  [0x26fa, 0x26fd],
  [0x2705, 0x2705],
  [0x270a, 0x270b],
  [0x2728, 0x2728],
  [0x274c, 0x274e],
  [0x2753, 0x2757],
  [0x2795, 0x2797],
  [0x27b0, 0x27bf],
  [0x2b1b, 0x2b1c],
  [0x2b50, 0x2b55],
  [0x2e80, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xd800, 0xfaff],
  [0xfe00, 0xfe6f],
  [0xfeff, 0xfeff],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0xfff0, 0x10ffff],
];

function isNarrow(point: number): boolean {
  for (const [first, last] of NOT_NARROW) {
    if (point < first) return true;
    if (point <= last) return false;
  }
  return true;
}

/** The code point to draw for `point`: itself, a blank for a control character, `?` for what is not one column wide. */
export function cellPoint(point: number): number {
  if (point >= SPACE && point < 0x7f) return point;
  if (point < 0xa0 || point === 0xad) return SPACE;
  if (point < 0x300 || (point >= 0x2500 && point < 0x25fd)) return point;
  return isNarrow(point) ? point : STAND_IN;
}

const ASCII: Readonly<Record<string, string>> = {
  '–': '-',
  '—': '-',
  '−': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '…': '.',
  '·': '.',
  '•': '*',
  '×': 'x',
  '≥': '>',
  '≤': '<',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
  '✓': '+',
  '✗': '-',
};

/** The nearest ASCII character; `?` where there is none. */
export function asciiPoint(point: number): number {
  if (point < 0x7f) return point;
  const text = String.fromCodePoint(point);
  const known = ASCII[text] ?? text.normalize('NFD').charAt(0);
  const code = known.charCodeAt(0);
  return code < 0x7f ? code : STAND_IN;
}
