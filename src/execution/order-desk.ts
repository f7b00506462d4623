import type { Denial } from '../domain/decision.ts';
import type {
  ClientOrderId,
  Fill,
  OrderChange,
  OrderReport,
  OrderRequest,
  OrderRole,
} from '../domain/order.ts';
import type { PriceNanos } from '../domain/price.ts';
import type { ExitReason, RoundTrip } from '../domain/run.ts';
import { signOf } from '../domain/side.ts';
import { NS_PER_SECOND, type SessionTime } from '../domain/time.ts';
import type { RiskContext, WorkingOrders } from '../risk/risk-context.ts';
import type { RiskGate } from '../risk/risk-gate.ts';
import { Bracket, type BracketCopy, type BracketState } from './bracket.ts';
import {
  isDone,
  largestQuantityOf,
  OrderTracker,
  type OrderTrackerState,
  type TrackedOrder,
} from './order-tracker.ts';
import type { Portfolio, PortfolioState } from './portfolio.ts';
import type { ExecutionVenue } from './venue.ts';
import { workingOrdersOf } from './working-orders.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** A position must be protected or on its way out within a second. */
const PROTECTION_RETRY_NS = NS_PER_SECOND;
/** The journal cannot be written: what only reduces still goes out. */
const NOT_KEPT: Denial = { code: 'JOURNAL', figures: {} };

/** An entry with both of its exits, in 1e-9 prices. */
export interface BracketRequest {
  readonly side: 'buy' | 'sell';
  readonly limitPrice: PriceNanos;
  readonly stopPrice: PriceNanos;
  readonly targetPrice: PriceNanos;
  readonly quantity: number;
}

/** An order that a decision touched. */
export interface TouchedOrder {
  readonly id: ClientOrderId;
  readonly role: OrderRole;
}

/** A copy of a desk, as `restore` takes it. */
export interface OrderDeskState {
  readonly orders: OrderTrackerState;
  readonly portfolio: PortfolioState;
  /** Every bracket of the run, and the id of the one that works or holds the position. */
  readonly brackets: readonly BracketCopy[];
  readonly bracket: string | undefined;
  readonly idsGiven: number;
  readonly bracketsGiven: number;
  readonly exitReason: ExitReason;
  readonly timeoutAt: SessionTime;
  readonly protectAt: SessionTime;
  readonly flattening: ExitReason | undefined;
  readonly flattenAt: SessionTime;
  readonly lastExitAt: SessionTime;
  readonly isClosed: boolean;
}

/** What the desk tells while it works. Called in order; the intent comes before the request leaves. */
export interface DeskListener {
  onVerdict(order: OrderRequest, denial: Denial | undefined): void;
  /** False: the intent could not be kept, and an order that opens must not leave. */
  onSubmit(order: OrderRequest): boolean;
  /** False as for `onSubmit`. */
  onChange(change: OrderChange): boolean;
  onCancel(order: TrackedOrder, reason: string): void;
  onReport(report: OrderReport, order: TrackedOrder | undefined): void;
  onFill(fill: Fill, order: TrackedOrder): void;
  onBracket(bracket: Bracket, from: BracketState): void;
  onTrip(trip: RoundTrip): void;
  onAlarm(text: string): void;
  onViolation(rule: string, detail: string): void;
}

/** What the desk must know of the market at the moment that it acts. */
export interface DeskMarket {
  riskContext(): RiskContext;
  /** Best bid and ask in 1e-9 units. */
  touch(): { readonly bid: PriceNanos | null; readonly ask: PriceNanos | null };
}

/**
 * Works our orders at one venue: sends what the risk gate approves, follows the reports, keeps a bracket's protection
 * whole, and checks after every report that what must always hold does.
 */
export class OrderDesk {
  readonly orders = new OrderTracker();
  readonly portfolio: Portfolio;
  /** The bracket that works or holds the position. */
  bracket: Bracket | undefined;

  readonly #venue: ExecutionVenue;
  readonly #risk: RiskGate;
  readonly #market: DeskMarket;
  readonly #listener: DeskListener;
  readonly #idPrefix: string;
  readonly #entryTimeoutNs: number;
  /** Every bracket of the run: a late fill may wake one that had ended. */
  readonly #allBrackets = new Map<string, Bracket>();
  #ids = 0;
  #brackets = 0;
  #exitReason: ExitReason = 'exit';
  #timeoutAt = NEVER;
  #protectAt = NEVER;
  /** Why the position is being closed, until all of it is and nothing can open it again. */
  #flattening: ExitReason | undefined;
  #flattenAt = NEVER;
  #lastExitAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(options: {
    readonly venue: ExecutionVenue;
    readonly risk: RiskGate;
    readonly portfolio: Portfolio;
    readonly market: DeskMarket;
    readonly listener: DeskListener;
    /** Makes our ids unlike those of any other run that the venue has seen. */
    readonly idPrefix: string;
    readonly entryTimeoutSecs: number;
  }) {
    this.#venue = options.venue;
    this.#risk = options.risk;
    this.portfolio = options.portfolio;
    this.#market = options.market;
    this.#listener = options.listener;
    this.#idPrefix = options.idPrefix;
    this.#entryTimeoutNs = options.entryTimeoutSecs * NS_PER_SECOND;
  }

  /** When the desk wants to be called next; infinite when it waits for reports alone. */
  get nextTimer(): SessionTime {
    return Math.min(this.#timeoutAt, this.#protectAt, this.#flattenAt);
  }

  /** What works, as the risk gate counts it. */
  get workingOrders(): WorkingOrders {
    return workingOrdersOf(this.orders.working);
  }

  /** Sends a bracket: three orders, their ids given out at once. Returns them, or the denial. */
  enterBracket(
    request: BracketRequest,
    now: SessionTime,
  ): { readonly touched: readonly TouchedOrder[] } | { readonly denial: Denial } {
    const group = `${this.#idPrefix}B${this.#brackets + 1}`;
    const exitSide = request.side === 'buy' ? 'sell' : 'buy';
    const common = { quantity: request.quantity, tif: 'day', ocoGroup: group } as const;
    const entry: OrderRequest = {
      ...common,
      id: this.#nextId(),
      side: request.side,
      type: 'limit',
      price: request.limitPrice,
      role: 'ENTRY',
      reduceOnly: false,
    };
    const stop: OrderRequest = {
      ...common,
      id: this.#nextId(),
      side: exitSide,
      type: 'stop',
      stopPrice: request.stopPrice,
      role: 'STOP',
      reduceOnly: true,
    };
    const target: OrderRequest = {
      ...common,
      id: this.#nextId(),
      side: exitSide,
      type: 'limit',
      price: request.targetPrice,
      role: 'TARGET',
      reduceOnly: true,
    };
    const denial = this.#send(entry, now);
    if (denial !== undefined) return { denial };
    this.#brackets++;
    this.bracket = new Bracket(group, signOf(request.side), [entry.id, stop.id, target.id], now);
    this.#allBrackets.set(group, this.bracket);
    this.#timeoutAt = now + this.#entryTimeoutNs;
    this.#exitReason = 'exit';
    this.#flattening = undefined;
    this.#flattenAt = NEVER;
    this.#send(stop, now);
    this.#send(target, now);
    return { touched: [entry, stop, target].map(({ id, role }) => ({ id, role })) };
  }

  /** Sends one plain order. Returns the denial, if the gate denied it. */
  place(order: OrderRequest, now: SessionTime): Denial | undefined {
    return this.#send(order, now);
  }

  /** Changes a working order. Returns the denial, if the gate denied the change. */
  change(change: OrderChange, now: SessionTime): Denial | undefined {
    const order = this.orders.find(change.id);
    if (order === undefined || isDone(order)) return undefined;
    const { price = order.request.price } = order;
    const standing: OrderRequest = {
      ...order.request,
      quantity: largestQuantityOf(order),
      ...(price === undefined ? {} : { price }),
    };
    const verdict = this.#risk.reviewChange(
      change,
      standing,
      this.#market.riskContext(),
      order.filled,
    );
    if (verdict.approved === undefined) {
      this.#listener.onVerdict(order.request, verdict.denial);
      return verdict.denial;
    }
    if (!this.#listener.onChange(change) && !order.request.reduceOnly) return NOT_KEPT;
    order.asked.push(change);
    this.#venue.modify(verdict.approved, now);
    return undefined;
  }

  /** Asks the venue to cancel one order. Once is enough. */
  cancel(id: ClientOrderId, now: SessionTime, reason: string): void {
    const order = this.orders.find(id);
    if (order === undefined || isDone(order) || order.isCancelRequested) return;
    order.isCancelRequested = true;
    this.#listener.onCancel(order, reason);
    this.#venue.cancel(id, now);
  }

  /** Cancels every working order that could open or enlarge a position; protective orders stay. */
  cancelEntries(now: SessionTime, reason: string): TouchedOrder[] {
    const touched: TouchedOrder[] = [];
    for (const order of [...this.orders.working]) {
      if (order.request.reduceOnly || order.isCancelRequested) continue;
      this.cancel(order.request.id, now, reason);
      touched.push({ id: order.request.id, role: order.request.role });
    }
    return touched;
  }

  /**
   * Cancels entries and closes the position at market. The exit shares the bracket, so that exits never trade beyond it.
   * What fills later, because it crossed the cancel on its way, is closed too.
   */
  flatten(now: SessionTime, reason: ExitReason): TouchedOrder[] {
    const touched = this.cancelEntries(now, reason);
    const { position } = this.portfolio;
    if (position !== 0 || this.orders.hasWorking) this.#flattening = reason;
    if (position === 0) return touched;
    const { bracket } = this;
    if (bracket?.hasLiveExit(this.orders) || (bracket === undefined && this.#hasPlainExit()))
      return touched;
    this.#exitReason = reason;
    this.#lastExitAt = now;
    // the venue holds a bracket's orders to what is open: what traded beyond that is closed outside the group
    const isInGroup = bracket !== undefined && bracket.openQuantity(this.orders) > 0;
    const exit: OrderRequest = {
      id: this.#nextId(),
      side: position > 0 ? 'sell' : 'buy',
      type: 'market',
      quantity: Math.abs(position),
      tif: 'day',
      role: 'EXIT',
      reduceOnly: true,
      ...(isInGroup ? { ocoGroup: bracket.id } : {}),
    };
    this.#send(exit, now);
    if (bracket !== undefined) {
      bracket.exitIds.push(exit.id);
      this.#updateBracket();
    }
    touched.push({ id: exit.id, role: 'EXIT' });
    return touched;
  }

  /** The run is over: reports still come in, but nothing is protected or sent any more. */
  close(): void {
    this.#isClosed = true;
    this.#timeoutAt = NEVER;
    this.#protectAt = NEVER;
    this.#flattenAt = NEVER;
  }

  /** Takes in every report that is known by `now`. */
  takeReports(now: SessionTime): void {
    for (
      let report = this.#venue.takeReport(now);
      report !== undefined;
      report = this.#venue.takeReport(now)
    ) {
      const order = this.orders.apply(report);
      this.#listener.onReport(report, order);
      if (report.type === 'order-filled' && order !== undefined)
        this.#onFill(report.fill, report.commissionMicros, order);
      if (order !== undefined) this.#wakeBracket(order);
      this.#updateBracket();
      this.#checkInvariants(now);
      this.#continueFlatten(now);
    }
  }

  /** Does what was set for a time that has come. */
  runTimers(now: SessionTime): void {
    if (now >= this.#timeoutAt) {
      this.#timeoutAt = NEVER;
      if (this.bracket !== undefined) this.cancel(this.bracket.entryId, now, 'entry timed out');
    }
    if (now >= this.#protectAt) {
      this.#protectAt = NEVER;
      this.#checkInvariants(now);
    }
    if (now >= this.#flattenAt) {
      this.#flattenAt = NEVER;
      this.#continueFlatten(now);
    }
  }

  /** A copy of all of it: orders, brackets, position and what is set for later. */
  capture(): OrderDeskState {
    return {
      orders: this.orders.capture(),
      portfolio: this.portfolio.capture(),
      brackets: [...this.#allBrackets.values()].map((bracket) => bracket.capture()),
      bracket: this.bracket?.id,
      idsGiven: this.#ids,
      bracketsGiven: this.#brackets,
      exitReason: this.#exitReason,
      timeoutAt: this.#timeoutAt,
      protectAt: this.#protectAt,
      flattening: this.#flattening,
      flattenAt: this.#flattenAt,
      lastExitAt: this.#lastExitAt,
      isClosed: this.#isClosed,
    };
  }

  /** Becomes what `capture` copied of one with the same options; venue and risk gate have to be those of the same moment. */
  restore(state: OrderDeskState): void {
    this.orders.restore(state.orders);
    this.portfolio.restore(state.portfolio);
    this.#allBrackets.clear();
    for (const copy of state.brackets) this.#allBrackets.set(copy.id, Bracket.restored(copy));
    this.bracket = state.bracket === undefined ? undefined : this.#allBrackets.get(state.bracket);
    this.#ids = state.idsGiven;
    this.#brackets = state.bracketsGiven;
    this.#exitReason = state.exitReason;
    this.#timeoutAt = state.timeoutAt;
    this.#protectAt = state.protectAt;
    this.#flattening = state.flattening;
    this.#flattenAt = state.flattenAt;
    this.#lastExitAt = state.lastExitAt;
    this.#isClosed = state.isClosed;
  }

  #send(order: OrderRequest, now: SessionTime): Denial | undefined {
    if (this.orders.find(order.id) !== undefined) {
      const denial: Denial = { code: 'ID_USED', figures: { id: order.id } };
      this.#listener.onVerdict(order, denial);
      return denial;
    }
    const verdict = this.#risk.review(order, this.#market.riskContext());
    const { bid, ask } = this.#market.touch();
    const touch = order.side === 'buy' ? ask : bid;
    if (verdict.approved === undefined) {
      this.#listener.onVerdict(order, verdict.denial);
      this.orders.add(order, 'denied', now, touch, verdict.denial.code);
      return verdict.denial;
    }
    this.#listener.onVerdict(order, undefined);
    if (!this.#listener.onSubmit(order) && !order.reduceOnly) {
      this.#listener.onVerdict(order, NOT_KEPT);
      this.orders.add(order, 'denied', now, touch, NOT_KEPT.code);
      return NOT_KEPT;
    }
    this.orders.add(order, 'submitted', now, touch);
    this.#venue.submit(verdict.approved, now);
    return undefined;
  }

  #onFill(fill: Fill, commissionMicros: number, order: TrackedOrder): void {
    const sign = fill.side === 'buy' ? 1 : -1;
    const trip = this.portfolio.onFill(fill, commissionMicros, this.#reasonOf(order));
    if (fill.liquidity === 'taker' && order.touchAtSubmit !== null) {
      this.portfolio.addSlippage(sign * (fill.price - order.touchAtSubmit), fill.quantity);
    }
    this.#listener.onFill(fill, order);
    if (trip !== undefined) this.#listener.onTrip(trip);
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
  #wakeBracket({ request }: TrackedOrder): void {
    const group = request.ocoGroup;
    const ended = group === undefined ? undefined : this.#allBrackets.get(group);
    if (ended === undefined || ended === this.bracket) return;
    const open = ended.openQuantity(this.orders);
    if (open === 0) return;
    if (this.bracket === undefined) this.bracket = ended;
    else this.#listener.onViolation('one bracket holds the position', `${ended.id}: open ${open}`);
  }

  /** Closes what is left or has come in since the position was to be closed; after a failed exit a second later. */
  #continueFlatten(now: SessionTime): void {
    const reason = this.#flattening;
    if (reason === undefined || this.#isClosed) return;
    if (this.portfolio.position !== 0) {
      const retryAt = this.#lastExitAt + PROTECTION_RETRY_NS;
      if (now >= retryAt) this.flatten(now, reason);
      else this.#flattenAt = retryAt;
    } else if (this.bracket === undefined && !this.orders.hasWorking) {
      this.#flattening = undefined;
      this.#flattenAt = NEVER;
    }
  }

  #updateBracket(): void {
    const { bracket } = this;
    if (bracket === undefined) return;
    const from = bracket.update(this.orders);
    if (from !== undefined) this.#listener.onBracket(bracket, from);
    const entry = this.orders.find(bracket.entryId);
    if (entry !== undefined && isDone(entry)) this.#timeoutAt = NEVER;
    if (bracket.isEnded) {
      this.bracket = undefined;
      this.#protectAt = NEVER;
    }
  }

  #checkInvariants(now: SessionTime): void {
    const { position } = this.portfolio;
    if (position !== this.orders.netFilled) {
      this.#listener.onViolation(
        'position is the sum of fills',
        `position ${position}, fills ${this.orders.netFilled}`,
      );
    }
    const { bracket } = this;
    if (bracket === undefined || this.#isClosed) return;
    const open = bracket.openQuantity(this.orders);
    if (open < 0) {
      this.#listener.onViolation(
        'exits never trade beyond the position',
        `${bracket.id}: open ${open}`,
      );
    }
    if (bracket.isProtected(this.orders)) {
      this.#protectAt = NEVER;
    } else if (this.#protectAt === NEVER) {
      this.#listener.onAlarm(`position of ${open} without a working stop: closing at market`);
      // an exit that was sent a moment ago has failed: the venue is not stormed with others
      const isRetry = now < this.#lastExitAt + PROTECTION_RETRY_NS;
      this.#protectAt = (isRetry ? this.#lastExitAt : now) + PROTECTION_RETRY_NS;
      if (!isRetry) this.flatten(now, 'stop');
    }
  }

  #hasPlainExit(): boolean {
    for (const order of this.orders.working) if (order.request.role === 'EXIT') return true;
    return false;
  }

  #nextId(): ClientOrderId {
    do this.#ids++;
    while (this.orders.find(`${this.#idPrefix}${this.#ids}`) !== undefined);
    return `${this.#idPrefix}${this.#ids}`;
  }
}
