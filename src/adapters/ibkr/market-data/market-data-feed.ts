import { type EventBatch, STATUS_HALTED, STATUS_TRADING } from '../../../domain/event.ts';
import { nanosOnGrid } from '../../../domain/price.ts';
import type { DayNumber } from '../../../domain/time.ts';
import type { FeedCounts, FeedDescription, FeedStanding, LiveFeed } from '../../../feeds/port.ts';
import { AggressorClassifier } from './aggressor-classifier.ts';
import { ArrivalClock } from './arrival-clock.ts';
import { type DataLine, LIVE_DATA, type OpenDataLine, type TradeTold } from './data-line.ts';
import { DepthBook, type DepthOperation } from './depth-book.ts';
import { EventMaker } from './event-maker.ts';
import { LineBudget } from './line-budget.ts';
import { TopOfBook } from './top-of-book.ts';
import { whyNotCounted } from './trade-conditions.ts';

export interface MarketDataOptions {
  readonly openLine: OpenDataLine;
  /** Where it comes from: `127.0.0.1:7497`. */
  readonly source: string;
  readonly symbol: string;
  /** Whose book it is: `ISLAND`, `ARCA`. The union of all exchanges is no book of one queue, and is not asked for. */
  readonly depthExchange: string;
  readonly rows: number;
  readonly tickNanos: number;
  readonly day: DayNumber;
  /** Milliseconds since 1970, with fractions. */
  readonly clock: () => number;
  readonly lines?: number;
  /** Without permission for depth it goes by best bid and offer, and says so; by default it is refused then. */
  readonly topOfBook?: boolean;
  /** Milliseconds before the first attempt after a loss; each further one waits twice as long, up to eight times. */
  readonly retryMs?: number;
}

/** What the broker tells beside the events; `null` what it has not told, or cannot. */
export interface MarketFacts {
  readonly shortable: 'easy' | 'locate' | 'no' | null;
  readonly shortableShares: number | null;
  /** Of 90 days. */
  readonly averageVolume: number | null;
  /** The broker tells sizes alone. */
  readonly ordersAtLevel: null;
  readonly queuePosition: null;
}

/** Requests have their numbers far above those of orders: the broker's errors name either. */
const FIRST_ID = 500_000_000;
/** So long after its first row a new book is taken as complete: the rows that there are come in one go. */
const FILL_MS = 200;
/** A book that never fits is not asked for more often. */
const RENEW_MS = 2000;
/** A book that stays crossed for so long has lost something. */
const CROSSED_NS = 2_000_000_000;
const TICK = { averageVolume: 21, shortable: 46, halted: 49, shortableShares: 89 } as const;
const LOST_CODES: readonly number[] = [1100, 2103, 2110, 10_182, 10_197];
const DEPTH_REFUSALS: readonly number[] = [200, 309, 354, 10_089, 10_090, 10_092];
/** Without trades there is no order flow: the feed is refused as without a book. */
const TRADE_REFUSALS: readonly number[] = [101, 200, 354, 10_089, 10_187, 10_189, 10_190];
/** Of the refusals of depth, those that leave nothing to go by: no such contract. */
const UNKNOWN_CONTRACT = 200;
const FROZEN_DATA = 2;
/** A connection is asked whether it answers, and left when it does not for so long, ms: it is noticed within two seconds. */
const PROBE_MS = 500;
const PROBE_PATIENCE_MS = 1_400;

/** Depth and trades of one instrument as market events, by a session of its own that comes back after every loss. */
export class MarketDataFeed implements LiveFeed {
  readonly #options: MarketDataOptions;
  readonly #maker: EventMaker;
  readonly #book: DepthBook;
  readonly #budget: LineBudget;
  readonly #clock: ArrivalClock;
  readonly #classifier = new AggressorClassifier();
  #line: DataLine | undefined;
  #standing: FeedStanding = { state: 'away', words: 'not connected yet' };
  #ids = FIRST_ID;
  #depthId = 0;
  #tradesId = 0;
  #factsId = 0;
  /** The broker tells delayed or frozen data. */
  #isLate = false;
  readonly #top = new TopOfBook();
  #isTopOnly = false;
  #isDirty = false;
  #isHalted = false;
  #crossedSince = Number.NaN;
  #records = 0;
  #isClosed = false;
  #attempts = 0;
  #retry: NodeJS.Timeout | undefined;
  #fill: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;
  #renewal: NodeJS.Timeout | undefined;
  #probe: NodeJS.Timeout | undefined;
  /** When it was asked and has not answered yet, ms. */
  #probedAt: number | undefined;
  #renewedAt = Number.NEGATIVE_INFINITY;
  #isHanding = false;
  #waiting: ((batch: EventBatch | undefined) => void) | undefined;
  readonly #skipped: Record<string, number> = {};
  #facts: MarketFacts = {
    shortable: null,
    shortableShares: null,
    averageVolume: null,
    ordersAtLevel: null,
    queuePosition: null,
  };

  constructor(options: MarketDataOptions) {
    this.#options = options;
    this.#maker = new EventMaker(options.rows, options.tickNanos, options.day);
    this.#book = new DepthBook(options.rows);
    this.#budget = new LineBudget(options.lines);
    this.#clock = new ArrivalClock(options.clock, options.day);
    this.#connect();
  }

  get description(): FeedDescription {
    const { source, symbol, day, rows } = this.#options;
    return {
      format: 'ibkr',
      source: [source],
      symbol,
      dataset: 'IBKR',
      day,
      groupEnds: 'last-flag',
      depth: 'levels',
      aggressor: 'inferred',
      levels: this.#isTopOnly ? 1 : rows,
      totalBytes: 0,
    };
  }

  get counts(): FeedCounts {
    return { records: this.#records, bytesRead: 0, skipped: { ...this.#skipped } };
  }

  get standing(): FeedStanding {
    return this.#standing;
  }

  /** There is no permission for depth: the book is best bid and offer alone. */
  get isTopOnly(): boolean {
    return this.#isTopOnly;
  }

  get facts(): MarketFacts {
    return this.#facts;
  }

  /** Lines of the account in use. */
  get lineUse(): LineBudget['use'] {
    return this.#budget.use;
  }

  /** Trades by how their aggressor was worked out. */
  get aggressors(): AggressorClassifier['counts'] {
    return this.#classifier.counts;
  }

  get clockDifference(): ArrivalClock['difference'] {
    return this.#clock.difference;
  }

  /** Operations that did not fit the book. */
  get depthFaults(): number {
    return this.#book.faults;
  }

  next(): Promise<EventBatch | undefined> {
    if (this.#isClosed) return Promise.resolve(undefined);
    const batch = this.#take();
    if (batch.count > 0) return Promise.resolve(batch);
    const { promise, resolve } = Promise.withResolvers<EventBatch | undefined>();
    this.#waiting = resolve;
    return promise;
  }

  close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#fill);
    clearTimeout(this.#again);
    clearTimeout(this.#renewal);
    clearInterval(this.#probe);
    const line = this.#line;
    this.#line = undefined;
    line?.close();
    this.#waiting?.(undefined);
    this.#waiting = undefined;
    return Promise.resolve();
  }

  #connect(): void {
    const hear =
      <Told extends readonly unknown[]>(tell: (...told: Told) => void) =>
      (...told: Told): void => {
        if (this.#line === line) tell(...told);
      };
    const line: DataLine = this.#options.openLine({
      onReady: hear(() => this.#onReady()),
      onClosed: hear(() => this.#onClosed()),
      onDepth: hear((id, operation) => this.#onDepth(id, operation)),
      onTrade: hear((id, trade) => this.#onTrade(id, trade)),
      onTick: hear((id, type, value) => this.#onTick(id, type, value)),
      onDataType: hear((id, type) => this.#onDataType(id, type)),
      onTime: hear(() => {
        this.#probedAt = undefined;
      }),
      onMessage: hear((id, code, text) => this.#onMessage(id, code, text)),
    });
    this.#line = line;
    line.connect();
  }

  #onReady(): void {
    this.#attempts = 0;
    this.#isLate = false;
    this.#line?.requestLive();
    this.#probedAt = undefined;
    clearInterval(this.#probe);
    this.#probe = setInterval(() => this.#ask(), PROBE_MS);
    this.#subscribe();
  }

  /** Asks from end to end: a market may be silent, a gateway is not. */
  #ask(): void {
    const now = performance.now();
    if (this.#probedAt === undefined) {
      this.#probedAt = now;
      this.#line?.requestTime();
    } else if (now - this.#probedAt >= PROBE_PATIENCE_MS) {
      const line = this.#line;
      this.#onClosed('the gateway does not answer');
      line?.close();
    }
  }

  /** Delayed or frozen data in place of live ones are none: nobody trades by prices of a quarter of an hour ago. */
  #onDataType(id: number, type: number): void {
    if (![this.#depthId, this.#tradesId, this.#factsId].includes(id)) return;
    if (type === LIVE_DATA) {
      if (this.#isLate) this.#renewDepth('live data are back');
      this.#isLate = false;
      return;
    }
    this.#isLate = true;
    const kind = type === FROZEN_DATA ? 'frozen' : 'delayed';
    this.#lose('refused', `the broker tells ${kind} data: live ones are not subscribed`);
  }

  #onClosed(words = 'the connection to the gateway is lost'): void {
    this.#line = undefined;
    clearInterval(this.#probe);
    clearTimeout(this.#again);
    clearTimeout(this.#renewal);
    this.#budget.freeAll();
    this.#lose('away', words);
    const wait = (this.#options.retryMs ?? 1000) * 2 ** Math.min(3, this.#attempts++);
    this.#retry = setTimeout(() => this.#connect(), wait);
  }

  /** Everything anew. What earlier subscriptions still tell has other numbers, and is not heard. */
  #subscribe(): void {
    this.#budget.freeAll();
    const { symbol } = this.#options;
    this.#subscribeDepth();
    this.#factsId = ++this.#ids;
    if (this.#mayTake(this.#factsId, 'quotes')) this.#line?.requestFacts(this.#factsId, symbol);
    this.#subscribeTrades();
  }

  #subscribeDepth(): void {
    const { symbol, depthExchange, rows } = this.#options;
    clearTimeout(this.#renewal);
    this.#budget.free(this.#depthId);
    this.#depthId = ++this.#ids;
    clearTimeout(this.#fill);
    this.#fill = undefined;
    this.#book.clear();
    this.#isTopOnly = false;
    if (!this.#mayTake(this.#depthId, 'depth')) return;
    this.#standing = { state: 'filling', words: 'the book is coming' };
    this.#line?.requestDepth(this.#depthId, symbol, depthExchange, rows);
  }

  #subscribeTrades(): void {
    const { symbol } = this.#options;
    clearTimeout(this.#again);
    this.#classifier.forget();
    this.#tradesId = ++this.#ids;
    const refusal = this.#budget.take(this.#tradesId, 'tick-by-tick', symbol, performance.now());
    if (refusal === undefined) this.#line?.requestTrades(this.#tradesId, symbol);
    else if (refusal.waitMs !== undefined)
      this.#again = setTimeout(() => this.#subscribeTrades(), refusal.waitMs);
    else this.#standing = { state: 'refused', words: refusal.words };
  }

  #mayTake(id: number, kind: 'quotes' | 'depth'): boolean {
    const refusal = this.#budget.take(id, kind, this.#options.symbol, performance.now());
    if (refusal !== undefined) this.#standing = { state: 'refused', words: refusal.words };
    return refusal === undefined;
  }

  #onDepth(id: number, operation: DepthOperation): void {
    if (id !== this.#depthId) return;
    this.#records++;
    // what a level off the grid holds could not be told: the book would be wrong without a word
    const isOnGrid =
      operation.operation === 2 ||
      nanosOnGrid(operation.price, this.#options.tickNanos) !== undefined;
    const fault = this.#book.apply(operation) ?? (isOnGrid ? undefined : 'off-the-grid');
    if (fault !== undefined) {
      this.#renewDepth(`an operation of the book does not fit: ${fault}`);
      return;
    }
    if (this.#standing.state === 'stale') this.#standing = { state: 'live', words: '' };
    if (this.#standing.state === 'filling') {
      // from its first row: in a busy market rows never stop to come
      this.#fill ??= setTimeout(() => this.#onFilled(), FILL_MS);
      return;
    }
    this.#isDirty = true;
    this.#wake();
  }

  #onFilled(): void {
    this.#fill = undefined;
    if (this.#standing.state !== 'filling') return;
    this.#standing = { state: 'live', words: '' };
    this.#isDirty = true;
    this.#wake();
  }

  #onTrade(id: number, trade: TradeTold): void {
    if (id !== this.#tradesId) return;
    this.#records++;
    this.#clock.onBrokerSecond(trade.second);
    if (trade.isUnreported || trade.isPastLimit) {
      // neither is a trade of this moment at the market's price
      this.#skip(trade.isUnreported ? 'unreported-trade' : 'past-limit-trade');
      return;
    }
    const reason = whyNotCounted(trade.conditions);
    if (reason !== undefined) {
      this.#skip(reason);
      return;
    }
    this.#tellBook();
    const isLive = this.#standing.state === 'live';
    const bid = isLive ? this.#book.bids[0]?.price : undefined;
    const ask = isLive ? this.#book.asks[0]?.price : undefined;
    const { side } = this.#classifier.classify(trade.price, bid, ask);
    if (!this.#maker.trade(this.#clock.now(), trade.price, trade.size, side))
      this.#skip('trade-off-the-grid');
    this.#wake();
  }

  #onTick(id: number, type: number, value: number): void {
    if (id !== this.#factsId) return;
    this.#records++;
    const change = this.#top.take(type, value);
    if (change !== undefined && this.#isTopOnly) this.#onTop([change]);
    if (type === TICK.averageVolume) this.#facts = { ...this.#facts, averageVolume: value };
    else if (type === TICK.shortableShares)
      this.#facts = { ...this.#facts, shortableShares: value };
    else if (type === TICK.shortable)
      this.#facts = {
        ...this.#facts,
        shortable: value > 2.5 ? 'easy' : value > 1.5 ? 'locate' : 'no',
      };
    else if (type === TICK.halted && value >= 0 && value > 0 !== this.#isHalted) {
      this.#isHalted = value > 0;
      this.#tellBook();
      this.#maker.status(this.#clock.now(), value > 0 ? STATUS_HALTED : STATUS_TRADING);
      this.#wake();
    }
  }

  #onMessage(id: number, code: number, text: string): void {
    const words = `${text} (${code})`;
    if (id === this.#depthId && code === 317) {
      this.#book.clear();
      this.#lose('filling', words);
    } else if (id === this.#depthId && code === 316) this.#renewDepth(words);
    else if (id === this.#depthId && DEPTH_REFUSALS.includes(code)) {
      this.#budget.free(id);
      if (this.#options.topOfBook === true && code !== UNKNOWN_CONTRACT) this.#goByTop(words);
      else this.#lose('refused', words);
    } else if (id === this.#tradesId && TRADE_REFUSALS.includes(code)) {
      this.#budget.free(id);
      this.#lose('refused', `no trades: ${words}`);
    } else if (LOST_CODES.includes(code)) {
      if (this.#standing.state !== 'refused') this.#standing = { state: 'stale', words };
    } else if (code === 1101) {
      this.#lose('doubtful', words);
      this.#subscribe();
    } else if (code === 1102) this.#renewDepth(words);
    else this.#skip(`message-${code}`);
  }

  /** Quotes come by the request for facts already: from now on they are the book. */
  #goByTop(words: string): void {
    this.#depthId = 0;
    this.#lose('filling', `top of book only: ${words}`);
    this.#book.clear();
    this.#isTopOnly = true;
    this.#onTop(this.#top.restart());
  }

  #onTop(changes: readonly DepthOperation[]): void {
    for (const change of changes) this.#book.apply(change);
    const isWhole = this.#book.bids.length > 0 && this.#book.asks.length > 0;
    if (isWhole && (this.#standing.state === 'filling' || this.#standing.state === 'stale'))
      this.#standing = { state: 'live', words: '' };
    // a side at a time is told: in between the two may stand crossed
    this.#isDirty = !this.#book.isCrossed;
    this.#wake();
  }

  /** The book is not believed: it is emptied, and asked for anew. */
  #renewDepth(words: string): void {
    this.#line?.cancelDepth(this.#depthId);
    this.#budget.free(this.#depthId);
    // no id of ours: what the old subscription still tells is not heard
    this.#depthId = 0;
    this.#lose('doubtful', words);
    const now = performance.now();
    const wait = Math.max(0, this.#renewedAt + RENEW_MS - now);
    this.#renewedAt = now + wait;
    if (wait === 0) this.#subscribeDepth();
    else this.#renewal = setTimeout(() => this.#subscribeDepth(), wait);
  }

  #lose(state: FeedStanding['state'], words: string): void {
    clearTimeout(this.#fill);
    this.#fill = undefined;
    this.#isDirty = false;
    this.#crossedSince = Number.NaN;
    this.#standing = { state, words };
    this.#maker.clear(this.#clock.now());
    this.#wake();
  }

  #tellBook(): void {
    if (!this.#isDirty || this.#standing.state !== 'live') return;
    this.#isDirty = false;
    const ts = this.#clock.now();
    if (!this.#book.isCrossed) this.#crossedSince = Number.NaN;
    else if (Number.isNaN(this.#crossedSince)) this.#crossedSince = ts;
    else if (ts - this.#crossedSince > CROSSED_NS) {
      this.#renewDepth('the book stays crossed');
      return;
    }
    this.#maker.book(ts, this.#book.bids, this.#book.asks);
  }

  #take(): EventBatch {
    this.#tellBook();
    return this.#maker.take();
  }

  /** Hands over what came, all of one arrival together. */
  #wake(): void {
    if (this.#isHanding) return;
    this.#isHanding = true;
    setImmediate(() => {
      this.#isHanding = false;
      const waiting = this.#waiting;
      if (waiting === undefined) return;
      const batch = this.#take();
      if (batch.count === 0) return;
      this.#waiting = undefined;
      waiting(batch);
    });
  }

  #skip(name: string): void {
    this.#skipped[name] = (this.#skipped[name] ?? 0) + 1;
  }
}
