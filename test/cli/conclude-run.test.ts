import { expect, test } from 'vitest';
import { farewell } from '../../src/cli/conclude-run.ts';
import { roundTrip, runResult } from '../support/run-result.builder.ts';

test('what is left of the screen says how it went and where the report is', () => {
  const result = runResult({
    trades: [roundTrip()],
    account: { ...runResult().account, netPl: -512.3 },
    halted: 'daily loss',
  });
  expect(farewell(result)).toBe(
    'TSLA 2025-10-15  1 trade  net -512.30 $  halted: daily loss\nfsd-tui report b-1 shows the report again\n',
  );
});

test('what is left at the broker stands in the last line', () => {
  const left = 'left at the broker: long 100, 2 orders work; the next start takes the run up';
  expect(farewell(runResult({ warnings: [left] })).split('\n')[1]).toBe(
    `What is open stays there! ${left}`,
  );
});
