import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { parseDay } from '../../../src/domain/time.ts';
import { DecisionLog } from '../../../src/journal/store/decision-log.ts';
import { decisionRecord, journalEntries } from '../../support/journal-entries.ts';
import { roundTrip } from '../../support/run-result.builder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const DAY = parseDay('2025-10-15') ?? 0;

function linesOf(path: string): unknown[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

test('decisions go to the session’s file of decisions, orders, fills and trades to that of trades', () => {
  const logs = temporaryFolder();
  const log = new DecisionLog(logs, 'r', DAY);
  for (const entry of journalEntries('r')) log.append(entry);
  log.appendTrade(roundTrip());
  log.close();
  expect(linesOf(join(logs, 'decisions-20251015.jsonl'))).toEqual([decisionRecord({ id: 'r-d1' })]);
  expect(linesOf(join(logs, 'trades-20251015.jsonl'))).toEqual([
    {
      run: 'r',
      kind: 'order',
      ts: '2025-10-15T13:30:00.000000003Z',
      id: 'r-1',
      what: 'submitted',
      side: 'buy',
      type: 'limit',
      role: 'ENTRY',
      price: '250.01',
      quantity: 100,
    },
    {
      run: 'r',
      kind: 'order',
      ts: '2025-10-15T13:30:00.000000004Z',
      id: 'r-2',
      what: 'denied',
      reason: 'SPREAD',
    },
    {
      run: 'r',
      kind: 'fill',
      ts: '2025-10-15T13:30:00.000000002Z',
      id: 'r-1',
      side: 'buy',
      price: '250.01',
      quantity: 100,
      sequence: 77,
      liquidity: 'maker',
      commission: 1,
    },
    { run: 'r', kind: 'trade', ts: '2025-10-15T13:30:10.000000000Z', ...roundTrip() },
  ]);
});

test('a second run of the session adds to the files', () => {
  const logs = temporaryFolder();
  for (const run of ['one', 'two']) {
    const log = new DecisionLog(logs, run, DAY);
    for (const entry of journalEntries(run)) log.append(entry);
    log.close();
  }
  expect(linesOf(join(logs, 'decisions-20251015.jsonl'))).toEqual([
    decisionRecord({ run: 'one', id: 'one-d1' }),
    decisionRecord({ run: 'two', id: 'two-d1' }),
  ]);
});

test('lines are in the file 250 ms after they came', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const logs = temporaryFolder();
  const log = new DecisionLog(logs, 'r', DAY);
  for (const entry of journalEntries('r')) log.append(entry);
  const before = linesOf(join(logs, 'decisions-20251015.jsonl'));
  vi.advanceTimersByTime(250);
  const after = linesOf(join(logs, 'decisions-20251015.jsonl'));
  log.close();
  expect([before, after]).toEqual([[], [decisionRecord({ id: 'r-d1' })]]);
});

test('a run without decisions or orders leaves no files', () => {
  const logs = temporaryFolder();
  new DecisionLog(logs, 'r', DAY).close();
  expect(existsSync(join(logs, 'decisions-20251015.jsonl'))).toBe(false);
});
