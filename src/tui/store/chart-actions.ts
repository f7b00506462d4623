/** What the keys of the chart panes and the tape's mode do. */
import { NS_PER_MINUTE } from '../../domain/time.ts';
import {
  FOOTPRINT_MODES,
  type FootprintMode,
  PROFILE_RANGES,
  type ProfileChoice,
  type ScreenState,
  TAPE_MODES,
  type TapeMode,
} from './state.ts';

/** How far back a fixed range begins when it is chosen first. */
const FIRST_RANGE = 30 * NS_PER_MINUTE;
const RANGE_STEP = 5 * NS_PER_MINUTE;

function withMode(state: ScreenState, footprintMode: FootprintMode): ScreenState {
  return { ...state, ui: { ...state.ui, footprintMode } };
}

function withTape(state: ScreenState, tapeMode: TapeMode): ScreenState {
  return { ...state, ui: { ...state.ui, tapeMode, tapeScroll: 0 } };
}

function withProfile(state: ScreenState, choice: Partial<ProfileChoice>): ScreenState {
  return { ...state, ui: { ...state.ui, profile: { ...state.ui.profile, ...choice } } };
}

function withRange(state: ScreenState, kind: ProfileChoice['kind']): ScreenState {
  const from = state.ui.profile.from ?? beginOf(state);
  return withProfile(state, kind === 'fixed' ? { kind, from } : { kind });
}

/** The minute in which a fixed range begins. */
function beginOf({ frame }: ScreenState): number | null {
  if (frame === null) return null;
  return Math.floor((frame.ts - FIRST_RANGE) / NS_PER_MINUTE) * NS_PER_MINUTE;
}

function nextOf<T>(list: readonly T[], current: T): T {
  return list[(list.indexOf(current) + 1) % list.length] ?? current;
}

/** Moves where the fixed range begins, and chooses it. */
function moveRange(state: ScreenState, by: number): ScreenState {
  const from = state.ui.profile.from ?? beginOf(state);
  if (from === null || state.frame === null) return state;
  return withProfile(state, { kind: 'fixed', from: Math.min(from + by, state.frame.ts) });
}

/** The state after a chart's action, or `undefined` where the action is none. */
export function onChartAction(state: ScreenState, id: string): ScreenState | undefined {
  const { focus, footprintMode, profile, tapeMode } = state.ui;
  if (id === 'next-mode') {
    if (focus === 'tape') return withTape(state, nextOf(TAPE_MODES, tapeMode));
    if (focus === 'profile') return withRange(state, nextOf(PROFILE_RANGES, profile.kind));
    return withMode(state, nextOf(FOOTPRINT_MODES, footprintMode));
  }
  const tape = TAPE_MODES.find((name) => id === `tape-${name}`);
  if (tape !== undefined) return withTape(state, tape);
  if (id === 'range-earlier') return moveRange(state, -RANGE_STEP);
  if (id === 'range-later') return moveRange(state, RANGE_STEP);
  const mode = FOOTPRINT_MODES.find((name) => id === `footprint-${name}`);
  if (mode !== undefined) return withMode(state, mode);
  const kind = PROFILE_RANGES.find((name) => id === `profile-${name}`);
  return kind === undefined ? undefined : withRange(state, kind);
}
