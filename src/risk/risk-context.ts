import type { MoneyMicros } from '../domain/money.ts';
import type { PriceNanos } from '../domain/price.ts';
import type { SessionTime } from '../domain/time.ts';

/**
 * What is known of the venue. `reconciling`: it is connected and was asked for its truth; `disputed`: that truth and ours do
 * not agree. Nothing opens in either; where it is not known what the venue holds, nothing at all is sent.
 */
export type VenueStanding = 'connected' | 'disconnected' | 'reconciling' | 'disputed';

/** What works or is on its way to the venue, taken at its worst: whatever is on its way may have arrived or not. */
export interface WorkingOrders {
  /** Rest of the orders that may open or enlarge a position, by side: counted as filled. */
  readonly workingBuys: number;
  readonly workingSells: number;
  /** Rest of the orders that only reduce, by side; together they never close more than the position. */
  readonly exitBuys: number;
  readonly exitSells: number;
  /** The highest price that one of `workingBuys` or `workingSells` is worth, `null` where none works. */
  readonly dearestBuy: PriceNanos | null;
  readonly dearestSell: PriceNanos | null;
}

/** What the gate judges an order by, as it stands at this moment. Prices in 1e-9 units, `null` where there is none. */
export interface RiskContext extends WorkingOrders {
  readonly now: SessionTime;
  readonly position: number;
  readonly dailyPlMicros: MoneyMicros;
  readonly dailyTrades: number;
  readonly buyingPowerMicros: MoneyMicros;
  readonly multiplier: number;
  readonly last: PriceNanos | null;
  readonly bestBid: PriceNanos | null;
  readonly bestAsk: PriceNanos | null;
  /** Market time since the last event of the feed. */
  readonly eventAgeNs: number;
  readonly isOpeningDrive: boolean;
  /** Regular session of the trading day; `null` when there is none. */
  readonly session: { readonly open: SessionTime; readonly close: SessionTime } | null;
  /** The venue halted the instrument. */
  readonly isVenueHalted: boolean;
  /** The book is being rebuilt. */
  readonly isRebuilding: boolean;
  /** What the feed did lately that makes the book doubtful (`gap`, `time-back`, `sequence-back`), or `null`. */
  readonly feedFault: string | null;
  readonly venue: VenueStanding;
  /** Why a live feed cannot be relied on, in words; absent where it can, and where the data are recorded. */
  readonly feedTrouble?: string | undefined;
  /** Why the venue cannot be reached, in words, where that is known. */
  readonly venueTrouble?: string | undefined;
  /** False in a live run alone, until a person has confirmed that orders are to go out. */
  readonly isArmed: boolean;
}

/** Why nothing new may be opened until the next session or a deliberate reset. */
export interface Halt {
  readonly code: 'KILL' | 'DAILY_LOSS' | 'USER' | 'INVARIANT' | 'JOURNAL';
  readonly reason: string;
}
