import { describe, expect, test } from 'vitest';
import type { Size } from '../../../src/tui/canvas/grid.ts';
import { onMessage } from '../../../src/tui/store/messages.ts';
import type { ScreenState } from '../../../src/tui/store/state.ts';
import { createLook } from '../../../src/tui/theme/themes.ts';
import { FAKE_REPORT, fakeResult } from '../../support/fake-engine.ts';
import { composed, morning, pressed } from '../../support/screen-state.ts';

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

describe('screens', () => {
  test.for([
    ['flat-80x24', morning(SMALL)],
    ['long-80x24', morning(SMALL, { situation: 'long' })],
    ['flat-120x35', morning(MIDDLE)],
    ['working-120x35', morning(MIDDLE, { situation: 'working' })],
    ['long-160x45', morning(WIDE, { situation: 'long' })],
    ['halted-160x45', morning(WIDE, { situation: 'halted', paused: true })],
    ['live-160x45', morning(WIDE, { mode: 'live', situation: 'long', brainPaused: true })],
    ['report-80x24', ended(SMALL)],
    ['report-160x45', ended(WIDE)],
    ['ladder-zoomed-160x45', pressed(morning(WIDE, { situation: 'long' }), 'z')],
    ['state-80x24', pressed(morning(SMALL), '4')],
    ['help-120x35', pressed(morning(MIDDLE), '8', '?')],
    ['bookmarks-120x35', pressed(morning(MIDDLE), 'M', "'")],
    ['columns-80x24', pressed(morning(SMALL), 'o', 'down', 'down', 'space')],
    ['repeating-160x45', repeating(morning(WIDE))],
    ['entry-120x35', pressed(morning(MIDDLE), '8', 'up', 'up', 'enter')],
    ['quit-80x24', pressed(morning(SMALL, { situation: 'long', mode: 'live' }), 'q')],
    ['command-80x24', pressed(morning(SMALL), ':', 'r', 'e')],
    ['welcome-80x24', pressed(morning(SMALL), ':', ...Array.from('welcome'), 'enter')],
    ['footprint-80x24', pressed(morning(SMALL), '0')],
    ['footprint-120x35', pressed(morning(MIDDLE), '0')],
    ['footprint-160x45', pressed(morning(WIDE), '0', 'm', 'm', 'm', 'm')],
    ['profile-80x24', pressed(morning(SMALL), 'v')],
    ['profile-160x45', pressed(morning(WIDE), 'v')],
    ['huge-240x60', morning({ columns: 240, rows: 60 }, { situation: 'long' })],
    ['too-small-60x20', morning({ columns: 60, rows: 20 })],
  ] as const)('%s', async ([name, state]) => {
    await expect(textOf(state)).toMatchFileSnapshot(`../__screens__/${name}.txt`);
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
