import type { Grid } from '../canvas/grid.ts';
import type { StyleId } from '../canvas/styles.ts';
import { cutText } from '../draw.ts';
import { formatInteger } from '../format.ts';
import { logView } from '../store/selectors.ts';
import type { LogEntry, ScreenState } from '../store/state.ts';
import type { Look } from '../theme/themes.ts';

/** One letter a kind, so that kinds are told apart without colour. */
const KIND_MARK: Readonly<Record<LogEntry['kind'], string>> = {
  decision: 'D',
  order: 'O',
  fill: 'F',
  trade: 'T',
  alarm: '!',
  command: '>',
};

function levelStyle(level: LogEntry['level'], look: Look): StyleId {
  const { style } = look;
  return { normal: style.text, good: style.good, warning: style.warning, critical: style.critical }[
    level
  ];
}

export function drawLogEntry(grid: Grid, y: number, entry: LogEntry, look: Look): void {
  const { style } = look;
  grid.text(0, y, entry.clock.slice(0, 8), style.faint, 8);
  grid.text(9, y, KIND_MARK[entry.kind], style.muted, 1);
  grid.text(11, y, cutText(entry.text, grid.columns - 11), levelStyle(entry.level, look));
}

/** The log, newest at the bottom while it is followed; else the selected entry is in sight. */
export function paintLog(state: ScreenState, look: Look, grid: Grid): void {
  const { entries, at } = logView(state);
  if (entries.length === 0) {
    const text = state.log.length === 0 ? 'nothing yet' : 'nothing matches the filter';
    grid.text(0, 0, text, look.style.faint);
    return;
  }
  const isFollowing = state.ui.log.selected === null;
  const middle = at - (grid.rows >> 1);
  const last = Math.max(0, entries.length - grid.rows);
  const from = isFollowing ? last : Math.max(0, Math.min(last, middle));
  for (const [i, entry] of entries.slice(from, from + grid.rows).entries()) {
    drawLogEntry(grid, i, entry, look);
    const isSelected = from + i === at && state.ui.focus === 'log';
    if (isSelected) grid.wash(0, i, grid.columns, look.style.selected, look.table);
  }
}

export function logNote(state: ScreenState): string {
  const { entries, at } = logView(state);
  const { filter, selected } = state.ui.log;
  const found = filter === '' ? '' : `/${filter} `;
  const place =
    selected === null
      ? 'following'
      : `${formatInteger(at + 1)} of ${formatInteger(entries.length)}`;
  return `${found}${place}`;
}

/** The newest entry in one line, for small screens. */
export function paintLogLine(state: ScreenState, look: Look, grid: Grid): void {
  const newest = state.log.at(-1);
  if (newest === undefined) return;
  drawLogEntry(grid, 0, newest, look);
}
