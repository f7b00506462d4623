import { MICROS_PER_UNIT, notionalOf, toDollars } from '../domain/money.ts';
import type { OrderRequest } from '../domain/order.ts';
import { roundRatio, toPriceNumber } from '../domain/price.ts';
import type { RiskSettings } from '../domain/settings.ts';
import { NS_PER_MINUTE, NS_PER_SECOND } from '../domain/time.ts';
import type { Halt, RiskContext } from './risk-context.ts';
import { isReducing, worstCaseOf } from './worst-case.ts';

/** The figures behind a denial. */
export type Figures = Readonly<Record<string, number | string | null>>;

/** What the gate itself remembers, for the checks that rest on it. */
export interface RiskMemory {
  readonly settings: RiskSettings;
  /** The profile's own spread limit in dollars, where it has one. */
  readonly profileMaxSpread: number | null;
  readonly halt: Halt | undefined;
  readonly isPaused: boolean;
  /** Orders approved in the last second, and in the session. */
  readonly lastSecond: number;
  readonly inSession: number;
}

/** One check of gate 2. */
export interface RiskCheck {
  readonly code: string;
  /** The settings under `risk.` that it compares with. */
  readonly limits: readonly (keyof RiskSettings)[];
  /** When it denies an order, for people. */
  readonly denies: string;
  /** Present where it holds back even an order that only reduces the position. */
  readonly holdsExits?: true;
  /** The figures where the order breaks it, else `undefined`. */
  breach(order: OrderRequest, context: RiskContext, memory: RiskMemory): Figures | undefined;
}

/**
 * Gate 2 as one table, in the order in which its checks are asked: the first breach denies. The gate, `fsd-tui risk` and the
 * README's table all come from here.
 */
export const RISK_CHECKS: readonly RiskCheck[] = [
  {
    code: 'HALTED',
    limits: [],
    denies: 'trading is halted: kill switch, daily loss, by hand, or a broken invariant',
    breach: (_order, _context, { halt }) =>
      halt === undefined ? undefined : { halt: halt.code, reason: halt.reason },
  },
  {
    code: 'PAUSED',
    limits: [],
    denies: 'the brain is paused',
    breach: (_order, _context, { isPaused }) => (isPaused ? {} : undefined),
  },
  {
    code: 'DAILY_LOSS',
    limits: ['dailyLossUsd'],
    denies: 'the day’s realized and open result has lost the limit or more',
    breach(_order, { dailyPlMicros }, { settings }) {
      const dailyPl = toDollars(dailyPlMicros);
      const limit = -settings.dailyLossUsd;
      return dailyPl <= limit ? { dailyPl, limit } : undefined;
    },
  },
  {
    code: 'DAILY_TRADES',
    limits: ['dailyTrades'],
    denies: 'as many round trips as the limit were opened in the day',
    breach: (_order, { dailyTrades }, { settings }) =>
      dailyTrades >= settings.dailyTrades
        ? { trades: dailyTrades, limit: settings.dailyTrades }
        : undefined,
  },
  {
    code: 'MAX_POSITION',
    limits: ['maxPosition'],
    denies: 'with everything filled that works on its side the position would be larger',
    breach(order, context, { settings }) {
      const worst = worstCaseOf(order, context).position;
      if (Math.abs(worst) <= settings.maxPosition) return undefined;
      const { position } = context;
      return { position, quantity: order.quantity, worst, limit: settings.maxPosition };
    },
  },
  {
    code: 'ORDER_RATE',
    limits: ['ordersPerSecond', 'ordersPerSession'],
    denies: 'as many orders as the limit were sent in the last second, or in the session',
    breach(_order, _context, { settings, lastSecond, inSession }) {
      if (lastSecond >= settings.ordersPerSecond)
        return { lastSecond, limit: settings.ordersPerSecond };
      if (inSession >= settings.ordersPerSession)
        return { session: inSession, limit: settings.ordersPerSession };
      return undefined;
    },
  },
  {
    code: 'SPREAD',
    limits: ['maxSpreadOpenDrive', 'maxSpread'],
    denies: 'the spread is wider than the limit of the opening drive, or of the time after it',
    breach(_order, context, memory) {
      const spread = spreadOf(context);
      const limit = maxSpreadOf(context, memory);
      return spread !== null && spread > limit ? { spread, limit } : undefined;
    },
  },
  {
    code: 'STALE_DATA',
    limits: ['staleSecs'],
    denies:
      'no event for longer than the limit, a live feed that cannot be relied on, or the book is out of order, rebuilt, empty or crossed',
    breach: (_order, context, { settings }) => staleness(context, settings.staleSecs),
  },
  {
    code: 'PRICE_COLLAR',
    limits: ['priceCollarPct'],
    denies: 'its limit price is farther from the last trade, percent',
    breach({ price }, { last }, { settings }) {
      const limitPct = settings.priceCollarPct;
      if (price === undefined || last === null) return undefined;
      if (Math.abs(price - last) <= (last * limitPct) / 100) return undefined;
      return { price: toPriceNumber(price), last: toPriceNumber(last), limitPct };
    },
  },
  {
    code: 'MAX_NOTIONAL',
    limits: ['maxNotionalUsd'],
    denies: 'that largest position would be worth more, at the dearest price of all that works',
    breach(order, context, { settings }) {
      const { exposure, price } = worstCaseOf(order, context);
      const notional = toDollars(notionalOf(price, exposure, context.multiplier));
      const limit = settings.maxNotionalUsd;
      return notional > limit ? { notional, limit } : undefined;
    },
  },
  {
    code: 'BUYING_POWER',
    limits: [],
    denies:
      'what that position adds to the one held costs more than equity × account.buyingPowerMultiple leaves',
    breach(order, context) {
      const { exposure, price } = worstCaseOf(order, context);
      const added = Math.max(0, exposure - Math.abs(context.position));
      const needed = notionalOf(price, added, context.multiplier);
      if (needed <= context.buyingPowerMicros) return undefined;
      return {
        needed: toDollars(needed),
        buyingPower: context.buyingPowerMicros / MICROS_PER_UNIT,
      };
    },
  },
  {
    code: 'SESSION',
    limits: ['noEntryLastMins'],
    denies:
      'outside the regular session, in its last minutes, or while the venue has halted the instrument',
    breach: (_order, context, { settings }) => closedness(context, settings.noEntryLastMins),
  },
  {
    code: 'NOT_CONNECTED',
    limits: [],
    denies: 'the venue cannot be reached; exits wait for it and go out first',
    holdsExits: true,
    breach(_order, { venue, venueTrouble }) {
      if (venue !== 'disconnected') return undefined;
      return venueTrouble === undefined ? {} : { reason: venueTrouble };
    },
  },
  {
    code: 'RECONCILING',
    limits: [],
    denies:
      'what the venue holds is not known yet, or is not what we hold; exits wait only while it is not known',
    holdsExits: true,
    breach(order, context) {
      const { venue } = context;
      if (venue === 'reconciling') return { venue };
      if (venue !== 'disputed' || order.quantity === 0 || isReducing(order, context))
        return undefined;
      return { venue };
    },
  },
  {
    code: 'LIVE_NOT_ARMED',
    limits: [],
    denies: 'a live run without `--live` and its typed confirmation',
    breach: (_order, { isArmed }) => (isArmed ? undefined : {}),
  },
];

function spreadOf({ bestBid, bestAsk }: RiskContext): number | null {
  return bestBid === null || bestAsk === null ? null : toPriceNumber(bestAsk - bestBid);
}

function maxSpreadOf(
  { isOpeningDrive }: RiskContext,
  { settings, profileMaxSpread }: RiskMemory,
): number {
  const limit = isOpeningDrive ? settings.maxSpreadOpenDrive : settings.maxSpread;
  return profileMaxSpread === null ? limit : Math.min(limit, profileMaxSpread);
}

function staleness(context: RiskContext, limit: number): Figures | undefined {
  const { eventAgeNs, feedFault, feedTrouble, isRebuilding } = context;
  if (feedTrouble !== undefined) return { cause: feedTrouble };
  if (eventAgeNs > limit * NS_PER_SECOND)
    return { cause: 'silent', secs: eventAgeNs / NS_PER_SECOND, limit };
  if (feedFault !== null) return { cause: feedFault };
  const spread = spreadOf(context);
  if (isRebuilding) return { cause: 'rebuilding', spread };
  if (spread === null) return { cause: 'empty', spread };
  return spread < 0 ? { cause: 'crossed', spread } : undefined;
}

function closedness(
  { now, session, isVenueHalted }: RiskContext,
  lastMins: number,
): Figures | undefined {
  if (isVenueHalted) return { cause: 'halted' };
  if (session === null) return { cause: 'closed' };
  if (now < session.open)
    return { cause: 'before open', mins: roundRatio((session.open - now) / NS_PER_MINUTE) };
  const left = session.close - now;
  if (left > lastMins * NS_PER_MINUTE) return undefined;
  return { cause: 'near close', mins: roundRatio(left / NS_PER_MINUTE) };
}
