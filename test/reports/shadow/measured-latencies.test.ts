import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import {
  measureDelay,
  measureLatencies,
  timesOf,
} from '../../../src/reports/shadow/measured-latencies.ts';
import { episodeOf, traceOf } from './trace.builder.ts';

test('where a venue stamps its answers on arrival each leg is half of the way', () => {
  const acknowledged = { ts: 20.06e9, knownAt: 20.06e9 };
  const trace = traceOf([episodeOf('1', 20, { entry: { acknowledged }, exit: null })]);
  expect(measureLatencies(trace)).toMatchObject({
    legs: 'halves',
    roundTrip: { count: 1, medianNs: 60e6 },
    order: { medianNs: 30e6 },
    report: { medianNs: 30e6 },
  });
});

test('a venue whose stamps are before the sending is not believed', () => {
  const acknowledged = { ts: 20e9 - 1, knownAt: 20.06e9 };
  const trace = traceOf([episodeOf('1', 20, { entry: { acknowledged }, exit: null })]);
  expect(measureLatencies(trace).legs).toBe('halves');
});

test('median and 95th percentile are values that were measured', () => {
  const values = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(timesOf(values.toReversed())).toEqual({ count: 100, medianNs: 50, p95Ns: 95 });
  expect(timesOf([])).toEqual({ count: 0, medianNs: null, p95Ns: null });
});

test.prop([
  fc.integer({ min: 1, max: 900 }),
  fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 8, maxLength: 30 }),
])(
  'the delay that most touches agree with is found, whatever a few of them tell',
  (delay, widths) => {
    const honest = widths.map((width) => [{ from: delay - width / 2, to: delay + width / 2 }]);
    const stray = [[{ from: 2000, to: 2500 }], []];
    const found = measureDelay([...honest, ...stray]);
    expect(found).toMatchObject({ agreeing: widths.length, count: widths.length + 2 });
    expect(found?.atLeastNs).toBeLessThanOrEqual(delay);
    expect(found?.atMostNs).toBeGreaterThanOrEqual(delay);
  },
);

test('of delays that agree with as many the smallest is taken', () => {
  const spans = Array.from({ length: 10 }, () => [
    { from: -2900, to: -2800 },
    { from: -40, to: 20 },
    { from: 900, to: 1000 },
  ]);
  expect(measureDelay(spans)).toMatchObject({ ns: -10, agreeing: 10 });
});

test('a few touches tell no delay', () => {
  expect(measureDelay(Array.from({ length: 7 }, () => [{ from: 0, to: 100 }]))).toBeUndefined();
});

test('nothing that was seen tells no delay', () => {
  expect(measureDelay([[], []])).toBeUndefined();
});
