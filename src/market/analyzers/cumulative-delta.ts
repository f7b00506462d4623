import type { MarketState } from '../../domain/market-state.ts';
import type { PriceNanos } from '../../domain/price.ts';
import type { AnalyzerSettings } from '../../domain/settings.ts';
import { NS_PER_MINUTE, type SessionTime } from '../../domain/time.ts';
import { type CvdPoints, CvdSeries, type CvdSeriesState } from './cvd-series.ts';

/** A copy of a delta, as `restore` takes it. */
export interface CumulativeDeltaState {
  readonly total: number;
  readonly series: CvdSeriesState;
  readonly open: SessionTime;
  readonly closes: Float64Array<ArrayBuffer>;
  readonly volumes: Float64Array<ArrayBuffer>;
  readonly latestBar: number;
}

/** Signed volume since the session's open, with its one-minute bars. */
export class CumulativeDelta {
  /** CVD_SESSION. */
  total = 0;
  readonly #settings: AnalyzerSettings['cvd'];
  readonly #series = new CvdSeries();
  #open = Number.NaN;
  #bars = 0;
  /** Close and volume of every minute from the open, up to the last in which something traded. */
  #closes = new Float64Array(0);
  #volumes = new Float64Array(0);
  #latestBar = -1;

  constructor(settings: AnalyzerSettings['cvd']) {
    this.#settings = settings;
  }

  /** Begins a trading day; `null` where it has no session. */
  startDay(session: { readonly open: SessionTime; readonly close: SessionTime } | null): void {
    this.total = 0;
    this.#latestBar = -1;
    this.#open = session?.open ?? Number.NaN;
    this.#bars = session === null ? 0 : Math.ceil((session.close - session.open) / NS_PER_MINUTE);
    this.#closes = new Float64Array(this.#bars);
    this.#volumes = new Float64Array(this.#bars);
    this.#series.start(session?.open ?? 0);
  }

  /** A trade of the session. */
  onTrade(ts: SessionTime, price: PriceNanos, size: number, sign: number): void {
    const bar = Math.floor((ts - this.#open) / NS_PER_MINUTE);
    if (bar > this.#latestBar) {
      this.#closes.fill(this.total, this.#latestBar + 1, bar);
      this.#latestBar = bar;
    }
    this.total += sign * size;
    this.#closes[bar] = this.total;
    this.#volumes[bar] = (this.#volumes[bar] ?? 0) + size;
    this.#series.add(ts, this.total, price);
  }

  /** CVD_SLOPE_5M, not rounded. */
  slope(ts: SessionTime): number | null {
    const bar = Math.min(Math.floor((ts - this.#open) / NS_PER_MINUTE), this.#bars - 1);
    // also before the open, and on a day without a session
    if (!(bar >= 1)) return null;
    const count = Math.min(this.#settings.slopeBars, bar + 1);
    let moment = 0;
    let volume = 0;
    for (let i = 0; i < count; i++) {
      const at = bar - count + 1 + i;
      moment += (2 * i - count + 1) * this.#closeOf(at);
      volume += this.#volumes[at] ?? 0;
    }
    if (volume === 0) return null;
    // slope = 6·moment / (n(n²-1)) over mean = volume / n: whole numbers divided once, so that thresholds are met exactly
    const slope = (6 * moment) / ((count * count - 1) * volume);
    return Math.max(-1, Math.min(1, slope));
  }

  /** CVD_TREND. */
  trend(ts: SessionTime): MarketState['CVD_TREND'] {
    const slope = this.slope(ts) ?? 0;
    if (slope > this.#settings.trendSlope) return 'RISING';
    return slope < -this.#settings.trendSlope ? 'FALLING' : 'FLAT';
  }

  /** The session so far, for a chart. */
  series(): CvdPoints {
    return this.#series.points();
  }

  /** A copy of all of it. */
  capture(): CumulativeDeltaState {
    return {
      total: this.total,
      series: this.#series.capture(),
      open: this.#open,
      closes: this.#closes.slice(),
      volumes: this.#volumes.slice(),
      latestBar: this.#latestBar,
    };
  }

  /** Becomes what `capture` copied. */
  restore({ total, series, open, closes, volumes, latestBar }: CumulativeDeltaState): void {
    this.total = total;
    this.#series.restore(series);
    this.#open = open;
    this.#bars = closes.length;
    this.#closes = closes.slice();
    this.#volumes = volumes.slice();
    this.#latestBar = latestBar;
  }

  #closeOf(bar: number): number {
    return bar <= this.#latestBar ? (this.#closes[bar] ?? 0) : this.total;
  }
}
