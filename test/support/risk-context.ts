import type { RiskSettings } from '../../src/domain/settings.ts';
import { NS_PER_MINUTE, NS_PER_SECOND } from '../../src/domain/time.ts';
import type { RiskContext } from '../../src/risk/risk-context.ts';

/** The public specification's limits, with a notional that 100 shares at 250 do not reach. */
export const SPEC_RISK: RiskSettings = {
  enabled: true,
  dailyLossUsd: 500,
  dailyTrades: 10,
  maxPosition: 100,
  maxNotionalUsd: 50_000,
  ordersPerSecond: 5,
  ordersPerSession: 200,
  maxSpreadOpenDrive: 0.15,
  maxSpread: 0.08,
  staleSecs: 3,
  priceCollarPct: 1,
  noEntryLastMins: 5,
  flattenAt: '15:55',
};

/** A session from minute 0 to 390, looked at in minute 60: flat, quoted 249.99 to 250.01. */
export const CALM: RiskContext = {
  now: 60 * NS_PER_MINUTE,
  position: 0,
  workingBuys: 0,
  workingSells: 0,
  exitBuys: 0,
  exitSells: 0,
  dearestBuy: null,
  dearestSell: null,
  dailyPlMicros: 0,
  dailyTrades: 0,
  buyingPowerMicros: 100_000_000_000,
  multiplier: 1,
  last: 250_000_000_000,
  bestBid: 249_990_000_000,
  bestAsk: 250_010_000_000,
  eventAgeNs: NS_PER_SECOND,
  isOpeningDrive: false,
  session: { open: 0, close: 390 * NS_PER_MINUTE },
  isVenueHalted: false,
  isRebuilding: false,
  venue: 'connected',
  feedFault: null,
  isArmed: true,
};
