import { naturalLog, Random } from '../../domain/random.ts';

/** Draws of a distribution that are looked up, for the hot path: an index of this many bits. */
const INDEX_BITS = 10;
export const QUANTILES = 1 << INDEX_BITS;
/** Shift that leaves an index of a random word's highest bits. */
export const QUANTILE_SHIFT = 32 - INDEX_BITS;

/** The exponential distribution of mean 1, at the middle of each of its equally likely parts. */
export const EXPONENTIAL = Float64Array.from(
  { length: QUANTILES },
  (_, n) => -naturalLog((n + 0.5) / QUANTILES),
);

/** Whole draws of a log-normal distribution, always the same. */
export function logNormalDraws(median: number, sigma: number): Int32Array {
  const random = new Random(QUANTILES);
  return Int32Array.from({ length: QUANTILES }, () =>
    Math.min(2 ** 30, random.logNormal(median, sigma)),
  );
}
