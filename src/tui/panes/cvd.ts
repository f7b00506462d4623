import { NANOS_PER_UNIT } from '../../domain/price.ts';
import { formatClock, NS_PER_MINUTE } from '../../domain/time.ts';
import type { CvdSeries, Frame } from '../../engine/protocol.ts';
import { BrailleCanvas } from '../canvas/braille.ts';
import type { Grid, Rect } from '../canvas/grid.ts';
import type { StyleId } from '../canvas/styles.ts';
import { drawPieces, type Piece } from '../draw.ts';
import { decimalsOf, formatDollars, formatSigned, formatSignedCompact } from '../format.ts';
import { isChanged } from '../store/selectors.ts';
import type { ScreenState } from '../store/state.ts';
import type { Look } from '../theme/themes.ts';

const CVD_AXIS = 7;
const LEGEND = 'line CVD, dots price';
/** A divergence is told in words as long as it is so young, market time. */
const FRESH_NS = 10 * NS_PER_MINUTE;

type Divergence = CvdSeries['divergences'][number]['kind'];

interface Range {
  readonly low: number;
  readonly high: number;
}

function rangeOf(values: readonly number[]): Range {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high > low ? { low, high } : { low: low - 1, high: high + 1 };
}

function plot(
  canvas: BrailleCanvas,
  values: readonly number[],
  range: Range,
  style: StyleId,
  every: number,
): void {
  const { width, height } = canvas;
  const toY = (value: number) =>
    Math.round(((range.high - value) / (range.high - range.low)) * (height - 1));
  const valueAt = (x: number) =>
    values[Math.round((x / Math.max(1, width - 1)) * (values.length - 1))] ?? 0;
  for (let x = 0; x < width; x += every) {
    const y = toY(valueAt(x));
    if (every > 1 || x === 0) canvas.dot(x, y, style);
    else canvas.line(x - 1, toY(valueAt(x - 1)), x, y, style);
  }
}

function drawWords(state: ScreenState, frame: Frame, look: Look, grid: Grid): void {
  const { style, glyph } = look;
  const { CVD_SESSION, CVD_TREND, CVD_SLOPE_5M } = frame.state;
  const arrow = { RISING: glyph.up, FALLING: glyph.down, FLAT: glyph.dash }[CVD_TREND];
  const trendStyle = { RISING: style.buy, FALLING: style.sell, FLAT: style.muted }[CVD_TREND];
  const slope =
    CVD_SLOPE_5M === null
      ? `slope 5m ${glyph.dash}`
      : `slope 5m ${CVD_SLOPE_5M < 0 ? '' : '+'}${CVD_SLOPE_5M.toFixed(2)}`;
  drawPieces(grid, 0, 0, grid.columns, [
    {
      text: formatSigned(CVD_SESSION).padStart(9),
      style: CVD_SESSION < 0 ? style.sell : style.buy,
      rank: 0,
    },
    {
      text: `${arrow} ${CVD_TREND.toLowerCase().padEnd(7)}`,
      style: isChanged(state, 'CVD_TREND') ? style.changed : trendStyle,
      rank: 1,
    },
    { text: slope, style: style.muted, rank: 2 },
    ...divergenceWords(frame, look),
  ]);
}

/** The latest divergence, while it is fresh. */
function divergenceWords(frame: Frame, look: Look): Piece[] {
  const latest = frame.cvd.divergences.at(-1);
  if (latest === undefined || frame.ts - latest.ts > FRESH_NS) return [];
  const clock = formatClock(latest.ts + frame.zoneOffsetNs).slice(0, 5);
  return [{ text: `${latest.kind} div ${clock}`, style: styleOfKind(latest.kind, look), rank: 1 }];
}

function styleOfKind(kind: Divergence, look: Look): StyleId {
  return kind === 'bearish' ? look.style.sell : look.style.buy;
}

/** Marks where price turned further than before without the delta: beyond the price's turn, pointing where the delta points. */
function markDivergences(frame: Frame, range: Range, place: Rect, look: Look, grid: Grid): void {
  const { divergences, price } = frame.cvd;
  for (const { at, kind } of divergences) {
    const x = Math.round((at / Math.max(1, price.length - 1)) * (place.width - 1));
    const share = (range.high - (price[at] ?? 0)) / (range.high - range.low);
    const y = Math.round(share * (place.height - 1)) + (kind === 'bearish' ? -1 : 1);
    const row = place.y + Math.max(0, Math.min(place.height - 1, y));
    const sign = kind === 'bearish' ? look.glyph.down : look.glyph.up;
    grid.text(place.x + x, row, sign, styleOfKind(kind, look), 1);
  }
}

/** CVD as a line and price as dots over the session, each on its own scale: CVD's left, price's right. */
export function paintCvd(state: ScreenState, look: Look, grid: Grid): void {
  const { frame } = state;
  if (frame === null) return;
  drawWords(state, frame, look, grid);
  const { cvd, price, ts } = frame.cvd;
  const decimals = decimalsOf(frame.tickNanos);
  const priceAxis = 5 + decimals;
  const width = grid.columns - CVD_AXIS - priceAxis;
  const height = grid.rows - 2;
  if (cvd.length < 2 || width < 4 || height < 2) {
    if (grid.rows > 2)
      grid.center(0, grid.rows >> 1, grid.columns, 'no session trades yet', look.style.muted);
    return;
  }
  const canvas = new BrailleCanvas(width, height);
  const cvdRange = rangeOf([...cvd, 0]);
  const priceRange = rangeOf(price);
  plot(canvas, price, priceRange, look.style.seriesPrice, 2);
  plot(canvas, cvd, cvdRange, look.style.series, 1);
  const mark = (style: StyleId) => (style === look.style.series ? '*' : '.');
  canvas.draw(grid, CVD_AXIS, 1, look.glyph.isAscii ? mark : null);
  markDivergences(frame, priceRange, { x: CVD_AXIS, y: 1, width, height }, look, grid);
  const axis = (y: number, cvdValue: number, priceValue: number) => {
    grid.right(0, y, CVD_AXIS - 1, formatSignedCompact(cvdValue, CVD_AXIS - 1), look.style.series);
    const text = formatDollars(priceValue / NANOS_PER_UNIT, decimals);
    grid.right(grid.columns - priceAxis, y, priceAxis, text, look.style.seriesPrice);
  };
  axis(1, cvdRange.high, priceRange.high);
  axis(height, cvdRange.low, priceRange.low);
  const from = formatClock((ts[0] ?? 0) + frame.zoneOffsetNs).slice(0, 5);
  const to = formatClock((ts.at(-1) ?? 0) + frame.zoneOffsetNs).slice(0, 5);
  grid.text(CVD_AXIS, grid.rows - 1, from, look.style.faint);
  grid.right(CVD_AXIS, grid.rows - 1, width, to, look.style.faint);
  if (width >= 34) grid.center(CVD_AXIS, grid.rows - 1, width, LEGEND, look.style.faint);
}
