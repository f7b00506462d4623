import { expect, test } from 'vitest';
import { compareData, renderComparison } from '../../src/app/data-compare.ts';
import { testData } from '../support/test-data.ts';

const zip = testData('lobster', 'LOBSTER_SampleFile_GOOG_2012-06-21_5.zip');
const futures = testData('mbo', 'esh4-glbx-mdp3-20231225.mbo.dbn.zst');

test.skipIf(zip === undefined)('counts in a LOBSTER day what its messages say', async () => {
  const { rows, window } = await compareData({ files: [zip ?? '', zip ?? ''], generated: [] });
  const row = (section: string, label: string) =>
    rows.find((entry) => entry.section === section && entry.label === label);
  expect(window).toBe(5);
  // counted with awk in the message file: type 1; types 4 and 5
  const records = row('events', 'records in the session')?.values[0] ?? 0;
  const adds = (row('events', 'adds')?.values[0] ?? 0) * records;
  const trades = (row('events', 'trades')?.values[0] ?? 0) * records;
  expect([Math.round(adds), Math.round(trades)]).toEqual([54_907, 11_678]);
  // every distance of a day from itself is none
  for (const { measure, distances, label, section } of rows) {
    const expected = measure === 'ratio' ? 1 : 0;
    expect([section, label, distances[0] ?? expected]).toEqual([section, label, expected]);
  }
});

test.skipIf(futures === undefined)(
  'knows what a futures day has and a stock’s has not',
  async () => {
    const comparison = await compareData({ files: [futures ?? ''], generated: [] });
    const modifies = comparison.rows.find(({ label }) => label === 'modifies');
    expect(modifies?.values[0]).toBeGreaterThan(0.1);
    expect(comparison.window).toBeNull();
    expect(renderComparison(comparison, 'text')).toContain('ESH4');
  },
);
