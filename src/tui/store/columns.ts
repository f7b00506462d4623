/** The ladder's columns as they are chosen and ordered at the keyboard. */
import { LADDER_COLUMNS } from '../../domain/ladder-column.ts';
import { columnsFor } from '../layout/ladder-columns.ts';
import { inside } from '../layout/layout.ts';
import { currentLayout } from './selectors.ts';
import type { ColumnId, ScreenState } from './state.ts';

/** What stands in a column, in words. */
export const COLUMN_WORDS: Readonly<Record<ColumnId, string>> = {
  marks: 'POC, VAH, VAL, VWAP, high and low of the day',
  own: 'own orders, the queue ahead and the expected wait',
  pnl: 'profit or loss at the price, while in a position',
  bidOrders: 'orders at the bid',
  bidPulled: 'pulled from the bid in the last 10 s',
  bidAdded: 'added to the bid in the last 10 s',
  bid: 'size of the bid, with a bar',
  price: 'the price; it stays',
  ask: 'size of the ask, with a bar',
  askAdded: 'added to the ask in the last 10 s',
  askPulled: 'pulled from the ask in the last 10 s',
  askOrders: 'orders at the ask',
  sold: 'traded at the bid in the session',
  bought: 'traded at the ask in the session',
  profile: 'volume of the session',
};

/** The columns that are wanted, from left to right. */
export function wantedColumns({ settings }: ScreenState): readonly ColumnId[] {
  return settings.ladderColumns ?? LADDER_COLUMNS;
}

/** All columns: the wanted ones in their order, and the others behind them. */
export function listedColumns(state: ScreenState): readonly ColumnId[] {
  const wanted = wantedColumns(state);
  return [...wanted, ...LADDER_COLUMNS.filter((id) => !wanted.includes(id))];
}

/** The columns that have room in the ladder as it stands; all of them where there is no ladder. */
export function roomyColumns(state: ScreenState): readonly ColumnId[] {
  const ladder = currentLayout(state)?.panes.ladder;
  const wanted = wantedColumns(state);
  if (ladder === undefined) return wanted;
  return columnsFor(inside(ladder).width - 2, wanted).map(({ id }) => id);
}

function withColumns(state: ScreenState, columns: readonly ColumnId[]): ScreenState {
  const isUsual = columns.join() === LADDER_COLUMNS.join();
  return { ...state, settings: { ...state.settings, ladderColumns: isUsual ? null : columns } };
}

/** Shows a column at its usual place among the others, or takes it away; the price stays. */
function toggled(state: ScreenState, id: ColumnId): ScreenState {
  const wanted = wantedColumns(state);
  if (id === 'price') return state;
  if (wanted.includes(id))
    return withColumns(
      state,
      wanted.filter((other) => other !== id),
    );
  const later = LADDER_COLUMNS.slice(LADDER_COLUMNS.indexOf(id) + 1);
  const at = wanted.findIndex((other) => later.includes(other));
  return withColumns(state, wanted.toSpliced(at < 0 ? wanted.length : at, 0, id));
}

function moved(state: ScreenState, id: ColumnId, by: 1 | -1): ScreenState {
  const wanted = wantedColumns(state);
  const from = wanted.indexOf(id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= wanted.length) return state;
  return withColumns(state, wanted.toSpliced(from, 1).toSpliced(to, 0, id));
}

/** The state with the cursor of the list `by` lines further. */
export function onNextColumn(state: ScreenState, by: number): ScreenState {
  const list = listedColumns(state);
  const at = Math.max(0, Math.min(list.length - 1, list.indexOf(state.ui.column) + by));
  return { ...state, ui: { ...state.ui, column: list[at] ?? 'price' } };
}

/** The state after an action of the list, or `undefined` where the action is none. */
export function onColumnAction(state: ScreenState, id: string): ScreenState | undefined {
  switch (id) {
    case 'columns':
      return { ...state, ui: { ...state.ui, mode: 'columns', scroll: 0 } };
    case 'toggle-column':
      return toggled(state, state.ui.column);
    case 'column-left':
      return moved(state, state.ui.column, -1);
    case 'column-right':
      return moved(state, state.ui.column, 1);
    default:
      return undefined;
  }
}

/** The columns that a text names, with commas or blanks between them; `all`: as they were made. Or what is wrong. */
export function namedColumns(
  state: ScreenState,
  text: string,
): { readonly state: ScreenState } | { readonly problem: string } {
  const names = text.split(/[\s,]+/).filter((name) => name !== '');
  if (names.join() === 'all') return { state: withColumns(state, LADDER_COLUMNS) };
  const columns: ColumnId[] = [];
  for (const name of names) {
    const id = LADDER_COLUMNS.find((known) => known.toLowerCase() === name.toLowerCase());
    if (id === undefined)
      return { problem: `no column "${name}"; there are ${LADDER_COLUMNS.join(', ')}, or all` };
    if (!columns.includes(id)) columns.push(id);
  }
  if (!columns.includes('price')) return { problem: 'price has to be among the columns' };
  return { state: withColumns(state, columns) };
}
