import { NANOS_PER_UNIT } from '../../domain/price.ts';
import { formatClock } from '../../domain/time.ts';
import type { Frame, ProfileView } from '../../engine/protocol.ts';
import type { Grid } from '../canvas/grid.ts';
import { drawPieces } from '../draw.ts';
import { decimalsOf, formatCompact } from '../format.ts';
import { CHART_AXIS } from '../store/charts.ts';
import { toRowPrice } from '../store/selectors.ts';
import type { ScreenState } from '../store/state.ts';
import type { Look } from '../theme/themes.ts';

const HEADING = 1;
const MARK_WIDTH = 5;
const VOLUME_WIDTH = 6;

/** The names of the levels by row. */
function marksOf(
  view: ProfileView,
  frame: Frame,
  rowOf: (price: number) => number,
): Map<number, string> {
  const { VWAP, VP_DEVELOPING_POC } = frame.state;
  const developing =
    VP_DEVELOPING_POC === null ? null : toRowPrice(VP_DEVELOPING_POC, frame.tickNanos);
  const marks = new Map<number, string>();
  for (const [name, price] of [
    ['POC', view.poc],
    ['VAH', view.vah],
    ['VAL', view.val],
    ['VWAP', VWAP === null ? null : toRowPrice(VWAP, frame.tickNanos)],
    ['dev', developing],
  ] as const) {
    if (price !== null && !marks.has(rowOf(price))) marks.set(rowOf(price), name);
  }
  return marks;
}

/** From when to when, and how much of it was bought. */
function drawRange(grid: Grid, view: ProfileView, frame: Frame, look: Look): void {
  const { style, glyph } = look;
  const clock = (ts: number) => formatClock(ts + frame.zoneOffsetNs).slice(0, 5);
  const span =
    view.from === null || view.to === null
      ? 'session'
      : `${clock(view.from)}${glyph.dash}${clock(view.to)}`;
  const bought = view.bought.reduce((sum, size) => sum + size, 0);
  const sold = view.sold.reduce((sum, size) => sum + size, 0);
  const share =
    bought + sold === 0 ? '' : `${Math.round((100 * bought) / (bought + sold))}% bought`;
  drawPieces(grid, 0, 0, grid.columns, [
    { text: span, style: style.text, rank: 0 },
    { text: `vol ${formatCompact(view.total, 7)}`, style: style.muted, rank: 1 },
    { text: share, style: bought < sold ? style.sell : style.buy, rank: 2 },
  ]);
}

/**
 * Volume by price as bars, each in two parts: what was sold, what was bought. Rows of the value area are drawn full, the
 * others faint; POC, VAH, VAL, VWAP and the developing POC are named.
 */
export function paintProfile(state: ScreenState, look: Look, grid: Grid): void {
  const { frame } = state;
  const view = frame?.profile ?? null;
  if (frame === null || view === null || view.total === 0) {
    grid.center(0, grid.rows >> 1, grid.columns, 'nothing traded in this range', look.style.muted);
    return;
  }
  drawRange(grid, view, frame, look);
  const { style, glyph } = look;
  const decimals = decimalsOf(frame.tickNanos);
  const height = view.ticksPerRow * frame.tickNanos;
  const rowOf = (price: number) => Math.ceil((view.topPrice - price) / height - 1e-9);
  const marks = marksOf(view, frame, rowOf);
  const last =
    frame.state.LAST === null ? null : rowOf(toRowPrice(frame.state.LAST, frame.tickNanos));
  const most = Math.max(1, ...view.volume);
  const width = Math.max(0, grid.columns - CHART_AXIS - MARK_WIDTH - VOLUME_WIDTH);
  const [vah, val] = [
    view.vah === null ? -1 : rowOf(view.vah),
    view.val === null ? -1 : rowOf(view.val),
  ];
  for (const [row, volume] of view.volume.entries()) {
    const y = row + HEADING;
    if (y >= grid.rows) break;
    const isInArea = row >= vah && row <= val;
    const price = ((view.topPrice - row * height) / NANOS_PER_UNIT).toFixed(decimals);
    const isMarked = marks.has(row);
    const shown =
      row === last ? style.lastPrice : isMarked ? style.level : isInArea ? style.text : style.faint;
    grid.right(0, y, CHART_AXIS - 1, price, shown);
    grid.text(CHART_AXIS, y, marks.get(row) ?? '', style.level, MARK_WIDTH - 1);
    if (volume > 0) {
      const cells = Math.max(1, Math.round((volume / most) * width));
      const sold = Math.round(((view.sold[row] ?? 0) / volume) * cells);
      const bought = Math.min(cells - sold, Math.round(((view.bought[row] ?? 0) / volume) * cells));
      const x = CHART_AXIS + MARK_WIDTH;
      const part = isInArea ? glyph.full : glyph.dark;
      const light = isInArea ? glyph.dark : glyph.light;
      let at = grid.text(
        x,
        y,
        part.repeat(sold),
        isInArea ? style.soldVolume : style.profile,
        width,
      );
      at = grid.text(
        at,
        y,
        light.repeat(bought),
        isInArea ? style.boughtVolume : style.profile,
        x + width - at,
      );
      grid.text(
        at,
        y,
        glyph.dot.repeat(Math.max(0, cells - sold - bought)),
        style.profile,
        x + width - at,
      );
      grid.right(
        0,
        y,
        grid.columns,
        formatCompact(volume, VOLUME_WIDTH - 1),
        isInArea ? style.muted : style.faint,
      );
    }
    if (row === last) grid.wash(0, y, grid.columns, style.lastRow, look.table);
  }
}

export function profileNote(state: ScreenState): string {
  const height = state.frame?.profile?.ticksPerRow ?? 1;
  const { kind } = state.ui.profile;
  const name = { session: 'session', visible: 'visible bars', fixed: 'fixed range' }[kind];
  return height === 1 ? name : `${name}, ${height} ticks a row`;
}
