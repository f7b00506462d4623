import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { FAULT_ROWS, playFault, userText, WIRE_FORMS } from '../../prove/brain/fault-rows.ts';
import { FREE_LIMITS, generatedBatch, playThinking } from '../../support/engine-rig.ts';
import { LlmServer } from '../../support/llm-server/llm-server.ts';
import { loopbackRig, shownIn, soundLong } from '../../support/model-rig.ts';

let server: LlmServer;
beforeAll(async () => {
  server = await LlmServer.start();
});
afterAll(() => server.close());
beforeEach(() => {
  server.decide = undefined;
  server.seen.length = 0;
});

const CASES = FAULT_ROWS.flatMap((row) =>
  WIRE_FORMS.filter(({ isStreaming }) => isStreaming || row.onlyStreaming !== true).map((form) => ({
    ...form,
    row,
    name: row.name,
  })),
);

test.for(CASES)(
  '$name is a wait in time: $api, streaming $isStreaming',
  async ({ row, ...form }) => {
    expect(await playFault(row, form, server)).toEqual([]);
  },
);

test('the same session with sound answers trades: the rows above are not empty', async () => {
  server.decide = ({ body }) => {
    const shown = shownIn(userText(body));
    const name = shown.position === 0 ? 'enter_long' : 'wait';
    const args = shown.position === 0 ? soundLong(shown) : { reasoning: 'in' };
    return { kind: 'answer', spoken: { calls: [{ name, arguments: JSON.stringify(args) }] } };
  };
  const { engine, recorder } = loopbackRig(server.baseUrl, FREE_LIMITS);
  await playThinking(engine, generatedBatch(3_000, 1));
  expect(recorder.byTool['enter_long']).toBeGreaterThan(0);
  expect(engine.fills).toBeGreaterThan(0);
});

test('a position stays protected and is left by rule while the provider fails', async () => {
  let entered = false;
  server.decide = ({ body }) => {
    if (entered) return { kind: 'raw', status: 500, body: 'down' };
    entered = true;
    const args = JSON.stringify(soundLong(shownIn(userText(body))));
    return { kind: 'answer', spoken: { calls: [{ name: 'enter_long', arguments: args }] } };
  };
  const settings = [...FREE_LIMITS, 'brain.deadlineMs=100', 'profile.maxHoldSecs=20'];
  const { engine, decisions, entries } = loopbackRig(server.baseUrl, settings);
  const { desk } = engine;
  await playThinking(engine, generatedBatch(6_000, 1));
  // an invariant that breaks, an unprotected position above all, halts
  expect(entries.filter(({ body }) => body.type === 'halted')).toEqual([]);
  expect(decisions[0]).toMatchObject({ tool: 'enter_long', code: null });
  // stop and target were at the venue from the start, and the position was closed again, by them or by the rules
  expect(decisions[0]?.orders.map(({ role }) => role)).toEqual(['ENTRY', 'STOP', 'TARGET']);
  expect(desk.portfolio.trips).toHaveLength(1);
  expect(['stop', 'target', 'exit']).toContain(desk.portfolio.trips[0]?.exitReason);
  expect(decisions.some(({ code }) => code === 'PROVIDER_ERROR')).toBe(true);
});
