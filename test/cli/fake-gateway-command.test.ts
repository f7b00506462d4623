import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeGatewayCommand } from '../../src/cli/commands/fake-gateway.ts';
import { runProgram } from '../../src/cli/program.ts';
import { capturedTerminal } from '../support/captured-terminal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function run(words: readonly string[]) {
  const folder = temporaryFolder({ 'day.dbn': '' });
  const terminal = capturedTerminal(folder);
  const seen: unknown[] = [];
  const command = fakeGatewayCommand({
    demoSession: async () => 'demo.dbn',
    async playGateway({ data, from, speed }, { port, control, account, cash }) {
      seen.push({ data, from, speed, port, control, account, cash });
    },
    async handleGateway(quote, { port, control, say }) {
      say('It listens.');
      seen.push({ quote, port, control });
    },
  });
  const code = await runProgram(['fake-gateway', ...words], terminal, [command], '1');
  return { code, seen, folder, ...terminal.written };
}

test('a gateway plays its data in real time on the port of paper mode, unless told otherwise', async () => {
  const { seen, folder } = await run(['--data', 'day.dbn', '--from', '09:45']);
  const from = 9.75 * 3600e9;
  const usual = { speed: 1, port: 7497, control: undefined, account: 'DU1234567', cash: undefined };
  expect(seen).toEqual([{ data: [join(folder, 'day.dbn')], from, ...usual }]);
  const other = await run(['--sim', '--speed', '5', '--port', '4002', '--control', '4003']);
  expect(other.seen).toMatchObject([{ data: [], speed: 5, port: 4002, control: 4003 }]);
});

test('with a quote it needs no data, and what it says goes to the error stream', async () => {
  const { seen, stderr, stdout } = await run(['--quote', '99.99,100.01', '--symbol', 'MSFT']);
  expect(seen).toMatchObject([{ quote: { symbol: 'MSFT', bid: 99.99, ask: 100.01 } }]);
  expect([stderr, stdout]).toEqual(['It listens.\n', '']);
});

test.each([
  ['--quote', '100.01,99.99'],
  ['--quote', '100'],
  ['--port', '70000'],
  ['--sim', '--speed', 'max'],
  ['--sim', '--quote', '1,2'],
])('%s %s is bad usage', async (...words) => {
  expect((await run(words)).code).toBe(2);
});
