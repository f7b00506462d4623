import { expect, test } from 'vitest';
import {
  type InkKey,
  isKeyName,
  keysOf,
  shownKey,
  textOf,
} from '../../../src/tui/keymap/key-names.ts';

const NONE: InkKey = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageUp: false,
  pageDown: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  tab: false,
  shift: false,
  ctrl: false,
  meta: false,
  backspace: false,
  delete: false,
};

test.for([
  ['x', {}, ['x']],
  ['X', { shift: true }, ['X']],
  ['ppK', {}, ['p', 'p', 'K']],
  ['p\rK\t ', {}, ['p', 'enter', 'K', 'tab', 'space']],
  ['', { escape: true }, ['escape']],
  ['x', { meta: true }, ['escape', 'x']],
  ['c', { ctrl: true }, ['ctrl+c']],
  ['', { tab: true, shift: true }, ['shift+tab']],
  ['', { rightArrow: true }, ['right']],
  ['x\u0003', {}, ['x', 'ctrl+c']],
  ['日', {}, ['日']],
  ['', {}, []],
] as const)('%j with %j are the keys %j', ([input, flags, keys]) => {
  expect(keysOf(input, { ...NONE, ...flags })).toEqual(keys);
});

test('names are told from what is none', () => {
  const names = ['x', 'X', '?', 'ctrl+v', 'shift+tab', 'pageup', 'f1', 'ctrl+', '', ' ', 'xx'];
  expect(names.map(isKeyName)).toEqual([
    true,
    true,
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('keys are shown as people write them, and type what they say', () => {
  expect(['space', 'ctrl+c', 'escape', 'x', 'right'].map(shownKey)).toEqual([
    'Space',
    'Ctrl+C',
    'Esc',
    'x',
    '→',
  ]);
  expect(['space', 'ctrl+c', 'escape', 'x'].map(textOf)).toEqual([' ', undefined, undefined, 'x']);
});
