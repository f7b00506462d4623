import type { Instrument } from '../domain/instrument.ts';
import type { AccountState, ActiveOrder } from '../domain/market-state.ts';
import { MICROS_PER_UNIT, type MoneyMicros, notionalOf, toDollars } from '../domain/money.ts';
import { type PriceNanos, toPriceNumber } from '../domain/price.ts';
import type { AccountSettings, RiskSettings } from '../domain/settings.ts';
import { NS_PER_SECOND, type SessionTime } from '../domain/time.ts';
import type { OrderDesk } from '../execution/order-desk.ts';
import type { TrackedOrder } from '../execution/order-tracker.ts';
import type { ExecutionVenue } from '../execution/venue.ts';
import type { CarriedDay } from '../risk/carried-day.ts';

/** A copy of what a view remembers, as `restore` takes it. */
export interface AccountViewState {
  readonly dayStartMicros: MoneyMicros;
  readonly dayStartTrips: number;
  readonly lossFromMicros: MoneyMicros;
}

/** The account as decisions see it, from the desk's fills and the touch. */
export class AccountView {
  readonly #desk: OrderDesk;
  readonly #venue: ExecutionVenue;
  readonly #instrument: Instrument;
  readonly #settings: AccountSettings;
  readonly #risk: RiskSettings;
  /** What earlier runs of the day have made: the account has it already. */
  readonly #carriedMicros: MoneyMicros;
  #dayStartMicros: MoneyMicros = 0;
  #dayStartTrips = 0;
  /** The day's result that the loss limit counts from: 0, but after a reset by hand. */
  #lossFromMicros: MoneyMicros = 0;
  /** The state while flat, and what it rests on: it stays the same from fill to fill. */
  #flat: AccountState | undefined;
  #flatMicros: MoneyMicros = 0;
  #flatTrips = 0;

  constructor(options: {
    readonly desk: OrderDesk;
    readonly venue: ExecutionVenue;
    readonly instrument: Instrument;
    readonly account: AccountSettings;
    readonly risk: RiskSettings;
    /** What earlier runs of the same trading day leave. */
    readonly carried: CarriedDay | undefined;
  }) {
    this.#desk = options.desk;
    this.#venue = options.venue;
    this.#instrument = options.instrument;
    this.#settings = options.account;
    this.#risk = options.risk;
    this.#carriedMicros = options.carried?.resultMicros ?? 0;
    this.startDay(null, options.carried);
  }

  /** Begins a trading day: daily figures count from here, on from those of its earlier runs. */
  startDay(closingPrice: PriceNanos | null, carried: CarriedDay | undefined): void {
    this.#dayStartMicros = this.resultMicros(closingPrice) - (carried?.resultMicros ?? 0);
    this.#dayStartTrips = this.#desk.portfolio.opened - (carried?.trades ?? 0);
    this.#lossFromMicros = carried?.lossFromMicros ?? 0;
    this.#flat = undefined;
  }

  /** Realized and unrealized result of the run after commissions. `closingPrice`: what the position could be closed at. */
  resultMicros(closingPrice: PriceNanos | null): MoneyMicros {
    const { portfolio } = this.#desk;
    return (
      portfolio.realizedMicros - portfolio.commissionMicros + this.unrealizedMicros(closingPrice)
    );
  }

  unrealizedMicros(closingPrice: PriceNanos | null): MoneyMicros {
    return closingPrice === null ? 0 : this.#desk.portfolio.unrealizedAt(closingPrice);
  }

  dailyMicros(closingPrice: PriceNanos | null): MoneyMicros {
    return this.resultMicros(closingPrice) - this.#dayStartMicros;
  }

  /** The day's result as the loss limit sees it. */
  lossMicros(closingPrice: PriceNanos | null): MoneyMicros {
    return this.dailyMicros(closingPrice) - this.#lossFromMicros;
  }

  /** Gives the whole loss limit anew. */
  resetLoss(closingPrice: PriceNanos | null): void {
    this.#lossFromMicros = this.dailyMicros(closingPrice);
    this.#flat = undefined;
  }

  get dailyTrades(): number {
    return this.#desk.portfolio.opened - this.#dayStartTrips;
  }

  equityMicros(closingPrice: PriceNanos | null): MoneyMicros {
    return this.startEquityMicros + this.resultMicros(closingPrice);
  }

  /** Equity at the run's beginning: that of its day, with what earlier runs of the day have made. */
  get startEquityMicros(): MoneyMicros {
    return Math.round(this.#settings.startEquityUsd * MICROS_PER_UNIT) + this.#carriedMicros;
  }

  /** What may still be bought: the equity times its multiple, less the position's value. */
  buyingPowerMicros(closingPrice: PriceNanos | null): MoneyMicros {
    const held =
      closingPrice === null
        ? 0
        : notionalOf(
            closingPrice,
            Math.abs(this.#desk.portfolio.position),
            this.#instrument.multiplier,
          );
    return Math.max(
      0,
      Math.round(this.equityMicros(closingPrice) * this.#settings.buyingPowerMultiple) - held,
    );
  }

  state(closingPrice: PriceNanos | null): AccountState {
    const { position, opened } = this.#desk.portfolio;
    if (position !== 0 || closingPrice !== null) return this.#newState(closingPrice);
    const micros = this.resultMicros(null);
    if (this.#flat === undefined || micros !== this.#flatMicros || opened !== this.#flatTrips) {
      this.#flat = this.#newState(null);
      this.#flatMicros = micros;
      this.#flatTrips = opened;
    }
    return this.#flat;
  }

  #newState(closingPrice: PriceNanos | null): AccountState {
    const { portfolio } = this.#desk;
    const limit = Math.round(this.#risk.dailyLossUsd * MICROS_PER_UNIT);
    return {
      POSITION: portfolio.position,
      POSITION_SIDE: portfolio.position === 0 ? null : portfolio.position > 0 ? 'LONG' : 'SHORT',
      AVG_ENTRY: portfolio.averageEntry,
      UNREALIZED_PL: toDollars(this.unrealizedMicros(closingPrice)),
      DAILY_PL: toDollars(this.dailyMicros(closingPrice)),
      DAILY_TRADES: this.dailyTrades,
      BUYING_POWER: toDollars(this.buyingPowerMicros(closingPrice)),
      DAILY_LOSS_REMAINING: toDollars(Math.max(0, limit + this.lossMicros(closingPrice))),
    };
  }

  /** The working orders, in the order placed. */
  activeOrders(now: SessionTime): ActiveOrder[] {
    const active: ActiveOrder[] = [];
    for (const order of this.#desk.orders.working) active.push(this.#activeOf(order, now));
    return active;
  }

  /** A copy of where the day began. */
  capture(): AccountViewState {
    return {
      dayStartMicros: this.#dayStartMicros,
      dayStartTrips: this.#dayStartTrips,
      lossFromMicros: this.#lossFromMicros,
    };
  }

  /** Becomes what `capture` copied; the desk has to be that of the same moment. */
  restore({ dayStartMicros, dayStartTrips, lossFromMicros }: AccountViewState): void {
    this.#dayStartMicros = dayStartMicros;
    this.#dayStartTrips = dayStartTrips;
    this.#lossFromMicros = lossFromMicros;
    this.#flat = undefined;
  }

  #activeOf(order: TrackedOrder, now: SessionTime): ActiveOrder {
    const { request } = order;
    const price = order.price ?? order.stopPrice;
    return {
      id: request.id,
      role: request.role,
      side: request.side === 'buy' ? 'BUY' : 'SELL',
      type: TYPES[request.type],
      price: price === undefined ? null : toPriceNumber(price),
      size: order.quantity,
      filled: order.filled,
      status: order.filled > 0 ? 'PARTIAL' : order.status === 'submitted' ? 'SUBMITTED' : 'WORKING',
      age_secs: Math.floor((now - order.submittedAt) / NS_PER_SECOND),
      queue_ahead: this.#venue.queueAhead(request.id),
    };
  }
}

const TYPES = {
  limit: 'LIMIT',
  market: 'MARKET',
  stop: 'STOP',
  'stop-limit': 'STOP_LIMIT',
  'trailing-stop': 'TRAILING_STOP',
  'market-if-touched': 'MARKET_IF_TOUCHED',
} as const;
