import type { ColumnId } from '../store/state.ts';

export interface Column {
  readonly id: ColumnId;
  readonly x: number;
  readonly width: number;
}

const ORDER: readonly (readonly [ColumnId, number, string])[] = [
  ['marks', 8, 'LEVEL'],
  ['own', 11, 'MINE'],
  ['pnl', 5, 'P&L'],
  ['bidOrders', 2, '#'],
  ['bidPulled', 4, '-10s'],
  ['bidAdded', 4, '+10s'],
  ['bid', 7, 'BID'],
  ['price', 8, 'PRICE'],
  ['ask', 7, 'ASK'],
  ['askAdded', 4, '+10s'],
  ['askPulled', 4, '-10s'],
  ['askOrders', 2, '#'],
  ['sold', 6, 'SOLD'],
  ['bought', 6, 'BOUGHT'],
  ['profile', 6, 'VOLUME'],
];

/** What is kept first when there is little room. Columns of one group come and go together. */
const IMPORTANCE: readonly (readonly ColumnId[])[] = [
  ['price', 'bid', 'ask'],
  ['own'],
  ['marks'],
  ['bidOrders', 'askOrders'],
  ['pnl'],
  ['bidAdded', 'bidPulled', 'askAdded', 'askPulled'],
  ['profile'],
  ['sold', 'bought'],
];

/** Columns that take what room is left, with the most they take. */
const GROWING: readonly (readonly [ColumnId, number])[] = [
  ['bid', 16],
  ['ask', 16],
  ['profile', 30],
  ['own', 15],
];

export function headingOf(id: ColumnId): string {
  return ORDER.find(([column]) => column === id)?.[2] ?? '';
}

/**
 * The columns that fit into `width`, from left to right, with one blank between them: all, or those of `chosen` in its order.
 * The less important ones go first where there is little room.
 */
export function columnsFor(
  width: number,
  chosen: readonly ColumnId[] | null = null,
): readonly Column[] {
  const widths = new Map<ColumnId, number>();
  let used = -1;
  const order = chosen ?? ORDER.map(([id]) => id);
  const groups = IMPORTANCE.map((group) => group.filter((id) => order.includes(id)));
  for (const group of groups) {
    if (group.length === 0) continue;
    const needed = group.reduce((sum, id) => sum + widthOf(id) + 1, 0);
    if (used + needed > width) continue;
    for (const id of group) widths.set(id, widthOf(id));
    used += needed;
  }
  let spare = width - used;
  while (spare > 0) {
    const before = spare;
    for (const [id, most] of GROWING) {
      const now = widths.get(id);
      if (now === undefined || now >= most || spare === 0) continue;
      widths.set(id, now + 1);
      spare--;
    }
    if (spare === before) break;
  }
  let x = 0;
  const columns: Column[] = [];
  for (const id of order) {
    const own = widths.get(id);
    if (own === undefined) continue;
    columns.push({ id, x, width: own });
    x += own + 1;
  }
  return columns;
}

function widthOf(id: ColumnId): number {
  return ORDER.find(([column]) => column === id)?.[1] ?? 0;
}
