/** What the chart panes show at their present size, and what is therefore asked of the engine. */
import type { FootprintWish, ProfileWish } from '../../engine/protocol.ts';
import { inside } from '../layout/layout.ts';
import { currentLayout } from './selectors.ts';
import type { FootprintMode, PaneId, ScreenState } from './state.ts';

/** Cells of a price and the blank behind it. */
export const CHART_AXIS = 9;
/** The footprint's lines that are no prices: the bars' clock above, delta and volume below. */
export const FOOTPRINT_FRAME = 3;
/** The profile's lines that are no prices: its range above. */
export const PROFILE_FRAME = 1;
/** Bars that the profile of the visible range adds up where no footprint is on the screen. */
const UNSEEN_BARS = 15;

/** Cells of one bar, with the blank behind it. */
export const BAR_WIDTH: Readonly<Record<FootprintMode, number>> = {
  'bid-ask': 12,
  delta: 10,
  volume: 11,
  imbalance: 12,
  ladder: 14,
};

/** The cells inside a pane's border and its blank columns, or `null` where it is not on the screen. */
function room(state: ScreenState, pane: PaneId): { columns: number; rows: number } | null {
  const rect = currentLayout(state)?.panes[pane];
  if (rect === undefined) return null;
  const { width, height } = inside(rect);
  return { columns: Math.max(0, width - 2), rows: height };
}

/** Bars that fit beside the prices. */
export function barsIn(columns: number, mode: FootprintMode): number {
  return Math.max(1, Math.floor((columns - CHART_AXIS + 1) / BAR_WIDTH[mode]));
}

export function footprintWish(state: ScreenState): FootprintWish | undefined {
  const place = room(state, 'footprint');
  if (place === null) return undefined;
  return {
    bars: barsIn(place.columns, state.ui.footprintMode),
    rows: Math.max(1, place.rows - FOOTPRINT_FRAME),
  };
}

export function profileWish(state: ScreenState): ProfileWish | undefined {
  const place = room(state, 'profile');
  if (place === null) return undefined;
  const rows = Math.max(1, place.rows - PROFILE_FRAME);
  const { kind, from, to } = state.ui.profile;
  if (kind === 'fixed' && from !== null) return { rows, range: { kind, from, to } };
  if (kind !== 'visible') return { rows, range: { kind: 'session' } };
  return { rows, range: { kind, bars: footprintWish(state)?.bars ?? UNSEEN_BARS } };
}
