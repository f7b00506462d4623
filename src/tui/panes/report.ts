import type { RoundTrip, RunResult } from '../../domain/run.ts';
import type { Frame } from '../../engine/protocol.ts';
import type { Grid } from '../canvas/grid.ts';
import type { StyleId } from '../canvas/styles.ts';
import { cutText, moneyStyle } from '../draw.ts';
import type { ScreenState } from '../store/state.ts';
import { clockAt, tradeText } from '../store/trades.ts';
import type { Look } from '../theme/themes.ts';
import { chartLines } from './report-chart.ts';

interface ReportLine {
  readonly text: string;
  readonly style: StyleId;
}

/** At most so many points of the curve are drawn; more is finer than a cell. */
const CURVE_POINTS = 200;

/** What the written report and a line of the trades need. */
const TEXT_COLUMNS = 80;
const TRADE_COLUMNS = 64;

interface Chart {
  readonly key: string;
  readonly lines: readonly string[];
}

/** The chart of a result, drawn once a size: it does not change any more. */
const CHARTS = new WeakMap<RunResult, Chart>();

function equityChart(
  result: RunResult,
  zoneOffsetNs: number,
  columns: number,
  rows: number,
): readonly string[] {
  const key = `${columns}x${rows}`;
  const known = CHARTS.get(result);
  if (known?.key === key) return known.lines;
  const every = Math.max(1, Math.ceil(result.equity.length / CURVE_POINTS));
  const last = result.equity.length - 1;
  const points = result.equity.filter((_, i) => i % every === 0 || i === last);
  const labels = points.map((point) => clockAt(point.ts, zoneOffsetNs).slice(0, 5));
  const lines = chartLines(
    labels,
    points.map((point) => point.equity),
    columns,
    rows,
  );
  CHARTS.set(result, { key, lines });
  return lines;
}

function drawChart(grid: Grid, x: number, y: number, lines: readonly string[], look: Look): void {
  for (const [row, line] of lines.entries()) {
    let column = x;
    for (const character of line) {
      const point = character.codePointAt(0) ?? 0x20;
      const isCurve = point > 0x2800 && point < 0x2900;
      const drawn = isCurve && look.glyph.isAscii ? 0x2a : point;
      grid.put(column, y + row, drawn, isCurve ? look.style.series : look.style.muted);
      column++;
    }
  }
}

function tradeLine(trade: RoundTrip, number: number, frame: Frame | null, look: Look): ReportLine {
  const text = `${String(number).padStart(3)} ${tradeText(trade, frame)}`;
  return { text, style: moneyStyle(trade.netPl, look) };
}

function tradeLines(result: RunResult, frame: Frame | null, look: Look): ReportLine[] {
  const zone = (frame?.zoneName ?? 'UTC').padEnd(8);
  const heading = `  # ${zone} side   size     entry      exit        net by`;
  return [
    { text: 'trades (Enter opens one at its moment)', style: look.style.title },
    { text: result.trades.length === 0 ? 'none' : heading, style: look.style.faint },
    ...result.trades.map((trade, i) => tradeLine(trade, i + 1, frame, look)),
  ];
}

function textLines(state: ScreenState, result: RunResult, look: Look): ReportLine[] {
  const { style } = look;
  const halted =
    result.halted === null ? [] : [{ text: `halted: ${result.halted}`, style: style.wall }];
  const warnings = result.warnings.map((text) => ({ text, style: style.wall }));
  return [
    ...warnings,
    ...halted,
    ...state.reportLines.map((text) => ({ text, style: style.text })),
  ];
}

/** The written report has two columns of 38 with four blanks between them. */
const COLUMN = 38;
const GAP = ' '.repeat(4);

/** A text without so many signs of its longest run of blanks or leaders that it fits into `width`. */
function shortened(text: string, width: number): string {
  const runs = [...text.matchAll(/ {2,}|·{2,}|─{2,}|═{2,}/g)];
  const longest = runs.toSorted((a, b) => b[0].length - a[0].length)[0];
  const excess = text.length - width;
  if (longest === undefined || excess <= 0) return text;
  const less = Math.min(excess, longest[0].length - 1);
  return text.slice(0, longest.index) + text.slice(longest.index + less);
}

/** A line of the written report, which is made for 80 columns, in fewer: its columns stay under each other. */
function narrowed(text: string, width: number): string {
  if (text.length <= width || width < 70) return text;
  if (text.slice(COLUMN, COLUMN + GAP.length) !== GAP) return shortened(text, width);
  const each = (width - 2) >> 1;
  const left = shortened(text.slice(0, COLUMN), each).padEnd(each);
  return `${left}  ${shortened(text.slice(COLUMN + GAP.length), each)}`;
}

function drawLines(
  grid: Grid,
  x: number,
  y: number,
  width: number,
  height: number,
  lines: readonly ReportLine[],
): void {
  for (const [i, line] of lines.slice(0, height).entries()) {
    grid.text(x, y + i, cutText(narrowed(line.text, width), width), line.style, width);
  }
}

/** The report of a run that has ended: equity curve, statistics, trades; what does not fit is scrolled to. */
export function paintReport(state: ScreenState, look: Look, grid: Grid): void {
  const { result } = state;
  if (result === null) return;
  const words = textLines(state, result, look);
  const { frame } = state;
  const trades = tradeLines(result, frame, look);
  const isWide = grid.columns >= TRADE_COLUMNS + TEXT_COLUMNS + 2;
  const chartWidth = isWide ? grid.columns - TEXT_COLUMNS - 2 : grid.columns;
  const height = Math.max(10, Math.floor(grid.rows * 0.5));
  const chart = equityChart(result, frame?.zoneOffsetNs ?? 0, chartWidth, height);
  const chartHeight = Math.max(1, chart.length) + 1;
  grid.text(0, 0, 'equity', look.style.title);
  drawChart(grid, 0, 1, chart, look);
  if (chart.length === 0) grid.text(0, 1, 'too few points for a curve', look.style.faint);
  const below = grid.rows - chartHeight - 1;
  const from = (lines: readonly ReportLine[], height: number) =>
    lines.slice(Math.min(state.ui.scroll, Math.max(0, lines.length - height)));
  if (isWide) {
    const x = chartWidth + 2;
    drawLines(grid, x, 0, grid.columns - x, grid.rows, from(words, grid.rows));
    drawLines(grid, 0, chartHeight + 1, chartWidth, below, from(trades, below));
    return;
  }
  const blank = { text: '', style: 0 };
  drawLines(
    grid,
    0,
    chartHeight + 1,
    grid.columns,
    below,
    from([...words, blank, ...trades], below),
  );
}
