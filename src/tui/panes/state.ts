import type { MarketState } from '../../domain/market-state.ts';
import type { ConditionView, Frame } from '../../engine/protocol.ts';
import type { Grid } from '../canvas/grid.ts';
import type { StyleId } from '../canvas/styles.ts';
import { cutText, drawField } from '../draw.ts';
import { decimalsOf, formatCompact, formatPriceOr, formatSigned, formatWords } from '../format.ts';
import { isChanged } from '../store/selectors.ts';
import type { ScreenState } from '../store/state.ts';
import type { Look } from '../theme/themes.ts';

/** One measure: its label, its value in words, and the name by which its change is known. */
interface Field {
  readonly label: string;
  readonly value: string;
  readonly name?: string;
  readonly tone?: 'good' | 'bad';
}

function fixed(value: number | null, digits: number, unknown: string, unit = ''): string {
  return value === null ? unknown : `${value.toFixed(digits)}${unit}`;
}

function toneOf(value: number): { tone?: 'good' | 'bad' } {
  if (value === 0) return {};
  return { tone: value > 0 ? 'good' : 'bad' };
}

function sentimentField(s: MarketState): Field {
  const [value, tone] = {
    AGGRESSIVE_BUYING: ['agg buying', 'good'] as const,
    AGGRESSIVE_SELLING: ['agg selling', 'bad'] as const,
    NEUTRAL: ['neutral', undefined] as const,
  }[s.TAPE_SENTIMENT];
  return { label: 'flow', name: 'TAPE_SENTIMENT', value, ...(tone === undefined ? {} : { tone }) };
}

function flowFields(s: MarketState, dash: string, decimals: number): Field[] {
  return [
    { label: 'imbalance', name: 'L2_IMBALANCE', value: fixed(s.L2_IMBALANCE, 2, dash) },
    { label: 'spread', value: fixed(s.SPREAD, decimals, dash) },
    {
      label: 'tape',
      name: 'TAPE_VELOCITY',
      value: `${s.TAPE_VELOCITY.toLowerCase()} ${s.TAPE_VELOCITY_TPS.toFixed(1)}/s`,
    },
    sentimentField(s),
    { label: 'delta 1s', value: formatSigned(s.TAPE_DELTA_1S), ...toneOf(s.TAPE_DELTA_1S) },
    { label: 'delta 5s', value: formatSigned(s.TAPE_DELTA_5S), ...toneOf(s.TAPE_DELTA_5S) },
    { label: 'rvol day', value: fixed(s.RVOL_DAY, 2, dash) },
    {
      label: 'absorb',
      name: 'ABSORPTION',
      value: s.ABSORPTION_DETECTED
        ? `${(s.ABSORPTION_SIDE ?? '').toLowerCase()} ${formatPriceOr(s.ABSORPTION_PRICE, decimals, dash)}`
        : 'none',
    },
    { label: 'large 1m', value: largeText(s) },
  ];
}

/** How many large prints the last minute had, and the newest: `3 B 1,200`. */
function largeText(s: MarketState): string {
  const [newest] = s.LARGE_PRINTS_1M;
  if (newest === undefined) return '0';
  const side = newest.side === null ? '?' : newest.side.charAt(0);
  return `${s.LARGE_PRINTS_1M.length} ${side} ${formatCompact(newest.size, 6)}`;
}

function levelFields(s: MarketState, dash: string, decimals: number): Field[] {
  const price = (value: number | null) => formatPriceOr(value, decimals, dash);
  return [
    { label: 'vwap', value: price(s.VWAP) },
    { label: 'poc', name: 'VP_POC', value: price(s.VP_POC) },
    { label: 'developing', name: 'VP_DEVELOPING_POC', value: price(s.VP_DEVELOPING_POC) },
    { label: 'area', value: `${price(s.VP_VAL)} ${price(s.VP_VAH)}` },
    {
      label: 'vs poc',
      name: 'PRICE_VS_POC',
      value: s.PRICE_VS_POC === null ? dash : formatWords(s.PRICE_VS_POC),
    },
    {
      label: 'hod',
      name: 'HOD',
      value: `${price(s.HOD)} ${fixed(s.DISTANCE_TO_HOD_PCT, 2, dash, '%')}`,
    },
    {
      label: 'lod',
      name: 'LOD',
      value: `${price(s.LOD)} ${fixed(s.DISTANCE_TO_LOD_PCT, 2, dash, '%')}`,
    },
    {
      label: 'range',
      name: 'HOD_LOD_LOC',
      value: s.HOD_LOD_LOC === null ? dash : formatWords(s.HOD_LOD_LOC),
    },
    { label: 'bar imb', value: imbalancesText(s, price) },
  ];
}

/** How many imbalances the minute's bar has, and the highest: `2 250.16`. */
function imbalancesText(s: MarketState, price: (value: number) => string): string {
  const { imbalances } = s.FOOTPRINT_CURR_BAR;
  const [highest] = imbalances;
  return highest === undefined ? '0' : `${imbalances.length} ${price(highest.price)}`;
}

/** The minute's bar in two lines: its prices, then its flow. */
function barLines(s: MarketState, dash: string, decimals: number): [string, string] {
  const bar = s.FOOTPRINT_CURR_BAR;
  const price = (value: number | null) => formatPriceOr(value, decimals, dash);
  const prices = `o ${price(bar.open)} h ${price(bar.high)} l ${price(bar.low)} c ${price(bar.close)}`;
  const percent = bar.delta_pct === null ? '' : ` ${bar.delta_pct.toFixed(0)}%`;
  const flow = `delta ${formatSigned(bar.delta)}${percent} vol ${formatCompact(bar.volume, 6)} poc ${price(bar.poc)}`;
  return [prices, flow];
}

function styleOf(field: Field, state: ScreenState, look: Look): StyleId {
  if (field.name !== undefined && isChanged(state, field.name)) return look.style.changed;
  if (field.tone === 'good') return look.style.profit;
  return field.tone === 'bad' ? look.style.loss : look.style.text;
}

function drawConditions(
  grid: Grid,
  { x, y, width }: { x: number; y: number; width: number },
  title: string,
  conditions: readonly ConditionView[],
  look: Look,
): void {
  const met = conditions.filter((condition) => condition.held > 0).length;
  const all = met === conditions.length && met > 0;
  const heading = all ? look.style.good : look.style.muted;
  grid.text(x, y, `${title} ${met}/${conditions.length}`, heading, width);
  for (const [i, condition] of conditions.entries()) {
    const isMet = condition.held > 0;
    const held = isMet ? formatCompact(condition.held, 4) : '';
    const room = width - 3 - held.length;
    const rule = formatWords(condition.rule);
    const fits = rule !== '' && rule.length <= room;
    const name = fits ? rule : cutText(formatWords(condition.name), room);
    const row = y + 1 + i;
    grid.text(
      x,
      row,
      isMet ? look.glyph.yes : look.glyph.no,
      isMet ? look.style.good : look.style.faint,
      1,
    );
    grid.text(x + 2, row, name, isMet ? look.style.text : look.style.faint, width - 2);
    grid.right(x, row, width, held, look.style.muted);
  }
}

function drawChecklist(grid: Grid, y: number, frame: Frame, look: Look): void {
  const { conditions } = frame;
  if (conditions === null) {
    grid.text(0, y, 'no checklist in this profile', look.style.muted);
    return;
  }
  const half = (grid.columns - 2) >> 1;
  drawConditions(grid, { x: 0, y, width: half }, 'LONG', conditions.long, look);
  drawConditions(
    grid,
    { x: half + 2, y, width: grid.columns - half - 2 },
    'SHORT',
    conditions.short,
    look,
  );
}

/** The snapshot that decisions are made from, in two columns, the minute's bar, and both sides' checklists. */
export function paintState(state: ScreenState, look: Look, grid: Grid): void {
  const { frame } = state;
  if (frame === null) return;
  const decimals = decimalsOf(frame.tickNanos);
  const half = (grid.columns - 2) >> 1;
  const left = flowFields(frame.state, look.glyph.dash, decimals);
  const right = levelFields(frame.state, look.glyph.dash, decimals);
  for (const [i, field] of left.entries()) {
    drawField(grid, 0, i, half, field.label, field.value, look, styleOf(field, state, look));
  }
  for (const [i, field] of right.entries()) {
    const width = grid.columns - half - 2;
    drawField(
      grid,
      half + 2,
      i,
      width,
      field.label,
      field.value,
      look,
      styleOf(field, state, look),
    );
  }
  const y = Math.max(left.length, right.length);
  const [prices, flow] = barLines(frame.state, look.glyph.dash, decimals);
  grid.text(0, y, 'bar', look.style.faint, 3);
  grid.text(4, y, prices, look.style.muted);
  grid.text(
    0,
    y + 1,
    flow,
    frame.state.FOOTPRINT_CURR_BAR.delta < 0 ? look.style.loss : look.style.profit,
  );
  drawChecklist(grid, y + 2, frame, look);
}
