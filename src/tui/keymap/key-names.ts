/** How a key is called in the keymap: a character as it is typed, or one of these, with `ctrl+` before a letter. */
const NAMED = [
  'space',
  'tab',
  'shift+tab',
  'enter',
  'escape',
  'backspace',
  'delete',
  'up',
  'down',
  'shift+up',
  'shift+down',
  'alt+up',
  'alt+down',
  'shift+left',
  'shift+right',
  'left',
  'right',
  'pageup',
  'pagedown',
  'home',
  'end',
] as const;

export function isKeyName(name: string): boolean {
  if ((NAMED as readonly string[]).includes(name)) return true;
  if (/^ctrl\+[a-z]$/.test(name)) return true;
  return Array.from(name).length === 1 && name > ' ';
}

/** What Ink's `useInput` tells about a key, as far as it is used here. */
export interface InkKey {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageUp: boolean;
  readonly pageDown: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly tab: boolean;
  readonly shift: boolean;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
}

function namedKey(key: InkKey): string | undefined {
  const held = key.shift ? 'shift+' : key.meta ? 'alt+' : '';
  if (key.upArrow) return `${held}up`;
  if (key.downArrow) return `${held}down`;
  if (key.leftArrow) return `${held}left`;
  if (key.rightArrow) return `${held}right`;
  if (key.pageUp) return 'pageup';
  if (key.pageDown) return 'pagedown';
  if (key.home) return 'home';
  if (key.end) return 'end';
  if (key.return) return 'enter';
  if (key.tab) return key.shift ? 'shift+tab' : 'tab';
  if (key.backspace) return 'backspace';
  if (key.delete) return 'delete';
  return key.escape ? 'escape' : undefined;
}

function characterKey(character: string): string | undefined {
  if (character === ' ') return 'space';
  if (character === '\r' || character === '\n') return 'enter';
  if (character === '\t') return 'tab';
  if (character === '\u007F' || character === '\b') return 'backspace';
  if (character === '\u001B') return 'escape';
  const code = character.charCodeAt(0);
  if (code < 0x20) return `ctrl+${String.fromCharCode(code + 96)}`;
  return character;
}

/**
 * The keys of one report of Ink, in the order pressed: keys that arrive in one piece arrive as one text. Escape and a
 * character that came close together look like Alt and that character, and are read as the two keys they are.
 */
export function keysOf(input: string, key: InkKey): readonly string[] {
  const named = namedKey(key);
  if (named !== undefined) return [named];
  if (key.ctrl && /^[a-z]$/.test(input)) return [`ctrl+${input}`];
  const keys = Array.from(input)
    .map(characterKey)
    .filter((name) => name !== undefined);
  return key.meta ? ['escape', ...keys] : keys;
}

/** The text that a key types, or `undefined` where it types none. */
export function textOf(key: string): string | undefined {
  if (key === 'space') return ' ';
  return Array.from(key).length === 1 ? key : undefined;
}

const SHOWN: Readonly<Record<string, string>> = {
  space: 'Space',
  tab: 'Tab',
  'shift+tab': 'Shift+Tab',
  enter: 'Enter',
  escape: 'Esc',
  backspace: 'Backspace',
  delete: 'Delete',
  'shift+up': 'Shift+↑',
  'shift+down': 'Shift+↓',
  'shift+left': 'Shift+←',
  'shift+right': 'Shift+→',
  'alt+up': 'Alt+↑',
  'alt+down': 'Alt+↓',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
};

/** The key as people write it. */
export function shownKey(name: string): string {
  const shown = SHOWN[name];
  if (shown !== undefined) return shown;
  return name.startsWith('ctrl+') ? `Ctrl+${name.slice(5).toUpperCase()}` : name;
}
