import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../../src/cli/commands/run.ts';
import { venueCommand } from '../../src/cli/commands/venue.ts';
import { runProgram } from '../../src/cli/program.ts';
import { capturedTerminal } from '../support/captured-terminal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function run(words: readonly string[]) {
  const folder = temporaryFolder({ 'day.dbn': '' });
  const terminal = capturedTerminal(folder);
  const seen: unknown[] = [];
  const demoSession = async () => 'demo.dbn';
  const commands = [
    runCommand({
      demoSession,
      whyPaper: async () => undefined,
      async run({ venue, resume }) {
        seen.push({ venue, resume });
        return 0;
      },
    }),
    venueCommand({
      demoSession,
      async venue({ data, from }, address, onListening) {
        seen.push({ data, from, address });
        onListening();
      },
    }),
  ];
  const code = await runProgram(words, terminal, commands, '1');
  return { code, seen, folder, ...terminal.written };
}

test('a venue listens on a socket of the working folder, with the data of its run', async () => {
  const { code, seen, folder, stderr } = await run([
    ...['venue', '--socket', 'v.sock', '--data', 'day.dbn', '--from', '09:45'],
  ]);
  expect([code, stderr]).toEqual([0, `The venue listens on ${join(folder, 'v.sock')}.\n`]);
  const from = 9.75 * 3600e9;
  expect(seen).toEqual([
    { data: [join(folder, 'day.dbn')], from, address: join(folder, 'v.sock') },
  ]);
});

test('a run is given its venue by the same path, or by a port', async () => {
  const { seen, folder } = await run(['--sim', '--venue', 'v.sock', '--resume', 'auto']);
  expect(seen).toEqual([{ venue: join(folder, 'v.sock'), resume: 'auto' }]);
  for (const address of ['7001', '127.0.0.1:7001'])
    expect((await run(['--sim', '--venue', address])).seen).toEqual([{ venue: address }]);
});

test('a venue without a socket is bad usage, and so is asking where nobody can answer', async () => {
  const venue = await run(['venue', '--data', 'day.dbn']);
  expect([venue.code, venue.stderr]).toEqual([2, expect.stringContaining('--socket')]);
  const asked = await run(['--sim', '--resume', 'ask']);
  expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('nobody to ask')]);
});
