import { describe, expect, test } from 'vitest';
import { exponentialOf, naturalLog, Random } from '../../src/domain/random.ts';

function sample(count: number, draw: () => number): { mean: number; variance: number } {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < count; i += 1) {
    const value = draw();
    sum += value;
    squares += value * value;
  }
  const mean = sum / count;
  return { mean, variance: squares / count - mean * mean };
}

describe('Random', () => {
  test('gives the same stream for the same seed, in every process', () => {
    const random = new Random(7);
    const first = [random.uint32(), random.uint32(), random.uint32(), random.uint32()];
    expect(first).toEqual([1_935_542_019, 3_245_652_762, 1_262_010_013, 2_980_696_631]);
    const other = new Random(7);
    expect(first).toEqual([other.uint32(), other.uint32(), other.uint32(), other.uint32()]);
  });

  test('gives derived numbers that are the same to the last bit', () => {
    const random = new Random(2 ** 40 + 3);
    expect([
      random.float(),
      random.below(600),
      random.exponential(20),
      random.normal(),
      random.normal(),
      random.logNormal(20, 0.5),
    ]).toEqual([
      0.35776766831986606, 415, 3.226782055214592, 0.38986246671597036, -0.6306729504545417,
      20.796171164174503,
    ]);
  });

  test('gives other streams for other seeds, in the low and in the high half', () => {
    const firsts = [0, 1, -1, 2, 7, 2 ** 32, 2 ** 33, 2 ** 52 + 1].map((seed) =>
      new Random(seed).uint32(),
    );
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  test('forks a stream that does not depend on what was drawn before', () => {
    const random = new Random(11);
    const before = random.fork(3).uint32();
    random.normal();
    expect(random.fork(3).uint32()).toBe(before);
    expect(random.fork(4).uint32()).not.toBe(before);
    expect(new Random(11).uint32()).not.toBe(before);
  });

  test('draws whole numbers below n evenly', () => {
    const random = new Random(5);
    const counts = new Array<number>(6).fill(0);
    for (let i = 0; i < 60_000; i += 1) {
      const drawn = random.below(6);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  test('draws the uniform, exponential and normal distributions by mean and variance', () => {
    const random = new Random(13);
    const uniform = sample(200_000, () => random.float());
    expect(uniform.mean).toBeCloseTo(0.5, 2);
    expect(uniform.variance).toBeCloseTo(1 / 12, 2);
    const waiting = sample(200_000, () => random.exponential(3));
    expect(waiting.mean).toBeCloseTo(3, 1);
    expect(waiting.variance / 9).toBeCloseTo(1, 1);
    const normal = sample(200_000, () => random.normal());
    expect(normal.mean).toBeCloseTo(0, 1);
    expect(normal.variance).toBeCloseTo(1, 1);
  });

  test('draws a log-normal with its median in the middle, and the median alone without spread', () => {
    const random = new Random(17);
    const drawn = Array.from({ length: 20_001 }, () => random.logNormal(20, 0.5)).sort(
      (a, b) => a - b,
    );
    expect(Math.abs((drawn[10_000] ?? 0) - 20)).toBeLessThan(0.4);
    expect(drawn[0]).toBeGreaterThan(0);
    expect(random.logNormal(20, 0)).toBe(20);
  });
});

describe('the exact functions', () => {
  test('agree with the usual logarithm to 15 digits over the whole range', () => {
    const random = new Random(19);
    for (let i = 0; i < 20_000; i += 1) {
      const value = (random.float() + 2 ** -33) * 2 ** (random.below(120) - 60);
      expect(Math.abs(naturalLog(value) - Math.log(value))).toBeLessThanOrEqual(
        4e-16 * Math.max(1, Math.abs(Math.log(value))),
      );
    }
    expect(naturalLog(1)).toBe(0);
  });

  test('agree with the usual exponential to 15 digits over the whole range', () => {
    const random = new Random(23);
    for (let i = 0; i < 20_000; i += 1) {
      const value = (random.float() - 0.5) * 80;
      const usual = Math.exp(value);
      expect(Math.abs(exponentialOf(value) - usual)).toBeLessThanOrEqual(2e-15 * usual);
    }
    expect(exponentialOf(0)).toBe(1);
  });
});
