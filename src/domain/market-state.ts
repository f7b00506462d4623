/**
 * The snapshot that decisions are made from, field for field as the public specification "market state" names it.
 * Prices are dollars, exact; ratios are rounded to 4 decimals; what cannot be known yet is `null`.
 */

export interface DomWall {
  readonly side: 'BID' | 'ASK';
  readonly price: number;
  readonly size: number;
  readonly tier: 'MINOR' | 'MAJOR';
}

export interface LargePrint {
  readonly price: number;
  readonly size: number;
  readonly side: 'BUY' | 'SELL' | null;
  readonly secs_ago: number;
}

export interface FootprintImbalance {
  readonly price: number;
  readonly bid_vol: number;
  readonly ask_vol: number;
  readonly ratio: number;
}

export interface FootprintBar {
  readonly open: number | null;
  readonly high: number | null;
  readonly low: number | null;
  readonly close: number | null;
  readonly delta: number;
  readonly volume: number;
  readonly delta_pct: number | null;
  readonly poc: number | null;
  readonly imbalances: readonly FootprintImbalance[];
}

export type TimeSession =
  | 'PRE_MARKET'
  | 'OPEN_DRIVE'
  | 'MORNING'
  | 'MIDDAY'
  | 'AFTERNOON'
  | 'POWER_HOUR'
  | 'AFTER_HOURS'
  | 'CLOSED';

export type HodLodLocation =
  | 'BREAKOUT'
  | 'BREAKDOWN'
  | 'TESTING_HOD'
  | 'TESTING_LOD'
  | 'NEAR_HOD'
  | 'NEAR_LOD'
  | 'MID_RANGE';

export type BookLevel = readonly [price: number, size: number];

/** Keys stand in the public order. */
export interface MarketState {
  readonly TICKER: string;
  readonly LAST: number | null;
  readonly VWAP: number | null;
  readonly TIME_SESSION: TimeSession;
  readonly L2_IMBALANCE: number | null;
  readonly SPREAD: number | null;
  readonly DOM_WALLS: readonly DomWall[];
  readonly BID_STACK: readonly BookLevel[];
  readonly ASK_STACK: readonly BookLevel[];
  readonly TAPE_VELOCITY: 'LOW' | 'MEDIUM' | 'HIGH';
  readonly TAPE_VELOCITY_TPS: number;
  readonly TAPE_SENTIMENT: 'AGGRESSIVE_BUYING' | 'AGGRESSIVE_SELLING' | 'NEUTRAL';
  readonly TAPE_DELTA_1S: number;
  readonly TAPE_DELTA_5S: number;
  readonly LARGE_PRINTS_1M: readonly LargePrint[];
  readonly FOOTPRINT_CURR_BAR: FootprintBar;
  readonly CVD_SESSION: number;
  readonly CVD_TREND: 'RISING' | 'FALLING' | 'FLAT';
  readonly CVD_SLOPE_5M: number | null;
  readonly VP_POC: number | null;
  readonly VP_VAH: number | null;
  readonly VP_VAL: number | null;
  readonly VP_DEVELOPING_POC: number | null;
  readonly PRICE_VS_POC: 'ABOVE' | 'BELOW' | 'AT_POC' | null;
  readonly HOD: number | null;
  readonly LOD: number | null;
  readonly HOD_LOD_LOC: HodLodLocation | null;
  readonly DISTANCE_TO_HOD_PCT: number | null;
  readonly DISTANCE_TO_LOD_PCT: number | null;
  readonly RVOL_DAY: number | null;
  readonly ABSORPTION_DETECTED: boolean;
  readonly ABSORPTION_SIDE: 'BID' | 'ASK' | null;
  readonly ABSORPTION_PRICE: number | null;
}

export interface AccountState {
  readonly POSITION: number;
  readonly POSITION_SIDE: 'LONG' | 'SHORT' | null;
  readonly AVG_ENTRY: number | null;
  readonly UNREALIZED_PL: number;
  readonly DAILY_PL: number;
  readonly DAILY_TRADES: number;
  readonly BUYING_POWER: number;
  readonly DAILY_LOSS_REMAINING: number;
}

export interface ActiveOrder {
  readonly id: string;
  readonly role: 'ENTRY' | 'STOP' | 'TARGET' | 'EXIT';
  readonly side: 'BUY' | 'SELL';
  readonly type: 'LIMIT' | 'MARKET' | 'STOP' | 'STOP_LIMIT' | 'TRAILING_STOP' | 'MARKET_IF_TOUCHED';
  readonly price: number | null;
  readonly size: number;
  readonly filled: number;
  readonly status: 'SUBMITTED' | 'WORKING' | 'PARTIAL';
  readonly age_secs: number;
  readonly queue_ahead: number | null;
}
