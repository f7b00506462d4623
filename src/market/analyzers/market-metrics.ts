import type { HodLodLocation } from '../../domain/market-state.ts';
import { type PriceNanos, roundRatio } from '../../domain/price.ts';
import type { AnalyzerSettings } from '../../domain/settings.ts';
import { NS_PER_SECOND, type SessionTime } from '../../domain/time.ts';
import { type PriceVolumeState, PriceVolumeSum } from '../price-volume-sum.ts';

/** An extreme of the session, and the older extremes that were just broken. */
interface Extreme {
  price: PriceNanos | null;
  since: SessionTime;
  /** Extremes that had stood long enough when a trade went beyond them, and when; oldest first. */
  broken: { level: PriceNanos; ts: SessionTime }[];
}

/** A copy of the metrics, as `restore` takes it. */
export interface MarketMetricsState {
  readonly session: PriceVolumeState;
  readonly last: PriceNanos | null;
  readonly high: ExtremeState;
  readonly low: ExtremeState;
}

interface ExtremeState {
  readonly price: PriceNanos | null;
  readonly since: SessionTime;
  readonly broken: readonly { readonly level: PriceNanos; readonly ts: SessionTime }[];
}

/** LAST, the session's volume, mean and range, and where LAST stands in that range. */
export class MarketMetrics {
  /** The session's trades. */
  readonly session = new PriceVolumeSum();
  last: PriceNanos | null = null;
  readonly #settings: AnalyzerSettings['metrics'];
  readonly #high: Extreme = { price: null, since: 0, broken: [] };
  readonly #low: Extreme = { price: null, since: 0, broken: [] };

  constructor(settings: AnalyzerSettings['metrics']) {
    this.#settings = settings;
  }

  get high(): PriceNanos | null {
    return this.#high.price;
  }

  get low(): PriceNanos | null {
    return this.#low.price;
  }

  /** Forgets the session; LAST stays. */
  startDay(): void {
    this.session.clear();
    for (const extreme of [this.#high, this.#low]) {
      extreme.price = null;
      extreme.broken.length = 0;
    }
  }

  /**
   * @param isInSession Whether the trade belongs to a regular session.
   * @param movesLast Whether the venue lets the trade move LAST, HOD and LOD.
   */
  onTrade(
    ts: SessionTime,
    price: PriceNanos,
    size: number,
    isInSession: boolean,
    movesLast: boolean,
  ): void {
    if (isInSession) this.session.add(price, size);
    if (!movesLast) return;
    this.last = price;
    if (this.#high.price === null || price > this.#high.price) {
      this.#goBeyond(this.#high, ts, price, isInSession);
    }
    if (this.#low.price === null || price < this.#low.price) {
      this.#goBeyond(this.#low, ts, price, isInSession);
    }
  }

  /** HOD_LOD_LOC. */
  location(ts: SessionTime): HodLodLocation | null {
    const { last } = this;
    const high = this.#high.price;
    const low = this.#low.price;
    if (last === null || high === null || low === null) return null;
    // LAST can't be beyond both: every broken low lies below every broken high
    if (this.#isBroken(this.#high, ts, last, 1)) return 'BREAKOUT';
    if (this.#isBroken(this.#low, ts, last, -1)) return 'BREAKDOWN';
    const isHigh = high - last <= last - low;
    const percent = percentOf(isHigh ? high - last : last - low, last);
    if (percent <= this.#settings.testingPct) return isHigh ? 'TESTING_HOD' : 'TESTING_LOD';
    if (percent <= this.#settings.nearPct) return isHigh ? 'NEAR_HOD' : 'NEAR_LOD';
    return 'MID_RANGE';
  }

  /** DISTANCE_TO_HOD_PCT. */
  distanceToHigh(): number | null {
    const high = this.#high.price;
    if (this.last === null || high === null) return null;
    return roundRatio(percentOf(high - this.last, this.last));
  }

  /** DISTANCE_TO_LOD_PCT. */
  distanceToLow(): number | null {
    const low = this.#low.price;
    if (this.last === null || low === null) return null;
    return roundRatio(percentOf(this.last - low, this.last));
  }

  /** A copy of all of it. */
  capture(): MarketMetricsState {
    return {
      session: this.session.capture(),
      last: this.last,
      high: copyOf(this.#high),
      low: copyOf(this.#low),
    };
  }

  /** Becomes what `capture` copied. */
  restore({ session, last, high, low }: MarketMetricsState): void {
    this.session.restore(session);
    this.last = last;
    Object.assign(this.#high, copyOf(high));
    Object.assign(this.#low, copyOf(low));
  }

  #goBeyond(extreme: Extreme, ts: SessionTime, price: PriceNanos, isInSession: boolean): void {
    const { broken } = extreme;
    const level = extreme.price;
    if (level !== null && ts - extreme.since >= this.#settings.breakoutStoodSecs * NS_PER_SECOND) {
      const latest = broken.at(-1);
      // outside the session the extreme stands, and each trade beyond it breaks the same level again
      if (latest?.level === level) latest.ts = ts;
      else broken.push({ level, ts });
      while ((broken[0]?.ts ?? ts) <= ts - this.#settings.breakoutSecs * NS_PER_SECOND) {
        broken.shift();
      }
    }
    if (isInSession) {
      extreme.price = price;
      extreme.since = ts;
    }
  }

  /** Whether LAST stands beyond an extreme that was broken a moment ago. `sign`: 1 above, -1 below. */
  #isBroken({ broken }: Extreme, ts: SessionTime, last: PriceNanos, sign: 1 | -1): boolean {
    const since = ts - this.#settings.breakoutSecs * NS_PER_SECOND;
    for (const entry of broken) {
      if (entry.ts > since && (last - entry.level) * sign > 0) return true;
    }
    return false;
  }
}

function copyOf({ price, since, broken }: ExtremeState): Extreme {
  return { price, since, broken: broken.map((entry) => ({ ...entry })) };
}

function percentOf(distance: number, last: PriceNanos): number {
  return (100 * distance) / last;
}
