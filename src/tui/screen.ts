/** Which painter draws which pane, and which of them are painted at full rate: hot ones go straight into cells. */
import type { Rect } from './canvas/grid.ts';
import { Grid } from './canvas/grid.ts';
import type { Layer } from './canvas/screen-writer.ts';
import { drawBorder } from './draw.ts';
import { inside, type Layout } from './layout/layout.ts';
import { paintAccount } from './panes/account.ts';
import { paintBrain } from './panes/brain.ts';
import { paintCvd } from './panes/cvd.ts';
import { paintHeader } from './panes/header.ts';
import { ladderNote, paintLadder } from './panes/ladder.ts';
import { logNote, paintLog } from './panes/log.ts';
import { paintOrders } from './panes/orders.ts';
import { paintReport } from './panes/report.ts';
import { paintState } from './panes/state.ts';
import { paintTape, tapeNote } from './panes/tape.ts';
import { PANES, type PaneId, type ScreenState } from './store/state.ts';
import type { Look } from './theme/themes.ts';

type Painter = (state: ScreenState, look: Look, grid: Grid) => void;

const HOT: Readonly<Partial<Record<PaneId, Painter>>> = {
  ladder: paintLadder,
  tape: paintTape,
  cvd: paintCvd,
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
  return pane === 'log' ? logNote(state) : '';
}

const TITLES: Readonly<Record<PaneId, string>> = {
  ladder: 'ladder',
  tape: 'tape',
  cvd: 'cumulative delta',
  state: 'market state',
  brain: 'brain',
  account: 'account',
  orders: 'orders',
  log: 'decision log',
  report: 'report',
};

/** A pane with its border; the inside of a hot one is left blank, for its layer. */
export function paintPane(pane: PaneId, rect: Rect, state: ScreenState, look: Look): Grid {
  const grid = new Grid(rect.width, rect.height);
  const { width, height } = rect;
  const title = `${PANES.indexOf(pane) + 1} ${TITLES[pane]}`;
  const note = noteOf(pane, state, look);
  const isFocused = state.ui.focus === pane && state.ui.mode !== 'quit';
  drawBorder(grid, { x: 0, y: 0, width, height }, look, { title, note, isFocused });
  const painter = COLD[pane];
  if (painter === undefined) return grid;
  const inner = inside({ x: 0, y: 0, width, height });
  const content = new Grid(inner.width - 2, inner.height);
  painter(state, look, content);
  grid.blit(content, inner.x + 1, inner.y);
  return grid;
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
    const inner = inside(rect);
    // one blank column inside either border lets the numbers breathe
    const grid = new Grid(inner.width - 2, inner.height);
    painter(state, look, grid);
    layers.push({ x: inner.x + 1, y: inner.y, grid });
  }
  return layers;
}
