import type { RoundTrip } from '../../domain/run.ts';
import { NS_PER_MINUTE } from '../../domain/time.ts';
import type { EngineCommand } from '../../engine/protocol.ts';
import type { Action } from '../keymap/action.ts';
import { textOf } from '../keymap/key-names.ts';
import { actionOf, contextsOf, type Keymap } from '../keymap/keymap.ts';
import { hasRoomBeside } from '../layout/layout.ts';
import { onChartAction } from './chart-actions.ts';
import { namedColumns, onColumnAction, onNextColumn, wantedColumns } from './columns.ts';
import { completed, momentOf, parseCommand, recalled, remembered } from './command-line.ts';
import { dialogOf, hiddenLines } from './dialog.ts';
import { logCommand, reasoningOf } from './log.ts';
import { clockOf } from './messages.ts';
import { onReplayAction, type Replayed } from './replay-actions.ts';
import { layoutToSave, withLayout } from './saved-layout.ts';
import {
  innerRows,
  isExposed,
  ladderMiddle,
  ladderRows,
  logView,
  selectedEntry,
  shownPanes,
  shownPrints,
} from './selectors.ts';
import {
  type Intent,
  initialState,
  type PaneId,
  type ScreenState,
  type StatusText,
  type UiState,
} from './state.ts';
import { onNextTrade } from './trades.ts';
import { onTradingAction, type Traded } from './trading-actions.ts';

/** What a key press comes to: the new state, what is asked of the engine, and whether the screen is left. */
export interface Step {
  readonly state: ScreenState;
  readonly commands: readonly EngineCommand[];
  readonly isLeaving: boolean;
  /** The screen, as it is then, is to be saved. */
  readonly isSaving?: boolean;
  /** The layout, as it is then, is to be kept. */
  readonly isKeeping?: boolean;
  /** The pane with the keyboard, as it is then, is to be copied. */
  readonly isCopying?: boolean;
  /** The run is to be played again, and held where this trade was entered. */
  readonly opens?: RoundTrip;
}

/** Multiples of real time that `+` and `-` go through; 0 is as fast as it goes. */
export const SPEEDS: readonly number[] = [0.1, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 0];

/** Sizes that `[` and `]` go through. */
export const TAPE_SIZES: readonly number[] = [
  0, 10, 25, 50, 100, 200, 300, 500, 1000, 2500, 5000, 10_000,
];

function step(state: ScreenState, commands: readonly EngineCommand[] = []): Step {
  return { state, commands, isLeaving: false };
}

function withUi(state: ScreenState, ui: Partial<UiState>): ScreenState {
  return { ...state, ui: { ...state.ui, ...ui } };
}

function withStatus(
  state: ScreenState,
  text: string,
  level: StatusText['level'],
  now: number,
): ScreenState {
  return { ...state, now, status: { text, level, at: now } };
}

/** Sends a command, and says so: the answer follows by itself. */
function sending(
  state: ScreenState,
  command: EngineCommand,
  words: string,
  now: number,
  intended: Partial<Intent> = {},
): Step {
  const logged = logCommand(state, clockOf(state.frame), words, 'normal');
  const intent = { ...state.intent, ...intended, unanswered: state.intent.unanswered + 1 };
  return step({ ...withStatus(logged, `${words}: sent`, 'good', now), intent }, [command]);
}

function toggleBrain(state: ScreenState, now: number): Step {
  const isPaused = state.intent.brainPaused ?? state.frame?.brain.paused ?? false;
  return isPaused
    ? sending(state, { name: 'resume-brain' }, 'resume the brain', now, { brainPaused: false })
    : sending(state, { name: 'pause-brain' }, 'pause the brain', now, { brainPaused: true });
}

function toggleReplay(state: ScreenState, now: number): Step {
  const replay = state.frame?.replay ?? null;
  if (replay === null)
    return step(withStatus(state, 'there is no replay to pause', 'warning', now));
  return (state.intent.replayPaused ?? replay.paused)
    ? sending(state, { name: 'resume-replay' }, 'resume the replay', now, { replayPaused: false })
    : sending(state, { name: 'pause-replay' }, 'pause the replay', now, { replayPaused: true });
}

/** The next of `steps` above or below `current`; the end stays. */
function neighbour(steps: readonly number[], current: number, direction: 1 | -1): number {
  const order = (value: number) =>
    value === 0 && steps.at(-1) === 0 ? Number.POSITIVE_INFINITY : value;
  const candidates = steps.filter((s) => (order(s) - order(current)) * direction > 0);
  const next = direction > 0 ? candidates[0] : candidates.at(-1);
  return next ?? current;
}

function changeSpeed(state: ScreenState, direction: 1 | -1, now: number): Step {
  const replay = state.frame?.replay ?? null;
  if (replay === null) return step(withStatus(state, 'only a replay has a speed', 'warning', now));
  const speed = neighbour(SPEEDS, state.intent.speed ?? replay.speed, direction);
  const words = speed === 0 ? 'speed as fast as it goes' : `speed ${speed}x`;
  return sending(state, { name: 'set-speed', speed }, words, now, { speed });
}

function focusOn(state: ScreenState, pane: PaneId, now: number): ScreenState {
  if (pane === 'report' && state.result === null && state.reviewed !== null)
    return focusOn({ ...state, ...state.reviewed, reviewed: null }, pane, now);
  if (pane === 'report' && state.result === null) {
    return withStatus(state, 'the report is there when the run has ended', 'warning', now);
  }
  const isChart = pane === 'footprint' || pane === 'profile';
  if (isChart && state.ui.zoomed === null && hasRoomBeside(state.size))
    return withUi(state, { focus: pane, scroll: 0, beside: pane });
  const unzoomed = withUi(state, { focus: pane, scroll: 0, zoomed: null });
  if (shownPanes(unzoomed).includes(pane) && state.ui.zoomed === null) return unzoomed;
  const alone = withUi(unzoomed, { beside: null });
  if (shownPanes(alone).includes(pane) && state.ui.zoomed === null) return alone;
  // what stood alone because there is no room for it gives way to what has room
  const usual = withUi(unzoomed, { beside: state.ui.beside });
  const hadRoom = state.ui.zoomed !== null && shownPanes(usual).includes(state.ui.zoomed);
  if (state.ui.zoomed !== null && !hadRoom && shownPanes(usual).includes(pane)) return usual;
  // what the screen has no room for is shown alone, and a zoomed screen stays zoomed
  const isReport = pane === 'report';
  return withUi(state, { focus: pane, scroll: 0, zoomed: isReport ? null : pane });
}

function cycle(state: ScreenState, direction: 1 | -1): ScreenState {
  // the report covers the other panes, and stands last among them
  const others = shownPanes(withUi(state, { focus: 'ladder', zoomed: null }));
  const panes = state.result === null ? others : [...others, 'report' as const];
  const from = panes.indexOf(state.ui.focus);
  const next = panes[(from + direction + panes.length) % Math.max(1, panes.length)];
  if (next === undefined) return state;
  const zoomed = state.ui.zoomed === null || next === 'report' ? null : next;
  return withUi(state, { focus: next, scroll: 0, zoomed });
}

function moveLadder(state: ScreenState, by: number): ScreenState {
  const { frame, ui } = state;
  const middle = ladderMiddle(state);
  if (frame === null || middle === null) return state;
  const cursor = (ui.ladderCursor ?? middle) - by * frame.tickNanos;
  const reach = Math.max(0, (ladderRows(state) >> 1) - 1) * frame.tickNanos;
  // a cursor that leaves the window holds the ladder still and takes it along
  const beyond = Math.abs(cursor - middle) > reach;
  const center = beyond ? cursor + (cursor > middle ? -reach : reach) : ui.ladderCenter;
  return withUi(state, { ladderCursor: Math.max(frame.tickNanos, cursor), ladderCenter: center });
}

function moveLog(state: ScreenState, by: number): ScreenState {
  const { entries, at } = logView(state);
  const last = entries.length - 1;
  const next = Math.max(0, Math.min(last, at + by));
  const entry = entries[next];
  const selected = next >= last || entry === undefined ? null : entry.number;
  return withUi(state, { log: { ...state.ui.log, selected } });
}

function move(state: ScreenState, by: number, keymap: Keymap): ScreenState {
  const { mode, focus, scroll } = state.ui;
  if (mode === 'columns') return onNextColumn(state, by);
  if (mode === 'trades') return onNextTrade(state, by);
  if (mode === 'panes') {
    if (focus === 'ladder') return moveLadder(state, by);
    if (focus === 'log') return moveLog(state, by);
    if (focus === 'tape') {
      const last = Math.max(0, shownPrints(state).length - 1);
      const tapeScroll = Math.max(0, Math.min(last, state.ui.tapeScroll + by));
      return withUi(state, { tapeScroll });
    }
  }
  return withUi(state, { scroll: Math.max(0, Math.min(scrollLimit(state, keymap), scroll + by)) });
}

/** The furthest that what has the keyboard can be scrolled, so that the way back is no longer than the way there. */
function scrollLimit(state: ScreenState, keymap: Keymap): number {
  const { mode, focus } = state.ui;
  if (mode !== 'panes') {
    const dialog = dialogOf(state, keymap);
    return dialog === null ? 0 : hiddenLines(dialog);
  }
  if (focus === 'brain') return state.decision === null ? 0 : reasoningOf(state.decision).length;
  const trades = state.result?.trades.length ?? 0;
  return focus === 'report' ? state.reportLines.length + trades : 0;
}

function page(state: ScreenState): number {
  return Math.max(1, innerRows(state, state.ui.focus) - 2);
}

function close(state: ScreenState): ScreenState {
  const { ui } = state;
  if (ui.mode === 'filter') {
    return withUi(state, {
      mode: 'panes',
      input: '',
      isQuoting: false,
      log: { ...ui.log, filter: '' },
    });
  }
  if (ui.mode !== 'panes')
    return withUi(state, { mode: 'panes', input: '', isQuoting: false, scroll: 0 });
  if (ui.zoomed !== null) return withUi(state, { zoomed: null });
  if (ui.focus === 'report') return withUi(state, { focus: 'ladder', scroll: 0 });
  if (ui.focus === ui.beside) return withUi(state, { focus: 'ladder', scroll: 0, beside: null });
  if (ui.focus === 'log') return withUi(state, { log: { selected: null, filter: '' } });
  if (ui.focus === 'tape') return withUi(state, { tapeScroll: 0 });
  if (ui.focus === 'ladder') return withUi(state, { ladderCursor: null, ladderCenter: null });
  return { ...withUi(state, { scroll: 0 }), status: null };
}

function quit(state: ScreenState): Step {
  const isOver = state.result !== null || state.failure !== null || state.reviewed !== null;
  if (isOver || !isExposed(state.frame)) return { state, commands: [], isLeaving: true };
  return step(withUi(state, { mode: 'quit', scroll: 0, input: '', isQuoting: false }));
}

/** What was said before a text is begun makes room for it, but for alarms. */
function atText(state: ScreenState): ScreenState {
  return state.status?.level === 'critical' ? state : { ...state, status: null };
}

function typed(state: ScreenState, input: string): ScreenState {
  const { ui } = state;
  // the filter works while it is typed
  const log = ui.mode === 'filter' ? { ...ui.log, filter: input } : ui.log;
  const line = { ...ui.line, asked: null };
  return withUi(state, { input, isQuoting: false, acted: null, log, line });
}

function accept(state: ScreenState, keymap: Keymap, now: number): Step {
  const { ui } = state;
  if (ui.mode === 'filter') {
    return step(focusOn(withUi(state, { mode: 'panes', input: '' }), 'log', now));
  }
  const line = remembered(ui.line, ui.input);
  const back = withUi(state, { mode: 'panes', input: '', line });
  const asked = parseCommand(keymap, ui.input);
  if (asked === undefined) return step(back);
  if ('error' in asked) return step(withStatus(back, asked.error, 'warning', now));
  return perform(back, asked.action, keymap, now, asked.argument);
}

/** Does what needs a time of the exchange's clock. */
function withTime(state: ScreenState, action: Action, clock: string, now: number): Step {
  const moment = state.frame === null ? undefined : momentOf(state.frame, clock);
  if (moment === undefined)
    return step(
      withStatus(state, `${action.command} ${clock}: a time is ${action.argument}`, 'warning', now),
    );
  const { profile } = state.ui;
  switch (action.id) {
    case 'profile-from':
      return step(withUi(state, { profile: { ...profile, kind: 'fixed', from: moment } }));
    case 'profile-to':
      return step(
        withUi(state, {
          profile: { kind: 'fixed', from: profile.from ?? moment - 30 * NS_PER_MINUTE, to: moment },
        }),
      );
    default:
      return step(state);
  }
}

/** Sends what a replay's key comes to, keeps the bookmarks, or says what is needed. */
function replay(state: ScreenState, done: Replayed, now: number): Step {
  if ('refusal' in done) return step(withStatus(state, done.refusal, 'warning', now));
  if ('bookmarks' in done)
    return step({ ...withStatus(state, done.words, 'good', now), bookmarks: done.bookmarks });
  const [first, ...rest] = done.commands;
  if (first === undefined) return step(state);
  const speed = first.name === 'set-speed' ? { speed: first.speed } : {};
  const pause = first.name === 'pause-replay' ? { replayPaused: true } : {};
  const sent = sending(state, first, done.words, now, { ...speed, ...pause });
  const unanswered = sent.state.intent.unanswered + rest.length;
  return step({ ...sent.state, intent: { ...sent.state.intent, unanswered } }, done.commands);
}

/** Sends what a trading key comes to, or says why it comes to nothing. */
function carryOut(state: ScreenState, action: Action, traded: Traded, now: number): Step {
  if ('refusal' in traded) {
    const text = `refused: ${traded.refusal}`;
    const logged = logCommand(state, clockOf(state.frame), text, 'warning');
    return step(withStatus(logged, text, 'warning', now));
  }
  const { command } = traded;
  const intended =
    command.name === 'move-stop'
      ? { stop: { price: command.price, at: now } }
      : command.name === 'move-target'
        ? { target: { price: command.price, at: now } }
        : {};
  return sending(state, command, traded.words ?? action.label, now, intended);
}

/** Does what an action says. Every effect is in the result; nothing is sent from here. */
export function perform(
  state: ScreenState,
  action: Action,
  keymap: Keymap,
  now: number,
  argument = '',
): Step {
  if (action.needsLive === true && (state.result !== null || state.failure !== null)) {
    return step(withStatus(state, `${action.label}: the run has ended`, 'warning', now));
  }
  if (action.id === 'columns' && argument !== '') {
    const named = namedColumns(state, argument);
    if ('problem' in named) return step(withStatus(state, named.problem, 'warning', now));
    const words = wantedColumns(named.state).join(', ');
    return step(withStatus(named.state, `columns: ${words}`, 'good', now));
  }
  if (action.argument !== undefined && action.id !== 'columns') {
    if (argument === '' && action.isArgumentOptional !== true)
      return step(withUi(state, { mode: 'command', input: `${action.command} ` }));
    const gone = onReplayAction(state, action, argument);
    return gone === undefined ? withTime(state, action, argument, now) : replay(state, gone, now);
  }
  const gone = onReplayAction(state, action, '');
  if (gone !== undefined) return replay(state, gone, now);
  if (action.sends !== undefined) return sending(state, action.sends, action.label, now);
  if (action.id.startsWith('focus-')) {
    return step(focusOn(state, action.command as PaneId, now));
  }
  const traded = onTradingAction(state, action.id);
  if (traded !== undefined) return carryOut(state, action, traded, now);
  switch (action.id) {
    case 'toggle-brain':
      return toggleBrain(state, now);
    case 'toggle-replay':
      return toggleReplay(state, now);
    case 'faster':
      return changeSpeed(state, 1, now);
    case 'slower':
      return changeSpeed(state, -1, now);
    case 'copy':
      return { state, commands: [], isLeaving: false, isCopying: true };
    case 'open-trade': {
      const opens = state.result?.trades[state.ui.trade];
      if (opens === undefined) return step(state);
      const waiting = withStatus(
        withUi(state, { mode: 'panes' }),
        'opening the trade',
        'good',
        now,
      );
      return { state: waiting, commands: [], isLeaving: false, opens };
    }
    case 'bell': {
      const bell = state.settings.bell !== true;
      const words = bell ? 'the bell rings' : 'the bell is off';
      const changed = { ...state, settings: { ...state.settings, bell } };
      return step(withStatus(changed, words, 'good', now));
    }
    case 'save-screen':
    case 'save-screen-here':
      return { state, commands: [], isLeaving: false, isSaving: true };
    case 'save-layout':
      return { state, commands: [], isLeaving: false, isKeeping: true };
    case 'interrupt':
      return state.ui.mode === 'quit' ? { state, commands: [], isLeaving: true } : quit(state);
    case 'quit':
      return quit(state);
    case 'confirm':
      return { state, commands: [], isLeaving: true };
    case 'accept':
      return accept(state, keymap, now);
    default:
      return step(onScreen(state, action, keymap));
  }
}

/** The actions that change the screen and nothing else. */
function onScreen(state: ScreenState, action: Action, keymap: Keymap): ScreenState {
  const { ui } = state;
  const charted = onChartAction(state, action.id) ?? onColumnAction(state, action.id);
  if (charted !== undefined) return charted;
  switch (action.id) {
    case 'next-pane':
      return cycle(state, 1);
    case 'previous-pane':
      return cycle(state, -1);
    case 'zoom':
      return withUi(state, { zoomed: ui.zoomed === null ? ui.focus : null });
    case 'up':
      return move(state, -1, keymap);
    case 'down':
      return move(state, 1, keymap);
    case 'page-up':
      return move(state, -page(state), keymap);
    case 'page-down':
      return move(state, page(state), keymap);
    case 'center': {
      const center = ui.ladderCenter === null ? ladderMiddle(state) : null;
      return withUi(state, { ladderCenter: center, ladderCursor: null });
    }
    case 'smaller-prints':
      return withUi(state, {
        tapeMinSize: neighbour(TAPE_SIZES, ui.tapeMinSize, -1),
        tapeScroll: 0,
      });
    case 'larger-prints':
      return withUi(state, {
        tapeMinSize: neighbour(TAPE_SIZES, ui.tapeMinSize, 1),
        tapeScroll: 0,
      });
    case 'usual-layout': {
      const usual = layoutToSave(initialState(state.size, state.now));
      const settings = { ...state.settings, ladderColumns: null };
      return withLayout({ ...state, settings }, usual);
    }
    case 'open':
      return selectedEntry(state) === undefined
        ? state
        : withUi(state, { mode: 'entry', scroll: 0 });
    case 'trades':
      return state.result === null ? state : onNextTrade(withUi(state, { mode: 'trades' }), 0);
    case 'filter':
      return withUi(atText(state), { mode: 'filter', input: ui.log.filter, acted: null });
    case 'command':
      return withUi(atText(state), {
        mode: 'command',
        input: '',
        acted: null,
        line: { ...ui.line, at: null, draft: '' },
      });
    case 'welcome':
      return withUi(state, { mode: 'welcome', scroll: 0 });
    case 'help':
      return withUi(state, { mode: ui.mode === 'help' ? 'panes' : 'help', scroll: 0 });
    case 'bookmarks':
      return withUi(state, { mode: ui.mode === 'bookmarks' ? 'panes' : 'bookmarks', scroll: 0 });
    case 'complete': {
      const next = ui.mode === 'command' ? completed(state, keymap) : undefined;
      return next === undefined ? state : withUi(state, { ...next, isQuoting: false });
    }
    case 'older-line':
    case 'newer-line':
      if (ui.mode !== 'command') return state;
      return withUi(state, recalled(state, action.id === 'older-line' ? -1 : 1));
    case 'erase':
      return typed(state, ui.input.slice(0, -1));
    case 'quote':
      return withUi(state, { isQuoting: true });
    default:
      return close(state);
  }
}

/** What one key press comes to. */
export function onKey(state: ScreenState, key: string, keymap: Keymap, now: number): Step {
  const { mode, focus, isQuoting, input } = state.ui;
  const isTyping = mode === 'filter' || mode === 'command';
  const text = textOf(key);
  if (isTyping && isQuoting && text !== undefined) return step(typed(state, input + text));
  const action = actionOf(keymap, key, contextsOf(mode, focus));
  if (action !== undefined) {
    const done = perform(state, action, keymap, now);
    // a letter that acted in the midst of a text says so, and what came of it
    return isTyping && text !== undefined
      ? { ...done, state: withUi(done.state, { acted: text }) }
      : done;
  }
  // the welcome gives way to the first key, which does what it does
  if (mode === 'welcome') return onKey(withUi(state, { mode: 'panes' }), key, keymap, now);
  return step(isTyping && text !== undefined ? typed(state, input + text) : state);
}
