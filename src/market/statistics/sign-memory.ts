const LONGEST = 64;

/** Autocorrelation of a series of signs, as it passes by: the memory of who is the aggressor. */
export class SignMemory {
  readonly #recent = new Int8Array(LONGEST);
  readonly #lags: readonly number[];
  readonly #products: number[];
  #count = 0;
  #sum = 0;

  /** @param lags At most 63. */
  constructor(lags: readonly number[]) {
    this.#lags = lags;
    this.#products = lags.map(() => 0);
  }

  add(sign: 1 | -1): void {
    this.#lags.forEach((lag, n) => {
      if (lag > this.#count) return;
      const before = this.#recent[(this.#count - lag) & (LONGEST - 1)] ?? 0;
      this.#products[n] = (this.#products[n] ?? 0) + sign * before;
    });
    this.#recent[this.#count & (LONGEST - 1)] = sign;
    this.#count++;
    this.#sum += sign;
  }

  /** Of the `n`-th lag; `null` where too few signs were seen or they never change. */
  correlation(n: number): number | null {
    const pairs = this.#count - (this.#lags[n] ?? 0);
    const mean = this.#sum / this.#count;
    const variance = 1 - mean * mean;
    if (pairs < 2 || !(variance > 0)) return null;
    return ((this.#products[n] ?? 0) / pairs - mean * mean) / variance;
  }
}
