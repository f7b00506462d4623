import { expect, test } from 'vitest';
import { QuotePath } from '../../../src/brain/evaluation/quote-path.ts';

const LIMITS = { entryTimeoutSecs: 10, maxHoldSecs: 60 };
const LONG = { side: 'long', limit: 10.02, stop: 9.9, target: 10.3 } as const;
const SHORT = { side: 'short', limit: 10, stop: 10.12, target: 9.7 } as const;

/** Bids second by second, the ask two cents above. */
function path(...bids: number[]): QuotePath {
  const quotes = new QuotePath();
  for (const [i, bid] of bids.entries())
    quotes.add(i * 1e9, bid, Math.round((bid + 0.02) * 100) / 100);
  return quotes;
}

test('a long that comes to its target before its stop earns the target', () => {
  expect(path(10, 9.95, 10.1, 10.31).outcomeOf(LONG, 0, LIMITS)).toEqual({
    end: 'target',
    entryTs: 0,
    entryPrice: 10.02,
    endTs: 3e9,
    result: 0.28,
    mae: -0.07,
    mfe: 0.28,
  });
});

test('a stop goes at the touch that passed it', () => {
  expect(path(10, 10.1, 9.85, 10.4).outcomeOf(LONG, 0, LIMITS)).toMatchObject({
    end: 'stop',
    result: -0.17,
    mfe: 0.08,
  });
});

test('a short is the mirror image', () => {
  expect(path(10, 10.05, 9.66).outcomeOf(SHORT, 0, LIMITS)).toMatchObject({
    end: 'target',
    entryPrice: 10,
    result: 0.3,
    mae: -0.07,
  });
  expect(path(10, 10.15).outcomeOf(SHORT, 0, LIMITS)).toMatchObject({ end: 'stop', result: -0.17 });
});

test('nothing before the decision takes effect counts', () => {
  expect(path(10, 10.4, 10, 9.8).outcomeOf(LONG, 1.5e9, LIMITS)).toMatchObject({
    end: 'stop',
    entryTs: 2e9,
  });
});

test('an entry waits for its price, but not for ever', () => {
  const late = [10.1, 10.1, 10.1, 10];
  expect(path(...late).outcomeOf(LONG, 0, LIMITS)).toMatchObject({ end: 'open', entryTs: 3e9 });
  expect(path(...late).outcomeOf(LONG, 0, { ...LIMITS, entryTimeoutSecs: 2 })).toMatchObject({
    end: 'unfilled',
    entryTs: null,
    result: 0,
  });
});

test('what is held too long is closed at the touch', () => {
  const quotes = path(10, 10.05, 10.06, 10.07);
  expect(quotes.outcomeOf(LONG, 0, { ...LIMITS, maxHoldSecs: 2 })).toMatchObject({
    end: 'time',
    endTs: 2e9,
    result: 0.04,
  });
});

test('the middle is that of the last quote, and unknown beyond the quotes', () => {
  const quotes = path(10, 11);
  expect(quotes.middleAt(-1)).toBeNull();
  expect(quotes.middleAt(0.5e9)).toBeCloseTo(10.01, 9);
  expect(quotes.middleAt(1e9)).toBeCloseTo(11.01, 9);
  expect(quotes.middleAt(1.1e9)).toBeNull();
});
