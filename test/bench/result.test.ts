import { expect, test } from 'vitest';
import { type BenchResult, compareResults, rowOf } from './result.ts';

const measured = (seconds: number, referenceSeconds: number) => ({
  sample: { events: 1000, seconds, peakRssMb: 80, gcLongestMs: 2, figures: { orders: seconds } },
  referenceSeconds,
});

function resultWith(rows: BenchResult['rows'], reference = 'reference-1'): BenchResult {
  return {
    savedAt: '2026-11-24T00:00:00.000Z',
    commit: null,
    node: 'v24.0.0',
    machine: { id: '00000000', cpu: 'a', cores: 2, memoryGb: 8, platform: 'linux x64' },
    reference: { name: reference, seconds: { median: 1, min: 1, max: 1 } },
    rounds: 1,
    rows,
    notAvailable: [],
  };
}

test('a row counts events by the second and by the reference loop of its own round', () => {
  const row = rowOf('book raw', 'abc', [measured(1, 0.5), measured(2, 1), measured(4, 2)]);
  expect(row).toMatchObject({
    key: 'book raw',
    events: 1000,
    eventsPerSecond: { median: 500, min: 250, max: 1000 },
    nsPerEvent: { median: 2e6, min: 1e6, max: 4e6 },
    // the machine was half and a quarter as fast: it cancels
    eventsPerReference: { median: 500, min: 500, max: 500 },
    figures: { orders: { median: 2, min: 1, max: 4 } },
  });
});

test('rows are compared by their key, for equal data alone', () => {
  const before = resultWith([
    rowOf('book raw', 'abc', [measured(2, 1)]),
    rowOf('full raw', 'abc', [measured(2, 1)]),
  ]);
  const now = resultWith([
    rowOf('book raw', 'abc', [measured(1, 1)]),
    rowOf('full raw', 'xyz', [measured(1, 1)]),
    rowOf('decode raw', 'abc', [measured(1, 1)]),
  ]);
  expect(compareResults(now, before)).toEqual([
    { key: 'book raw', before: before.rows[0], factor: 2, tolerance: 0.03, verdict: 'faster' },
    { key: 'full raw', verdict: 'other data' },
    { key: 'decode raw', verdict: 'new' },
  ]);
});

test('results of another reference loop are not compared', () => {
  const rows = [rowOf('book raw', 'abc', [measured(2, 1)])];
  expect(compareResults(resultWith(rows), resultWith(rows, 'reference-0'))).toEqual([
    { key: 'book raw', verdict: 'new' },
  ]);
});
