import { describe, expect, test } from 'vitest';
import type { EngineMessage } from '../../../src/engine/protocol.ts';
import { Grid } from '../../../src/tui/canvas/grid.ts';
import { ACTIONS, isCommand } from '../../../src/tui/keymap/actions.ts';
import { actionsIn, contextsOf, DEFAULT_KEYMAP } from '../../../src/tui/keymap/keymap.ts';
import { paintStatus } from '../../../src/tui/panes/status.ts';
import { argumentsOf } from '../../../src/tui/store/command-line.ts';
import { onMessage } from '../../../src/tui/store/messages.ts';
import { onKey } from '../../../src/tui/store/perform.ts';
import { PANE_KEYS, PANES, type ScreenState, type UiMode } from '../../../src/tui/store/state.ts';
import { createLook } from '../../../src/tui/theme/themes.ts';
import { morning, pressed } from '../../support/screen-state.ts';

const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 160, rows: 45 },
  { columns: 40, rows: 10 },
] as const;

/** How each mode of a run that goes on is reached from the panes, in a position so that quitting asks. */
const WAYS: Readonly<Record<Exclude<UiMode, 'trades'>, readonly string[]>> = {
  panes: [],
  welcome: [':', ...Array.from('welcome'), 'enter'],
  help: ['?'],
  bookmarks: ["'"],
  columns: ['o'],
  entry: ['8', 'enter'],
  quit: ['q'],
  filter: ['/'],
  command: [':', 'z', 'o'],
};

const PANIC = [
  ['x', ['flatten']],
  ['X', ['flatten-and-halt']],
  ['K', ['kill']],
] as const;

/** Those that act everywhere but in a text. */
const BUT_TEXTS = [
  ['p', ['pause-brain']],
  ['C', ['cancel-entries']],
] as const;

function isText({ ui }: ScreenState): boolean {
  return ui.mode === 'filter' || ui.mode === 'command';
}

/** Every state that keys lead to: each mode over each pane, whole and zoomed, at several sizes. */
function everyState(): { name: string; state: ScreenState }[] {
  return SIZES.flatMap((size) =>
    PANES.flatMap((pane) =>
      [[], ['z']].flatMap((zoom) =>
        Object.entries(WAYS).map(([mode, way]) => ({
          name: `${mode} over ${pane}${zoom.length > 0 ? ' zoomed' : ''} at ${size.columns}x${size.rows}`,
          state: pressed(morning(size, { situation: 'long' }), PANE_KEYS[pane], ...zoom, ...way),
        })),
      ),
    ),
  );
}

describe('the panic keys', () => {
  test('the walk goes through every mode', () => {
    const modes = new Set(everyState().map(({ state }) => state.ui.mode));
    expect(modes).toEqual(new Set(Object.keys(WAYS)));
  });

  for (const [key, commands] of PANIC) {
    test(`${key} asks for ${commands.join()} in every pane, mode and dialog, without a second key`, () => {
      for (const { name, state } of everyState()) {
        const step = onKey(state, key, DEFAULT_KEYMAP, 1_000_000);
        expect({ name, commands: step.commands.map((c) => c.name) }).toEqual({ name, commands });
        expect({ name, isLeaving: step.isLeaving }).toEqual({ name, isLeaving: false });
      }
    });
  }

  for (const [key, commands] of BUT_TEXTS) {
    test(`${key} asks for ${commands.join()} in every pane, mode and dialog, and is a letter in a text`, () => {
      for (const { name, state } of everyState()) {
        const step = onKey(state, key, DEFAULT_KEYMAP, 1_000_000);
        const asked = step.commands.map((c) => c.name);
        expect({ name, asked }).toEqual({ name, asked: isText(state) ? [] : commands });
        if (isText(state)) expect(step.state.ui.input).toBe(`${state.ui.input}${key}`);
      }
    });
  }

  test('no command has a letter that acts, nor what completion offers behind one', () => {
    for (const { command } of DEFAULT_KEYMAP.actions.filter(isCommand)) {
      const begun = pressed(morning(SIZES[1]), ':');
      const step = Array.from(command).reduce(
        ({ state, sent }, letter) => {
          const done = onKey(state, letter, DEFAULT_KEYMAP, 1_000_000);
          return { state: done.state, sent: sent + done.commands.length };
        },
        { state: begun, sent: 0 },
      );
      expect({ input: step.state.ui.input, sent: step.sent }).toEqual({ input: command, sent: 0 });
      const offered = argumentsOf(step.state, DEFAULT_KEYMAP, `${command} `)?.offered ?? [];
      expect(offered.filter((each) => /[xXK]/.test(each))).toEqual([]);
    }
  });

  test('in a text they say that they acted, and how they are typed', () => {
    const step = onKey(pressed(morning(SIZES[1]), ':', 'e'), 'x', DEFAULT_KEYMAP, 1_000_000);
    const told = (state: ScreenState) => {
      const grid = new Grid(160, 1);
      paintStatus(state, createLook('dark', false), DEFAULT_KEYMAP, grid);
      return grid.toLines()[0];
    };
    expect(told(step.state)).toBe(
      ' command e_  ! x acts in texts too: flatten at market: sent (Ctrl+V x types it)',
    );
    const answer = { type: 'command-answered', id: 1, accepted: true, text: 'flatten: 1 sent' };
    const answered = onMessage(step.state, answer as EngineMessage, 1_000_100);
    expect(told(answered)).toContain('x acts in texts too: flatten: 1 sent');
    expect(told(pressed(answered, 'l'))).toMatch(/^ command el_ +[a-z]/);
  });

  test('they act in the middle of a text, and leave it as it is', () => {
    const state = pressed(morning(SIZES[1]), '/', 'b', 'u');
    const step = onKey(state, 'x', DEFAULT_KEYMAP, 1_000_000);
    expect({ input: step.state.ui.input, commands: step.commands }).toEqual({
      input: 'bu',
      commands: [{ name: 'flatten' }],
    });
  });

  test('Ctrl+V types them instead', () => {
    const state = pressed(morning(SIZES[1]), '/', 'e', 'ctrl+v', 'x', 'i', 't');
    expect({
      input: state.ui.input,
      filter: state.ui.log.filter,
      isQuoting: state.ui.isQuoting,
    }).toEqual({
      input: 'exit',
      filter: 'exit',
      isQuoting: false,
    });
  });
});

test('no key in any state but those of quitting leaves the screen', () => {
  const keys = new Set(ACTIONS.flatMap((action) => action.keys));
  for (const { name, state } of everyState()) {
    for (const key of keys) {
      const { isLeaving } = onKey(state, key, DEFAULT_KEYMAP, 1_000_000);
      const leaves = state.ui.mode === 'quit' && (key === 'y' || key === 'ctrl+c');
      expect({ name, key, isLeaving }).toEqual({ name, key, isLeaving: leaves });
    }
  }
});

test('what help lists for a pane does something there', () => {
  for (const pane of PANES) {
    for (const action of actionsIn(DEFAULT_KEYMAP, contextsOf('panes', pane))) {
      expect(action.keys.length).toBeGreaterThan(0);
    }
  }
});
