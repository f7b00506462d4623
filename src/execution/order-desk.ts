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
import type { RiskContext, RiskGate } from '../risk/risk-gate.ts';
import { Bracket, type BracketState } from './bracket.ts';
import { isDone, OrderTracker, type TrackedOrder } from './order-tracker.ts';
import type { Portfolio } from './portfolio.ts';
import type { ExecutionVenue } from './venue.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** A position must be protected or on its way out within a second. */
const PROTECTION_RETRY_NS = NS_PER_SECOND;

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

/** What the desk tells while it works. Called in order; the intent comes before the request leaves. */
export interface DeskListener {
  onVerdict(order: OrderRequest, denial: Denial | undefined): void;
  onSubmit(order: OrderRequest): void;
  onChange(change: OrderChange): void;
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
  #ids = 0;
  #brackets = 0;
  #exitReason: ExitReason = 'exit';
  #timeoutAt = NEVER;
  #protectAt = NEVER;
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
    return Math.min(this.#timeoutAt, this.#protectAt);
  }

  /** Rest of the working orders that are not protective, by side. */
  workingQuantity(side: 'buy' | 'sell'): number {
    let sum = 0;
    for (const order of this.orders.working) {
      if (order.request.side === side && !order.request.reduceOnly)
        sum += order.quantity - order.filled;
    }
    return sum;
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
    this.#timeoutAt = now + this.#entryTimeoutNs;
    this.#exitReason = 'exit';
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
    const verdict = this.#risk.reviewChange(change, order.request, this.#market.riskContext());
    if (verdict.approved === undefined) {
      this.#listener.onVerdict(order.request, verdict.denial);
      return verdict.denial;
    }
    this.#listener.onChange(change);
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

  /** Cancels entries and closes the position at market. The exit shares the bracket, so that exits never trade beyond it. */
  flatten(now: SessionTime, reason: ExitReason): TouchedOrder[] {
    const touched = this.cancelEntries(now, reason);
    const { position } = this.portfolio;
    if (position === 0) return touched;
    const { bracket } = this;
    if (bracket?.hasLiveExit(this.orders) || (bracket === undefined && this.#hasPlainExit()))
      return touched;
    this.#exitReason = reason;
    const exit: OrderRequest = {
      id: this.#nextId(),
      side: position > 0 ? 'sell' : 'buy',
      type: 'market',
      quantity: Math.abs(position),
      tif: 'day',
      role: 'EXIT',
      reduceOnly: true,
      ...(bracket === undefined || bracket.isEnded ? {} : { ocoGroup: bracket.id }),
    };
    this.#send(exit, now);
    if (bracket !== undefined && !bracket.isEnded) {
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
      this.#updateBracket();
      this.#checkInvariants(now);
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
  }

  #send(order: OrderRequest, now: SessionTime): Denial | undefined {
    const verdict = this.#risk.review(order, this.#market.riskContext());
    const { bid, ask } = this.#market.touch();
    const touch = order.side === 'buy' ? ask : bid;
    if (verdict.approved === undefined) {
      this.#listener.onVerdict(order, verdict.denial);
      this.orders.add(order, 'denied', now, touch, verdict.denial.code);
      return verdict.denial;
    }
    this.#listener.onVerdict(order, undefined);
    this.orders.add(order, 'submitted', now, touch);
    this.#listener.onSubmit(order);
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
      this.#protectAt = now + PROTECTION_RETRY_NS;
      this.flatten(now, 'stop');
    }
  }

  #hasPlainExit(): boolean {
    for (const order of this.orders.working) if (order.request.role === 'EXIT') return true;
    return false;
  }

  #nextId(): ClientOrderId {
    this.#ids++;
    return `${this.#idPrefix}${this.#ids}`;
  }
}
