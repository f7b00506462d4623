/**
 * Everything random comes from here: seeded, and the same to the last bit on every machine. `Math.log` and its like may
 * differ in their last bit between builds of the engine, so logarithm and exponential are worked from + - x / and the
 * square root alone, which IEEE 754 defines exactly.
 */

const TWO_POW_32 = 4_294_967_296;
const LN2 = Math.LN2;
/** ln 2 as a head of 32 bits, whose multiples are exact, and the rest. */
const LN2_HEAD = 0.6931471803691238;
const LN2_TAIL = 1.9082149292705877e-10;
const SQRT2 = Math.SQRT2;

const doubleView = new Float64Array(1);
/** The double's halves; the program's event words are little-endian too. */
const halfView = new Uint32Array(doubleView.buffer);

/** Mixes 32 bits (Chris Wellons, "Prospecting for Hash Functions", lowbias32). */
function mix32(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/**
 * The natural logarithm of a positive normal double, to 15 digits.
 * Series of 2 artanh((m - 1) / (m + 1)) of the mantissa (Abramowitz and Stegun 4.1.27).
 */
export function naturalLog(value: number): number {
  doubleView[0] = value;
  const high = halfView[1] ?? 0;
  let exponent = (high >>> 20) - 1023;
  halfView[1] = (high & 0xfffff) | 0x3ff00000;
  let mantissa = doubleView[0] ?? 1;
  if (mantissa > SQRT2) {
    mantissa *= 0.5;
    exponent += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const z = s * s;
  const series =
    z *
    (1 / 3 +
      z *
        (1 / 5 +
          z *
            (1 / 7 +
              z *
                (1 / 9 +
                  z *
                    (1 / 11 +
                      z * (1 / 13 + z * (1 / 15 + z * (1 / 17 + z * (1 / 19 + z / 21)))))))));
  return exponent * LN2_HEAD + (2 * s + (2 * s * series + exponent * LN2_TAIL));
}

/** 1 / n!, for n from 0 to 14. */
const TAYLOR = new Float64Array(15).fill(1);
for (let n = 1; n < TAYLOR.length; n += 1) TAYLOR[n] = (TAYLOR[n - 1] ?? 1) / n;

/** e to the power of `value`, for -700 to 700, to 14 digits: Taylor's series of what is left after whole powers of 2. */
export function exponentialOf(value: number): number {
  const power = Math.floor(value / LN2 + 0.5);
  const r = value - power * LN2_HEAD - power * LN2_TAIL;
  let sum = 0;
  for (let n = TAYLOR.length - 1; n >= 0; n -= 1) sum = sum * r + (TAYLOR[n] ?? 0);
  halfView[0] = 0;
  halfView[1] = (power + 1023) << 20;
  return sum * (doubleView[0] ?? 1);
}

/** Where a stream of random numbers stands, as `restore` takes it: four words, and the spare normal or NaN. */
export type RandomState = readonly [a: number, b: number, c: number, d: number, spare: number];

/**
 * A seeded source of random numbers: xoshiro128** 1.1 (David Blackman and Sebastiano Vigna, "Scrambled Linear
 * Pseudorandom Number Generators", 2021; period 2^128 - 1), its state filled by a mixed counter. Not for secrets.
 */
export class Random {
  readonly #seed: number;
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  /** The second of the pair that the polar method makes; NaN when it is used up. */
  #spare = Number.NaN;

  /** @param seed Any whole number to 2^53; equal seeds give equal streams. */
  constructor(seed: number) {
    this.#seed = seed;
    const low = seed >>> 0;
    const high = Math.floor(seed / TWO_POW_32) >>> 0;
    // two orders of mixing: either half of the seed alone changes every word of the state
    const first = mix32(low ^ mix32(high + 0x9e3779b9));
    const second = mix32(high ^ mix32(low + 0x3c6ef372));
    this.#a = mix32(second + 0x9e3779b9) | 0;
    this.#b = mix32(first + 0x3c6ef372) | 0;
    this.#c = mix32(second + 0xdaa66d2b) | 0;
    // never all zero: the constant's bit keeps the generator off its one fixed point
    this.#d = mix32(first + 0x78dde6e4) | 1;
  }

  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number {
    const b = this.#b;
    const times5 = Math.imul(b, 5);
    const result = Math.imul((times5 << 7) | (times5 >>> 25), 9);
    const c = this.#c ^ this.#a;
    const d = this.#d ^ b;
    this.#b = b ^ c;
    this.#a ^= d;
    this.#c = c ^ (b << 9);
    this.#d = (d << 11) | (d >>> 21);
    return result >>> 0;
  }

  /** At least 0 and below 1, in steps of 2^-32. */
  float(): number {
    return this.uint32() / TWO_POW_32;
  }

  /** A whole number from 0 to n - 1, for n from 1 to 2^32; the bias is below n / 2^32. */
  below(n: number): number {
    return Math.floor((this.uint32() / TWO_POW_32) * n);
  }

  /** Waiting times of a Poisson process. Above 0, at most 23 times the mean. */
  exponential(mean: number): number {
    return -mean * naturalLog((this.uint32() + 1) / (TWO_POW_32 + 1));
  }

  /** Standard normal, by Marsaglia's polar method (Marsaglia and Bray 1964). */
  normal(): number {
    const spare = this.#spare;
    if (!Number.isNaN(spare)) {
      this.#spare = Number.NaN;
      return spare;
    }
    let x: number;
    let y: number;
    let square: number;
    do {
      x = this.float() * 2 - 1;
      y = this.float() * 2 - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const factor = Math.sqrt((-2 * naturalLog(square)) / square);
    this.#spare = y * factor;
    return x * factor;
  }

  /** @param sigma Standard deviation of the logarithm; 0 gives the median itself. */
  logNormal(median: number, sigma: number): number {
    return median * exponentialOf(sigma * this.normal());
  }

  /** A copy of where the stream stands. */
  capture(): RandomState {
    return [this.#a, this.#b, this.#c, this.#d, this.#spare];
  }

  /** Goes on as the stream of the same seed that `capture` copied. */
  restore(state: RandomState): void {
    [this.#a, this.#b, this.#c, this.#d, this.#spare] = state;
  }

  /** A stream of its own for a part of the program: depends on seed and label, not on what was drawn so far. */
  fork(label: number): Random {
    const low = mix32((this.#seed >>> 0) ^ mix32(label));
    const high = mix32((Math.floor(this.#seed / TWO_POW_32) >>> 0) ^ mix32(label ^ 0x5bd1e995));
    return new Random((high & 0x1fffff) * TWO_POW_32 + low);
  }
}
