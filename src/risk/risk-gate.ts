import type { Denial } from '../domain/decision.ts';
import type { OrderChange, OrderRequest } from '../domain/order.ts';
import type { RiskSettings } from '../domain/settings.ts';
import { NS_PER_SECOND, type SessionTime } from '../domain/time.ts';
import type { ApprovedChange, ApprovedOrder } from './approved-order.ts';
import { type CarriedDay, rulingHaltOf } from './carried-day.ts';
import { RISK_CHECKS, type RiskMemory } from './risk-checks.ts';
import type { Halt, RiskContext } from './risk-context.ts';
import { isReducing } from './worst-case.ts';

/** The checks that hold back an order that only reduces the position, too. */
const EXIT_CHECKS = RISK_CHECKS.filter(({ holdsExits }) => holdsExits === true);

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

  /** @param carried What earlier runs of the same trading day leave. */
  constructor(settings: RiskSettings, profileMaxSpread: number | null, carried?: CarriedDay) {
    this.#settings = settings;
    this.#profileMaxSpread = profileMaxSpread;
    if (carried !== undefined) this.#countOn(carried);
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

  /** Does what a person asks for: a pause is the brain's alone, whatever else forbids an order does so here too. */
  byHand<Result>(act: () => Result): Result {
    const isPaused = this.#isPaused;
    this.#isPaused = false;
    try {
      return act();
    } finally {
      this.#isPaused = isPaused;
    }
  }

  /** Forgets the session's counters; a halt for the daily loss ends with its session. `carried`: of the session that begins. */
  startSession(carried?: CarriedDay): void {
    this.#approvedInSession = 0;
    if (this.#halt?.code === 'DAILY_LOSS') this.#halt = undefined;
    if (carried !== undefined) this.#countOn(carried);
  }

  /** Judges a new order. */
  review(order: OrderRequest, context: RiskContext): RiskVerdict {
    this.#forgetRates(context.now);
    const denial = this.#denialOf(order, context);
    if (denial !== undefined) return { approved: undefined, denial };
    this.#recent.push(context.now);
    this.#approvedInSession++;
    return { approved: order as ApprovedOrder };
  }

  /**
   * Judges a change of a working order. `order`: its terms at their largest, whatever of earlier changes has arrived, and what of them
   * is `filled`. One that
   * asks for more, or for another price, is judged as the order it would make.
   */
  reviewChange(
    change: OrderChange,
    order: OrderRequest,
    context: RiskContext,
    filled = 0,
  ): { approved: ApprovedChange } | { approved: undefined; denial: Denial } {
    this.#forgetRates(context.now);
    const { price = order.price, stopPrice = order.stopPrice, quantity = order.quantity } = change;
    const asksMore =
      quantity > order.quantity || change.price !== undefined || change.stopPrice !== undefined;
    // what of it works already is counted among the working orders
    const added = order.reduceOnly ? quantity - filled : Math.max(0, quantity - order.quantity);
    const asked: OrderRequest = {
      ...order,
      ...(price === undefined ? {} : { price }),
      ...(stopPrice === undefined ? {} : { stopPrice }),
      quantity: added,
    };
    const denial = asksMore
      ? this.#denialOf(asked, context)
      : // what asks for no more opens nothing
        this.#breachOf(EXIT_CHECKS, { ...asked, quantity: 0 }, context);
    if (denial !== undefined) return { approved: undefined, denial };
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

  #countOn({ halts, orders }: CarriedDay): void {
    this.#approvedInSession = orders;
    const halt = rulingHaltOf(halts);
    if (halt !== undefined) this.haltTrading({ code: halt.code, reason: halt.reason });
  }

  #denialOf(order: OrderRequest, context: RiskContext): Denial | undefined {
    const isFree = !this.#settings.enabled || isReducing(order, context);
    return this.#breachOf(isFree ? EXIT_CHECKS : RISK_CHECKS, order, context);
  }

  #breachOf(
    checks: typeof RISK_CHECKS,
    order: OrderRequest,
    context: RiskContext,
  ): Denial | undefined {
    const memory: RiskMemory = {
      settings: this.#settings,
      profileMaxSpread: this.#profileMaxSpread,
      halt: this.#halt,
      isPaused: this.#isPaused,
      lastSecond: this.#recent.length,
      inSession: this.#approvedInSession,
    };
    for (const check of checks) {
      const figures = check.breach(order, context, memory);
      if (figures !== undefined) return { code: check.code, figures };
    }
    return undefined;
  }

  #forgetRates(now: SessionTime): void {
    while ((this.#recent[0] ?? now) <= now - NS_PER_SECOND) this.#recent.shift();
  }
}
