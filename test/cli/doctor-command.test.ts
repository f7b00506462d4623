import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { examine, type Finding, type Patient } from '../../src/app/doctor.ts';
import { doctorCommand } from '../../src/cli/commands/doctor.ts';
import { runProgram } from '../../src/cli/program.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { capturedTerminal } from '../support/captured-terminal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SECRET = 'xai-very-secret-0815';

async function doctor(
  files: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
  ...options: string[]
) {
  const folder = temporaryFolder(files);
  const terminal = capturedTerminal(folder, { environment });
  const words = ['doctor', '--json', ...options];
  const code = await runProgram(words, terminal, [doctorCommand], '1.2.3');
  const findings = JSON.parse(terminal.written.stdout) as Finding[];
  const of = (name: string) => findings.find((finding) => finding.name === name);
  return { code, folder, findings, of, stdout: terminal.written.stdout };
}

/** A sound machine with one thing changed. */
async function examined(changes: Partial<Patient>): Promise<readonly Finding[]> {
  const workingFolder = temporaryFolder();
  return examine({
    nodeVersion: 'v24.21.0',
    environment: { TERM: 'xterm-256color', COLORTERM: 'truecolor', FSD_API_KEY: 'k' },
    workingFolder,
    size: { columns: 160, rows: 45 },
    readSettings: () =>
      loadConfig({ workingFolder, environment: {}, assignments: [], options: [] }),
    findData: () => ['day.dbn'],
    examineBroker: async (_settings, mode) => [
      { name: `broker (${mode})`, state: 'fine', text: 'answers' },
    ],
    ...changes,
  });
}

test('on a sound machine all is fine, and nothing is left behind', async () => {
  const workingFolder = temporaryFolder();
  const findings = await examined({ workingFolder });
  expect(findings.map(({ name, state }) => `${name} ${state}`)).toEqual(
    [
      'node',
      'terminal',
      'colors',
      'settings',
      'keys',
      'data',
      'logs',
      'cache',
      'provider keys',
      'broker (paper)',
      'broker (live)',
    ].map((name) => `${name} fine`),
  );
  expect(readdirSync(join(workingFolder, 'logs'))).toEqual([]);
});

function noFile(): never {
  throw new Error('FSD_DATA: there is no file');
}

const ILL: readonly (readonly [
  name: string,
  state: Finding['state'],
  changes: Partial<Patient>,
])[] = [
  ['node', 'problem', { nodeVersion: 'v20.20.2' }],
  ['terminal', 'problem', { size: { columns: 79, rows: 45 } }],
  ['terminal', 'note', { size: undefined }],
  ['colors', 'note', { environment: { NO_COLOR: '1' } }],
  ['data', 'note', { findData: () => undefined }],
  ['data', 'problem', { findData: noFile }],
  ['provider keys', 'note', { environment: { XAI_API_KEY: '  ' } }],
];

test.for(ILL)('%s is a %s where it is, with its remedy', async ([name, state, changes]) => {
  const finding = (await examined(changes)).find((found) => found.name === name);
  expect(finding?.state).toBe(state);
  expect(finding?.remedy).toMatch(/\w+ \w+/);
});

test('a folder that cannot be written, settings and keys that are wrong are problems, and end with 1', async () => {
  const { code, of } = await doctor({ logs: 'a file' });
  expect([code, of('logs')?.state, of('cache')?.state]).toEqual([1, 'problem', 'fine']);
  expect(of('logs')?.remedy).toContain('--set paths.logs=FOLDER');
  const wrong = await doctor(
    { 'config/keymap.json': '{"bindings": {"fly": ["x"]}}' },
    {},
    '--set',
    'seed=-1',
  );
  expect([wrong.code, wrong.of('settings')?.state, wrong.of('keys')?.state]).toEqual([
    1,
    'problem',
    'problem',
  ]);
  expect(wrong.of('settings')?.text).toContain('seed');
});

test('which key is set is told, and never the key', async () => {
  const { of, stdout } = await doctor({}, { XAI_API_KEY: SECRET });
  expect(of('provider keys')?.text).toBe('set: grok (XAI_API_KEY)');
  expect(stdout).not.toContain(SECRET);
});

test('for people it is a line a thing, and the remedy under it', async () => {
  const terminal = capturedTerminal(temporaryFolder());
  expect(await runProgram(['doctor'], terminal, [doctorCommand], '1.2.3')).toBe(0);
  expect(terminal.written.stdout).toMatch(/^ok {5} node {11}v\d+/m);
  expect(terminal.written.stdout).toMatch(
    /^note {3} data .*demo session is played\n +-> name files by --data/m,
  );
});
