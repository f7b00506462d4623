import {
  FOOTPRINT_MODES,
  PANE_KEYS,
  PANES,
  type PaneId,
  PROFILE_RANGES,
  TAPE_MODES,
} from '../store/state.ts';
import type { Action, KeyContext } from './action.ts';
import { REPLAY } from './replay-actions.ts';

const SCROLLING: readonly KeyContext[] = [
  'ladder',
  'tape',
  'log',
  'brain',
  'report',
  'dialog',
  'columns',
  'trades',
];

/** Everywhere but in a text that is typed, where their letters are text: nothing burns while one is. */
const BUT_TEXTS: readonly KeyContext[] = ['panes', 'dialog', 'columns', 'trades', 'quit'];

const PANIC: readonly Action[] = [
  {
    id: 'flatten',
    keys: ['x'],
    label: 'flatten at market',
    command: 'flatten',
    contexts: ['always'],
    needsLive: true,
    sends: { name: 'flatten' },
  },
  {
    id: 'flatten-and-halt',
    keys: ['X'],
    label: 'flatten and halt',
    command: 'flatten-and-halt',
    contexts: ['always'],
    needsLive: true,
    sends: { name: 'flatten-and-halt' },
  },
  {
    id: 'kill',
    keys: ['K'],
    label: 'kill switch: cancel all, flatten, halt',
    command: 'kill',
    contexts: ['always'],
    needsLive: true,
    sends: { name: 'kill' },
  },
  {
    id: 'toggle-brain',
    keys: ['p'],
    label: 'pause or resume the brain (protection stays)',
    command: 'pause-brain',
    contexts: BUT_TEXTS,
    needsLive: true,
  },
  {
    id: 'cancel-entries',
    keys: ['C'],
    label: 'cancel working entries',
    command: 'cancel-entries',
    contexts: BUT_TEXTS,
    needsLive: true,
    sends: { name: 'cancel-entries' },
  },
];

/** Trading by hand. Every order passes the risk gate; in live mode entries are locked until `unlock-entry`. */
const TRADING: readonly Action[] = [
  {
    id: 'buy',
    keys: ['b'],
    label: 'buy a bracket at the touch',
    command: 'buy',
    contexts: ['panes'],
    needsLive: true,
  },
  {
    id: 'sell',
    keys: ['s'],
    label: 'sell a bracket at the touch',
    command: 'sell',
    contexts: ['panes'],
    needsLive: true,
  },
  {
    id: 'buy-at-cursor',
    keys: ['B'],
    label: 'buy a bracket at the ladder’s cursor',
    command: 'buy-at',
    contexts: ['ladder'],
    needsLive: true,
  },
  {
    id: 'sell-at-cursor',
    keys: ['S'],
    label: 'sell a bracket at the ladder’s cursor',
    command: 'sell-at',
    contexts: ['ladder'],
    needsLive: true,
  },
  {
    id: 'stop-up',
    keys: ['shift+up'],
    label: 'stop a tick up',
    command: 'stop-up',
    contexts: ['panes'],
    needsLive: true,
  },
  {
    id: 'stop-down',
    keys: ['shift+down'],
    label: 'stop a tick down',
    command: 'stop-down',
    contexts: ['panes'],
    needsLive: true,
  },
  {
    id: 'target-up',
    keys: ['alt+up'],
    label: 'target a tick up',
    command: 'target-up',
    contexts: ['panes'],
    needsLive: true,
  },
  {
    id: 'target-down',
    keys: ['alt+down'],
    label: 'target a tick down',
    command: 'target-down',
    contexts: ['panes'],
    needsLive: true,
  },
  {
    id: 'break-even',
    keys: ['e'],
    label: 'stop to break-even',
    command: 'break-even',
    contexts: ['panes'],
    needsLive: true,
    sends: { name: 'stop-to-break-even' },
  },
  {
    id: 'reverse',
    keys: ['r'],
    label: 'reverse: close, then a bracket the other way',
    command: 'reverse',
    contexts: ['panes'],
    needsLive: true,
  },
  {
    id: 'unlock-entry',
    keys: ['u'],
    label: 'unlock entry by hand (live)',
    command: 'unlock',
    contexts: ['panes'],
    needsLive: true,
    sends: { name: 'unlock-entry' },
  },
];

const RUN: readonly Action[] = [
  {
    id: 'reset-halt',
    keys: [],
    label: 'lift a halt',
    command: 'reset-halt',
    contexts: ['panes'],
    needsLive: true,
    sends: { name: 'reset-halt' },
  },
  ...REPLAY,
  {
    id: 'stop',
    keys: [],
    label: 'end the run now and report',
    command: 'stop',
    contexts: ['panes'],
    needsLive: true,
    sends: { name: 'stop' },
  },
];

const FOCUS: readonly Action[] = [...PANES].sort(byKey).map((pane) => ({
  id: `focus-${pane}`,
  keys: [PANE_KEYS[pane]],
  label: `go to ${pane}`,
  command: pane,
  contexts: ['panes'],
}));

/** Digits in the order of the keyboard. */
function byKey(a: PaneId, b: PaneId): number {
  const order = '1234567890v';
  return order.indexOf(PANE_KEYS[a]) - order.indexOf(PANE_KEYS[b]);
}

const CHARTS: readonly Action[] = [
  {
    id: 'next-mode',
    keys: ['m'],
    label: 'tape, footprint: next mode; profile: next range',
    command: 'mode',
    contexts: ['tape', 'footprint', 'profile'],
  },
  ...TAPE_MODES.map(
    (mode): Action => ({
      id: `tape-${mode}`,
      keys: [],
      label: `tape ${mode}`,
      command: `tape-${mode}`,
      contexts: ['panes'],
    }),
  ),
  ...FOOTPRINT_MODES.map(
    (mode): Action => ({
      id: `footprint-${mode}`,
      keys: [],
      label: `footprint as ${mode}`,
      command: `footprint-${mode}`,
      contexts: ['panes'],
    }),
  ),
  ...PROFILE_RANGES.map(
    (range): Action => ({
      id: `profile-${range}`,
      keys: [],
      label: `profile of the ${range} range`,
      command: `profile-${range === 'fixed' ? 'span' : range}`,
      contexts: ['panes'],
    }),
  ),
  {
    id: 'profile-from',
    keys: [],
    label: 'fixed range: begin at a time of the exchange’s clock',
    command: 'profile-from',
    contexts: ['panes'],
    argument: 'HH:MM',
  },
  {
    id: 'profile-to',
    keys: [],
    label: 'fixed range: end at a time',
    command: 'profile-to',
    contexts: ['panes'],
    argument: 'HH:MM',
  },
  {
    id: 'range-earlier',
    keys: ['['],
    label: 'fixed range: begin five minutes earlier',
    command: 'range-earlier',
    contexts: ['profile'],
  },
  {
    id: 'range-later',
    keys: [']'],
    label: 'fixed range: begin five minutes later',
    command: 'range-later',
    contexts: ['profile'],
  },
];

/** The ladder's columns, which stand in a list while they are chosen. */
const COLUMNS: readonly Action[] = [
  {
    id: 'columns',
    keys: ['o'],
    label: 'ladder: choose and order its columns; or their names',
    command: 'columns',
    contexts: ['panes'],
    argument: 'NAME,NAME,…|all',
    isArgumentOptional: true,
  },
  {
    id: 'toggle-column',
    keys: ['space'],
    label: 'show or hide the column',
    command: 'toggle-column',
    contexts: ['columns'],
  },
  {
    id: 'column-left',
    keys: ['left'],
    label: 'the column further to the left',
    command: 'column-left',
    contexts: ['columns'],
  },
  {
    id: 'column-right',
    keys: ['right'],
    label: 'the column further to the right',
    command: 'column-right',
    contexts: ['columns'],
  },
];

const SCREEN: readonly Action[] = [
  {
    id: 'next-pane',
    keys: ['tab'],
    label: 'next pane',
    command: 'pane-on',
    contexts: ['panes'],
  },
  {
    id: 'previous-pane',
    keys: ['shift+tab'],
    label: 'previous pane',
    command: 'pane-back',
    contexts: ['panes'],
  },
  ...FOCUS,
  {
    id: 'welcome',
    keys: [],
    label: 'what is on the screen, in three lines',
    command: 'welcome',
    contexts: ['panes'],
  },
  { id: 'zoom', keys: ['z'], label: 'this pane full screen', command: 'zoom', contexts: ['panes'] },
  {
    id: 'up',
    keys: ['up'],
    label: 'cursor or list up',
    command: 'up',
    contexts: SCROLLING,
  },
  {
    id: 'down',
    keys: ['down'],
    label: 'cursor or list down',
    command: 'down',
    contexts: SCROLLING,
  },
  {
    id: 'page-up',
    keys: ['pageup'],
    label: 'a page up',
    command: 'page-up',
    contexts: SCROLLING,
  },
  {
    id: 'page-down',
    keys: ['pagedown'],
    label: 'a page down',
    command: 'page-down',
    contexts: SCROLLING,
  },
  {
    id: 'center',
    keys: ['c'],
    label: 'ladder: centred on the last price, or held still',
    command: 'center',
    contexts: ['panes'],
  },
  {
    id: 'smaller-prints',
    keys: ['['],
    label: 'tape: show smaller prints',
    command: 'smaller-prints',
    contexts: ['tape'],
  },
  {
    id: 'larger-prints',
    keys: [']'],
    label: 'tape: show larger prints only',
    command: 'larger-prints',
    contexts: ['tape'],
  },
  {
    id: 'open',
    keys: ['enter'],
    label: 'open the entry whole',
    command: 'open',
    contexts: ['log'],
  },
  {
    id: 'trades',
    keys: ['enter'],
    label: 'the run’s trades, each of which opens at its moment',
    command: 'trades',
    contexts: ['report'],
  },
  {
    id: 'open-trade',
    keys: ['enter'],
    label: 'the run again, held at the trade’s entry',
    command: 'open-trade',
    contexts: ['trades'],
  },
  { id: 'filter', keys: ['/'], label: 'filter the log', command: 'filter', contexts: ['panes'] },
  { id: 'command', keys: [':'], label: 'command line', command: 'command', contexts: ['panes'] },
  {
    id: 'help',
    keys: ['?'],
    label: 'the keys of where you are',
    command: 'help',
    contexts: ['panes', 'dialog'],
  },
  {
    id: 'close',
    keys: ['escape'],
    label: 'close, or back',
    command: 'close',
    contexts: ['panes', 'dialog', 'columns', 'trades', 'quit', 'typing'],
  },
  {
    id: 'copy',
    keys: ['y'],
    label: 'copy the pane as text into the clipboard, where the terminal allows it',
    command: 'copy',
    contexts: ['panes'],
  },
  {
    id: 'bell',
    keys: [],
    label: 'the terminal’s bell at fills, a hit stop, a halt, a lost feed: on, or off again',
    command: 'bell',
    contexts: ['panes'],
  },
  {
    id: 'save-layout',
    keys: [],
    label: 'keep panes, zoom, columns and modes for the next runs',
    command: 'save-layout',
    contexts: ['panes'],
  },
  {
    id: 'usual-layout',
    keys: [],
    label: 'panes, zoom, columns and modes as they were made',
    command: 'usual-layout',
    contexts: ['panes'],
  },
  {
    id: 'save-screen',
    keys: ['ctrl+s'],
    label: 'save the screen as text, ANSI and SVG',
    command: 'save',
    contexts: ['always'],
  },
  {
    id: 'save-screen-here',
    keys: ['S'],
    label: 'save the screen (on the ladder S sells)',
    command: 'save-here',
    contexts: [...PANES.filter((pane) => pane !== 'ladder'), 'dialog'],
  },
  { id: 'quit', keys: ['q'], label: 'quit', command: 'quit', contexts: ['panes'] },
  {
    id: 'leave-dialog',
    keys: ['q'],
    label: 'close',
    command: 'leave-dialog',
    contexts: ['dialog', 'columns', 'trades'],
  },
  {
    id: 'interrupt',
    keys: ['ctrl+c'],
    label: 'quit; twice: at once',
    command: 'interrupt',
    contexts: ['always'],
  },
  { id: 'confirm', keys: ['y'], label: 'quit', command: 'confirm', contexts: ['quit'] },
  { id: 'decline', keys: ['n', 'q'], label: 'stay', command: 'decline', contexts: ['quit'] },
  { id: 'accept', keys: ['enter'], label: 'done', command: 'accept', contexts: ['typing'] },
  {
    id: 'older-line',
    keys: ['up'],
    label: 'command line: the line before',
    command: 'older-line',
    contexts: ['typing'],
  },
  {
    id: 'newer-line',
    keys: ['down'],
    label: 'command line: the line after',
    command: 'newer-line',
    contexts: ['typing'],
  },
  {
    id: 'complete',
    keys: ['tab'],
    label: 'complete, and the next one again',
    command: 'complete',
    contexts: ['typing'],
  },
  {
    id: 'erase',
    keys: ['backspace', 'delete'],
    label: 'erase',
    command: 'erase',
    contexts: ['typing'],
  },
  {
    id: 'quote',
    keys: ['ctrl+v'],
    label: 'type the next key as text, also one that acts everywhere',
    command: 'quote',
    contexts: ['typing'],
  },
];

export const ACTIONS: readonly Action[] = [
  ...PANIC,
  ...TRADING,
  ...RUN,
  ...SCREEN,
  ...COLUMNS,
  ...CHARTS,
];

/** Actions of one key press that make no sense as a command of their own. */
const KEYS_ONLY: ReadonlySet<string> = new Set([
  'confirm',
  'decline',
  'accept',
  'complete',
  'older-line',
  'newer-line',
  'erase',
  'quote',
  'interrupt',
  'command',
  'leave-dialog',
  'save-screen-here',
  'toggle-column',
  'column-left',
  'column-right',
  'open-trade',
]);

/** What the command line offers. */
export function isCommand(action: Action): boolean {
  return !KEYS_ONLY.has(action.id);
}
