/** What a terminal sends for keys, by the names that the keymap has for them. */
const NAMED: Readonly<Record<string, string>> = {
  up: '\u001B[A',
  down: '\u001B[B',
  right: '\u001B[C',
  left: '\u001B[D',
  'shift+up': '\u001B[1;2A',
  'shift+down': '\u001B[1;2B',
  'alt+up': '\u001B[1;3A',
  'alt+down': '\u001B[1;3B',
  pageup: '\u001B[5~',
  pagedown: '\u001B[6~',
  delete: '\u001B[3~',
  tab: '\t',
  'shift+tab': '\u001B[Z',
  enter: '\r',
  escape: '\u001B',
  backspace: '\u007F',
  space: ' ',
};

/** The bytes of a key; `undefined` for one that this table does not know. */
export function bytesOf(key: string): string | undefined {
  if (Array.from(key).length === 1) return key;
  const letter = /^ctrl\+([a-z])$/.exec(key)?.[1];
  if (letter !== undefined) return String.fromCharCode(letter.charCodeAt(0) - 96);
  return NAMED[key];
}

/** A lone escape has to be told from the beginning of another key: nothing may follow it so long, ms. */
export const ESCAPE_MS = 40;
