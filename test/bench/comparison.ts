import { relativeRange, type Spread } from './statistics.ts';

export type Verdict = 'faster' | 'slower' | 'same';

export interface Comparison {
  /** New by old: 1.1 is 10 % more events in the time of the reference loop. */
  readonly factor: number;
  /** A difference up to this share may be noise. */
  readonly tolerance: number;
  readonly verdict: Verdict;
}

/** Two runs of the same program differ by this much on a quiet machine, whatever few rounds show. */
const LEAST_TOLERANCE = 0.03;

/**
 * Compares two measurements of speed (more is faster), each in units that a machine's noise cancels from.
 *
 * Half of each one's range from least to greatest counts as noise: two of the same program overlap so far.
 */
export function compareSpeeds(now: Spread, before: Spread): Comparison {
  const factor = now.median / before.median;
  const tolerance = Math.max(LEAST_TOLERANCE, (relativeRange(now) + relativeRange(before)) / 2);
  const isFaster = factor > 1 + tolerance;
  const isSlower = factor < 1 / (1 + tolerance);
  return { factor, tolerance, verdict: isFaster ? 'faster' : isSlower ? 'slower' : 'same' };
}
