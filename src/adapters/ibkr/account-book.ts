import { MICROS_PER_UNIT } from '../../domain/money.ts';
import type { ClientOrderId, Fill, OrderReport } from '../../domain/order.ts';
import { formatPrice } from '../../domain/price.ts';
import type { SessionTime } from '../../domain/time.ts';
import { GUARD_MARK, type VenueOrder } from '../../execution/venue.ts';
import { readMessage } from './broker-messages.ts';
import { ExecutionLedger } from './execution-ledger.ts';
import { ForeignOrders } from './foreign-orders.ts';
import type {
  CommissionTold,
  ExecutionTold,
  OpenOrderTold,
  OrderStatusTold,
  PositionTold,
} from './gateway-line.ts';
import { HeldFills } from './held-fills.ts';
import { foreignIdOf, pricesOf, readExecutionId, signedQuantity, toNanos } from './order-terms.ts';
import type { ExecutionRecord, Outbox } from './outbox.ts';
import { adoptedOrder, answers, isOver, type OrderEnd, type OwnOrder } from './own-order.ts';

/** How long an end waits for executions, and a refusal for its words. */
const GRACE_MS = 250;
const FIRST_CANCEL_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;

export interface AccountBookOptions {
  readonly clientId: number;
  readonly symbol: string;
  readonly securityType: string;
  /** What the ids of this run's orders begin with. */
  readonly idPrefix: string;
  readonly clock: () => SessionTime;
  readonly outbox: Outbox;
}

/** Who keeps the book: told of what it cannot know. */
export interface AccountBookListener {
  /** Whether there is a connection as far as the desk knows: without one nothing is reported. */
  isTelling(): boolean;
  account(): string;
  /** An order of ours traded or ended. */
  onMoved(order: OwnOrder): void;
  /** The broker's words leave open how things stand: it has to be asked. */
  onDoubt(words: string): void;
  /** The broker tells another position by itself: what made it should be told, too. */
  onPositionMoved(): void;
  /** What the desk was told is not so any more: it has to compare. */
  onDispute(words: string): void;
  /** An order of this run that an earlier process sent. */
  onAdopted(order: OwnOrder, told: OpenOrderTold): void;
  /** An order that is not protected or does not work as sent: for the log and the screen. */
  onWords(words: string): void;
  /** An order that does not work must not begin to. */
  cancelAtBroker(order: OwnOrder): void;
}

/**
 * What the broker has told of one instrument on one account: our orders, those of others, executions and the position. Made
 * for telling that comes late, twice, in another order or not at all: executions alone make fills, each counted once; an order's status is
 * believed where no execution contradicts it.
 */
export class AccountBook {
  readonly #options: AccountBookOptions;
  readonly #listener: AccountBookListener;
  readonly #own = new Map<ClientOrderId, OwnOrder>();
  readonly #byBrokerId = new Map<number, OwnOrder>();
  readonly #foreign = new ForeignOrders();
  readonly ledger = new ExecutionLedger();
  readonly #fills: HeldFills;
  #position = 0;
  #toldPosition = 0;
  #isPositionAsked = false;
  /** It was told after the last execution. */
  #isPositionNewer = false;
  #highestId = 0;
  #conId: number | undefined;

  constructor(options: AccountBookOptions, listener: AccountBookListener) {
    this.#options = options;
    this.#listener = listener;
    this.#fills = new HeldFills(
      () => this.#own.values(),
      (record) => {
        if (listener.isTelling()) options.outbox.pushExecution(record);
      },
    );
  }

  /** The broker's number of the contract, once it has told it: two expiries of a future have the same symbol. */
  setContract(conId: number | undefined): void {
    this.#conId = conId;
  }

  /** In the order sent. */
  get own(): Iterable<OwnOrder> {
    return this.#own.values();
  }

  get foreign(): Iterable<VenueOrder> {
    return this.#foreign.all;
  }

  /** As the broker told it last, bought less sold. */
  get position(): number {
    return this.#position;
  }

  /** The highest number of an order of our client that was seen. */
  get highestId(): number {
    return this.#highestId;
  }

  find(id: ClientOrderId): OwnOrder | undefined {
    return this.#own.get(id);
  }

  add(order: OwnOrder): void {
    this.#own.set(order.id, order);
    this.#byBrokerId.set(order.brokerId, order);
    this.#highestId = Math.max(this.#highestId, order.brokerId);
  }

  /** An order that was refused here. */
  addRefused(order: OwnOrder): void {
    this.#own.set(order.id, order);
  }

  /**
   * What the broker holds more than the executions explain, bought less sold: fills whose executions are on their way. 0 while the
   * position that it told is older than the last execution.
   */
  get unexplained(): number {
    return this.#isPositionNewer ? this.#position - this.ledger.expectedPosition : 0;
  }

  /** What is held by this run's own executions and by fills that the orders' statuses tell, and no execution does yet. */
  get ownPositionTold(): number {
    let sum = this.ledger.ownPosition;
    for (const { side, filled, saidFilled } of this.#own.values())
      if (saidFilled > filled) sum += signedQuantity({ side, quantity: saidFilled - filled });
    return sum;
  }

  onOpenOrder(told: OpenOrderTold): OwnOrder | undefined {
    if (!this.#isHere(told)) return undefined;
    const { clientId, idPrefix } = this.#options;
    const isOfClient = told.clientId === clientId;
    if (isOfClient) this.#highestId = Math.max(this.#highestId, told.orderId);
    let order = isOfClient ? this.#byBrokerId.get(told.orderId) : undefined;
    const isOfRun = isOfClient && told.orderRef !== '' && told.orderRef.startsWith(idPrefix);
    if (order === undefined && isOfRun && !this.#own.has(told.orderRef)) order = this.#adopt(told);
    if (order === undefined) {
      this.#foreign.take(told);
      return undefined;
    }
    // taken for refused or never arrived: what nobody reckons with must not work
    if (
      order.status === 'rejected' &&
      told.status.endsWith('Submitted') &&
      !order.isCancelRequested
    )
      this.#listener.cancelAtBroker(order);
    this.#onStatus(order, told.status);
    this.#onTerms(order, told);
    return order;
  }

  onOrderStatus(told: OrderStatusTold): void {
    const order =
      told.clientId === this.#options.clientId ? this.#byBrokerId.get(told.orderId) : undefined;
    if (order === undefined) {
      this.#foreign.takeStatus(told);
      return;
    }
    order.saidFilled = Math.max(order.saidFilled, told.filled);
    this.#onStatus(order, told.status);
    const held = told.whyHeld.split(',').filter((why) => why !== '');
    order.isHeldAsChild = held.includes('child');
    // a child waits for its parent, a stop for its price
    if (held.some((why) => why !== 'child' && why !== 'trigger'))
      this.#listener.onWords(`${order.id} is held: ${told.whyHeld}`);
    if (order.saidFilled > order.filled) this.#awaitExecutions(order);
  }

  onExecution(told: ExecutionTold): void {
    if (!this.#isHere(told)) return;
    const { name, correction } = readExecutionId(told.executionId);
    const order = this.#orderOf(told);
    const isOfRun = order !== undefined || this.#isOfRun(told);
    const known = this.ledger.find(name);
    // told again, by a question or by itself
    if (known !== undefined && known.correction >= correction) return;
    const { clock } = this.#options;
    const fill: Fill = {
      executionId: name,
      orderId: isOfRun ? told.orderRef || (order?.id ?? '') : foreignIdOf(told.permId),
      side: told.side,
      price: toNanos(told.price),
      quantity: told.quantity,
      // the broker tells whole seconds: when it reached us
      ts: known?.fill.ts ?? clock(),
      sequence: 0,
      liquidity: told.isMaker ? 'maker' : 'taker',
    };
    const commissionMicros = this.ledger.commissionOf(told.executionId) ?? known?.commissionMicros;
    if (known !== undefined) {
      const was = known.fill;
      // in place: what waits to be told is told as it is now
      Object.assign(known, { fill, correction, commissionMicros });
      this.#onCorrected(order, was, known);
      return;
    }
    const record: ExecutionRecord = {
      fill,
      brokerId: told.orderId,
      correction,
      isOurs: isOfRun,
      commissionMicros,
      toldMicros: undefined,
    };
    this.ledger.add(record);
    this.#isPositionNewer = false;
    if (order === undefined) {
      if (this.#isGuards(told) && this.#listener.isTelling())
        this.#listener.onDispute(`the guard has traded ${fill.quantity}`);
      return;
    }
    this.#accept(order);
    order.filled += fill.quantity;
    this.#fills.take(order, record);
    for (const other of this.#own.values())
      if (other.isReducedUntold && other.group === order.group) this.tellTerms(other);
    if (order.filled >= order.quantity) order.status = 'filled';
    this.#settle(order);
    this.#listener.onMoved(order);
  }

  onCommission(told: CommissionTold): void {
    const record = this.ledger.takeCommission(told);
    if (record === undefined) return;
    const { fill, commissionMicros, toldMicros, isOurs } = record;
    if (commissionMicros === undefined || toldMicros === undefined || !isOurs) return;
    if (commissionMicros === toldMicros) return;
    const difference = (commissionMicros - toldMicros) / MICROS_PER_UNIT;
    this.#listener.onWords(
      `commission of ${fill.executionId} came late: ${difference} more than estimated`,
    );
    this.#tellCorrection(record);
  }

  /** As an answer to a question, or by itself when it has changed. */
  onPosition(told: PositionTold): void {
    if (!this.#isHere(told)) return;
    this.#toldPosition = told.quantity;
    if (this.#isPositionAsked) return;
    this.#position = told.quantity;
    this.#isPositionNewer = true;
    this.#listener.onPositionMoved();
  }

  /** Positions are going to be told: one that is not told is flat. */
  askPosition(): void {
    this.#toldPosition = 0;
    this.#isPositionAsked = true;
  }

  onPositionsEnd(): void {
    this.#isPositionAsked = false;
    this.#position = this.#toldPosition;
    this.#isPositionNewer = true;
  }

  /** A message about a number, which may be one of our orders'. */
  onMessage(brokerId: number, code: number, text: string): void {
    const { kind, words } = readMessage(code, text);
    const order = this.#byBrokerId.get(brokerId);
    if (order === undefined) {
      this.#listener.onWords(words);
      return;
    }
    const named = `${order.id}: ${words}`;
    if (kind === 'canceled') {
      if (isOver(order)) {
        order.reason = words;
        if (!order.isCancelRequested) this.#listener.onWords(named);
      } else this.end(order, { status: 'canceled', reason: words });
    } else if (kind === 'too-late' || kind === 'not-found') {
      this.#onMissed(order, kind, words);
    } else if (kind === 'refused') {
      this.#onRefused(order, words);
    } else {
      this.#listener.onWords(named);
    }
  }

  /** An order ends, unless its fills have ended it: at once, or when the executions that it had before have come. */
  end(order: OwnOrder, end: OrderEnd): void {
    if (isOver(order)) return;
    order.end = end;
    if (order.saidFilled > order.filled) this.#awaitExecutions(order);
    else this.#settle(order);
  }

  report(report: OrderReport): void {
    if (this.#listener.isTelling()) this.#options.outbox.push(report);
  }

  /** All that is open was told: what of ours works and was not among it has ended. */
  onAllOpenTold(
    seen: ReadonlySet<OwnOrder>,
    asked: ReadonlySet<OwnOrder>,
    seenForeign: ReadonlySet<number>,
  ): void {
    this.#foreign.keep(seenForeign);
    for (const order of asked) {
      if (seen.has(order) || isOver(order)) continue;
      order.saidFilled = order.filled;
      const reason = order.isCancelRequested ? 'canceled' : 'the broker has it no more';
      this.end(order, { status: 'canceled', reason });
    }
  }

  #isHere(told: {
    readonly account: string;
    readonly symbol: string;
    readonly securityType: string;
    readonly conId?: number;
  }): boolean {
    const { symbol, securityType } = this.#options;
    const isNumbered = this.#conId !== undefined && (told.conId ?? 0) !== 0;
    const isContract = isNumbered
      ? told.conId === this.#conId
      : told.symbol === symbol && told.securityType === securityType;
    return isContract && told.account === this.#listener.account();
  }

  #isOfRun(told: ExecutionTold): boolean {
    const { idPrefix } = this.#options;
    const { clientId, orderRef } = told;
    const isOfClient = clientId === this.#options.clientId;
    return (isOfClient && orderRef !== '' && orderRef.startsWith(idPrefix)) || this.#isGuards(told);
  }

  /** The run's guard has another client id. */
  #isGuards({ orderRef }: ExecutionTold): boolean {
    return orderRef.startsWith(`${this.#options.idPrefix}${GUARD_MARK}`);
  }

  #orderOf(told: ExecutionTold): OwnOrder | undefined {
    if (told.clientId !== this.#options.clientId) return undefined;
    return (
      this.#own.get(told.orderRef) ??
      (told.orderId > 0 ? this.#byBrokerId.get(told.orderId) : undefined)
    );
  }

  #adopt(told: OpenOrderTold): OwnOrder {
    const order = adoptedOrder(told);
    order.filled = this.ledger.filledOf(order.id);
    this.add(order);
    this.#listener.onAdopted(order, told);
    return order;
  }

  #onStatus(order: OwnOrder, status: string): void {
    if (status === 'PreSubmitted' || status === 'Submitted') {
      this.#accept(order);
    } else if (status === 'Cancelled' || status === 'ApiCancelled') {
      const reason = order.isCancelRequested ? 'canceled as asked' : 'canceled by the broker';
      const end = { status: 'canceled', reason: order.reason ?? reason } as const;
      // whether it was refused, and why, a message of its own tells a moment later
      const waits = order.status === 'sent' || !(order.isExit || order.isCancelRequested);
      // what protects is told as gone at once
      if (!waits) this.end(order, end);
      else if (order.end === undefined) this.#endSoon(order, end);
    } else if (status === 'Inactive' && !isOver(order) && order.end === undefined) {
      this.#endSoon(order, {
        status: 'rejected',
        reason: order.reason ?? 'inactive at the broker',
      });
      this.#listener.cancelAtBroker(order);
    }
  }

  #endSoon(order: OwnOrder, end: OrderEnd): void {
    order.end = end;
    setTimeout(() => this.#settle(order), GRACE_MS);
  }

  #onTerms(order: OwnOrder, told: OpenOrderTold): void {
    const { quantity } = told;
    const { price, stopPrice } = pricesOf(told.type, told.limitPrice, told.auxPrice);
    if (isEnd(told.status) || order.status === 'waiting' || order.status === 'sent') return;
    const isEnlarged =
      order.status === 'filled' && quantity > order.filled && order.changes.length > 0;
    if (isOver(order) && !isEnlarged) return;
    const answered = order.changes.findIndex((change) =>
      answers({ quantity, price, stopPrice }, change, order.filled),
    );
    const isOther =
      quantity !== order.quantity ||
      (price ?? order.price) !== order.price ||
      (stopPrice ?? order.stopPrice) !== order.stopPrice;
    if (answered < 0 && !isOther) return;
    const isReduced = order.isExit && answered < 0 && quantity < order.quantity;
    order.changes.splice(0, answered + 1);
    order.quantity = quantity;
    order.price = price ?? order.price;
    order.stopPrice = stopPrice ?? order.stopPrice;
    if (isEnlarged) order.status = 'working';
    // its group has lost what another exit traded: told before that execution it would look like too little protection
    if (isReduced) this.#tellReducedSoon(order);
    else this.tellTerms(order);
    // its total came down to what it has filled, or to nothing: no more is left of it
    if (order.filled < quantity) return;
    if (told.status === 'Filled')
      this.end(order, { status: 'canceled', reason: 'its total came down to what it has filled' });
    else if (!order.isCancelRequested) this.#listener.cancelAtBroker(order);
  }

  #tellReducedSoon(order: OwnOrder): void {
    order.isReducedUntold = true;
    setTimeout(() => this.#tellReduced(order), GRACE_MS);
  }

  #tellReduced(order: OwnOrder): void {
    if (order.isReducedUntold && !isOver(order)) this.tellTerms(order);
  }

  tellTerms(order: OwnOrder): void {
    order.isReducedUntold = false;
    const { id, quantity, price, stopPrice } = order;
    this.report({
      type: 'order-modified',
      orderId: id,
      ts: this.#options.clock(),
      quantity,
      ...(price === undefined ? {} : { price }),
      ...(stopPrice === undefined ? {} : { stopPrice }),
    });
  }

  /** The first sign of an order is its acceptance, whatever sign it is. */
  #accept(order: OwnOrder): void {
    if (order.status !== 'sent' && order.status !== 'absent') return;
    order.status = 'working';
    this.report({ type: 'order-accepted', orderId: order.id, ts: this.#options.clock() });
    // it was sent for less than was asked for
    if (order.quantity === order.terms.quantity) return;
    order.quantity = order.terms.quantity;
    this.tellTerms(order);
  }

  #onMissed(order: OwnOrder, kind: 'too-late' | 'not-found', words: string): void {
    if (isOver(order)) {
      this.#refuseChange(order, words);
    } else if (order.status === 'sent' && kind === 'not-found') {
      this.end(order, { status: 'rejected', reason: words });
    } else {
      this.#refuseChange(order, words);
      this.#listener.onDoubt(`${order.id}: ${words}`);
      if (order.isCancelRequested) this.#cancelAgain(order);
    }
  }

  /** A cancel that the broker refused of an order that works on: more and more patiently, until it is over. */
  #cancelAgain(order: OwnOrder): void {
    const wait = Math.min(FIRST_CANCEL_RETRY_MS * 2 ** order.cancelsRefused++, LONGEST_RETRY_MS);
    setTimeout(() => {
      if (!isOver(order) && this.#listener.isTelling()) this.#listener.cancelAtBroker(order);
    }, wait).unref();
  }

  #onRefused(order: OwnOrder, words: string): void {
    if (order.status === 'sent' || order.end !== undefined) {
      this.end(order, { status: 'rejected', reason: words });
    } else if (order.changes.length > 0) {
      this.#refuseChange(order, words);
      this.#listener.onDoubt(`${order.id}: ${words}`);
    } else {
      order.reason = words;
      this.#listener.onDoubt(`${order.id}: ${words}`);
    }
  }

  #refuseChange(order: OwnOrder, reason: string): void {
    const change = order.changes.shift();
    if (change === undefined) return;
    const { quantity } = change;
    this.report({
      type: 'order-change-rejected',
      orderId: order.id,
      ts: this.#options.clock(),
      ...(quantity === undefined ? {} : { quantity }),
      reason,
    });
  }

  /** The status is ahead of the executions: they are on their way, or were lost. */
  #awaitExecutions(order: OwnOrder): void {
    setTimeout(() => {
      if (order.saidFilled <= order.filled) return;
      const { id: orderId, saidFilled: filled } = order;
      this.report({ type: 'order-total-told', orderId, ts: this.#options.clock(), filled });
      this.#listener.onDoubt(`${orderId}: ${filled} filled, executions of ${order.filled}`);
      order.saidFilled = order.filled;
      this.#settle(order);
    }, GRACE_MS);
  }

  #settle(order: OwnOrder): void {
    const { end, id: orderId } = order;
    if (end === undefined || isOver(order) || order.saidFilled > order.filled) return;
    this.#tellReduced(order);
    const ts = this.#options.clock();
    const reduced = order.changes.some(({ quantity = Infinity }) => quantity <= order.filled);
    if (reduced && order.filled > 0) {
      order.quantity = order.filled;
      this.tellTerms(order);
    }
    const wasAccepted = order.status === 'working';
    order.changes.length = 0;
    order.reason = end.reason;
    order.status = wasAccepted ? 'canceled' : end.status;
    const type = order.status === 'rejected' ? 'order-rejected' : 'order-canceled';
    this.report({ type, orderId, ts, reason: end.reason });
    this.#listener.onMoved(order);
  }

  /** The broker has changed its mind of an execution: the desk has counted it as it was, so both sides have to be compared. */
  #onCorrected(order: OwnOrder | undefined, was: Fill, record: ExecutionRecord): void {
    const is = record.fill;
    if (order !== undefined) order.filled += is.quantity - was.quantity;
    const words =
      `execution ${is.executionId} was corrected by the broker: ${was.quantity} at ` +
      `${formatPrice(was.price)} to ${is.quantity} at ${formatPrice(is.price)}`;
    if (was.quantity !== is.quantity) {
      this.#listener.onDispute(words);
      return;
    }
    this.#listener.onWords(words);
    this.#tellCorrection(record);
  }

  /** Of an execution that the desk has counted. Without a connection it is left to the comparison that follows one. */
  #tellCorrection(record: ExecutionRecord): void {
    const { fill, commissionMicros, toldMicros, isOurs } = record;
    if (toldMicros === undefined || !isOurs || !this.#listener.isTelling()) return;
    record.toldMicros = commissionMicros ?? toldMicros;
    this.report({
      type: 'execution-corrected',
      orderId: fill.orderId,
      ts: this.#options.clock(),
      executionId: fill.executionId,
      price: fill.price,
      commissionMicros: record.toldMicros,
    });
  }
}

function isEnd(status: string): boolean {
  return status === 'Cancelled' || status === 'ApiCancelled' || status === 'Inactive';
}
