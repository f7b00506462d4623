import { describe, expect, test } from 'vitest';
import { isCommand } from '../../../src/tui/keymap/actions.ts';
import { DEFAULT_KEYMAP } from '../../../src/tui/keymap/keymap.ts';
import { parseCommand } from '../../../src/tui/store/command-line.ts';
import { dialogOf } from '../../../src/tui/store/dialog.ts';
import { onMessage } from '../../../src/tui/store/messages.ts';
import { onKey } from '../../../src/tui/store/perform.ts';
import {
  ladderTop,
  logView,
  selectedEntry,
  shownPanes,
  shownPrints,
} from '../../../src/tui/store/selectors.ts';
import { initialState, type ScreenState, USUAL_SETTINGS } from '../../../src/tui/store/state.ts';
import { fakeFrame, fakeResult } from '../../support/fake-engine.ts';
import { morning, pressed } from '../../support/screen-state.ts';

const WIDE = { columns: 160, rows: 45 };
const SMALL = { columns: 80, rows: 24 };
const NOW = 1_000_000;

/** The commands that these keys send, one after the other. */
function sent(state: ScreenState, ...keys: readonly string[]): unknown[] {
  const commands: unknown[] = [];
  let now = state;
  for (const key of keys) {
    const step = onKey(now, key, DEFAULT_KEYMAP, NOW);
    commands.push(...step.commands);
    now = step.state;
  }
  return commands;
}

describe('commands', () => {
  test('p pauses the brain and then resumes it, though no frame came between', () => {
    expect(sent(morning(WIDE), 'p', 'p', 'K')).toEqual([
      { name: 'pause-brain' },
      { name: 'resume-brain' },
      { name: 'kill' },
    ]);
  });

  test('what frames tell counts again after every command is answered, and not before', () => {
    const asked = pressed(morning(WIDE), 'p');
    const early = onMessage(asked, fakeFrame(31), NOW);
    const answered = onMessage(
      early,
      { type: 'command-answered', id: 1, accepted: false, text: 'no brain' },
      NOW,
    );
    const told = onMessage(answered, fakeFrame(32), NOW);
    expect([sent(early, 'p'), sent(answered, 'p'), sent(told, 'p')]).toEqual([
      [{ name: 'resume-brain' }],
      [{ name: 'resume-brain' }],
      [{ name: 'pause-brain' }],
    ]);
  });

  test('Space pauses and resumes the replay, and says where there is none', () => {
    expect(sent(morning(WIDE), 'space', 'space')).toEqual([
      { name: 'pause-replay' },
      { name: 'resume-replay' },
    ]);
    const live = morning(WIDE, { mode: 'live' });
    expect(sent(live, 'space', '+')).toEqual([]);
    expect(pressed(live, 'space').status?.text).toBe('there is no replay to pause');
  });

  test('+ and - go through the speeds, up to as fast as it goes', () => {
    const speeds = (keys: readonly string[], speed: number) =>
      sent(morning(WIDE, { speed }), ...keys).map((c) => (c as { speed: number }).speed);
    expect(speeds(['+', '+', '+', '+', '+'], 100)).toEqual([200, 500, 1000, 0, 0]);
    expect(speeds(['-', '-', '-'], 2)).toEqual([1, 0.1, 0.1]);
    expect(speeds(['-'], 0)).toEqual([1000]);
    expect(speeds(['+'], 30)).toEqual([50]);
  });

  test('after the end of the run nothing is sent any more, and that is said', () => {
    const over = onMessage(morning(WIDE), { type: 'run-ended', result: fakeResult() }, NOW);
    expect(sent(over, 'x', 'K', 'p', 'space', 'right')).toEqual([]);
    expect(pressed(over, 'x').status).toEqual({
      text: 'flatten at market: the run has ended',
      level: 'warning',
      at: NOW,
    });
  });
});

describe('quitting', () => {
  test('flat and without orders q leaves at once', () => {
    expect(onKey(morning(WIDE), 'q', DEFAULT_KEYMAP, NOW).isLeaving).toBe(true);
  });

  test.for(['working', 'long'] as const)('%s it asks, and only y leaves', (situation) => {
    const asked = pressed(morning(WIDE, { situation }), 'q');
    expect(asked.ui.mode).toBe('quit');
    expect(onKey(asked, 'y', DEFAULT_KEYMAP, NOW).isLeaving).toBe(true);
    expect(pressed(asked, 'n').ui.mode).toBe('panes');
    expect(pressed(asked, 'escape').ui.mode).toBe('panes');
    expect(pressed(asked, 'enter').ui.mode).toBe('quit');
  });

  test('Ctrl+C asks once, from wherever it is pressed, and leaves the second time', () => {
    const typing = pressed(morning(WIDE, { situation: 'long' }), ':', 'z');
    const asked = onKey(typing, 'ctrl+c', DEFAULT_KEYMAP, NOW);
    expect({ leaving: asked.isLeaving, mode: asked.state.ui.mode }).toEqual({
      leaving: false,
      mode: 'quit',
    });
    expect(onKey(asked.state, 'ctrl+c', DEFAULT_KEYMAP, NOW).isLeaving).toBe(true);
  });

  test('after the end of the run nothing is asked', () => {
    const over = onMessage(
      morning(WIDE, { situation: 'long' }),
      { type: 'run-ended', result: fakeResult() },
      NOW,
    );
    expect(onKey(over, 'q', DEFAULT_KEYMAP, NOW).isLeaving).toBe(true);
  });
});

describe('panes', () => {
  test('Tab goes round through what is shown, Shift+Tab the other way', () => {
    const focus = (...keys: readonly string[]) => pressed(morning(SMALL), ...keys).ui.focus;
    expect([focus('tab'), focus('tab', 'tab'), focus('shift+tab')]).toEqual([
      'tape',
      'ladder',
      'tape',
    ]);
    const wide = morning(WIDE);
    const round = shownPanes(wide).map(() => 'tab');
    expect(pressed(wide, ...round).ui.focus).toBe('ladder');
  });

  test('a number opens alone what the screen has no room for, and Esc brings the screen back', () => {
    const opened = pressed(morning(SMALL), '4');
    expect({ focus: opened.ui.focus, zoomed: opened.ui.zoomed }).toEqual({
      focus: 'state',
      zoomed: 'state',
    });
    expect(pressed(opened, 'escape').ui.zoomed).toBe(null);
    expect(pressed(morning(WIDE), '4').ui.zoomed).toBe(null);
  });

  test('z zooms and unzooms, and Tab stays zoomed', () => {
    const zoomed = pressed(morning(WIDE), '2', 'z');
    expect([
      zoomed.ui.zoomed,
      pressed(zoomed, 'z').ui.zoomed,
      pressed(zoomed, 'tab').ui.zoomed,
    ]).toEqual(['tape', null, 'cvd']);
  });

  test('a chart stands beside the ladder until a pane that it covers is called, or Esc', () => {
    const beside = (...keys: readonly string[]) => {
      const { focus, beside: chart, zoomed } = pressed(morning(WIDE), ...keys).ui;
      return { focus, chart, zoomed };
    };
    expect(beside('0')).toEqual({ focus: 'footprint', chart: 'footprint', zoomed: null });
    expect(beside('0', '8')).toEqual({ focus: 'log', chart: 'footprint', zoomed: null });
    expect(beside('0', '2')).toEqual({ focus: 'tape', chart: null, zoomed: null });
    expect(beside('0', 'escape')).toEqual({ focus: 'ladder', chart: null, zoomed: null });
    expect(beside('z', 'v')).toEqual({ focus: 'profile', chart: null, zoomed: 'profile' });
    expect(pressed(morning(SMALL), '0').ui.zoomed).toBe('footprint');
  });

  test('m goes through the five ways of the footprint, and through the profile’s ranges', () => {
    const modes = [0, 1, 2, 3, 4, 5].map(
      (count) => pressed(morning(WIDE), '0', ...Array(count).fill('m')).ui.footprintMode,
    );
    expect(modes).toEqual(['bid-ask', 'delta', 'volume', 'imbalance', 'ladder', 'bid-ask']);
    const ranges = [0, 1, 2, 3].map(
      (count) => pressed(morning(WIDE), 'v', ...Array(count).fill('m')).ui.profile.kind,
    );
    expect(ranges).toEqual(['session', 'visible', 'fixed', 'session']);
    const { from } = pressed(morning(WIDE), 'v', 'm', 'm').ui.profile;
    expect(pressed(morning(WIDE), 'v', '[').ui.profile).toEqual({
      kind: 'fixed',
      from: (from ?? 0) - 5 * 60e9,
      to: null,
    });
  });

  test('the report lies over the others, and Tab, Esc and 9 go between them', () => {
    const over = onMessage(morning(WIDE), { type: 'run-ended', result: fakeResult() }, NOW);
    const focus = (...keys: readonly string[]) => pressed(over, ...keys).ui.focus;
    expect([
      focus(),
      focus('tab'),
      focus('shift+tab'),
      focus('escape'),
      focus('escape', '9'),
    ]).toEqual(['report', 'ladder', 'log', 'ladder', 'report']);
  });

  test('what is scrolled to its end is one key from moving back', () => {
    const opened = pressed(morning(SMALL), '?');
    const end = pressed(opened, ...Array.from({ length: 99 }, () => 'down'));
    const beyond = pressed(end, 'down');
    expect(end.ui.scroll).toBeGreaterThan(0);
    expect([beyond.ui.scroll, pressed(beyond, 'up').ui.scroll]).toEqual([
      end.ui.scroll,
      end.ui.scroll - 1,
    ]);
  });

  test('the report is refused before there is one', () => {
    expect(pressed(morning(WIDE), '9').ui.focus).toBe('ladder');
  });
});

describe('the ladder', () => {
  test('c holds it where it is while the price moves, and centres it again', () => {
    const held = pressed(morning(WIDE), 'c');
    const top = ladderTop(held, 27);
    const later = onMessage(held, fakeFrame(90), NOW + 100);
    expect(ladderTop(later, 27)).toBe(top);
    expect(ladderTop(pressed(later, 'c'), 27)).not.toBe(top);
  });

  test('the cursor goes by ticks, and takes the ladder along beyond its ends', () => {
    const state = morning(WIDE);
    const last = Math.round((state.frame?.state.LAST ?? 0) * 100) * 10_000_000;
    expect(pressed(state, 'up').ui.ladderCursor).toBe(last + 10_000_000);
    expect(pressed(state, 'down', 'down').ui.ladderCursor).toBe(last - 20_000_000);
    const far = pressed(state, 'pageup', 'pageup');
    const top = ladderTop(far, 27) ?? 0;
    const cursor = far.ui.ladderCursor ?? 0;
    expect(cursor > last && cursor <= top && far.ui.ladderCenter !== null).toBe(true);
    expect(pressed(far, 'escape').ui).toMatchObject({ ladderCursor: null, ladderCenter: null });
  });
});

describe('the tape', () => {
  test('[ and ] change the least size shown, in the tape only', () => {
    const least = (...keys: readonly string[]) => pressed(morning(WIDE), ...keys).ui.tapeMinSize;
    expect([least('2', ']', ']'), least('2', ']', ']', '['), least('2', '['), least(']')]).toEqual([
      25, 10, 0, 0,
    ]);
  });
});

describe('a pane that has no room of its own', () => {
  const SMALL = { columns: 80, rows: 24 };

  test('gives way to one that has, and a screen that was zoomed stays so', () => {
    const footprint = pressed(morning(SMALL), '0');
    expect(footprint.ui.zoomed).toBe('footprint');
    expect(pressed(footprint, '1').ui).toMatchObject({ zoomed: null, focus: 'ladder' });
    expect(pressed(footprint, '4').ui).toMatchObject({ zoomed: 'state', focus: 'state' });
    expect(pressed(morning(SMALL), 'z', '2').ui).toMatchObject({ zoomed: 'tape', focus: 'tape' });
  });
});

describe('an answer', () => {
  const answered = (text: string, accepted: boolean) =>
    onMessage(
      pressed(morning(WIDE), ':', ...typedSpeed, 'enter'),
      { type: 'command-answered', id: 1, accepted, text },
      NOW,
    );
  const typedSpeed = ['s', 'p', 'e', 'e', 'd', 'space', '4'];

  test('that says what the command’s line says is no second line', () => {
    const asked = pressed(morning(WIDE), ':', ...typedSpeed, 'enter');
    expect(answered('speed 4x', true).log.length).toBe(asked.log.length);
    expect(answered('speed 4x, at once', true).log.length).toBe(asked.log.length + 1);
    expect(answered('speed 4x', false).log.length).toBe(asked.log.length + 1);
  });

  test('of a halt says how it is lifted', () => {
    expect(answered('HALTED, halt KILL', false).status?.text).toBe(
      'refused: HALTED, halt KILL; :reset-halt lifts the halt',
    );
  });
});

describe('the tape’s modes', () => {
  const modeAfter = (...keys: readonly string[]) => pressed(morning(WIDE), ...keys);

  test('m goes through joined, raw and summary, and back to the newest print', () => {
    expect(modeAfter('2', 'm').ui.tapeMode).toBe('raw');
    expect(modeAfter('2', 'm', 'm').ui.tapeMode).toBe('summary');
    expect(modeAfter('2', 'm', 'm', 'm').ui.tapeMode).toBe('joined');
    expect(modeAfter('2', 'down', 'm').ui.tapeScroll).toBe(0);
    expect(modeAfter(':', ...Array.from('tape-summary'), 'enter').ui.tapeMode).toBe('summary');
  });

  test('raw shows each trade as soon as the engine tells them', () => {
    const raw = modeAfter('2', 'm');
    expect(shownPrints(raw)).toEqual(raw.frame?.trades);
    const { frame } = raw;
    const early = frame === null ? raw : { ...raw, frame: { ...frame, trades: null } };
    expect(shownPrints(early)).toEqual(raw.frame?.tape);
  });

  test('summary makes one line of what follows each other at one price from one side, and loses no share', () => {
    const lines = shownPrints(modeAfter('2', 'm', 'm'));
    const joined = shownPrints(modeAfter('2'));
    const total = (prints: typeof lines) => prints.reduce((sum, { size }) => sum + size, 0);
    expect(lines.length).toBeLessThan(joined.length);
    expect(total(lines)).toBe(total(joined));
    for (const [i, line] of lines.entries()) {
      const next = lines[i + 1];
      expect([line.price, line.sign]).not.toEqual([next?.price, next?.sign]);
    }
  });
});

describe('the log', () => {
  test('is followed until it is scrolled, and again at its end', () => {
    const scrolled = pressed(morning(WIDE), '8', 'up', 'up');
    expect(selectedEntry(scrolled)?.text).toContain(
      'enter_long 100 @ 250.11 stop 249.98 target 250.39 refused',
    );
    const later = onMessage(
      scrolled,
      { type: 'alarm', sequence: 10, level: 'info', text: 'new', clock: '09:42:00' },
      NOW,
    );
    expect(selectedEntry(later)?.number).toBe(selectedEntry(scrolled)?.number);
    expect(pressed(later, 'pagedown').ui.log.selected).toBe(null);
  });

  test('/ filters while it is typed; Enter keeps the filter, Esc drops it', () => {
    const typing = pressed(morning(WIDE), '/', 'f', 'i', 'l', 'l');
    expect(typing.ui.log.filter).toBe('fill');
    expect(pressed(typing, 'enter').ui).toMatchObject({
      mode: 'panes',
      focus: 'log',
      log: { filter: 'fill' },
    });
    expect(pressed(typing, 'escape').ui.log.filter).toBe('');
    expect(pressed(typing, 'backspace').ui.log.filter).toBe('fil');
  });

  test('Enter opens an entry, and Esc closes it', () => {
    const opened = pressed(morning(WIDE), '8', 'enter');
    expect(opened.ui.mode).toBe('entry');
    expect(pressed(opened, 'escape').ui.mode).toBe('panes');
  });
});

describe('the command line', () => {
  function typed(text: string): string[] {
    return Array.from(text).flatMap((letter) =>
      /[xXK]/.test(letter) ? ['ctrl+v', letter] : [letter],
    );
  }

  test('does what the key does', () => {
    expect(sent(morning(WIDE), ':', ...typed('flatten'), 'enter')).toEqual([{ name: 'flatten' }]);
    expect(sent(morning(WIDE), ':', ...typed('reset-halt'), 'enter')).toEqual([
      { name: 'reset-halt' },
    ]);
    expect(pressed(morning(WIDE), ':', ...typed('zoom'), 'enter').ui.zoomed).toBe('ladder');
  });

  test('completes with Tab', () => {
    expect(pressed(morning(WIDE), ':', 'r', 'e', 's', 'tab').ui.input).toBe('reset-halt');
  });

  test('refuses what it does not know, and what could be several', () => {
    expect(pressed(morning(WIDE), ':', '#', 'enter').status?.text).toBe('no command "#"');
    expect(pressed(morning(WIDE), ':', 's', 't', 'enter').status?.text).toBe(
      '"st" could be stop-up, stop-down, step-event, step-snapshot, step-trade',
    );
  });
});

describe('trading by hand', () => {
  const exits = { stopTicks: 20, targetTicks: 40, timeoutSecs: 60 };

  test('b and s enter at the touch by the template, B and S at the cursor', () => {
    const bracket = (side: string, price: number | null) => ({
      name: 'enter-bracket',
      side,
      price,
      quantity: 100,
      ...exits,
    });
    expect(sent(morning(WIDE), 'b', 's')).toEqual([bracket('buy', null), bracket('sell', null)]);
    const chosen = pressed(morning(WIDE), 'down', 'down');
    const cursor = chosen.ui.ladderCursor;
    expect(sent(chosen, 'B', 'S')).toEqual([bracket('buy', cursor), bracket('sell', cursor)]);
    expect(sent(morning(WIDE), 'B')).toEqual([]);
    expect(pressed(morning(WIDE), 'S').status?.text).toMatch(/no price is chosen/);
    expect(sent(pressed(chosen, '2'), 'B')).toEqual([]);
  });

  test('Shift and Alt with arrows move stop and target a tick each, though no frame came between', () => {
    const long = morning(WIDE, { situation: 'long' });
    expect(sent(long, 'shift+up', 'shift+up', 'alt+down', 'shift+down', 'e')).toEqual([
      { name: 'move-stop', price: 249_990_000_000 },
      { name: 'move-stop', price: 250_000_000_000 },
      { name: 'move-target', price: 250_290_000_000 },
      { name: 'move-stop', price: 249_990_000_000 },
      { name: 'stop-to-break-even' },
    ]);
    expect(sent(morning(WIDE), 'shift+up', 'alt+up')).toEqual([]);
  });

  test('a move counts from where it was asked to go until a frame shows it there, or it was refused', () => {
    const asked = pressed(morning(WIDE, { situation: 'long' }), 'shift+up');
    const frame = fakeFrame(31, { situation: 'long' });
    const answer = (accepted: boolean) =>
      onMessage(asked, { type: 'command-answered', id: 1, accepted, text: 'stop' }, NOW);
    const stops = (state: ScreenState) => sent(state, 'shift+up');
    const on = (state: ScreenState, now: number) => onMessage(state, frame, now);
    expect(stops(on(answer(true), NOW))).toEqual([{ name: 'move-stop', price: 250_000_000_000 }]);
    expect(stops(on(answer(false), NOW))).toEqual([{ name: 'move-stop', price: 249_990_000_000 }]);
    expect(stops(on(answer(true), NOW + 2_000))).toEqual([
      { name: 'move-stop', price: 249_990_000_000 },
    ]);
  });

  test('r reverses a position, and says where there is none', () => {
    expect(sent(morning(WIDE, { situation: 'long' }), 'r')).toEqual([
      { name: 'reverse', ...exits },
    ]);
    expect(pressed(morning(WIDE), 'r').status?.text).toMatch(/no position to reverse/);
  });

  test('where entry is locked they say how it is unlocked; u asks for it; exits stay free', () => {
    const live = morning(WIDE, { mode: 'live', situation: 'long' });
    expect(sent(live, 'b', 's', 'r')).toEqual([]);
    expect(pressed(live, 'b').status?.text).toMatch(/locked in live mode: u unlocks/);
    expect(sent(live, 'u', 'e')).toEqual([
      { name: 'unlock-entry' },
      { name: 'stop-to-break-even' },
    ]);
  });
});

describe('the command line remembers and completes', () => {
  const line = (text: string) => [':', ...Array.from(text), 'enter'];

  test('↑ and ↓ go through what was done before, and back to what was being typed', () => {
    const used = pressed(morning(WIDE), ...line('zoom'), ...line('tae'), ...line('zoom'));
    const at = (...keys: readonly string[]) => pressed(used, ':', 'h', ...keys).ui.input;
    expect([at('up'), at('up', 'up'), at('up', 'up', 'up'), at('up', 'down'), at('down')]).toEqual([
      'zoom',
      'tae',
      'tae',
      'h',
      'h',
    ]);
    expect(pressed(used, ':', 'up', 'enter').ui.zoomed).toBe(used.ui.focus);
  });

  test('Tab again goes on to the next that fits, and around', () => {
    const at = (tabs: number) =>
      pressed(morning(WIDE), ':', 's', 't', 'o', ...Array<string>(tabs).fill('tab')).ui.input;
    expect([1, 2, 3, 4].map(at)).toEqual(['stop-up', 'stop-down', 'stop', 'stop-up']);
  });

  test('g asks for a time and jumps there, on the exchange’s clock', () => {
    const asking = pressed(morning(WIDE), 'g');
    expect(asking.ui).toMatchObject({ mode: 'command', input: 'jump ' });
    expect(sent(asking, ...Array.from('09:45:10'), 'enter')).toEqual([
      { name: 'jump-to', ts: (13 * 3600 + 45 * 60 + 10) * 1e9 },
    ]);
    expect(sent(asking, '9', 'z', 'enter')).toEqual([]);
    expect(pressed(morning(WIDE), ...line('zoom 3')).status?.text).toBe(
      'zoom takes nothing more: "3"',
    );
  });

  test('every action but those of one key is a command, and reaches what its key does', () => {
    for (const action of DEFAULT_KEYMAP.actions.filter(isCommand)) {
      const found = parseCommand(
        DEFAULT_KEYMAP,
        `${action.command}${action.argument === undefined ? '' : ' 10:00'}`,
      );
      expect(found).toMatchObject({ action: { id: action.id } });
    }
  });
});

test('the filter asks for a kind alone, and for what must not be there', () => {
  const kinds = (text: string) =>
    new Set(
      logView(
        pressed(
          morning(WIDE),
          '/',
          ...Array.from(text).flatMap((c) =>
            /[xXK]/.test(c) ? ['ctrl+v', c] : [c === ' ' ? 'space' : c],
          ),
        ),
      ).entries.map(({ kind }) => kind),
    );
  expect(kinds('kind:fill')).toEqual(new Set(['fill']));
  expect(kinds('kind:decision -refused').size).toBe(1);
  expect(kinds('-kind')).toEqual(new Set(['alarm', 'decision', 'order', 'fill', 'trade']));
});

test('a decision opens whole: question, answer, verdict, orders, and what became of them', () => {
  const opened = pressed(morning(WIDE), '8', ...Array<string>(7).fill('up'), 'enter');
  const text =
    dialogOf(opened, DEFAULT_KEYMAP)
      ?.lines.map((entry) => entry.text)
      .join('\n') ?? '';
  for (const words of [
    'decision d1',
    'QUESTION\n  to grok grok-4',
    'ANSWER\n  412 ms, 2,140 tokens in, 96 out, $0.0031\n  enter_long\n  limit_price: 250.11',
    'VERDICT\n  took effect as enter_long',
    'ORDERS\n  entry o1',
    'OUTCOME\n  09:36:08 o1 accepted buy 100 @ 250.11\n  09:36:10 ENTRY bought 100 @ 250.11',
    'closed by target: net +26.00',
  ])
    expect(text).toContain(words);
  expect(text).not.toContain('-14.20');
});

test('a first run begins with what is on the screen; the first key closes it and does what it does', () => {
  const first = initialState(WIDE, NOW, { ...USUAL_SETTINGS, isFirstRun: true });
  const state = onMessage(first, fakeFrame(30), NOW);
  expect(dialogOf(state, DEFAULT_KEYMAP)?.lines).toHaveLength(3);
  expect(pressed(state, 'z').ui).toMatchObject({ mode: 'panes', zoomed: 'ladder' });
  expect(pressed(state, 'escape').ui.mode).toBe('panes');
  expect(sent(state, 'x')).toEqual([{ name: 'flatten' }]);
  expect(initialState(WIDE, NOW).ui.mode).toBe('panes');
});
