import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ACTIONS } from '../../../src/tui/keymap/actions.ts';
import { renderKeyTable } from '../../../src/tui/keymap/key-table.ts';
import {
  actionOf,
  completionsOf,
  DEFAULT_KEYMAP,
  parseKeymap,
} from '../../../src/tui/keymap/keymap.ts';

function errorsOf(source: unknown): readonly string[] {
  const parsed = parseKeymap(source);
  return 'errors' in parsed ? parsed.errors : [];
}

test('the shipped table has no two actions on one key', () => {
  expect(errorsOf({})).toEqual([]);
});

test('the shipped config file is a keymap', () => {
  const shipped: unknown = JSON.parse(readFileSync('config/keymap.json', 'utf8'));
  expect(parseKeymap(shipped)).toEqual({ keymap: DEFAULT_KEYMAP });
});

test('ids and commands name one action each', () => {
  expect(new Set(ACTIONS.map((action) => action.id)).size).toBe(ACTIONS.length);
  expect(new Set(ACTIONS.map((action) => action.command)).size).toBe(ACTIONS.length);
});

test('a user key replaces the keys of its action', () => {
  const parsed = parseKeymap({ bindings: { zoom: ['i', 'ctrl+o'] } });
  if (!('keymap' in parsed)) throw new Error(parsed.errors.join());
  const idOf = (key: string) => actionOf(parsed.keymap, key, ['always', 'ladder', 'panes'])?.id;
  expect([idOf('i'), idOf('ctrl+o'), idOf('z')]).toEqual(['zoom', 'zoom', undefined]);
});

test.for([
  [[], ['expected an object with "bindings"']],
  [{ keys: {} }, ['unknown field "keys"; allowed: bindings']],
  [{ bindings: [] }, ['bindings: expected an object of actions and their keys']],
  [{ bindings: { fly: ['f'] } }, ['unknown action "fly"; see: fsd-tui keys']],
  [{ bindings: { zoom: 'f' } }, ['zoom: expected a list of key names, as ["x"]']],
  [{ bindings: { zoom: ['f13'] } }, ['zoom: unknown key "f13"']],
  [{ bindings: { kill: [] } }, ['kill: needs a key; it must be at hand everywhere']],
  [{ bindings: { zoom: ['q'] } }, ['key "q" stands for both zoom and quit']],
  [{ bindings: { zoom: ['x'] } }, ['key "x" stands for both flatten and zoom']],
  [
    { bindings: { fly: ['f'], zoom: ['nope'] } },
    ['unknown action "fly"; see: fsd-tui keys', 'zoom: unknown key "nope"'],
  ],
] as const)('%j is refused: %j', ([source, errors]) => {
  expect(errorsOf(source)).toEqual(errors);
});

test('one key may stand for different things in different panes', () => {
  expect(errorsOf({ bindings: { open: ['m'] } })).toEqual([]);
});

test.for([
  ['flatten', ['flatten']],
  ['flatten-', ['flatten-and-halt']],
  ['FASTER ', ['faster']],
  ['mlp', ['smaller-prints']],
  ['rsth', ['reset-halt']],
  ['qqq', []],
] as const)('"%s" is completed to %j', ([typed, commands]) => {
  const found = completionsOf(DEFAULT_KEYMAP, typed).map((action) => action.command);
  expect(found).toEqual(commands);
});

test('every action is a line of the key table', async () => {
  await expect(renderKeyTable(DEFAULT_KEYMAP)).toMatchFileSnapshot('../__screens__/keys.txt');
});
