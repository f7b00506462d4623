import { formatPrice } from '../../domain/price.ts';
import { formatClock } from '../../domain/time.ts';
import type { Rect } from '../canvas/grid.ts';
import { wrapText } from '../draw.ts';
import type { Action } from '../keymap/action.ts';
import { shownKey } from '../keymap/key-names.ts';
import { actionsIn, contextsOf, type Keymap, keyOf } from '../keymap/keymap.ts';
import { centered } from '../layout/layout.ts';
import { bookmarkClock } from './bookmarks.ts';
import { COLUMN_WORDS, listedColumns, roomyColumns, wantedColumns } from './columns.ts';
import { decisionLines } from './inspect.ts';
import { quitLines } from './quit-text.ts';
import { selectedEntry } from './selectors.ts';
import type { LogEntry, ScreenState } from './state.ts';
import { tradeText } from './trades.ts';

/** What lies over the panes: its place, its title, and its lines. Keys stand before what they do. */
export interface Dialog {
  readonly rect: Rect;
  readonly title: string;
  readonly note: string;
  readonly lines: readonly DialogLine[];
  /** Number of the line on which the cursor stands, where there is one. */
  readonly selected?: number;
}

export interface DialogLine {
  readonly key: string;
  readonly text: string;
}

function plain(text: string): DialogLine {
  return { key: '', text };
}

function helpDialog(state: ScreenState, keymap: Keymap): Dialog {
  const where = state.ui.focus;
  const actions = actionsIn(keymap, contextsOf('panes', where));
  // what closes and kills comes first, what is the same everywhere last
  const rankOf = ({ contexts, needsLive }: Action) => {
    if (needsLive === true && contexts.some((c) => c === 'always' || c === 'quit')) return 0;
    return contexts.includes('always') ? 2 : 1;
  };
  const lines = actions
    .toSorted((a, b) => rankOf(a) - rankOf(b))
    .map((action) => ({
      key: action.keys.map(shownKey).join(' '),
      text: action.label,
    }));
  const height = Math.min(lines.length + 2, state.size.rows - 4);
  const rect = centered(state.size, 66, height);
  return { rect, title: `keys in ${where}`, note: 'Esc closes', lines };
}

/** What is on the screen, and the three keys that matter: a first look. */
function welcomeDialog(state: ScreenState, keymap: Keymap): Dialog {
  const key = (id: string) => keyOf(keymap, id);
  const lines = [
    'The ladder is the order book; beside it tape, charts, account, and every decision.',
    `${key('flatten')} closes all at market, everywhere and at once; ${key('toggle-replay')} holds a replay.`,
    `${key('help')} tells the keys of where you are, ${key('quit')} quits; any key begins.`,
  ].flatMap((line) => wrapText(line, Math.min(84, state.size.columns - 8)));
  const rect = centered(state.size, 88, lines.length + 2);
  return { rect, title: 'welcome', note: 'Esc closes', lines: lines.map(plain) };
}

/** The bookmarks in the order of market time, and what leads to them. */
function bookmarksDialog({ bookmarks, frame, size }: ScreenState, keymap: Keymap): Dialog {
  const key = (id: string) => keyOf(keymap, id);
  const list = bookmarks.map((bookmark) => ({
    key: bookmarkClock(bookmark, frame),
    text: bookmark.name,
  }));
  const none = `none yet: ${key('bookmark')} sets one, :bookmark NAME with a name`;
  const hint = `${key('previous-bookmark')} ${key('next-bookmark')} go to those beside, :jump NAME to one, :unbookmark NAME removes it`;
  const lines = [
    ...(list.length === 0 ? [plain(none)] : list),
    plain(''),
    ...wrapText(hint, Math.min(62, size.columns - 8)).map(plain),
  ];
  const rect = centered(size, 66, Math.min(lines.length + 2, size.rows - 4));
  return { rect, title: 'bookmarks', note: 'Esc closes', lines };
}

/** The ladder's columns in their order, with what each is for and whether it is there. */
function columnsDialog(state: ScreenState, keymap: Keymap): Dialog {
  const key = (id: string) => keyOf(keymap, id);
  const [wanted, roomy, list] = [wantedColumns(state), roomyColumns(state), listedColumns(state)];
  const lines = list.map((id) => {
    const standing = !wanted.includes(id) ? 'hidden ' : roomy.includes(id) ? 'shown  ' : 'no room';
    return { key: id, text: `${standing}  ${COLUMN_WORDS[id]}` };
  });
  const hint = `${key('toggle-column')} shows or hides, ${key('column-left')} ${key('column-right')} move it in the ladder; :save-layout keeps them`;
  const rect = centered(state.size, 78, Math.min(lines.length + 3, state.size.rows - 4));
  return {
    rect,
    title: 'columns of the ladder',
    note: 'Esc closes',
    lines: [...lines, plain(hint)],
    selected: list.indexOf(state.ui.column),
  };
}

/** The trades of a run that has ended, each a way back to its moment. */
function tradesDialog(state: ScreenState, keymap: Keymap): Dialog {
  const trades = state.result?.trades ?? [];
  const { frame, size, ui } = state;
  const lines = trades.map((trade, i) => ({ key: String(i + 1), text: tradeText(trade, frame) }));
  const hint = `${keyOf(keymap, 'open-trade')} plays the run again and holds it at the trade’s entry`;
  const none = 'there were no trades';
  const all = [
    ...(lines.length === 0 ? [plain(none)] : lines),
    plain(lines.length === 0 ? '' : hint),
  ];
  const rect = centered(size, 76, Math.min(all.length + 2, size.rows - 4));
  return { rect, title: 'trades', note: 'Esc closes', lines: all, selected: ui.trade };
}

function entryDialog(state: ScreenState, entry: LogEntry): Dialog {
  const width = Math.min(state.size.columns - 8, 110);
  const { source } = entry;
  const lines = (
    source?.type === 'decision-made'
      ? decisionLines(entry, source, state.log, width - 4)
      : entryLines(entry, width - 4, state.frame?.zoneOffsetNs)
  ).map(plain);
  const rect = centered(state.size, width, Math.min(lines.length + 2, state.size.rows - 4));
  return { rect, title: `log entry ${entry.number}`, note: 'Esc closes', lines };
}

function quitDialog(state: ScreenState, keymap: Keymap): Dialog {
  const { frame } = state;
  const lines =
    frame === null
      ? []
      : quitLines(frame, keymap)
          .flatMap((line) => wrapText(line, 68))
          .map(plain);
  const answers = [
    plain(''),
    { key: keyOf(keymap, 'confirm'), text: 'quit' },
    { key: keyOf(keymap, 'decline'), text: 'stay' },
  ];
  const all = [...lines, ...answers];
  const rect = centered(state.size, 74, all.length + 2);
  return { rect, title: 'quit with something open?', note: '', lines: all };
}

/** The dialog that is open, or `null`. */
export function dialogOf(state: ScreenState, keymap: Keymap): Dialog | null {
  switch (state.ui.mode) {
    case 'welcome':
      return welcomeDialog(state, keymap);
    case 'help':
      return helpDialog(state, keymap);
    case 'bookmarks':
      return bookmarksDialog(state, keymap);
    case 'columns':
      return columnsDialog(state, keymap);
    case 'trades':
      return tradesDialog(state, keymap);
    case 'entry': {
      const entry = selectedEntry(state);
      return entry === undefined ? null : entryDialog(state, entry);
    }
    case 'quit':
      return quitDialog(state, keymap);
    case 'panes':
    case 'filter':
    case 'command':
      return null;
  }
}

/** Lines of a dialog that its box has no room for. */
export function hiddenLines(dialog: Dialog): number {
  return Math.max(0, dialog.lines.length - (dialog.rect.height - 2));
}

/** An entry whole, as lines of at most `width`: every field of what it was made from; moments by the exchange's clock. */
export function entryLines(entry: LogEntry, width: number, zoneOffsetNs = 0): readonly string[] {
  const heading = [`${entry.clock}  ${entry.kind}`, ''];
  const text = wrapText(entry.text, width);
  if (entry.source === null) return [...heading, ...text];
  const fields = fieldLines(entry.source, '', zoneOffsetNs);
  return [...heading, ...text, '', ...fields.flatMap((line) => wrapText(line, width))];
}

/** A field as people read it: prices in dollars where they are whole 1e-9 units, session times as a clock. */
function shownField(name: string, field: unknown, zoneOffsetNs: number): string {
  if (typeof field !== 'number') return typeof field === 'string' ? field : JSON.stringify(field);
  if (/price$/i.test(name) && Number.isInteger(field)) return formatPrice(field, 2);
  return name === 'ts' ? formatClock(field + zoneOffsetNs, 3) : String(field);
}

/** A value as indented `name: value` lines. */
function fieldLines(value: object, indent: string, zoneOffsetNs: number): string[] {
  const lines: string[] = [];
  for (const [name, field] of Object.entries(value)) {
    if (typeof field === 'object' && field !== null && Object.keys(field).length > 0) {
      lines.push(`${indent}${name}`, ...fieldLines(field, `${indent}  `, zoneOffsetNs));
    } else {
      lines.push(`${indent}${name}: ${shownField(name, field, zoneOffsetNs)}`);
    }
  }
  return lines;
}
