import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { BenchResult } from './result.ts';

const bench = fileURLToPath(new URL('./bench.ts', import.meta.url));

test('measures the built program on a small day and prints every figure', {
  timeout: 90_000,
}, () => {
  const folder = temporaryFolder();
  const args = [
    '--events',
    '20000',
    '--runs',
    '1',
    '--only',
    'book,groups,full,checkpoint',
    '--json',
  ];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [bench, ...args, '--input', 'raw'],
    { encoding: 'utf8', env: { ...process.env, TMPDIR: folder } },
  );
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const result = JSON.parse(stdout) as BenchResult;
  expect(result.rows.map(({ key, events }) => [key, events])).toEqual([
    ['book raw', 20_000],
    ['full raw', 20_000],
    ['full, trading raw', 20_000],
    ['groups raw', 20_000],
    ['checkpoint raw', 50],
  ]);
  for (const row of result.rows) {
    expect(row.dataSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(row.nsPerEvent.median).toBeGreaterThan(1);
    expect(row.eventsPerReference.median).toBeGreaterThan(0);
    expect(row.peakRssMb.median).toBeGreaterThan(20);
  }
  const [book, plain, trading, groups, checkpoint] = result.rows;
  expect(book?.figures['anomalies']?.max).toBe(0);
  // the book alone ends as it does in the engine
  for (const name of ['liveOrders', 'levels', 'bestBid', 'bestAsk'])
    expect([name, book?.figures[name]]).toEqual([name, groups?.figures[name]]);
  expect(plain?.figures['processSeconds']?.median).toBeGreaterThan(0);
  expect(trading?.figures['orders']?.median).toBeGreaterThan(10);
  expect(groups?.figures['groups']?.median).toBeGreaterThan(10_000);
  expect(groups?.figures['p99Ns']?.median).toBeGreaterThan(groups?.figures['p50Ns']?.median ?? 0);
  expect(checkpoint?.figures['liveOrders']?.median).toBe(20_000);
  expect(checkpoint?.figures['checkpointMb']?.median).toBeLessThan(30);
  expect(checkpoint?.figures['dayEvents']?.median).toBe(20_000);
  expect(JSON.stringify(result)).not.toContain(folder);
});
