import { PANES, type UiMode } from '../store/state.ts';
import type { Action, KeyContext } from './action.ts';
import { ACTIONS, isCommand } from './actions.ts';
import { isKeyName, shownKey } from './key-names.ts';

/** The table of actions with the user's keys in it. */
export interface Keymap {
  readonly actions: readonly Action[];
}

export const DEFAULT_KEYMAP: Keymap = { actions: ACTIONS };

/** Contexts whose keys count at the same time, the nearer one first. */
const OVERLAPS: Readonly<Record<string, readonly KeyContext[]>> = {
  quit: ['always', 'quit'],
  dialog: ['always', 'dialog'],
  columns: ['always', 'columns'],
  trades: ['always', 'trades'],
  typing: ['always', 'typing'],
};

/** The groups of contexts in which one key may stand for one action only. */
const GROUPS: readonly (readonly KeyContext[])[] = [
  ...Object.values(OVERLAPS),
  ...PANES.map((pane): readonly KeyContext[] => ['always', pane, 'panes']),
];

function clashesOf(actions: readonly Action[]): string[] {
  const clashes = new Set<string>();
  for (const group of GROUPS) {
    const owners = new Map<string, string>();
    for (const action of actions) {
      if (!action.contexts.some((context) => group.includes(context))) continue;
      for (const key of action.keys) {
        const owner = owners.get(key);
        if (owner !== undefined && owner !== action.id) {
          clashes.add(`key "${key}" stands for both ${owner} and ${action.id}`);
        }
        owners.set(key, action.id);
      }
    }
  }
  return [...clashes];
}

function stringsOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
    ? value
    : undefined;
}

/**
 * Reads the user's keys: `{"bindings": {"ACTION": ["KEY", …]}}`, which replace the action's own. Returns the keymap,
 * or everything that is wrong with them.
 */
export function parseKeymap(source: unknown): { keymap: Keymap } | { errors: readonly string[] } {
  if (typeof source !== 'object' || source === null || Array.isArray(source)) {
    return { errors: ['expected an object with "bindings"'] };
  }
  const errors: string[] = [];
  for (const name of Object.keys(source)) {
    if (name !== 'bindings' && name !== '$comment')
      errors.push(`unknown field "${name}"; allowed: bindings`);
  }
  const bindings: unknown = 'bindings' in source ? source.bindings : {};
  if (typeof bindings !== 'object' || bindings === null || Array.isArray(bindings)) {
    return { errors: [...errors, 'bindings: expected an object of actions and their keys'] };
  }
  const known = new Map<string, readonly string[]>();
  for (const [id, value] of Object.entries(bindings)) {
    const keys = stringsOf(value);
    if (!ACTIONS.some((action) => action.id === id)) {
      errors.push(`unknown action "${id}"; see: fsd-tui keys`);
    } else if (keys === undefined) {
      errors.push(`${id}: expected a list of key names, as ["x"]`);
    } else {
      for (const key of keys) if (!isKeyName(key)) errors.push(`${id}: unknown key "${key}"`);
      known.set(id, keys);
    }
  }
  const actions = ACTIONS.map((action) => ({
    ...action,
    keys: known.get(action.id) ?? action.keys,
  }));
  for (const action of actions) {
    if (action.contexts.includes('always') && action.keys.length === 0) {
      errors.push(`${action.id}: needs a key; it must be at hand everywhere`);
    }
  }
  errors.push(...clashesOf(actions));
  return errors.length > 0 ? { errors } : { keymap: { actions } };
}

/** The contexts that count now: what is always there first, then from the nearest outwards. */
export function contextsOf(mode: UiMode, focus: KeyContext): readonly KeyContext[] {
  switch (mode) {
    case 'panes':
      return ['always', focus, 'panes'];
    case 'welcome':
    case 'help':
    case 'bookmarks':
    case 'entry':
      return ['always', 'dialog'];
    case 'columns':
      return ['always', 'columns'];
    case 'trades':
      return ['always', 'trades'];
    case 'quit':
      return ['always', 'quit'];
    case 'filter':
    case 'command':
      return ['always', 'typing'];
  }
}

/** The action of a key where `contexts` count, or `undefined`. */
export function actionOf(
  keymap: Keymap,
  key: string,
  contexts: readonly KeyContext[],
): Action | undefined {
  for (const context of contexts) {
    const found = keymap.actions.find((a) => a.contexts.includes(context) && a.keys.includes(key));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first key of an action as people write it; empty where it has none. */
export function keyOf(keymap: Keymap, id: string): string {
  return shownKey(keymap.actions.find((action) => action.id === id)?.keys[0] ?? '');
}

/** The keys of trading that count in every state, quitting apart: `x X K p C`, in a text `x X K`. */
export function panicKeys(keymap: Keymap, isText: boolean): string {
  const panic = keymap.actions.filter(
    ({ contexts, needsLive }) =>
      needsLive === true && (contexts.includes('always') || (!isText && contexts.includes('quit'))),
  );
  return panic.map((action) => keyOf(keymap, action.id)).join(' ');
}

/** The actions that have a key where `contexts` count, nearest first. */
export function actionsIn(keymap: Keymap, contexts: readonly KeyContext[]): readonly Action[] {
  const found = new Set<Action>();
  for (const context of contexts) {
    for (const action of keymap.actions) {
      if (action.keys.length > 0 && action.contexts.includes(context)) found.add(action);
    }
  }
  return [...found];
}

/** The actions whose command begins with what was typed, else those whose command contains its letters in order. */
export function completionsOf(keymap: Keymap, typed: string): readonly Action[] {
  const commands = keymap.actions.filter(isCommand);
  const text = typed.trim().toLowerCase();
  const exact = commands.filter((action) => action.command === text);
  if (exact.length > 0) return exact;
  const beginning = commands.filter((action) => action.command.startsWith(text));
  if (beginning.length > 0) return beginning;
  return commands.filter((action) => {
    let from = 0;
    for (const letter of text) {
      from = action.command.indexOf(letter, from) + 1;
      if (from === 0) return false;
    }
    return true;
  });
}
