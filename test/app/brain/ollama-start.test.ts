import { expect, onTestFinished, test } from 'vitest';
import { ALL_COMMANDS } from '../../../src/cli/all-commands.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { capturedTerminal } from '../../support/captured-terminal.ts';
import { LlmServer } from '../../support/llm-server/llm-server.ts';
import { ollamaHost } from '../../support/llm-server/ollama-host.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function started(contextTokens: number, ...words: string[]) {
  const server = await LlmServer.start();
  onTestFinished(() => server.close());
  server.host = ollamaHost({ contextTokens });
  const folder = temporaryFolder();
  const terminal = capturedTerminal(folder);
  const set = [`paths.logs=${folder}/logs`, `paths.cache=${folder}/cache`, 'brain.gate=0'];
  const code = await runProgram(
    [
      ...['--sim', '--from', '09:30', '--to', '09:30:05', '--provider', 'ollama'],
      ...['--model', 'qwen3:8b', '--base-url', server.baseUrl],
      ...[...set.flatMap((each) => ['--set', each]), '--headless', '--json', ...words],
    ],
    terminal,
    ALL_COMMANDS,
    '1',
  );
  return { code, server, ...terminal.written };
}

test('a run does not begin with Ollama’s usual context, and says in one line what to do', async () => {
  const { code, stdout, stderr, server } = await started(4096);
  expect(code).toBe(4);
  expect(stdout).toBe('');
  expect(stderr).toMatch(
    /^fsd-tui: ollama holds 4096 tokens of context for qwen3:8b, .* about \d{4,5}, .*: OLLAMA_CONTEXT_LENGTH=16384 ollama serve\n$/,
  );
  expect(server.questions).toEqual([]);
});

test('with the context that is advised it asks, of a model that is loaded already, and every prompt is whole', async () => {
  const { code, stdout, server } = await started(16_384);
  expect(code).toBe(0);
  expect(server.questions.length).toBeGreaterThan(0);
  const { decisions } = JSON.parse(stdout) as { decisions: { asked: number; denied: object } };
  expect(decisions).toMatchObject({ asked: server.questions.length, denied: {} });
  expect(server.seen.map(({ path }) => path).slice(0, 3)).toEqual([
    '/v1/models',
    '/api/generate',
    '/api/ps',
  ]);
  for (const prompt of server.prompts) expect(prompt).toContain('# The checklist');
});

test('where the rules may decide in its place, they do, with a warning: a cut prompt opens the breaker', async () => {
  const set = ['brain.fallback=rules', 'brain.breakerFailures=1'].flatMap((each) => [
    '--set',
    each,
  ]);
  const { code, stdout, server } = await started(4096, ...set);
  expect(code).toBe(0);
  expect(stdout).toMatch(/OLLAMA_CONTEXT_LENGTH=16384 ollama serve; the rules decide in its place/);
  // one question was put, its prompt was cut, and its answer did not count
  expect(server.questions).toHaveLength(1);
  expect(server.prompts[0]).not.toContain('# The checklist');
  const { decisions } = JSON.parse(stdout) as { decisions: { denied: Record<string, number> } };
  expect(decisions.denied['PROVIDER_ERROR']).toBe(1);
});
