import type { Question } from '../../src/brain/port.ts';
import type { MarketState } from '../../src/domain/market-state.ts';

/** Everything a long of both profiles asks for: the touch 250.00 to 250.02, a bid wall 0.19 under the entry. */
export const BULLISH: MarketState = {
  TICKER: 'TSLA',
  LAST: 250.02,
  VWAP: 248,
  TIME_SESSION: 'MORNING',
  L2_IMBALANCE: 1.6,
  SPREAD: 0.02,
  DOM_WALLS: [{ side: 'BID', price: 249.83, size: 900, tier: 'MINOR' }],
  BID_STACK: [[250, 100]],
  ASK_STACK: [[250.02, 100]],
  TAPE_VELOCITY: 'MEDIUM',
  TAPE_VELOCITY_TPS: 12,
  TAPE_SENTIMENT: 'AGGRESSIVE_BUYING',
  TAPE_DELTA_1S: 0,
  TAPE_DELTA_5S: 0,
  LARGE_PRINTS_1M: [],
  FOOTPRINT_CURR_BAR: {
    open: 250,
    high: 250.02,
    low: 250,
    close: 250.02,
    delta: 100,
    volume: 500,
    delta_pct: 20,
    poc: 250,
    imbalances: [],
  },
  CVD_SESSION: 1000,
  CVD_TREND: 'RISING',
  CVD_SLOPE_5M: 0.3,
  VP_POC: 248,
  VP_VAH: 249,
  VP_VAL: 247,
  VP_DEVELOPING_POC: 248,
  PRICE_VS_POC: 'ABOVE',
  HOD: 250.02,
  LOD: 245,
  HOD_LOD_LOC: 'TESTING_HOD',
  DISTANCE_TO_HOD_PCT: 0,
  DISTANCE_TO_LOD_PCT: 2.0078,
  RVOL_DAY: 1.6,
  ABSORPTION_DETECTED: false,
  ABSORPTION_SIDE: null,
  ABSORPTION_PRICE: null,
};

export interface QuestionChanges {
  readonly market?: Partial<MarketState>;
  readonly ts?: number;
  readonly position?: number;
  readonly orders?: Question['orders'];
  readonly swingLow?: number | null;
  readonly swingHigh?: number | null;
}

export function question(changes: QuestionChanges = {}): Question {
  const position = changes.position ?? 0;
  const market = { ...BULLISH, ...changes.market };
  return {
    ts: changes.ts ?? 50_000e9,
    market,
    account: {
      POSITION: position,
      POSITION_SIDE: position === 0 ? null : position > 0 ? 'LONG' : 'SHORT',
      AVG_ENTRY: position === 0 ? null : 250,
      UNREALIZED_PL: 0,
      DAILY_PL: 0,
      DAILY_TRADES: 0,
      BUYING_POWER: 100_000,
      DAILY_LOSS_REMAINING: 500,
    },
    orders: changes.orders ?? [],
    bid: market.BID_STACK[0]?.[0] ?? null,
    ask: market.ASK_STACK[0]?.[0] ?? null,
    tickNanos: 10_000_000,
    swingLow: changes.swingLow ?? null,
    swingHigh: changes.swingHigh ?? null,
  };
}

export function workingOrder(
  role: 'ENTRY' | 'STOP' | 'TARGET' | 'EXIT',
  price: number,
): Question['orders'][number] {
  return {
    id: role,
    role,
    side: 'SELL',
    type: role === 'STOP' ? 'STOP' : 'LIMIT',
    price,
    size: 100,
    filled: 0,
    status: 'WORKING',
    age_secs: 1,
    queue_ahead: null,
  };
}

/** A price in the mirror of 250.01, the middle of the touch. */
export function mirroredPrice(price: number): number {
  return (500_020_000_000 - Math.round(price * 1e9)) / 1e9;
}

function mirroredOrNull(price: number | null): number | null {
  return price === null ? null : mirroredPrice(price);
}

const OTHER_WAY = {
  AGGRESSIVE_BUYING: 'AGGRESSIVE_SELLING',
  AGGRESSIVE_SELLING: 'AGGRESSIVE_BUYING',
  NEUTRAL: 'NEUTRAL',
  RISING: 'FALLING',
  FALLING: 'RISING',
  FLAT: 'FLAT',
  BREAKOUT: 'BREAKDOWN',
  BREAKDOWN: 'BREAKOUT',
  TESTING_HOD: 'TESTING_LOD',
  TESTING_LOD: 'TESTING_HOD',
  NEAR_HOD: 'NEAR_LOD',
  NEAR_LOD: 'NEAR_HOD',
  MID_RANGE: 'MID_RANGE',
  BID: 'ASK',
  ASK: 'BID',
} as const;

/** The same question with buyers and sellers exchanged. `imbalance` is the ratio on that side: it has thresholds of its own. */
export function mirrored({ market, ...rest }: Question, imbalance: number | null): Question {
  const bar = market.FOOTPRINT_CURR_BAR;
  const stack = (levels: MarketState['BID_STACK']): MarketState['BID_STACK'] =>
    levels.map(([price, size]) => [mirroredPrice(price), size] as const);
  const { HOD_LOD_LOC: place, ABSORPTION_SIDE: side } = market;
  const position = rest.account.POSITION === 0 ? 0 : -rest.account.POSITION;
  return {
    ...rest,
    account: { ...rest.account, POSITION: position },
    orders: rest.orders.map((order) => ({ ...order, price: mirroredOrNull(order.price) })),
    bid: mirroredOrNull(rest.ask),
    ask: mirroredOrNull(rest.bid),
    swingLow: mirroredOrNull(rest.swingHigh),
    swingHigh: mirroredOrNull(rest.swingLow),
    market: {
      ...market,
      LAST: mirroredOrNull(market.LAST),
      VWAP: mirroredOrNull(market.VWAP),
      L2_IMBALANCE: imbalance,
      DOM_WALLS: market.DOM_WALLS.map((wall) => ({
        ...wall,
        side: OTHER_WAY[wall.side],
        price: mirroredPrice(wall.price),
      })),
      BID_STACK: stack(market.ASK_STACK),
      ASK_STACK: stack(market.BID_STACK),
      TAPE_SENTIMENT: OTHER_WAY[market.TAPE_SENTIMENT],
      FOOTPRINT_CURR_BAR: { ...bar, delta: -bar.delta },
      CVD_TREND: OTHER_WAY[market.CVD_TREND],
      VP_POC: mirroredOrNull(market.VP_POC),
      VP_VAH: mirroredOrNull(market.VP_VAL),
      VP_VAL: mirroredOrNull(market.VP_VAH),
      HOD_LOD_LOC: place === null ? null : OTHER_WAY[place],
      DISTANCE_TO_HOD_PCT: market.DISTANCE_TO_LOD_PCT,
      DISTANCE_TO_LOD_PCT: market.DISTANCE_TO_HOD_PCT,
      ABSORPTION_SIDE: side === null ? null : OTHER_WAY[side],
      ABSORPTION_PRICE: mirroredOrNull(market.ABSORPTION_PRICE),
    },
  };
}
