import type { PriceNanos } from '../domain/price.ts';

/** Nanos in the 4th decimal: averages are given to that place. */
const UNIT = 100_000;
const MOST = Number.MAX_SAFE_INTEGER;

/** A copy of a sum, as `restore` takes it. */
export interface PriceVolumeState {
  readonly volume: number;
  readonly low: number;
  readonly carried: bigint;
}

/**
 * The exact sum of price × size over trades, and their volume-weighted mean.
 *
 * One trade's product can pass 2^53, so the part that fits a double is carried into a bigint now and then.
 */
export class PriceVolumeSum {
  volume = 0;
  #low = 0;
  #carried = 0n;
  /** `#carried` as the nearest double: asked for at every snapshot, changed once in hundreds of trades. */
  #carriedNumber = 0;

  add(price: PriceNanos, size: number): void {
    this.volume += size;
    this.#accumulate(price, size);
  }

  /** Takes back a trade that was added. */
  remove(price: PriceNanos, size: number): void {
    this.volume -= size;
    this.#accumulate(-price, size);
  }

  clear(): void {
    this.volume = 0;
    this.#low = 0;
    this.#carried = 0n;
    this.#carriedNumber = 0;
  }

  /** A copy of all of it. */
  capture(): PriceVolumeState {
    return { volume: this.volume, low: this.#low, carried: this.#carried };
  }

  /** Becomes what `capture` copied. */
  restore({ volume, low, carried }: PriceVolumeState): void {
    this.volume = volume;
    this.#low = low;
    this.#carried = carried;
    this.#carriedNumber = Number(carried);
  }

  /** The mean rounded to 4 decimals, halves away from zero; of no volume `null`. */
  mean(): PriceNanos | null {
    if (this.volume === 0) return null;
    const units = (this.#carriedNumber + this.#low) / this.volume / UNIT;
    const magnitude = Math.abs(units);
    const floor = Math.floor(magnitude);
    const fraction = magnitude - floor;
    // four roundings went into `units`; next to a half they could decide, so it is worked out exactly
    const doubt = this.#roundedMagnitude() / this.volume / UNIT;
    if (Math.abs(fraction - 0.5) < (doubt + 1) * 2 ** -50) return this.#exactMean();
    const rounded = fraction > 0.5 ? floor + 1 : floor;
    return (units < 0 && rounded !== 0 ? -rounded : rounded) * UNIT;
  }

  /** The exact mean against half of `twicePrice`: negative below it, positive above, 0 the same. There must be volume. */
  compareMean(twicePrice: number): number {
    const twiceSum = 2 * (this.#carriedNumber + this.#low);
    const other = twicePrice * this.volume;
    const difference = twiceSum - other;
    const doubt = (2 * this.#roundedMagnitude() + Math.abs(other)) * 2 ** -50;
    if (Math.abs(difference) > doubt) return difference;
    const exact = 2n * this.#total() - BigInt(twicePrice) * BigInt(this.volume);
    if (exact === 0n) return 0;
    return exact > 0n ? 1 : -1;
  }

  #accumulate(price: number, size: number): void {
    const product = price * size;
    const low = this.#low + product;
    // whole numbers within these bounds are exact, and so is their sum
    if (product <= MOST && product >= -MOST && low <= MOST && low >= -MOST) {
      this.#low = low;
      return;
    }
    this.#carried += BigInt(this.#low) + BigInt(price) * BigInt(size);
    this.#carriedNumber = Number(this.#carried);
    this.#low = 0;
  }

  /** What the roundings of the sum are in proportion to: its parts, of which one may take back nearly all of the other. */
  #roundedMagnitude(): number {
    return Math.abs(this.#carriedNumber) + Math.abs(this.#low);
  }

  #total(): bigint {
    return this.#carried + BigInt(this.#low);
  }

  #exactMean(): PriceNanos {
    const total = this.#total();
    const magnitude = total < 0n ? -total : total;
    const divisor = BigInt(this.volume) * BigInt(UNIT);
    const rounded = Number((2n * magnitude + divisor) / (2n * divisor)) * UNIT;
    return total < 0n && rounded !== 0 ? -rounded : rounded;
  }
}
