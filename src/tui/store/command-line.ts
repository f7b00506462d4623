/** What is typed after `:`: a command's name, maybe a time behind it; what was typed before, and completion. */
import { LADDER_COLUMNS } from '../../domain/ladder-column.ts';
import { formatClock, NS_PER_DAY, parseClock } from '../../domain/time.ts';
import type { Frame } from '../../engine/protocol.ts';
import type { Action } from '../keymap/action.ts';
import { completionsOf, type Keymap } from '../keymap/keymap.ts';
import type { CommandLine, ScreenState } from './state.ts';

const REMEMBERED = 50;

export interface TypedCommand {
  readonly action: Action;
  readonly argument: string;
}

/** Reads a line, or says what is wrong with it. An empty line is nothing at all. */
export function parseCommand(
  keymap: Keymap,
  input: string,
): TypedCommand | { readonly error: string } | undefined {
  const [name = '', ...rest] = input.trim().split(/\s+/);
  if (name === '') return undefined;
  const argument = rest.join(' ');
  const [action, ...others] = completionsOf(keymap, name);
  if (action === undefined) return { error: `no command "${name}"` };
  if (others.length > 0) {
    const names = [action, ...others].slice(0, 5).map(({ command }) => command);
    return { error: `"${name}" could be ${names.join(', ')}` };
  }
  if (action.argument === undefined && argument !== '')
    return { error: `${action.command} takes nothing more: "${argument}"` };
  return { action, argument };
}

/** The moment of an exchange's clock on the day of the frame, session time; `undefined` for what is no clock. */
export function momentOf({ ts, zoneOffsetNs }: Frame, clock: string): number | undefined {
  const time = parseClock(clock);
  if (time === undefined) return undefined;
  const midnight = Math.floor((ts + zoneOffsetNs) / NS_PER_DAY) * NS_PER_DAY;
  return midnight + time - zoneOffsetNs;
}

/** The line's memory with `input` as its last line. */
export function remembered(line: CommandLine, input: string): CommandLine {
  const text = input.trim();
  const history = [...line.history.filter((known) => known !== text), text].slice(-REMEMBERED);
  return { ...line, history: text === '' ? line.history : history, at: null, asked: null };
}

/** Goes through the lines typed before, `by` -1 to older ones; beyond the newest stands what was being typed. */
export function recalled(state: ScreenState, by: 1 | -1): { line: CommandLine; input: string } {
  const { line, input } = state.ui;
  const { history, at, draft } = line;
  const from = at ?? history.length;
  const next = Math.max(0, from + by);
  const kept = at === null ? input : draft;
  if (next >= history.length)
    return { line: { ...line, at: null, draft: '' }, input: at === null ? input : draft };
  return { line: { ...line, at: next, draft: kept }, input: history[next] ?? input };
}

/** What can stand behind the command that was typed, and what stands before it; `undefined` while a name is typed. */
export function argumentsOf(
  state: ScreenState,
  keymap: Keymap,
  input: string,
): { readonly stem: string; readonly offered: readonly string[] } | undefined {
  const match = /^(\s*(\S+)\s+)(.*)$/.exec(input);
  if (match === null) return undefined;
  const [, stem = '', name = '', begun = ''] = match;
  const [action, ...others] = completionsOf(keymap, name);
  if (action === undefined || others.length > 0) return { stem, offered: [] };
  return { stem, offered: offeredBy(state, action.id).filter((each) => each.startsWith(begun)) };
}

function offeredBy({ bookmarks, frame }: ScreenState, id: string): readonly string[] {
  const names = bookmarks.map(({ name }) => name);
  if (id === 'remove-bookmark') return names;
  if (id === 'set-speed') return ['0.1', '1', '2', '5', '10', '50', '100', '1000', 'full'];
  if (id === 'columns') return [...LADDER_COLUMNS, 'all'];
  if (id !== 'go-to') return [];
  const now = frame === null ? [] : [formatClock(frame.ts + frame.zoneOffsetNs, 3)];
  return [...names, ...now, '+30s', '-30s', '+5m', '-5m'];
}

/** The next completion of what was typed; once more, the one after it. */
export function completed(
  state: ScreenState,
  keymap: Keymap,
): { line: CommandLine; input: string } | undefined {
  const { line, input } = state.ui;
  const asked = line.asked ?? input;
  const given = argumentsOf(state, keymap, asked);
  if (given !== undefined) {
    const last = input.slice(given.stem.length);
    const at = line.asked === null ? 0 : (given.offered.indexOf(last) + 1) % given.offered.length;
    const next = given.offered[at];
    return next === undefined ? undefined : { line: { ...line, asked }, input: given.stem + next };
  }
  const names = completionsOf(keymap, asked).map(({ command }) => command);
  if (names.length === 0) return undefined;
  const next = line.asked === null ? 0 : (names.indexOf(input) + 1) % names.length;
  return { line: { ...line, asked }, input: names[next] ?? input };
}
