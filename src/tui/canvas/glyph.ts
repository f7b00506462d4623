/**
 * What may stand in a cell: one code point that every terminal draws one column wide. Text from outside (a model's
 * reasoning, a broker's words) passes here, so that no control character or wide glyph ever moves the grid.
 */

const SPACE = 0x20;
const STAND_IN = 0x3f;

/**
 * What every terminal draws one column wide and in the order written, by Unicode block: Latin to Cyrillic without
 * combining marks, punctuation, currencies, arrows, mathematics, boxes, blocks, shapes, braille. Other scripts are wide,
 * joined, reordered or stacked by some terminals and not by others.
 */
const NARROW: readonly (readonly [number, number])[] = [
  [0xa1, 0xac],
  [0xae, 0x2ff],
  [0x370, 0x377],
  [0x37b, 0x37f],
  [0x384, 0x38a],
  [0x38e, 0x3a1],
  [0x3a3, 0x482],
  [0x48a, 0x52f],
  [0x1e00, 0x1eff],
  [0x2010, 0x2027],
  [0x2030, 0x205e],
  [0x20a0, 0x20c0],
  [0x2100, 0x214f],
  [0x2190, 0x22ff],
  [0x2500, 0x25fc],
  [0x2713, 0x2713],
  [0x2717, 0x2717],
  [0x2800, 0x28ff],
];

function isNarrow(point: number): boolean {
  return NARROW.some(([first, last]) => point >= first && point <= last);
}

/** The code point to draw for `point`: itself, a blank for a control character, `?` for what may not be one column wide. */
export function cellPoint(point: number): number {
  if (point >= SPACE && point < 0x7f) return point;
  if (point <= 0xa0 || point === 0xad) return SPACE;
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
