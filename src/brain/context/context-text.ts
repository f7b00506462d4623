/**
 * Pieces of the text that a model is shown. All of it is JSON that any reader takes; numbers are written as a trader writes
 * them (250.10, never 2.501e2), and no character of a text from outside can leave its string or begin a line.
 */

/** Control, format, separator, private and unassigned characters, halves of pairs; the plain blank alone may stand. */
const UNSAFE = /(?! )[\p{C}\p{Z}]/gu;

/** Nothing but visible characters that JSON takes as they are, and plain blanks: most texts. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** A text as a JSON string in which only visible characters and plain blanks stand as they are. */
export function quoted(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(UNSAFE, escaped);
}

function escaped(character: string): string {
  let units = '';
  for (let i = 0; i < character.length; i++)
    units += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  return units;
}

/** A number without exponent, with at least `decimals` places; what is no number is null. */
export function numberText(value: number | null, decimals = 0): string {
  if (value === null || !Number.isFinite(value)) return 'null';
  if (value === 0) return decimals === 0 ? '0' : (0).toFixed(decimals);
  let text = String(value);
  // JSON knows exponents, people do not; nothing here is finer than 1e-9
  if (text.includes('e')) {
    text = Math.abs(value) < 1 ? value.toFixed(9) : BigInt(Math.round(value)).toString();
    if (text.includes('.')) text = text.replace(/\.?0+$/, '');
    if (text === '-0' || text === '') text = '0';
  }
  const point = text.indexOf('.');
  const has = point < 0 ? 0 : text.length - point - 1;
  if (has >= decimals) return text;
  return `${text}${point < 0 ? '.' : ''}${'0'.repeat(decimals - has)}`;
}

/** An object of values that are JSON text already. */
export function objectText(fields: Iterable<readonly [name: string, text: string]>): string {
  const parts: string[] = [];
  for (const [name, text] of fields) parts.push(`${quoted(name)}:${text}`);
  return `{${parts.join(',')}}`;
}

export function listText(texts: Iterable<string>): string {
  return `[${[...texts].join(',')}]`;
}

/** The first `most` characters of a text; no pair is cut in two. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  let taken = '';
  let count = 0;
  for (const character of text) {
    if (count === most) return taken;
    taken += character;
    count++;
  }
  return text;
}

/** Any JSON value; texts cut to `mostText` characters, numbers of the fields that `decimalsOf` knows as prices are. */
export function valueText(
  value: unknown,
  mostText: number,
  decimalsOf: (name: string) => number = () => 0,
  name = '',
): string {
  if (typeof value === 'string') return quoted(cutText(value, mostText));
  if (typeof value === 'number') return numberText(value, decimalsOf(name));
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value))
    return listText(value.map((each) => valueText(each, mostText, decimalsOf, name)));
  if (typeof value !== 'object' || value === null) return 'null';
  return objectText(
    Object.entries(value).map(
      ([key, each]) =>
        [cutText(key, mostText), valueText(each, mostText, decimalsOf, key)] as const,
    ),
  );
}

/** Bytes of a text in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // each half of a pair counts half of its four bytes
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
  }
  return bytes;
}
