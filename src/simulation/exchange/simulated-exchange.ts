import {
  ACTION_ADD,
  ACTION_CLEAR,
  ACTION_FILL,
  ACTION_MODIFY,
  ACTION_STATUS,
  ACTION_TRADE,
  eventPriceOf,
  FLAG_LAST,
  hasPrice,
  SIDE_ASK,
  SIDE_BID,
  STATUS_TRADING,
  WORD_ORDER_HIGH,
  WORD_ORDER_LOW,
  WORD_SEQUENCE,
  WORD_SIZE,
  WORD_TAGS,
} from '../../domain/event.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { ClientOrderId, OrderChange, OrderReport, OrderRequest } from '../../domain/order.ts';
import type { PriceNanos } from '../../domain/price.ts';
import type { Random } from '../../domain/random.ts';
import type { ExecutionSettings, LatencySettings } from '../../domain/settings.ts';
import { signOf } from '../../domain/side.ts';
import type { DayNumber, SessionTime } from '../../domain/time.ts';
import type { ExecutionVenue, VenueNotice } from '../../execution/venue.ts';
import { NO_TICK } from '../../market/book/book-side.ts';
import type { OrderBook } from '../../market/book/order-book.ts';
import type { StreamState } from '../../market/book/stream-state.ts';
import { DisplayedOffers } from './displayed-offers.ts';
import { ExchangeMail, type Message } from './exchange-mail.ts';
import { copyPlaces, type ExchangeState, placesOf } from './exchange-state.ts';
import { Executions } from './executions.ts';
import { type FillModel, sizeFor } from './fill-rule.ts';
import { LevelQueue } from './level-queue.ts';
import { LevelTaken } from './level-taken.ts';
import { type Bracket, OwnOrder, venueOrderOf } from './own-order.ts';
import { RestingOrders } from './resting-orders.ts';
import { TakenLiquidity, type TakenSizes } from './taken-liquidity.ts';
import { TriggerList } from './trigger-list.ts';

/** Events between two looks at whether orders that we took from still live. */
const PURGE_EVENTS = 4096;
const NEVER = Number.POSITIVE_INFINITY;
/** Why a post-only order is refused. */
const WOULD_TAKE = 'post-only: it would take';

/**
 * Plays our orders against the real book, order by order. The market does not react to them: what the feed shows
 * happened, and only size that it shows can fill us. The rules are those of the public specification "execution".
 *
 * The engine shows it every event before the book applies it (`onEvent`), and hands it the messages whose time has come
 * (`handleArrival`) when every event up to that time has been applied and no event group is open.
 */
export class SimulatedExchange implements ExecutionVenue {
  readonly #book: OrderBook;
  readonly #settings: ExecutionSettings;
  readonly #mail: ExchangeMail;
  readonly #executions: Executions;
  #orders = new Map<ClientOrderId, OwnOrder>();
  #brackets = new Map<string, Bracket>();
  readonly #resting: RestingOrders;
  readonly #triggers = new TriggerList();
  /** Triggered stops that found no trading: they go on when there is again. */
  #waiting: OwnOrder[] = [];
  readonly #taken: TakenSizes;
  /** Where the feed tells levels and not orders: what stands before our orders, and what we took, are estimates. */
  readonly #levels: { readonly queue: LevelQueue; readonly taken: LevelTaken } | undefined =
    undefined;
  readonly #isQueueKnown: boolean;
  readonly #fillModel: FillModel;
  readonly #offers: DisplayedOffers;
  #isHalted = false;
  #unwatched = 0;
  #isOpen = true;
  #lastSequence = 0;
  /** LAST when the last message arrived. */
  #last: PriceNanos | null = null;
  /** The event group's last print had no aggressor: the fills that follow it are nobody's to share. */
  #isPrintSideless = false;
  /** Whether groups end where the sequence changes; then their records may each be flagged LAST. */
  readonly #isGroupBySequence: boolean;
  #printSequence = 0;

  constructor(options: {
    readonly book: OrderBook;
    readonly instrument: Instrument;
    readonly execution: ExecutionSettings;
    readonly latency: LatencySettings;
    readonly random: Random;
    readonly day: DayNumber;
    /** What the feed tells; every order by default. `knownLevels`: how many levels a side, where it tells levels. */
    readonly depth?: 'orders' | 'levels' | 'trades';
    readonly knownLevels?: number | undefined;
    /** How event groups end; at the record flagged LAST by default. */
    readonly groupEnds?: 'last-flag' | 'sequence';
    /** When resting orders fill; by their place in the queue by default. */
    readonly fillModel?: FillModel;
  }) {
    this.#fillModel = options.fillModel ?? 'queue';
    this.#isGroupBySequence = options.groupEnds === 'sequence';
    this.#book = options.book;
    const { depth = 'orders', knownLevels = Number.POSITIVE_INFINITY } = options;
    this.#isQueueKnown = depth === 'orders';
    if (depth === 'levels') {
      const { queueModel } = options.execution;
      const taken = new LevelTaken(options.book);
      this.#levels = { queue: new LevelQueue(options.book, knownLevels, queueModel), taken };
    }
    this.#taken = this.#levels?.taken ?? new TakenLiquidity();
    this.#offers = new DisplayedOffers(options.book, this.#taken);
    this.#resting = new RestingOrders(options.book);
    this.#settings = options.execution;
    this.#executions = new Executions(
      options.instrument,
      options.execution.commission,
      options.day,
    );
    this.#mail = new ExchangeMail(options.latency, options.random);
  }

  /** True while events can matter to an order of ours; else `onEvent` need not be called, but for ACTION_STATUS. */
  isWatching = false;

  /** A print without a side holds until its group ends, which any event flagged LAST may do; estimates rest on every event. */
  get needsEveryEvent(): boolean {
    if (this.#levels !== undefined) return this.isWatching;
    return this.#isPrintSideless && this.#hasOrders && !this.#isGroupBySequence;
  }

  get watchesQuotes(): boolean {
    return this.#settings.stopTrigger === 'quote' && !this.#triggers.isEmpty;
  }

  /** Whether an order of ours is at the exchange, so that trades matter. */
  get hasOrders(): boolean {
    return this.#hasOrders;
  }

  /** See `RestingOrders`. */
  get askFrom(): number | undefined {
    return this.#resting.askFrom;
  }

  get bidFrom(): number | undefined {
    return this.#resting.bidFrom;
  }

  /** Executions matter while an order rests, and of what is displayed only what stands at or across its price. */
  watchOn(stream: StreamState): void {
    const { askFrom, bidFrom } = this;
    stream.watch(this.#hasOrders, askFrom !== undefined || bidFrom !== undefined, askFrom, bidFrom);
  }

  get nextArrival(): SessionTime {
    return this.#mail.nextArrival;
  }

  get nextReport(): SessionTime {
    return this.#mail.nextReport;
  }

  /** Outside a futures session nothing fills: its book may be crossed, and waits for the opening auction. */
  setOpen(isOpen: boolean, ts: SessionTime): void {
    this.#isOpen = isOpen;
    this.#release(ts);
  }

  /**
   * An exchange takes what it is sent; that only approved orders are sent is the matter of `ExecutionVenue`.
   *
   * @throws RangeError where the id was used before: a bug of the caller's, which would make two orders of one.
   */
  submit(request: OrderRequest, now: SessionTime): void {
    const isOnItsWay = (message: Message): boolean =>
      message.kind === 'place' && message.order.id === request.id;
    if (this.#orders.has(request.id) || this.#mail.inbox.some(isOnItsWay))
      throw new RangeError(`order id ${request.id} was used before`);
    const bracket = request.ocoGroup === undefined ? undefined : this.#bracketOf(request.ocoGroup);
    const order = new OwnOrder(request, signOf(request.side), bracket);
    if (bracket !== undefined && !order.reduceOnly) bracket.entry = order;
    if (bracket !== undefined && order.reduceOnly) bracket.exits.push(order);
    this.#mail.send({ kind: 'place', at: this.#mail.arrivalOf(now), order });
  }

  modify(change: OrderChange, now: SessionTime): void {
    this.#mail.send({ kind: 'modify', at: this.#mail.arrivalOf(now), change });
  }

  cancel(id: ClientOrderId, now: SessionTime): void {
    this.#mail.send({ kind: 'cancel', at: this.#mail.arrivalOf(now), id });
  }

  requestTruth(now: SessionTime): void {
    this.#mail.send({ kind: 'truth', at: this.#mail.arrivalOf(now), askedAt: now });
  }

  takeNotice(now: SessionTime): VenueNotice | undefined {
    return this.#mail.takeNotice(now);
  }

  takeReport(now: SessionTime): OrderReport | undefined {
    return this.#mail.takeReport(now);
  }

  queueAhead(id: ClientOrderId): number | null {
    const order = this.#orders.get(id);
    if (!this.#isQueueKnown || order?.state !== 'resting' || order.price === undefined) return null;
    return this.#resting.ahead(order);
  }

  estimatedAhead(id: ClientOrderId): number | null {
    const order = this.#orders.get(id);
    if (order?.state !== 'resting') return null;
    return this.#levels?.queue.estimateOf(order) ?? null;
  }

  /** Handles the next message of the inbox. `sequence` is that of the last market event before it, `last` is LAST then. */
  handleArrival(sequence: number, last: PriceNanos | null): void {
    const message = this.#mail.receive();
    if (message === undefined) return;
    this.#lastSequence = sequence;
    this.#last = last;
    // no group is open here, also where its end was not watched
    this.#isPrintSideless = false;
    this.#taken.purge(this.#book);
    switch (message.kind) {
      case 'place':
        this.#onPlace(message.order, message.at);
        break;
      case 'modify':
        this.#onModify(message.change, message.at);
        break;
      case 'cancel':
        this.#onCancel(message.id, message.at);
        break;
      case 'trigger':
        this.#onTriggered(message.order, message.at);
        break;
      case 'truth':
        this.#tellTruth(message.at, message.askedAt);
        break;
    }
    this.#watch();
  }

  /** The event at `words[offset]`, before the book applies it. */
  onEvent(words: Int32Array, offset: number, ts: SessionTime): void {
    if (!this.#hasOrders) this.#watchTaken();
    if (this.#levels !== undefined) {
      this.#levels.queue.onEvent(words, offset, ts, this.#resting.bids, this.#resting.asks);
      this.#levels.taken.onEvent(words, offset);
    }
    const tags = words[offset + WORD_TAGS] ?? 0;
    switch ((tags >> 16) & 0xff) {
      case ACTION_FILL:
        if (this.#isTrading && hasPrice(words, offset) && !this.#isOfSidelessPrint(words, offset))
          this.#onExecution(words, offset, tags >>> 24, ts);
        this.#watch();
        break;
      case ACTION_ADD:
      case ACTION_MODIFY:
        this.#onDisplayed(words, offset, tags, ts);
        break;
      case ACTION_TRADE:
        this.#isPrintSideless = tags >>> 24 !== SIDE_BID && tags >>> 24 !== SIDE_ASK;
        this.#printSequence = words[offset + WORD_SEQUENCE] ?? 0;
        // a print of nothing, or at no price, moves no LAST
        if (!this.#triggers.isEmpty && words[offset + WORD_SIZE] !== 0 && hasPrice(words, offset))
          this.#onPrint(eventPriceOf(words, offset), ts);
        break;
      case ACTION_CLEAR:
        this.#taken.clear();
        this.#watch();
        break;
      case ACTION_STATUS:
        this.#isHalted = words[offset + WORD_SIZE] !== STATUS_TRADING;
        this.#release(ts);
        break;
      default:
        break;
    }
    if ((tags & FLAG_LAST) !== 0 && !this.#isGroupBySequence) this.#isPrintSideless = false;
  }

  /** Whether an execution belongs to the group of a print without an aggressor. */
  #isOfSidelessPrint(words: Int32Array, offset: number): boolean {
    if (!this.#isPrintSideless) return false;
    return !this.#isGroupBySequence || words[offset + WORD_SEQUENCE] === this.#printSequence;
  }

  /** Checks stops that trigger on quotes; called when every event of a time stamp has been applied. */
  onQuotes(ts: SessionTime): void {
    if (!this.watchesQuotes) return;
    const { bids, asks, tickNanos } = this.#book;
    const bid = bids.best === NO_TICK ? undefined : bids.best * tickNanos;
    const ask = asks.best === NO_TICK ? undefined : asks.best * tickNanos;
    for (const order of this.#triggers.onQuotes(bid, ask)) this.#trigger(order, ts);
  }

  /** Ends every order that still lives, at the end of the data. */
  expireAll(ts: SessionTime): void {
    for (const message of this.#mail.inbox)
      if (message.kind === 'place') this.#orders.set(message.order.id, message.order);
    this.#mail.stopSending();
    for (const order of this.#orders.values()) {
      if (order.state === 'done') continue;
      order.state = 'done';
      order.ending = { status: 'expired', reason: 'the session ended' };
      this.#report({ type: 'order-expired', orderId: order.id, ts });
    }
    this.#resting.restore([], []);
    this.#triggers.restore([]);
  }

  get #isTrading(): boolean {
    return this.#isOpen && !this.#isHalted;
  }

  /** Sets `isWatching` anew; called where orders come or go, so that every event reads a plain field. */
  #watch(): void {
    this.isWatching = this.#hasOrders || !this.#taken.isEmpty;
  }

  get #hasOrders(): boolean {
    return !this.#resting.isEmpty || !this.#triggers.isEmpty;
  }

  /** With no order of ours at the exchange, only what was taken is watched: looks now and then whether that is over. */
  #watchTaken(): void {
    this.#unwatched++;
    if (this.#unwatched < PURGE_EVENTS) return;
    this.#unwatched = 0;
    this.#taken.purge(this.#book);
    this.#watch();
  }

  #onPlace(order: OwnOrder, at: SessionTime): void {
    this.#orders.set(order.id, order);
    if (this.#isRefused(order)) {
      order.state = 'done';
      order.ending = { status: 'rejected', reason: WOULD_TAKE };
      this.#report({ type: 'order-rejected', orderId: order.id, ts: at, reason: WOULD_TAKE });
      if (order.bracket !== undefined) this.#capExits(order.bracket, at);
      return;
    }
    this.#report({ type: 'order-accepted', orderId: order.id, ts: at });
    this.#enter(order, at);
  }

  /** An order arrives with its terms: it takes what it may, and rests, waits or ends. */
  #enter(order: OwnOrder, at: SessionTime): void {
    const { bracket } = order;
    if (bracket !== undefined && order.reduceOnly) {
      if (this.#isOver(bracket)) {
        this.#end(order, at, 'nothing left to close');
        return;
      }
      this.#capExits(bracket, at);
    }
    if (TriggerList.isFor(order)) {
      this.#triggers.arm(order, this.#last);
      return;
    }
    this.#trade(order, at);
  }

  /** What a market or limit order does on arrival. */
  #trade(order: OwnOrder, at: SessionTime): void {
    if (this.#isRefused(order)) {
      this.#end(order, at, WOULD_TAKE);
      return;
    }
    const isResting = order.type === 'limit' && order.tif === 'day';
    if (!this.#isTrading) {
      if (isResting) this.#rest(order);
      else this.#end(order, at, 'no trading');
      return;
    }
    if (order.tif !== 'fok' || this.#offers.available(order) >= order.live) this.#walk(order, at);
    if (order.state === 'done') return;
    if (order.filled >= order.quantity) this.#finish(order, at);
    else if (isResting) this.#rest(order);
    else this.#end(order, at, order.tif === 'fok' ? 'not all at once' : 'no more size displayed');
  }

  /** Whether an order that must not take would do so now. */
  #isRefused(order: OwnOrder): boolean {
    return order.postOnly && this.#isTrading && this.#offers.available(order) > 0;
  }

  #rest(order: OwnOrder): void {
    this.#resting.join(order);
    this.#levels?.queue.join(order);
  }

  /** Takes displayed size level by level, one fill a level, each order of the book for no more than it still offers. */
  #walk(order: OwnOrder, at: SessionTime): void {
    if (order.live <= 0) return;
    this.#offers.each(order, (price, offered, take) => {
      const quantity = Math.min(offered, order.live);
      take(quantity);
      this.#fill(order, price, quantity, at, this.#lastSequence, 'taker');
      return order.live > 0 && order.state !== 'done';
    });
  }

  /** An order of the book executes: size for our orders of its side that it is not ahead of. */
  #onExecution(words: Int32Array, offset: number, restingSide: number, ts: SessionTime): void {
    const { bids, asks } = this.#resting;
    const queue = restingSide === SIDE_BID ? bids : restingSide === SIDE_ASK ? asks : [];
    if (queue.length === 0) return;
    const price = eventPriceOf(words, offset);
    if (this.#levels !== undefined) {
      const size = (words[offset + WORD_SIZE] ?? 0) >>> 0;
      this.#onLevelExecution(queue, price, size, ts, words[offset + WORD_SEQUENCE] ?? 0);
      return;
    }
    const slot = this.#book.find(
      words[offset + WORD_ORDER_LOW] ?? 0,
      words[offset + WORD_ORDER_HIGH] ?? 0,
    );
    // ahead is only what stands at this price: an order that was elsewhere and executes here has just come
    const isHere = slot >= 0 && this.#book.tickOfOrder(slot) * this.#book.tickNanos === price;
    const arrival = isHere ? this.#book.orders.arrival(slot) : NEVER;
    let left = (words[offset + WORD_SIZE] ?? 0) >>> 0;
    for (const order of queue) {
      if (left === 0) return;
      const through = ((order.price ?? 0) - price) * order.sign;
      const reached = arrival >= order.arrival ? left : 0;
      const most = sizeFor(this.#fillModel, through, left, reached);
      const filled = this.#fillResting(order, most, ts, words[offset + WORD_SEQUENCE] ?? 0);
      if (most <= left) left -= filled;
    }
  }

  /** A level of the book executes: size for our orders at better prices, and what is beyond the size ahead of those at its price. */
  #onLevelExecution(
    queue: readonly OwnOrder[],
    price: PriceNanos,
    size: number,
    ts: SessionTime,
    sequence: number,
  ): void {
    let left = size;
    for (const order of queue) {
      const through = ((order.price ?? 0) - price) * order.sign;
      if (through < 0) return;
      // the estimate is asked only where it counts
      const beyond = through > 0 ? size : (this.#levels?.queue.beyond(order, size) ?? 0);
      const most = sizeFor(this.#fillModel, through, left, Math.min(left, beyond));
      const filled = this.#fillResting(order, most, ts, sequence);
      if (most <= left) left -= filled;
    }
  }

  /** An order of the other side is displayed at or across our price: it would have traded with us. */
  #onDisplayed(words: Int32Array, offset: number, tags: number, ts: SessionTime): void {
    const idLow = words[offset + WORD_ORDER_LOW] ?? 0;
    const idHigh = words[offset + WORD_ORDER_HIGH] ?? 0;
    const record = this.#book.find(idLow, idHigh);
    if (record >= 0) this.#taken.onChanged(record, this.#book);
    const side = tags >>> 24;
    const { bids, asks } = this.#resting;
    const queue = side === SIDE_BID ? asks : side === SIDE_ASK ? bids : [];
    const best = queue[0];
    if (best === undefined || !this.#isTrading) return;
    const price = eventPriceOf(words, offset);
    // the book refuses what has no price or lies off its grid: such an order is not there
    if (!hasPrice(words, offset) || price % this.#book.tickNanos !== 0) return;
    if (((best.price ?? 0) - price) * best.sign < 0) return;
    const size = (words[offset + WORD_SIZE] ?? 0) >>> 0;
    const added = this.#levels?.queue.added(words, offset) ?? size;
    let left = Math.min(added, size - (record < 0 ? 0 : this.#taken.of(record, this.#book)));
    for (const order of queue) {
      const through = ((order.price ?? 0) - price) * order.sign;
      if (left <= 0 || through < 0) return;
      // nobody is before us on the other side: what is displayed there reaches us, but in the pessimistic model
      const most = Math.min(left, sizeFor(this.#fillModel, through, left, left));
      const filled = this.#fillResting(order, most, ts, words[offset + WORD_SEQUENCE] ?? 0);
      if (filled > 0) this.#taken.addDisplayed(idLow, idHigh, record, filled, this.#book);
      left -= filled;
    }
  }

  #fillResting(order: OwnOrder, most: number, ts: SessionTime, sequence: number): number {
    if (order.state !== 'resting') return 0;
    const quantity = Math.min(most, order.live);
    if (quantity <= 0) return 0;
    // what this fill sets off at once (a bracket's target) happens after this event, not after the last message's
    this.#lastSequence = sequence >>> 0;
    this.#fill(order, order.price ?? 0, quantity, ts, this.#lastSequence, 'maker');
    if (order.filled >= order.quantity) this.#finish(order, ts);
    return quantity;
  }

  #onPrint(price: PriceNanos, ts: SessionTime): void {
    if (this.#settings.stopTrigger === 'last')
      for (const order of this.#triggers.onPrint(price)) this.#trigger(order, ts);
    this.#triggers.follow(price);
  }

  #trigger(order: OwnOrder, ts: SessionTime): void {
    order.state = 'triggered';
    this.#mail.send({ kind: 'trigger', at: this.#mail.arrivalOf(ts), order });
    this.#report({ type: 'order-triggered', orderId: order.id, ts });
  }

  #onTriggered(order: OwnOrder, at: SessionTime): void {
    if (order.state === 'done') return;
    // a market order that arrives in a halt ends; a stop that was hit before it still protects after it
    if (!this.#isTrading) {
      this.#waiting.push(order);
      return;
    }
    order.type = order.type === 'stop-limit' ? 'limit' : 'market';
    this.#trade(order, at);
  }

  /** Lets triggered stops go on that waited for trading, before whatever else is on its way. */
  #release(at: SessionTime): void {
    if (!this.#isTrading || this.#waiting.length === 0) return;
    this.#mail.sendFirst(this.#waiting.map((order) => ({ kind: 'trigger', at, order }) as const));
    this.#waiting = [];
  }

  #onModify(change: OrderChange, at: SessionTime): void {
    const order = this.#orders.get(change.id);
    if (order === undefined || order.state === 'done') return;
    // a price that the order's type does not have stays none: a market order is never turned into a limit order
    const price = order.price === undefined ? undefined : (change.price ?? order.price);
    const stopPrice =
      order.stopPrice === undefined ? undefined : (change.stopPrice ?? order.stopPrice);
    const quantity = change.quantity ?? order.quantity;
    const keepsPlace =
      order.state === 'resting' && price === order.price && quantity <= order.quantity;
    order.price = price;
    order.stopPrice = stopPrice;
    order.quantity = Math.max(quantity, order.filled);
    this.#report({
      type: 'order-modified',
      orderId: order.id,
      ts: at,
      quantity: order.quantity,
      ...(price === undefined ? {} : { price }),
      ...(stopPrice === undefined ? {} : { stopPrice }),
    });
    if (order.filled >= order.quantity) {
      this.#end(order, at, 'reduced to what was filled');
    } else if (!keepsPlace && order.state === 'resting') {
      this.#leave(order);
      this.#trade(order, at);
    }
  }

  #onCancel(id: ClientOrderId, at: SessionTime): void {
    const order = this.#orders.get(id);
    if (order !== undefined && order.state !== 'done') this.#end(order, at, 'canceled by us');
  }

  #fill(
    order: OwnOrder,
    price: PriceNanos,
    quantity: number,
    ts: SessionTime,
    sequence: number,
    liquidity: 'maker' | 'taker',
  ): void {
    const execution = this.#executions.add(order, price, quantity, ts, sequence, liquidity);
    this.#report({ type: 'order-filled', orderId: order.id, ts, ...execution });
    if (order.bracket !== undefined) this.#onBracketFill(order, order.bracket, quantity, ts);
  }

  #onBracketFill(order: OwnOrder, bracket: Bracket, quantity: number, ts: SessionTime): void {
    if (!order.reduceOnly) {
      bracket.open += quantity;
      // a larger target gives its place up, as any larger order does
      for (const exit of bracket.exits) {
        if (exit.state !== 'resting') continue;
        this.#leave(exit);
        this.#trade(exit, ts);
      }
      return;
    }
    bracket.open -= quantity;
    const { entry } = bracket;
    if (entry !== undefined && entry.state !== 'done' && entry.filled < entry.quantity) {
      this.#end(entry, ts, 'its exit traded', order);
    } else {
      this.#capExits(bracket, ts, order);
    }
  }

  /**
   * Once the entry can fill no more, every exit is for what is open, and with nothing open it ends. `trading` is the exit
   * that trades just now: it ends by itself.
   */
  #capExits(bracket: Bracket, ts: SessionTime, trading?: OwnOrder): void {
    if (!this.#hasEntered(bracket)) return;
    for (const exit of bracket.exits) {
      if (
        exit !== trading &&
        (exit.state === 'done' || (exit.state === 'traveling' && !this.#orders.has(exit.id)))
      )
        continue;
      const quantity = exit.filled + bracket.open;
      if (bracket.open === 0 && exit !== trading) {
        this.#end(exit, ts, 'oco');
      } else if (quantity < exit.quantity) {
        exit.quantity = quantity;
        this.#report({ type: 'order-modified', orderId: exit.id, ts, quantity });
      }
    }
  }

  #hasEntered({ entry }: Bracket): boolean {
    return entry === undefined || entry.state === 'done' || entry.filled >= entry.quantity;
  }

  /** True when nothing of a bracket is open and nothing more can come. */
  #isOver(bracket: Bracket): boolean {
    return bracket.open === 0 && this.#hasEntered(bracket);
  }

  /** Filled to the last unit. */
  #finish(order: OwnOrder, ts: SessionTime): void {
    this.#leave(order);
    order.state = 'done';
    if (order.bracket !== undefined && !order.reduceOnly) this.#capExits(order.bracket, ts);
  }

  /** The rest of an order is canceled. `trading`: the exit whose fill ends it. */
  #end(order: OwnOrder, ts: SessionTime, reason: string, trading?: OwnOrder): void {
    this.#leave(order);
    order.state = 'done';
    order.ending = { status: 'canceled', reason };
    this.#report({ type: 'order-canceled', orderId: order.id, ts, reason });
    if (order.bracket !== undefined && !order.reduceOnly)
      this.#capExits(order.bracket, ts, trading);
  }

  #leave(order: OwnOrder): void {
    if (order.state === 'resting') this.#resting.remove(order);
    else if (order.state === 'armed') this.#triggers.remove(order);
  }

  #bracketOf(group: string): Bracket {
    const known = this.#brackets.get(group);
    if (known !== undefined) return known;
    const bracket: Bracket = { entry: undefined, exits: [], open: 0 };
    this.#brackets.set(group, bracket);
    return bracket;
  }

  /** Tells what it holds, as a broker that is asked would. */
  #tellTruth(ts: SessionTime, askedAt: SessionTime): void {
    const truth = {
      ts,
      askedAt,
      orders: [...this.#orders.values()].map(venueOrderOf),
      executions: this.#executions.all.slice(),
      position: this.#executions.position,
    };
    this.#mail.notify({ type: 'truth-told', ts, truth }, ts);
  }

  #report(report: OrderReport): void {
    this.#mail.report(report);
  }

  /** A copy of all of it but the book. */
  capture(): ExchangeState {
    return {
      places: copyPlaces({
        known: this.#orders,
        brackets: this.#brackets,
        bids: this.#resting.bids,
        asks: this.#resting.asks,
        armed: this.#triggers.orders,
        waiting: this.#waiting,
        inbox: this.#mail.inbox,
      }),
      mail: this.#mail.capture(),
      executions: this.#executions.all.slice(),
      taken: this.#taken.capture(),
      queue: this.#levels?.queue.capture(),
      isHalted: this.#isHalted,
      isOpen: this.#isOpen,
      isWatching: this.isWatching,
      isPrintSideless: this.#isPrintSideless,
      printSequence: this.#printSequence,
      unwatched: this.#unwatched,
      lastSequence: this.#lastSequence,
    };
  }

  /** Becomes what `capture` copied of one with the same options; the book has to be that of the same moment. */
  restore(state: ExchangeState): void {
    const { known, brackets, bids, asks, armed, waiting, inbox } = placesOf(state.places);
    this.#orders = known;
    this.#brackets = brackets;
    this.#resting.restore(bids, asks);
    this.#triggers.restore(armed);
    this.#waiting = waiting;
    this.#mail.restore(state.mail, inbox);
    this.#executions.restore(state.executions);
    this.#taken.restore(state.taken);
    if (state.queue !== undefined) this.#levels?.queue.restore(state.queue);
    this.#isHalted = state.isHalted;
    this.#isOpen = state.isOpen;
    this.isWatching = state.isWatching;
    this.#isPrintSideless = state.isPrintSideless;
    this.#printSequence = state.printSequence;
    this.#unwatched = state.unwatched;
    this.#lastSequence = state.lastSequence;
  }
}
