import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { logsCommand } from '../../src/cli/commands/logs.ts';
import { runProgram } from '../../src/cli/program.ts';
import { capturedTerminal } from '../support/captured-terminal.ts';
import { decisionRecord } from '../support/journal-entries.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const decision = (run: string, ts: string) => `${JSON.stringify(decisionRecord({ run, ts }))}\n`;
const order = (run: string, ts: string) =>
  `${JSON.stringify({ run, kind: 'order', ts, id: 'o1', what: 'submitted', side: 'buy', type: 'limit', price: '250.01', quantity: 100 })}\n`;
const fill = (run: string, ts: string) =>
  `${JSON.stringify({ run, kind: 'fill', ts, id: 'o1', side: 'buy', price: '250.01', quantity: 100, sequence: 1, liquidity: 'maker', commission: 1 })}\n`;

const FILES = {
  'logs/decisions-20251015.jsonl':
    decision('a', '2025-10-15T13:30:00.000000000Z') +
    decision('b', '2025-10-15T13:30:01.000000000Z'),
  'logs/trades-20251015.jsonl':
    order('a', '2025-10-15T13:30:00.500000000Z') +
    fill('a', '2025-10-15T13:30:02.000000000Z') +
    'not json\n',
};

async function show(...words: string[]) {
  const terminal = capturedTerminal(temporaryFolder(FILES));
  const code = await runProgram(['logs', ...words], terminal, [logsCommand], '1.2.3');
  return { code, ...terminal.written };
}

test('a run’s lines stand in order of time, whatever file they are in', async () => {
  expect(await show('a')).toEqual({
    code: 0,
    stderr: '',
    stdout: [
      '13:30:00.000  decision  d1 rules  enter_long(limit_price 250.01)',
      '13:30:00.500  order     o1 submitted buy 100 limit 250.01',
      '13:30:02.000  trade     o1 filled buy 100 at 250.01',
      '',
    ].join('\n'),
  });
});

test.for([
  ['decision', 2],
  ['order', 1],
  ['trade', 1],
] as const)('--kind %s shows %d lines', async ([kind, count]) => {
  expect((await show('--kind', kind)).stdout.split('\n').length - 1).toBe(count);
});

test('--json shows lines as they stand in the file', async () => {
  expect((await show('--kind', 'trade', '--json')).stdout).toBe(
    fill('a', '2025-10-15T13:30:02.000000000Z'),
  );
});

test('following shows lines as they come, of files that are not there yet too', async () => {
  const folder = temporaryFolder();
  const interrupted = new AbortController();
  const terminal = capturedTerminal(folder, { signal: interrupted.signal });
  const ended = runProgram(['logs', '--follow'], terminal, [logsCommand], '1.2.3');
  mkdirSync(join(folder, 'logs'));
  const path = join(folder, 'logs', 'trades-20251015.jsonl');
  const [first, second] = [
    order('a', '2025-10-15T13:30:00.500000000Z'),
    fill('a', '2025-10-15T13:30:02.000000000Z'),
  ];
  writeFileSync(path, first + second.slice(0, 20));
  await vi.waitFor(() => expect(terminal.written.stdout).toContain('submitted'), 5000);
  const before = terminal.written.stdout;
  appendFileSync(path, second.slice(20));
  await vi.waitFor(() => expect(terminal.written.stdout).toContain('filled'), 5000);
  interrupted.abort();
  expect([await ended, before, terminal.written.stdout]).toEqual([
    0,
    '13:30:00.500  order     o1 submitted buy 100 limit 250.01\n',
    '13:30:00.500  order     o1 submitted buy 100 limit 250.01\n13:30:02.000  trade     o1 filled buy 100 at 250.01\n',
  ]);
});
