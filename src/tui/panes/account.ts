import type { RoundTrip } from '../../domain/run.ts';
import type { Frame } from '../../engine/protocol.ts';
import type { Grid } from '../canvas/grid.ts';
import { barOf, drawField, drawPieces, moneyStyle } from '../draw.ts';
import { decimalsOf, formatCash, formatDollars, formatInteger, formatMoney } from '../format.ts';
import { isChanged } from '../store/selectors.ts';
import type { ScreenState } from '../store/state.ts';
import type { Look } from '../theme/themes.ts';

/** `long 100 @ 250.14`, `flat`; of an account that held something before the run with that: `flat, 300 before`. */
function positionText(frame: Frame): string {
  const before = frame.broker?.positionBefore ?? 0;
  return before === 0 ? ownText(frame) : `${ownText(frame)}, ${formatInteger(before)} before`;
}

function ownText(frame: Frame): string {
  const { POSITION, AVG_ENTRY } = frame.account;
  if (POSITION === 0) return 'flat';
  const side = POSITION > 0 ? 'long' : 'short';
  const average =
    AVG_ENTRY === null ? '' : ` @ ${formatDollars(AVG_ENTRY, decimalsOf(frame.tickNanos))}`;
  return `${side} ${formatInteger(Math.abs(POSITION))}${average}`;
}

/** The day's result against its limit: what of the allowed loss is used, as a bar and in numbers. */
function drawGauge(grid: Grid, y: number, frame: Frame, look: Look): void {
  const { DAILY_PL, DAILY_LOSS_LIMIT, DAILY_LOSS_REMAINING } = frame.account;
  const used = DAILY_LOSS_LIMIT > 0 ? Math.max(0, 1 - DAILY_LOSS_REMAINING / DAILY_LOSS_LIMIT) : 0;
  const text = ` ${(used * 100).toFixed(0)}% of ${formatInteger(DAILY_LOSS_LIMIT)}`;
  const width = Math.max(0, grid.columns - 5 - text.length);
  grid.text(0, y, 'loss', look.style.muted);
  grid.text(5, y, look.glyph.empty.repeat(width), look.style.border, width);
  const style = used >= 0.75 ? look.style.wall : DAILY_PL < 0 ? look.style.loss : look.style.profit;
  grid.text(5, y, barOf(used, width, look.glyph), style, width);
  grid.right(0, y, grid.columns, text, used >= 0.75 ? look.style.wall : look.style.muted);
}

function drawTrade(grid: Grid, y: number, trade: RoundTrip, look: Look): void {
  const { glyph, style } = look;
  const mark = trade.side === 'long' ? glyph.up : glyph.down;
  const text = `${trade.side} ${trade.quantity} ${trade.entryPrice}`;
  const money = formatMoney(trade.netPl);
  grid.text(0, y, mark, trade.side === 'long' ? style.buy : style.sell, 1);
  grid.text(2, y, text, style.muted, grid.columns - money.length - 3);
  grid.right(0, y, grid.columns, money, moneyStyle(trade.netPl, look));
}

/** Position, results and limits, then the round trips of the day, newest first. */
export function paintAccount(state: ScreenState, look: Look, grid: Grid): void {
  const { frame } = state;
  if (frame === null) return;
  const { account } = frame;
  const { style } = look;
  const width = grid.columns;
  const changed = isChanged(state, 'POSITION') || isChanged(state, 'AVG_ENTRY');
  const held = account.POSITION === 0 ? style.muted : style.strong;
  drawField(
    grid,
    0,
    0,
    width,
    'position',
    positionText(frame),
    look,
    changed ? style.changed : held,
  );
  drawField(
    grid,
    0,
    1,
    width,
    'unrealized',
    formatMoney(account.UNREALIZED_PL),
    look,
    moneyStyle(account.UNREALIZED_PL, look),
  );
  drawField(
    grid,
    0,
    2,
    width,
    'day',
    formatMoney(account.DAILY_PL),
    look,
    moneyStyle(account.DAILY_PL, look),
  );
  drawGauge(grid, 3, frame, look);
  const left = Math.max(0, account.DAILY_TRADES_LIMIT - account.DAILY_TRADES);
  const trades = `${left} of ${account.DAILY_TRADES_LIMIT}`;
  drawField(grid, 0, 4, width, 'trades left', trades, look, left === 0 ? style.wall : style.text);
  drawField(grid, 0, 5, width, 'buying power', formatCash(account.BUYING_POWER), look);
  drawField(grid, 0, 6, width, 'equity', formatCash(account.EQUITY), look);
  const trips = state.trades.slice(-Math.max(0, grid.rows - 7)).reverse();
  for (const [i, trade] of trips.entries()) drawTrade(grid, 7 + i, trade, look);
}

/** The account in one line, for small screens. */
export function paintPosition(state: ScreenState, look: Look, grid: Grid): void {
  const { frame } = state;
  if (frame === null) return;
  const { account } = frame;
  const { style } = look;
  const left = Math.max(0, account.DAILY_TRADES_LIMIT - account.DAILY_TRADES);
  const loss = formatInteger(account.DAILY_LOSS_REMAINING);
  drawPieces(grid, 1, 0, grid.columns - 2, [
    {
      text: positionText(frame),
      style: account.POSITION === 0 ? style.muted : style.strong,
      rank: 0,
    },
    {
      text: `open ${formatMoney(account.UNREALIZED_PL).padStart(8)}`,
      style: moneyStyle(account.UNREALIZED_PL, look),
      rank: 1,
    },
    {
      text: `day ${formatMoney(account.DAILY_PL).padStart(8)}`,
      style: moneyStyle(account.DAILY_PL, look),
      rank: 0,
    },
    { text: `loss left ${loss}`, style: style.muted, rank: 2 },
    { text: `trades left ${left}`, style: style.muted, rank: 3 },
    { text: `bp ${formatCash(account.BUYING_POWER)}`, style: style.faint, rank: 4 },
  ]);
}
