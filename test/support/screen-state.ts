import { Grid, type Size } from '../../src/tui/canvas/grid.ts';
import { DEFAULT_KEYMAP } from '../../src/tui/keymap/keymap.ts';
import { paintPosition } from '../../src/tui/panes/account.ts';
import { paintDialog, paintTooSmall } from '../../src/tui/panes/dialogs.ts';
import { paintLogLine } from '../../src/tui/panes/log.ts';
import { paintStatus } from '../../src/tui/panes/status.ts';
import { paintBorder, paintCold, paintHot } from '../../src/tui/screen.ts';
import { dialogOf } from '../../src/tui/store/dialog.ts';
import { onMessage } from '../../src/tui/store/messages.ts';
import { onKey } from '../../src/tui/store/perform.ts';
import { currentLayout } from '../../src/tui/store/selectors.ts';
import { initialState, PANES, type ScreenState } from '../../src/tui/store/state.ts';
import type { Look } from '../../src/tui/theme/themes.ts';
import { type FrameWish, fakeFrame, fakeNotices } from './fake-engine.ts';

const NOW = 1_000_000;

/** A screen in the middle of a morning: its notices logged, and the frame of `step`. */
export function morning(size: Size, wish: FrameWish = {}, step = 30): ScreenState {
  const messages = [...fakeNotices(), fakeFrame(step, wish)];
  return messages.reduce(
    (state, message) => onMessage(state, message, NOW),
    initialState(size, NOW),
  );
}

/** The state after these keys, one after the other. */
export function pressed(state: ScreenState, ...keys: readonly string[]): ScreenState {
  return keys.reduce((before, key) => onKey(before, key, DEFAULT_KEYMAP, NOW).state, state);
}

/** The whole screen as cells, composed as the real one is, without Ink and without a terminal. */
export function composed(state: ScreenState, look: Look): Grid {
  const screen = new Grid(state.size.columns, state.size.rows);
  const layout = currentLayout(state);
  if (layout === null) {
    paintTooSmall(state, look, DEFAULT_KEYMAP, screen);
    return screen;
  }
  for (const pane of PANES) {
    const rect = layout.panes[pane];
    if (rect === undefined) continue;
    const content = paintCold(pane, rect, state, look);
    const border = paintBorder(pane, rect, state, look);
    for (const piece of content === null ? border : [...border, content]) {
      screen.blit(piece.grid, piece.rect.x, piece.rect.y);
    }
  }
  for (const layer of paintHot(state, layout, look)) screen.blit(layer.grid, layer.x, layer.y);
  for (const [rect, paint] of [
    [layout.position, (grid: Grid) => paintPosition(state, look, grid)],
    [layout.logLine, (grid: Grid) => paintLogLine(state, look, grid)],
    [layout.status, (grid: Grid) => paintStatus(state, look, DEFAULT_KEYMAP, grid)],
  ] as const) {
    if (rect === null) continue;
    const grid = new Grid(rect.width, rect.height);
    paint(grid);
    screen.blit(grid, rect.x, rect.y);
  }
  const dialog = dialogOf(state, DEFAULT_KEYMAP);
  if (dialog !== null) {
    const grid = new Grid(dialog.rect.width, dialog.rect.height);
    paintDialog(dialog, state.ui.scroll, look, grid);
    screen.blit(grid, dialog.rect.x, dialog.rect.y);
  }
  return screen;
}
