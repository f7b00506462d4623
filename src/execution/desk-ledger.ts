import { type MoneyMicros, notionalOf } from '../domain/money.ts';
import type {
  ClientOrderId,
  Fill,
  OrderChange,
  OrderReport,
  OrderRequest,
} from '../domain/order.ts';
import type { PriceNanos } from '../domain/price.ts';
import type { ExitReason, RoundTrip } from '../domain/run.ts';
import { signOf } from '../domain/side.ts';
import type { SessionTime } from '../domain/time.ts';
import type { VenueStanding } from '../risk/risk-context.ts';
import { Bracket, type BracketCopy, type BracketState } from './bracket.ts';
import { OrderTracker, type OrderTrackerState, type TrackedOrder } from './order-tracker.ts';
import type { Portfolio, PortfolioState } from './portfolio.ts';

const NEVER_YET = Number.NEGATIVE_INFINITY;

/**
 * What can change a desk's state. Each is journalled as it happens, so a desk is its facts in order: the live one and one
 * that is rebuilt from a journal come to the same state because both take the same facts through the same code.
 */
export type DeskFact =
  | {
      readonly type: 'order-submitted';
      readonly order: OrderRequest;
      /** Touch on the side that it would take. */
      readonly touch: PriceNanos | null;
      /** Of an exit of the desk's own: the bracket that it closes, `null` where there is none. */
      readonly exitOf?: string | null;
    }
  | {
      readonly type: 'order-denied';
      readonly order: OrderRequest;
      readonly touch: PriceNanos | null;
      readonly code: string;
    }
  | { readonly type: 'change-requested'; readonly change: OrderChange }
  | { readonly type: 'cancel-requested'; readonly orderId: ClientOrderId }
  | { readonly type: 'flatten-requested'; readonly reason: ExitReason }
  | { readonly type: 'order-reported'; readonly report: OrderReport }
  | { readonly type: 'venue-standing-changed'; readonly venue: VenueStanding };

/** What became of a report. */
export interface ReportOutcome {
  /** `undefined` where the order is none of ours. */
  readonly order: TrackedOrder | undefined;
  /** The execution that it added; one told before adds nothing. */
  readonly fill: Fill | undefined;
  readonly trip: RoundTrip | undefined;
  /** A bracket that had ended and holds a position again, while another one does. */
  readonly second: Bracket | undefined;
}

/** A copy of a ledger, as `restore` takes it. */
export interface DeskLedgerState {
  readonly orders: OrderTrackerState;
  readonly portfolio: PortfolioState;
  /** Every bracket of the run, and the id of the one that works or holds the position. */
  readonly brackets: readonly BracketCopy[];
  readonly bracket: string | undefined;
  readonly idsGiven: number;
  readonly exitReason: ExitReason;
  readonly flattening: ExitReason | undefined;
  readonly lastExitAt: SessionTime;
  readonly cashMicros: MoneyMicros;
  readonly commissions: readonly (readonly [executionId: string, MoneyMicros])[];
  readonly venue: VenueStanding;
  readonly askedAt: SessionTime;
}

/** Orders, brackets, position and money of a desk: what the facts make of each other, and nothing that acts. */
export class DeskLedger {
  readonly orders = new OrderTracker();
  readonly portfolio: Portfolio;
  /** Every bracket of the run: a late fill may wake one that had ended. */
  readonly brackets = new Map<string, Bracket>();
  /** The bracket that works or holds the position. */
  bracket: Bracket | undefined;
  /** Why the position is being closed, until all of it is and nothing can open it again. */
  flattening: ExitReason | undefined;
  /** When the desk last sent an exit at market. */
  lastExitAt: SessionTime = NEVER_YET;
  venue: VenueStanding = 'connected';
  /** When the venue was last asked for its truth. */
  askedAt: SessionTime = NEVER_YET;
  /** What all executions and their commissions have brought in, counted apart from the portfolio to compare them. */
  cashMicros: MoneyMicros = 0;

  /** By execution. */
  readonly #commissions = new Map<string, MoneyMicros>();
  readonly #idPrefix: string;
  readonly #multiplier: number;
  #ids = 0;
  #exitReason: ExitReason = 'exit';

  constructor(portfolio: Portfolio, idPrefix: string, multiplier: number) {
    this.portfolio = portfolio;
    this.#idPrefix = idPrefix;
    this.#multiplier = multiplier;
  }

  /** The next id that no order has; it is taken when an order with it is submitted or denied. */
  nextId(): ClientOrderId {
    let number = this.#ids + 1;
    while (this.orders.find(`${this.#idPrefix}${number}`) !== undefined) number++;
    return `${this.#idPrefix}${number}`;
  }

  /** Takes in a fact; `updateBracket` has to follow where it can change the bracket. A live desk takes reports by `report`. */
  record(fact: DeskFact, now: SessionTime): void {
    switch (fact.type) {
      case 'order-submitted':
        this.#onSubmitted(fact.order, fact.touch, fact.exitOf, now);
        break;
      case 'order-denied':
        this.#countId(fact.order.id);
        // a bracket takes three ids, and one that was denied uses them up
        if (fact.order.role === 'ENTRY' && fact.order.ocoGroup !== undefined) this.#ids += 2;
        this.orders.add(fact.order, 'denied', now, fact.touch, fact.code);
        break;
      case 'change-requested':
        this.orders.find(fact.change.id)?.asked.push(fact.change);
        break;
      case 'cancel-requested': {
        const order = this.orders.find(fact.orderId);
        if (order !== undefined) order.isCancelRequested = true;
        break;
      }
      case 'flatten-requested':
        this.flattening = fact.reason;
        break;
      case 'venue-standing-changed':
        this.venue = fact.venue;
        if (fact.venue === 'disconnected') this.orders.loseSight();
        if (fact.venue === 'reconciling') this.askedAt = now;
        break;
      case 'order-reported':
        this.report(fact.report);
        break;
    }
  }

  /** What an execution costs by the venue's last word; `undefined` of one that was not told. */
  commissionOf(executionId: string): MoneyMicros | undefined {
    return this.#commissions.get(executionId);
  }

  /** Takes in what the venue tells of an order; `updateBracket` has to follow. */
  report(report: OrderReport): ReportOutcome {
    if (report.type === 'execution-corrected') this.#onCorrected(report);
    const isNew =
      report.type === 'order-filled' && !this.orders.hasExecution(report.fill.executionId);
    const order = this.orders.apply(report);
    const fill = isNew && order !== undefined ? report.fill : undefined;
    const trip =
      fill !== undefined && order !== undefined && report.type === 'order-filled'
        ? this.#onFill(fill, report.commissionMicros, order)
        : undefined;
    const second = order === undefined ? undefined : this.#wakeBracket(order);
    return { order, fill, trip, second };
  }

  /** Computes the bracket's state anew. Returns it with the state that it left, where that is another. */
  updateBracket(): { readonly bracket: Bracket; readonly from: BracketState } | undefined {
    const { bracket } = this;
    const from = bracket?.update(this.orders);
    if (bracket?.isEnded) this.bracket = undefined;
    if (this.portfolio.position === 0 && this.bracket === undefined && !this.orders.hasWorking)
      this.flattening = undefined;
    return bracket === undefined || from === undefined ? undefined : { bracket, from };
  }

  /** A copy of all of it. */
  capture(): DeskLedgerState {
    return {
      orders: this.orders.capture(),
      portfolio: this.portfolio.capture(),
      brackets: [...this.brackets.values()].map((bracket) => bracket.capture()),
      bracket: this.bracket?.id,
      idsGiven: this.#ids,
      exitReason: this.#exitReason,
      flattening: this.flattening,
      lastExitAt: this.lastExitAt,
      cashMicros: this.cashMicros,
      commissions: [...this.#commissions],
      venue: this.venue,
      askedAt: this.askedAt,
    };
  }

  /** Becomes what `capture` copied of one with the same options. */
  restore(state: DeskLedgerState): void {
    this.orders.restore(state.orders);
    this.portfolio.restore(state.portfolio);
    this.brackets.clear();
    for (const copy of state.brackets) this.brackets.set(copy.id, Bracket.restored(copy));
    this.bracket = state.bracket === undefined ? undefined : this.brackets.get(state.bracket);
    this.#ids = state.idsGiven;
    this.#exitReason = state.exitReason;
    this.flattening = state.flattening;
    this.lastExitAt = state.lastExitAt;
    this.cashMicros = state.cashMicros;
    this.#commissions.clear();
    for (const [executionId, micros] of state.commissions)
      this.#commissions.set(executionId, micros);
    this.venue = state.venue;
    this.askedAt = state.askedAt;
  }

  #onSubmitted(
    order: OrderRequest,
    touch: PriceNanos | null,
    exitOf: string | null | undefined,
    now: SessionTime,
  ): void {
    this.#countId(order.id);
    this.orders.add(order, 'submitted', now, touch);
    if (exitOf !== undefined) {
      this.#exitReason = this.flattening ?? 'exit';
      this.lastExitAt = now;
      if (exitOf !== null) this.brackets.get(exitOf)?.exitIds.push(order.id);
      return;
    }
    const { ocoGroup } = order;
    if (ocoGroup === undefined) return;
    const known = this.brackets.get(ocoGroup);
    if (known !== undefined) {
      known.adopt(order.id, order.role);
      return;
    }
    if (order.role !== 'ENTRY') return;
    this.bracket = new Bracket(ocoGroup, signOf(order.side), order.id, now);
    this.brackets.set(ocoGroup, this.bracket);
    this.#exitReason = 'exit';
    this.flattening = undefined;
  }

  #countId(id: ClientOrderId): void {
    if (!id.startsWith(this.#idPrefix)) return;
    const number = Number(id.slice(this.#idPrefix.length));
    if (Number.isSafeInteger(number) && number > this.#ids) this.#ids = number;
  }

  #onFill(fill: Fill, commissionMicros: MoneyMicros, order: TrackedOrder): RoundTrip | undefined {
    const sign = signOf(fill.side);
    const trip = this.portfolio.onFill(fill, commissionMicros, this.#reasonOf(order));
    this.#commissions.set(fill.executionId, commissionMicros);
    this.cashMicros -=
      sign * notionalOf(fill.price, fill.quantity, this.#multiplier) + commissionMicros;
    if (fill.liquidity === 'taker' && order.touchAtSubmit !== null)
      this.portfolio.addSlippage(sign * (fill.price - order.touchAtSubmit), fill.quantity);
    return trip;
  }

  /** An execution is worth or costs something else than was told. What it is worth more or less counts as realized. */
  #onCorrected(report: Extract<OrderReport, { type: 'execution-corrected' }>): void {
    const { orderId, executionId, price, commissionMicros } = report;
    const fill = this.orders.find(orderId)?.fills.find((it) => it.executionId === executionId);
    const before = this.#commissions.get(executionId);
    if (fill === undefined || before === undefined) return;
    const { side, quantity } = fill;
    const cashOf = (at: PriceNanos): MoneyMicros =>
      -signOf(side) * notionalOf(at, quantity, this.#multiplier);
    const gain = cashOf(price) - cashOf(fill.price);
    this.#commissions.set(executionId, commissionMicros);
    this.portfolio.correct(fill.ts, gain, commissionMicros - before);
    this.cashMicros += gain - (commissionMicros - before);
  }

  #reasonOf(order: TrackedOrder): ExitReason {
    switch (order.request.role) {
      case 'STOP':
        return 'stop';
      case 'TARGET':
        return 'target';
      case 'EXIT':
        return this.#exitReason;
      case 'ENTRY':
        return 'order';
    }
  }

  /** A fill that crossed a cancel on its way opens its bracket again, so that it is protected like any other. */
  #wakeBracket({ request }: TrackedOrder): Bracket | undefined {
    const group = request.ocoGroup;
    const ended = group === undefined ? undefined : this.brackets.get(group);
    if (ended === undefined || ended === this.bracket) return undefined;
    if (ended.openQuantity(this.orders) === 0) return undefined;
    if (this.bracket !== undefined) return ended;
    this.bracket = ended;
    return undefined;
  }
}
