import type { Grid } from '../canvas/grid.ts';
import { drawBorder } from '../draw.ts';
import { type Keymap, keyOf, panicKeys } from '../keymap/keymap.ts';
import { MIN_SIZE } from '../layout/layout.ts';
import { type Dialog, hiddenLines } from '../store/dialog.ts';
import type { ScreenState } from '../store/state.ts';
import type { Look } from '../theme/themes.ts';

const KEY_WIDTH = 12;

/** A dialog with its border, in a grid of its rectangle's size; scrolled where it has more lines than room. */
export function paintDialog(dialog: Dialog, scroll: number, look: Look, grid: Grid): void {
  const { columns: width, rows: height } = grid;
  const hidden = hiddenLines(dialog);
  const from = Math.min(scroll, hidden);
  const more =
    hidden > 0 ? `${from + height - 2}/${dialog.lines.length} ${dialog.note}` : dialog.note;
  drawBorder(grid, { x: 0, y: 0, width, height }, look, {
    title: dialog.title,
    note: more,
    isFocused: true,
  });
  for (const [i, line] of dialog.lines.slice(from, from + height - 2).entries()) {
    if (line.key === '') {
      grid.text(2, i + 1, line.text, look.style.text, width - 4);
    } else {
      grid.right(1, i + 1, KEY_WIDTH, line.key, look.style.key);
      grid.text(KEY_WIDTH + 3, i + 1, line.text, look.style.text, width - KEY_WIDTH - 5);
    }
    if (dialog.selected !== from + i) continue;
    grid.text(1, i + 1, look.glyph.here, look.style.key, 1);
    grid.wash(1, i + 1, width - 2, look.style.selected, look.table);
  }
}

/** What a terminal that is too small shows instead of the screen. */
export function paintTooSmall(state: ScreenState, look: Look, keymap: Keymap, grid: Grid): void {
  const { columns, rows } = state.size;
  const isAsking = state.ui.mode === 'quit';
  const lines = [
    `fsd-tui needs ${MIN_SIZE.columns} x ${MIN_SIZE.rows}`,
    `this terminal is ${columns} x ${rows}`,
    isAsking
      ? `something is open: ${keyOf(keymap, 'confirm')} quits, ${keyOf(keymap, 'decline')} stays`
      : `${panicKeys(keymap, false)} work, ${keyOf(keymap, 'quit')} quits`,
    state.status?.text ?? '',
  ];
  for (const [y, line] of lines.entries()) {
    grid.text(0, y, line, y === 0 || isAsking ? look.style.strong : look.style.muted);
  }
}
