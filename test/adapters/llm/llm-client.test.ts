import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ModelReply } from '../../../src/brain/model/port.ts';
import { clientTo, REQUEST } from '../../support/llm-client.builder.ts';
import { LlmServer } from '../../support/llm-server/llm-server.ts';
import type { Spoken } from '../../support/llm-server/wire-format.ts';

let server: LlmServer;
beforeAll(async () => {
  server = await LlmServer.start();
});
afterAll(() => server.close());
beforeEach(() => {
  server.seen.length = 0;
  server.script.length = 0;
});

const ENTER = {
  name: 'enter_long',
  arguments:
    '{"limit_price":250.1,"stop_loss":249.9,"profit_target":250.6,"size":100,"conviction":0.7,"reasoning":"bids \\"hold\\""}',
};
const FORMS = [
  { api: 'chat', isStreaming: false },
  { api: 'chat', isStreaming: true },
  { api: 'responses', isStreaming: false },
  { api: 'responses', isStreaming: true },
] as const;

test.for(FORMS)('a call comes through: $api, streaming $isStreaming', async (form) => {
  server.script.push({ kind: 'answer', spoken: { calls: [ENTER] } });
  const reply = await clientTo(server.baseUrl, form).ask(REQUEST);
  expect(reply).toMatchObject({
    calls: [{ tool: 'enter_long', arguments: JSON.parse(ENTER.arguments) }],
    text: null,
    code: null,
    figures: null,
    attempts: 1,
    tokens: { input: 1200, cached: 1000, output: 80, reasoning: 30 },
  });
  expect(reply.requestSha256).toMatch(/^[0-9a-f]{64}$/);
  expect(reply.answerSha256).toMatch(/^[0-9a-f]{64}$/);
  expect(reply.body).toContain('enter_long');
});

test.for(FORMS)('text comes through: $api, streaming $isStreaming', async (form) => {
  server.script.push({ kind: 'answer', spoken: { text: '<think>so</think>\nWAIT(no edge)' } });
  const reply = await clientTo(server.baseUrl, form).ask({ ...REQUEST, answers: 'language' });
  expect(reply).toMatchObject({ calls: [], text: '<think>so</think>\nWAIT(no edge)', code: null });
  expect(server.seen[0]?.body).not.toHaveProperty('tools');
});

test('chat completions are asked with strict tools, one call required, and the decision’s id', async () => {
  await clientTo(server.baseUrl, { reasoningEffort: 'low' }).ask({ ...REQUEST, decisionId: 'D77' });
  const [{ headers, body, path } = {}] = server.seen;
  expect(path).toBe('/v1/chat/completions');
  expect(headers).toMatchObject({
    authorization: 'Bearer key-of-the-test',
    'x-client-request-id': 'D77',
  });
  expect(Object.keys(headers ?? {}).filter((name) => name.startsWith('x-stainless'))).toEqual([]);
  expect(body).toMatchObject({
    model: 'a-model',
    tool_choice: 'required',
    parallel_tool_calls: false,
    max_completion_tokens: 2000,
    reasoning_effort: 'low',
    messages: [
      { role: 'system', content: REQUEST.system },
      { role: 'user', content: REQUEST.user },
    ],
  });
  const tools = (body?.['tools'] ?? []) as {
    type: string;
    function: { name: string; strict: boolean };
  }[];
  expect(tools).toHaveLength(7);
  for (const tool of tools)
    expect(tool).toMatchObject({ type: 'function', function: { strict: true } });
});

test('responses are asked with flat strict tools, and nothing is stored', async () => {
  await clientTo(server.baseUrl, { api: 'responses' }).ask(REQUEST);
  const [{ body } = {}] = server.seen;
  expect(body).toMatchObject({
    instructions: REQUEST.system,
    input: REQUEST.user,
    tool_choice: 'required',
    parallel_tool_calls: false,
    store: false,
    max_output_tokens: 2000,
  });
  const [tool] = (body?.['tools'] ?? []) as Record<string, unknown>[];
  expect(tool).toMatchObject({ type: 'function', name: 'enter_long', strict: true });
});

test('what a provider does not understand is not sent to it', async () => {
  const ollama = { apiKey: null, hasToolChoice: false, hasStrictTools: false };
  await clientTo(server.baseUrl, { ...ollama, limitName: 'max_tokens' }).ask(REQUEST);
  const [{ body, headers } = {}] = server.seen;
  expect(headers).not.toHaveProperty('authorization');
  for (const key of ['tool_choice', 'parallel_tool_calls', 'max_completion_tokens', 'stream'])
    expect(body).not.toHaveProperty(key);
  expect(JSON.stringify(body)).not.toContain('strict');
  expect(body).toHaveProperty('max_tokens', 2000);
});

test('variables of the environment that the library knows change nothing', async () => {
  const names = {
    OPENAI_API_KEY: 'key-of-another',
    OPENAI_ORG_ID: 'org-of-another',
    OPENAI_PROJECT_ID: 'project-of-another',
    OPENAI_CUSTOM_HEADERS: 'x-other: key-of-another',
    OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
    OPENAI_LOG: 'debug',
  };
  Object.assign(process.env, names);
  try {
    await clientTo(server.baseUrl).ask(REQUEST);
    await clientTo(server.baseUrl, { apiKey: null }).ask(REQUEST);
  } finally {
    for (const name of Object.keys(names)) delete process.env[name];
  }
  expect(server.seen).toHaveLength(2);
  expect(JSON.stringify(server.seen)).not.toContain('-of-another');
  expect(server.seen[1]?.headers).not.toHaveProperty('authorization');
});

const LENGTHS: readonly {
  readonly name: string;
  readonly spoken: Spoken;
  readonly code: string;
}[] = [
  { name: 'cut off by length', spoken: { calls: [ENTER], finish: 'length' }, code: 'CUT_OFF' },
  {
    name: 'filtered beside a call',
    spoken: { calls: [ENTER], finish: 'content_filter' },
    code: 'REFUSED',
  },
  {
    name: 'refused beside a call',
    spoken: { calls: [ENTER], refusal: 'I cannot advise' },
    code: 'REFUSED',
  },
];
test.for(FORMS.flatMap((form) => LENGTHS.map((row) => ({ ...form, ...row }))))(
  'an answer $name is $code: $api, streaming $isStreaming',
  async ({ spoken, code, ...form }) => {
    server.script.push({ kind: 'answer', spoken });
    const reply = await clientTo(server.baseUrl, form).ask(REQUEST);
    expect(reply.code).toBe(code);
    expect(reply.tokens).not.toBeNull();
  },
);

test.for(FORMS.filter(({ isStreaming }) => isStreaming))(
  'a stream without its end is CUT_OFF: $api',
  async (form) => {
    for (const left of [1, 2, 4]) {
      server.script.push({ kind: 'unfinished', spoken: { calls: [ENTER] }, left });
      const reply = await clientTo(server.baseUrl, form).ask(REQUEST);
      expect([reply.code, reply.calls]).toEqual(['CUT_OFF', []]);
    }
    const half = 'data: {"id":"x","choices":[{"index":0,"del';
    server.script.push({
      kind: 'raw',
      headers: { 'content-type': 'text/event-stream' },
      body: half,
    });
    expect((await clientTo(server.baseUrl, form).ask(REQUEST)).code).toBe('CUT_OFF');
  },
);

test.for(FORMS)(
  'a connection that breaks is PROVIDER_ERROR: $api, streaming $isStreaming',
  async (form) => {
    for (const isEarly of [true, false]) {
      server.script.push({ kind: 'reset', spoken: { calls: [ENTER] }, isEarly });
      const reply = await clientTo(server.baseUrl, form).ask(REQUEST);
      expect([reply.code, reply.calls, reply.attempts]).toEqual(['PROVIDER_ERROR', [], 1]);
      expect(reply.figures).toHaveProperty('broken');
    }
  },
);

test.for(FORMS)(
  'silence and streams without end are TIMEOUT at the deadline: $api, streaming $isStreaming',
  async (form) => {
    for (const kind of ['hang', 'endless'] as const) {
      server.script.push({ kind });
      const before = performance.now();
      const reply = await clientTo(server.baseUrl, form, { deadlineMs: 60, retries: 2 }).ask(
        REQUEST,
      );
      expect(performance.now() - before).toBeLessThan(60 + 150);
      expect(reply).toMatchObject({ code: 'TIMEOUT', calls: [], latencyMs: 60, body: null });
    }
    server.script.push({ kind: 'answer', spoken: { calls: [ENTER] }, afterMs: 90 });
    expect((await clientTo(server.baseUrl, form, { deadlineMs: 60 }).ask(REQUEST)).code).toBe(
      'TIMEOUT',
    );
  },
);

const STATUSES = [400, 401, 402, 403, 404, 408, 409, 422, 429, 500, 503];
test.for(STATUSES)(
  'HTTP status %i is PROVIDER_ERROR and tells the provider’s words',
  async (status) => {
    const bodies = [
      ['{"error":{"message":"no such\\nthing","code":"c"}}', 'no such thing'],
      ['{"code":"some text","error":"Incorrect API key provided"}', 'Incorrect API key provided'],
      ['upstream\n\nbroken', 'upstream broken'],
    ] as const;
    for (const [body, error] of bodies) {
      server.script.push({ kind: 'raw', status, body });
      const reply = await clientTo(server.baseUrl).ask(REQUEST);
      expect(reply).toMatchObject({
        code: 'PROVIDER_ERROR',
        figures: { status, error },
        calls: [],
      });
    }
  },
);

/** Asks with two retries and tells how many requests were seen. */
async function attemptsAfter(
  status: number,
  headers: Readonly<Record<string, string>>,
  body = '{}',
): Promise<ModelReply> {
  server.seen.length = 0;
  server.script.push({ kind: 'raw', status, headers, body });
  return clientTo(server.baseUrl, {}, { retries: 2, deadlineMs: 1000 }).ask(REQUEST);
}

test('a question is sent again after a status that may pass, and after no other', async () => {
  const soon = { 'retry-after-ms': '5' };
  for (const status of [408, 409, 429, 500, 503]) {
    const reply = await attemptsAfter(status, soon);
    expect([status, reply.code, reply.attempts, server.seen.length]).toEqual([status, null, 2, 2]);
    expect(server.seen[1]?.body).toEqual(server.seen[0]?.body);
  }
  for (const status of [400, 401, 402, 403, 404, 422, 302]) {
    const reply = await attemptsAfter(status, soon);
    expect([reply.code, server.seen.length]).toEqual(['PROVIDER_ERROR', 1]);
  }
  const broke = await attemptsAfter(429, soon, '{"error":{"code":"insufficient_quota"}}');
  expect([broke.code, server.seen.length]).toEqual(['PROVIDER_ERROR', 1]);
});

test('it is sent again after a broken connection, at most as often as allowed', async () => {
  const spoken = { calls: [ENTER] };
  server.script.push({ kind: 'reset', spoken, isEarly: true });
  for (let i = 0; i < 2; i++) server.script.push({ kind: 'reset', spoken });
  const reply = await clientTo(server.baseUrl, {}, { retries: 2 }).ask(REQUEST);
  expect([reply.code, reply.attempts, server.seen.length]).toEqual(['PROVIDER_ERROR', 3, 3]);
});

test('a pause that would end after the deadline ends the question at once', async () => {
  for (const headers of [
    { 'retry-after': '3600' },
    { 'retry-after': '1' },
    { 'retry-after': new Date(Date.now() + 60_000).toUTCString() },
  ]) {
    const before = performance.now();
    const reply = await attemptsAfter(429, headers);
    expect(performance.now() - before).toBeLessThan(500);
    expect([reply.code, reply.attempts, server.seen.length]).toEqual(['PROVIDER_ERROR', 1, 1]);
    expect(reply.figures).toHaveProperty('retryAfterMs');
  }
});

test('no redirect is followed', async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    const other = { location: `${server.baseUrl}/responses` };
    const reply = await attemptsAfter(status, other, '');
    expect(reply).toMatchObject({ code: 'PROVIDER_ERROR', figures: { status } });
    expect(server.seen).toHaveLength(1);
  }
});

test('a body that is not the API’s is PROVIDER_ERROR', async () => {
  const bodies = [
    '',
    'null',
    '[]',
    '{}',
    '{"choices":[]}',
    '<html>',
    '{"choices":[{}]}',
    '{"choices":[{"message":{}}]}',
    '"x"',
  ];
  for (const body of bodies) {
    server.script.push({ kind: 'raw', body });
    const reply = await clientTo(server.baseUrl).ask(REQUEST);
    expect([body, reply.code, reply.calls]).toEqual([body, 'PROVIDER_ERROR', []]);
    server.script.push({ kind: 'raw', body });
    const other = await clientTo(server.baseUrl, { api: 'responses' }).ask(REQUEST);
    expect([body, other.code]).toEqual([body, 'PROVIDER_ERROR']);
  }
});

test('nobody who answers is PROVIDER_ERROR, in the system’s word', async () => {
  const gone = await LlmServer.start();
  const { baseUrl } = gone;
  await gone.close();
  const reply = await clientTo(baseUrl).ask(REQUEST);
  expect(reply).toMatchObject({ code: 'PROVIDER_ERROR', figures: { broken: 'ECONNREFUSED' } });
});

test('usage that is missing or senseless is null', async () => {
  for (const usage of [
    null,
    {},
    { prompt_tokens: -1, completion_tokens: 2 },
    { prompt_tokens: '5', completion_tokens: 2 },
    { prompt_tokens: 5, completion_tokens: 2.5 },
    { prompt_tokens: 5, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 6 } },
    { prompt_tokens: 5, completion_tokens: 2, completion_tokens_details: { reasoning_tokens: 9 } },
  ]) {
    server.script.push({ kind: 'answer', spoken: { calls: [ENTER], usage } });
    const reply = await clientTo(server.baseUrl).ask(REQUEST);
    expect([reply.code, reply.tokens]).toEqual([null, null]);
  }
});

test('reasoning that is counted beside the output is output', async () => {
  const usage = {
    prompt_tokens: 32,
    completion_tokens: 9,
    total_tokens: 135,
    completion_tokens_details: { reasoning_tokens: 94 },
  };
  server.script.push({ kind: 'answer', spoken: { calls: [ENTER], usage } });
  const reply = await clientTo(server.baseUrl).ask(REQUEST);
  expect(reply.tokens).toEqual({ input: 32, cached: 0, output: 103, reasoning: 94 });
});

test('arguments that are no JSON, or name a thing twice, stay text; an object is taken as it is', async () => {
  const texts = [
    '{"reasoning":"a","reasoning":"b"}',
    '{"reasoning":"a',
    '',
    '[1',
    '{"a":{"b":1,"b":2},"c":":"}',
  ];
  for (const text of texts) {
    server.script.push({ kind: 'answer', spoken: { calls: [{ name: 'wait', arguments: text }] } });
    const reply = await clientTo(server.baseUrl).ask(REQUEST);
    const expected = text === texts[4] ? { a: { b: 2 }, c: ':' } : text;
    expect(reply.calls).toEqual([{ tool: 'wait', arguments: expected }]);
  }
  const message = { tool_calls: [{ function: { name: 'wait', arguments: { reasoning: 'r' } } }] };
  const body = JSON.stringify({ choices: [{ message, finish_reason: 'stop' }] });
  server.script.push({ kind: 'raw', body });
  const reply = await clientTo(server.baseUrl).ask(REQUEST);
  expect(reply.calls).toEqual([{ tool: 'wait', arguments: { reasoning: 'r' } }]);
});

test('the same question has the same hash, whatever its decision; another one has another', async () => {
  const client = clientTo(server.baseUrl);
  const [first, again, other] = [
    await client.ask(REQUEST),
    await client.ask({ ...REQUEST, decisionId: 'D2' }),
    await client.ask({ ...REQUEST, answers: 'language' }),
  ];
  expect(again.requestSha256).toBe(first.requestSha256);
  expect(other.requestSha256).not.toBe(first.requestSha256);
});
