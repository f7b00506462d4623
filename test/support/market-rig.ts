import { readFileSync } from 'node:fs';
import {
  type CalendarData,
  type CalendarName,
  TradingCalendar,
} from '../../src/domain/calendar.ts';
import {
  ACTION_ADD,
  ACTION_CANCEL,
  EVENT_WORDS,
  packTags,
  SIDE_ASK,
  SIDE_BID,
  WORD_ORDER_LOW,
  WORD_PRICE_HIGH,
  WORD_PRICE_LOW,
  WORD_SIZE,
  WORD_TAGS,
} from '../../src/domain/event.ts';
import type { Instrument } from '../../src/domain/instrument.ts';
import type { MarketState } from '../../src/domain/market-state.ts';
import { SessionSchedule } from '../../src/domain/session-schedule.ts';
import type { AnalyzerSettings } from '../../src/domain/settings.ts';
import type { Sign } from '../../src/domain/side.ts';
import { parseDay, parseTimestamp } from '../../src/domain/time.ts';
import type { VolumeHistory } from '../../src/market/analyzers/relative-volume.ts';
import { OrderBook } from '../../src/market/book/order-book.ts';
import { MarketAnalysis } from '../../src/market/market-analysis.ts';
import { SPEC_ANALYZERS } from './analyzer-settings.ts';

const WORD = 4_294_967_296;

export const STOCK: Instrument = {
  symbol: 'TSLA',
  kind: 'stock',
  calendar: 'us-equities',
  tickNanos: 10_000_000,
  multiplier: 1,
};

/** The calendar of config/calendars. */
export function readCalendar(name: CalendarName): TradingCalendar {
  const file = new URL(`../../config/calendars/${name}.json`, import.meta.url);
  return new TradingCalendar(JSON.parse(readFileSync(file, 'utf8')) as CalendarData);
}

const equities = readCalendar('us-equities');

export interface RigOptions {
  readonly date?: string;
  readonly instrument?: Instrument;
  readonly settings?: AnalyzerSettings;
  readonly history?: VolumeHistory;
  /** How often time stamps are settled: after every one, where the analysis asks for it, or where it has to be. */
  readonly settles?: 'always' | 'asked' | 'least';
}

/** A book with its analysis, driven by hand in dollars and clock times, as the engine drives it. */
export class MarketRig {
  readonly book: OrderBook;
  readonly analysis: MarketAnalysis;
  readonly #date: string;
  readonly #day: number;
  readonly #tickNanos: number;
  #now = Number.NEGATIVE_INFINITY;
  #bidBefore = 0;
  #askBefore = 0;
  #ids = 0;
  readonly #settles: NonNullable<RigOptions['settles']>;

  constructor(options: RigOptions = {}) {
    const instrument = options.instrument ?? STOCK;
    this.#settles = options.settles ?? 'asked';
    this.#date = options.date ?? '2025-10-15';
    this.#day = parseDay(this.#date) ?? Number.NaN;
    this.#tickNanos = instrument.tickNanos;
    this.book = new OrderBook(instrument.tickNanos);
    const calendar =
      instrument.calendar === 'us-equities' ? equities : readCalendar(instrument.calendar);
    this.analysis = new MarketAnalysis({
      instrument,
      book: this.book,
      settings: options.settings ?? SPEC_ANALYZERS,
      schedule: new SessionSchedule(calendar, this.#day),
      history: options.history ?? { sessions: [], intradayCurve: null },
    });
  }

  /** `HH:MM:SS.fff` UTC of the day, or a whole ISO time, as session time. */
  at(clock: string): number {
    const text = clock.includes('T') ? clock : `${this.#date}T${clock}Z`;
    return parseTimestamp(text, this.#day) ?? Number.NaN;
  }

  /** Moves to a time stamp, settling the one before. */
  moveTo(ts: number): void {
    if (ts === this.#now) return;
    this.settle();
    this.#now = ts;
    this.#bidBefore = this.book.bids.best;
    this.#askBefore = this.book.asks.best;
  }

  /** Ends the time stamp in progress. */
  settle(): void {
    const { analysis, book } = this;
    const isOtherTouch = book.bids.best !== this.#bidBefore || book.asks.best !== this.#askBefore;
    const isDue =
      this.#settles === 'least'
        ? analysis.hasTraded || (analysis.watchesTouch && isOtherTouch)
        : this.#settles === 'always' || analysis.needsSettle;
    if (isDue) analysis.settle(this.#now);
  }

  /** Adds an order and returns its id. */
  add(clock: string | number, side: 'bid' | 'ask', dollars: number, size: number): number {
    this.moveTo(typeof clock === 'number' ? clock : this.at(clock));
    const id = ++this.#ids;
    this.#apply(ACTION_ADD, side, Math.round(dollars * 1e9), size, id);
    return id;
  }

  /** Takes size from an order; its side and price do not matter to the book. */
  cancel(clock: string | number, id: number, size: number): void {
    this.moveTo(typeof clock === 'number' ? clock : this.at(clock));
    this.#apply(ACTION_CANCEL, 'bid', 0, size, id);
  }

  /** Prints a trade. */
  trade(
    clock: string | number,
    dollars: number,
    size: number,
    sign: Sign = 0,
    more: { readonly isCross?: boolean; readonly movesLast?: boolean } = {},
  ): void {
    this.tradeNanos(clock, Math.round(dollars * 1e9), size, sign, more);
  }

  /** Prints a trade at a price in 1e-9 dollars. */
  tradeNanos(
    clock: string | number,
    price: number,
    size: number,
    sign: Sign = 0,
    more: { readonly isCross?: boolean; readonly movesLast?: boolean } = {},
  ): void {
    const ts = typeof clock === 'number' ? clock : this.at(clock);
    this.moveTo(ts);
    const isCross = more.isCross ?? false;
    const { analysis } = this;
    if (more.movesLast === undefined) {
      analysis.onTrade(ts, price, size, sign, isCross, this.#bidBefore, this.#askBefore);
    } else {
      const bid = this.#bidBefore;
      analysis.onTrade(ts, price, size, sign, isCross, bid, this.#askBefore, more.movesLast);
    }
  }

  status(clock: string | number, status: number): void {
    const ts = typeof clock === 'number' ? clock : this.at(clock);
    this.moveTo(ts);
    this.analysis.onStatus(ts, status);
  }

  /** A copy of book, analysis and where the rig stands. */
  capture() {
    return {
      book: this.book.capture(),
      analysis: this.analysis.capture(),
      needsSettle: this.analysis.needsSettle,
      now: this.#now,
      touch: [this.#bidBefore, this.#askBefore] as const,
      ids: this.#ids,
    };
  }

  /** Becomes what `capture` copied. */
  restore({ book, analysis, now, touch, ids }: ReturnType<MarketRig['capture']>): void {
    this.book.restore(book);
    this.analysis.restore(analysis);
    this.#now = now;
    [this.#bidBefore, this.#askBefore] = touch;
    this.#ids = ids;
  }

  /** The snapshot at a moment, after the time stamp in progress is settled. */
  state(clock: string | number): MarketState {
    this.settle();
    return this.analysis.state(typeof clock === 'number' ? clock : this.at(clock));
  }

  #apply(action: number, side: 'bid' | 'ask', price: number, size: number, id: number): void {
    const words = new Int32Array(EVENT_WORDS);
    const high = Math.floor(price / WORD);
    words[WORD_PRICE_HIGH] = high;
    words[WORD_PRICE_LOW] = price - high * WORD;
    words[WORD_SIZE] = size;
    words[WORD_ORDER_LOW] = id;
    words[WORD_TAGS] = packTags(action, side === 'bid' ? SIDE_BID : SIDE_ASK, 0);
    this.book.apply(words, 0, this.#now);
  }

  /** The tick of a price in dollars. */
  tickOf(dollars: number): number {
    return Math.floor(Math.round(dollars * 1e9) / this.#tickNanos);
  }
}
