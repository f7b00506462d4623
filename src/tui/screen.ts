/** Which painter draws which pane, and which of them are painted at full rate: hot ones go straight into cells. */
import type { Rect, Size } from './canvas/grid.ts';
import { Grid } from './canvas/grid.ts';
import type { Layer } from './canvas/screen-writer.ts';
import { drawBorder } from './draw.ts';
import { inside, type Layout } from './layout/layout.ts';
import { paintAccount } from './panes/account.ts';
import { paintBrain } from './panes/brain.ts';
import { paintCvd } from './panes/cvd.ts';
import { footprintNote, paintFootprint } from './panes/footprint.ts';
import { paintHeader } from './panes/header.ts';
import { ladderNote, paintLadder } from './panes/ladder.ts';
import { logNote, paintLog } from './panes/log.ts';
import { paintOrders } from './panes/orders.ts';
import { paintProfile, profileNote } from './panes/profile.ts';
import { paintReport } from './panes/report.ts';
import { paintState } from './panes/state.ts';
import { paintTape, tapeNote } from './panes/tape.ts';
import { PANE_KEYS, PANES, type PaneId, type ScreenState } from './store/state.ts';
import type { Look } from './theme/themes.ts';

type Painter = (state: ScreenState, look: Look, grid: Grid) => void;

const HOT: Readonly<Partial<Record<PaneId, Painter>>> = {
  ladder: paintLadder,
  tape: paintTape,
  cvd: paintCvd,
  footprint: paintFootprint,
  profile: paintProfile,
};

const COLD: Readonly<Partial<Record<PaneId, Painter>>> = {
  state: paintState,
  brain: paintBrain,
  account: paintAccount,
  orders: paintOrders,
  log: paintLog,
  report: paintReport,
};

function noteOf(pane: PaneId, state: ScreenState, look: Look): string {
  if (pane === 'ladder') return ladderNote(state);
  if (pane === 'tape') return tapeNote(state, look);
  if (pane === 'footprint') return footprintNote(state, look);
  if (pane === 'profile') return profileNote(state);
  return pane === 'log' ? logNote(state) : '';
}

const TITLES: Readonly<Record<PaneId, string>> = {
  ladder: 'ladder',
  tape: 'tape',
  cvd: 'cumulative delta',
  footprint: 'footprint',
  profile: 'volume profile',
  state: 'market state',
  brain: 'brain',
  account: 'account',
  orders: 'orders',
  log: 'decision log',
  report: 'report',
};

/** A grid at its place on the screen. */
export interface Piece {
  readonly name: string;
  readonly rect: Rect;
  readonly grid: Grid;
}

/** The border of a pane as its four sides: what is inside is none of Ink's business in a hot pane. */
export function paintBorder(pane: PaneId, rect: Rect, state: ScreenState, look: Look): Piece[] {
  const { x, y, width, height } = rect;
  const whole = new Grid(width, height);
  const title = `${PANE_KEYS[pane]} ${TITLES[pane]}`;
  const note = noteOf(pane, state, look);
  const isFocused = state.ui.focus === pane && state.ui.mode !== 'quit';
  // with real money every frame is on the alarm's ground
  const line = state.frame?.mode === 'live' ? { line: look.style.live } : {};
  drawBorder(whole, { x: 0, y: 0, width, height }, look, { title, note, isFocused, ...line });
  const side = (name: string, part: Rect): Piece => {
    const grid = new Grid(part.width, part.height);
    grid.blit(whole, x - part.x, y - part.y);
    return { name: `${pane} ${name}`, rect: part, grid };
  };
  return [
    side('top', { x, y, width, height: 1 }),
    side('bottom', { x, y: y + height - 1, width, height: 1 }),
    side('left', { x, y: y + 1, width: 1, height: height - 2 }),
    side('right', { x: x + width - 1, y: y + 1, width: 1, height: height - 2 }),
  ];
}

/** Where a pane's content stands: one blank column inside either border lets the numbers breathe. */
function contentRect(rect: Rect): Rect {
  const inner = inside(rect);
  return { ...inner, x: inner.x + 1, width: Math.max(0, inner.width - 2) };
}

/** The content of a cold pane, or `null` where the pane is hot and has its own layer. */
export function paintCold(pane: PaneId, rect: Rect, state: ScreenState, look: Look): Piece | null {
  const painter = COLD[pane];
  if (painter === undefined) return null;
  const place = contentRect(rect);
  const grid = new Grid(place.width, place.height);
  painter(state, look, grid);
  return { name: pane, rect: place, grid };
}

/** What a pane says, row by row, without the empty ones. */
export function paneLines(pane: PaneId, state: ScreenState, look: Look, size: Size): string[] {
  const grid = new Grid(size.columns, size.rows);
  (HOT[pane] ?? COLD[pane])?.(state, look, grid);
  return grid.toLines().filter((line) => line !== '');
}

/** The hot panes of a layout, painted. */
export function paintHot(state: ScreenState, layout: Layout, look: Look): readonly Layer[] {
  const { header } = layout;
  const top = new Grid(header.width, header.height);
  paintHeader(state, look, top);
  const layers: Layer[] = [{ x: header.x, y: header.y, grid: top }];
  for (const pane of PANES) {
    const rect = layout.panes[pane];
    const painter = HOT[pane];
    if (rect === undefined || painter === undefined) continue;
    const place = contentRect(rect);
    const grid = new Grid(place.width, place.height);
    painter(state, look, grid);
    layers.push({ x: place.x, y: place.y, grid });
  }
  return layers;
}
