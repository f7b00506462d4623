import type { OrderReport } from '../../domain/order.ts';
import type { GatewayAccount, GatewayExecution } from './account.ts';
import { type GatewayContract, isContract } from './contract.ts';
import { GatewayOrder, type OrderStatusName, type OrderTerms } from './gateway-order.ts';
import type { GatewayMarket } from './market-port.ts';
import type { Placement } from './place-order.ts';

/** What became of orders, in the order in which it happens. */
export interface BrokerListener {
  /** An order's state is told: for the first time, anew, or as it was. */
  onOrder(order: GatewayOrder): void;
  onExecution(execution: GatewayExecution): void;
  /** `orderId` counts for that client alone. */
  onError(clientId: number, orderId: number, code: number, text: string): void;
}

/** An answer to an order that is not the ordinary one. */
export interface OrderVerdict {
  readonly type: 'refuse' | 'inactive' | 'warn' | 'swallow';
  readonly code: number;
  readonly text: string;
}

/** What somebody who plays the broker's bad days decides about the next request. */
export interface OrderJudge {
  judgeOrder(placement: Placement): OrderVerdict | undefined;
  judgeCancel(order: GatewayOrder): OrderVerdict | undefined;
}

/** How orders with a parent behave where the broker's documents are silent. */
export interface ChildRules {
  /** Children work for what the parent has filled so far, or only once it can fill no more. */
  readonly activation: 'filled-part' | 'whole-parent';
  /** What becomes of them when the parent is canceled after a part of it filled. */
  readonly afterPartialCancel: 'work-on' | 'canceled';
}

/** The broker's side of an order's life: ids, transmission, parents and groups, and what it tells. The market only matches. */
export class BrokerOrders {
  /** Every order of the day, in the order of their placing. */
  readonly all: GatewayOrder[] = [];
  /** Every execution of the day, corrections included. */
  readonly executions: GatewayExecution[] = [];
  readonly #contract: GatewayContract;
  readonly #account: GatewayAccount;
  readonly #market: GatewayMarket;
  readonly #listener: BrokerListener;
  readonly #judge: OrderJudge;
  readonly #rules: ChildRules;
  readonly #firstId: number;
  #permIds = 1_000_000_000;
  readonly #byMarketId = new Map<string, GatewayOrder>();
  /** Market orders that were taken back because nothing was left for them to do: their end is not their order's. */
  readonly #withdrawn = new Set<string>();

  constructor(options: {
    readonly contract: GatewayContract;
    readonly account: GatewayAccount;
    readonly market: GatewayMarket;
    readonly listener: BrokerListener;
    readonly judge: OrderJudge;
    readonly rules: ChildRules;
    /** The first order id of a client that has placed none; smaller ones count as used before. */
    readonly firstId: number;
  }) {
    this.#contract = options.contract;
    this.#account = options.account;
    this.#market = options.market;
    this.#listener = options.listener;
    this.#judge = options.judge;
    this.#rules = options.rules;
    this.#firstId = options.firstId;
  }

  /** The next order id that a client may use. */
  nextId(clientId: number): number {
    const ids = this.all.filter((order) => order.clientId === clientId).map((it) => it.orderId);
    return Math.max(this.#firstId, ...ids.map((id) => id + 1));
  }

  /** A client's order. One that was placed by hand, with id 0, cannot be named. */
  find(clientId: number, orderId: number): GatewayOrder | undefined {
    if (orderId === 0) return undefined;
    return this.all.find((order) => order.clientId === clientId && order.orderId === orderId);
  }

  /** Orders that can still trade and that were transmitted. */
  get open(): readonly GatewayOrder[] {
    return this.all.filter((order) => !order.isHeld && !order.isOver);
  }

  /** Takes a new order, or new terms of one that there is. */
  place(clientId: number, placement: Placement): void {
    const { orderId, terms } = placement;
    const refuse = (code: number, text: string): void =>
      this.#listener.onError(clientId, orderId, code, text);
    if (!isContract(this.#contract, placement.contract)) {
      refuse(200, 'No security definition has been found for the request');
      return;
    }
    const known = this.find(clientId, orderId);
    if (known !== undefined) {
      this.#change(known, placement);
      return;
    }
    if (orderId < this.#firstId) {
      refuse(103, 'Duplicate order id');
      return;
    }
    if (terms.parentId !== 0 && this.find(clientId, terms.parentId) === undefined) {
      refuse(135, `Can't find order with id =${terms.parentId}`);
      return;
    }
    const verdict = this.#judge.judgeOrder(placement);
    if (verdict?.type === 'swallow') return;
    const order = this.#open(clientId, orderId, terms, !placement.isTransmitted);
    if (verdict?.type === 'refuse' || verdict?.type === 'inactive') {
      order.isHeld = false;
      this.#refuse(order, verdict);
      return;
    }
    if (verdict?.type === 'warn') {
      order.warning = verdict.text;
      refuse(verdict.code, verdict.text);
    }
    if (placement.isTransmitted) this.#transmit(order);
  }

  /** An order that somebody places in the broker's own program: of no API client, with order id 0. */
  placeByHand(terms: OrderTerms): GatewayOrder {
    const order = this.#open(0, 0, terms, false);
    this.#align(order);
    return order;
  }

  cancel(clientId: number, orderId: number): void {
    const order = this.find(clientId, orderId);
    if (order === undefined) {
      this.#listener.onError(
        clientId,
        orderId,
        10_147,
        `OrderId ${orderId} that needs to be cancelled is not found.`,
      );
      return;
    }
    const verdict = this.#judge.judgeCancel(order);
    if (verdict !== undefined) {
      if (verdict.type !== 'swallow')
        this.#listener.onError(clientId, orderId, verdict.code, verdict.text);
      return;
    }
    if (order.isOver) {
      this.#listener.onError(
        clientId,
        orderId,
        10_148,
        `OrderId ${orderId} that needs to be cancelled cannot be cancelled, state: ${order.status}.`,
      );
      return;
    }
    this.#cancel(order);
  }

  /** Cancels every order of every client. */
  cancelAll(): void {
    for (const order of this.all) if (!order.isOver) this.#cancel(order);
  }

  /** The broker ends an order on its own. */
  end(order: GatewayOrder, reason: string): void {
    if (order.isOver) return;
    this.#withdraw(order);
    this.#conclude(order, 'Cancelled', 202, `Order Canceled - reason:${reason}`);
  }

  /** The book may be another: market orders that found too little go on. */
  onBook(): void {
    for (const order of this.all) {
      if (order.foundTooLittle === undefined || order.isOver) continue;
      if (this.#market.top.isHalted || this.#offeredTo(order) === order.foundTooLittle) continue;
      order.foundTooLittle = undefined;
      order.isResumed = true;
      this.#align(order);
    }
  }

  /** What the market says of an order that it was given. */
  onReport(report: OrderReport): void {
    const order = this.#byMarketId.get(report.orderId);
    if (order === undefined) return;
    switch (report.type) {
      case 'order-accepted':
        this.#onAccepted(order);
        break;
      case 'order-triggered':
        order.isTriggered = true;
        order.whyHeld = '';
        this.#tell(order, 'Submitted');
        break;
      case 'order-filled':
        this.#onFill(order, report);
        break;
      case 'order-canceled':
      case 'order-expired':
        if (this.#withdrawn.delete(report.orderId) || order.isOver) break;
        if (report.type === 'order-canceled' && this.#mayGoOn(order)) break;
        order.isWorking = false;
        this.#conclude(order, 'Cancelled', 202, 'Order Canceled - reason:');
        break;
      case 'order-rejected':
        order.isWorking = false;
        this.#conclude(order, 'Inactive', 201, `Order rejected - reason:${report.reason}`);
        break;
      case 'order-modified':
        order.takenTotal = report.quantity;
        break;
      case 'order-change-rejected':
      case 'order-total-told':
      case 'execution-corrected':
        break;
    }
  }

  /**
   * The broker corrects an execution: it is told again under an id that counts on, and the account is as if it had always been so.
   * Returns the correction; `undefined` where there is no such execution.
   */
  correct(executionId: string, price: number): GatewayExecution | undefined {
    const wrong = this.executions.find(({ id }) => id === executionId);
    if (wrong === undefined) return undefined;
    const [, stem = '', number = '0'] = /^(.*\.)(\d+)$/.exec(executionId) ?? [];
    const reversed = wrong.side === 'buy' ? 'sell' : 'buy';
    this.#account.book(reversed, wrong.price, wrong.quantity, -wrong.commissionMicros);
    const realized = this.#account.book(wrong.side, price, wrong.quantity, wrong.commissionMicros);
    const corrected: GatewayExecution = {
      ...wrong,
      id: `${stem}${String(Number(number) + 1).padStart(2, '0')}`,
      price,
      realized: wrong.realized === undefined ? undefined : realized,
    };
    this.executions.push(corrected);
    this.#listener.onExecution(corrected);
    return corrected;
  }

  #open(clientId: number, orderId: number, terms: OrderTerms, isHeld: boolean): GatewayOrder {
    const permId = ++this.#permIds;
    const order = new GatewayOrder({ clientId, orderId, permId }, terms, isHeld);
    this.all.push(order);
    return order;
  }

  #change(order: GatewayOrder, { terms, isTransmitted }: Placement): void {
    const { clientId, orderId } = order;
    const refuse = (code: number, text: string): void =>
      this.#listener.onError(clientId, orderId, code, text);
    if (order.status === 'Filled') refuse(104, 'Cannot modify a filled order.');
    else if (order.isOver) refuse(103, 'Duplicate order id');
    else if (order.terms.side !== terms.side || order.terms.parentId !== terms.parentId)
      refuse(105, 'Order being modified does not match original order');
    else if (order.terms.type !== terms.type)
      refuse(329, 'Order modify failed. Cannot change to the new order type.');
    else {
      order.terms = terms;
      order.quantity = Math.max(order.filled, terms.quantity);
      if (order.isHeld) {
        if (isTransmitted) this.#transmit(order);
        return;
      }
      if (order.filled > 0 && order.remaining === 0) {
        // its total came down to what it has filled
        this.#withdraw(order);
        this.#tell(order, 'Filled');
        this.#alignFamily(order);
        return;
      }
      this.#tell(order, order.status);
      this.#align(order, true);
    }
  }

  /** A transmitted order takes along what its family holds back: its parent, and its parent's other children. */
  #transmit(order: GatewayOrder): void {
    const root = this.#parentOf(order) ?? order;
    const family = this.all.filter((it) => it === root || this.#parentOf(it) === root);
    const freed = family.filter((it) => it.isHeld || it === order);
    for (const it of freed) it.isHeld = false;
    for (const it of freed) {
      if (it.isOver) continue;
      const parent = this.#parentOf(it);
      if (parent?.isOver === true && parent.filled === 0)
        this.#conclude(it, 'Cancelled', 202, 'Order Canceled - reason:');
      else {
        if (parent !== undefined && this.#allowed(it) <= 0) {
          it.whyHeld = 'child';
          this.#tell(it, 'PreSubmitted');
        }
        this.#align(it);
      }
    }
  }

  /** How much in all an order may trade now: of a child no more than its parent has filled and its siblings have not closed. */
  #allowed(order: GatewayOrder): number {
    const parent = this.#parentOf(order);
    if (parent === undefined) return order.quantity;
    if (this.#rules.activation === 'whole-parent' && !parent.isOver) return order.filled;
    const closed = this.#childrenOf(parent).reduce((sum, child) => sum + child.filled, 0);
    return Math.min(order.quantity, order.filled + Math.max(0, parent.filled - closed));
  }

  /** Brings the market's order in line with what an order may trade. `hasNewTerms`: its prices may be others as well. */
  #align(order: GatewayOrder, hasNewTerms = false): void {
    if (order.isHeld || order.isOver) return;
    const total = this.#allowed(order) - order.marketBase;
    if (!order.isWorking) {
      if (total <= 0) return;
      order.isWorking = true;
      order.whyHeld = '';
      order.marketTotal = total;
      order.takenTotal = total;
      this.#byMarketId.set(order.marketId, order);
      this.#market.submit(order.toRequest(total));
      return;
    }
    if (total <= order.filled - order.marketBase) {
      this.#withdraw(order);
      return;
    }
    if (total === order.marketTotal && !hasNewTerms) return;
    order.marketTotal = total;
    const { limitPrice, stopPrice } = order.terms;
    this.#market.modify({
      id: order.marketId,
      quantity: total,
      ...(limitPrice === undefined || !hasNewTerms ? {} : { price: limitPrice }),
      ...(stopPrice === undefined || !hasNewTerms ? {} : { stopPrice }),
    });
  }

  /** Takes an order's market order back; the order itself lives on, and may have another. */
  #withdraw(order: GatewayOrder): void {
    if (!order.isWorking) return;
    const id = order.marketId;
    const isFilled = order.filled - order.marketBase >= order.marketTotal;
    order.leaveMarket();
    if (isFilled) return;
    this.#withdrawn.add(id);
    this.#market.cancel(id);
  }

  /** A market order that the market ends for want of size is not over: it waits for more. */
  #mayGoOn(order: GatewayOrder): boolean {
    if (!order.isAtMarket || order.status === 'PendingCancel') return false;
    order.leaveMarket();
    order.foundTooLittle = this.#offeredTo(order);
    return true;
  }

  #offeredTo(order: GatewayOrder): string {
    const { bid, ask, isHalted } = this.#market.top;
    const best = order.terms.side === 'buy' ? ask : bid;
    return `${best?.price} ${best?.size} ${isHalted}`;
  }

  #onAccepted(order: GatewayOrder): void {
    if (order.isOver || order.isResumed) return;
    const { type } = order.terms;
    const isDirect = type === 'LMT' || type === 'MKT';
    order.whyHeld = isDirect ? '' : 'trigger';
    this.#tell(order, isDirect ? 'Submitted' : 'PreSubmitted');
  }

  #onFill(order: GatewayOrder, report: Extract<OrderReport, { type: 'order-filled' }>): void {
    const { price, quantity, liquidity } = report.fill;
    order.filled += quantity;
    order.valueNanos += price * quantity;
    order.lastFillPrice = price;
    const { side, orderRef } = order.terms;
    const realized = this.#account.book(side, price, quantity, report.commissionMicros);
    const number = String(this.executions.length + 1).padStart(8, '0');
    const execution: GatewayExecution = {
      id: `0000${order.permId.toString(16)}.${number}.01.01`,
      orderId: order.orderId,
      clientId: order.clientId,
      permId: order.permId,
      orderRef,
      side,
      price,
      quantity,
      cumulative: order.filled,
      averagePrice: order.averagePrice,
      at: this.#market.now,
      liquidity,
      commissionMicros: report.commissionMicros,
      realized,
    };
    this.executions.push(execution);
    if (order.filled >= order.quantity) {
      order.isWorking = false;
      order.whyHeld = '';
      if (!order.isOver) order.status = 'Filled';
    } else if (order.filled - order.marketBase >= order.takenTotal) {
      // full; what was added to it meanwhile comes to the market as another one
      order.leaveMarket();
    }
    this.#listener.onOrder(order);
    this.#listener.onExecution(execution);
    this.#reduceGroup(order, quantity);
    this.#align(order);
    this.#alignFamily(order);
  }

  /** What a fill does to the others of its group: by the group's type they end, or lose what it traded. */
  #reduceGroup(order: GatewayOrder, quantity: number): void {
    const { ocaGroup, ocaType } = order.terms;
    const parent = this.#parentOf(order);
    const others = this.all.filter((it) => {
      if (it === order || it.isOver) return false;
      if (ocaGroup !== '') return it.terms.ocaGroup === ocaGroup;
      return parent !== undefined && this.#parentOf(it) === parent && it.terms.ocaGroup === '';
    });
    for (const other of others) {
      other.quantity = Math.max(other.filled, other.quantity - quantity);
      const isEnded = ocaGroup !== '' && ocaType === 1;
      if (isEnded || other.remaining === 0) this.end(other, '');
      else {
        this.#align(other);
        this.#tell(other, other.status);
      }
    }
  }

  #alignFamily(order: GatewayOrder): void {
    const root = this.#parentOf(order) ?? order;
    for (const child of this.#childrenOf(root)) this.#align(child);
  }

  #cancel(order: GatewayOrder): void {
    if (order.isWorking) {
      this.#tell(order, 'PendingCancel');
      this.#market.cancel(order.marketId);
      return;
    }
    this.#conclude(order, 'Cancelled', 202, 'Order Canceled - reason:');
  }

  #refuse(order: GatewayOrder, { type, code, text }: OrderVerdict): void {
    this.#conclude(order, type === 'inactive' ? 'Inactive' : 'Cancelled', code, text);
  }

  /** An order ends other than by its fills, with what is said of it; so do its children that have nothing to close. */
  #conclude(order: GatewayOrder, status: OrderStatusName, code: number, text: string): void {
    const wasHeld = order.isHeld;
    order.isHeld = false;
    order.whyHeld = '';
    if (wasHeld) order.status = status;
    else this.#tell(order, status);
    this.#listener.onError(order.clientId, order.orderId, code, text);
    const keeps = order.filled > 0 && this.#rules.afterPartialCancel === 'work-on';
    for (const child of this.#childrenOf(order)) {
      if (child.isOver) continue;
      if (keeps) this.#align(child);
      else this.end(child, '');
    }
  }

  #tell(order: GatewayOrder, status: OrderStatusName): void {
    order.status = status;
    this.#listener.onOrder(order);
  }

  #parentOf(order: GatewayOrder): GatewayOrder | undefined {
    const { parentId } = order.terms;
    return parentId === 0 ? undefined : this.find(order.clientId, parentId);
  }

  #childrenOf(parent: GatewayOrder): GatewayOrder[] {
    return this.all.filter((it) => it !== parent && this.#parentOf(it) === parent);
  }
}
