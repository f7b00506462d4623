import type { AccountState, ActiveOrder, MarketState } from '../../domain/market-state.ts';
import { listText, numberText, objectText, quoted } from './context-text.ts';

/** How much of the state's lists is shown; a list that is cut keeps its first, nearest or newest entries. */
export interface StateLimits {
  readonly walls: number;
  readonly prints: number;
  readonly imbalances: number;
}

/** The fields in the public order. */
export const MARKET_FIELDS = [
  'TICKER',
  'LAST',
  'VWAP',
  'TIME_SESSION',
  'L2_IMBALANCE',
  'SPREAD',
  'DOM_WALLS',
  'BID_STACK',
  'ASK_STACK',
  'TAPE_VELOCITY',
  'TAPE_VELOCITY_TPS',
  'TAPE_SENTIMENT',
  'TAPE_DELTA_1S',
  'TAPE_DELTA_5S',
  'LARGE_PRINTS_1M',
  'FOOTPRINT_CURR_BAR',
  'CVD_SESSION',
  'CVD_TREND',
  'CVD_SLOPE_5M',
  'VP_POC',
  'VP_VAH',
  'VP_VAL',
  'VP_DEVELOPING_POC',
  'PRICE_VS_POC',
  'HOD',
  'LOD',
  'HOD_LOD_LOC',
  'DISTANCE_TO_HOD_PCT',
  'DISTANCE_TO_LOD_PCT',
  'RVOL_DAY',
  'ABSORPTION_DETECTED',
  'ABSORPTION_SIDE',
  'ABSORPTION_PRICE',
] as const satisfies readonly (keyof MarketState)[];

const PRICES: ReadonlySet<keyof MarketState> = new Set([
  'LAST',
  'VWAP',
  'SPREAD',
  'VP_POC',
  'VP_VAH',
  'VP_VAL',
  'VP_DEVELOPING_POC',
  'HOD',
  'LOD',
  'ABSORPTION_PRICE',
] as const);

/** Money is written to the cent at least. */
const MONEY_DECIMALS = 2;

/**
 * MARKET_STATE as JSON.
 *
 * @param decimals Places of a price: those of the tick.
 * @param order Another order of the fields, to ask whether it matters to a model.
 */
export function marketText(
  market: MarketState,
  decimals: number,
  limits: StateLimits,
  order: readonly (keyof MarketState)[] = MARKET_FIELDS,
): string {
  const price = (value: number | null) => numberText(value, decimals);
  const fieldText = (name: keyof MarketState): string => {
    if (name === 'DOM_WALLS') {
      const walls = market.DOM_WALLS.slice(0, limits.walls).map((wall) =>
        objectText([
          ['side', quoted(wall.side)],
          ['price', price(wall.price)],
          ['size', numberText(wall.size)],
          ['tier', quoted(wall.tier)],
        ]),
      );
      return listText(walls);
    }
    if (name === 'BID_STACK' || name === 'ASK_STACK')
      return listText(
        market[name].map(([level, size]) => listText([price(level), numberText(size)])),
      );
    if (name === 'LARGE_PRINTS_1M') {
      const prints = market.LARGE_PRINTS_1M.slice(0, limits.prints).map((print) =>
        objectText([
          ['price', price(print.price)],
          ['size', numberText(print.size)],
          ['side', plainText(print.side)],
          ['secs_ago', numberText(print.secs_ago)],
        ]),
      );
      return listText(prints);
    }
    if (name === 'FOOTPRINT_CURR_BAR')
      return barText(market.FOOTPRINT_CURR_BAR, price, limits.imbalances);
    return PRICES.has(name) ? price(market[name] as number | null) : plainText(market[name]);
  };
  return objectText(order.map((name) => [name, fieldText(name)] as const));
}

function barText(
  bar: MarketState['FOOTPRINT_CURR_BAR'],
  price: (value: number | null) => string,
  most: number,
): string {
  return objectText([
    ['open', price(bar.open)],
    ['high', price(bar.high)],
    ['low', price(bar.low)],
    ['close', price(bar.close)],
    ['delta', numberText(bar.delta)],
    ['volume', numberText(bar.volume)],
    ['delta_pct', numberText(bar.delta_pct)],
    ['poc', price(bar.poc)],
    [
      'imbalances',
      listText(
        bar.imbalances.slice(0, most).map((each) =>
          objectText([
            ['price', price(each.price)],
            ['bid_vol', numberText(each.bid_vol)],
            ['ask_vol', numberText(each.ask_vol)],
            ['ratio', numberText(each.ratio)],
          ]),
        ),
      ),
    ],
  ]);
}

/** ACCOUNT_STATE as JSON. */
export function accountText(account: AccountState, decimals: number): string {
  const money = (value: number) => numberText(value, MONEY_DECIMALS);
  return objectText([
    ['POSITION', numberText(account.POSITION)],
    ['POSITION_SIDE', plainText(account.POSITION_SIDE)],
    ['AVG_ENTRY', numberText(account.AVG_ENTRY, decimals)],
    ['UNREALIZED_PL', money(account.UNREALIZED_PL)],
    ['DAILY_PL', money(account.DAILY_PL)],
    ['DAILY_TRADES', numberText(account.DAILY_TRADES)],
    ['BUYING_POWER', money(account.BUYING_POWER)],
    ['DAILY_LOSS_REMAINING', money(account.DAILY_LOSS_REMAINING)],
  ]);
}

/** ACTIVE_ORDERS as JSON. */
export function ordersText(orders: readonly ActiveOrder[], decimals: number): string {
  return listText(
    orders.map((order) =>
      objectText([
        ['id', quoted(order.id)],
        ['role', quoted(order.role)],
        ['side', quoted(order.side)],
        ['type', quoted(order.type)],
        ['price', numberText(order.price, decimals)],
        ['size', numberText(order.size)],
        ['filled', numberText(order.filled)],
        ['status', quoted(order.status)],
        ['age_secs', numberText(order.age_secs)],
        ['queue_ahead', numberText(order.queue_ahead)],
      ]),
    ),
  );
}

function plainText(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return numberText(value);
  return typeof value === 'boolean' ? String(value) : 'null';
}
