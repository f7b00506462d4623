import type { ProviderAccess } from '../../adapters/llm/provider-access.ts';
import { type PromptFigures, renderPrompt } from '../../brain/context/render-prompt.ts';
import type { ModelPrice } from '../../brain/model/model-price.ts';
import { ConfigError } from '../../config/config-error.ts';
import {
  findModel,
  type ModelEntry,
  type ModelTable,
  type ProviderName,
} from '../../config/models.ts';
import type { PromptFile } from '../../config/prompts.ts';
import type { BrainSettings, EngineSettings } from '../../domain/settings.ts';
import type { Environment } from '../../platform/environment.ts';
import { UnreachableError } from '../../platform/unreachable-error.ts';

/** Which model is asked, how, and what it costs. Holds a key: it goes to the engine's thread and nowhere else. */
export interface ModelPlan {
  readonly provider: ProviderName;
  readonly model: string;
  /** The provider, or the cassette that answers in its place. */
  readonly answeredBy:
    | { readonly type: 'provider'; readonly access: ProviderAccess }
    | { readonly type: 'cassette'; readonly path: string };
  /** Every exchange is written to this cassette. */
  readonly recordFile: string | undefined;
  readonly price: ModelPrice | null;
  /** The prompt with its figures filled in, and the SHA-256 of its file. */
  readonly prompt: { readonly system: string; readonly sha256: string };
  /** Lines for the report: what is not known of the model. */
  readonly warnings: readonly string[];
}

/** Hosts that are this machine. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

export function isModelProvider(provider: BrainSettings['provider']): provider is ProviderName {
  return ['grok', 'openai', 'ollama', 'compatible'].includes(provider);
}

/**
 * Finds out how the configured model is reached.
 *
 * @throws {UnreachableError} Without the provider's key, {ConfigError} where settings and what is known of the model
 * contradict each other.
 */
export function planModel(
  all: EngineSettings,
  tickNanos: number,
  table: ModelTable,
  environment: Environment,
  prompt: PromptFile,
): ModelPlan & { readonly answeredBy: { readonly type: 'provider' } } {
  const settings = all.brain;
  const { provider, answers } = settings;
  if (!isModelProvider(provider)) throw new Error(`the provider ${provider} asks no model`);
  const facts = table.providers[provider];
  const model = settings.model ?? facts.model;
  if (model === null)
    throw problem('brain.model', 'null', `the name of a model of ${provider} (--model NAME)`);
  const baseUrl = settings.baseUrl ?? facts.baseUrl;
  if (baseUrl === null)
    throw problem('brain.baseUrl', 'null', 'where the provider answers (--base-url URL)');
  const apiKey = keyOf(provider, facts.keys, environment);
  const { protocol, hostname } = new URL(baseUrl);
  if (apiKey !== null && protocol !== 'https:' && !LOOPBACK.test(hostname))
    throw problem('brain.baseUrl', baseUrl, 'https, as a key is sent');
  const entry = findModel(table, provider, model);
  checkAbilities(settings, provider, model, facts.responses, entry);
  return {
    provider,
    model,
    answeredBy: {
      type: 'provider',
      access: {
        provider,
        baseUrl,
        apiKey,
        api: settings.api,
        hasToolChoice: facts.toolChoice,
        hasStrictTools: facts.strictTools,
        limitName: facts.limitName,
        maxOutputTokens: settings.maxOutputTokens,
        reasoningEffort: settings.reasoningEffort,
        isStreaming: settings.stream,
      },
    },
    recordFile: undefined,
    price: entry ?? null,
    prompt: {
      system: filledIn(prompt, { settings: all, tickNanos, answers }),
      sha256: prompt.sha256,
    },
    warnings: entry === undefined ? unpriced(settings, provider, model) : [],
  };
}

/**
 * The plan of a recorded model, from the settings of the recording: a cassette needs no key and reaches nobody.
 *
 * @throws {ConfigError} Where the prompt's figures are no settings.
 */
export function planReplay(
  all: EngineSettings,
  tickNanos: number,
  table: ModelTable,
  prompt: PromptFile,
  recorded: { readonly path: string; readonly model: string },
): ModelPlan {
  const { provider, answers } = all.brain;
  if (!isModelProvider(provider))
    throw problem('--cassette', provider, 'a recording of a model’s answers');
  const { model, path } = recorded;
  const entry = findModel(table, provider, model);
  return {
    provider,
    model,
    answeredBy: { type: 'cassette', path },
    recordFile: undefined,
    price: entry ?? null,
    prompt: {
      system: filledIn(prompt, { settings: all, tickNanos, answers }),
      sha256: prompt.sha256,
    },
    warnings: entry === undefined ? unpriced(all.brain, provider, model) : [],
  };
}

function filledIn(prompt: PromptFile, figures: PromptFigures): string {
  try {
    return renderPrompt(prompt.text, figures);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ConfigError([
      { where: `prompt ${prompt.name}`, key: '', found: error.message, allowed: 'settings' },
    ]);
  }
}

/** The provider's own key and no other's; `null` where it needs none and has none. */
function keyOf(
  provider: ProviderName,
  names: readonly string[],
  environment: Environment,
): string | null {
  for (const name of names) {
    const key = environment[name]?.trim();
    if (key !== undefined && key !== '') return key;
  }
  if (provider === 'ollama' || provider === 'compatible') return null;
  throw new UnreachableError(
    `${provider} needs a key, and there is none: set ${names.join(' or ')}, or take --provider rules`,
  );
}

function checkAbilities(
  { api, answers, reasoningEffort }: BrainSettings,
  provider: ProviderName,
  model: string,
  hasResponses: boolean,
  entry: ModelEntry | undefined,
): void {
  if (api === 'responses' && !hasResponses)
    throw problem('brain.api', api, `chat: ${provider} has no other`);
  if (entry === undefined) return;
  if (answers === 'tools' && !entry.tools)
    throw problem('brain.answers', answers, `language: ${model} calls no tools`);
  if (reasoningEffort !== null && !entry.reasoningEffort.includes(reasoningEffort)) {
    const known = entry.reasoningEffort.join(', ') || 'null';
    throw problem('brain.reasoningEffort', reasoningEffort, `${known}: ${model} knows no other`);
  }
}

function unpriced(settings: BrainSettings, provider: ProviderName, model: string): string[] {
  const { budgetUsd, budgetHourUsd, budgetRunUsd } = settings;
  const hasBudget = [budgetUsd, budgetHourUsd, budgetRunUsd].some((limit) => limit !== null);
  if (provider === 'ollama' && !hasBudget) return [];
  const rest = hasBudget
    ? 'its cost is not counted, and no budget ends it'
    : 'its cost is not counted';
  return [`no price is known of ${provider}'s ${model} (config/models.json): ${rest}`];
}

function problem(key: string, found: string, allowed: string): ConfigError {
  return new ConfigError([{ where: 'settings', key, found, allowed }]);
}
