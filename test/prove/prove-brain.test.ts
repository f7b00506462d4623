import { expect, test } from 'vitest';
import { LlmServer } from '../support/llm-server/llm-server.ts';
import { fuzz } from './brain/fuzz.ts';
import { fuzzOverWire } from './brain/fuzz-over-wire.ts';
import type { FuzzedAnswer } from './brain/fuzzed-answer.ts';
import { permitted, type Situation } from './brain/naive-judge.ts';
import { Violations } from './proof.ts';

test('of 20,000 fuzzed answers none acts that may not, and none that may is refused', () => {
  const said: string[] = [];
  const violations = new Violations((line) => said.push(line), 3);
  const { passed, denied } = fuzz(20_000, 7, violations);
  expect(said).toEqual([]);
  for (const tool of ['enter_long', 'enter_short', 'update_stop', 'update_target', 'exit_position'])
    expect(passed[tool], tool).toBeGreaterThan(20);
  for (const code of [
    'NO_CALL',
    'MANY_CALLS',
    'UNKNOWN_TOOL',
    'BAD_ARGUMENTS',
    'OFF_TICK',
    'CUT_OFF',
    'REFUSED',
  ])
    expect(denied[code], code).toBeGreaterThan(50);
});

test('fuzzed answers over the wire act only as permitted, and in time', async () => {
  const said: string[] = [];
  const violations = new Violations((line) => said.push(line), 3);
  const server = await LlmServer.start();
  try {
    const { asked, acted } = await fuzzOverWire(300, 5, server, violations);
    expect(said).toEqual([]);
    expect(asked).toBeGreaterThanOrEqual(300);
    expect(acted).toBeGreaterThan(5);
  } finally {
    await server.close();
  }
});

const SITUATION: Situation = {
  bid: 25_000,
  ask: 25_002,
  position: 0,
  hasEntry: false,
  stop: null,
  ageMs: 0,
  moved: 0,
};

function answerOf(changes: Record<string, unknown>, more = ''): FuzzedAnswer {
  const args = {
    limit_price: 250.02,
    stop_loss: 249.82,
    profit_target: 250.42,
    size: 100,
    conviction: 0.5,
    reasoning: 'r',
    ...changes,
  };
  const call = {
    function: { name: 'enter_long', arguments: `{${more}${JSON.stringify(args).slice(1)}` },
  };
  const choice = { message: { tool_calls: [call] }, finish_reason: 'tool_calls' };
  return { api: 'chat', answers: 'tools', body: JSON.stringify({ choices: [choice] }) };
}

test('the second reading knows a sound entry from one that is off by the least', () => {
  const may = { tool: 'enter_long', cents: [25_002, 24_982, 25_042], size: 100 };
  expect(permitted(answerOf({}), SITUATION)).toEqual(may);
  for (const changes of [
    { profit_target: 250.41 },
    { stop_loss: 249.71 },
    { stop_loss: 249.93 },
    { limit_price: 250.025 },
    { size: 101 },
    { size: '100' },
    { conviction: null },
    { conviction: 1.01 },
    { extra: 1 },
    { reasoning: undefined },
  ])
    expect(permitted(answerOf(changes), SITUATION), JSON.stringify(changes)).toBeNull();
  expect(permitted(answerOf({}, '"size":1,'), SITUATION)).toBeNull();
  for (const changes of [{ position: 50 }, { hasEntry: true }, { ageMs: 5001 }, { moved: 16 }])
    expect(permitted(answerOf({}), { ...SITUATION, ...changes })).toBeNull();
});
