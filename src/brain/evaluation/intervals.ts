import type { Random } from '../../domain/random.ts';

/** A share with its 95 % interval; `null` where there is nothing to count. */
export interface Rate {
  readonly count: number;
  readonly of: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** A mean with its 95 % interval; `null` where there is nothing to average. */
export interface Mean {
  readonly of: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** The normal distribution's 97.5th percentile. */
const Z = 1.959964;
const RESAMPLES = 2000;

/** A share with the score interval of E. B. Wilson (JASA 22, 1927, 209–212). */
export function rateOf(count: number, of: number): Rate {
  if (of === 0) return { count, of, value: null, low: null, high: null };
  const share = count / of;
  const denominator = 1 + (Z * Z) / of;
  const middle = (share + (Z * Z) / (2 * of)) / denominator;
  const half = (Z * Math.sqrt((share * (1 - share) + (Z * Z) / (4 * of)) / of)) / denominator;
  return {
    count,
    of,
    value: rounded(share),
    // at the ends of the scale the formula's bound is the end itself, but for the last bit
    low: count === 0 ? 0 : rounded(middle - half),
    high: count === of ? 1 : rounded(middle + half),
  };
}

/** A mean with the percentile interval of 2,000 bootstrap samples (B. Efron, Annals of Statistics 7, 1979, 1–26). */
export function meanOf(values: readonly number[], random: Random): Mean {
  const of = values.length;
  if (of === 0) return { of, value: null, low: null, high: null };
  const means: number[] = [];
  for (let i = 0; i < RESAMPLES; i++) {
    let sum = 0;
    for (let k = 0; k < of; k++) sum += values[random.below(of)] ?? 0;
    means.push(sum / of);
  }
  means.sort((a, b) => a - b);
  const total = values.reduce((sum, value) => sum + value, 0);
  return {
    of,
    value: rounded(total / of),
    low: rounded(percentile(means, 0.025)),
    high: rounded(percentile(means, 0.975)),
  };
}

/** The value that the share `at` of sorted values reach up to (nearest rank); not a number of none. */
export function percentile(sorted: readonly number[], at: number): number {
  return sorted[Math.max(0, Math.ceil(at * sorted.length) - 1)] ?? Number.NaN;
}

export function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

export function countsOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** How often each name stands in a list; `null` is none of them. */
export function ratesOf(names: readonly (string | null)[]): Record<string, Rate> {
  const counts = countsOf(names.flatMap((name) => (name === null ? [] : [name])));
  return Object.fromEntries(
    Object.entries(counts).map(([name, count]) => [name, rateOf(count, names.length)]),
  );
}
