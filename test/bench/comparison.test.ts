import { expect, test } from 'vitest';
import { compareSpeeds } from './comparison.ts';

const steady = (median: number) => ({ median, min: median, max: median });
const noisy = (median: number, share: number) => ({
  median,
  min: median * (1 - share),
  max: median * (1 + share),
});

test.for([
  [1.1, 'faster'],
  [1.02, 'same'],
  [1, 'same'],
  [0.98, 'same'],
  [0.9, 'slower'],
] as const)('%d times the events of a steady measurement is %s', ([factor, verdict]) => {
  expect(compareSpeeds(steady(factor * 20), steady(20))).toMatchObject({
    verdict,
    tolerance: 0.03,
  });
});

test('what the measured spread explains is neither faster nor slower', () => {
  const compared = compareSpeeds(noisy(11, 0.1), noisy(10, 0.1));
  expect(compared.verdict).toBe('same');
  expect(compared.tolerance).toBeCloseTo(0.2, 12);
  expect(compareSpeeds(noisy(13, 0.1), noisy(10, 0.1)).verdict).toBe('faster');
});

test('faster one way is slower the other way', () => {
  const [one, other] = [noisy(10, 0.01), noisy(10.45, 0.01)];
  expect(compareSpeeds(other, one).verdict).toBe('faster');
  expect(compareSpeeds(one, other).verdict).toBe('slower');
});
