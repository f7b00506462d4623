import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { checkAccess } from '../../../src/adapters/llm/check-access.ts';
import { neededTokens } from '../../../src/brain/model/needed-tokens.ts';
import type { ModelReply } from '../../../src/brain/model/port.ts';
import { accessTo, clientTo, REQUEST } from '../../support/llm-client.builder.ts';
import { LlmServer } from '../../support/llm-server/llm-server.ts';
import { type OllamaHost, ollamaHost } from '../../support/llm-server/ollama-host.ts';

const OLLAMA = { provider: 'ollama', apiKey: null, hasToolChoice: false, hasStrictTools: false };
const MODEL = 'qwen3:8b';
/** As long as a real one: 14,000 letters of prompt. */
const LONG = { ...REQUEST, model: MODEL, system: 'You trade by the book. '.repeat(600) };

let server: LlmServer;
beforeEach(async () => {
  server = await LlmServer.start();
  onTestFinished(() => server.close());
});

function check(host: OllamaHost, model = MODEL): Promise<string | undefined> {
  server.host = host;
  const access = accessTo(server.baseUrl, OLLAMA);
  return checkAccess(access, model, 9000, (text) => text);
}

function ask(host: OllamaHost, request = LONG): Promise<ModelReply> {
  server.host = host;
  return clientTo(server.baseUrl, OLLAMA).ask(request);
}

test('the model is loaded before the first question, and stays for longer than a quiet market', async () => {
  const host = ollamaHost();
  expect(await check(host)).toBeUndefined();
  expect(host.loaded).toBe(MODEL);
  const loading = server.seen.find(({ path }) => path === '/api/generate');
  expect(loading?.body).toEqual({ model: MODEL, keep_alive: '30m', stream: false });
  expect(server.questions).toEqual([]);
});

test('a model that is not there, or cannot be loaded, is told with the remedy', async () => {
  expect(await check(ollamaHost(), 'llama3.2')).toBe(
    'ollama has no model llama3.2: ollama pull llama3.2',
  );
  const loadingError = 'model requires more system memory (6.2 GiB) than is available';
  expect(await check(ollamaHost({ loadingError }))).toBe(
    `ollama cannot load ${MODEL} (HTTP 500): ${loadingError}`,
  );
});

test('too little context is told before anything is asked, with the remedy', async () => {
  expect(await check(ollamaHost({ contextTokens: 4096 }))).toBe(
    `ollama holds 4096 tokens of context for ${MODEL}, question and answer need about 9000, and what does not fit is cut off ` +
      'silently: OLLAMA_CONTEXT_LENGTH=16384 ollama serve',
  );
  expect(await check(ollamaHost({ contextTokens: 9000 }))).toBeUndefined();
  // a version that does not tell is asked all the same
  expect(await check(ollamaHost({ contextTokens: 4096, tellsContext: false }))).toBeUndefined();
});

test('what a question needs at its longest is more than the least context and fits the advised one', () => {
  const needed = neededTokens(LONG.system, 'tools') + 2000;
  expect(needed).toBeGreaterThan(6000);
  expect(needed).toBeLessThan(16_384);
  expect(neededTokens(LONG.system, 'language')).toBeLessThan(needed - 2000);
});

test('an answer to a prompt that was cut is no answer, and says what to do', async () => {
  const host = ollamaHost({ contextTokens: 4096 });
  const reply = await ask(host);
  // the model never saw its rules, answered all the same, and the server says nothing of it
  expect(server.prompts[0]?.length).toBeLessThan(LONG.system.length);
  expect(reply).toMatchObject({
    code: 'PROVIDER_ERROR',
    calls: [],
    figures: {
      contextTokens: 4096,
      promptTokens: 2050,
      reason: expect.stringContaining('OLLAMA_CONTEXT_LENGTH=16384'),
    },
  });
});

test('a context that became smaller in the middle of a run is found out', async () => {
  const host = ollamaHost();
  expect((await ask(host)).code).toBeNull();
  host.contextTokens = 2048;
  expect((await ask(host)).code).toBe('PROVIDER_ERROR');
  host.contextTokens = 16_384;
  expect((await ask(host)).code).toBeNull();
});

test('a count without cached tokens is no cut prompt', async () => {
  const host = ollamaHost({ countsCached: false });
  expect((await ask(host)).code).toBeNull();
  const again = await ask(host);
  expect(again.tokens?.input).toBeLessThan(100);
  expect(again).toMatchObject({ code: null, calls: [{ tool: 'wait' }] });
  expect(server.seen.filter(({ path }) => path === '/api/ps')).toHaveLength(1);
});

test('a whole prompt costs no second request', async () => {
  expect((await ask(ollamaHost())).code).toBeNull();
  expect(server.seen.map(({ path }) => path)).toEqual(['/v1/chat/completions']);
});

test('a server that refuses what is too long is heard', async () => {
  const reply = await ask(ollamaHost({ contextTokens: 4096, refusesLong: true }));
  expect(reply).toMatchObject({
    code: 'PROVIDER_ERROR',
    figures: { status: 400, error: 'the prompt exceeds the context length of 4096 tokens' },
  });
});
