import { NANOS_PER_UNIT } from '../../domain/price.ts';
import { formatClock } from '../../domain/time.ts';
import type { FootprintBarView, FootprintView, Frame } from '../../engine/protocol.ts';
import type { Grid } from '../canvas/grid.ts';
import type { StyleId } from '../canvas/styles.ts';
import { decimalsOf, formatCompact, formatSignedCompact } from '../format.ts';
import { BAR_WIDTH, barsIn, CHART_AXIS } from '../store/charts.ts';
import { toRowPrice } from '../store/selectors.ts';
import type { FootprintMode, ScreenState } from '../store/state.ts';
import type { Look } from '../theme/themes.ts';

/** What one row of one bar holds. */
interface Cell {
  readonly row: number;
  readonly sold: number;
  readonly bought: number;
  readonly volume: number;
  readonly imbalance: number;
}

/** What all cells of one picture have in common. */
interface Scene {
  readonly look: Look;
  readonly mode: FootprintMode;
  /** The largest volume, side and delta of any row shown: what bars are drawn against. */
  readonly mostVolume: number;
  readonly mostSide: number;
  readonly mostDelta: number;
}

/** Rows of imbalances in one direction without a gap, from which on they count as stacked. */
const STACKED = 3;
const HEADING = 1;

function cellsOf({ cells }: FootprintBarView): Cell[] {
  const list: Cell[] = [];
  for (let at = 0; at + 4 < cells.length; at += 5) {
    const [row = 0, sold = 0, bought = 0, volume = 0, imbalance = 0] = cells.slice(at, at + 5);
    list.push({ row, sold, bought, volume, imbalance });
  }
  return list;
}

/** The rows that belong to three imbalances or more on top of each other. */
function stackedRows(cells: readonly Cell[]): ReadonlySet<number> {
  const stacked = new Set<number>();
  let run: Cell[] = [];
  for (const cell of cells) {
    const before = run.at(-1);
    const goesOn =
      before !== undefined && cell.row === before.row + 1 && cell.imbalance === before.imbalance;
    run = cell.imbalance === 0 ? [] : goesOn ? [...run, cell] : [cell];
    if (run.length >= STACKED) for (const { row } of run) stacked.add(row);
  }
  return stacked;
}

/** Sold in red and bought in green numbers; faint where there is none, strong where it is an imbalance. */
function drawBidAsk(grid: Grid, x: number, y: number, cell: Cell, scene: Scene): void {
  const { style } = scene.look;
  const isMuted = scene.mode === 'imbalance' && cell.imbalance === 0;
  const styleOf = (size: number, sign: number, usual: StyleId): StyleId => {
    if (size === 0 || isMuted) return style.faint;
    return cell.imbalance === sign ? style.strong : usual;
  };
  grid.right(x, y, 4, formatCompact(cell.sold, 4), styleOf(cell.sold, -1, style.sell));
  grid.text(x + 4, y, scene.look.glyph.times, style.faint, 1);
  grid.text(x + 5, y, formatCompact(cell.bought, 4), styleOf(cell.bought, 1, style.buy), 4);
}

/** A signed number over a bar from the left as long as it is large. */
function drawDelta(grid: Grid, x: number, y: number, cell: Cell, scene: Scene): void {
  const { style, table } = scene.look;
  const delta = cell.bought - cell.sold;
  const shown = delta < 0 ? style.sell : delta > 0 ? style.buy : style.faint;
  grid.right(x, y, 7, formatSignedCompact(delta, 6), shown);
  const length = Math.round((Math.abs(delta) / scene.mostDelta) * 7);
  grid.wash(x, y, length, delta < 0 ? style.askBar : style.bidBar, table);
}

function drawVolume(grid: Grid, x: number, y: number, cell: Cell, scene: Scene): void {
  const { style, table } = scene.look;
  grid.right(x, y, 8, formatCompact(cell.volume, 7), style.text);
  const length = Math.max(1, Math.round((cell.volume / scene.mostVolume) * 8));
  const sold = cell.volume === 0 ? 0 : Math.round((cell.sold / cell.volume) * length);
  grid.wash(x, y, sold, style.askBar, table);
  grid.wash(x + sold, y, length - sold, style.bidBar, table);
}

/** Two bars away from the middle: sold to the left, bought to the right, the numbers over them. */
function drawLadder(grid: Grid, x: number, y: number, cell: Cell, scene: Scene): void {
  const { style, table } = scene.look;
  const lengthOf = (size: number) =>
    size === 0 ? 0 : Math.max(1, Math.round((size / scene.mostSide) * 5));
  if (cell.sold > 0) grid.right(x, y, 5, formatCompact(cell.sold, 5), style.sell);
  if (cell.bought > 0) grid.text(x + 6, y, formatCompact(cell.bought, 5), style.buy, 5);
  grid.text(x + 5, y, scene.look.glyph.vertical, style.border, 1);
  const [sold, bought] = [lengthOf(cell.sold), lengthOf(cell.bought)];
  grid.wash(x + 5 - sold, y, sold, style.askBar, table);
  grid.wash(x + 6, y, bought, style.bidBar, table);
}

const DRAW: Readonly<Record<FootprintMode, typeof drawBidAsk>> = {
  'bid-ask': drawBidAsk,
  delta: drawDelta,
  volume: drawVolume,
  imbalance: drawBidAsk,
  ladder: drawLadder,
};

/** Where a bar traded as a thin line, between open and close a thick one in the bar's direction. */
function drawCandle(
  grid: Grid,
  x: number,
  bar: FootprintBarView,
  view: FootprintView,
  tickNanos: number,
  look: Look,
): void {
  const height = view.ticksPerRow * tickNanos;
  const rowOf = (price: number) => Math.ceil((view.topPrice - price) / height - 1e-9);
  const { style, glyph } = look;
  const isUp = bar.close >= bar.open;
  const [top, bottom] = [Math.max(bar.open, bar.close), Math.min(bar.open, bar.close)];
  for (let row = rowOf(bar.high); row <= rowOf(bar.low); row++) {
    if (row < 0 || row >= view.rows) continue;
    const isBody = row >= rowOf(top) && row <= rowOf(bottom);
    const sign = isBody ? glyph.wallMinor : glyph.vertical;
    grid.text(
      x,
      row + HEADING,
      isBody && glyph.isAscii ? (isUp ? '+' : '-') : sign,
      isUp ? style.buy : style.sell,
      1,
    );
  }
}

function drawBar(
  grid: Grid,
  x: number,
  bar: FootprintBarView,
  view: FootprintView,
  frame: Frame,
  scene: Scene,
): void {
  const { look, mode } = scene;
  const { style, glyph, table } = look;
  const width = BAR_WIDTH[mode] - 1;
  const clock = formatClock(bar.start + frame.zoneOffsetNs).slice(0, 5);
  grid.center(x, 0, width, clock, bar.isComplete ? style.faint : style.strong);
  drawCandle(grid, x, bar, view, frame.tickNanos, look);
  const cells = cellsOf(bar);
  const stacked = mode === 'imbalance' ? stackedRows(cells) : new Set<number>();
  for (const cell of cells) {
    const y = cell.row + HEADING;
    if (cell.row < 0 || cell.row >= view.rows) continue;
    DRAW[mode](grid, x + 1, y, cell, scene);
    const isPoc = cell.row === bar.pocRow;
    if (isPoc) grid.wash(x + 1, y, width - 2, style.selected, table);
    if (stacked.has(cell.row))
      grid.wash(x + 1, y, width - 2, cell.imbalance > 0 ? style.bidBar : style.askBar, table);
    if (mode !== 'volume' && cell.imbalance !== 0) {
      const [mark, shown] = cell.imbalance > 0 ? [glyph.up, style.buy] : [glyph.down, style.sell];
      grid.text(x + width - 1, y, mark, shown, 1);
    } else if (isPoc) grid.text(x + width - 1, y, glyph.large, style.level, 1);
  }
  const foot = HEADING + view.rows;
  const deltaStyle = bar.delta < 0 ? style.sell : bar.delta > 0 ? style.buy : style.faint;
  grid.right(x, foot, width - 1, formatSignedCompact(bar.delta, 7), deltaStyle);
  grid.right(x, foot + 1, width - 1, formatCompact(bar.volume, 7), style.muted);
}

function drawAxis(grid: Grid, view: FootprintView, frame: Frame, look: Look): void {
  const decimals = decimalsOf(frame.tickNanos);
  const height = view.ticksPerRow * frame.tickNanos;
  const { LAST, VP_POC, VWAP } = frame.state;
  const rowOf = (dollars: number | null) =>
    dollars === null
      ? null
      : Math.ceil((view.topPrice - toRowPrice(dollars, frame.tickNanos)) / height - 1e-9);
  const [last, poc, vwap] = [rowOf(LAST), rowOf(VP_POC), rowOf(VWAP)];
  for (let row = 0; row < view.rows; row++) {
    const text = ((view.topPrice - row * height) / NANOS_PER_UNIT).toFixed(decimals);
    const { style } = look;
    const isLevel = row === poc || row === vwap;
    const shown = row === last ? style.lastPrice : isLevel ? style.level : style.faint;
    grid.right(0, row + HEADING, CHART_AXIS - 1, text, shown);
    if (row === last) grid.wash(0, row + HEADING, grid.columns, style.lastRow, look.table);
  }
  grid.text(0, HEADING + view.rows, 'delta', look.style.faint, CHART_AXIS - 1);
  grid.text(0, HEADING + view.rows + 1, 'volume', look.style.faint, CHART_AXIS - 1);
}

/**
 * The last bars side by side, newest at the right: what was sold into the bid and bought from the ask at each price, in one
 * of five ways. The row with most volume is marked, and imbalances by an arrow to the side that traded.
 */
export function paintFootprint(state: ScreenState, look: Look, grid: Grid): void {
  const { frame, ui } = state;
  const view = frame?.footprint ?? null;
  if (frame === null || view === null || view.bars.length === 0) {
    grid.center(0, grid.rows >> 1, grid.columns, 'no trades yet', look.style.muted);
    return;
  }
  const bars = view.bars.slice(-barsIn(grid.columns, ui.footprintMode));
  const all = bars.flatMap(cellsOf);
  const scene: Scene = {
    look,
    mode: ui.footprintMode,
    mostVolume: Math.max(1, ...all.map((cell) => cell.volume)),
    mostSide: Math.max(1, ...all.map((cell) => Math.max(cell.sold, cell.bought))),
    mostDelta: Math.max(1, ...all.map((cell) => Math.abs(cell.bought - cell.sold))),
  };
  for (const [i, bar] of bars.entries())
    drawBar(grid, CHART_AXIS + i * BAR_WIDTH[scene.mode], bar, view, frame, scene);
  drawAxis(grid, view, frame, look);
}

export function footprintNote(state: ScreenState, look: Look): string {
  const height = state.frame?.footprint?.ticksPerRow ?? 1;
  const { footprintMode } = state.ui;
  const mode = footprintMode === 'bid-ask' ? `bid ${look.glyph.times} ask` : footprintMode;
  return height === 1 ? mode : `${mode}, ${height} ticks a row`;
}
