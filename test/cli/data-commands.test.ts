import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  dataCompareCommand,
  dataGenerateCommand,
  dataInfoCommand,
  dataVerifyCommand,
} from '../../src/cli/commands/data.ts';
import { findDepthFile } from '../../src/cli/find-truth.ts';
import { runProgram } from '../../src/cli/program.ts';
import { parseDay } from '../../src/domain/time.ts';
import { capturedTerminal } from '../support/captured-terminal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function run(words: readonly string[], mismatches = 0) {
  const folder = temporaryFolder({ 'x.dbn': '', 'truth.csv': '' });
  const terminal = capturedTerminal(folder);
  const seen: unknown[] = [];
  const commands = [
    dataInfoCommand({
      async dataInfo(path) {
        seen.push(path);
        return { format: 'dbn', records: 1234 };
      },
      async *dataRecords(path, most) {
        seen.push([path, most]);
        yield { type: 'mbo', price: '1.5' };
        yield { type: 'status' };
      },
    }),
    dataGenerateCommand({
      async dataGenerate(options) {
        seen.push(options);
        return { records: 10 };
      },
    }),
    dataVerifyCommand({
      async dataVerify(...paths) {
        seen.push(paths);
        return { rows: 5, mismatches, first: null };
      },
    }),
    dataCompareCommand({
      async dataCompare(options, formats) {
        seen.push(options);
        return formats.map((format) => `as ${format}`);
      },
    }),
  ];
  const code = await runProgram(['data', ...words], terminal, commands, '1.2.3');
  return { code, seen, folder, ...terminal.written };
}

test.for([
  [[], 'format   dbn\nrecords  1,234\n'],
  [['--json'], '{\n  "format": "dbn",\n  "records": 1234\n}\n'],
] as const)('info %j prints what the file is', async ([options, expected]) => {
  const { code, seen, stdout, folder } = await run(['info', 'x.dbn', ...options]);
  expect([code, seen, stdout]).toEqual([0, [join(folder, 'x.dbn')], expected]);
});

test('info --records prints records and nothing else, a JSON object a line', async () => {
  const { code, seen, stdout, folder } = await run(['info', 'x.dbn', '--records', '5']);
  expect([code, seen, stdout]).toEqual([
    0,
    [[join(folder, 'x.dbn'), 5]],
    '{"type":"mbo","price":"1.5"}\n{"type":"status"}\n',
  ]);
});

test('generate passes on what was said, and nothing else', async () => {
  const planted = ['--plant', 'sweep:3', '--plant', 'halt', '--truth', 't.json'];
  const all = [
    '--events',
    '5000',
    '--session',
    '2025-07-03',
    '--symbol',
    'NVDA',
    '--seed',
    '0',
    '--profile',
    'goog-2012',
  ];
  const { seen, folder } = await run(['generate', '--out', 'y.dbn.zst', ...all, ...planted]);
  const bare = await run(['generate', '--out', '/tmp/y.dbn']);
  expect([seen, bare.seen]).toEqual([
    [
      {
        out: join(folder, 'y.dbn.zst'),
        events: 5000,
        session: parseDay('2025-07-03'),
        symbol: 'NVDA',
        seed: 0,
        profile: 'goog-2012',
        plant: [
          ['sweep', 3],
          ['halt', 1],
        ],
        truth: join(folder, 't.json'),
      },
    ],
    [{ out: '/tmp/y.dbn' }],
  ]);
});

test.for([
  [0, 0],
  [2, 3],
] as const)('verify with %d mismatches ends with code %d', async ([mismatches, code]) => {
  const {
    code: found,
    seen,
    stdout,
    folder,
  } = await run(['verify', 'x.dbn', 'truth.csv'], mismatches);
  expect([found, seen, JSON.parse(stdout)]).toEqual([
    code,
    [[join(folder, 'x.dbn'), join(folder, 'truth.csv')]],
    { rows: 5, mismatches, first: null },
  ]);
});

test('compare passes on files, generated days and limits, and writes the report beside', async () => {
  const words = ['compare', 'x.dbn', 'truth.csv', '--generated', '7', '--generated', '8:goog-2012'];
  const limits = ['--events', '100', '--window', '5', '--report', 'r.md'];
  const { seen, stdout, folder } = await run([...words, ...limits]);
  expect([seen, stdout, readFileSync(join(folder, 'r.md'), 'utf8')]).toEqual([
    [
      {
        files: [join(folder, 'x.dbn'), join(folder, 'truth.csv')],
        generated: [{ seed: 7 }, { seed: 8, profile: 'goog-2012' }],
        events: 100,
        window: 5,
      },
    ],
    'as text',
    'as md',
  ]);
  expect((await run(['compare', 'x.dbn', '--json'])).stdout).toBe('as json');
});

test.for([
  [['compare'], 'data compare: name a file, or --generated SEED'],
  [['compare', '--generated', 'x'], '--generated: found "x", expected SEED or SEED:PROFILE'],
  [
    ['compare', '--generated', '1:slow'],
    '--generated: there is no profile slow; there are tsla, goog-2012, aapl-2012',
  ],
  [
    ['compare', 'x.dbn', '--report', 'r.html'],
    '--report: found "r.html", expected a name ending in .json, .md or .txt',
  ],
  [['info', 'y.dbn'], 'there is no file y.dbn'],
  [['verify', 'x.dbn', 'y.csv'], 'there is no file y.csv'],
  [['generate'], '--out FILE is missing'],
  [
    ['generate', '--out', 'y.dbn', '--plant', 'sweep:0'],
    '--plant: found "sweep:0", expected KIND[:COUNT] with one of absorption, iceberg, sweep, spoof, breakout, trend, halt',
  ],
  [
    ['generate', '--out', 'y.dbn', '--truth', 't.json'],
    '--truth: nothing is planted; name it with --plant KIND[:COUNT]',
  ],
  [
    ['generate', '--out', 'y.dbn', '--events', '1e6'],
    '--events: found "1e6", expected a whole number from 1',
  ],
  [
    ['generate', '--out', 'y.dbn', '--session', '2025-02-30'],
    '--session: found "2025-02-30", expected a day as YYYY-MM-DD',
  ],
  [
    ['generate', '--out', 'y.dbn', '--symbol', 'ts la'],
    '--symbol: found "ts la", expected capitals and digits',
  ],
] as const)('%j is bad usage', async ([words, message]) => {
  const { code, stdout, stderr } = await run(words);
  expect([code, stdout, stderr.split('\n')[0]]).toEqual([2, '', `fsd-tui: ${message}`]);
});

test('the truth beside a market-by-order file is the one named alike', () => {
  const folder = temporaryFolder({
    'a.mbo.dbn.zst': '',
    'a.mbp-10.csv': '',
    'b.mbo.dbn': '',
    'c.dbn': '',
    'c.csv': '',
  });
  expect(
    ['a.mbo.dbn.zst', 'b.mbo.dbn', 'c.dbn'].map((name) => findDepthFile(join(folder, name))),
  ).toEqual([join(folder, 'a.mbp-10.csv'), undefined, undefined]);
});
