import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { PROGRAM, runProgram } from '../support/built-program.ts';
import { testData } from '../support/test-data.ts';

const folder = mkdtempSync(join(tmpdir(), 'fsd-headless-'));
const goog = testData('lobster', 'LOBSTER_SampleFile_GOOG_2012-06-21_5.zip');
const aapl = testData('lobster', 'LOBSTER_SampleFile_AAPL_2012-06-21_1.zip');
const es24 = testData('mbo', 'esh4-glbx-mdp3-20231224.mbo.dbn.zst');
const es25 = testData('mbo', 'esh4-glbx-mdp3-20231225.mbo.dbn.zst');

afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => runProgram(args, folder);

test('without a terminal the bare program replays the demo and reports on stdout', () => {
  const { status, stdout, stderr } = run();
  expect(status).toBe(0);
  expect(stdout).toContain('TSLA · 2025-10-15 · backtest');
  expect(stderr).toMatch(/demo session/);
  expect(stderr).toMatch(/100(?:\.0)? ?%/);
}, 60_000);

test('a run leaves a report, a decision log and a trade log behind', () => {
  const report = JSON.parse(run('--backtest', '--headless', '--json').stdout);
  const lines = readFileSync(join(folder, 'logs', 'decisions-20251015.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const own = lines.map((line) => JSON.parse(line)).filter((line) => line.run === report.run.id);
  const entries = own.filter((line) => /^enter_/.test(line.tool));
  expect(entries.length).toBeGreaterThan(2);
  expect(entries[0].orders.map((order: { role: string }) => order.role)).toEqual([
    'ENTRY',
    'STOP',
    'TARGET',
  ]);
  expect(JSON.parse(run('report', report.run.id, '--json').stdout)).toEqual(report);
  expect(run('runs').stdout).toContain(report.run.id);
}, 60_000);

test.skipIf(goog === undefined || aapl === undefined)(
  'every row of the LOBSTER days is reproduced',
  () => {
    expect(JSON.parse(run('data', 'verify', goog ?? '', '--json').stdout)).toMatchObject({
      rows: 112_673,
      mismatches: 0,
    });
    expect(JSON.parse(run('data', 'verify', aapl ?? '', '--json').stdout)).toMatchObject({
      rows: 118_497,
      mismatches: 0,
    });
  },
  60_000,
);

test.skipIf(es24 === undefined || es25 === undefined)(
  'the ES book is the independent one, by its hash',
  () => {
    const expected = JSON.parse(
      readFileSync(testData('expected', 'esh4-20231224+25.json') ?? '', 'utf8'),
    );
    const book = JSON.parse(
      run('book', '--data', es24 ?? '', es25 ?? '', '--hash', '--json').stdout,
    );
    expect(book).toMatchObject({
      bidLevels: 922,
      askLevels: 565,
      l3Sha256: expected.checkpoints.at(-1).l3_sha256,
    });
    expect([book.bids[0][0], book.asks[0][0]]).toEqual(['4810.00', '4810.25']);
  },
  60_000,
);

test.skipIf(goog === undefined)(
  'two runs of one day have one journal hash',
  () => {
    const hash = (...more: string[]) =>
      JSON.parse(run('--backtest', '--data', goog ?? '', '--headless', '--json', ...more).stdout)
        .journalSha256;
    const lognormal = ['--set', 'latency.model=lognormal'];
    expect(hash()).toBe(hash());
    expect(hash(...lognormal, '--seed', '8')).not.toBe(hash(...lognormal, '--seed', '9'));
  },
  120_000,
);

test('a signal stops a run, which still reports; twice at once is one signal', async () => {
  const child = spawn(process.execPath, [PROGRAM, '--backtest', '--headless', '--speed', '50'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  child.stdout.on('data', (text: Buffer) => {
    stdout += text.toString();
  });
  // the first line of progress: the run is on its way
  await new Promise<void>((resolve) => {
    child.stderr.on('data', (text: Buffer) => {
      if (text.includes('%')) resolve();
    });
  });
  child.kill('SIGINT');
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expect(stdout).toContain('TSLA · 2025-10-15 · backtest');
}, 60_000);

test('damaged data end the run with exit code 3, naming file and place', () => {
  const { status, stderr } = run(
    '--backtest',
    '--headless',
    '--data',
    join(folder, 'logs', 'decisions-20251015.jsonl'),
  );
  expect(status).toBe(3);
  expect(stderr).toContain('decisions-20251015.jsonl');
}, 60_000);

test('an unknown option is bad usage and the nearest one is named', () => {
  const { status, stderr } = run('--backtst');
  expect(status).toBe(2);
  expect(stderr).toContain('--backtest');
}, 60_000);
