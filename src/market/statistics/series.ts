/** Correlation of a series with itself `lag` places on; `null` where it is too short or never changes. */
export function autocorrelation(values: ArrayLike<number>, lag: number): number | null {
  const { length } = values;
  if (length < lag + 2) return null;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += values[i] ?? 0;
  const mean = sum / length;
  let variance = 0;
  let covariance = 0;
  for (let i = 0; i < length; i++) {
    const here = (values[i] ?? 0) - mean;
    variance += here * here;
    if (i + lag < length) covariance += here * ((values[i + lag] ?? 0) - mean);
  }
  return variance > 0 ? covariance / variance : null;
}

/** Fourth moment over the squared variance, less the normal distribution's 3; `null` where nothing varies. */
export function excessKurtosis(values: ArrayLike<number>): number | null {
  const { length } = values;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += values[i] ?? 0;
  const mean = sum / length;
  let second = 0;
  let fourth = 0;
  for (let i = 0; i < length; i++) {
    const square = ((values[i] ?? 0) - mean) ** 2;
    second += square;
    fourth += square * square;
  }
  return second > 0 ? (fourth * length) / (second * second) - 3 : null;
}

/** Variance over mean: 1 where arrivals are Poisson's. */
export function dispersion(counts: ArrayLike<number>): number | null {
  const { length } = counts;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < length; i++) {
    const count = counts[i] ?? 0;
    sum += count;
    squares += count * count;
  }
  return sum > 0 ? squares / sum - sum / length : null;
}

/** Sums of `step` neighbours; a rest that fills no step is left out. */
export function sumsOf(values: ArrayLike<number>, step: number): Float64Array {
  const sums = new Float64Array(Math.floor(values.length / step));
  for (let i = 0; i < sums.length * step; i++) {
    const at = Math.floor(i / step);
    sums[at] = (sums[at] ?? 0) + (values[i] ?? 0);
  }
  return sums;
}

/** Relative changes of a price over `step` places, where it is known. */
export function returnsOf(prices: ArrayLike<number>, step: number): number[] {
  const returns: number[] = [];
  for (let i = step; i < prices.length; i += step) {
    const from = prices[i - step] ?? Number.NaN;
    const change = ((prices[i] ?? Number.NaN) - from) / from;
    if (!Number.isNaN(change)) returns.push(change);
  }
  return returns;
}
