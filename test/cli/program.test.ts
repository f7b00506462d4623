import { expect, test } from 'vitest';
import { ALL_COMMANDS } from '../../src/cli/all-commands.ts';
import type { Command } from '../../src/cli/command.ts';
import { runProgram } from '../../src/cli/program.ts';
import { capturedTerminal } from '../support/captured-terminal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function run(words: readonly string[], commands: readonly Command[] = ALL_COMMANDS) {
  const terminal = capturedTerminal(temporaryFolder());
  const code = await runProgram(words, terminal, commands, '1.2.3');
  return { code, ...terminal.written };
}

const HINT = 'fsd-tui: fsd-tui --help shows commands and options\n';

test.for([
  [['--hedless'], 'unknown option --hedless, did you mean --headless?'],
  [['--backtest', '--dat', 'x'], 'unknown option --dat, did you mean --data?'],
  [['-q'], 'unknown option -q'],
  [['lgos'], 'unknown command lgos, did you mean logs?'],
  [['data', 'inof', 'x'], 'unknown command data inof, did you mean data info?'],
  [['runs', '--follow'], 'unknown option --follow'],
  [['logs', 'a', 'b'], 'logs: b is more than it takes'],
  [
    ['data'],
    'data: one of info, generate, compile, history, thresholds, verify, compare has to follow',
  ],
  [['report'], 'report: RUN is missing'],
  [['data', 'info', '--json'], 'data info: FILE is missing'],
  [['--backtest', '--sim'], '--backtest and --sim exclude each other'],
  [['--backtest', '--date', '20250230'], '--date: found "20250230", expected a day as YYYYMMDD'],
  [['--sim', '--from', '11:00', '--to', '10:00'], '--from: has to be before --to'],
  [
    ['--sim', '--report', 'r.pdf'],
    '--report: found "r.pdf", expected a file that ends in .json, .md, .html',
  ],
  [['--sim', '--provider', 'script'], '--provider script needs --orders FILE'],
  [['--sim', '--set', 'risk.enabled=false'], 'risk.enabled=false exists in a backtest only'],
  [['--backtest', '--data', '/nowhere/x.dbn'], '--data: there is no file or folder /nowhere/x.dbn'],
  [['report', 'x'], 'there is no run x, or more than one; fsd-tui runs lists them'],
] as const)('%j is bad usage', async ([words, message]) => {
  expect(await run(words)).toEqual({ code: 2, stdout: '', stderr: `fsd-tui: ${message}\n${HINT}` });
});

test('settings that are wrong are bad usage, all told at once', async () => {
  const { code, stderr } = await run(['--sim', '--seed', 'x', '--set', 'risk.dailyTardes=3']);
  expect([code, stderr]).toEqual([
    2,
    'fsd-tui: --set: risk.dailyTardes: found an unknown key, allowed: the keys of `fsd-tui config show` (did you mean risk.dailyTrades?)\n' +
      'fsd-tui: option: --seed: found "x", allowed: a whole number from 0 to 4294967295\n',
  ]);
});

test('paper trading without a gateway says where it was looked for, and what to do', async () => {
  const { code, stdout, stderr } = await run(['--paper', '--set', 'broker.paperPort=1']);
  expect([code, stdout]).toEqual([4, '']);
  expect(stderr).toMatch(
    /needs TWS or IB Gateway, and none answers at 127\.0\.0\.1:1: .*Start it, log in.*fake-gateway.*--backtest/s,
  );
});

test('live trading is nothing to be started by a script', async () => {
  const { code, stderr } = await run(['--live']);
  expect([code, stderr.split('\n')[0]]).toEqual([
    2,
    'fsd-tui: --live: account and limits are confirmed by hand, at a terminal',
  ]);
});

test('a provider without its key cannot be reached, and says which', async () => {
  const { code, stderr } = await run(['--sim', '--provider', 'grok']);
  expect([code, stderr]).toEqual([
    4,
    'fsd-tui: grok needs a key, and there is none: set XAI_API_KEY or GROK_API_KEY, or take --provider rules\n',
  ]);
});

test('--version prints the version alone', async () => {
  expect(await run(['--version'])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
});

test('--help names every command and option', async () => {
  const { code, stdout } = await run(['--help']);
  const words = ALL_COMMANDS.flatMap((command) =>
    command.name === ''
      ? Object.keys(command.options).map((name) => `--${name}`)
      : [command.name.split(' ')[0] ?? ''],
  );
  expect([code, words.filter((word) => !stdout.includes(word))]).toEqual([0, []]);
});

test('every option and command has a help line', () => {
  const bare = ALL_COMMANDS.flatMap((command) => [
    ...(command.help === '' ? [command.name] : []),
    ...Object.entries(command.options).flatMap(([name, { help }]) => (help === '' ? [name] : [])),
  ]);
  expect(bare).toEqual([]);
});

test.for([
  ['FeedError', 3],
  ['UnreachableError', 4],
] as const)('a %s ends with code %d and its message', async ([name, expected]) => {
  const error = new Error('x.dbn: byte 8: bad');
  error.name = name;
  const failing: Command = {
    name: 'fail',
    help: 'fails',
    positionals: [],
    options: {},
    run: async () => {
      throw error;
    },
  };
  expect(await run(['fail'], [failing])).toEqual({
    code: expected,
    stdout: '',
    stderr: 'fsd-tui: x.dbn: byte 8: bad\n',
  });
});

test('config show as JSON has the value that --set gave', async () => {
  const { code, stdout } = await run([
    'config',
    'show',
    '--json',
    '--set',
    'risk.dailyTrades=3',
    '--set',
    'seed=9',
  ]);
  const { settings } = JSON.parse(stdout) as {
    settings: { key: string; value: unknown; origin: string }[];
  };
  const shown = settings
    .filter(({ origin }) => origin === '--set')
    .map(({ key, value }) => [key, value]);
  expect([code, shown]).toEqual([
    0,
    [
      ['seed', 9],
      ['risk.dailyTrades', 3],
    ],
  ]);
});

test('completion prints a script', async () => {
  const { code, stdout } = await run(['completion']);
  expect([code, stdout.includes('--get-yargs-completions')]).toEqual([0, true]);
});
