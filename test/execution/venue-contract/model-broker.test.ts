import type { OrderChange, OrderReport, OrderRequest } from '../../../src/domain/order.ts';
import type { Side } from '../../../src/domain/side.ts';
import { NS_PER_MS } from '../../../src/domain/time.ts';
import type { VenueNotice } from '../../../src/execution/venue.ts';
import { nanosOf } from '../../support/exchange-rig.ts';
import { ModelBroker } from '../model/model-broker.ts';
import type { VenueSession } from './harness.ts';
import { describeVenueContract } from './venue-contract.ts';

type BrokerOrder = Parameters<ModelBroker['fill']>[0];

/** A limit at which the broker takes no order, dollars. */
const REFUSED = 1;
const NOT_MODELLED = 'the model has limit, market and stop orders of the day alone';

/** A model broker whose line may swallow what is sent next. */
class LossyBroker extends ModelBroker {
  losesNext = false;

  override submit(order: OrderRequest): void {
    if (this.#passes()) super.submit(order);
  }

  override modify(change: OrderChange): void {
    if (this.#passes()) super.modify(change);
  }

  override cancel(id: string): void {
    if (this.#passes()) super.cancel(id);
  }

  override requestTruth(askedAt: number): void {
    if (this.#passes()) super.requestTruth(askedAt);
  }

  #passes(): boolean {
    const passes = !this.losesNext;
    this.losesNext = false;
    return passes;
  }
}

/** The model broker in a market of one bid and one ask, which its orders trade with, and of those who come to it. */
class BrokerSession implements VenueSession {
  readonly venue = new LossyBroker();
  readonly reports: (OrderReport | VenueNotice)[] = [];
  now = 0;
  #best = { bid: { price: 0, size: 0 }, ask: { price: 0, size: 0 } };
  /** Stops that the market has reached; they trade when time goes on. */
  readonly #triggered = new Set<BrokerOrder>();

  async wait(ms: number): Promise<void> {
    const { venue } = this;
    this.#pass(ms * NS_PER_MS);
    this.#match();
    while (venue.inbox.length > 0) {
      const [next] = venue.inbox;
      if (next?.kind === 'submit') {
        if (next.order.price === nanosOf(REFUSED)) venue.rejectsNext = true;
        venue.marketPrice = this.#facing(next.order.side).price;
      }
      venue.arrive();
      this.#match();
    }
    venue.settle();
    this.#take();
  }

  async quote(bid: number, ask: number, size: number): Promise<void> {
    this.#best = { bid: { price: nanosOf(bid), size }, ask: { price: nanosOf(ask), size } };
  }

  async sellInto(price: number, size: number): Promise<void> {
    this.#come('buy', nanosOf(price), size);
  }

  async buyInto(price: number, size: number): Promise<void> {
    this.#come('sell', nanosOf(price), size);
  }

  async setHalted(isHalted: boolean): Promise<void> {
    this.venue.isHalted = isHalted;
  }

  refusedTerms(): { readonly price: number } {
    return { price: REFUSED };
  }

  refuseNextChange(): void {
    this.venue.rejectsNextChange = true;
  }

  loseNext(): void {
    this.venue.losesNext = true;
  }

  async setConnected(isConnected: boolean): Promise<void> {
    this.#pass(1);
    if (isConnected) {
      this.venue.connect();
    } else {
      const [next] = this.venue.inbox;
      if (next?.kind === 'submit') this.venue.marketPrice = this.#facing(next.order.side).price;
      this.venue.disconnect(this.venue.inbox.length);
      this.#match();
    }
    this.#take();
  }

  async tradeByHand(): Promise<void> {
    const rests = this.#placeElsewhere('hand-1', 5, nanosOf(248));
    const trades = this.#placeElsewhere('hand-2', 7, nanosOf(250.01));
    this.venue.fill(trades, 7);
    if (rests.status !== 'working') throw new Error('the order by hand does not rest');
  }

  async repeatExecution(): Promise<void> {
    const told = this.venue.executions.at(-1);
    if (told === undefined) throw new Error('there is no execution to repeat');
    const { orderId, ts } = told.fill;
    this.venue.outbox.push({ type: 'order-filled', orderId, ts, ...told });
  }

  async endSession(): Promise<void> {
    this.#pass(1);
    for (const id of [...this.venue.book.keys()])
      this.venue.end(id, 'expired', 'the session ended');
  }

  #pass(nanos: number): void {
    this.now += nanos;
    this.venue.at(this.now);
  }

  #take(): void {
    for (;;) {
      const next = this.venue.takeReport() ?? this.venue.takeNotice();
      if (next === undefined) return;
      this.reports.push(next);
    }
  }

  #placeElsewhere(id: string, quantity: number, price: number): BrokerOrder {
    const request = {
      id,
      side: 'buy',
      type: 'limit',
      tif: 'day',
      role: 'ENTRY',
      reduceOnly: false,
      quantity,
      price,
    } as const;
    const order: BrokerOrder = {
      request,
      status: 'working',
      quantity,
      filled: 0,
      price,
      stopPrice: undefined,
      reason: '',
    };
    this.venue.book.set(id, order);
    return order;
  }

  /** What an order of a side trades with. */
  #facing(side: Side): { readonly price: number; size: number } {
    return side === 'buy' ? this.#best.ask : this.#best.bid;
  }

  /** Others come to our orders of a side at a price: those at it or better trade, best first, and stops are triggered. */
  #come(side: Side, price: number, size: number): void {
    if (this.venue.isHalted) return;
    const sign = side === 'buy' ? 1 : -1;
    let left = size;
    const resting = [...this.venue.book.values()]
      .filter(({ request }) => request.side === side && request.type === 'limit')
      .toSorted((a, b) => ((b.price ?? 0) - (a.price ?? 0)) * sign);
    for (const order of resting) {
      if (((order.price ?? 0) - price) * sign < 0) break;
      const before = order.filled;
      this.venue.fill(order, left);
      left -= order.filled - before;
    }
    for (const order of this.venue.book.values()) {
      const { request, status, stopPrice } = order;
      if (request.type !== 'stop' || status !== 'working' || stopPrice === undefined) continue;
      const through = (price - stopPrice) * (request.side === 'buy' ? 1 : -1);
      if (through >= 0 && this.venue.liveOf(order) > 0) this.#triggered.add(order);
    }
  }

  /** Marketable orders trade with what is displayed until nothing more can. */
  #match(): void {
    const { book, isHalted } = this.venue;
    while (!isHalted && [...book.values()].some((order) => this.#trades(order)));
  }

  /** Whether an order traded. */
  #trades(order: BrokerOrder): boolean {
    const { request, status, price } = order;
    const offer = this.#facing(request.side);
    if (status !== 'working' || (request.type !== 'limit' && !this.#triggered.has(order)))
      return false;
    const sign = request.side === 'buy' ? 1 : -1;
    if (price !== undefined && (price - offer.price) * sign < 0) return false;
    const before = order.filled;
    this.venue.fill(order, offer.size, { price: offer.price, liquidity: 'taker' });
    offer.size -= order.filled - before;
    return order.filled > before;
  }
}

describeVenueContract({
  name: 'model broker',
  lacks: {
    'post-only': NOT_MODELLED,
    'stop-limit': NOT_MODELLED,
    'trailing-stop': NOT_MODELLED,
    'market-if-touched': NOT_MODELLED,
    ioc: NOT_MODELLED,
    fok: NOT_MODELLED,
    'queue-position': 'a broker does not tell it',
  },
  plays: 126,
  async open() {
    const session = new BrokerSession();
    await session.quote(249.99, 250.01, 500);
    return session;
  },
});
