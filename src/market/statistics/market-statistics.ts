import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_CLEAR,
  ACTION_FILL,
  ACTION_MODIFY,
  ACTION_TRADE,
  EVENT_WORDS,
  type EventBatch,
  eventPriceOf,
  eventTimeOf,
  FLAG_SNAPSHOT,
  SIDE_ASK,
  SIDE_BID,
  WORD_ORDER_HIGH,
  WORD_ORDER_LOW,
  WORD_SIZE,
  WORD_TAGS,
} from '../../domain/event.ts';
import type { Sign } from '../../domain/side.ts';
import {
  type DayNumber,
  NS_PER_SECOND,
  type SessionTime,
  toEpochWords,
} from '../../domain/time.ts';
import { type BookSide, NO_TICK } from '../book/book-side.ts';
import { OrderBook } from '../book/order-book.ts';
import { Histogram } from './histogram.ts';
import { OrderLives } from './order-lives.ts';
import { TouchWatch } from './touch-watch.ts';
import { TradeFlow } from './trade-flow.ts';
import { WindowEdge } from './window-edge.ts';

/** Added to a distance from the touch, so that prices inside the spread count, too. */
export const DISTANCE_ORIGIN = 100;

export interface MarketStatisticsOptions {
  readonly day: DayNumber;
  readonly tickNanos: number;
  /** Only `[open, close)` is measured. */
  readonly open: SessionTime;
  readonly close: SessionTime;
  /** Best levels a side whose events count, as a feed with such a window would show them; all where it is `undefined`. */
  readonly window?: number;
}

/** Records by kind, of the session and within the window. */
export interface EventCounts {
  adds: number;
  /** Cancels that nobody traded with, of a whole order and of a part. */
  wholeCancels: number;
  partialCancels: number;
  /** Cancels by which a feed takes off what traded. */
  tradedCancels: number;
  modifies: number;
  trades: number;
  fills: number;
}

/**
 * What one day of market-by-order events is like, measured while it streams by. Memory grows with the live orders and
 * the session's seconds, not with the events. Events must come in feed order; what a feed flags as snapshot builds the
 * book and counts for nothing else.
 */
export class MarketStatistics {
  readonly counts: EventCounts = {
    adds: 0,
    wholeCancels: 0,
    partialCancels: 0,
    tradedCancels: 0,
    modifies: 0,
    trades: 0,
    fills: 0,
  };
  readonly touch: TouchWatch;
  readonly trades = new TradeFlow();
  readonly lives = new OrderLives();
  /** Nanoseconds between time stamps at which something happened. */
  readonly gaps = new Histogram();
  /** Shares of an order when it is added. */
  readonly orderSizes = new Histogram();
  /** Ticks that an add stands behind its side's touch as it was, plus DISTANCE_ORIGIN. */
  readonly distances = new Histogram();
  /** Records and shares traded by second of the session. */
  readonly eventsBySecond: Float64Array;
  readonly volumeBySecond: Float64Array;
  /** Records before the session, and after it. */
  early = 0;
  late = 0;

  readonly #bidEdge = new WindowEdge(1);
  readonly #askEdge = new WindowEdge(-1);
  readonly #options: MarketStatisticsOptions;
  readonly #book: OrderBook;
  readonly #base: readonly [low: number, high: number];
  #now = Number.NEGATIVE_INFINITY;
  #lastActive = Number.NaN;
  /** Fills of the present time stamp whose cancel or modify is to come. */
  readonly #filled: { low: number; high: number; size: number }[] = [];

  constructor(options: MarketStatisticsOptions) {
    const { day, tickNanos, open, close } = options;
    this.#options = options;
    this.#base = toEpochWords(day, 0);
    this.#book = new OrderBook(tickNanos, 0);
    this.touch = new TouchWatch(this.#book, open, close);
    const seconds = Math.ceil((close - open) / NS_PER_SECOND);
    this.eventsBySecond = new Float64Array(seconds);
    this.volumeBySecond = new Float64Array(seconds);
  }

  add({ words, count }: EventBatch): void {
    const [low, high] = this.#base;
    for (let at = 0; at < count * EVENT_WORDS; at += EVENT_WORDS) {
      const ts = Math.max(this.#now, eventTimeOf(words, at, low, high));
      if (ts > this.#now) {
        this.touch.standUntil(ts);
        this.#noteEdges();
        this.#filled.length = 0;
        this.#now = ts;
      }
      this.#onEvent(words, at, ts);
      this.#book.apply(words, at, ts);
    }
  }

  /** No more events come. */
  end(): void {
    this.touch.standUntil(this.#options.close);
    this.trades.end();
  }

  #onEvent(words: Int32Array, at: number, ts: SessionTime): void {
    const tags = words[at + WORD_TAGS] ?? 0;
    const action = (tags >> 16) & 0xff;
    const side = tags >>> 24;
    const idLow = words[at + WORD_ORDER_LOW] ?? 0;
    const idHigh = words[at + WORD_ORDER_HIGH] ?? 0;
    if ((tags & FLAG_SNAPSHOT) !== 0) {
      if (action === ACTION_CANCEL) this.lives.forget(idLow, idHigh);
      return;
    }
    if (action === ACTION_CLEAR) this.lives.clear();
    const size = (words[at + WORD_SIZE] ?? 0) >>> 0;
    const tick = Math.floor(eventPriceOf(words, at) / this.#options.tickNanos);
    const isCounted = this.#isInSession(ts) && this.#isInWindow(action, side, tick);
    if (isCounted) this.#noteArrival(ts);
    switch (action) {
      case ACTION_ADD:
        this.lives.add(idLow, idHigh, size, ts);
        if (isCounted) this.#onAdd(side, tick, size);
        break;
      case ACTION_CANCEL:
        this.#forgetUnseen(side, tick, idLow, idHigh);
        this.#onCancel(idLow, idHigh, size, ts, isCounted);
        break;
      case ACTION_MODIFY:
        this.lives.resize(idLow, idHigh, size);
        if (isCounted) this.counts.modifies++;
        break;
      case ACTION_FILL:
        this.#filled.push({ low: idLow, high: idHigh, size });
        if (!isCounted) break;
        this.counts.fills++;
        this.trades.onFill(idLow !== 0 || idHigh !== 0);
        break;
      case ACTION_TRADE:
        if (isCounted) this.#onTrade(ts, side, tick, size);
        break;
      default:
        break;
    }
  }

  #isInSession(ts: SessionTime): boolean {
    if (ts < this.#options.open) this.early++;
    else if (ts >= this.#options.close) this.late++;
    else return true;
    return false;
  }

  /** Whether a feed that knows the best levels only would tell of it; it tells of every trade. */
  #isInWindow(action: number, side: number, tick: number): boolean {
    const { window } = this.#options;
    if (window === undefined || action === ACTION_TRADE || action === ACTION_FILL) return true;
    if (side !== SIDE_BID && side !== SIDE_ASK) return true;
    const isBid = side === SIDE_BID;
    const levels: BookSide = isBid ? this.#book.bids : this.#book.asks;
    let better = 0;
    for (
      let level = levels.best;
      level !== NO_TICK && (isBid ? level > tick : level < tick);
      level = levels.worseThan(level)
    ) {
      better++;
      if (better >= window) return false;
    }
    return true;
  }

  /** Where the window ended when the last time stamp did. */
  #noteEdges(): void {
    const { window } = this.#options;
    if (window === undefined) return;
    const { bids, asks } = this.#book;
    for (const [side, edge] of [
      [bids, this.#bidEdge],
      [asks, this.#askEdge],
    ] as const) {
      let tick = side.best;
      for (let n = 1; n < window && tick !== NO_TICK; n++) tick = side.worseThan(tick);
      if (tick !== NO_TICK) edge.push(this.#now, tick);
    }
  }

  #noteArrival(ts: SessionTime): void {
    if (ts !== this.#lastActive) {
      if (!Number.isNaN(this.#lastActive)) this.gaps.add(ts - this.#lastActive);
      this.#lastActive = ts;
    }
    const second = this.#secondOf(ts);
    this.eventsBySecond[second] = (this.eventsBySecond[second] ?? 0) + 1;
  }

  #secondOf(ts: SessionTime): number {
    return Math.floor((ts - this.#options.open) / NS_PER_SECOND);
  }

  #onAdd(side: number, tick: number, size: number): void {
    this.counts.adds++;
    this.orderSizes.add(size);
    const { bids, asks } = this.#book;
    const { best } = side === SIDE_BID ? bids : asks;
    if (best === NO_TICK) return;
    const behind = side === SIDE_BID ? best - tick : tick - best;
    this.distances.add(Math.max(0, behind + DISTANCE_ORIGIN));
  }

  /** An order that was out of the window since it was added is one that such a feed does not know any more. */
  #forgetUnseen(side: number, tick: number, low: number, high: number): void {
    if (this.#options.window === undefined) return;
    const born = this.lives.bornAt(low, high);
    const edge = side === SIDE_BID ? this.#bidEdge : this.#askEdge;
    if (born !== undefined && edge.wasLeft(tick, born)) this.lives.forget(low, high);
  }

  #onCancel(low: number, high: number, size: number, ts: SessionTime, isCounted: boolean): void {
    const fill = this.#filled.find((entry) => entry.low === low && entry.high === high);
    const isTraded = fill !== undefined && fill.size >= size;
    if (isTraded) fill.size -= size;
    const lives = isCounted ? this.lives : undefined;
    const isLast = lives?.take(low, high, size, isTraded, ts) ?? false;
    if (lives === undefined) this.lives.forget(low, high);
    if (!isCounted) return;
    if (isTraded) this.counts.tradedCancels++;
    else if (isLast) this.counts.wholeCancels++;
    else this.#noteCancel(low, high, size);
  }

  /** A cancel of an order that lives on, or that was there before anybody looked: the book knows how large it is. */
  #noteCancel(low: number, high: number, size: number): void {
    const slot = this.#book.find(low, high);
    const isPart = slot >= 0 && this.#book.orders.size(slot) > size;
    if (isPart) this.counts.partialCancels++;
    else this.counts.wholeCancels++;
  }

  #onTrade(ts: SessionTime, side: number, tick: number, size: number): void {
    this.counts.trades++;
    const second = this.#secondOf(ts);
    this.volumeBySecond[second] = (this.volumeBySecond[second] ?? 0) + size;
    const sign: Sign = side === SIDE_BID ? 1 : side === SIDE_ASK ? -1 : 0;
    this.trades.onTrade(ts, tick, size, sign);
  }
}
