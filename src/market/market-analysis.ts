import type { Instrument } from '../domain/instrument.ts';
import type { MarketState } from '../domain/market-state.ts';
import type { PriceNanos } from '../domain/price.ts';
import type { SessionSchedule } from '../domain/session-schedule.ts';
import type { AnalyzerSettings } from '../domain/settings.ts';
import type { Sign } from '../domain/side.ts';
import { NS_PER_SECOND, type SessionTime } from '../domain/time.ts';
import { AggressorRule, type AggressorState } from './aggressor-rule.ts';
import {
  AbsorptionDetector,
  type AbsorptionState,
  TOUCH_LEVELS,
} from './analyzers/absorption-detector.ts';
import { CumulativeDelta, type CumulativeDeltaState } from './analyzers/cumulative-delta.ts';
import { type FootprintState, FootprintTracker } from './analyzers/footprint-tracker.ts';
import { MarketMetrics, type MarketMetricsState } from './analyzers/market-metrics.ts';
import { OrderBookMetrics } from './analyzers/order-book-metrics.ts';
import { RelativeVolume, type VolumeHistory } from './analyzers/relative-volume.ts';
import { type TapeState, TapeStream } from './analyzers/tape-stream.ts';
import { VolumeProfile, type VolumeProfileState } from './analyzers/volume-profile.ts';
import type { OrderBook } from './book/order-book.ts';
import { MarketStateView, type StateSources } from './market-state-view.ts';
import { TradeLog, type TradeLogState } from './trade-log.ts';

const PACE_SECONDS = 60;

export interface MarketAnalysisOptions {
  readonly instrument: Instrument;
  /** Its `changes` must reach back `settings.absorption.windowSecs`. */
  readonly book: OrderBook;
  readonly settings: AnalyzerSettings;
  readonly schedule: SessionSchedule;
  readonly history: VolumeHistory;
  /** Levels a side that the feed tells at most; `undefined` where it tells all. */
  readonly knownLevels?: number | undefined;
}

/** A copy of an analysis, as `restore` takes it. */
export interface MarketAnalysisState {
  readonly log: TradeLogState;
  readonly aggressor: AggressorState;
  readonly tape: TapeState;
  readonly footprint: FootprintState;
  readonly cvd: CumulativeDeltaState;
  readonly metrics: MarketMetricsState;
  readonly profile: VolumeProfileState;
  readonly absorption: AbsorptionState;
  readonly unsettled: number;
  readonly hasTraded: boolean;
  readonly watchesTouch: boolean;
  readonly day: readonly [start: number, end: number, open: number, close: number];
}

/**
 * The seven analyzers of one instrument, fed by trades and reading the book; public specification "market state".
 *
 * Times must not run back: what arrives late is given the time already reached. For every time stamp the order is:
 * `onStatus` and `onTrade` in feed order while its events go through the book; then, after its last event and before
 * the next time stamp's first, `settle(ts)` if `hasTraded` is true, or if `watchesTouch` is true and the best bid or
 * the best ask is another than at the end of the time stamp before. Settling oftener (whenever `needsSettle` is true, or
 * always) changes nothing: age is looked at when an absorption is asked for. `state` and `view` are for moments between
 * time stamps, after that `settle`. Other events are of no concern to this class.
 */
export class MarketAnalysis implements StateSources {
  readonly book: OrderBookMetrics;
  readonly tape: TapeStream;
  readonly footprint: FootprintTracker;
  readonly cvd: CumulativeDelta;
  readonly profile: VolumeProfile;
  readonly absorption: AbsorptionDetector;
  readonly metrics: MarketMetrics;
  readonly instrument: Instrument;
  readonly schedule: SessionSchedule;
  /** A trade waits to be measured at the end of its time stamp. */
  hasTraded = false;
  /** An absorption may last, which another best bid or ask may end. */
  watchesTouch = false;
  /** Either of the two. */
  needsSettle = false;

  readonly #orderBook: OrderBook;
  readonly #knownLevels: number;
  readonly #imbalanceLevels: number;
  readonly #log: TradeLog;
  readonly #aggressor: AggressorRule;
  readonly #relativeVolume: RelativeVolume;
  readonly #tickNanos: number;
  /** First trade of the log that no `settle` has seen. */
  #unsettled = 0;
  #dayStart = Number.NaN;
  #dayEnd = Number.NaN;
  #open = Number.NaN;
  #close = Number.NaN;

  constructor(options: MarketAnalysisOptions) {
    const { instrument, book, settings, schedule } = options;
    this.instrument = instrument;
    this.schedule = schedule;
    this.#orderBook = book;
    this.#knownLevels = options.knownLevels ?? Number.POSITIVE_INFINITY;
    this.#imbalanceLevels = settings.book.imbalanceLevels;
    this.#tickNanos = instrument.tickNanos;
    const keepSecs = Math.max(
      settings.volumeProfile.developingMins * 60,
      settings.tape.windowSecs,
      settings.absorption.windowSecs,
      PACE_SECONDS,
    );
    this.#log = new TradeLog(keepSecs * NS_PER_SECOND);
    this.#aggressor = new AggressorRule(this.#tickNanos);
    this.#relativeVolume = new RelativeVolume(options.history, settings.metrics);
    this.book = new OrderBookMetrics(book, settings.book);
    this.tape = new TapeStream(this.#log, settings.tape);
    this.footprint = new FootprintTracker(this.#tickNanos, settings.footprint);
    this.cvd = new CumulativeDelta(settings.cvd);
    this.metrics = new MarketMetrics(settings.metrics);
    this.profile = new VolumeProfile(
      this.#tickNanos,
      this.metrics.session,
      this.#log,
      settings.volumeProfile,
    );
    this.absorption = new AbsorptionDetector(book, this.#log, settings.absorption);
  }

  /**
   * A print. A size of 0 is none and is ignored.
   *
   * @param sign The aggressor as the feed tells it: +1 bought, -1 sold, 0 not told.
   * @param isCross Whether the feed marks the print as an auction's cross.
   * @param bidBefore Best bid in ticks, or NO_TICK, as the book stood before this time stamp; `askBefore` likewise.
   * @param movesLast False for a print that the venue bars from moving LAST, HOD and LOD.
   */
  onTrade(
    ts: SessionTime,
    priceNanos: PriceNanos,
    size: number,
    sign: Sign,
    isCross: boolean,
    bidBefore: number,
    askBefore: number,
    movesLast = true,
  ): void {
    if (size === 0) return;
    this.#reach(ts);
    const side = this.#aggressor.signOf(ts, priceNanos, sign, isCross, bidBefore, askBefore);
    const tick = this.#tickBelow(priceNanos);
    const isInSession = ts >= this.#open && ts < this.#close;
    this.#log.push(ts, priceNanos, tick, size, side);
    this.tape.onTrade(ts, priceNanos, size, side);
    this.footprint.onTrade(ts, priceNanos, tick, size, side);
    this.metrics.onTrade(ts, priceNanos, size, isInSession, movesLast);
    if (isInSession) {
      this.cvd.onTrade(ts, priceNanos, size, side);
      this.profile.onTrade(tick, size, side);
    }
    this.hasTraded = true;
    this.needsSettle = true;
  }

  /** Measures the end of time stamp `ts`, after its last event; when it has to be called, the class says. */
  settle(ts: SessionTime): void {
    this.absorption.settle(ts, this.#unsettled);
    this.#unsettled = this.#log.end;
    this.hasTraded = false;
    this.watchesTouch = this.absorption.isWatching;
    this.needsSettle = this.watchesTouch;
  }

  /**
   * Lets the book's core pass by the trades up to `due` whose time stamp needs no `settle`; all up to `now` were told, and
   * every one was settled. They are told later, before anything else is asked, and then `passBy` says that they are over.
   */
  letPass(now: SessionTime, due: SessionTime): void {
    this.absorption.letPass(now, due);
  }

  /** The time stamps of all trades told so far are over, and nothing comes of them. */
  passBy(): void {
    this.#unsettled = this.#log.end;
    this.hasTraded = false;
    this.needsSettle = this.watchesTouch;
  }

  /** The trading status changed to one of the STATUS_ values of domain/event.ts. */
  onStatus(ts: SessionTime, status: number): void {
    this.#aggressor.onStatus(ts, status);
  }

  /** The whole snapshot as plain data, valid for ever. */
  state(ts: SessionTime): MarketState {
    return this.view(ts).toPlain();
  }

  /** The snapshot computed field by field when read, each once; valid until the next event. */
  view(ts: SessionTime): MarketStateView {
    this.#reach(ts);
    return new MarketStateView(this, ts);
  }

  get isImbalanceKnown(): boolean {
    return this.#areBestKnown(this.#imbalanceLevels);
  }

  get isAbsorptionKnown(): boolean {
    return this.#areBestKnown(TOUCH_LEVELS);
  }

  /** RVOL_DAY. */
  relativeVolume(ts: SessionTime): number | null {
    this.#reach(ts);
    return Number.isNaN(this.#open)
      ? null
      : this.#relativeVolume.at(ts - this.#open, this.metrics.session.volume);
  }

  /** Whether the best `count` levels of both sides are all known: a side with fewer than the feed tells is known to its end. */
  #areBestKnown(count: number): boolean {
    const known = this.#knownLevels;
    if (count <= known) return true;
    const { bids, asks } = this.#orderBook;
    return bids.levels < known && asks.levels < known;
  }

  /** A copy of all of it but the book. */
  capture(): MarketAnalysisState {
    return {
      log: this.#log.capture(),
      aggressor: this.#aggressor.capture(),
      tape: this.tape.capture(),
      footprint: this.footprint.capture(),
      cvd: this.cvd.capture(),
      metrics: this.metrics.capture(),
      profile: this.profile.capture(),
      absorption: this.absorption.capture(),
      unsettled: this.#unsettled,
      hasTraded: this.hasTraded,
      watchesTouch: this.watchesTouch,
      day: [this.#dayStart, this.#dayEnd, this.#open, this.#close],
    };
  }

  /** Becomes what `capture` copied of one with the same options; the book has to be that of the same moment. */
  restore(state: MarketAnalysisState): void {
    this.#log.restore(state.log);
    this.#aggressor.restore(state.aggressor);
    this.tape.restore(state.tape);
    this.footprint.restore(state.footprint);
    this.cvd.restore(state.cvd);
    this.metrics.restore(state.metrics);
    this.profile.restore(state.profile);
    this.absorption.restore(state.absorption);
    this.#unsettled = state.unsettled;
    this.hasTraded = state.hasTraded;
    this.watchesTouch = state.watchesTouch;
    this.needsSettle = state.hasTraded || state.watchesTouch;
    [this.#dayStart, this.#dayEnd, this.#open, this.#close] = state.day;
  }

  /** Begins the trading day that `ts` belongs to, if it has not begun. */
  #reach(ts: SessionTime): void {
    if (ts >= this.#dayStart && ts < this.#dayEnd) return;
    const day = this.schedule.dayAt(ts);
    this.#dayStart = day.start;
    this.#dayEnd = day.end;
    this.#open = day.session?.open ?? Number.NaN;
    this.#close = day.session?.close ?? Number.NaN;
    this.metrics.startDay();
    this.cvd.startDay(day.session);
    this.profile.startDay();
    this.#aggressor.onDay(day.session);
  }

  #tickBelow(price: PriceNanos): number {
    const tick = Math.floor(price / this.#tickNanos);
    // a quotient rounded up to a whole number would be one too high
    return tick * this.#tickNanos > price ? tick - 1 : tick;
  }
}
