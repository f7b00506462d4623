import { NANOS_PER_UNIT } from '../../domain/price.ts';
import { formatClock } from '../../domain/time.ts';
import type { TapePrint } from '../../engine/protocol.ts';
import type { Grid } from '../canvas/grid.ts';
import type { StyleId } from '../canvas/styles.ts';
import { sparklineOf } from '../draw.ts';
import { decimalsOf, formatCompact, formatDollars, formatInteger } from '../format.ts';
import { shownPrints } from '../store/selectors.ts';
import type { ScreenState } from '../store/state.ts';
import type { Look } from '../theme/themes.ts';

const CLOCK_WIDTH = 8;
const PRICE_WIDTH = 8;
const SIDE_WIDTH = 2;

function sideOf(sign: number, look: Look): { letter: string; style: StyleId } {
  if (sign > 0) return { letter: 'B', style: look.style.buy };
  return sign < 0
    ? { letter: 'S', style: look.style.sell }
    : { letter: '?', style: look.style.muted };
}

/** The price, apart from the clock by a blank: a mean gives up what it has below the tick before that. */
function priceText(price: number, decimals: number): string {
  const text = formatDollars(price, decimals);
  return text.length < PRICE_WIDTH ? text : price.toFixed(decimals);
}

function drawPrint(grid: Grid, y: number, print: TapePrint, state: ScreenState, look: Look): void {
  const { frame } = state;
  if (frame === null) return;
  const isLarge = state.largeSize !== null && print.size >= state.largeSize;
  const { letter, style } = sideOf(print.sign, look);
  const size = grid.columns - CLOCK_WIDTH - PRICE_WIDTH - SIDE_WIDTH;
  const price = priceText(print.price / NANOS_PER_UNIT, decimalsOf(frame.tickNanos));
  grid.text(0, y, formatClock(print.ts + frame.zoneOffsetNs), look.style.faint, CLOCK_WIDTH);
  grid.right(CLOCK_WIDTH, y, PRICE_WIDTH, price, style);
  const text = formatCompact(print.size, size - 1);
  const strong = isLarge ? look.style.large : style;
  grid.right(CLOCK_WIDTH + PRICE_WIDTH, y, size, text, strong);
  grid.right(grid.columns - SIDE_WIDTH, y, SIDE_WIDTH, letter, style);
  if (isLarge) {
    grid.text(grid.columns - SIDE_WIDTH - text.length - 1, y, look.glyph.large, strong, 1);
  }
}

/** The tape inside its border: the pace of the last minute, then the prints, newest first. */
export function paintTape(state: ScreenState, look: Look, grid: Grid): void {
  const { frame } = state;
  if (frame === null) return;
  const rate = `${frame.state.TAPE_VELOCITY_TPS.toFixed(1)}/s`.padStart(8);
  grid.text(0, 0, sparklineOf(frame.pace, grid.columns - 8, look.glyph), look.style.series);
  grid.right(grid.columns - 8, 0, 8, rate, look.style.text);
  const prints = shownPrints(state).slice(state.ui.tapeScroll, state.ui.tapeScroll + grid.rows - 1);
  for (const [i, print] of prints.entries()) drawPrint(grid, i + 1, print, state, look);
}

export function tapeNote(state: ScreenState, look: Look): string {
  const { tapeMinSize, tapeMode, tapeScroll } = state.ui;
  const filter = tapeMinSize === 0 ? '' : `${look.glyph.atLeast}${formatInteger(tapeMinSize)}`;
  const back = tapeScroll === 0 ? '' : `-${tapeScroll}`;
  return [tapeMode, filter, back].filter((text) => text !== '').join(' ');
}
