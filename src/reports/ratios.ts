import { roundRatio } from '../domain/price.ts';

export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Mean ÷ sample standard deviation of the results (Sharpe 1994, "The Sharpe Ratio", without a benchmark), per result.
 * `null` below two results, and when they are all the same.
 */
export function sharpeOf(results: readonly number[]): number | null {
  const average = mean(results);
  if (average === null || results.length < 2) return null;
  const squares = results.reduce((sum, result) => sum + (result - average) ** 2, 0);
  const deviation = Math.sqrt(squares / (results.length - 1));
  // what is left of equal results by rounding is no deviation
  return deviation <= Math.abs(average) * 1e-12 ? null : roundRatio(average / deviation);
}
