import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runLines } from '../../src/tui/run-lines.ts';
import { FAKE_REPORT, FakeEngine, fakeResult, type Situation } from '../support/fake-engine.ts';

/** A run in lines, with a hand that types and everything that was said. */
function begin(situation: Situation) {
  const engine = new FakeEngine({ situation });
  const input = new PassThrough();
  const said: string[] = [];
  const ended = runLines({
    messages: engine.messages,
    send: engine.send,
    setView: () => undefined,
    input,
    output: { write: (text: string) => said.push(...text.trimEnd().split('\n')) },
    reportLines: () => [...FAKE_REPORT],
  });
  engine.tick();
  const type = async (line: string): Promise<string[]> => {
    const from = said.length;
    input.write(`${line}\n`);
    await pause(5);
    return said.slice(from);
  };
  return { engine, said, ended, type };
}

test('it says how it is used, and with Enter alone where things stand', async () => {
  const { said, type } = begin('long');
  expect(said.join('\n')).toMatch(
    /\? and Enter: the commands[\s\S]*x flattens, K is the kill switch/,
  );
  const [where] = await type('');
  expect(where).toMatch(/^backtest TSLA .*last 250\.\d+.*position long 100 at 250\.11.*day /);
});

test('keys and commands act with Enter, and their answers are said', async () => {
  const { engine, type } = begin('long');
  expect(await type('x')).toContainEqual(expect.stringContaining('flatten at market'));
  await type('K');
  await type('buy');
  expect(engine.received.map(({ name }) => name)).toEqual(['flatten', 'kill', 'enter-bracket']);
  expect(await type('nonsense')).toEqual([expect.stringContaining('nonsense')]);
});

test('a pane is said row by row, in ASCII without empty lines', async () => {
  const { type } = begin('long');
  const account = await type('account');
  expect(account).toContainEqual(expect.stringMatching(/position +long 100 @ 250\.11/));
  const ladder = await type('1');
  expect(ladder.length).toBeGreaterThan(10);
  expect([...account, ...ladder].filter((line) => line === '' || /[^ -~]/.test(line))).toEqual([]);
});

test('? says every command with its key', async () => {
  const { type } = begin('flat');
  expect(await type('?')).toContainEqual('flatten (x): flatten at market');
});

test('leaving with a position asks, n stays and y leaves', async () => {
  const { type, ended } = begin('long');
  expect(await type('q')).toContainEqual(expect.stringContaining('y leaves, n stays'));
  await type('n');
  await type('q');
  await type('y');
  expect(await ended).toBe('quit');
});

test('at the end the report is said', async () => {
  const { engine, said, ended } = begin('flat');
  engine.emit({ type: 'run-ended', result: fakeResult() });
  expect(await ended).toBe('ended');
  expect(said).toEqual(expect.arrayContaining([...FAKE_REPORT].filter((line) => line !== '')));
});
