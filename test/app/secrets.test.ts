import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readCassette } from '../../src/app/cassette-file.ts';
import { startRun } from '../../src/app/run.ts';
import { ALL_COMMANDS } from '../../src/cli/all-commands.ts';
import { runProgram } from '../../src/cli/program.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { parseClock } from '../../src/domain/time.ts';
import { capturedTerminal } from '../support/captured-terminal.ts';
import { LlmServer } from '../support/llm-server/llm-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Of the provider, and of something else that only stands in the environment. */
const KEY = 'planted-key-20481';
const PASSWORD = 'planted-password-77345';
const SECRETS = [KEY, PASSWORD, KEY.slice(0, 12), Buffer.from(KEY).toString('base64')];

const servers: LlmServer[] = [];
afterEach(async () => {
  delete process.env['BROKER_PASSWORD'];
  for (const server of servers.splice(0)) await server.close();
});

/** A server that gives away, in answers and errors, all that it was sent and more. */
async function tellTale(): Promise<LlmServer> {
  const server = await LlmServer.start();
  servers.push(server);
  let asked = 0;
  server.decide = ({ headers }) => {
    asked++;
    const told = `you sent ${headers.authorization}; ${PASSWORD}; sk-${KEY}`;
    if (asked % 3 === 0)
      return { kind: 'raw', status: 401, body: JSON.stringify({ error: { message: told } }) };
    if (asked % 3 === 1) return { kind: 'raw', status: 400, body: told };
    const args = JSON.stringify({ reasoning: told });
    return { kind: 'answer', spoken: { calls: [{ name: 'wait', arguments: args }], text: told } };
  };
  return server;
}

/** Every file below a folder, as one text. */
function everythingIn(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

test('a secret is in no log, journal, cassette, report, message of the screen or question', async () => {
  process.env['BROKER_PASSWORD'] = PASSWORD;
  const server = await tellTale();
  const folder = temporaryFolder();
  const environment = { FSD_API_KEY: KEY, BROKER_PASSWORD: PASSWORD };
  const assignments = [
    `paths.logs=${folder}/logs`,
    `paths.cache=${folder}/cache`,
    'brain.provider=compatible',
    'brain.model=m',
    `brain.baseUrl=${server.baseUrl}`,
    'brain.gate=0',
    'brain.retries=0',
    'brain.breakerFailures=0',
  ];
  const handle = await startRun({
    mode: 'simulation',
    settings: loadConfig({ workingFolder: folder, environment: {}, assignments }),
    data: [],
    date: undefined,
    from: parseClock('09:30'),
    to: parseClock('09:30:40'),
    speed: 'max',
    ordersFile: undefined,
    isHeadless: false,
    output: 'json',
    reportFile: undefined,
    hasColor: false,
    environment,
    recordFile: join(folder, 'c.cassette'),
    cassetteFile: undefined,
  });
  const messages: string[] = [];
  handle.subscribe((message) => messages.push(JSON.stringify(message)));
  handle.view({ ladderRows: 5, ladderCenter: null, framesPerSecond: 30 });
  const result = await handle.finished;
  if ('kind' in result) throw new Error(result.text);
  const asked = server.questions;
  expect(asked.length).toBeGreaterThan(15);
  expect(result.decisions.denied['PROVIDER_ERROR']).toBeGreaterThan(8);
  // the key was sent, and to nobody but its header
  expect(asked[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  // compressed, it would keep its secrets from a search
  const cassette = await readCassette(join(folder, 'c.cassette'));
  expect(cassette.exchanges).toHaveLength(asked.length);
  const seen = [
    everythingIn(folder),
    JSON.stringify([cassette.exchanges, [...cassette.texts]]),
    messages.join('\n'),
    JSON.stringify(result),
    ...asked.map(({ body }) => JSON.stringify(body)),
  ].join('\n');
  expect(seen).toContain('[redacted]');
  for (const secret of SECRETS) expect(seen.includes(secret), secret).toBe(false);
});

test('a key that is not taken is told in one line without it, with exit code 4, before anything is asked', async () => {
  const server = await tellTale();
  server.models = { kind: 'raw', status: 401, body: `bad key ${KEY}` };
  const terminal = capturedTerminal(temporaryFolder(), { environment: { FSD_API_KEY: KEY } });
  const words = ['--sim', '--provider', 'compatible', '--model', 'm', '--base-url', server.baseUrl];
  const code = await runProgram([...words, '--json'], terminal, ALL_COMMANDS, '1');
  expect(code).toBe(4);
  expect(terminal.written.stdout).toBe('');
  expect(terminal.written.stderr).toBe(
    'fsd-tui: compatible does not take the key (HTTP 401): check that it is whole and still valid\n',
  );
  expect(server.questions).toEqual([]);
});
