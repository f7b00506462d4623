import type { Instrument } from '../domain/instrument.ts';
import type { MarketState } from '../domain/market-state.ts';
import { type PriceNanos, roundRatio, toPriceNumber } from '../domain/price.ts';
import type { SessionSchedule } from '../domain/session-schedule.ts';
import type { SessionTime } from '../domain/time.ts';
import type { AbsorptionDetector, AbsorptionView } from './analyzers/absorption-detector.ts';
import type { CumulativeDelta } from './analyzers/cumulative-delta.ts';
import type { FootprintTracker } from './analyzers/footprint-tracker.ts';
import type { MarketMetrics } from './analyzers/market-metrics.ts';
import type { OrderBookMetrics } from './analyzers/order-book-metrics.ts';
import type { TapeStream } from './analyzers/tape-stream.ts';
import type { VolumeProfile } from './analyzers/volume-profile.ts';

/** The analyzers that the fields come from. */
export interface StateSources {
  readonly instrument: Instrument;
  readonly schedule: SessionSchedule;
  readonly book: OrderBookMetrics;
  readonly tape: TapeStream;
  readonly footprint: FootprintTracker;
  readonly cvd: CumulativeDelta;
  readonly profile: VolumeProfile;
  readonly absorption: AbsorptionDetector;
  readonly metrics: MarketMetrics;
  /** Whether the feed tells the levels that L2_IMBALANCE and the absorption's thresholds rest on. */
  readonly isImbalanceKnown: boolean;
  readonly isAbsorptionKnown: boolean;
  relativeVolume(ts: SessionTime): number | null;
}

/**
 * MARKET_STATE at a moment, each field worked out when it is first read, and then kept. Valid until the next event.
 *
 * Its fields are getters: use `toPlain` where the object is to be kept, compared or written.
 */
export class MarketStateView implements MarketState {
  readonly #analysis: StateSources;
  readonly #ts: SessionTime;
  #walls: MarketState['DOM_WALLS'] | undefined;
  #bidStack: MarketState['BID_STACK'] | undefined;
  #askStack: MarketState['ASK_STACK'] | undefined;
  #hasLooked = false;
  #imbalance: number | null | undefined;
  #vwap: number | null | undefined;
  #slope: number | null | undefined;
  #largePrints: MarketState['LARGE_PRINTS_1M'] | undefined;
  #bar: MarketState['FOOTPRINT_CURR_BAR'] | undefined;
  #developingPoc: number | null | undefined;
  #location: MarketState['HOD_LOD_LOC'] | undefined;
  #relativeVolume: number | null | undefined;
  #absorption: AbsorptionView | null | undefined;

  constructor(analysis: StateSources, ts: SessionTime) {
    this.#analysis = analysis;
    this.#ts = ts;
  }

  get TICKER(): string {
    return this.#analysis.instrument.symbol;
  }

  get LAST(): number | null {
    return toNumber(this.#analysis.metrics.last);
  }

  get VWAP(): number | null {
    if (this.#vwap === undefined) this.#vwap = toNumber(this.#analysis.metrics.session.mean());
    return this.#vwap;
  }

  get TIME_SESSION(): MarketState['TIME_SESSION'] {
    return this.#analysis.schedule.timeSessionAt(this.#ts);
  }

  get L2_IMBALANCE(): number | null {
    if (this.#imbalance === undefined) {
      this.#imbalance = this.#analysis.isImbalanceKnown ? this.#look().imbalance() : null;
    }
    return this.#imbalance;
  }

  get SPREAD(): number | null {
    return this.#analysis.book.spread();
  }

  get DOM_WALLS(): MarketState['DOM_WALLS'] {
    this.#walls ??= this.#look().walls();
    return this.#walls;
  }

  get BID_STACK(): MarketState['BID_STACK'] {
    this.#bidStack ??= this.#analysis.book.stack('BID');
    return this.#bidStack;
  }

  get ASK_STACK(): MarketState['ASK_STACK'] {
    this.#askStack ??= this.#analysis.book.stack('ASK');
    return this.#askStack;
  }

  get TAPE_VELOCITY(): MarketState['TAPE_VELOCITY'] {
    return this.#analysis.tape.velocityLabel(this.#ts);
  }

  get TAPE_VELOCITY_TPS(): number {
    return roundRatio(this.#analysis.tape.velocity(this.#ts));
  }

  get TAPE_SENTIMENT(): MarketState['TAPE_SENTIMENT'] {
    return this.#analysis.tape.sentiment(this.#ts);
  }

  get TAPE_DELTA_1S(): number {
    return this.#analysis.tape.delta(this.#ts, 1);
  }

  get TAPE_DELTA_5S(): number {
    return this.#analysis.tape.delta(this.#ts, 5);
  }

  get LARGE_PRINTS_1M(): MarketState['LARGE_PRINTS_1M'] {
    this.#largePrints ??= this.#analysis.tape.largePrints(this.#ts);
    return this.#largePrints;
  }

  get FOOTPRINT_CURR_BAR(): MarketState['FOOTPRINT_CURR_BAR'] {
    this.#bar ??= this.#analysis.footprint.current(this.#ts);
    return this.#bar;
  }

  get CVD_SESSION(): number {
    return this.#analysis.cvd.total;
  }

  get CVD_TREND(): MarketState['CVD_TREND'] {
    return this.#analysis.cvd.trend(this.#ts);
  }

  get CVD_SLOPE_5M(): number | null {
    if (this.#slope === undefined) {
      const slope = this.#analysis.cvd.slope(this.#ts);
      this.#slope = slope === null ? null : roundRatio(slope);
    }
    return this.#slope;
  }

  get VP_POC(): number | null {
    return toNumber(this.#analysis.profile.poc());
  }

  get VP_VAH(): number | null {
    return toNumber(this.#analysis.profile.valueAreaHigh());
  }

  get VP_VAL(): number | null {
    return toNumber(this.#analysis.profile.valueAreaLow());
  }

  get VP_DEVELOPING_POC(): number | null {
    if (this.#developingPoc === undefined) {
      this.#developingPoc = toNumber(this.#analysis.profile.developingPoc(this.#ts));
    }
    return this.#developingPoc;
  }

  get PRICE_VS_POC(): MarketState['PRICE_VS_POC'] {
    return this.#analysis.profile.locationOf(this.#analysis.metrics.last);
  }

  get HOD(): number | null {
    return toNumber(this.#analysis.metrics.high);
  }

  get LOD(): number | null {
    return toNumber(this.#analysis.metrics.low);
  }

  get HOD_LOD_LOC(): MarketState['HOD_LOD_LOC'] {
    if (this.#location === undefined) this.#location = this.#analysis.metrics.location(this.#ts);
    return this.#location;
  }

  get DISTANCE_TO_HOD_PCT(): number | null {
    return this.#analysis.metrics.distanceToHigh();
  }

  get DISTANCE_TO_LOD_PCT(): number | null {
    return this.#analysis.metrics.distanceToLow();
  }

  get RVOL_DAY(): number | null {
    if (this.#relativeVolume === undefined) {
      this.#relativeVolume = this.#analysis.relativeVolume(this.#ts);
    }
    return this.#relativeVolume;
  }

  get ABSORPTION_DETECTED(): boolean {
    return this.#lastingAbsorption() !== null;
  }

  get ABSORPTION_SIDE(): MarketState['ABSORPTION_SIDE'] {
    return this.#lastingAbsorption()?.side ?? null;
  }

  get ABSORPTION_PRICE(): number | null {
    return toNumber(this.#lastingAbsorption()?.price ?? null);
  }

  /** The fields as a plain object, keys in the public order, that outlives the view. */
  toPlain(): MarketState {
    return {
      TICKER: this.TICKER,
      LAST: this.LAST,
      VWAP: this.VWAP,
      TIME_SESSION: this.TIME_SESSION,
      L2_IMBALANCE: this.L2_IMBALANCE,
      SPREAD: this.SPREAD,
      DOM_WALLS: this.DOM_WALLS,
      BID_STACK: this.BID_STACK,
      ASK_STACK: this.ASK_STACK,
      TAPE_VELOCITY: this.TAPE_VELOCITY,
      TAPE_VELOCITY_TPS: this.TAPE_VELOCITY_TPS,
      TAPE_SENTIMENT: this.TAPE_SENTIMENT,
      TAPE_DELTA_1S: this.TAPE_DELTA_1S,
      TAPE_DELTA_5S: this.TAPE_DELTA_5S,
      LARGE_PRINTS_1M: this.LARGE_PRINTS_1M,
      FOOTPRINT_CURR_BAR: this.FOOTPRINT_CURR_BAR,
      CVD_SESSION: this.CVD_SESSION,
      CVD_TREND: this.CVD_TREND,
      CVD_SLOPE_5M: this.CVD_SLOPE_5M,
      VP_POC: this.VP_POC,
      VP_VAH: this.VP_VAH,
      VP_VAL: this.VP_VAL,
      VP_DEVELOPING_POC: this.VP_DEVELOPING_POC,
      PRICE_VS_POC: this.PRICE_VS_POC,
      HOD: this.HOD,
      LOD: this.LOD,
      HOD_LOD_LOC: this.HOD_LOD_LOC,
      DISTANCE_TO_HOD_PCT: this.DISTANCE_TO_HOD_PCT,
      DISTANCE_TO_LOD_PCT: this.DISTANCE_TO_LOD_PCT,
      RVOL_DAY: this.RVOL_DAY,
      ABSORPTION_DETECTED: this.ABSORPTION_DETECTED,
      ABSORPTION_SIDE: this.ABSORPTION_SIDE,
      ABSORPTION_PRICE: this.ABSORPTION_PRICE,
    };
  }

  /** The book's measures, having looked at it once. */
  #look(): OrderBookMetrics {
    const { book } = this.#analysis;
    if (!this.#hasLooked) book.look();
    this.#hasLooked = true;
    return book;
  }

  #lastingAbsorption(): AbsorptionView | null {
    if (this.#absorption === undefined) {
      const { absorption, isAbsorptionKnown } = this.#analysis;
      this.#absorption = isAbsorptionKnown ? absorption.latest(this.#ts) : null;
    }
    return this.#absorption;
  }
}

function toNumber(price: PriceNanos | null): number | null {
  return price === null ? null : toPriceNumber(price);
}
