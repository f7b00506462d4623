import { toPriceNumber } from '../../domain/price.ts';
import type { OwnOrder } from '../../engine/protocol.ts';
import type { Grid } from '../canvas/grid.ts';
import type { StyleId } from '../canvas/styles.ts';
import { drawPieces } from '../draw.ts';
import { decimalsOf, formatDollars, formatInteger, formatWait } from '../format.ts';
import { isChanged } from '../store/selectors.ts';
import type { ScreenState } from '../store/state.ts';
import type { Look } from '../theme/themes.ts';

/** From here on there is room for an order's age beside its queue. */
const WIDE = 48;

function roleStyle(role: OwnOrder['role'], look: Look): StyleId {
  if (role === 'STOP') return look.style.stop;
  return role === 'TARGET' ? look.style.target : look.style.order;
}

function drawOrder(grid: Grid, y: number, order: OwnOrder, decimals: number, look: Look): void {
  const { style } = look;
  const price = order.price === null ? 'market' : formatDollars(order.price, decimals);
  const filled = order.filled > 0 ? `${order.filled}/${order.size}` : String(order.size);
  const exact = order.queue_ahead === null ? '' : `q${formatInteger(order.queue_ahead)}`;
  const queue = order.estimatedAhead === null ? exact : `~${formatInteger(order.estimatedAhead)}`;
  const wait = queue === '' ? '' : formatWait(order.expectedWaitMs, look.glyph.dash);
  const ends = [
    `${queue} ${wait} ${order.status.toLowerCase()}`.trim().replaceAll('  ', ' '),
    `${queue} ${wait}`,
    queue,
  ];
  grid.text(0, y, order.role.padEnd(7), roleStyle(order.role, look), 7);
  const used = drawPieces(
    grid,
    7,
    y,
    grid.columns - 7,
    [
      { text: `${order.side === 'BUY' ? 'B' : 'S'} ${filled}`, style: style.text, rank: 0 },
      { text: price, style: style.strong, rank: 0 },
      // how long it may still wait says more than how long it has stood
      ...(queue === '' || grid.columns >= WIDE
        ? [{ text: `${order.age_secs}s`, style: style.faint, rank: 3 }]
        : []),
    ],
    1,
  );
  const room = grid.columns - used - 1;
  grid.right(used + 1, y, room, ends.find((end) => end.length <= room) ?? '', style.muted);
}

/** The bracket's state, the working orders, then the last fills, newest first. */
export function paintOrders(state: ScreenState, look: Look, grid: Grid): void {
  const { frame } = state;
  if (frame === null) return;
  const { style } = look;
  const decimals = decimalsOf(frame.tickNanos);
  const { bracket } = frame;
  const bracketText =
    bracket === null
      ? 'no bracket'
      : `bracket ${bracket.side.toLowerCase()} ${bracket.state.toLowerCase()}`;
  const changed = isChanged(state, 'bracket')
    ? style.changed
    : bracket === null
      ? style.faint
      : style.text;
  grid.text(0, 0, bracketText, changed);
  let y = 1;
  for (const order of frame.orders) {
    drawOrder(grid, y, order, decimals, look);
    y++;
  }
  if (frame.orders.length === 0) {
    grid.text(0, y, 'no working orders', style.faint);
    y++;
  }
  for (const { fill, role, clock } of state.fills.slice(0, Math.max(0, grid.rows - y))) {
    const isBuy = fill.side === 'buy';
    const price = formatDollars(toPriceNumber(fill.price), decimals);
    const what = `${isBuy ? 'B' : 'S'} ${formatInteger(fill.quantity)} @ ${price}`;
    const at = grid.text(0, y, clock.slice(0, 8), style.faint, 9) + 1;
    const end = grid.text(at, y, what, isBuy ? style.buy : style.sell);
    const tail = `${role.toLowerCase()} ${fill.liquidity}`;
    if (end + 1 + tail.length <= grid.columns) grid.right(0, y, grid.columns, tail, style.muted);
    y++;
  }
}
