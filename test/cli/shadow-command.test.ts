import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDbnWriter } from '../../src/adapters/databento/dbn-writer.ts';
import { ALL_COMMANDS } from '../../src/cli/all-commands.ts';
import { runProgram } from '../../src/cli/program.ts';
import { capturedTerminal } from '../support/captured-terminal.ts';
import { DAY, generatedBatch } from '../support/engine-rig.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ORDERS = [
  {
    at: '2025-10-15T13:30:05Z',
    id: 'a',
    action: 'place',
    side: 'buy',
    type: 'market',
    quantity: 10,
  },
  {
    at: '2025-10-15T13:30:09Z',
    id: 'b',
    action: 'place',
    side: 'sell',
    type: 'market',
    quantity: 10,
  },
]
  .map((line) => JSON.stringify(line))
  .join('\n');

async function runIn(folder: string, ...words: string[]) {
  const terminal = capturedTerminal(folder);
  const paths = ['logs', 'cache'].flatMap((name) => [
    '--set',
    `paths.${name}=${join(folder, name)}`,
  ]);
  const code = await runProgram([...words, ...paths], terminal, ALL_COMMANDS, '1');
  return { code, ...terminal.written };
}

/** A short day with a run of two orders, which took its time. */
async function recorded() {
  const folder = temporaryFolder({ 'orders.jsonl': ORDERS });
  const batch = generatedBatch(4000, 0.5, 3);
  const header = {
    dataset: 'XNAS.ITCH',
    symbol: 'TSLA',
    instrumentId: batch.words[1] ?? 0,
    day: DAY,
  };
  const writer = await openDbnWriter(join(folder, 'TSLA-20251015.dbn'), header);
  await writer.write(batch);
  await writer.close();
  const data = join(folder, 'TSLA-20251015.dbn');
  const script = ['--set', 'brain.provider=script', '--orders', 'orders.jsonl'];
  const slow = ['--set', 'latency.orderMs=70', '--set', 'latency.reportMs=40'];
  const run = await runIn(folder, '--backtest', '--headless', '--data', data, ...script, ...slow);
  expect([run.code, run.stderr]).toEqual([0, expect.any(String)]);
  return { folder, data };
}

test('a run is played again with the latencies that its journal shows, and agrees with itself', async () => {
  const { folder, data } = await recorded();
  const { code, stdout, stderr } = await runIn(
    folder,
    'shadow',
    'last',
    '--json',
    '--orders',
    'orders.jsonl',
  );
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({
    run: { symbol: 'TSLA', session: '2025-10-15', mode: 'backtest' },
    latencies: {
      order: { count: 2, medianMs: 70, p95Ms: 70 },
      report: { medianMs: 40 },
      applied: { orderMs: 70, reportMs: 40 },
    },
    fills: { live: { only: 0, differing: 0 } },
    differences: [],
  });
  expect(report.fills.live.count).toBeGreaterThan(1);

  const without = await runIn(folder, 'shadow', 'last');
  expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('--orders FILE')]);
  rmSync(data);
  const missing = await runIn(folder, 'shadow', 'last', '--orders', 'orders.jsonl');
  expect([missing.code, missing.stderr]).toEqual([
    2,
    expect.stringContaining(
      `the run read ${data}, which is not there any more; name the day’s files with --data`,
    ),
  ]);
}, 30_000);

test.for([
  [['shadow', 'nothing'], 'there is no run nothing'],
  [['shadow', 'last', '--report', 'r.doc'], 'expected a file that ends in'],
  [['shadow', 'last', '--within', '0'], 'expected seconds above 0'],
] as const)('%j is bad usage and says why', async ([words, text]) => {
  const { code, stderr } = await runIn(temporaryFolder(), ...words);
  expect([code, stderr]).toEqual([2, expect.stringContaining(text)]);
});
