import type { TradingDay } from '../../domain/calendar.ts';
import {
  ACTION_TRADE,
  EVENT_WORDS,
  type EventBatch,
  eventPriceOf,
  eventTimeOf,
  FLAG_SNAPSHOT,
  SIDE_ASK,
  SIDE_BID,
  WORD_SIZE,
  WORD_TAGS,
} from '../../domain/event.ts';
import { toPriceNumber } from '../../domain/price.ts';
import {
  type DayNumber,
  NS_PER_MINUTE,
  NS_PER_SECOND,
  type SessionTime,
  toEpochWords,
} from '../../domain/time.ts';
import { type BookSide, NO_TICK } from '../../market/book/book-side.ts';
import type { OrderBook } from '../../market/book/order-book.ts';

/** The windows and depths that a sample is taken with: those of the analyzers. */
export interface SampleWindows {
  readonly tapeSecs: number;
  readonly absorptionSecs: number;
  readonly levels: number;
}

/** What is measured, each a list of values in no order. Sizes in shares or contracts, distances in dollars or points. */
export interface Measured {
  /** Trades a second over the tape's window, once a second. */
  readonly tradesPerSecond: readonly number[];
  /** Every print; trades of one aggressor order (same time stamp, same side) are one. */
  readonly printSize: readonly number[];
  /** Displayed size of each of the best levels of both sides, once a second. */
  readonly levelSize: readonly number[];
  /** The larger side's volume at each tick of each minute. */
  readonly footprintSize: readonly number[];
  /** The most that one side traded at one price over the absorption's window, once a second, where anything traded. */
  readonly stuckVolume: readonly number[];
  /** Highest less lowest trade of each minute with trades. */
  readonly minuteRange: readonly number[];
  /** Once a second, where neither side is empty nor the book crossed. */
  readonly spread: readonly number[];
  /** Seconds since the last event, once a second. */
  readonly silence: readonly number[];
}

interface Trade {
  readonly second: number;
  readonly tick: number;
  readonly size: number;
  readonly side: number;
}

type Lists = { [Key in keyof Measured]: number[] };

/**
 * Watches a market through the part of a session that the data cover, and takes its measures once a second of market time.
 */
export class MarketSample {
  readonly measured: Lists = {
    tradesPerSecond: [],
    printSize: [],
    levelSize: [],
    footprintSize: [],
    stuckVolume: [],
    minuteRange: [],
    spread: [],
    silence: [],
  };
  trades = 0;
  volume = 0;
  /** Session times between which it was measured. */
  first = Number.NaN;
  last = Number.NaN;

  readonly #book: OrderBook;
  readonly #session: NonNullable<TradingDay['session']>;
  readonly #windows: SampleWindows;
  readonly #base: readonly [number, number];
  /** Trades of the longest window, oldest first. */
  readonly #recent: Trade[] = [];
  #footprint = new Map<number, [bought: number, sold: number]>();
  #minute = -1;
  #high = Number.NEGATIVE_INFINITY;
  #low = Number.POSITIVE_INFINITY;
  #now = Number.NEGATIVE_INFINITY;
  #nextSample = Number.NaN;
  #print: { ts: SessionTime; side: number; size: number } | undefined;

  constructor(
    book: OrderBook,
    session: NonNullable<TradingDay['session']>,
    day: DayNumber,
    windows: SampleWindows,
  ) {
    this.#book = book;
    this.#session = session;
    this.#windows = windows;
    this.#base = toEpochWords(day, 0);
  }

  take({ words, count }: EventBatch): void {
    const [baseLow, baseHigh] = this.#base;
    for (let at = 0; at < count * EVENT_WORDS; at += EVENT_WORDS) {
      const tags = words[at + WORD_TAGS] ?? 0;
      const isSnapshot = (tags & FLAG_SNAPSHOT) !== 0;
      const ts = Math.max(this.#now, eventTimeOf(words, at, baseLow, baseHigh));
      if (!isSnapshot) this.#reach(ts);
      this.#book.apply(words, at, ts);
      if (isSnapshot || ((tags >> 16) & 0xff) !== ACTION_TRADE) continue;
      if (ts < this.#session.open || ts >= this.#session.close) continue;
      this.#trade(ts, eventPriceOf(words, at), (words[at + WORD_SIZE] ?? 0) >>> 0, tags >>> 24);
    }
  }

  /** No more comes: the last print and minute count. */
  finish(): void {
    this.#endPrint();
    this.#endMinute();
  }

  /** Time moves on to `ts`: the seconds that ended before it are sampled as the market stood. */
  #reach(ts: SessionTime): void {
    const { open, close } = this.#session;
    if (ts >= open && Number.isNaN(this.first)) {
      this.first = Math.max(open, Math.floor(ts / NS_PER_SECOND) * NS_PER_SECOND);
      // a window that the data do not fill says nothing yet
      this.#nextSample = this.first + this.#windows.tapeSecs * NS_PER_SECOND;
    }
    while (this.#nextSample < Math.min(ts, close)) {
      this.#sample(this.#nextSample);
      this.last = this.#nextSample;
      this.#nextSample += NS_PER_SECOND;
    }
    this.#now = ts;
  }

  #sample(at: SessionTime): void {
    const { tapeSecs, absorptionSecs, levels } = this.#windows;
    const { measured } = this;
    const second = at / NS_PER_SECOND;
    const oldest = second - Math.max(tapeSecs, absorptionSecs);
    while ((this.#recent[0]?.second ?? Number.POSITIVE_INFINITY) <= oldest) this.#recent.shift();
    let inWindow = 0;
    const stuck = new Map<number, number>();
    for (const trade of this.#recent) {
      if (trade.second > second - tapeSecs) inWindow++;
      if (trade.second <= second - absorptionSecs || trade.side === 0) continue;
      const key = 2 * trade.tick + (trade.side > 0 ? 1 : 0);
      stuck.set(key, (stuck.get(key) ?? 0) + trade.size);
    }
    measured.tradesPerSecond.push(inWindow / tapeSecs);
    if (stuck.size > 0) measured.stuckVolume.push(Math.max(...stuck.values()));
    measured.silence.push((at - this.#now) / NS_PER_SECOND);
    const { bids, asks, tickNanos } = this.#book;
    if (bids.best === NO_TICK || asks.best === NO_TICK || asks.best <= bids.best) return;
    measured.spread.push(toPriceNumber((asks.best - bids.best) * tickNanos));
    for (const side of [bids, asks]) pushLevels(side, levels, measured.levelSize);
  }

  #trade(ts: SessionTime, price: number, size: number, sideTag: number): void {
    if (size === 0) return;
    const side = sideTag === SIDE_BID ? 1 : sideTag === SIDE_ASK ? -1 : 0;
    const tick = Math.floor(price / this.#book.tickNanos);
    this.trades++;
    this.volume += size;
    this.#recent.push({ second: ts / NS_PER_SECOND, tick, size, side });

    if (this.#print?.ts !== ts || this.#print.side !== side || side === 0) this.#endPrint();
    this.#print ??= { ts, side, size: 0 };
    this.#print.size += size;

    const minute = Math.floor(ts / NS_PER_MINUTE);
    if (minute !== this.#minute) this.#endMinute();
    this.#minute = minute;
    this.#high = Math.max(this.#high, price);
    this.#low = Math.min(this.#low, price);
    let cell = this.#footprint.get(tick);
    if (cell === undefined) {
      cell = [0, 0];
      this.#footprint.set(tick, cell);
    }
    if (side > 0) cell[0] += size;
    else if (side < 0) cell[1] += size;
  }

  #endPrint(): void {
    if (this.#print !== undefined) this.measured.printSize.push(this.#print.size);
    this.#print = undefined;
  }

  #endMinute(): void {
    if (this.#footprint.size === 0) return;
    for (const [bought, sold] of this.#footprint.values())
      if (bought + sold > 0) this.measured.footprintSize.push(Math.max(bought, sold));
    this.measured.minuteRange.push(toPriceNumber(this.#high - this.#low));
    this.#footprint = new Map();
    this.#high = Number.NEGATIVE_INFINITY;
    this.#low = Number.POSITIVE_INFINITY;
  }
}

function pushLevels(side: BookSide, levels: number, into: number[]): void {
  let tick = side.best;
  for (let seen = 0; seen < levels && tick !== NO_TICK; seen++, tick = side.worseThan(tick))
    into.push(side.sizeAt(tick));
}
