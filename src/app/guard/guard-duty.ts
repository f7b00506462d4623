import type {
  ExecutionTold,
  GatewayLine,
  LineListener,
  OpenOrderTold,
} from '../../adapters/ibkr/gateway-line.ts';
import {
  GatewaySession,
  type SessionListener,
  type SessionTimes,
} from '../../adapters/ibkr/session.ts';
import { StoqeyLine } from '../../adapters/ibkr/stoqey-line.ts';
import type { OrderMessage, OrderTelling } from '../../adapters/ibkr/wire-frames.ts';
import { GUARD_MARK } from '../../execution/venue.ts';
import { UnreachableError } from '../../platform/unreachable-error.ts';
import { type ClosingStep, nextClosingStep } from './closing-plan.ts';
import type { GuardNotice, GuardOptions, KillCause } from './guard-port.ts';
import { OrderRelay } from './order-relay.ts';
import { type OurOrder, OurOrders } from './our-orders.ts';
import { OwnExecutions } from './own-executions.ts';

/** Signs of life are looked for so often, ms. */
const TICK_MS = 25;
/** Of a longer time in which the guard itself did not run only so much counts as silence of the run's, ms. */
const MOST_TICK_MS = 100;
/** A run that was heard of in that time has as long to cancel and close by itself, after the key or at a limit, ms. */
const GRACE_MS = 100;
/** Without the run's connection for so long the guard opens one of its own under the run's client id, ms. */
const TAKE_OVER_MS = 200;
/** A gateway that is away for so long after the death of the run is not waited for any more, ms. */
const MOST_AWAY_MS = 24 * 3_600_000;
const FIRST_REQUEST_ID = 600_000_000;
const PNL_REQUEST_ID = 700_000_000;
/** Back soon: a gateway that restarts must not be found late. */
const TIMES: Partial<SessionTimes> = { firstRetry: 100, longestRetry: 1_000 };

/** Milliseconds. */
export interface DutyTimes {
  /** Between two questions while nothing is wrong. */
  readonly watch: number;
  /** Between two questions, and two cancels of an order, while the guard closes. */
  readonly close: number;
  /** For so long what the broker tells may lag behind itself: a position behind its executions, and they behind an order's state. */
  readonly lag: number;
}

const USUAL_TIMES: DutyTimes = { watch: 1_000, close: 500, lag: 2_000 };

/** `grace`: trading is over, and the run, which lives, may still close by itself. `flat`: what opens is refused until somebody allows it. */
type DutyState = 'watching' | 'grace' | 'closing' | 'flat';

interface Question {
  readonly id: number;
  readonly askedAtMs: number;
  readonly changes: number;
  readonly seen: Set<OurOrder>;
  position: number;
  hasOrders: boolean;
  hasExecutions: boolean;
  hasPositions: boolean;
}

export interface DutyParts {
  readonly tell: (notice: GuardNotice) => void;
  /** One line of the log. */
  readonly log: (type: string, fields: Readonly<Record<string, unknown>>) => void;
  readonly times?: Partial<DutyTimes>;
}

/**
 * Watches a run by what the broker itself tells, and ends trading when the run cannot or must not go on: cancels its orders over its own
 * connection, closes what its executions left open under the guard's client id, and is done when a fresh answer of the broker's says so.
 */
export class GuardDuty {
  readonly #options: GuardOptions;
  readonly #parts: DutyParts;
  readonly #times: DutyTimes;
  readonly #relay: OrderRelay;
  readonly #session: GatewaySession;
  readonly #orders = new OurOrders(() => performance.now());
  readonly #executions: OwnExecutions;
  readonly #ended = Promise.withResolvers<void>();
  /** A connection of our own under the run's client id, when the run has left none. */
  #takenOver: GatewaySession | undefined;
  #state: DutyState = 'watching';
  #isRunGone = false;
  #question: Question | undefined;
  #lastRequestId = FIRST_REQUEST_ID;
  /** State of the orders that the last answer holds. */
  #answeredChanges = -1;
  #nextOrderId = 0;
  #flattening: OurOrder | undefined;
  #position = 0;
  /** What the account held that was not ours when the guard first looked. */
  #heldBefore: number | undefined;
  #mark: number | undefined;
  #watchedConId: number | undefined;
  /** The result of the day that the limit counts from. */
  #lossFromUsd = 0;
  #silentMs = 0;
  #tickedAtMs = performance.now();
  #killedAtMs = 0;
  #goneSinceMs: number | undefined;
  #unsettledSinceMs: number | undefined;
  #askedAtMs = 0;
  #usableAtMs = performance.now();
  #refusedAtMs = Number.NEGATIVE_INFINITY;
  #isStepPlanned = false;
  #heard = '';
  #tickTimer: NodeJS.Timeout | undefined;
  #onBegun: ((isBegun: boolean) => void) | undefined;

  constructor(options: GuardOptions, parts: DutyParts) {
    this.#options = options;
    this.#parts = parts;
    this.#times = { ...USUAL_TIMES, ...parts.times };
    const { host, port, guardClientId } = options;
    this.#executions = new OwnExecutions(options.idPrefix, options.multiplier);
    this.#relay = new OrderRelay(
      { host, port },
      {
        onPlace: (message) => this.#onPlace(message),
        onTold: (told) => this.#onTold(told),
        onWords: (words) => this.#say(words),
      },
    );
    this.#session = new GatewaySession(
      {
        openLine: (listener) => new StoqeyLine({ host, port, clientId: guardClientId }, listener),
        allowedAccounts: options.allowedAccounts,
        times: TIMES,
      },
      this.#listener(guardClientId),
    );
  }

  /** Resolves when the guard is done and may go. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /**
   * Connects, learns what the account holds, and begins to watch. Resolves with the port for the run's order connection.
   *
   * @throws {UnreachableError} If the gateway does not answer in that time.
   */
  async begin(patienceMs: number): Promise<number> {
    const orderPort = await this.#relay.listen();
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#onBegun = resolve;
    const timer = setTimeout(() => resolve(false), patienceMs);
    this.#session.start();
    const isBegun = await promise;
    clearTimeout(timer);
    if (!isBegun) {
      const words = this.#session.lastWords || 'the gateway does not answer';
      this.#end();
      throw new UnreachableError(`the guard: ${words}`);
    }
    this.#tickedAtMs = performance.now();
    this.#tickTimer = setInterval(() => this.#tick(), TICK_MS);
    return orderPort;
  }

  heartbeat(): void {
    this.#silentMs = 0;
  }

  /** The run is dead, or has left. */
  onRunGone(isInOrder: boolean): void {
    if (this.#isRunGone) return;
    this.#isRunGone = true;
    if (this.#state === 'flat' || (isInOrder && this.#state === 'watching')) this.#end();
    else if (this.#state === 'watching') this.kill('pipe-closed', 'the run is gone');
    else if (this.#state === 'grace') this.#takeOver();
  }

  kill(cause: KillCause, words: string): void {
    if (this.#state === 'grace' && (cause === 'heartbeat-lost' || cause === 'flatten'))
      this.#takeOver();
    if (this.#state !== 'watching' && this.#state !== 'flat') return;
    this.#killedAtMs = performance.now();
    this.#goneSinceMs = undefined;
    this.#relay.keep();
    this.#parts.log('killed', {
      cause,
      words,
      position: this.#ours,
      orders: this.#orders.alive.length,
    });
    this.#parts.tell({ type: 'killed', cause, words });
    const isForGuard = cause === 'heartbeat-lost' || cause === 'pipe-closed' || cause === 'flatten';
    if (isForGuard || this.#isRunGone || this.#silentMs > GRACE_MS) {
      this.#takeOver();
      return;
    }
    this.#state = 'grace';
    setTimeout(() => {
      if (this.#state === 'grace') this.#takeOver();
    }, GRACE_MS);
  }

  /** Somebody has reset the halt. What was lost until then does not count any more, where it was as much as may be. */
  resume(): void {
    const result = this.#dayResult;
    if (result !== undefined && result <= -this.#options.limits.dailyLossUsd)
      this.#lossFromUsd += result;
    if (this.#state !== 'flat') return;
    this.#state = 'watching';
    this.#silentMs = 0;
    this.#takenOver?.close();
    this.#takenOver = undefined;
    this.#relay.reopen();
    this.#parts.log('resumed', {});
  }

  /** Somebody wants the guard to go: it does, unless it is closing. The run is told by its end. */
  terminate(): void {
    if (this.#state === 'watching' || this.#state === 'flat') this.#end();
  }

  /** Goes as it is, whatever is open. */
  leave(): void {
    this.#end();
  }

  /** Every order of every client and of the broker's own program. */
  cancelEverything(): void {
    this.#parts.log('cancel-everything', {});
    this.#session.pacer.push({
      paceClass: 'closing',
      count: 1,
      send: () => this.#session.line?.cancelEverything(),
    });
  }

  /** Bought less sold. */
  get #ours(): number {
    return this.#options.carriedPosition + this.#executions.net;
  }

  #takeOver(): void {
    this.#state = 'closing';
    this.#cancelAll();
    this.#ask();
  }

  #end(): void {
    clearInterval(this.#tickTimer);
    this.#takenOver?.close();
    this.#session.close();
    this.#relay.close();
    this.#ended.resolve();
  }

  // what is seen and told of orders

  /** Why an order of the run's may not pass. */
  #onPlace(message: Extract<OrderMessage, { type: 'place' }>): string | undefined {
    const { orderId, orderRef, side, quantity } = message;
    if (this.#state !== 'watching') {
      const reason = this.#whyNot(message);
      if (reason !== undefined) {
        this.#parts.log('refused', { orderId, orderRef, side, quantity });
        return reason;
      }
    }
    this.#orders.onSent({
      clientId: this.#options.orderClientId,
      orderId,
      orderRef,
      side,
      quantity,
    });
    return undefined;
  }

  #whyNot({
    orderId,
    side,
    quantity,
  }: Extract<OrderMessage, { type: 'place' }>): string | undefined {
    const words = 'the guard has ended trading';
    if (this.#state !== 'grace') return words;
    const isChange = this.#orders.find(this.#options.orderClientId, orderId) !== undefined;
    const isClosing = this.#ours > 0 ? side === 'sell' : side === 'buy';
    const closing = this.#orders.alive
      .filter((order) => order.side === side && order.canceledAtMs === undefined)
      .filter((order) => order.sentAtMs >= this.#killedAtMs)
      .reduce((sum, order) => sum + this.#remainingOf(order), quantity);
    return isChange || !isClosing || closing > Math.abs(this.#ours) ? words : undefined;
  }

  #onTold(told: OrderTelling): void {
    const { orderClientId } = this.#options;
    if (told.type === 'status')
      this.#orders.onStatus(orderClientId, told.orderId, told.status, told.filled);
    else if (told.type === 'message')
      this.#orders.onMessage(orderClientId, told.id, told.code, told.text);
    else if (told.type === 'execution') this.#onExecution(told);
    this.#plan();
  }

  #listener(clientId: number): SessionListener {
    return {
      onUsable: (nextOrderId) => this.#onUsable(clientId, nextOrderId),
      onUnusable: (words) => this.#onUnusable(clientId, words),
      onOpenOrder: (told) => this.#onOpenOrder(told),
      onOpenOrdersEnd: () => this.#onAnswer((question) => (question.hasOrders = true)),
      onOrderStatus: (told) => {
        this.#orders.onStatus(told.clientId, told.orderId, told.status, told.filled);
        this.#plan();
      },
      onExecution: (told) => this.#onExecution(told),
      onExecutionsEnd: (id) =>
        this.#onAnswer((question) => (question.hasExecutions ||= id === question.id)),
      onCommission: ({ executionId, commission }) => {
        this.#executions.takeCommission(executionId, commission);
        this.#checkLimits();
      },
      onPosition: (told) => {
        const { account, symbol, securityType, quantity, conId } = told;
        if (!this.#isHere({ account, symbol, securityType }) || this.#question === undefined)
          return;
        this.#question.position = quantity;
        if (conId !== undefined) this.#watchWorth(conId);
      },
      onPositionsEnd: () => this.#onAnswer((question) => (question.hasPositions = true)),
      onAccountValue: () => undefined,
      onPnl: ({ position, value }) => {
        if (position !== 0) this.#mark = value / position / this.#options.multiplier;
        this.#checkLimits();
      },
      onMessage: (id, code, text) => {
        const order = this.#orders.find(clientId, id);
        if (order !== undefined && order === this.#flattening) {
          this.#refusedAtMs = performance.now();
          this.#parts.log('message', { orderRef: order.orderRef, code, text });
        }
        this.#orders.onMessage(clientId, id, code, text);
        this.#plan();
      },
      onWords: (words) => {
        // the run hears the same, and a gateway that is away says so at every try
        if (words !== this.#heard) this.#parts.log('words', { words });
        this.#heard = words;
        if (this.#session.state === 'refused') this.#onBegun?.(false);
      },
    };
  }

  #onUsable(clientId: number, nextOrderId: number): void {
    if (clientId !== this.#options.guardClientId) {
      this.#cancelAll();
      return;
    }
    this.#nextOrderId = Math.max(this.#nextOrderId, nextOrderId);
    this.#watchedConId = undefined;
    this.#question = undefined;
    this.#ask();
  }

  #onUnusable(clientId: number, words: string): void {
    this.#say(words);
    if (clientId !== this.#options.guardClientId) return;
    this.#question = undefined;
    // whatever was told may have changed since
    this.#answeredChanges = -1;
  }

  #onExecution(told: ExecutionTold | Extract<OrderTelling, { type: 'execution' }>): void {
    if (!this.#isHere(told) || !this.#executions.take(told)) return;
    this.#orders.changes++;
    this.#checkLimits();
    this.#plan();
  }

  #onOpenOrder(told: OpenOrderTold): void {
    const { orderClientId, guardClientId, idPrefix } = this.#options;
    const isOurs =
      (told.clientId === orderClientId || told.clientId === guardClientId) &&
      told.orderRef.startsWith(idPrefix);
    if (!isOurs || !this.#isHere(told)) return;
    const order = this.#orders.onOpen(told);
    this.#question?.seen.add(order);
  }

  #isHere(told: {
    readonly account: string;
    readonly symbol: string;
    readonly securityType: string;
  }): boolean {
    const { symbol, securityType } = this.#options.contract;
    return (
      told.symbol === symbol &&
      told.securityType === securityType &&
      told.account === this.#session.account
    );
  }

  // questions

  #ask(): void {
    if (!this.#session.isUsable || this.#question !== undefined) return;
    this.#askedAtMs = performance.now();
    const question: Question = {
      id: ++this.#lastRequestId,
      askedAtMs: performance.now(),
      changes: this.#orders.changes,
      seen: new Set(),
      position: 0,
      hasOrders: false,
      hasExecutions: false,
      hasPositions: false,
    };
    this.#question = question;
    const { account } = this.#session;
    this.#session.pacer.push({
      paceClass: this.#state === 'watching' ? 'question' : 'closing',
      count: 4,
      send: () => {
        const { line } = this.#session;
        line?.requestOpenOrders();
        line?.requestExecutions(question.id, account);
        line?.requestPositions();
      },
    });
  }

  #onAnswer(note: (question: Question) => void): void {
    const question = this.#question;
    if (question === undefined) return;
    note(question);
    if (!question.hasOrders || !question.hasExecutions || !question.hasPositions) return;
    this.#question = undefined;
    this.#session.line?.cancelPositions();
    this.#orders.onAllTold(question.seen, question.askedAtMs);
    this.#position = question.position;
    if (this.#heldBefore === undefined) {
      this.#heldBefore = this.#position - this.#ours;
      this.#parts.log('begun', { position: this.#position, ours: this.#ours });
      this.#onBegun?.(true);
    }
    // what came in with the answer, and what happened meanwhile, asks for another one
    this.#answeredChanges = question.changes;
    this.#checkLimits();
    this.#plan();
  }

  #watchWorth(conId: number): void {
    if (this.#watchedConId === conId) return;
    this.#watchedConId = conId;
    const { account } = this.#session;
    this.#session.pacer.push({
      paceClass: 'question',
      count: 1,
      send: () => this.#session.line?.requestPnl(PNL_REQUEST_ID, account, conId),
    });
  }

  // watching

  #tick(): void {
    const now = performance.now();
    this.#silentMs += Math.min(now - this.#tickedAtMs, MOST_TICK_MS);
    this.#tickedAtMs = now;
    const { patienceMs } = this.#options;
    const isTrading = this.#state === 'watching' || this.#state === 'grace';
    if (!this.#isRunGone && isTrading && this.#silentMs > patienceMs) {
      this.#silentMs = 0;
      this.kill('heartbeat-lost', `no sign of life for ${patienceMs} ms`);
    }
    const isDue =
      now - this.#askedAtMs > (this.#state === 'closing' ? this.#times.close : this.#times.watch);
    if (isDue) {
      // an answer that does not come is not waited for
      if (now - this.#askedAtMs > 3 * this.#times.watch) this.#question = undefined;
      this.#ask();
    }
    if (this.#state !== 'closing') return;
    this.#cancelAll();
    this.#plan();
    if (this.#session.isUsable) this.#usableAtMs = now;
    if (!this.#isRunGone || now - this.#usableAtMs < MOST_AWAY_MS) return;
    this.#parts.log('gave-up', { ours: this.#ours });
    this.#end();
  }

  #checkLimits(): void {
    if (this.#state !== 'watching' || this.#heldBefore === undefined) return;
    const { limits } = this.#options;
    const ours = this.#ours;
    if (Math.abs(ours) > limits.maxPosition) {
      this.kill('max-position', `a position of ${ours}, ${limits.maxPosition} may be held`);
      return;
    }
    const result = this.#dayResult;
    if (result === undefined || result > -limits.dailyLossUsd) return;
    this.kill('daily-loss', `$${(-result).toFixed(2)} lost today, $${limits.dailyLossUsd} may be`);
  }

  /** What counts towards the daily loss, dollars; `undefined` while the worth of what is open is not known. */
  get #dayResult(): number | undefined {
    const result = this.#executions.resultAt(this.#mark);
    if (result === undefined) return undefined;
    return this.#options.carriedResultUsd + result - this.#lossFromUsd;
  }

  // closing

  #cancelAll(): void {
    const now = performance.now();
    for (const order of this.#orders.alive) {
      if (order === this.#flattening) continue;
      if (order.canceledAtMs !== undefined && now - order.canceledAtMs < this.#times.close)
        continue;
      if (this.#cancel(order)) {
        const { orderId, orderRef, clientId } = order;
        const ms = Math.round(now - this.#killedAtMs);
        this.#parts.log('cancel-sent', { orderId, orderRef, clientId, ms });
        order.canceledAtMs = now;
      }
    }
  }

  #cancel({ clientId, orderId }: OurOrder): boolean {
    const { guardClientId } = this.#options;
    if (clientId === guardClientId) return sendCancel(this.#session, orderId);
    if (this.#relay.cancel(orderId)) return true;
    if (this.#takenOver !== undefined) return sendCancel(this.#takenOver, orderId);
    if (performance.now() - this.#killedAtMs > TAKE_OVER_MS || this.#isRunGone)
      this.#connectAsRun();
    return false;
  }

  /** The run has left no connection: nobody else may come under its client id but the guard, which lets nobody in meanwhile. */
  #connectAsRun(): void {
    const { host, port, orderClientId: clientId, allowedAccounts } = this.#options;
    this.#relay.shut();
    const openLine = (listener: LineListener): GatewayLine =>
      new StoqeyLine({ host, port, clientId }, listener);
    this.#takenOver = new GatewaySession(
      { openLine, allowedAccounts, times: TIMES },
      this.#listener(clientId),
    );
    this.#takenOver.start();
  }

  #remainingOf(order: OurOrder): number {
    const filled = Math.max(order.filled, this.#executions.filledOf(order.orderRef));
    return Math.max(0, order.quantity - filled);
  }

  get #isSettled(): boolean {
    for (const order of this.#orders.all) {
      if (order.filled <= this.#executions.filledOf(order.orderRef)) continue;
      this.#unsettledSinceMs ??= performance.now();
      return performance.now() - this.#unsettledSinceMs > this.#times.lag;
    }
    this.#unsettledSinceMs = undefined;
    return true;
  }

  /** Everything that came in together is thought about once. */
  #plan(): void {
    if (this.#isStepPlanned || this.#state !== 'closing') return;
    this.#isStepPlanned = true;
    queueMicrotask(() => {
      this.#isStepPlanned = false;
      if (this.#state === 'closing') this.#step();
    });
  }

  #step(): void {
    this.#cancelAll();
    if (this.#heldBefore === undefined) return;
    const step = nextClosingStep({
      ours: this.#ours,
      held: this.#position - this.#heldBefore,
      alive: this.#orders.alive.map((order) => ({
        side: order.side,
        remaining: this.#remainingOf(order),
      })),
      isFresh: this.#answeredChanges === this.#orders.changes,
      isSettled: this.#isSettled,
    });
    if (step.type !== 'gone') this.#goneSinceMs = undefined;
    this.#take(step);
  }

  #take(step: ClosingStep): void {
    const now = performance.now();
    switch (step.type) {
      case 'ask':
        // where nothing is new since the last answer the next one comes in its time
        if (this.#answeredChanges !== this.#orders.changes) this.#ask();
        return;
      case 'wait':
        return;
      case 'close':
        // refused a moment ago: not again at once
        if (now - this.#refusedAtMs >= this.#times.close) this.#flatten(step);
        return;
      case 'flat':
        this.#onFlat('flat: no order of ours works, nothing that we opened is open');
        return;
      case 'gone':
        this.#goneSinceMs ??= now;
        if (now - this.#goneSinceMs >= this.#times.lag)
          this.#onFlat(
            `our executions make ${this.#ours}, and the account holds nothing of it: somebody else has closed it`,
          );
    }
  }

  #flatten({ side, quantity }: Extract<ClosingStep, { type: 'close' }>): void {
    const { line } = this.#session;
    if (line === undefined) return;
    const { contract, idPrefix, guardClientId: clientId } = this.#options;
    const orderId = this.#nextOrderId++;
    const orderRef = `${idPrefix}${GUARD_MARK}${orderId}`;
    this.#flattening = this.#orders.onSent({ clientId, orderId, orderRef, side, quantity });
    const ms = Math.round(performance.now() - this.#killedAtMs);
    this.#parts.log('flatten-sent', { orderId, orderRef, side, quantity, ms });
    const { account } = this.#session;
    const action = side === 'buy' ? 'BUY' : 'SELL';
    this.#session.pacer.push({
      paceClass: 'closing',
      count: 1,
      send: () =>
        line.placeOrder(contract, {
          orderId,
          action,
          type: 'MKT',
          quantity,
          tif: 'DAY',
          orderRef,
          account,
          transmit: true,
        }),
    });
  }

  #onFlat(words: string): void {
    this.#state = 'flat';
    const ms = Math.round(performance.now() - this.#killedAtMs);
    this.#parts.log('flat', { words, ms, position: this.#position });
    this.#parts.tell({ type: 'flat', words });
    if (this.#isRunGone) this.#end();
  }

  #say(words: string): void {
    this.#parts.log('words', { words });
    this.#parts.tell({ type: 'words', words });
  }
}

function sendCancel(session: GatewaySession, orderId: number): boolean {
  if (!session.isUsable) return false;
  session.pacer.push({
    paceClass: 'closing',
    count: 1,
    send: () => session.line?.cancelOrder(orderId),
  });
  return true;
}
