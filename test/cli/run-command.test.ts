import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunOptions } from '../../src/app/run-options.ts';
import { runCommand } from '../../src/cli/commands/run.ts';
import { runProgram } from '../../src/cli/program.ts';
import { parseDay } from '../../src/domain/time.ts';
import { capturedTerminal } from '../support/captured-terminal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function optionsOf(
  words: readonly string[],
  surroundings: {
    files?: Readonly<Record<string, string>>;
    environment?: Record<string, string>;
    isTTY?: boolean;
    whyPaper?: string;
  } = {},
) {
  const folder = temporaryFolder(surroundings.files);
  const terminal = capturedTerminal(folder, {
    environment: surroundings.environment ?? {},
    isTTY: surroundings.isTTY ?? false,
    isInteractive: surroundings.isTTY ?? false,
  });
  let seen: RunOptions | undefined;
  const command = runCommand({
    demoSession: async () => 'demo.dbn.zst',
    whyPaper: async () => surroundings.whyPaper,
    run: async (options) => {
      seen = options;
      return 5;
    },
  });
  const code = await runProgram(words, terminal, [command], '1.2.3');
  if (seen === undefined) throw new Error(`the run did not begin: ${terminal.written.stderr}`);
  const { settings, ...options } = seen;
  return { code, options, config: settings.config, stderr: terminal.written.stderr, folder };
}

test('a backtest is described in full, and its code is the program’s', async () => {
  const files = { 'day.dbn': '', 'orders.jsonl': '' };
  const words = [
    '--backtest',
    '--data',
    'day.dbn',
    '--date',
    '20251015',
    '--from',
    '09:45',
    '--to',
    '10:00:30',
  ];
  const more = [
    '--speed',
    '10',
    '--provider',
    'script',
    '--orders',
    'orders.jsonl',
    '--report',
    'r.html',
    '--json',
    '--no-color',
  ];
  const { code, options, folder } = await optionsOf([...words, ...more], { files, isTTY: true });
  expect({ code, options }).toEqual({
    code: 5,
    options: {
      mode: 'backtest',
      data: [join(folder, 'day.dbn')],
      date: parseDay('2025-10-15'),
      from: (9 * 3600 + 45 * 60) * 1e9,
      to: (10 * 3600 + 30) * 1e9,
      speed: 10,
      ordersFile: join(folder, 'orders.jsonl'),
      isHeadless: true,
      output: 'json',
      reportFile: join(folder, 'r.html'),
      recordFile: undefined,
      cassetteFile: undefined,
      environment: {},
      hasColor: false,
    },
  });
});

test('options stand over --set, which stands over the environment', async () => {
  const { config } = await optionsOf(
    [
      '--sim',
      '--seed',
      '3',
      '--set',
      'seed=2',
      '--set',
      'risk.dailyTrades=2',
      '--decision-latency',
      '250',
    ],
    { environment: { FSD_SEED: '1', FSD_RISK__DAILY_TRADES: '1', FSD_RISK__MAX_POSITION: '1' } },
  );
  const { dailyTrades, maxPosition } = config.risk;
  expect([config.seed, dailyTrades, maxPosition, config.brain.decisionLatencyMs]).toEqual([
    3, 2, 1, 250,
  ]);
});

test.for([
  ['headless', false, [], 'max'],
  ['headless, but told', false, ['--speed', '50'], 50],
  ['on a terminal', true, [], 100],
  ['on a terminal, but told', true, ['--speed', 'max'], 'max'],
] as const)('the speed %s', async ([, isTTY, words, speed]) => {
  expect((await optionsOf(['--sim', ...words], { isTTY })).options.speed).toBe(speed);
});

test('without data the demo session is generated, and that is said', async () => {
  const { options, stderr } = await optionsOf(['--backtest']);
  expect([options.data, stderr]).toEqual([
    ['demo.dbn.zst'],
    'No market data found (--data, FSD_DATA, ./BacktestData): the demo session is generated.\n',
  ]);
});

test('several files are played in the order given', async () => {
  const { options, folder } = await optionsOf(
    ['--backtest', '--data', 'b.dbn', 'a.dbn', '--seed', '1'],
    {
      files: { 'a.dbn': '', 'b.dbn': '' },
    },
  );
  expect(options.data).toEqual([join(folder, 'b.dbn'), join(folder, 'a.dbn')]);
});

test('NO_COLOR is obeyed', async () => {
  expect((await optionsOf(['--sim'], { environment: { NO_COLOR: '1' } })).options.hasColor).toBe(
    false,
  );
});

test.for([
  ['nothing speaks for paper: recorded data are replayed', [], undefined, 'backtest'],
  ['a gateway listens', [], 'something listens', 'paper'],
  ['data are named', ['--data', 'day.dbn'], 'something listens', 'backtest'],
  ['paper is insisted on', ['--paper'], undefined, 'paper'],
] as const)('the mode where %s', async ([, words, whyPaper, mode]) => {
  const files = { 'day.dbn': '' };
  const { options } = await optionsOf(words, {
    files,
    ...(whyPaper === undefined ? {} : { whyPaper }),
  });
  expect(options.mode).toBe(mode);
});

test('at a broker time goes as it goes, unless the paper market is played at another pace', async () => {
  expect((await optionsOf(['--paper'])).options.speed).toBe(1);
  expect((await optionsOf(['--paper', '--speed', '30'])).options.speed).toBe(30);
  await expect(optionsOf(['--live', '--speed', '30'], { isTTY: true })).rejects.toThrow(/--speed/);
});

test.for([
  ['data of the past', ['--paper', '--data', 'day.dbn'], /--data: a paper run is in the present/],
  ['a script', ['--paper', '--set', 'brain.provider=script'], /--provider script/],
  ['nobody to confirm', ['--live'], /at a terminal/],
  ['the gate switched off', ['--paper', '--set', 'risk.enabled=false'], /in a backtest only/],
] as const)('no run at a broker with %s', async ([, words, problem]) => {
  await expect(optionsOf(words, { files: { 'day.dbn': '' } })).rejects.toThrow(problem);
});
