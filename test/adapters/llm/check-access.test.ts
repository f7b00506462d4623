import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkAccess } from '../../../src/adapters/llm/check-access.ts';
import { accessTo } from '../../support/llm-client.builder.ts';
import { type Behaviour, LlmServer } from '../../support/llm-server/llm-server.ts';

let server: LlmServer;
beforeAll(async () => {
  server = await LlmServer.start();
});
afterAll(() => server.close());

function answered(status: number, body = '{}'): Behaviour {
  return { kind: 'raw', status, body };
}

async function check(
  models: Behaviour,
  access: Parameters<typeof accessTo>[1] = {},
): Promise<string | undefined> {
  server.models = models;
  return checkAccess(accessTo(server.baseUrl, access), 'llama3.2', 9000, (text) => text);
}

test.for([
  [answered(401), /does not take the key \(HTTP 401\)/],
  [
    answered(400, '{"code":"x","error":"Incorrect API key provided: ab***"}'),
    /does not take the key \(HTTP 400\)/,
  ],
  [answered(402), /credit and permissions/],
  [answered(403), /credit and permissions/],
] as const)('%j speaks against asking', async ([models, words]) => {
  const line = await check(models);
  expect(line).toMatch(words);
  expect(line).not.toMatch(/\n|key-of-the-test|ab\*/);
});

test.for([
  answered(200, '{"data":[]}'),
  answered(404),
  answered(429),
  answered(500, 'down'),
  answered(307),
  answered(200, 'no JSON'),
  { kind: 'reset', spoken: { text: 'x' }, isEarly: true } as const,
])('%j speaks not against it', async (models) => {
  expect(await check(models)).toBeUndefined();
});

test('who wants a key and got none is told which to set', async () => {
  expect(await check(answered(401), { apiKey: null })).toContain('set FSD_API_KEY');
});

test('nobody there is told with the remedy', async () => {
  const gone = await LlmServer.start();
  const { baseUrl } = gone;
  await gone.close();
  const access = accessTo(baseUrl, { provider: 'ollama' });
  expect(await checkAccess(access, 'm', 9000, (text) => text)).toMatch(
    /cannot be reached .*ollama serve/,
  );
});

test('a model that Ollama has not installed is told; a tag may be left out', async () => {
  const list = (...ids: string[]): Behaviour =>
    answered(200, JSON.stringify({ data: ids.map((id) => ({ id })) }));
  const ollama = { provider: 'ollama', apiKey: null };
  expect(await check(list('qwen3:8b'), ollama)).toBe(
    'ollama has no model llama3.2: ollama pull llama3.2',
  );
  expect(await check(list('llama3.2:latest'), ollama)).toBeUndefined();
  expect(await check(list('other'), {})).toBeUndefined();
});
