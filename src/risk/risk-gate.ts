import type { Denial } from '../domain/decision.ts';
import { type MoneyMicros, notionalOf, toDollars } from '../domain/money.ts';
import type { OrderChange, OrderRequest } from '../domain/order.ts';
import { type PriceNanos, roundRatio, toPriceNumber } from '../domain/price.ts';
import type { RiskSettings } from '../domain/settings.ts';
import { signOf } from '../domain/side.ts';
import { NS_PER_MINUTE, NS_PER_SECOND, type SessionTime } from '../domain/time.ts';
import type { ApprovedChange, ApprovedOrder } from './approved-order.ts';

/** What the gate judges an order by, as it stands at this moment. Prices in 1e-9 units, `null` where there is none. */
export interface RiskContext {
  readonly now: SessionTime;
  readonly position: number;
  /** Rest of the working orders that are not protective, by side: counted as filled. */
  readonly workingBuys: number;
  readonly workingSells: number;
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
}

/** Why nothing new may be opened until the next session or a deliberate reset. */
export interface Halt {
  readonly code: 'KILL' | 'DAILY_LOSS' | 'USER' | 'INVARIANT';
  readonly reason: string;
}

/** A copy of what a gate remembers, as `restore` takes it. */
export interface RiskGateState {
  readonly recent: readonly SessionTime[];
  readonly approvedInSession: number;
  readonly halt: Halt | undefined;
  readonly isPaused: boolean;
}

export type RiskVerdict =
  | { readonly approved: ApprovedOrder }
  | { readonly approved: undefined; readonly denial: Denial };

/**
 * Gate 2: every order of whatever origin passes here, and nothing reaches a venue around it. The first limit that an
 * order breaks denies it, with the figures; an order that only reduces the position is never held back by a limit.
 */
export class RiskGate {
  readonly #settings: RiskSettings;
  /** The profile's own spread limit in dollars, where it has one. */
  readonly #profileMaxSpread: number | null;
  /** Times of the orders approved in the last second, oldest first. */
  #recent: SessionTime[] = [];
  #approvedInSession = 0;
  #halt: Halt | undefined;
  #isPaused = false;

  constructor(settings: RiskSettings, profileMaxSpread: number | null) {
    this.#settings = settings;
    this.#profileMaxSpread = profileMaxSpread;
  }

  get halt(): Halt | undefined {
    return this.#halt;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /**
   * Stops opening. The first halt stands, but that one for the daily loss, which ends with its session, gives way to any
   * that lasts. Returns whether the halt is new.
   */
  haltTrading(halt: Halt): boolean {
    const gives = this.#halt?.code === 'DAILY_LOSS' && halt.code !== 'DAILY_LOSS';
    if (this.#halt !== undefined && !gives) return false;
    this.#halt = halt;
    return true;
  }

  resetHalt(): void {
    this.#halt = undefined;
  }

  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
  }

  /** Forgets the session's counters; a halt for the daily loss ends with its session. */
  startSession(): void {
    this.#approvedInSession = 0;
    if (this.#halt?.code === 'DAILY_LOSS') this.#halt = undefined;
  }

  /** Judges a new order. */
  review(order: OrderRequest, context: RiskContext): RiskVerdict {
    if (this.#settings.enabled && !isReducing(order, context)) {
      const denial = this.#denialOf(order, context);
      if (denial !== undefined) return { approved: undefined, denial };
    }
    this.#recent.push(context.now);
    this.#approvedInSession++;
    return { approved: order as ApprovedOrder };
  }

  /** Judges a change: one that asks for more is judged as the order it would make. */
  reviewChange(
    change: OrderChange,
    order: OrderRequest,
    context: RiskContext,
  ): { approved: ApprovedChange } | { approved: undefined; denial: Denial } {
    const asksMore =
      (change.quantity ?? order.quantity) > order.quantity || change.price !== undefined;
    if (this.#settings.enabled && asksMore && !order.reduceOnly) {
      const more = Math.max(0, (change.quantity ?? order.quantity) - order.quantity);
      const price = change.price ?? order.price;
      const asked = { ...order, ...(price === undefined ? {} : { price }), quantity: more };
      if (!isReducing(asked, context)) {
        const denial = this.#denialOf(asked, context);
        if (denial !== undefined) return { approved: undefined, denial };
      }
    }
    return { approved: change as ApprovedChange };
  }

  /** A copy of what it remembers: rates, halt and pause. */
  capture(): RiskGateState {
    return {
      recent: this.#recent.slice(),
      approvedInSession: this.#approvedInSession,
      halt: this.#halt,
      isPaused: this.#isPaused,
    };
  }

  /** Becomes what `capture` copied of a gate with the same settings. */
  restore({ recent, approvedInSession, halt, isPaused }: RiskGateState): void {
    this.#recent = recent.slice();
    this.#approvedInSession = approvedInSession;
    this.#halt = halt;
    this.#isPaused = isPaused;
  }

  #denialOf(order: OrderRequest, context: RiskContext): Denial | undefined {
    return (
      this.#haltDenial() ??
      this.#dailyDenial(context) ??
      this.#positionDenial(order, context) ??
      this.#rateDenial(context) ??
      this.#marketDenial(order, context) ??
      this.#moneyDenial(order, context) ??
      this.#sessionDenial(context)
    );
  }

  #haltDenial(): Denial | undefined {
    if (this.#halt !== undefined)
      return { code: 'HALTED', figures: { halt: this.#halt.code, reason: this.#halt.reason } };
    return this.#isPaused ? { code: 'PAUSED', figures: {} } : undefined;
  }

  #dailyDenial({ dailyPlMicros, dailyTrades }: RiskContext): Denial | undefined {
    const { dailyLossUsd, dailyTrades: limit } = this.#settings;
    const dailyPl = toDollars(dailyPlMicros);
    if (dailyPl <= -dailyLossUsd)
      return { code: 'DAILY_LOSS', figures: { dailyPl, limit: -dailyLossUsd } };
    if (dailyTrades >= limit)
      return { code: 'DAILY_TRADES', figures: { trades: dailyTrades, limit } };
    return undefined;
  }

  #positionDenial(order: OrderRequest, context: RiskContext): Denial | undefined {
    const { maxPosition } = this.#settings;
    const worst = worstPosition(order, context);
    if (Math.abs(worst) <= maxPosition) return undefined;
    return {
      code: 'MAX_POSITION',
      figures: { position: context.position, quantity: order.quantity, worst, limit: maxPosition },
    };
  }

  #rateDenial({ now }: RiskContext): Denial | undefined {
    const { ordersPerSecond, ordersPerSession } = this.#settings;
    while ((this.#recent[0] ?? now) <= now - NS_PER_SECOND) this.#recent.shift();
    if (this.#recent.length >= ordersPerSecond) {
      return {
        code: 'ORDER_RATE',
        figures: { lastSecond: this.#recent.length, limit: ordersPerSecond },
      };
    }
    if (this.#approvedInSession >= ordersPerSession) {
      return {
        code: 'ORDER_RATE',
        figures: { session: this.#approvedInSession, limit: ordersPerSession },
      };
    }
    return undefined;
  }

  #marketDenial(order: OrderRequest, context: RiskContext): Denial | undefined {
    const { bestBid, bestAsk, last, eventAgeNs, isRebuilding } = context;
    const { staleSecs, priceCollarPct } = this.#settings;
    const spread = bestBid === null || bestAsk === null ? null : toPriceNumber(bestAsk - bestBid);
    const maxSpread = this.#maxSpread(context.isOpeningDrive);
    if (spread !== null && spread > maxSpread)
      return { code: 'SPREAD', figures: { spread, limit: maxSpread } };
    if (eventAgeNs > staleSecs * NS_PER_SECOND) {
      return {
        code: 'STALE_DATA',
        figures: { cause: 'silent', secs: eventAgeNs / NS_PER_SECOND, limit: staleSecs },
      };
    }
    if (context.feedFault !== null)
      return { code: 'STALE_DATA', figures: { cause: context.feedFault } };
    if (spread === null || spread < 0 || isRebuilding) {
      const cause = isRebuilding ? 'rebuilding' : spread === null ? 'empty' : 'crossed';
      return { code: 'STALE_DATA', figures: { cause, spread } };
    }
    if (
      order.price !== undefined &&
      last !== null &&
      Math.abs(order.price - last) > (last * priceCollarPct) / 100
    ) {
      const figures = {
        price: toPriceNumber(order.price),
        last: toPriceNumber(last),
        limitPct: priceCollarPct,
      };
      return { code: 'PRICE_COLLAR', figures };
    }
    return undefined;
  }

  #moneyDenial(order: OrderRequest, context: RiskContext): Denial | undefined {
    const touch = order.side === 'buy' ? context.bestAsk : context.bestBid;
    const price = order.price ?? order.stopPrice ?? touch ?? context.last ?? 0;
    const worst = Math.abs(worstPosition(order, context));
    const notional = toDollars(notionalOf(price, worst, context.multiplier));
    const { maxNotionalUsd } = this.#settings;
    if (notional > maxNotionalUsd)
      return { code: 'MAX_NOTIONAL', figures: { notional, limit: maxNotionalUsd } };
    // buying power is what the position held leaves; what works is counted as filled here as everywhere
    const added = Math.max(0, worst - Math.abs(context.position));
    const needed = toDollars(notionalOf(price, added, context.multiplier));
    const buyingPower = toDollars(context.buyingPowerMicros);
    if (needed > buyingPower) return { code: 'BUYING_POWER', figures: { needed, buyingPower } };
    return undefined;
  }

  #sessionDenial({ now, session, isVenueHalted }: RiskContext): Denial | undefined {
    if (isVenueHalted) return { code: 'SESSION', figures: { cause: 'halted' } };
    if (session === null) return { code: 'SESSION', figures: { cause: 'closed' } };
    if (now < session.open) {
      return {
        code: 'SESSION',
        figures: { cause: 'before open', mins: roundRatio((session.open - now) / NS_PER_MINUTE) },
      };
    }
    const left = session.close - now;
    if (left <= this.#settings.noEntryLastMins * NS_PER_MINUTE) {
      return {
        code: 'SESSION',
        figures: { cause: 'near close', mins: roundRatio(left / NS_PER_MINUTE) },
      };
    }
    return undefined;
  }

  #maxSpread(isOpeningDrive: boolean): number {
    const { maxSpreadOpenDrive, maxSpread } = this.#settings;
    const limit = isOpeningDrive ? maxSpreadOpenDrive : maxSpread;
    return this.#profileMaxSpread === null ? limit : Math.min(limit, this.#profileMaxSpread);
  }
}

/** True when the order, with every other order of its side filled before it, still only makes the position smaller. */
function isReducing(
  order: OrderRequest,
  { position, workingBuys, workingSells }: RiskContext,
): boolean {
  if (order.reduceOnly) return true;
  const sign = signOf(order.side);
  const working = sign === 1 ? workingBuys : workingSells;
  return position * sign < 0 && working + order.quantity <= Math.abs(position);
}

/** The position if everything on the order's side that works, and the order itself, filled. */
function worstPosition(
  order: OrderRequest,
  { position, workingBuys, workingSells }: RiskContext,
): number {
  return order.side === 'buy'
    ? position + workingBuys + order.quantity
    : position - workingSells - order.quantity;
}
