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
import type { Side } from '../domain/side.ts';
import { NS_PER_SECOND, type SessionTime } from '../domain/time.ts';
import type { ApprovedOrder } from '../risk/approved-order.ts';
import type { RiskContext, VenueStanding, WorkingOrders } from '../risk/risk-context.ts';
import type { RiskGate } from '../risk/risk-gate.ts';
import type { Bracket, BracketState } from './bracket.ts';
import { DeskLedger, type DeskLedgerState } from './desk-ledger.ts';
import { brokenBrackets, brokenSums } from './invariants.ts';
import {
  isDone,
  largestQuantityOf,
  type OrderTracker,
  type TrackedOrder,
} from './order-tracker.ts';
import type { Portfolio } from './portfolio.ts';
import { reconcile } from './reconcile.ts';
import { type ExecutionVenue, GUARD_MARK, type VenueNotice, type VenueTruth } from './venue.ts';
import { workingOrdersOf } from './working-orders.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** A position must be protected or on its way out within a second. */
const PROTECTION_RETRY_NS = NS_PER_SECOND;
/** A venue that does not tell its truth, or not the one that we know, is asked again. */
const TRUTH_RETRY_NS = 2 * NS_PER_SECOND;
/** The journal cannot be written: what only reduces still goes out. */
const NOT_KEPT: Denial = { code: 'JOURNAL', figures: {} };

/** An entry with both of its exits, in 1e-9 prices. */
export interface BracketRequest {
  readonly side: 'buy' | 'sell';
  readonly limitPrice: PriceNanos;
  readonly stopPrice: PriceNanos;
  readonly targetPrice: PriceNanos;
  readonly quantity: number;
  /** Instead of the settings' time after which an entry's rest is canceled. */
  readonly timeoutSecs?: number;
}

/** An order that a decision touched. */
export interface TouchedOrder {
  readonly id: ClientOrderId;
  readonly role: OrderRole;
}

/** A copy of a desk, as `restore` takes it. */
export interface OrderDeskState {
  readonly ledger: DeskLedgerState;
  readonly isClosed: boolean;
}

/** What the desk tells while it works. Called in order; the intent comes before the request leaves. */
export interface DeskListener {
  /**
   * `touch`: the side of the touch that the order would take; slippage is measured against it. `isNew`: false where it is
   * about a change of an order, or about an id that another order has.
   */
  onVerdict(
    order: OrderRequest,
    denial: Denial | undefined,
    touch: PriceNanos | null,
    isNew: boolean,
  ): void;
  /**
   * `exitOf`: of an exit of the desk's own, the bracket that it closes, `null` where there is none. `isFollowed`: another intent
   * comes at once, and nothing leaves before it is kept with this one. False: the intent could not be kept, and an order that
   * opens must not leave.
   */
  onSubmit(
    order: OrderRequest,
    touch: PriceNanos | null,
    exitOf: string | null | undefined,
    isFollowed: boolean,
  ): boolean;
  onFlatten(reason: ExitReason): void;
  onVenue(venue: VenueStanding, reason: string): void;
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
  readonly #ledger: DeskLedger;
  readonly #venue: ExecutionVenue;
  readonly #risk: RiskGate;
  readonly #market: DeskMarket;
  readonly #listener: DeskListener;
  readonly #idPrefix: string;
  readonly #entryTimeoutNs: number;
  readonly #positionBefore: number;
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
    /** Money per point and unit. */
    readonly multiplier: number;
    /** What the account held before the run, bought less sold; nothing by default. */
    readonly positionBefore?: number;
  }) {
    this.#venue = options.venue;
    this.#risk = options.risk;
    this.#ledger = new DeskLedger(options.portfolio, options.idPrefix, options.multiplier);
    this.#market = options.market;
    this.#listener = options.listener;
    this.#idPrefix = options.idPrefix;
    this.#positionBefore = options.positionBefore ?? 0;
    this.#entryTimeoutNs = options.entryTimeoutSecs * NS_PER_SECOND;
  }

  get orders(): OrderTracker {
    return this.#ledger.orders;
  }

  get portfolio(): Portfolio {
    return this.#ledger.portfolio;
  }

  /** The bracket that works or holds the position. */
  get bracket(): Bracket | undefined {
    return this.#ledger.bracket;
  }

  /** What is known of the venue: whether it can be reached, and whether it agrees with us. */
  get venueStanding(): VenueStanding {
    return this.#ledger.venue;
  }

  /** When the desk wants to be called next; infinite when it waits for reports alone. A function of the ledger alone. */
  get nextTimer(): SessionTime {
    const { bracket, flattening, lastExitAt, venue } = this.#ledger;
    if (this.#isClosed) return NEVER;
    let at = NEVER;
    if (venue === 'reconciling' || venue === 'disputed') at = this.#ledger.askedAt + TRUTH_RETRY_NS;
    if (bracket !== undefined) {
      const entry = this.orders.find(bracket.entryId);
      if (entry !== undefined && !isDone(entry) && !entry.isCancelRequested)
        at = Math.min(at, this.#timeoutOf(bracket));
    }
    if (this.#canSend && (flattening !== undefined || bracket !== undefined)) {
      const isNaked = this.#isNaked;
      const isLeft = flattening !== undefined && this.#certainQuantity > 0 && !this.#hasExit;
      if (isNaked || isLeft) at = Math.min(at, lastExitAt + PROTECTION_RETRY_NS);
    }
    return at;
  }

  /** What works, as the risk gate counts it. */
  get workingOrders(): WorkingOrders {
    return workingOrdersOf(this.orders.working);
  }

  /** Sends a bracket: three orders, their ids given out at once, the entry last of them. Returns them, or the denial. */
  enterBracket(
    request: BracketRequest,
    now: SessionTime,
  ): { readonly touched: readonly TouchedOrder[] } | { readonly denial: Denial } {
    const group = `${this.#idPrefix}B${this.#ledger.brackets.size + 1}`;
    const exitSide = request.side === 'buy' ? 'sell' : 'buy';
    const common = { quantity: request.quantity, tif: 'day', ocoGroup: group } as const;
    const entry: OrderRequest = {
      ...common,
      id: this.#ledger.nextId(),
      side: request.side,
      type: 'limit',
      price: request.limitPrice,
      role: 'ENTRY',
      reduceOnly: false,
      ...(request.timeoutSecs === undefined ? {} : { timeoutSecs: request.timeoutSecs }),
    };
    const entryIntent = this.#intend(entry, now, { isFollowed: true });
    if ('denial' in entryIntent) return entryIntent;
    const stop: OrderRequest = {
      ...common,
      id: this.#ledger.nextId(),
      side: exitSide,
      type: 'stop',
      stopPrice: request.stopPrice,
      role: 'STOP',
      reduceOnly: true,
    };
    const stopIntent = this.#intend(stop, now, { isFollowed: true });
    const target: OrderRequest = {
      ...common,
      id: this.#ledger.nextId(),
      side: exitSide,
      type: 'limit',
      price: request.targetPrice,
      role: 'TARGET',
      reduceOnly: true,
    };
    // the three are kept together, with one wait for the disk
    const targetIntent = this.#intend(target, now);
    if ('denial' in stopIntent || 'denial' in targetIntent || !targetIntent.isKept) {
      const denials = [stopIntent, targetIntent].flatMap((intent) =>
        'denial' in intent ? intent.denial : [],
      );
      const [denial = NOT_KEPT] = denials;
      this.#withdraw([target, stop, entry], denial, now);
      return { denial };
    }
    // whenever the program or the connection breaks off, no entry is at the venue without its exits
    for (const { approved } of [stopIntent, targetIntent, entryIntent])
      this.#venue.submit(approved, now);
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
      this.#listener.onVerdict(order.request, verdict.denial, null, false);
      return verdict.denial;
    }
    if (!this.#listener.onChange(change) && !order.request.reduceOnly) return NOT_KEPT;
    this.#ledger.record({ type: 'change-requested', change }, now);
    this.#venue.modify(verdict.approved, now);
    return undefined;
  }

  /** Asks the venue to cancel one order. Once is enough. */
  cancel(id: ClientOrderId, now: SessionTime, reason: string): void {
    const order = this.orders.find(id);
    if (order === undefined || isDone(order) || order.isCancelRequested) return;
    this.#listener.onCancel(order, reason);
    this.#ledger.record({ type: 'cancel-requested', orderId: id }, now);
    // what cannot be sent now goes out once the venue agrees that the order still works
    if (this.venueStanding !== 'disconnected') this.#venue.cancel(id, now);
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
   * What fills later, because it crossed the cancel on its way, is closed too. A plain exit takes no more than what plain orders on
   * its side, whose cancels are on their way, leave of the position: together with them it would turn it round.
   */
  flatten(now: SessionTime, reason: ExitReason): TouchedOrder[] {
    const touched = this.cancelEntries(now, reason);
    const { bracket, portfolio } = this;
    const { position } = portfolio;
    const isNew = this.#ledger.flattening !== reason;
    if (isNew && (position !== 0 || this.orders.hasWorking)) {
      this.#listener.onFlatten(reason);
      this.#ledger.record({ type: 'flatten-requested', reason }, now);
    }
    const quantity = this.#certainQuantity;
    if (quantity === 0 || this.#hasExit) return touched;
    if (!this.#canSend) {
      if (isNew)
        this.#listener.onAlarm(`position of ${position}: its exit waits until the venue answers`);
      return touched;
    }
    // the venue holds a bracket's orders to what is open: what traded beyond that is closed outside the group
    const isInGroup = bracket !== undefined && bracket.openQuantity(this.orders) > 0;
    const exit: OrderRequest = {
      id: this.#ledger.nextId(),
      side: position > 0 ? 'sell' : 'buy',
      type: 'market',
      quantity,
      tif: 'day',
      role: 'EXIT',
      reduceOnly: true,
      ...(isInGroup ? { ocoGroup: bracket.id } : {}),
    };
    this.#send(exit, now, bracket?.id ?? null);
    this.#updateBracket();
    touched.push({ id: exit.id, role: 'EXIT' });
    return touched;
  }

  /** The run is over: reports still come in, but nothing is protected or sent any more. */
  close(): void {
    this.#isClosed = true;
  }

  /** A desk that was rebuilt: whatever was on its way when it ended may have arrived, so the venue is asked. */
  resume(now: SessionTime): void {
    this.#setVenue('disconnected', 'the desk was rebuilt', now);
    this.#askTruth('the desk was rebuilt', now);
  }

  /** Takes in every report and notice that is known by `now`. */
  takeReports(now: SessionTime): void {
    for (;;) {
      const report = this.#venue.takeReport(now);
      if (report !== undefined) {
        this.#onReport(report, now);
        continue;
      }
      const notice = this.#venue.takeNotice(now);
      if (notice === undefined) return;
      this.#onNotice(notice, now);
    }
  }

  /** Does what was set for a time that has come. */
  runTimers(now: SessionTime): void {
    const { venue, askedAt } = this.#ledger;
    if (this.#isClosed) return;
    this.#endOverdue(now);
    if (now >= askedAt + TRUTH_RETRY_NS) {
      if (venue === 'reconciling') this.#askTruth('the venue did not answer', now);
      else if (venue === 'disputed') this.#askTruth('the two did not agree', now);
    }
    this.#protect(now, true);
    this.#continueFlatten(now);
  }

  /** An entry whose time is over is canceled. */
  #endOverdue(now: SessionTime): void {
    const { bracket } = this;
    if (bracket !== undefined && now >= this.#timeoutOf(bracket))
      this.cancel(bracket.entryId, now, 'entry timed out');
  }

  /** When what a bracket's entry has not filled is canceled. */
  #timeoutOf({ entryId, submittedAt }: Bracket): SessionTime {
    const secs = this.orders.find(entryId)?.request.timeoutSecs;
    return submittedAt + (secs === undefined ? this.#entryTimeoutNs : secs * NS_PER_SECOND);
  }

  /** A copy of all of it: orders, brackets, position and what is set for later. */
  capture(): OrderDeskState {
    return { ledger: this.#ledger.capture(), isClosed: this.#isClosed };
  }

  /** Becomes what `capture` copied of one with the same options; venue and risk gate have to be those of the same moment. */
  restore(state: OrderDeskState): void {
    this.#ledger.restore(state.ledger);
    this.#isClosed = state.isClosed;
  }

  get #canSend(): boolean {
    return this.#ledger.venue === 'connected' || this.#ledger.venue === 'disputed';
  }

  /** What is surely left to close: a bracket's position whole, as protection comes first; else less what may still close it. */
  get #certainQuantity(): number {
    const { position } = this.portfolio;
    const size = Math.abs(position);
    if (size === 0 || this.bracket !== undefined) return size;
    const { workingBuys, workingSells } = this.workingOrders;
    return Math.max(0, size - (position > 0 ? workingSells : workingBuys));
  }

  get #hasExit(): boolean {
    const { bracket } = this;
    return bracket === undefined ? this.#hasPlainExit() : bracket.hasLiveExit(this.orders);
  }

  /** A bracket that is not whole, or not kept, does not leave: those of its orders that were approved end here. */
  #withdraw(orders: readonly OrderRequest[], denial: Denial, now: SessionTime): void {
    for (const request of orders) {
      const { id: orderId } = request;
      const order = this.orders.find(orderId);
      if (order === undefined || isDone(order)) continue;
      this.#listener.onVerdict(request, denial, order.touchAtSubmit, false);
      const reason = `never sent: ${denial.code}`;
      this.#onReport({ type: 'order-rejected', orderId, ts: now, reason }, now);
    }
  }

  #send(order: OrderRequest, now: SessionTime, exitOf?: string | null): Denial | undefined {
    const intent = this.#intend(order, now, { exitOf });
    if ('denial' in intent) return intent.denial;
    this.#venue.submit(intent.approved, now);
    return undefined;
  }

  /** Lets the gate judge an order, and keeps the intent to send it. What is approved has to be sent at once. */
  #intend(
    order: OrderRequest,
    now: SessionTime,
    {
      exitOf,
      isFollowed = false,
    }: { readonly exitOf?: string | null | undefined; readonly isFollowed?: boolean } = {},
  ): { readonly approved: ApprovedOrder; readonly isKept: boolean } | { readonly denial: Denial } {
    const { bid, ask } = this.#market.touch();
    const touch = order.side === 'buy' ? ask : bid;
    if (this.orders.find(order.id) !== undefined) {
      const denial: Denial = { code: 'ID_USED', figures: { id: order.id } };
      this.#listener.onVerdict(order, denial, touch, false);
      return { denial };
    }
    const verdict = this.#risk.review(order, this.#market.riskContext());
    if (verdict.approved === undefined) {
      const { code } = verdict.denial;
      this.#listener.onVerdict(order, verdict.denial, touch, true);
      this.#ledger.record({ type: 'order-denied', order, touch, code }, now);
      return { denial: verdict.denial };
    }
    this.#listener.onVerdict(order, undefined, touch, true);
    const isKept = this.#listener.onSubmit(order, touch, exitOf, isFollowed);
    if (!isKept && !order.reduceOnly) {
      this.#listener.onVerdict(order, NOT_KEPT, touch, true);
      this.#ledger.record({ type: 'order-denied', order, touch, code: NOT_KEPT.code }, now);
      return { denial: NOT_KEPT };
    }
    const more = exitOf === undefined ? {} : { exitOf };
    this.#ledger.record({ type: 'order-submitted', order, touch, ...more }, now);
    return { approved: verdict.approved, isKept };
  }

  #onReport(report: OrderReport, now: SessionTime): void {
    const wasNaked = this.#isNaked;
    const { order, fill, trip, second } = this.#ledger.report(report);
    this.#listener.onReport(report, order);
    if (fill !== undefined && order !== undefined) this.#listener.onFill(fill, order);
    if (trip !== undefined) this.#listener.onTrip(trip);
    if (second !== undefined) {
      const open = second.openQuantity(this.orders);
      this.#listener.onViolation('one bracket holds the position', `${second.id}: open ${open}`);
    }
    this.#updateBracket();
    this.#checkInvariants(now);
    if (
      order !== undefined &&
      order.toldFilled > order.filled &&
      this.venueStanding === 'connected'
    )
      this.#askTruth(`${report.orderId} is told as filled without its execution`, now);
    this.#protect(now, wasNaked);
    this.#continueFlatten(now);
  }

  #onNotice(notice: VenueNotice, now: SessionTime): void {
    if (notice.type === 'truth-told') {
      // the answer to a question that was asked twice tells nothing new once the two agree
      const isAwaited = this.venueStanding === 'reconciling' || this.venueStanding === 'disputed';
      if (isAwaited) this.#onTruth(notice.truth, now);
    } else if (notice.connection === 'disconnected') {
      this.#setVenue('disconnected', notice.reason, now);
      const { position } = this.portfolio;
      this.#listener.onAlarm(`connection lost (${notice.reason}); position ${position}`);
    } else {
      this.#askTruth(notice.reason, now);
    }
  }

  #setVenue(venue: VenueStanding, reason: string, now: SessionTime): void {
    this.#listener.onVenue(venue, reason);
    this.#ledger.record({ type: 'venue-standing-changed', venue }, now);
  }

  #askTruth(reason: string, now: SessionTime): void {
    if (this.#isClosed) return;
    this.#setVenue('reconciling', reason, now);
    this.#venue.requestTruth(now);
  }

  /** What the run's guard closed while nobody here could is taken in as an exit of the desk's own: it closes what the desk holds. */
  #adoptGuard({ executions }: VenueTruth, now: SessionTime): void {
    const closed = new Map<ClientOrderId, { readonly side: Side; quantity: number }>();
    for (const { fill } of executions) {
      const { orderId, side, quantity } = fill;
      const isGuards = orderId.startsWith(`${this.#idPrefix}${GUARD_MARK}`);
      if (!isGuards || this.orders.find(orderId) !== undefined) continue;
      const known = closed.get(orderId);
      if (known === undefined) closed.set(orderId, { side, quantity });
      else known.quantity += quantity;
    }
    const { bracket } = this;
    for (const [id, { side, quantity }] of closed) {
      this.#listener.onAlarm(`the guard has closed ${quantity} for this run (${id})`);
      const order: OrderRequest = {
        id,
        side,
        type: 'market',
        quantity,
        tif: 'day',
        role: 'EXIT',
        reduceOnly: true,
        ...(bracket === undefined ? {} : { ocoGroup: bracket.id }),
      };
      const exitOf = bracket?.id ?? null;
      this.#listener.onSubmit(order, null, exitOf, false);
      this.#ledger.record({ type: 'order-submitted', order, touch: null, exitOf }, now);
    }
  }

  /** The venue's truth becomes ours; then what is missing is restored before anything else is sent. */
  #onTruth(truth: VenueTruth, now: SessionTime): void {
    this.#adoptGuard(truth, now);
    const { differences, reports, isAgreed } = reconcile(this.#ledger, truth, this.#positionBefore);
    for (const { kind, orderId, detail } of differences)
      this.#listener.onAlarm(`${kind}${orderId === undefined ? '' : ` ${orderId}`}: ${detail}`);
    // nothing may be sent between one and the next: the view is whole only after the last
    for (const report of reports) this.#onReport(report, now);
    this.#setVenue(
      isAgreed ? 'connected' : 'disputed',
      isAgreed ? 'the two agree' : 'the two do not agree',
      now,
    );
    if (this.#isClosed) return;
    // its time may have ended while nobody looked
    this.#endOverdue(now);
    this.#checkInvariants(now);
    this.#restoreStop(now);
    this.#protect(now);
    for (const order of [...this.orders.working]) {
      const { id, reduceOnly, ocoGroup } = order.request;
      const bracket = ocoGroup === undefined ? undefined : this.#ledger.brackets.get(ocoGroup);
      if (order.isCancelRequested) this.#venue.cancel(id, now);
      else if (reduceOnly && bracket?.isEnded) this.cancel(id, now, 'nothing left to close');
    }
    this.#continueFlatten(now);
  }

  /** A stop that the venue does not have is sent anew, under another id; where it stood is not known, the entry ends. */
  #restoreStop(now: SessionTime): void {
    const { bracket } = this;
    if (bracket === undefined || this.#ledger.flattening !== undefined) return;
    const stop = this.orders.find(bracket.stopId);
    if ((stop !== undefined && !isDone(stop)) || bracket.hasLiveExit(this.orders)) return;
    const entry = this.orders.find(bracket.entryId);
    const open = bracket.openQuantity(this.orders);
    const rest = entry === undefined || isDone(entry) ? 0 : entry.quantity - entry.filled;
    if (open < 0 || open + rest === 0) return;
    if (stop?.stopPrice === undefined || stop.filled > 0) {
      this.cancel(bracket.entryId, now, 'its stop is missing');
      return;
    }
    this.#listener.onAlarm(`the stop of ${bracket.id} is missing at the venue: sent anew`);
    const { side } = stop.request;
    this.#send(
      {
        id: this.#ledger.nextId(),
        side,
        type: 'stop',
        stopPrice: stop.stopPrice,
        quantity: open + rest,
        tif: 'day',
        role: 'STOP',
        reduceOnly: true,
        ocoGroup: bracket.id,
      },
      now,
    );
  }

  /** Closes what is left or has come in since the position was to be closed; after a failed exit a second later. */
  #continueFlatten(now: SessionTime): void {
    const { flattening, lastExitAt } = this.#ledger;
    if (flattening === undefined || this.#isClosed || this.portfolio.position === 0) return;
    if (now >= lastExitAt + PROTECTION_RETRY_NS) this.flatten(now, flattening);
  }

  #updateBracket(): void {
    const change = this.#ledger.updateBracket();
    if (change !== undefined) this.#listener.onBracket(change.bracket, change.from);
  }

  /** What must always hold. Cheap: sums that the ledger keeps. */
  /** In production as in tests: what does not hold is told, and halts. */
  #checkInvariants(now: SessionTime): void {
    const broken = brokenSums(this.#ledger);
    // what the venue tells before its truth may be of an entry whose fill was lost with the connection
    if (!this.#isClosed && this.#canSend)
      broken.push(...brokenBrackets(this.#ledger, now, (bracket) => this.#timeoutOf(bracket)));
    for (const { rule, detail } of broken) this.#listener.onViolation(rule, detail);
  }

  get #isNaked(): boolean {
    const { bracket } = this;
    return bracket !== undefined && !bracket.isProtected(this.orders);
  }

  /**
   * A position without a stop is told at once and closed; after an exit that was sent a moment ago and failed another
   * follows a second later.
   */
  #protect(now: SessionTime, isTold = false): void {
    if (this.#isClosed || !this.#isNaked) return;
    const isDue = this.#canSend && now >= this.#ledger.lastExitAt + PROTECTION_RETRY_NS;
    if (isDue || !isTold) {
      const open = this.bracket?.openQuantity(this.orders);
      this.#listener.onAlarm(`position of ${open} without a working stop: closing at market`);
    }
    if (isDue) this.flatten(now, 'stop');
  }

  #hasPlainExit(): boolean {
    for (const order of this.orders.working) if (order.request.role === 'EXIT') return true;
    return false;
  }
}
