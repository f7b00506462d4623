import { LlmClient } from '../../src/adapters/llm/llm-client.ts';
import type { ProviderAccess } from '../../src/adapters/llm/provider-access.ts';
import { ModelBrain, type ModelBrainOptions } from '../../src/brain/model/model-brain.ts';
import type { ModelClient, ModelReply, ModelRequest } from '../../src/brain/model/port.ts';
import type { EngineSettings } from '../../src/domain/settings.ts';
import { type EngineRigOptions, engineRig, settingsWith } from './engine-rig.ts';
import { accessTo } from './llm-client.builder.ts';

const PRICE = { inputUsd: 1.25, cachedUsd: 0.2, outputUsd: 2.5 };

/** A model brain with the shipped settings, `gate` off, and changes. */
export function modelBrain(
  client: ModelClient,
  settings: EngineSettings,
  changes: Partial<ModelBrainOptions> = {},
): ModelBrain {
  return new ModelBrain({
    provider: 'compatible',
    model: 'a-model',
    settings: settings.brain,
    profile: settings.profile,
    snapshotMs: settings.engine.snapshotMs,
    prompt: { system: 'You trade.', sha256: 'p'.repeat(64) },
    price: PRICE,
    client,
    ...changes,
  });
}

/** An engine that asks a client's model. */
export function modelRig(
  client: ModelClient,
  assignments: readonly string[] = [],
  options: Omit<EngineRigOptions, 'brain' | 'settings'> = {},
) {
  const settings = settingsWith('brain.gate=0', ...assignments);
  const brain = modelBrain(client, settings);
  return { ...engineRig({ ...options, settings, brain }), brain };
}

/** An engine that asks the loopback server. */
export function loopbackRig(
  baseUrl: string,
  assignments: readonly string[] = [],
  access: Partial<ProviderAccess> = {},
  options: Omit<EngineRigOptions, 'brain' | 'settings'> = {},
) {
  const { brain } = settingsWith('brain.gate=0', ...assignments);
  const client = new LlmClient({
    access: accessTo(baseUrl, access),
    deadlineMs: brain.deadlineMs,
    retries: brain.retries,
    redact: (text) => text,
  });
  return modelRig(client, assignments, options);
}

/** A reply as a client gives it. */
export function replyOf(changes: Partial<ModelReply> = {}): ModelReply {
  return {
    text: null,
    calls: [],
    code: null,
    figures: null,
    attempts: 1,
    latencyMs: 0,
    tokens: { input: 1000, cached: 0, output: 100, reasoning: 0 },
    body: '{}',
    requestSha256: 'q'.repeat(64),
    answerSha256: 'a'.repeat(64),
    ...changes,
  };
}

/** A model that a test speaks for. Every request is kept. */
export function scriptedModel(
  speak: (request: ModelRequest, number: number) => Partial<ModelReply>,
): ModelClient & { readonly requests: ModelRequest[] } {
  const requests: ModelRequest[] = [];
  return {
    requests,
    ask(request) {
      requests.push(request);
      return Promise.resolve(replyOf(speak(request, requests.length)));
    },
  };
}

/** What a request shows of the market. */
export interface ShownMarket {
  readonly bid: number;
  readonly ask: number;
  readonly position: number;
}

/** Reads a request's message as a model would. */
export function shownIn(user: string): ShownMarket {
  const lines = new Map(
    user.split('\n').map((line) => {
      const blank = line.indexOf(' ');
      return [line.slice(0, blank), JSON.parse(line.slice(blank + 1)) as unknown];
    }),
  );
  const market = lines.get('MARKET_STATE') as Record<'BID_STACK' | 'ASK_STACK', number[][]>;
  const account = lines.get('ACCOUNT_STATE') as { POSITION: number };
  return {
    bid: market.BID_STACK[0]?.[0] ?? Number.NaN,
    ask: market.ASK_STACK[0]?.[0] ?? Number.NaN,
    position: account.POSITION,
  };
}

/** Arguments of a long that every gate lets through, at the ask. */
export function soundLong({ ask }: ShownMarket): Record<string, unknown> {
  const cents = (offset: number): number => Math.round(ask * 100 + offset) / 100;
  return {
    limit_price: cents(0),
    stop_loss: cents(-20),
    profit_target: cents(50),
    size: 50,
    conviction: 0.6,
    reasoning: 'buyers press',
  };
}
