import { expect, onTestFinished, test } from 'vitest';
import { type FlattenOptions, flatten } from '../../src/app/broker/flatten.ts';
import { flattenCommand } from '../../src/cli/commands/flatten.ts';
import { runProgram } from '../../src/cli/program.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { morningGateway } from '../support/broker-rig.ts';
import { capturedTerminal } from '../support/captured-terminal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function run(...words: string[]) {
  const asked: FlattenOptions[] = [];
  const terminal = capturedTerminal(temporaryFolder());
  const command = flattenCommand({
    flatten(options) {
      asked.push(options);
      return Promise.resolve('flat');
    },
  });
  const code = await runProgram(['flatten', ...words], terminal, [command], '1.2.3');
  return { code, asked, ...terminal.written };
}

test('flattens the paper run, or the live one where that is said', async () => {
  const [paper, live] = [await run(), await run('--live')];
  expect([paper.asked[0]?.mode, live.asked[0]?.mode]).toEqual(['paper', 'live']);
  expect(paper.asked[0]?.isEverything).toBe(false);
  expect(paper).toMatchObject({ code: 0, stdout: expect.stringContaining('Flat') });
});

test('cancels everybody’s orders only when that is confirmed, and says what it does', async () => {
  const refused = await run('--global-cancel');
  expect(refused).toMatchObject({ code: 2, asked: [] });
  expect(refused.stderr).toContain('lose the stops that protect them');
  const done = await run('--global-cancel', '--yes');
  expect(done.asked[0]?.isEverything).toBe(true);
  expect(done.stderr).toContain('placed by hand');
});

test('without a run nothing is touched, unless everything is to be canceled', async () => {
  const gateway = await morningGateway({ position: 30 });
  onTestFinished(() => gateway.close());
  const byHand = gateway.placeByHand('sell', 260, 30);
  const workingFolder = temporaryFolder();
  const options = {
    settings: loadConfig({
      workingFolder,
      environment: {},
      assignments: [`broker.paperPort=${gateway.port}`],
    }),
    mode: 'paper',
    logsFolder: workingFolder,
    say: () => undefined,
    signal: new AbortController().signal,
  } as const;

  expect(await flatten({ ...options, isEverything: false })).toBe('nothing');
  expect(byHand.isOver).toBe(false);
  expect(await flatten({ ...options, isEverything: true })).toBe('flat');
  expect(byHand.isOver).toBe(true);
  expect(gateway.position).toBe(30);
});
