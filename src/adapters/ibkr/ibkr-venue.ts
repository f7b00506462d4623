import type { MoneyMicros } from '../../domain/money.ts';
import type { ClientOrderId, Fill, OrderChange, OrderReport } from '../../domain/order.ts';
import type { SessionTime } from '../../domain/time.ts';
import type { ExecutionVenue, VenueNotice, VenueTruth } from '../../execution/venue.ts';
import { UnreachableError } from '../../platform/unreachable-error.ts';
import type { ApprovedChange, ApprovedOrder } from '../../risk/approved-order.ts';
import { AccountBook } from './account-book.ts';
import { type ExitGroup, openOf, stepsOf } from './exit-groups.ts';
import type { BrokerContract, BrokerOrderTerms, OpenOrderTold } from './gateway-line.ts';
import type { PaceClass } from './message-pacer.ts';
import { toTerms, whyNot } from './order-terms.ts';
import { Outbox } from './outbox.ts';
import {
  askedQuantityOf,
  changedTermsOf,
  isOver,
  type OwnOrder,
  toVenueOrder,
} from './own-order.ts';
import { GatewaySession, type SessionOptions } from './session.ts';
import { createQuestion, isAnswered, noteSeen, type TruthQuestion } from './truth-question.ts';

/** Far from the numbers of orders, which are told in the same field. */
const FIRST_REQUEST_ID = 500_000_000;
/** Everything is compared so often, ms. */
const REFRESH_MS = 5_000;
/** A question that is not answered in that time is asked again, ms. */
const ANSWER_PATIENCE_MS = 3_000;
/** The broker's own groups are left so long to do what they do, ms. */
const GROUP_PATIENCE_MS = 100;
const COMMISSION_PATIENCE_MS = 100;
/** An exit at market waits so long for the end of the other exits, ms. */
const EXIT_PATIENCE_MS = 500;

export interface IbkrVenueOptions extends SessionOptions {
  readonly contract: BrokerContract;
  /** The fixed id of the client that trades. */
  readonly clientId: number;
  /** What the ids of this run's orders begin with: only those are touched. */
  readonly idPrefix: string;
  readonly clock: () => SessionTime;
  /** What an execution will cost, until the broker has told. */
  readonly estimateCommission: (fill: Fill) => MoneyMicros;
  /** The highest number of an order that the journal has seen. */
  readonly lastOrderId?: number;
  /** For the log and the screen: no account number stands in it. */
  readonly onWords?: (words: string) => void;
  readonly groupPatienceMs?: number;
  readonly refreshMs?: number;
}

/** Cash of the account as the broker told it last. */
export interface AccountCash {
  readonly amount: number;
  readonly currency: string;
}

/**
 * Interactive Brokers as a venue. A bracket leaves as parent and children, the last of which transmits them all; every order carries our id
 * of it; fills come from executions alone. Without a connection nothing is kept: what comes then is refused in words.
 *
 * @see https://interactivebrokers.github.io/tws-api/bracket_order.html read 2026-11-21
 */
export class IbkrVenue implements ExecutionVenue {
  readonly #options: IbkrVenueOptions;
  readonly #session: GatewaySession;
  readonly #book: AccountBook;
  readonly #outbox: Outbox;
  readonly #groups = new Map<string, ExitGroup>();
  /** Orders of this moment, which leave together. */
  readonly #batch: ApprovedOrder[] = [];
  readonly #questions: TruthQuestion[] = [];
  #requestId = FIRST_REQUEST_ID;
  #nextOrderId = 1;
  #connections = 0;
  #hasBegun = false;
  #isTold = false;
  #positionBefore = 0;
  #mismatches = 0;
  #cash: AccountCash | undefined;
  #refreshTimer: NodeJS.Timeout | undefined;
  #answerTimer: NodeJS.Timeout | undefined;
  #onBegun: ((words?: string) => void) | undefined;

  constructor(options: IbkrVenueOptions) {
    this.#options = options;
    const { clock, contract, clientId, idPrefix } = options;
    this.#outbox = new Outbox(COMMISSION_PATIENCE_MS, options.estimateCommission);
    const { symbol, securityType } = contract;
    this.#book = new AccountBook(
      { clientId, symbol, securityType, idPrefix, clock, outbox: this.#outbox },
      {
        isTelling: () => this.#isTold,
        account: () => this.#session.account,
        onMoved: (order) => this.#onMoved(order),
        onDoubt: (words) => {
          this.#say(words);
          this.#ask(undefined);
        },
        onDispute: (words) => {
          this.#say(words);
          this.#tellConnection('connected', words);
        },
        onAdopted: (order, told) => this.#onAdopted(order, told),
        onWords: (words) => this.#say(words),
        cancelAtBroker: (order) => this.#sendCancel(order),
      },
    );
    const book = this.#book;
    this.#session = new GatewaySession(options, {
      onUsable: (nextOrderId, isAnew, words) => this.#onUsable(nextOrderId, isAnew, words),
      onUnusable: (words, isCut) => this.#onUnusable(words, isCut),
      onOpenOrder: (told) => {
        const order = book.onOpenOrder(told);
        const [question] = this.#questions;
        if (question !== undefined) noteSeen(question, told, order);
      },
      onOpenOrdersEnd: () => this.#onAnswer((question) => (question.hasOrders = true)),
      onOrderStatus: (told) => book.onOrderStatus(told),
      onExecution: (told) => book.onExecution(told),
      onExecutionsEnd: (requestId) =>
        this.#onAnswer((question) => (question.hasExecutions ||= requestId === question.requestId)),
      onCommission: (told) => book.onCommission(told),
      onPosition: (told) => book.onPosition(told),
      onPositionsEnd: () => {
        book.onPositionsEnd();
        this.#onAnswer((question) => (question.hasPositions = true));
      },
      onAccountValue: (key, value, currency) => {
        if (key === 'TotalCashBalance' || key === 'CashBalance')
          this.#cash = { amount: Number(value), currency };
      },
      onMessage: (id, code, text) => book.onMessage(id, code, text),
      onWords: (words) => {
        this.#say(words);
        if (this.#session.state === 'refused') this.#onBegun?.(words);
      },
    });
  }

  /** The connection beneath, for the screen and the doctor. */
  get session(): GatewaySession {
    return this.#session;
  }

  /** What the account held of the instrument when the run began, bought less sold. */
  get positionBefore(): number {
    return this.#positionBefore;
  }

  get cash(): AccountCash | undefined {
    return this.#cash;
  }

  /**
   * Connects and takes in what the broker holds, before the engine begins. Then `connected` is told, so that the desk compares.
   *
   * @throws {UnreachableError} If the gateway is not ready in that time, or has no account that may be traded.
   */
  async begin(patienceMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.#onBegun = resolve;
    const timer = setTimeout(
      () => resolve(this.#session.lastWords || 'the gateway does not answer'),
      patienceMs,
    );
    this.#session.start();
    const words = await promise;
    clearTimeout(timer);
    this.#onBegun = undefined;
    if (words === undefined) return;
    this.close();
    throw new UnreachableError(`Interactive Brokers: ${words}`);
  }

  close(): void {
    clearTimeout(this.#refreshTimer);
    clearTimeout(this.#answerTimer);
    this.#session.close();
  }

  submit(order: ApprovedOrder, _now: SessionTime): void {
    if (this.#book.find(order.id) !== undefined || this.#batch.some(({ id }) => id === order.id)) {
      this.#say(`${order.id} was sent before: not sent again`);
      return;
    }
    this.#batch.push(order);
    // the orders of a bracket are handed over one by one, and leave as one
    if (this.#batch.length === 1) queueMicrotask(() => this.#sendBatch());
  }

  modify(change: ApprovedChange, _now: SessionTime): void {
    this.#sendBatch();
    const order = this.#book.find(change.id);
    const { price, stopPrice, quantity } = change;
    const plain: OrderChange = {
      id: change.id,
      ...(price === undefined ? {} : { price }),
      ...(stopPrice === undefined ? {} : { stopPrice }),
      ...(quantity === undefined ? {} : { quantity }),
    };
    if (!this.#session.isUsable)
      this.#refuseChange(plain, `not connected: ${this.#session.lastWords}`);
    else if (order === undefined) this.#refuseChange(plain, 'no such order');
    else if (isOver(order) || order.isCancelRequested) this.#refuseChange(plain, 'it is done');
    else this.#sendChange(order, plain);
  }

  cancel(id: ClientOrderId, _now: SessionTime): void {
    this.#sendBatch();
    const order = this.#book.find(id);
    if (order !== undefined && !isOver(order) && !order.isCancelRequested && this.#session.isUsable)
      this.#sendCancel(order);
  }

  requestTruth(now: SessionTime): void {
    this.#sendBatch();
    if (this.#session.isUsable) this.#ask(now);
  }

  takeReport(now: SessionTime): OrderReport | undefined {
    return this.#outbox.takeReport(now);
  }

  takeNotice(now: SessionTime): VenueNotice | undefined {
    return this.#outbox.takeNotice(now);
  }

  /** The broker does not tell it. */
  queueAhead(): null {
    return null;
  }

  estimatedAhead(): null {
    return null;
  }

  #sendBatch(): void {
    const batch = this.#batch.splice(0);
    const entries = batch.filter(
      ({ ocoGroup, reduceOnly }) => ocoGroup !== undefined && !reduceOnly,
    );
    for (const order of batch) {
      const entry = entries.find(({ ocoGroup }) => ocoGroup === order.ocoGroup);
      if (entry === undefined) this.#sendSingle(order);
      else if (order === entry)
        this.#sendBracket(
          entry,
          batch.filter((exit) => exit.ocoGroup === entry.ocoGroup && exit.reduceOnly),
        );
    }
  }

  #sendBracket(entry: ApprovedOrder, exits: readonly ApprovedOrder[]): void {
    const orders = [entry, ...exits];
    const reason = this.#whyNotNow(orders);
    if (reason !== undefined) {
      for (const order of orders) this.#refuse(order, reason);
      return;
    }
    const parent = this.#make(entry, 'order', {});
    const children = exits.map((exit) =>
      this.#make(exit, 'order', {
        parentId: parent.brokerId,
        ...(exit.ocoGroup === undefined ? {} : { ocaGroup: exit.ocoGroup }),
      }),
    );
    this.#sendOrders([parent, ...children]);
  }

  #sendSingle(order: ApprovedOrder): void {
    const { ocoGroup, reduceOnly } = order;
    const reason = this.#whyNotNow([order]);
    if (reason !== undefined) {
      this.#refuse(order, reason);
      return;
    }
    const paceClass = reduceOnly ? 'closing' : 'order';
    if (ocoGroup === undefined || !reduceOnly) {
      this.#sendOrders([this.#make(order, paceClass, {})]);
      return;
    }
    const exit = this.#make(order, paceClass, { ocaGroup: ocoGroup });
    const group = this.#groups.get(ocoGroup);
    if (order.type === 'market' && group !== undefined) this.#sendLast(group, exit);
    else this.#sendClipped(exit);
  }

  /**
   * An exit at market leaves when the other exits can trade no more: the broker knows no order that only reduces, and one that crosses the
   * stop's fill on its way would turn the position round. What is open is without its stop for that one way there and back.
   */
  #sendLast(group: ExitGroup, exit: OwnOrder): void {
    group.waiting = exit;
    for (const other of group.exits)
      if (other !== exit && !isOver(other) && !other.isCancelRequested) this.#sendCancel(other);
    this.#continueExit(group);
    setTimeout(() => {
      if (group.waiting === exit) this.#release(group, exit);
    }, EXIT_PATIENCE_MS);
  }

  #continueExit(group: ExitGroup): void {
    const { waiting, exits } = group;
    if (waiting !== undefined && exits.every((other) => other === waiting || isOver(other)))
      this.#release(group, waiting);
  }

  #release(group: ExitGroup, exit: OwnOrder): void {
    group.waiting = undefined;
    if (!isOver(exit)) this.#sendClipped(exit);
  }

  /** Sends an exit for no more than is open. */
  #sendClipped(exit: OwnOrder): void {
    const most = this.#mostToClose(exit);
    if (most <= 0) {
      this.#book.end(exit, { status: 'rejected', reason: 'nothing is open that it could close' });
      return;
    }
    exit.terms = { ...exit.terms, quantity: Math.min(exit.quantity, most) };
    this.#sendOrders([exit]);
  }

  /** What an order may close at most: of its bracket where that is known, else of the position. */
  #mostToClose({ side, group: name, terms }: OwnOrder): number {
    const group = this.#groups.get(name ?? '');
    const { position } = this.#book;
    if (group?.entry === undefined) return side === 'sell' ? position : -position;
    const { entry } = group;
    const isWaiting = terms.type !== 'MKT' && !isOver(entry);
    return openOf(group) + (isWaiting ? entry.quantity - entry.filled : 0);
  }

  #make(
    order: ApprovedOrder,
    paceClass: PaceClass,
    place: { readonly parentId?: number; readonly ocaGroup?: string },
  ): OwnOrder {
    const own = this.#toOwn(order, this.#nextOrderId++, paceClass, place);
    this.#book.add(own);
    this.#join(own);
    return own;
  }

  #toOwn(
    order: ApprovedOrder,
    orderId: number,
    paceClass: PaceClass,
    place: { readonly parentId?: number; readonly ocaGroup?: string },
  ): OwnOrder {
    const terms = toTerms(order, { orderId, account: this.#session.account, ...place });
    return {
      id: order.id,
      brokerId: orderId,
      side: order.side,
      group: order.ocoGroup,
      isExit: order.reduceOnly,
      connection: this.#connections,
      paceClass,
      terms,
      status: 'waiting',
      quantity: order.quantity,
      price: order.price,
      stopPrice: order.stopPrice,
      filled: 0,
      saidFilled: 0,
      changes: [],
      isCancelRequested: false,
      reason: undefined,
      end: undefined,
    };
  }

  #join(order: OwnOrder): void {
    if (order.group === undefined) return;
    const group = this.#groups.get(order.group) ?? {
      entry: undefined,
      exits: [],
      waiting: undefined,
    };
    this.#groups.set(order.group, group);
    if (order.isExit) group.exits.push(order);
    else group.entry = order;
  }

  #sendOrders(orders: readonly OwnOrder[]): void {
    const { contract } = this.#options;
    const last = orders.at(-1);
    this.#session.pacer.push({
      paceClass: orders[0]?.paceClass ?? 'order',
      count: orders.length,
      send: () => {
        for (const order of orders) {
          const terms: BrokerOrderTerms = { ...order.terms, transmit: order === last };
          order.status = 'sent';
          this.#session.line?.placeOrder(contract, terms);
        }
      },
      drop: () => {
        for (const order of orders)
          this.#book.end(order, {
            status: 'rejected',
            reason: 'never sent: the connection was lost',
          });
      },
    });
  }

  #sendChange(order: OwnOrder, change: OrderChange): void {
    order.changes.push(change);
    // the broker knows no order for less than it has filled
    if (askedQuantityOf(order) <= order.filled) {
      this.#sendCancel(order);
      return;
    }
    const terms = changedTermsOf(order);
    const { contract } = this.#options;
    this.#session.pacer.push({
      paceClass: order.status === 'waiting' ? order.paceClass : order.isExit ? 'closing' : 'order',
      count: 1,
      send: () => this.#session.line?.placeOrder(contract, terms),
      drop: () => undefined,
    });
  }

  #sendCancel(order: OwnOrder): void {
    order.isCancelRequested = true;
    this.#session.pacer.push({
      // never before the order itself
      paceClass: order.status === 'waiting' ? order.paceClass : 'closing',
      count: 1,
      send: () => this.#session.line?.cancelOrder(order.brokerId),
      drop: () => {
        order.isCancelRequested = false;
      },
    });
  }

  #whyNotNow(orders: readonly ApprovedOrder[]): string | undefined {
    if (!this.#session.isUsable) return `not connected: ${this.#session.lastWords}`;
    for (const order of orders) {
      const reason = whyNot(order);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  /** Never sent, and told so also while nothing else is. */
  #refuse(order: ApprovedOrder, reason: string): void {
    const { id: orderId } = order;
    this.#book.addRefused({ ...this.#toOwn(order, 0, 'order', {}), status: 'rejected', reason });
    this.#outbox.push({ type: 'order-rejected', orderId, ts: this.#options.clock(), reason });
  }

  #refuseChange({ id: orderId, quantity }: OrderChange, reason: string): void {
    const ts = this.#options.clock();
    const asked = quantity === undefined ? {} : { quantity };
    this.#outbox.push({ type: 'order-change-rejected', orderId, ts, ...asked, reason });
  }

  #onUsable(nextOrderId: number, isAnew: boolean, words: string): void {
    const { highestId } = this.#book;
    const { lastOrderId = 0 } = this.#options;
    if (isAnew) {
      this.#connections++;
      this.#nextOrderId = Math.max(this.#nextOrderId, nextOrderId, highestId + 1, lastOrderId + 1);
      const { account } = this.#session;
      this.#session.pacer.push({
        paceClass: 'question',
        count: 1,
        send: () => this.#session.line?.requestAccountValues(account),
        drop: () => undefined,
      });
    }
    if (this.#hasBegun) {
      this.#isTold = true;
      this.#tellConnection('connected', words);
    } else this.#ask(undefined);
    this.#planRefresh();
  }

  #onUnusable(words: string, _isCut: boolean): void {
    clearTimeout(this.#refreshTimer);
    clearTimeout(this.#answerTimer);
    this.#questions.length = 0;
    for (const group of this.#groups.values()) {
      const exit = group.waiting;
      group.waiting = undefined;
      if (exit !== undefined)
        this.#book.end(exit, { status: 'rejected', reason: `never sent: ${words}` });
    }
    // a cancel that was not answered may be lost: it can be asked for again
    for (const order of this.#book.own) if (!isOver(order)) order.isCancelRequested = false;
    if (!this.#isTold) return;
    this.#isTold = false;
    this.#tellConnection('disconnected', words);
  }

  #tellConnection(connection: 'connected' | 'disconnected', reason: string): void {
    const ts = this.#options.clock();
    this.#outbox.push({ type: 'connection-changed', ts, connection, reason });
  }

  #planRefresh(): void {
    clearTimeout(this.#refreshTimer);
    this.#refreshTimer = setTimeout(() => {
      if (this.#questions.length === 0) this.#ask(undefined);
      this.#planRefresh();
    }, this.#options.refreshMs ?? REFRESH_MS);
  }

  /** One question after the other: the end of the open orders does not say which it answers. */
  #ask(askedAt: SessionTime | undefined): void {
    if (!this.#session.isUsable) return;
    // one that waits already will answer this as well
    if (askedAt === undefined && this.#questions.length > 1) return;
    this.#questions.push(createQuestion(askedAt, ++this.#requestId));
    if (this.#questions.length === 1) this.#sendQuestion();
  }

  #sendQuestion(): void {
    const [question] = this.#questions;
    if (question === undefined) return;
    const { account } = this.#session;
    this.#session.pacer.push({
      paceClass: 'question',
      count: 4,
      send: () => {
        for (const order of this.#book.own)
          if (
            order.status === 'working' ||
            (order.status === 'sent' && order.connection !== this.#connections)
          )
            question.asked.add(order);
        this.#book.askPosition();
        const { line } = this.#session;
        line?.requestOpenOrders();
        line?.requestExecutions(question.requestId, account);
        line?.requestPositions();
      },
      drop: () => undefined,
    });
    clearTimeout(this.#answerTimer);
    this.#answerTimer = setTimeout(() => {
      this.#say('the broker has not answered what it holds: asked again');
      this.#sendQuestion();
    }, ANSWER_PATIENCE_MS);
  }

  #onAnswer(note: (question: TruthQuestion) => void): void {
    const [question] = this.#questions;
    if (question === undefined) return;
    note(question);
    if (!isAnswered(question)) return;
    clearTimeout(this.#answerTimer);
    this.#questions.shift();
    this.#session.line?.cancelPositions();
    this.#conclude(question);
    this.#sendQuestion();
  }

  #conclude(question: TruthQuestion): void {
    const lost = [...question.asked].filter(
      (order) => order.status === 'sent' && order.filled === 0 && !question.seen.has(order),
    );
    for (const order of lost) {
      order.status = 'absent';
      question.asked.delete(order);
    }
    this.#book.onAllOpenTold(question.seen, question.asked, question.seenForeign);
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      this.#positionBefore = this.#book.beginHere();
      this.#isTold = true;
      this.#tellConnection('connected', 'connected to the gateway');
      this.#onBegun?.();
    }
    this.#comparePosition();
    if (question.askedAt === undefined) return;
    const truth = this.#truth(question.askedAt);
    this.#outbox.push({ type: 'truth-told', ts: truth.ts, truth });
  }

  /** A fill may be under way between two answers: only a difference that stays is one. */
  #comparePosition(): void {
    const expected = this.#book.expectedPosition(this.#positionBefore);
    const { position } = this.#book;
    this.#mismatches = position === expected ? 0 : this.#mismatches + 1;
    if (this.#mismatches !== 2) return;
    const words = `the broker holds ${position}, its executions make ${expected}`;
    this.#say(words);
    this.#tellConnection('connected', words);
  }

  #truth(askedAt: SessionTime): VenueTruth {
    const orders = [...this.#book.own]
      .filter(({ status }) => status !== 'absent')
      .map(toVenueOrder);
    return {
      ts: this.#options.clock(),
      askedAt,
      orders: [...orders, ...this.#book.foreign],
      executions: this.#book.executions.map((record) => ({
        fill: record.fill,
        commissionMicros: this.#outbox.commissionOf(record),
      })),
      position: this.#book.position,
    };
  }

  /** An order of a bracket traded or ended: the others follow, after the broker's own groups have had their time. */
  #onMoved(order: OwnOrder): void {
    const group = order.group === undefined ? undefined : this.#groups.get(order.group);
    if (group === undefined) return;
    // an exit that trades before the entry is full ends the entry at once: no more may come in unguarded
    if (order.isExit) this.#takeSteps(group, false);
    this.#continueExit(group);
    setTimeout(
      () => this.#takeSteps(group, true),
      this.#options.groupPatienceMs ?? GROUP_PATIENCE_MS,
    );
  }

  #takeSteps(group: ExitGroup, isPatient: boolean): void {
    if (!this.#session.isUsable) return;
    for (const step of stepsOf(group)) {
      if (!isPatient && step.order !== group.entry) continue;
      if (step.type === 'cancel') this.#sendCancel(step.order);
      else if (askedQuantityOf(step.order) > step.quantity)
        this.#sendChange(step.order, { id: step.order.id, quantity: step.quantity });
    }
  }

  /** An order of ours from an earlier process: its bracket is known by the group of the exits and the number of their parent. */
  #onAdopted(order: OwnOrder, told: OpenOrderTold): void {
    this.#join(order);
    const group = this.#groups.get(order.group ?? '');
    if (group === undefined) return;
    for (const other of this.#book.own) if (other.brokerId === told.parentId) group.entry = other;
  }

  #say(words: string): void {
    this.#options.onWords?.(words);
  }
}
