import { expect, test } from 'vitest';
import { brainEvalCommand } from '../../src/cli/commands/brain.ts';
import { explainCommand } from '../../src/cli/commands/explain.ts';
import { promptCommand } from '../../src/cli/commands/prompt.ts';
import { runProgram } from '../../src/cli/program.ts';
import { capturedTerminal } from '../support/captured-terminal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const EXPLAINED = {
  run: 'r1',
  decision: {
    id: 'D7',
    run: 'r1',
    ts: '2025-10-15T14:00:00.000000000Z',
    provider: 'openai',
    model: 'm',
    tool: 'wait',
    code: 'SPREAD',
    figures: { spread: 0.2 },
    conditions: { long: { CVD_TREND: 2 }, short: {} },
    answer: { tool: 'enter_long', arguments: { limit_price: 250.02, reasoning: 'buyers' } },
    orders: [],
  },
  question: { system: 'the prompt', user: 'HISTORY []\nMARKET_STATE {}' },
  answer: '{"choices":[]}\u001b[2J',
  orders: [],
  trade: null,
  after: { middle: 250.01, moves: [{ secs: 1, move: 0.02 }], entry: null },
  note: null,
};

async function asked(...words: string[]) {
  const folder = temporaryFolder({ 'a.dbn': '', 'a.cassette': '' });
  const terminal = capturedTerminal(folder);
  const seen: Record<string, unknown>[] = [];
  const keep = ({ settings: _settings, ...options }: Record<string, unknown>) => {
    seen.push(options);
  };
  const tokens = { system: 3, user: 2, tools: 1, method: 'by hand' };
  const commands = [
    promptCommand({
      async prompt(options) {
        keep(options);
        const texts = { system: 'be good\n', user: 'HISTORY []', tools: '[]' };
        const bytes = { system: 8, user: 10, tools: 2 };
        const ts = '2025-10-15T14:00:00.000000000Z';
        return { ts, prompt: 'p.v1', promptSha256: 'a'.repeat(64), ...texts, bytes, tokens };
      },
    }),
    explainCommand({
      async explain(options) {
        keep(options);
        return options.decision === 'D7' ? EXPLAINED : { problem: 'there is none' };
      },
    }),
    brainEvalCommand({
      async evaluate(options) {
        keep(options);
        const rate = { count: 1, of: 4, value: 0.25, low: 0.05, high: 0.7 };
        return { provider: 'rules', agreement: rate, score: { result: { ...rate, value: null } } };
      },
    }),
  ];
  const code = await runProgram(words, terminal, commands, '1.0.0');
  return { code, ...terminal.written, seen };
}

test('prompt shows the texts as they are, with bytes and tokens', async () => {
  const { code, stdout, seen } = await asked('prompt', '--data', 'a.dbn', '--at', '10:00');
  expect(code).toBe(0);
  expect(stdout).toBe(
    [
      '=== system (p.v1, aaaaaaaaaaaa…): 8 bytes, about 3 tokens ===',
      'be good',
      '=== user (snapshot of 2025-10-15T14:00:00.000000000Z): 10 bytes, about 2 tokens ===',
      'HISTORY []',
      '=== tools: 2 bytes, about 1 tokens ===',
      '[]',
      '=== about 6 tokens in all; by hand ===',
      '',
    ].join('\n'),
  );
  expect(seen).toMatchObject([{ time: '10:00', answers: 'tools' }]);
  expect(await asked('prompt', '--data', 'a.dbn')).toMatchObject({ code: 2 });
});

test('explain tells a decision, and nothing of it moves the cursor', async () => {
  const { code, stdout, seen } = await asked('explain', 'D7');
  expect(code).toBe(0);
  expect(seen).toMatchObject([{ run: 'last', decision: 'D7', data: [] }]);
  expect(stdout).toContain('D7 of the run r1\n14:00:00.000  decision  D7 openai  enter_long');
  expect(stdout).toContain('refused: SPREAD (spread 0.2)');
  expect(stdout).toContain('\nquestion\nHISTORY []\nMARKET_STATE {}\n');
  expect(stdout).toContain('moved 1 s: 0.02');
  expect(stdout).not.toContain('the prompt');
  expect(stdout).not.toContain('\u001b');
  expect((await asked('explain', 'D7', '--prompt')).stdout).toContain('\nsystem\nthe prompt\n');
  expect(await asked('explain', 'D8')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there is none'),
  });
});

test('brain eval writes rates and means with their intervals on one line', async () => {
  const { code, stdout, seen } = await asked('brain', 'eval', '--data', 'a.dbn', '--count', '5');
  expect(code).toBe(0);
  expect(stdout).toContain('0.25 (0.05 to 0.7, 1 of 4)');
  expect(stdout).toContain('– (1 of 4)');
  expect(seen).toMatchObject([{ count: 5, repeats: 3 }]);
});

test.for([
  [['--provider', 'replay'], 'go together'],
  [['--cassette', 'a.cassette'], 'go together'],
  [['--record', 'new.cassette'], 'asks no model'],
  [['--provider', 'ollama', '--record', 'a.cassette'], 'never written over'],
  [['--provider', 'script'], 'no brain to score'],
] as const)('brain eval refuses %j', async ([words, said]) => {
  const { code, stderr } = await asked('brain', 'eval', '--data', 'a.dbn', ...words);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
});
