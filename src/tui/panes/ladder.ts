import type { DomWall } from '../../domain/market-state.ts';
import { NANOS_PER_UNIT } from '../../domain/price.ts';
import type { Frame, LadderRow, OwnOrder } from '../../engine/protocol.ts';
import type { Grid } from '../canvas/grid.ts';
import type { StyleId } from '../canvas/styles.ts';
import { moneyStyle } from '../draw.ts';
import {
  decimalsOf,
  formatCompact,
  formatInteger,
  formatSignedCompact,
  formatWait,
} from '../format.ts';
import { type Column, columnsFor, headingOf } from '../layout/ladder-columns.ts';
import {
  freshRefusal,
  isChanged,
  LADDER_HEADING,
  ladderTop,
  toRowPrice,
} from '../store/selectors.ts';
import type { ScreenState } from '../store/state.ts';
import type { Look } from '../theme/themes.ts';

/** Asks are right-aligned in so many cells beside the price, however wide their bars may grow. */
const ASK_WIDTH = 6;

/** What all rows of one picture have in common. */
interface Scene {
  readonly state: ScreenState;
  readonly frame: Frame;
  readonly look: Look;
  readonly decimals: number;
  readonly rows: ReadonlyMap<number, LadderRow>;
  readonly marks: ReadonlyMap<number, string>;
  readonly walls: ReadonlyMap<string, string>;
  readonly own: ReadonlyMap<number, readonly OwnOrder[]>;
  readonly largestSize: number;
  readonly largestVolume: number;
  readonly last: number | null;
  readonly entry: number | null;
}

const EMPTY: Omit<LadderRow, 'price'> = {
  bidSize: 0,
  bidOrders: 0,
  askSize: 0,
  askOrders: 0,
  bidAdded: 0,
  bidPulled: 0,
  askAdded: 0,
  askPulled: 0,
  soldAtBid: 0,
  boughtAtAsk: 0,
  volume: 0,
};

function marksOf({ state, tickNanos }: Frame): Map<number, string> {
  const marks = new Map<number, string>();
  for (const [name, value] of [
    ['HOD', state.HOD],
    ['LOD', state.LOD],
    ['POC', state.VP_POC],
    ['VAH', state.VP_VAH],
    ['VAL', state.VP_VAL],
    ['VWAP', state.VWAP],
  ] as const) {
    if (value === null) continue;
    const price = toRowPrice(value, tickNanos);
    const known = marks.get(price);
    marks.set(price, known === undefined ? name : `${known} ${name}`);
  }
  return marks;
}

function ownOf(orders: readonly OwnOrder[], tickNanos: number): Map<number, OwnOrder[]> {
  const own = new Map<number, OwnOrder[]>();
  for (const order of orders) {
    if (order.priceNanos === null) continue;
    const price = Math.round(order.priceNanos / tickNanos) * tickNanos;
    own.set(price, [...(own.get(price) ?? []), order]);
  }
  return own;
}

/** The largest size that is no wall: beside a wall all other bars would be as good as empty. */
function largestSizeOf(
  rows: readonly LadderRow[],
  walls: readonly DomWall[],
  tickNanos: number,
): number {
  const walled = new Set(walls.map((wall) => toRowPrice(wall.price, tickNanos)));
  const sizes = rows
    .filter((row) => !walled.has(row.price))
    .map((row) => Math.max(row.bidSize, row.askSize));
  return Math.max(1, ...sizes);
}

function sceneOf(state: ScreenState, frame: Frame, look: Look, prices: ReadonlySet<number>): Scene {
  const { tickNanos } = frame;
  const shown = frame.ladder.filter((row) => prices.has(row.price));
  const { LAST, DOM_WALLS } = frame.state;
  const average = frame.account.AVG_ENTRY;
  return {
    state,
    frame,
    look,
    decimals: decimalsOf(tickNanos),
    rows: new Map(shown.map((row) => [row.price, row])),
    marks: marksOf(frame),
    walls: new Map(
      DOM_WALLS.map((wall) => [
        `${wall.side}${toRowPrice(wall.price, tickNanos)}`,
        wall.tier === 'MAJOR' ? look.glyph.wallMajor : look.glyph.wallMinor,
      ]),
    ),
    own: ownOf(frame.orders, tickNanos),
    largestSize: largestSizeOf(shown, DOM_WALLS, tickNanos),
    largestVolume: Math.max(1, ...shown.map((row) => row.volume)),
    last: LAST === null ? null : toRowPrice(LAST, tickNanos),
    entry: average === null ? null : toRowPrice(average, tickNanos),
  };
}

/** A size over its bar; a wall is marked at the side of the price. */
function drawSize(grid: Grid, y: number, column: Column, row: LadderRow, scene: Scene): void {
  const { look, state } = scene;
  const isBid = column.id === 'bid';
  const size = isBid ? row.bidSize : row.askSize;
  const wall = scene.walls.get(`${isBid ? 'BID' : 'ASK'}${row.price}`);
  const room = column.width - 1;
  const x = isBid ? column.x : column.x + 1;
  if (wall !== undefined)
    grid.text(isBid ? column.x + room : column.x, y, wall, look.style.wall, 1);
  if (size === 0) return;
  const changed = isChanged(state, `${isBid ? 'bid' : 'ask'}:${row.price}`);
  const style = changed ? look.style.changed : isBid ? look.style.bid : look.style.ask;
  const text = formatCompact(size, room);
  // bars grow away from the price, numbers stand against it
  if (isBid) grid.right(x, y, room, text, style);
  else grid.text(x, y, text.padStart(ASK_WIDTH), style, room);
  const length = Math.max(1, Math.min(room, Math.round((size / scene.largestSize) * room)));
  const bar = isBid ? look.style.bidBar : look.style.askBar;
  grid.wash(isBid ? x + room - length : x, y, length, bar, look.table);
}

const ROLE_LETTER: Readonly<Record<OwnOrder['role'], string>> = {
  ENTRY: 'E',
  STOP: 'S',
  TARGET: 'T',
  EXIT: 'X',
};

/**
 * `E+100 q350`: role, buy or sell, what is still open, and the shares before it in the queue, `~350` as estimated; and, where
 * there is room, how long those may take, `35s`.
 */
function ownText(orders: readonly OwnOrder[], width: number, look: Look): string {
  const [order] = orders;
  if (order === undefined) return '';
  const sign = order.side === 'BUY' ? '+' : '-';
  const exact = order.queue_ahead === null ? '' : ` q${order.queue_ahead}`;
  const queue = order.estimatedAhead === null ? exact : ` ~${order.estimatedAhead}`;
  const more = orders.length > 1 ? ` ${orders.length}x` : '';
  const text = `${ROLE_LETTER[order.role]}${sign}${order.size - order.filled}${queue}${more}`;
  const timed = `${text} ${formatWait(order.expectedWaitMs, look.glyph.dash)}`;
  return queue !== '' && timed.length <= width ? timed : text;
}

function ownStyle(role: OwnOrder['role'] | undefined, look: Look): StyleId {
  if (role === 'STOP') return look.style.stop;
  return role === 'TARGET' ? look.style.target : look.style.order;
}

function drawPnl(grid: Grid, y: number, { x, width }: Column, price: number, scene: Scene): void {
  const { account, multiplier } = scene.frame;
  if (account.POSITION === 0 || account.AVG_ENTRY === null) return;
  const result = (price / NANOS_PER_UNIT - account.AVG_ENTRY) * account.POSITION * multiplier;
  const text = Math.abs(result) < 0.5 ? '0' : formatSignedCompact(result, width);
  grid.right(x, y, width, text, moneyStyle(result, scene.look));
}

/** The session's volume at the price in two parts: sold into the bid, bought from the ask, and what had no side. */
function drawProfile(
  grid: Grid,
  y: number,
  { x, width }: Column,
  row: LadderRow,
  scene: Scene,
): void {
  const { glyph, style } = scene.look;
  const cells = Math.round((row.volume / scene.largestVolume) * width);
  if (cells === 0) return;
  const sold = Math.round((row.soldAtBid / row.volume) * cells);
  const bought = Math.min(cells - sold, Math.round((row.boughtAtAsk / row.volume) * cells));
  let at = grid.text(x, y, glyph.dark.repeat(sold), style.soldVolume, width);
  at = grid.text(at, y, glyph.light.repeat(bought), style.boughtVolume, x + width - at);
  grid.text(at, y, glyph.dot.repeat(cells - sold - bought), style.profile, x + width - at);
}

function drawCount(
  grid: Grid,
  y: number,
  { x, width }: Column,
  value: number | null,
  style: StyleId,
  sign = '',
): void {
  if (value !== 0 && value !== null)
    grid.right(x, y, width, `${sign}${formatCompact(value, width - sign.length)}`, style);
}

function drawPrice(grid: Grid, y: number, { x, width }: Column, price: number, scene: Scene): void {
  const { look, decimals, last } = scene;
  const text = (price / NANOS_PER_UNIT).toFixed(decimals);
  const isLast = price === last;
  const style = isLast ? look.style.lastPrice : look.style.price;
  grid.right(x, y, width, text, style);
  if (isLast) grid.text(x, y, look.glyph.here, look.style.lastPrice, 1);
}

function drawMarks(grid: Grid, y: number, { x, width }: Column, price: number, scene: Scene): void {
  const names = scene.marks.get(price) ?? '';
  const isEntry = price === scene.entry && scene.frame.account.POSITION !== 0;
  // of several marks at one price those that fit, whole
  let text = '';
  for (const word of (isEntry ? `ENTRY ${names}` : names).split(' '))
    if (text.length + word.length < width) text = text === '' ? word : `${text} ${word}`;
  grid.text(x, y, text, isEntry ? scene.look.style.entry : scene.look.style.level, width);
}

/** Own orders at a price; stop, target and the average entry go on as a line, so that the eye finds their rows. */
function drawOwn(
  grid: Grid,
  y: number,
  { x, width }: Column,
  orders: readonly OwnOrder[],
  price: number,
  scene: Scene,
): void {
  const { look, entry, frame } = scene;
  const role = orders[0]?.role;
  const isEntry = price === entry && frame.account.POSITION !== 0;
  const shown = role === undefined ? look.style.entry : ownStyle(role, look);
  const text = ownText(orders, width, look);
  if (role === 'STOP' || role === 'TARGET' || isEntry) {
    const from = text === '' ? 0 : text.length + 1;
    grid.text(x + from, y, look.glyph.horizontal.repeat(Math.max(0, width - from)), shown);
  }
  grid.text(x, y, text, shown, width);
}

function drawCell(grid: Grid, y: number, column: Column, row: LadderRow, scene: Scene): void {
  const { style } = scene.look;
  switch (column.id) {
    case 'bid':
    case 'ask':
      drawSize(grid, y, column, row, scene);
      break;
    case 'price':
      drawPrice(grid, y, column, row.price, scene);
      break;
    case 'marks':
      drawMarks(grid, y, column, row.price, scene);
      break;
    case 'own': {
      const orders = scene.own.get(row.price) ?? [];
      drawOwn(grid, y, column, orders, row.price, scene);
      break;
    }
    case 'pnl':
      drawPnl(grid, y, column, row.price, scene);
      break;
    case 'profile':
      drawProfile(grid, y, column, row, scene);
      break;
    case 'sold':
      drawCount(grid, y, column, row.soldAtBid, style.muted);
      break;
    case 'bought':
      drawCount(grid, y, column, row.boughtAtAsk, style.muted);
      break;
    case 'bidOrders':
      drawCount(grid, y, column, row.bidOrders, style.faint);
      break;
    case 'askOrders':
      drawCount(grid, y, column, row.askOrders, style.faint);
      break;
    case 'bidAdded':
      drawCount(grid, y, column, row.bidAdded, style.muted, '+');
      break;
    case 'askAdded':
      drawCount(grid, y, column, row.askAdded, style.muted, '+');
      break;
    case 'bidPulled':
      drawCount(grid, y, column, row.bidPulled, style.faint, '-');
      break;
    case 'askPulled':
      drawCount(grid, y, column, row.askPulled, style.faint, '-');
      break;
  }
}

function drawHeading(grid: Grid, columns: readonly Column[], look: Look): void {
  for (const { id, x, width } of columns) {
    const text = headingOf(id);
    if (id === 'marks' || id === 'own' || id === 'profile')
      grid.text(x, 0, text, look.style.faint, width);
    else if (id === 'ask') grid.text(x + 1, 0, text.padStart(ASK_WIDTH), look.style.faint, width);
    else grid.right(x, 0, id === 'bid' ? width - 1 : width, text, look.style.faint);
  }
}

/** Own orders beyond the window's ends, at its first and last row, so that a stop is never out of sight. */
function drawBeyond(
  grid: Grid,
  columns: readonly Column[],
  prices: readonly number[],
  scene: Scene,
): void {
  const column = columns.find(({ id }) => id === 'own');
  const [top = 0, bottom = 0] = [prices[0], prices.at(-1)];
  if (column === undefined) return;
  const { look, decimals } = scene;
  for (const [price, orders] of scene.own) {
    if (price <= top && price >= bottom) continue;
    const [order] = orders;
    const arrow = price > top ? look.glyph.up : look.glyph.down;
    const text = `${ROLE_LETTER[order?.role ?? 'EXIT']} ${arrow}${(price / NANOS_PER_UNIT).toFixed(decimals)}`;
    const y = price > top ? LADDER_HEADING : grid.rows - 1;
    grid.text(column.x, y, text.padEnd(column.width), ownStyle(order?.role, look), column.width);
  }
}

/** The ladder inside its border: a heading and one row a tick, highest price first. */
export function paintLadder(state: ScreenState, look: Look, grid: Grid): void {
  const { frame } = state;
  const depth = grid.rows - LADDER_HEADING;
  const top = ladderTop(state, depth);
  if (frame === null || top === null || depth < 1) {
    grid.center(0, grid.rows >> 1, grid.columns, 'no prices yet', look.style.muted);
    return;
  }
  const columns = columnsFor(grid.columns, state.settings.ladderColumns);
  const prices = Array.from({ length: depth }, (_, i) => top - i * frame.tickNanos);
  const scene = sceneOf(state, frame, look, new Set(prices));
  const refusal = freshRefusal(state);
  if (refusal === null) drawHeading(grid, columns, look);
  else grid.text(0, 0, `! ${refusal}`, look.style.wall);
  for (const [i, price] of prices.entries()) {
    if (price <= 0) continue;
    const y = i + LADDER_HEADING;
    const row = scene.rows.get(price) ?? { price, ...EMPTY };
    for (const column of columns) drawCell(grid, y, column, row, scene);
    if (price === state.ui.ladderCursor)
      grid.wash(0, y, grid.columns, look.style.cursor, look.table);
    else if (price === scene.last) grid.wash(0, y, grid.columns, look.style.lastRow, look.table);
  }
  drawBeyond(grid, columns, prices, scene);
}

/** What the ladder's border says at its right end: where the book is not known order by order, that first (`L2`, `trades only`). */
export function ladderNote(state: ScreenState): string {
  const { ladderCursor, ladderCenter } = state.ui;
  const [depth] = state.frame?.feed.depthLabel?.split(':') ?? [];
  const held = ladderCenter === null ? 'centred' : 'held';
  const where = depth === undefined ? held : `${depth} ${held}`;
  if (ladderCursor === null || state.frame === null) return where;
  const size = state.frame.ladder.find((row) => row.price === ladderCursor);
  const price = (ladderCursor / NANOS_PER_UNIT).toFixed(decimalsOf(state.frame.tickNanos));
  return `${price} vol ${formatInteger(size?.volume ?? 0)} ${where}`;
}
