import type { Grid, Rect, Size } from '../canvas/grid.ts';
import { drawBorder, wrapText } from '../draw.ts';
import { shownKey } from '../keymap/key-names.ts';
import { actionsIn, contextsOf, type Keymap } from '../keymap/keymap.ts';
import { centered, MIN_SIZE } from '../layout/layout.ts';
import { quitLines } from '../store/quit-text.ts';
import { selectedEntry } from '../store/selectors.ts';
import type { LogEntry, ScreenState } from '../store/state.ts';
import type { Look } from '../theme/themes.ts';

/** What lies over the panes: its place, its title, and its lines. Keys stand before what they do. */
export interface Dialog {
  readonly rect: Rect;
  readonly title: string;
  readonly note: string;
  readonly lines: readonly DialogLine[];
}

export interface DialogLine {
  readonly key: string;
  readonly text: string;
}

const KEY_WIDTH = 12;

function plain(text: string): DialogLine {
  return { key: '', text };
}

function helpDialog(state: ScreenState, keymap: Keymap): Dialog {
  const where = state.ui.focus;
  const lines = actionsIn(keymap, contextsOf('panes', where)).map((action) => ({
    key: action.keys.map(shownKey).join(' '),
    text: action.label,
  }));
  const height = Math.min(lines.length + 2, state.size.rows - 4);
  const rect = centered(state.size, 66, height);
  return { rect, title: `keys in ${where}`, note: 'Esc closes', lines };
}

function entryDialog(state: ScreenState, entry: LogEntry, linesOf: EntryLines): Dialog {
  const width = Math.min(state.size.columns - 8, 110);
  const lines = linesOf(entry, width - 4).map(plain);
  const rect = centered(state.size, width, Math.min(lines.length + 2, state.size.rows - 4));
  return { rect, title: `log entry ${entry.number}`, note: 'Esc closes', lines };
}

type EntryLines = (entry: LogEntry, width: number) => readonly string[];

function quitDialog(state: ScreenState): Dialog {
  const { frame } = state;
  const lines =
    frame === null
      ? []
      : quitLines(frame)
          .flatMap((line) => wrapText(line, 68))
          .map(plain);
  const answers = [plain(''), { key: 'y', text: 'quit' }, { key: 'n Esc', text: 'stay' }];
  const all = [...lines, ...answers];
  const rect = centered(state.size, 74, all.length + 2);
  return { rect, title: 'quit with something open?', note: '', lines: all };
}

/** The dialog that is open, or `null`. */
export function dialogOf(state: ScreenState, keymap: Keymap, linesOf: EntryLines): Dialog | null {
  switch (state.ui.mode) {
    case 'help':
      return helpDialog(state, keymap);
    case 'entry': {
      const entry = selectedEntry(state);
      return entry === undefined ? null : entryDialog(state, entry, linesOf);
    }
    case 'quit':
      return quitDialog(state);
    case 'panes':
    case 'filter':
    case 'command':
      return null;
  }
}

/** A dialog with its border, in a grid of its rectangle's size; scrolled where it has more lines than room. */
export function paintDialog(dialog: Dialog, scroll: number, look: Look, grid: Grid): void {
  const { columns: width, rows: height } = grid;
  const hidden = Math.max(0, dialog.lines.length - (height - 2));
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
  }
}

/** What a terminal that is too small shows instead of the screen. */
export function tooSmallLines({ columns, rows }: Size): readonly string[] {
  return [
    `fsd-tui needs ${MIN_SIZE.columns} x ${MIN_SIZE.rows}`,
    `this terminal is ${columns} x ${rows}`,
    'x X K p C work, q quits',
  ];
}
