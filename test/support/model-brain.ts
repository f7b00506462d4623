import { buildContext } from '../../src/brain/context/build-context.ts';
import { DecisionMemory } from '../../src/brain/context/decision-memory.ts';
import { renderPrompt } from '../../src/brain/context/render-prompt.ts';
import { parseCommand } from '../../src/brain/language/parse-command.ts';
import type {
  AnswerForm,
  ModelClient,
  ModelReply,
  ModelRequest,
} from '../../src/brain/model/port.ts';
import { requestText } from '../../src/brain/model/request-text.ts';
import type { Brain } from '../../src/brain/port.ts';
import { Checklist } from '../../src/brain/rules/checklist.ts';
import { configFolders } from '../../src/config/config-folder.ts';
import { loadPrompt } from '../../src/config/prompts.ts';
import type { EngineSettings } from '../../src/domain/settings.ts';
import { sha256Of } from '../../src/platform/sha256.ts';

/** The smallest brain that asks a model client everything at every chance: what stands between the two is not under test. */
export function askingBrain(
  client: ModelClient,
  settings: EngineSettings,
  answers: AnswerForm = 'tools',
): Brain {
  const checklist = new Checklist(settings.profile);
  const memory = new DecisionMemory();
  const prompt = loadPrompt(null, settings.profile.kind, configFolders(process.cwd()));
  const system = renderPrompt(prompt.text, { settings, tickNanos: 10_000_000, answers });
  return {
    provider: 'scripted',
    model: 'm-1',
    intervalMs: settings.brain.intervalMs,
    rules: checklist.rules,
    get conditions() {
      return checklist.conditions;
    },
    observe(question) {
      checklist.observe(question);
      memory.observe(question);
    },
    onOutcome: (outcome) => memory.onOutcome(outcome),
    async ask(question, decisionId) {
      const context = buildContext({
        system,
        question,
        conditions: checklist.conditions,
        history: memory.at(question),
      });
      const reply = await client.ask({ decisionId, model: 'm-1', answers, ...context });
      const parsed =
        answers === 'tools' || reply.code !== null
          ? reply
          : parseCommand(reply.text ?? '', settings.brain.size);
      return {
        calls: parsed.calls,
        code: parsed.code,
        figures: parsed.figures,
        attempts: reply.attempts,
        latencyMs: reply.latencyMs,
        promptSha256: prompt.sha256,
        requestSha256: reply.requestSha256,
        answerSha256: reply.answerSha256,
        tokens: reply.tokens,
        costUsd: null,
      };
    },
  };
}

/** What a model client answers, from what of the reply a test cares for. */
export function replyTo(request: ModelRequest, reply: Partial<ModelReply>): ModelReply {
  const body = reply.body === undefined ? JSON.stringify(reply.calls ?? reply.text) : reply.body;
  return {
    text: null,
    calls: [],
    code: null,
    figures: null,
    attempts: 1,
    latencyMs: 400,
    tokens: { input: 1000, cached: 500, output: 20, reasoning: 0 },
    ...reply,
    body,
    requestSha256: sha256Of(requestText(request)),
    answerSha256: body === null ? null : sha256Of(body),
  };
}

/** A model whose every answer rests on the question's hash alone: entries, updates, exits, nonsense and failures. */
export function scriptedClient(): ModelClient & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    ask(request) {
      const digest = sha256Of(requestText(request));
      asked.push(digest);
      const dice = Number.parseInt(digest.slice(0, 6), 16);
      return Promise.resolve(replyTo(request, answerFor(request.user, dice)));
    },
  };
}

function answerFor(user: string, dice: number): Partial<ModelReply> {
  const latencyMs = 100 + (dice % 900);
  const market = JSON.parse(user.slice(user.lastIndexOf('\nMARKET_STATE ') + 14)) as {
    readonly ASK_STACK: readonly (readonly [number, number])[];
  };
  const account = user.split('\n').find((line) => line.startsWith('ACCOUNT_STATE ')) ?? '';
  const isIn = !account.includes('"POSITION":0,');
  const reasoning = `dice ${dice}`;
  const [ask] = market.ASK_STACK;
  if (dice % 17 === 0)
    return { code: 'TIMEOUT', figures: { deadlineMs: 5000 }, body: null, tokens: null, latencyMs };
  if (dice % 13 === 0) return { calls: [{ tool: 'buy_all', arguments: {} }], latencyMs };
  if (isIn)
    return dice % 3 === 0
      ? { calls: [{ tool: 'exit_position', arguments: { reasoning } }], latencyMs }
      : { calls: [{ tool: 'wait', arguments: { reasoning } }], latencyMs };
  const limit = ask?.[0] ?? 1;
  const price = (distance: number) => Math.round((limit + distance) * 100) / 100;
  return {
    latencyMs,
    calls: [
      {
        tool: 'enter_long',
        arguments: {
          limit_price: price(0.05),
          stop_loss: price(-0.15),
          profit_target: price(0.45),
          size: 10,
          conviction: (dice % 100) / 100,
          reasoning,
        },
      },
    ],
  };
}
