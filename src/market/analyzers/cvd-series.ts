import type { PriceNanos } from '../../domain/price.ts';
import { NS_PER_SECOND, type SessionTime } from '../../domain/time.ts';

const MOST_POINTS = 600;

/** Cumulative delta and price over the session for a chart: a point for each bucket in which something traded. */
export interface CvdPoints {
  /** Each bucket's end. */
  readonly ts: SessionTime[];
  readonly cvd: number[];
  /** The bucket's last price. */
  readonly price: PriceNanos[];
}

/** A copy of a series, as `restore` takes it. */
export interface CvdSeriesState {
  readonly buckets: Float64Array<ArrayBuffer>;
  readonly cvd: Float64Array<ArrayBuffer>;
  readonly prices: Float64Array<ArrayBuffer>;
  readonly widthNs: number;
  readonly origin: number;
}

/** Keeps the points; buckets begin at a second and double whenever there would be more than 600 points. */
export class CvdSeries {
  readonly #buckets = new Float64Array(MOST_POINTS);
  readonly #cvd = new Float64Array(MOST_POINTS);
  readonly #prices = new Float64Array(MOST_POINTS);
  #count = 0;
  #widthNs = NS_PER_SECOND;
  #origin = 0;

  start(origin: SessionTime): void {
    this.#origin = origin;
    this.#count = 0;
    this.#widthNs = NS_PER_SECOND;
  }

  add(ts: SessionTime, cvd: number, price: PriceNanos): void {
    let bucket = Math.floor((ts - this.#origin) / this.#widthNs);
    while (this.#count === MOST_POINTS && this.#buckets[MOST_POINTS - 1] !== bucket) {
      this.#halve();
      bucket = Math.floor((ts - this.#origin) / this.#widthNs);
    }
    const isSame = this.#count > 0 && this.#buckets[this.#count - 1] === bucket;
    if (!isSame) this.#count++;
    this.#put(this.#count - 1, bucket, cvd, price);
  }

  points(): CvdPoints {
    const ends = this.#buckets.subarray(0, this.#count);
    return {
      ts: Array.from(ends, (bucket) => this.#origin + (bucket + 1) * this.#widthNs),
      cvd: [...this.#cvd.subarray(0, this.#count)],
      price: [...this.#prices.subarray(0, this.#count)],
    };
  }

  /** A copy of all of it. */
  capture(): CvdSeriesState {
    return {
      buckets: this.#buckets.slice(0, this.#count),
      cvd: this.#cvd.slice(0, this.#count),
      prices: this.#prices.slice(0, this.#count),
      widthNs: this.#widthNs,
      origin: this.#origin,
    };
  }

  /** Becomes what `capture` copied. */
  restore({ buckets, cvd, prices, widthNs, origin }: CvdSeriesState): void {
    this.#buckets.set(buckets);
    this.#cvd.set(cvd);
    this.#prices.set(prices);
    this.#count = buckets.length;
    this.#widthNs = widthNs;
    this.#origin = origin;
  }

  #halve(): void {
    const known = this.#count;
    this.#widthNs *= 2;
    this.#count = 0;
    for (let i = 0; i < known; i++) {
      const bucket = Math.floor((this.#buckets[i] ?? 0) / 2);
      if (this.#count === 0 || this.#buckets[this.#count - 1] !== bucket) this.#count++;
      this.#put(this.#count - 1, bucket, this.#cvd[i] ?? 0, this.#prices[i] ?? 0);
    }
  }

  #put(at: number, bucket: number, cvd: number, price: PriceNanos): void {
    this.#buckets[at] = bucket;
    this.#cvd[at] = cvd;
    this.#prices[at] = price;
  }
}
