import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { ALL_COMMANDS } from '../../src/cli/all-commands.ts';
import { runProgram } from '../../src/cli/program.ts';
import { userText } from '../prove/brain/fault-rows.ts';
import { capturedTerminal } from '../support/captured-terminal.ts';
import { LlmServer } from '../support/llm-server/llm-server.ts';
import { shownIn, soundLong } from '../support/model-rig.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A half day: fewer snapshots to play. */
const SESSION = '2025-07-03';
const KEY = 'key-of-the-evaluation';

let folder = '';
beforeEach(async () => {
  folder = temporaryFolder();
  const made = await program(
    'data',
    'generate',
    '--out',
    'day.dbn',
    '--events',
    '30000',
    '--session',
    SESSION,
  );
  expect(made).toMatchObject({ code: 0 });
});

/** The real program, as it is started from a shell. */
async function program(...words: string[]) {
  const terminal = capturedTerminal(folder, { environment: { FSD_API_KEY: KEY } });
  const code = await runProgram(words, terminal, ALL_COMMANDS, '1');
  return { code, ...terminal.written };
}

function evaluation(...words: string[]) {
  const asked = ['--data', 'day.dbn', '--count', '6', '--held', '4', '--repeats', '2'];
  // a snapshot a second: fewer to play
  const set = [`paths.cache=${join(folder, 'cache')}`, 'brain.gate=1', 'engine.snapshotMs=1000'];
  const settings = set.flatMap((each) => ['--set', each]);
  return program('brain', 'eval', ...asked, ...settings, ...words);
}

test('brain eval scores a model over the wire, and its cassette again with nobody there: the same figures', async () => {
  const server = await LlmServer.start();
  let isOpen = true;
  onTestFinished(async () => {
    if (isOpen) await server.close();
  });
  // enters when flat, leaves what it holds, takes entries back; every ninth answer is nonsense
  let count = 0;
  server.decide = ({ body }) => {
    count++;
    const user = userText(body);
    const shown = shownIn(user);
    if (count % 9 === 0) return { kind: 'answer', spoken: { text: 'hm' } };
    const isWorking = user.includes('"role":"ENTRY"');
    const name = shown.position !== 0 ? 'exit_position' : isWorking ? 'cancel_all' : 'enter_long';
    const args = name === 'enter_long' ? soundLong(shown) : { reasoning: 'out' };
    return { kind: 'answer', spoken: { calls: [{ name, arguments: JSON.stringify(args) }] } };
  };
  const model = ['--provider', 'compatible', '--model', 'm-1', '--base-url', server.baseUrl];
  const scored = await evaluation(...model, '--record', 'e.cassette', '--json');
  expect(scored).toMatchObject({ code: 0 });
  const report = JSON.parse(scored.stdout);
  // 14 situations, each twice as it is and once in each of three guises
  expect(server.questions).toHaveLength(14 * 5);
  expect(report).toMatchObject({
    provider: 'compatible',
    model: 'm-1',
    session: SESSION,
    situations: 6,
    inPosition: { situations: 4 },
    withEntry: { situations: 4 },
    score: { entries: { of: 6 } },
  });
  expect(report.byTool.enter_long).toBeGreaterThan(3);
  expect(report.inPosition.byTool.exit_position.count).toBeGreaterThan(1);
  expect(report.withEntry.byTool.cancel_all.count).toBeGreaterThan(1);
  const { denied, inPosition, withEntry } = report;
  const noCalls = [denied, inPosition.denied, withEntry.denied].flatMap(
    ({ NO_CALL }) => NO_CALL ?? [],
  );
  expect(noCalls.length).toBeGreaterThan(0);
  for (const rate of [report.validCalls, report.agreement, inPosition.exits, withEntry.holds])
    expect(rate).toMatchObject({ low: expect.any(Number), high: expect.any(Number) });
  expect(report.latencyMs.p99).toBeGreaterThanOrEqual(report.latencyMs.p50);

  await server.close();
  isOpen = false;
  const again = await evaluation('--provider', 'replay', '--cassette', 'e.cassette', '--json');
  expect(again).toMatchObject({ code: 0 });
  // the recorded latencies are charged again, too
  expect(JSON.parse(again.stdout)).toEqual(report);
  expect([scored, again].map(({ stdout, stderr }) => stdout + stderr).join()).not.toContain(KEY);
});

test('brain eval prints the rules in lines, each figure with its interval', async () => {
  const { code, stdout, stderr } = await evaluation('--provider', 'rules');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^provider +rules$/m);
  expect(stdout).toMatch(/^agreement +1 \(0\.\d+ to 1, 6 of 6\)$/m);
  expect(stdout).toMatch(/^candidates$/m);
  expect(stdout).toMatch(/^inPosition$[\s\S]*^ +exits +\S+ \(\S+ to \S+, \d of 4\)$/m);
  expect(stdout).toMatch(/^withEntry$[\s\S]*^ +holds +1 \(0\.\d+ to 1, 4 of 4\)$/m);
});
