import { expect, test } from 'vitest';
import { DEFAULT_KEYMAP } from '../../../src/tui/keymap/keymap.ts';
import { dialogOf } from '../../../src/tui/store/dialog.ts';
import { onMessage } from '../../../src/tui/store/messages.ts';
import { onKey } from '../../../src/tui/store/perform.ts';
import type { ScreenState } from '../../../src/tui/store/state.ts';
import { clockAt, reviewing } from '../../../src/tui/store/trades.ts';
import { FAKE_REPORT, fakeFrame, fakeResult } from '../../support/fake-engine.ts';
import { morning, pressed } from '../../support/screen-state.ts';

const NOW = 1_000_000;

function ended(rows = 24): ScreenState {
  const message = { type: 'run-ended', result: fakeResult() } as const;
  return { ...onMessage(morning({ columns: 80, rows }), message, NOW), reportLines: FAKE_REPORT };
}

test('Enter in the report lists the trades, and Enter on one opens it', () => {
  const listed = pressed(ended(), 'enter');
  const dialog = dialogOf(listed, DEFAULT_KEYMAP);
  expect(dialog?.lines[1]).toEqual({
    key: '2',
    text: '09:36:10 short   100    250.11    250.39     -14.20 stop',
  });
  const third = pressed(listed, 'down', 'down');
  expect(dialogOf(third, DEFAULT_KEYMAP)?.selected).toBe(2);
  expect(pressed(third, 'down', 'down', 'down').ui.trade).toBe(3);
  const step = onKey(third, 'enter', DEFAULT_KEYMAP, NOW);
  expect(step.opens).toBe(third.result?.trades[2]);
  expect(step.state.ui.mode).toBe('panes');
  expect(pressed(listed, 'escape').ui).toMatchObject({ mode: 'panes', focus: 'report' });
});

test('the cursor stays in sight in a list that is longer than the screen', () => {
  const state = ended();
  const result = fakeResult();
  const trades = Array.from({ length: 60 }, () => result.trades[0] ?? result.trades).flat();
  const long = pressed({ ...state, result: { ...result, trades } }, 'enter');
  const keys = (count: number, key: string) => Array<string>(count).fill(key);
  const low = pressed(long, ...keys(40, 'down'));
  expect(low.ui.scroll).toBeLessThanOrEqual(40);
  expect(low.ui.scroll + 18).toBeGreaterThan(40);
  const high = pressed(low, ...keys(30, 'up'));
  expect(high.ui.scroll).toBe(10);
});

test('a run without trades has nothing to open', () => {
  const state = { ...ended(), result: { ...fakeResult(), trades: [] } };
  const step = onKey(pressed(state, 'enter'), 'enter', DEFAULT_KEYMAP, NOW);
  expect(step.opens).toBeUndefined();
  expect(pressed(morning({ columns: 80, rows: 24 }), 'enter').ui.mode).toBe('panes');
});

test('while a run is looked into again its keys act, its report is where 9 leads, and q asks nothing', () => {
  const state = ended();
  const reviewed = { result: fakeResult(), reportLines: FAKE_REPORT };
  const opened = onMessage(
    reviewing(state, reviewed, NOW),
    fakeFrame(30, { situation: 'long' }),
    NOW,
  );
  expect(opened.ui.focus).toBe('ladder');
  expect(opened.log.map(({ text }) => text)).toHaveLength(1);
  expect(onKey(opened, 'x', DEFAULT_KEYMAP, NOW).commands).toEqual([{ name: 'flatten' }]);
  expect(onKey(opened, 'q', DEFAULT_KEYMAP, NOW).isLeaving).toBe(true);
  const back = pressed(opened, '9');
  expect(back).toMatchObject({ ...reviewed, reviewed: null, ui: { focus: 'report' } });
  expect(onKey(back, 'x', DEFAULT_KEYMAP, NOW).commands).toEqual([]);
});

test('a moment of UTC is told by the exchange’s clock, over midnight too', () => {
  expect(clockAt('2025-10-15T13:36:10.500000000Z', -4 * 3_600e9)).toBe('09:36:10');
  expect(clockAt('2025-10-15T01:00:00Z', -4 * 3_600e9)).toBe('21:00:00');
  expect(clockAt('2025-10-15T23:00:00Z', 2 * 3_600e9)).toBe('01:00:00');
});
