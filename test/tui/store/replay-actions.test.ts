import { expect, test } from 'vitest';
import type { EngineCommand } from '../../../src/engine/protocol.ts';
import { DEFAULT_KEYMAP } from '../../../src/tui/keymap/keymap.ts';
import { dialogOf } from '../../../src/tui/store/dialog.ts';
import { onKey } from '../../../src/tui/store/perform.ts';
import type { ScreenState } from '../../../src/tui/store/state.ts';
import { morning, pressed } from '../../support/screen-state.ts';

const WIDE = { columns: 160, rows: 45 } as const;

/** A replay that stands still, at a moment so many seconds and events after the morning's. */
function standing(seconds = 0, from: ScreenState = morning(WIDE)): ScreenState {
  const { frame } = from;
  if (frame === null) throw new Error('no frame');
  const { feed, ts } = frame;
  return {
    ...from,
    frame: {
      ...frame,
      ts: ts + seconds * 1e9,
      feed: { ...feed, events: feed.events + seconds * 10 },
      replay: { speed: 1, paused: true },
    },
  };
}

function sent(state: ScreenState, ...keys: string[]): readonly EngineCommand[] {
  let now = state;
  const all: EngineCommand[] = [];
  for (const key of keys) {
    const step = onKey(now, key, DEFAULT_KEYMAP, 1_000_000);
    now = step.state;
    all.push(...step.commands);
  }
  return all;
}

/** The keys of a text: what a panic key stands for is quoted. */
const typed = (text: string): string[] =>
  Array.from(text).flatMap((each) =>
    each === ' ' ? ['space'] : 'xXK'.includes(each) ? ['ctrl+v', each] : [each],
  );
const line = (text: string): string[] => [':', ...typed(text), 'enter'];

test.for([
  ['right', 'event', false],
  ['shift+left', 'event', true],
  ['shift+right', 'snapshot', false],
  ['left', 'snapshot', true],
  [']', 'trade', false],
  ['[', 'trade', true],
  ['n', 'decision', false],
  ['N', 'decision', true],
  ['f', 'fill', false],
  ['F', 'fill', true],
] as const)('%s steps by %s, back: %j', ([key, unit, isBack]) => {
  const step = { name: 'step', unit, ...(isBack ? { direction: 'back' } : {}) };
  expect(sent(standing(), key)).toEqual([step]);
  // one that plays is paused first, once
  expect(sent(morning(WIDE), key, key)).toEqual([{ name: 'pause-replay' }, step, step]);
});

test('on the tape and in the profile the brackets keep their own meaning', () => {
  expect(sent(standing(), '2', ']', '[')).toEqual([]);
  expect(sent(standing(), 'v', ']', '[')).toEqual([]);
});

test('R goes back to the beginning, :speed takes any multiple', () => {
  expect(sent(standing(), 'R')).toEqual([{ name: 'restart' }]);
  expect(sent(standing(), ...line('speed 3.5'))).toEqual([{ name: 'set-speed', speed: 3.5 }]);
  expect(sent(standing(), ...line('speed max'))).toEqual([{ name: 'set-speed', speed: 0 }]);
  expect(sent(standing(), ...line('speed 2000'))).toEqual([]);
  expect(pressed(standing(), ...line('speed 2000')).status?.text).toBe(
    'speed 2000: a number from 0.1 to 1000 is needed, or full',
  );
});

test(':jump takes a time to the millisecond, and a way from here', () => {
  const state = standing();
  const ts = state.frame?.ts ?? 0;
  const at = (hours: number, minutes: number, seconds: number) =>
    ((hours * 60 + minutes) * 60 + seconds) * 1e9;
  expect(sent(state, ...line('jump 10:31:05.250'))).toEqual([
    { name: 'jump-to', ts: at(14, 31, 5.25) },
  ]);
  expect(sent(state, ...line('jump -90s'), ...line('jump +250ms'))).toEqual([
    { name: 'jump-to', ts: ts - 90e9 },
    { name: 'jump-to', ts: ts + 250e6 },
  ]);
  expect(sent(state, 'g', '9', 'z', 'enter')).toEqual([]);
  expect(pressed(state, 'g', '9', 'z', 'enter').status?.text).toMatch(
    /^jump 9z: a time of the exchange’s clock as \d\d:\d\d:\d\d\.\d{3} is needed, a way as \+30s or -5m, or a bookmark \(none is set: M sets one\)$/,
  );
});

test('bookmarks are set, named, gone to exactly, listed and removed', () => {
  const first = pressed(standing(), 'M');
  const second = pressed(standing(60, first), ...line('bookmark breakout'));
  const early = pressed(standing(-90, second), ...line('bookmark'));
  expect(early.bookmarks.map(({ name }) => name)).toEqual(['m3', 'm1', 'breakout']);
  expect(sent(early, ...line('jump m1'))).toHaveLength(1);
  const [, m1, breakout] = early.bookmarks;
  // from between m3 and m1
  const between = standing(15, early);
  expect(sent(between, '>')).toEqual([{ name: 'jump-to', ts: m1?.ts, events: m1?.events }]);
  expect(sent(between, '<').map((command) => command.name)).toEqual(['jump-to']);
  expect(sent(between, ...line('jump breakout'))).toEqual([
    { name: 'jump-to', ts: breakout?.ts, events: breakout?.events },
  ]);
  expect(pressed(between, 'g', ...Array.from('bre'), 'tab').ui.input).toBe('jump breakout');
  expect(pressed(early, '<').status?.text).toMatch(/^there is no bookmark before this; M sets one/);
  const list = dialogOf(pressed(early, "'"), DEFAULT_KEYMAP)?.lines ?? [];
  expect(list.slice(0, 3).map(({ text }) => text)).toEqual(['m3', 'm1', 'breakout']);
  expect(list[0]?.key).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/);
  const fewer = pressed(early, ...line('unbookmark m1'));
  expect(fewer.bookmarks.map(({ name }) => name)).toEqual(['m3', 'breakout']);
  expect(pressed(fewer, ...line('unbookmark m1')).status?.text).toBe(
    'there is no bookmark "m1"; :bookmarks lists them',
  );
  expect(pressed(fewer, ...line('bookmark 10:30')).status?.text).toMatch(/one word that does not/);
});

test('completion goes through what can stand behind a command, and around', () => {
  const inputs = [1, 2, 3].map(
    (tabs) =>
      pressed(standing(), ':', ...typed('speed 1'), ...Array<string>(tabs).fill('tab')).ui.input,
  );
  expect(inputs).toEqual(['speed 1', 'speed 10', 'speed 100']);
});
