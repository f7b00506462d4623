import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Size } from '../../../src/tui/canvas/grid.ts';
import { onMessage } from '../../../src/tui/store/messages.ts';
import { PANES, type ScreenState, UI_MODES } from '../../../src/tui/store/state.ts';
import { createLook } from '../../../src/tui/theme/themes.ts';
import { FAKE_REPORT, fakeResult } from '../../support/fake-engine.ts';
import { composed, morning, pressed } from '../../support/screen-state.ts';
import { styledScreen } from '../../support/styled-screen.ts';

const look = createLook('dark', false);
const ascii = createLook('none', true);
const SMALL: Size = { columns: 80, rows: 24 };
const MIDDLE: Size = { columns: 120, rows: 35 };
const WIDE: Size = { columns: 160, rows: 45 };

function textOf(state: ScreenState, how = look): string {
  return `${composed(state, how).toLines().join('\n')}\n`;
}

function ended(size: Size): ScreenState {
  const state = onMessage(morning(size), { type: 'run-ended', result: fakeResult() }, 1_000_000);
  return { ...state, reportLines: FAKE_REPORT };
}

/** A replay that was stepped back: it repeats what was played, with two commands by hand. */
function repeating(state: ScreenState): ScreenState {
  const { frame } = state;
  if (frame === null) return state;
  const ahead = { until: frame.ts + 754e9, commands: 2 };
  return { ...state, frame: { ...frame, replay: { speed: 10, paused: true, ahead } } };
}

/** Those that other tests here and elsewhere keep. */
const OTHERS = [
  'huge-240x60',
  'too-small-60x20',
  'ascii-160x45',
  'footprint-delta-ascii-120x35',
  'footprint-volume-ascii-120x35',
  'footprint-imbalance-ascii-160x45',
  'profile-ascii-120x35',
  'keys',
];

type Making = (size: Size) => ScreenState;

const onKeys =
  (...keys: readonly string[]): Making =>
  (size) =>
    pressed(morning(size), ...keys);
const inPosition =
  (...keys: readonly string[]): Making =>
  (size) =>
    pressed(morning(size, { situation: 'long' }), ...keys);

/** Every pane, alone and among the others, in every mode that it has. */
const PANES_SHOWN: Readonly<Record<string, Making>> = {
  ladder: inPosition('z'),
  tape: onKeys('2'),
  'tape-raw': onKeys('2', 'm'),
  'tape-summary': onKeys('2', 'm', 'm'),
  'tape-filtered': onKeys('2', ']', ']', ']', 'down', 'down'),
  cvd: onKeys('3', 'z'),
  footprint: onKeys('0'),
  'footprint-delta': onKeys('0', 'm'),
  'footprint-volume': onKeys('0', 'm', 'm'),
  'footprint-imbalance': onKeys('0', 'm', 'm', 'm'),
  'footprint-ladder': onKeys('0', 'm', 'm', 'm', 'm'),
  profile: onKeys('v'),
  'profile-visible': onKeys('v', 'm'),
  'profile-fixed': onKeys('v', 'm', 'm'),
  state: onKeys('4', 'z'),
  brain: onKeys('5', 'z'),
  account: inPosition('6', 'z'),
  orders: inPosition('7', 'z'),
  log: onKeys('8', 'z', 'up', 'up'),
  report: ended,
};

/** Every state that the screen can be in. */
const STATES_SHOWN: Readonly<Record<string, Making>> = {
  flat: onKeys(),
  working: (size) => morning(size, { situation: 'working' }),
  long: inPosition(),
  halted: (size) => morning(size, { situation: 'halted', paused: true }),
  live: (size) => morning(size, { mode: 'live', situation: 'long', brainPaused: true }),
  paper: (size) => morning(size, { mode: 'paper', situation: 'working' }),
  repeating: (size) => repeating(morning(size)),
  help: onKeys('8', '?'),
  bookmarks: onKeys('M', "'"),
  columns: onKeys('o', 'down', 'down', 'space'),
  trades: (size) => pressed(ended(size), 'enter', 'down'),
  entry: onKeys('8', 'up', 'up', 'enter'),
  quit: (size) => pressed(morning(size, { situation: 'long', mode: 'live' }), 'q'),
  command: onKeys(':', 'r', 'e'),
  acted: inPosition(':', 'e', 'x'),
  filter: onKeys('/', 'f', 'i', 'l', 'l'),
  welcome: onKeys(':', ...Array.from('welcome'), 'enter'),
};

describe('screens', () => {
  const shown = [...Object.entries(PANES_SHOWN), ...Object.entries(STATES_SHOWN)].flatMap(
    ([name, make]) =>
      [SMALL, MIDDLE, WIDE].map(
        (size) => [`${name}-${size.columns}x${size.rows}`, make(size)] as const,
      ),
  );

  test.for([
    ...shown,
    ['huge-240x60', morning({ columns: 240, rows: 60 }, { situation: 'long' })] as const,
    ['too-small-60x20', morning({ columns: 60, rows: 20 })] as const,
  ])('%s', async ([name, state]) => {
    const text = styledScreen(state, ['dark', 'high-contrast']);
    await expect(text).toMatchFileSnapshot(`../__screens__/${name}.txt`);
  });

  test('every pane and every mode of the screen is among them', () => {
    const states = shown.map(([, state]) => state);
    const modes = new Set(states.map(({ ui }) => ui.mode));
    expect([...modes].toSorted()).toEqual(UI_MODES.toSorted());
    const panes = new Set(states.map(({ ui }) => ui.focus));
    expect([...panes].toSorted()).toEqual([...PANES].toSorted());
  });

  test('there is no file of a screen that is not shown any more', () => {
    const made = new Set([...shown.map(([name]) => name), ...OTHERS]);
    const files = readdirSync(new URL('../__screens__/', import.meta.url));
    expect(files.filter((file) => !made.has(file.replace(/\.txt$/, '')))).toEqual([]);
  });

  test('ascii-160x45', async () => {
    const text = textOf(morning(WIDE, { situation: 'long' }), ascii);
    await expect(text).toMatchFileSnapshot('../__screens__/ascii-160x45.txt');
  });

  test.for([
    ['footprint-delta-ascii-120x35', ['0', 'm']],
    ['footprint-volume-ascii-120x35', ['0', 'm', 'm']],
    ['footprint-imbalance-ascii-160x45', ['0', 'm', 'm', 'm']],
    ['profile-ascii-120x35', ['v']],
  ] as const)('%s', async ([name, keys]) => {
    const size = name.endsWith('160x45') ? WIDE : MIDDLE;
    const text = textOf(pressed(morning(size), ...keys), ascii);
    await expect(text).toMatchFileSnapshot(`../__screens__/${name}.txt`);
  });

  test('in ASCII no sign is beyond ASCII, at any size and in any dialog', () => {
    for (const state of [
      morning(SMALL, { situation: 'working' }),
      morning({ columns: 400, rows: 120 }, { situation: 'long' }),
      ended(WIDE),
      pressed(morning(WIDE), '8'),
    ]) {
      const odd = Array.from(textOf(state, ascii)).filter((sign) => sign > '~' && sign !== '…');
      expect(odd).toEqual([]);
    }
  });

  test('numbers do not move while they change: only digits, signs and marks differ between two frames', () => {
    const before = textOf(morning(WIDE, { situation: 'long' }, 30)).split('\n');
    const after = textOf(morning(WIDE, { situation: 'long' }, 31)).split('\n');
    // header, account and state have no lists: their words stay where they are
    for (const y of [0, 1, 35, 36, 37, 38, 39, 40, 41]) {
      const words = (line: string) => line.replace(/[^A-Za-z]/g, ' ').slice(0, 30);
      expect(words(after[y] ?? '')).toBe(words(before[y] ?? ''));
    }
  });

  test('before the first frame every size can be painted', () => {
    for (const size of [SMALL, MIDDLE, WIDE]) {
      const state = { ...morning(size), frame: null };
      expect(textOf(state)).toContain('waiting for the engine');
    }
  });
});
