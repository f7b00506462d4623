import { expect, test } from 'vitest';
import { outline } from '../../src/cli/outline.ts';

test('members line up, objects are indented, lists of plain values stand on a line', () => {
  expect(
    outline({
      format: 'dbn',
      records: 1_234_567,
      symbols: ['ES', 'NQ'],
      gaps: [],
      none: null,
      byType: { mbo: 3, trade: 4 },
      first: [{ row: 1 }],
    }),
  ).toBe(
    [
      'format   dbn',
      'records  1,234,567',
      'symbols  ES, NQ',
      'gaps     none',
      'none     –',
      'byType',
      '  mbo    3',
      '  trade  4',
      'first',
      '  1',
      '    row  1',
      '',
    ].join('\n'),
  );
});
