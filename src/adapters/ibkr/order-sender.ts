import type { ClientOrderId, OrderChange } from '../../domain/order.ts';
import type { SessionTime } from '../../domain/time.ts';
import type { ApprovedChange, ApprovedOrder } from '../../risk/approved-order.ts';
import type { AccountBook } from './account-book.ts';
import { type ExitGroup, isUnguarded, openOf, stepsOf } from './exit-groups.ts';
import type { BrokerContract, BrokerOrderTerms, OpenOrderTold } from './gateway-line.ts';
import type { PaceClass } from './message-pacer.ts';
import { toTerms, whyNot } from './order-terms.ts';
import type { Outbox } from './outbox.ts';
import { askedQuantityOf, changedTermsOf, isOver, type OwnOrder, untouched } from './own-order.ts';
import type { GatewaySession } from './session.ts';

/** The broker's own groups are left so long to do what they do, ms. */
const GROUP_PATIENCE_MS = 100;
/** An exit at market waits so long for the end of the other exits, ms. */
const EXIT_PATIENCE_MS = 500;
/** A stop whose entry has filled a part may wait so long for the rest, ms; protection is due within a second. */
const HELD_PATIENCE_MS = 400;
/** While it waits all the same, the entry's cancel is sent again so often, ms. */
const GUARD_RETRY_MS = 250;
/** An exit waits so long for executions that explain the position, ms. */
const UNSURE_MS = 300;
/** A cancel that is not answered in that time is sent again, ms. */
const CANCEL_PATIENCE_MS = 2_000;
/** An order that is not answered in that time, and not among those that are open, has not arrived, ms. */
export const UNANSWERED_MS = 2_000;

export interface OrderSenderOptions {
  readonly contract: BrokerContract;
  readonly clock: () => SessionTime;
  /** The highest number of an order that the journal has seen. */
  readonly lastOrderId?: number;
  readonly groupPatienceMs?: number;
  readonly onWords?: (words: string) => void;
}

/**
 * Sends orders, changes and cancels in the order in which they were handed over, brackets as one, and keeps a bracket's exits to what is
 * open. What cannot be sent now is refused in words, and never sent later.
 */
export class OrderSender {
  readonly #options: OrderSenderOptions;
  readonly #session: GatewaySession;
  readonly #book: AccountBook;
  readonly #outbox: Outbox;
  readonly #onUnanswered: (order: OwnOrder) => void;
  readonly #groups = new Map<string, ExitGroup>();
  /** Orders of this moment, which leave together. */
  readonly #batch: ApprovedOrder[] = [];
  /** Exits at market that wait for what the broker says of executions. */
  readonly #unsure = new Set<OwnOrder>();
  #contract: BrokerContract;
  #nextOrderId = 1;
  #connections = 0;

  constructor(
    options: OrderSenderOptions,
    parts: {
      readonly session: GatewaySession;
      readonly book: AccountBook;
      readonly outbox: Outbox;
      /** An order has not been answered for long: the broker has to be asked what it holds. */
      readonly onUnanswered: (order: OwnOrder) => void;
    },
  ) {
    this.#options = options;
    this.#contract = options.contract;
    this.#session = parts.session;
    this.#book = parts.book;
    this.#outbox = parts.outbox;
    this.#onUnanswered = parts.onUnanswered;
  }

  /** Number of the connection, counted from 1. */
  get connection(): number {
    return this.#connections;
  }

  /** Orders are for this one from now on. */
  setContract(contract: BrokerContract): void {
    this.#contract = contract;
  }

  /** Another connection may be used; its orders are numbered from there, and never lower than any before. */
  beginConnection(nextOrderId: number): void {
    this.#connections++;
    const { lastOrderId = 0 } = this.#options;
    this.#nextOrderId = Math.max(this.#nextOrderId, nextOrderId, lastOrderId + 1);
  }

  /** Exits that were not sent yet are not going to be. */
  dropWaiting(words: string): void {
    const unsure = [...this.#unsure];
    this.#unsure.clear();
    for (const exit of unsure)
      this.#book.end(exit, { status: 'rejected', reason: `never sent: ${words}` });
    for (const group of this.#groups.values()) {
      const exit = group.waiting;
      group.waiting = undefined;
      if (exit !== undefined)
        this.#book.end(exit, { status: 'rejected', reason: `never sent: ${words}` });
    }
  }

  submit(order: ApprovedOrder): void {
    if (this.#book.find(order.id) !== undefined || this.#batch.some(({ id }) => id === order.id)) {
      this.#options.onWords?.(`${order.id} was sent before: not sent again`);
      return;
    }
    this.#batch.push(order);
    // the orders of a bracket are handed over one by one, and leave as one
    if (this.#batch.length === 1) queueMicrotask(() => this.flush());
  }

  modify(change: ApprovedChange): void {
    this.flush();
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

  cancel(id: ClientOrderId): void {
    this.flush();
    const order = this.#book.find(id);
    if (order !== undefined && !isOver(order) && !order.isCancelRequested && this.#session.isUsable)
      this.sendCancel(order);
  }

  flush(): void {
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
      const own = this.#make(order, paceClass, {});
      if (reduceOnly && order.type === 'market') this.#sendClipped(own);
      else this.#sendOrders([own]);
      return;
    }
    const group = this.#groups.get(ocoGroup);
    const entry = group?.entry;
    // one that waits for its price works for what the entry has filled, if the entry is there at all: as its child
    const isChild = order.type !== 'market' && entry !== undefined && !isOver(entry);
    const parent = isChild ? { parentId: entry.brokerId } : {};
    const exit = this.#make(order, paceClass, { ocaGroup: ocoGroup, ...parent });
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
      if (other !== exit && !isOver(other) && !other.isCancelRequested) this.sendCancel(other);
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

  /**
   * Sends an exit for no more than is open. One at market, while the broker tells another position than its executions make, waits a moment
   * for what it will say of those.
   */
  #sendClipped(exit: OwnOrder): void {
    if (exit.terms.type === 'MKT' && this.#book.unexplained !== 0 && !this.#unsure.has(exit)) {
      this.#unsure.add(exit);
      this.#onUnanswered(exit);
      setTimeout(() => this.#sendUnsure(), UNSURE_MS).unref();
      return;
    }
    const most = Math.min(this.#mostToClose(exit), this.#mostByPosition(exit));
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
    if (group?.entry === undefined) {
      const { ownPositionTold } = this.#book;
      const { ownPosition } = this.#book.ledger;
      const held = side === 'sell' ? ownPosition : -ownPosition;
      return Math.min(held, side === 'sell' ? ownPositionTold : -ownPositionTold);
    }
    const { entry } = group;
    // what exits closed too much is all that may be taken back
    if (side === entry.side) {
      // fills that its status tells, and no execution does yet
      const untold = Math.max(0, entry.saidFilled - entry.filled);
      return Math.min(-openOf(group) - untold, this.#overClosed(entry));
    }
    const isWaiting = terms.type !== 'MKT' && !isOver(entry);
    return openOf(group) + (isWaiting ? entry.quantity - entry.filled : 0);
  }

  /** Everything was told, or not in time. */
  #sendUnsure(): void {
    for (const exit of this.#unsure) {
      if (exit.status !== 'waiting') continue;
      if (!exit.isCancelRequested) this.#sendClipped(exit);
      else this.#book.end(exit, { status: 'rejected', reason: 'never sent: canceled before' });
    }
    this.#unsure.clear();
  }

  /** An order at market closes no more than the broker's own telling of the position leaves, where that is the newer word. */
  #mostByPosition({ side, terms }: OwnOrder): number {
    const { unexplained, ledger } = this.#book;
    if (terms.type !== 'MKT' || unexplained === 0) return Number.POSITIVE_INFINITY;
    const held = ledger.ownPosition + unexplained;
    return side === 'sell' ? held : -held;
  }

  /** By how much this run's position stands on the other side than an entry meant it to. */
  #overClosed({ side }: OwnOrder): number {
    const { ownPosition } = this.#book.ledger;
    return Math.max(0, side === 'buy' ? -ownPosition : ownPosition);
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
      ...untouched(),
    };
  }

  #join(order: OwnOrder): void {
    if (order.group === undefined) return;
    const group = this.#groups.get(order.group) ?? {
      entry: undefined,
      parentId: 0,
      exits: [],
      closedBefore: 0,
      waiting: undefined,
    };
    this.#groups.set(order.group, group);
    if (order.isExit) group.exits.push(order);
    else group.entry = order;
  }

  #sendOrders(orders: readonly OwnOrder[]): void {
    const contract = this.#contract;
    const last = orders.at(-1);
    this.#session.pacer.push({
      paceClass: orders[0]?.paceClass ?? 'order',
      count: orders.length,
      send: () => {
        for (const order of orders) {
          const terms: BrokerOrderTerms = { ...order.terms, transmit: order === last };
          order.status = 'sent';
          order.sentAtMs = performance.now();
          this.#session.line?.placeOrder(contract, terms);
        }
        this.#expectAnswer(orders, this.#connections);
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

  /** An order that stays unanswered is asked about, never sent again. */
  #expectAnswer(orders: readonly OwnOrder[], connection: number): void {
    setTimeout(() => {
      if (connection !== this.#connections || !this.#session.isUsable) return;
      const unanswered = orders.find(({ status }) => status === 'sent');
      if (unanswered !== undefined) this.#onUnanswered(unanswered);
    }, UNANSWERED_MS + 1).unref();
  }

  #sendChange(order: OwnOrder, change: OrderChange): void {
    order.changes.push(change);
    // the broker knows no order for less than it has filled
    if (askedQuantityOf(order) <= order.filled) {
      this.sendCancel(order);
      return;
    }
    const terms = changedTermsOf(order);
    const contract = this.#contract;
    this.#session.pacer.push({
      paceClass: order.status === 'waiting' ? order.paceClass : order.isExit ? 'closing' : 'order',
      count: 1,
      send: () => this.#session.line?.placeOrder(contract, terms),
    });
  }

  sendCancel(order: OwnOrder): void {
    order.isCancelRequested = true;
    this.#session.pacer.push({
      // never before the order itself
      paceClass: order.status === 'waiting' ? order.paceClass : 'closing',
      count: 1,
      send: () => {
        order.cancelSentAtMs = performance.now();
        this.#session.line?.cancelOrder(order.brokerId);
      },
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

  /** An order of a bracket traded or ended: the others follow, after the broker's own groups have had their time. */
  onMoved(order: OwnOrder): void {
    const group = order.group === undefined ? undefined : this.#groups.get(order.group);
    if (group === undefined) return;
    // an exit that trades before the entry is full ends the entry at once: no more may come in unguarded
    if (order.isExit) this.#takeSteps(group, false);
    else if (order.filled > 0 && !isOver(order))
      setTimeout(() => {
        const silent = group.exits.find(
          ({ terms, status }) => terms.type === 'STP' && status === 'sent',
        );
        // whether it protects, nobody has said
        if (silent !== undefined && this.#session.isUsable) this.#onUnanswered(silent);
        this.#guard(group);
      }, HELD_PATIENCE_MS).unref();
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
      const { order } = step;
      if (step.type === 'cancel') this.sendCancel(order);
      else if (
        step.type === 'reduce'
          ? askedQuantityOf(order) > step.quantity
          : askedQuantityOf(order) < step.quantity
      )
        this.#sendChange(order, { id: order.id, quantity: step.quantity });
    }
  }

  /** What is held of a part is not protected while the stop waits for the whole: the entry's rest ends, so that nothing is left to wait for. */
  #guard(group: ExitGroup): void {
    const { entry } = group;
    if (entry === undefined || !isUnguarded(group) || !this.#session.isUsable) return;
    const isAsked = performance.now() - entry.cancelSentAtMs < GUARD_RETRY_MS;
    setTimeout(() => this.#guard(group), GUARD_RETRY_MS).unref();
    if (entry.isCancelRequested && isAsked) return;
    this.#options.onWords?.(
      `${entry.id} has filled ${entry.filled}, and its stop waits for the rest: the rest is canceled`,
    );
    this.sendCancel(entry);
  }

  /** All that is open was told: what was asked for and has not come about is asked for again. */
  tend(): void {
    this.#sendUnsure();
    for (const group of this.#groups.values()) {
      this.#complete(group);
      this.#guard(group);
    }
    const sentBefore = performance.now() - CANCEL_PATIENCE_MS;
    for (const order of this.#book.own)
      if (
        order.isCancelRequested &&
        order.status === 'working' &&
        order.cancelSentAtMs < sentBefore
      )
        this.sendCancel(order);
  }

  /** An order of ours from an earlier process: its bracket is known by the group of the exits and the number of their parent. */
  onAdopted(order: OwnOrder, told: OpenOrderTold): void {
    this.#join(order);
    const group = this.#groups.get(order.group ?? '');
    if (group !== undefined && told.parentId !== 0) group.parentId = told.parentId;
  }

  /** The entry of an earlier process's bracket: it works still, or its executions tell of it. */
  #complete(group: ExitGroup): void {
    const { parentId } = group;
    if (group.entry !== undefined || parentId === 0) return;
    const working = [...this.#book.own].find(({ brokerId }) => brokerId === parentId);
    const entry = working ?? this.#book.ledger.findDone(parentId);
    if (entry === undefined) return;
    const [exit] = group.exits;
    entry.group = exit?.group;
    group.entry = entry;
    const { ownPosition } = this.#book.ledger;
    const held = entry.side === 'buy' ? ownPosition : -ownPosition;
    group.closedBefore = Math.max(0, openOf(group) - held);
  }
}
