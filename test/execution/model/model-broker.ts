import type {
  ClientOrderId,
  OrderChange,
  OrderReport,
  OrderRequest,
} from '../../../src/domain/order.ts';
import type {
  ExecutionVenue,
  VenueNotice,
  VenueOrder,
  VenueTruth,
} from '../../../src/execution/venue.ts';

/** An order as the broker has it. */
interface BrokerOrder {
  readonly request: OrderRequest;
  status: VenueOrder['status'];
  quantity: number;
  filled: number;
  price: number | undefined;
  stopPrice: number | undefined;
  reason: string;
}

type Message =
  | { readonly kind: 'submit'; readonly order: OrderRequest }
  | { readonly kind: 'modify'; readonly change: OrderChange }
  | { readonly kind: 'cancel'; readonly id: ClientOrderId }
  | { readonly kind: 'truth'; readonly askedAt: number };

interface FillTerms {
  readonly price?: number;
  readonly liquidity?: 'maker' | 'taker';
}

const MICROS_A_SHARE = 5_000;

/**
 * A broker with a book of our orders alone: nothing happens in it but what it is told to do. Requests travel until they are
 * made to arrive, reports until they are made known; a lost connection loses both, and the book lives on.
 */
export class ModelBroker implements ExecutionVenue {
  readonly book = new Map<ClientOrderId, BrokerOrder>();
  readonly executions: VenueTruth['executions'][number][] = [];
  position = 0;
  isConnected = true;
  isHalted = false;
  rejectsNext = false;
  rejectsNextChange = false;
  /** What an order without a price of its own trades at, 1e-9. */
  marketPrice = 250_000_000_000;
  /** What must never happen: an id that comes twice, a request while the broker cannot be reached. */
  readonly offenses: string[] = [];
  readonly inbox: Message[] = [];
  readonly outbox: OrderReport[] = [];
  readonly #known: (OrderReport | VenueNotice)[] = [];
  readonly #seen = new Set<ClientOrderId>();
  #now = 0;

  submit(order: OrderRequest): void {
    if (this.#seen.has(order.id)) this.offenses.push(`${order.id} was sent twice`);
    this.#seen.add(order.id);
    if (this.#isReachable(`submit ${order.id}`)) this.inbox.push({ kind: 'submit', order });
  }

  modify(change: OrderChange): void {
    if (this.#isReachable(`modify ${change.id}`)) this.inbox.push({ kind: 'modify', change });
  }

  cancel(id: ClientOrderId): void {
    if (this.#isReachable(`cancel ${id}`)) this.inbox.push({ kind: 'cancel', id });
  }

  requestTruth(askedAt: number): void {
    if (this.isConnected) this.inbox.push({ kind: 'truth', askedAt });
  }

  takeReport(): OrderReport | undefined {
    const [first] = this.#known;
    if (first === undefined || isNotice(first)) return undefined;
    this.#known.shift();
    return first;
  }

  takeNotice(): VenueNotice | undefined {
    const [first] = this.#known;
    if (first === undefined || !isNotice(first)) return undefined;
    this.#known.shift();
    return first;
  }

  queueAhead(): null {
    return null;
  }

  estimatedAhead(): null {
    return null;
  }

  at(now: number): void {
    this.#now = now;
  }

  /** The next request arrives. */
  arrive(): void {
    const message = this.inbox.shift();
    if (message === undefined) return;
    if (message.kind === 'submit') this.#onSubmit(message.order);
    else if (message.kind === 'modify') this.#onModify(message.change);
    else if (message.kind === 'cancel') this.end(message.id, 'canceled', 'by request');
    else this.#tellTruth(message.askedAt);
  }

  /** The next report becomes known to us. */
  tell(): void {
    const report = this.outbox.shift();
    if (report !== undefined) this.#known.push(report);
  }

  /** Everything that travels arrives and is told. */
  settle(): void {
    while (this.inbox.length > 0) this.arrive();
    while (this.outbox.length > 0) this.tell();
  }

  /** Some of what travels to the broker still arrives; no report of it comes. */
  disconnect(arrives: number): void {
    if (!this.isConnected) return;
    for (let i = 0; i < arrives; i++) if (this.inbox[0]?.kind !== 'truth') this.arrive();
    this.isConnected = false;
    this.inbox.length = 0;
    this.outbox.length = 0;
    this.#notice('disconnected');
  }

  connect(): void {
    if (this.isConnected) return;
    this.isConnected = true;
    // what it would have told meanwhile is not told again: the truth has it
    this.outbox.length = 0;
    this.#notice('connected');
  }

  /** Our side was dropped: what it had been told and not taken in is gone. */
  forget(): void {
    this.#known.length = 0;
    this.inbox.length = 0;
    this.outbox.length = 0;
  }

  /** Our last order of a role that works. */
  find(role: OrderRequest['role']): BrokerOrder | undefined {
    let found: BrokerOrder | undefined;
    for (const order of this.book.values())
      if (
        order.request.role === role &&
        order.status === 'working' &&
        this.#seen.has(order.request.id)
      )
        found = order;
    return found;
  }

  /** An order trades, for no more than it may; as a maker at its own price unless told otherwise. */
  fill(order: BrokerOrder, asked: number, { price, liquidity = 'maker' }: FillTerms = {}): void {
    const { request } = order;
    const quantity = Math.min(asked, this.liveOf(order));
    if (quantity <= 0 || order.status !== 'working') return;
    order.filled += quantity;
    this.position += request.side === 'buy' ? quantity : -quantity;
    if (order.filled >= order.quantity) order.status = 'filled';
    const executionId = `E${this.executions.length + 1}`;
    const fill = {
      executionId,
      orderId: request.id,
      side: request.side,
      price: price ?? order.price ?? order.stopPrice ?? this.marketPrice,
      quantity,
      ts: this.#now,
      sequence: 0,
      liquidity,
    } as const;
    const commissionMicros = quantity * MICROS_A_SHARE;
    this.executions.push({ fill, commissionMicros });
    this.#report({
      type: 'order-filled',
      orderId: request.id,
      ts: this.#now,
      fill,
      commissionMicros,
    });
    const entry = this.#entryOf(request);
    if (request.reduceOnly && entry !== undefined && entry.status === 'working')
      this.end(entry.request.id, 'canceled', 'its exit traded');
    this.#holdExits(request.ocoGroup);
  }

  /** An order that works ends. */
  end(id: ClientOrderId, status: 'canceled' | 'rejected' | 'expired', reason: string): void {
    const order = this.book.get(id);
    if (order === undefined || order.status !== 'working') return;
    order.status = status;
    order.reason = reason;
    if (status === 'expired') this.#report({ type: 'order-expired', orderId: id, ts: this.#now });
    else this.#report({ type: `order-${status}`, orderId: id, ts: this.#now, reason });
    this.#holdExits(order.request.ocoGroup);
  }

  #onSubmit(request: OrderRequest): void {
    const { id, quantity, price, stopPrice, type } = request;
    if (this.book.has(id)) return;
    const order: BrokerOrder = {
      request,
      status: 'working',
      quantity,
      filled: 0,
      price,
      stopPrice,
      reason: '',
    };
    this.book.set(id, order);
    if (this.rejectsNext) {
      this.rejectsNext = false;
      this.end(id, 'rejected', 'not permitted');
      return;
    }
    this.#report({ type: 'order-accepted', orderId: id, ts: this.#now });
    this.#holdExits(request.ocoGroup);
    if (type !== 'market' || order.status !== 'working') return;
    if (this.isHalted) this.end(id, 'canceled', 'no trading');
    else this.fill(order, quantity, { price: this.marketPrice, liquidity: 'taker' });
  }

  #onModify(change: OrderChange): void {
    const order = this.book.get(change.id);
    const asked = change.quantity === undefined ? {} : { quantity: change.quantity };
    if (order === undefined || order.status !== 'working' || this.rejectsNextChange) {
      this.rejectsNextChange = false;
      const reason = 'cannot be changed';
      this.#report({
        type: 'order-change-rejected',
        orderId: change.id,
        ts: this.#now,
        ...asked,
        reason,
      });
      return;
    }
    order.price = change.price ?? order.price;
    order.stopPrice = change.stopPrice ?? order.stopPrice;
    order.quantity = Math.max(change.quantity ?? order.quantity, order.filled);
    this.#tellTerms(order);
    if (order.filled >= order.quantity)
      this.end(change.id, 'canceled', 'reduced to what it filled');
  }

  #tellTerms({ request, price, stopPrice, quantity }: BrokerOrder): void {
    this.#report({
      type: 'order-modified',
      orderId: request.id,
      ts: this.#now,
      quantity,
      ...(price === undefined ? {} : { price }),
      ...(stopPrice === undefined ? {} : { stopPrice }),
    });
  }

  /** What an order may trade now: an exit of a bracket no more than the bracket holds. */
  liveOf(order: BrokerOrder): number {
    const rest = order.quantity - order.filled;
    const { ocoGroup, reduceOnly } = order.request;
    return ocoGroup !== undefined && reduceOnly ? Math.min(rest, this.#openOf(ocoGroup)) : rest;
  }

  #openOf(group: string): number {
    let open = 0;
    for (const { request, filled } of this.book.values())
      if (request.ocoGroup === group) open += request.reduceOnly ? -filled : filled;
    return open;
  }

  #entryOf({ ocoGroup }: OrderRequest): BrokerOrder | undefined {
    if (ocoGroup === undefined) return undefined;
    for (const order of this.book.values())
      if (order.request.ocoGroup === ocoGroup && !order.request.reduceOnly) return order;
    return undefined;
  }

  /** Once the entry can fill no more, exits are for what is open, and with nothing open they end. */
  #holdExits(group: string | undefined): void {
    if (group === undefined) return;
    for (const { request, status } of this.book.values())
      if (request.ocoGroup === group && !request.reduceOnly && status === 'working') return;
    const open = this.#openOf(group);
    for (const order of this.book.values()) {
      if (order.request.ocoGroup !== group || order.status !== 'working') continue;
      if (open === 0) this.end(order.request.id, 'canceled', 'oco');
      else if (order.filled + open < order.quantity) {
        order.quantity = order.filled + open;
        this.#tellTerms(order);
      }
    }
  }

  #tellTruth(askedAt: number): void {
    // one connection keeps its order: what was told before the answer is known before it
    while (this.outbox.length > 0) this.tell();
    const orders = [...this.book.values()].map(
      ({ request, status, quantity, filled, price, stopPrice, reason }): VenueOrder => ({
        orderId: request.id,
        side: request.side,
        status,
        quantity,
        filled,
        reason,
        ...(price === undefined ? {} : { price }),
        ...(stopPrice === undefined ? {} : { stopPrice }),
      }),
    );
    const executions = this.executions.slice();
    const truth = { ts: this.#now, askedAt, orders, executions, position: this.position };
    this.#known.push({ type: 'truth-told', ts: this.#now, truth });
  }

  #notice(connection: 'connected' | 'disconnected'): void {
    const reason = 'told so';
    this.#known.push({ type: 'connection-changed', ts: this.#now, connection, reason });
  }

  #report(report: OrderReport): void {
    if (this.isConnected) this.outbox.push(report);
  }

  #isReachable(what: string): boolean {
    // the desk may not have heard yet that the connection is lost: what it sends then is dropped
    if (!this.isConnected && this.#known.length === 0)
      this.offenses.push(`${what} while disconnected`);
    return this.isConnected;
  }
}

function isNotice(told: OrderReport | VenueNotice): told is VenueNotice {
  return told.type === 'connection-changed' || told.type === 'truth-told';
}
