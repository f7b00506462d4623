import type { MoneyMicros } from '../../domain/money.ts';
import type { ClientOrderId, Fill, OrderReport } from '../../domain/order.ts';
import type { SessionTime } from '../../domain/time.ts';
import type { ExecutionVenue, VenueNotice, VenueTruth } from '../../execution/venue.ts';
import { UnreachableError } from '../../platform/unreachable-error.ts';
import type { ApprovedChange, ApprovedOrder } from '../../risk/approved-order.ts';
import { AccountBook } from './account-book.ts';
import { chooseContract, type InstrumentTerms } from './choose-contract.ts';
import type { ContractTold } from './gateway-line.ts';
import { OrderSender, type OrderSenderOptions, UNANSWERED_MS } from './order-sender.ts';
import { Outbox } from './outbox.ts';
import { isOver, toVenueOrder } from './own-order.ts';
import { GatewaySession, type SessionOptions } from './session.ts';
import { createQuestion, isAnswered, noteSeen, type TruthQuestion } from './truth-question.ts';

/** Far from the numbers of orders, which are told in the same field. */
const FIRST_REQUEST_ID = 500_000_000;
/** Everything is compared so often, ms. */
const REFRESH_MS = 5_000;
/** A question that is not answered in that time is asked again, ms. */
const ANSWER_PATIENCE_MS = 3_000;
const COMMISSION_PATIENCE_MS = 100;
/** Executions may come so long after the position that they make, ms. */
const POSITION_PATIENCE_MS = 250;

export interface IbkrVenueOptions extends SessionOptions, OrderSenderOptions {
  /** The fixed id of the client that trades. */
  readonly clientId: number;
  /** What the ids of this run's orders begin with: only those are touched. */
  readonly idPrefix: string;
  /** What an execution will cost, until the broker has told. */
  readonly estimateCommission: (fill: Fill) => MoneyMicros;
  readonly refreshMs?: number;
  /** What the instrument is as it is traded here: the broker's contract has to be that. */
  readonly instrument?: InstrumentTerms;
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
  readonly #sender: OrderSender;
  readonly #questions: TruthQuestion[] = [];
  #requestId = FIRST_REQUEST_ID;
  /** Which contract is meant is asked once, before anything else; 0 when it is known. */
  #contractsId = 0;
  #isContractKnown = false;
  readonly #contracts: ContractTold[] = [];
  #hasBegun = false;
  #isTold = false;
  #isPositionWatched = false;
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
        onMoved: (order) => this.#sender.onMoved(order),
        onDoubt: (words) => {
          this.#say(words);
          this.#ask(undefined);
        },
        onPositionMoved: () => this.#onPositionMoved(),
        onDispute: (words) => {
          this.#say(words);
          this.#tellConnection('connected', words);
        },
        onAdopted: (order, told) => this.#sender.onAdopted(order, told),
        onWords: (words) => this.#say(words),
        cancelAtBroker: (order) => this.#sender.sendCancel(order),
      },
    );
    const book = this.#book;
    this.#session = new GatewaySession(options, {
      onUsable: (nextOrderId, isAnew, words) => this.#onUsable(nextOrderId, isAnew, words),
      onUnusable: (words) => this.#onUnusable(words),
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
      onMessage: (id, code, text) => {
        // 200: no contract fits
        if (id === this.#contractsId) this.#chooseContract();
        else book.onMessage(id, code, text);
      },
      onContract: (told) => {
        if (told.requestId === this.#contractsId) this.#contracts.push(told);
      },
      onContractsEnd: (requestId) => {
        if (requestId === this.#contractsId) this.#chooseContract();
      },
      onWords: (words) => {
        this.#say(words);
        if (this.#session.state === 'refused') this.#onBegun?.(words);
      },
    });
    this.#sender = new OrderSender(options, {
      session: this.#session,
      book: this.#book,
      outbox: this.#outbox,
      onUnanswered: ({ id, status }) => {
        if (status === 'sent')
          this.#say(`${id} is not answered: the broker is asked what it holds`);
        this.#ask(undefined);
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
    this.#sender.submit(order);
  }

  modify(change: ApprovedChange, _now: SessionTime): void {
    this.#sender.modify(change);
  }

  cancel(id: ClientOrderId, _now: SessionTime): void {
    this.#sender.cancel(id);
  }

  /** Asks what the broker holds, as it does by itself every few seconds: somebody knows that something has changed. */
  refresh(): void {
    this.#ask(undefined);
  }

  requestTruth(now: SessionTime): void {
    this.#sender.flush();
    if (this.#session.isUsable) this.#ask(now);
  }

  /** When there is a report or notice to take; infinite while there is none. */
  get nextReport(): SessionTime {
    return this.#outbox.nextAt;
  }

  /** Everything that the broker has told has been taken. */
  get isTakenIn(): boolean {
    return this.#outbox.isEmpty;
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

  #onUsable(nextOrderId: number, isAnew: boolean, words: string): void {
    if (isAnew) {
      this.#sender.beginConnection(Math.max(nextOrderId, this.#book.highestId + 1));
      const { account } = this.#session;
      this.#session.pacer.push({
        paceClass: 'question',
        count: 1,
        send: () => this.#session.line?.requestAccountValues(account),
      });
    }
    if (this.#hasBegun) {
      this.#isTold = true;
      this.#tellConnection('connected', words);
    } else if (this.#isContractKnown) this.#ask(undefined);
    else this.#askContract();
    this.#planRefresh();
  }

  #askContract(): void {
    this.#contractsId = ++this.#requestId;
    this.#contracts.length = 0;
    this.#session.pacer.push({
      paceClass: 'question',
      count: 1,
      send: () => this.#session.line?.requestContracts(this.#contractsId, this.#options.contract),
    });
  }

  #chooseContract(): void {
    this.#contractsId = 0;
    const { contract, instrument } = this.#options;
    const chosen = chooseContract(contract, this.#contracts, instrument);
    if ('problem' in chosen) {
      this.#say(chosen.problem);
      this.#onBegun?.(chosen.problem);
      return;
    }
    if (chosen.words !== undefined) this.#say(chosen.words);
    this.#isContractKnown = true;
    this.#book.setContract(chosen.contract.conId);
    this.#sender.setContract(chosen.contract);
    this.#ask(undefined);
  }

  #onUnusable(words: string): void {
    clearTimeout(this.#refreshTimer);
    clearTimeout(this.#answerTimer);
    this.#questions.length = 0;
    this.#sender.dropWaiting(words);
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
      if (this.#questions.length === 0 && this.#isContractKnown) this.#ask(undefined);
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
      count: 3,
      send: () => {
        const answeredBy = performance.now() - UNANSWERED_MS;
        for (const order of this.#book.own) {
          const isUnanswered =
            order.status === 'sent' &&
            (order.connection !== this.#sender.connection || order.sentAtMs < answeredBy);
          if (order.status === 'working' || isUnanswered) question.asked.add(order);
        }
        this.#book.askPosition();
        const { line } = this.#session;
        line?.requestOpenOrders();
        line?.requestExecutions(question.requestId, account);
        line?.requestPositions();
      },
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
    this.#conclude(question);
    this.#sendQuestion();
  }

  #conclude(question: TruthQuestion): void {
    const lost = [...question.asked].filter(
      (order) => order.status === 'sent' && order.filled === 0 && !question.seen.has(order),
    );
    for (const order of lost) {
      const reason = 'never answered, and not known to the broker';
      if (order.connection === this.#sender.connection)
        this.#book.end(order, { status: 'rejected', reason });
      else order.status = 'absent';
      question.asked.delete(order);
    }
    this.#book.onAllOpenTold(question.seen, question.asked, question.seenForeign);
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      this.#positionBefore = this.#book.ledger.beginHere(this.#book.position);
      this.#isTold = true;
      this.#tellConnection('connected', 'connected to the gateway');
      this.#onBegun?.();
    }
    this.#sender.tend();
    this.#comparePosition();
    if (question.askedAt === undefined) return;
    const truth = this.#truth(question.askedAt);
    this.#outbox.push({ type: 'truth-told', ts: truth.ts, truth });
  }

  /** A position without the executions that make it: they were not told, and are asked for. */
  #onPositionMoved(): void {
    if (!this.#hasBegun || this.#isPositionWatched) return;
    this.#isPositionWatched = true;
    setTimeout(() => {
      this.#isPositionWatched = false;
      if (this.#book.position === this.#book.ledger.expectedPosition) return;
      this.#ask(undefined);
    }, POSITION_PATIENCE_MS).unref();
  }

  /** A fill may be under way between two answers: only a difference that stays is one. */
  #comparePosition(): void {
    const expected = this.#book.ledger.expectedPosition;
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
      executions: this.#book.ledger.sinceBegin.map((record) => {
        const commissionMicros = this.#outbox.commissionOf(record);
        // what comes later is a correction of this
        record.toldMicros = commissionMicros;
        return { fill: record.fill, commissionMicros };
      }),
      position: this.#book.position,
    };
  }

  #say(words: string): void {
    this.#options.onWords?.(words);
  }
}
