/** Values below it have a bucket each; above it every octave has this many parts, each 1.6 % wide at most. */
const EXACT = 1024;
const PARTS = 64;
const PART_BITS = 6;
/** Top bits of a double at EXACT = 2^10: exponent and the first bits of the mantissa. */
const FIRST = (1023 + 10) << PART_BITS;
/** Up to 2^52. */
const BUCKETS = EXACT + 42 * PARTS;

const doubleView = new Float64Array(1);
const halfView = new Uint32Array(doubleView.buffer);

/** A distribution of values from 0 up in buckets that are the same everywhere, each value with a weight. */
export class Histogram {
  total = 0;
  readonly #weights = new Float64Array(BUCKETS);
  #sum = 0;

  /** Whole numbers up to 1,023 are told apart exactly; below 0 counts as 0. */
  add(value: number, weight = 1): void {
    const at = bucketOf(value);
    this.#weights[at] = (this.#weights[at] ?? 0) + weight;
    this.#sum += value * weight;
    this.total += weight;
  }

  /** `null` where nothing was added. */
  mean(): number | null {
    return this.total > 0 ? this.#sum / this.total : null;
  }

  /** The value below or at which `share` of the weight lies: exact up to 1,023, else the middle of its bucket. */
  quantile(share: number): number | null {
    if (this.total <= 0) return null;
    let left = share * this.total;
    let last = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const weight = this.#weights[bucket] ?? 0;
      if (weight <= 0) continue;
      last = bucket;
      left -= weight;
      if (left <= 0) break;
    }
    return valueIn(last);
  }

  /** Share of the weight at values below `limit`, to the bucket. */
  shareBelow(limit: number): number | null {
    if (this.total <= 0) return null;
    let sum = 0;
    const end = bucketOf(limit);
    for (let bucket = 0; bucket < end; bucket++) sum += this.#weights[bucket] ?? 0;
    return sum / this.total;
  }

  /** Share of the weight at one value of at most 1,023. */
  shareAt(value: number): number | null {
    return this.total > 0 ? (this.#weights[bucketOf(value)] ?? 0) / this.total : null;
  }

  /** Kolmogorov and Smirnov's distance: the largest difference of the two distribution functions, 0 to 1. */
  distanceTo(other: Histogram): number | null {
    if (this.total <= 0 || other.total <= 0) return null;
    let mine = 0;
    let theirs = 0;
    let largest = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      mine += (this.#weights[bucket] ?? 0) / this.total;
      theirs += (other.#weights[bucket] ?? 0) / other.total;
      largest = Math.max(largest, Math.abs(mine - theirs));
    }
    return largest;
  }
}

function bucketOf(value: number): number {
  if (!(value >= EXACT)) return value > 0 ? Math.floor(value) : 0;
  doubleView[0] = value;
  const top = (halfView[1] ?? 0) >>> (20 - PART_BITS);
  return Math.min(BUCKETS - 1, EXACT + top - FIRST);
}

function valueIn(bucket: number): number {
  if (bucket < EXACT) return bucket;
  const part = bucket - EXACT;
  const octave = EXACT * 2 ** Math.floor(part / PARTS);
  return octave * (1 + ((part % PARTS) + 0.5) / PARTS);
}
