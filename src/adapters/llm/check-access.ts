import type { Redact } from '../../platform/redact.ts';
import { isObject, listOf } from './answer-reading.ts';
import { type Exchange, emptyExchange, guardedFetch } from './guarded-fetch.ts';
import {
  contextOf,
  contextTrouble,
  isSameModel,
  loadingBody,
  loadingTrouble,
  nativeUrl,
} from './ollama.ts';
import type { ProviderAccess } from './provider-access.ts';

/** Connections that nobody takes: waiting does not help. */
const NOBODY: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);
/** For the whole check; a provider that is slow to list its models may still answer. */
const MOST_MS = 4000;
/** A local model comes from the disk first. */
const MOST_LOADING_MS = 120_000;

/**
 * Asks a provider for its models, which costs nothing, to find out before the first question what no question could mend: nobody
 * there, a key that is not taken, an account that may not, a local model that is not installed, cannot be loaded or has too little
 * context. One line with the remedy, or `undefined`: nothing speaks against asking. Loads a local model, so that the first
 * question does not wait for it. Never rejects.
 *
 * @param neededTokens Of a question and its answer at their longest, about.
 */
export async function checkAccess(
  access: ProviderAccess,
  model: string,
  neededTokens: number,
  redact: Redact,
): Promise<string | undefined> {
  const url = `${access.baseUrl.replace(/\/$/, '')}/models`;
  const headers = access.apiKey === null ? {} : { authorization: `Bearer ${access.apiKey}` };
  const exchange = await exchanged(url, { headers }, MOST_MS, redact);
  const { status, broken, body = '' } = exchange;
  const { provider } = access;
  if (status === undefined)
    return broken !== undefined && NOBODY.has(broken) ? nobodyThere(access, broken) : undefined;
  const isBadKey = status === 401 || (status === 400 && /incorrect api key/i.test(body));
  if (isBadKey) {
    return access.apiKey === null
      ? `${provider} wants a key (HTTP ${status}): set ${provider === 'compatible' ? 'FSD_API_KEY' : 'its key'}`
      : `${provider} does not take the key (HTTP ${status}): check that it is whole and still valid`;
  }
  if (status === 402 || status === 403)
    return `${provider} takes the key but refuses (HTTP ${status}): check credit and permissions of the account`;
  if (provider !== 'ollama' || status !== 200) return undefined;
  return isNotInstalled(body, model)
    ? `ollama has no model ${model}: ollama pull ${model}`
    : loadLocally(access, model, neededTokens, headers, redact);
}

async function loadLocally(
  { baseUrl }: ProviderAccess,
  model: string,
  neededTokens: number,
  headers: Readonly<Record<string, string>>,
  redact: Redact,
): Promise<string | undefined> {
  const loading = {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: loadingBody(model),
  };
  const loaded = await exchanged(nativeUrl(baseUrl, 'generate'), loading, MOST_LOADING_MS, redact);
  const trouble = loadingTrouble(loaded, model);
  if (trouble !== undefined) return trouble;
  const running = await exchanged(nativeUrl(baseUrl, 'ps'), { headers }, MOST_MS, redact);
  const context = running.status === 200 ? contextOf(running.body ?? '', model) : undefined;
  return context === undefined || context >= neededTokens
    ? undefined
    : contextTrouble(model, context, neededTokens);
}

async function exchanged(
  url: string,
  options: RequestInit,
  mostMs: number,
  redact: Redact,
): Promise<Exchange> {
  const exchange = emptyExchange();
  try {
    await guardedFetch(exchange, redact)(url, { ...options, signal: AbortSignal.timeout(mostMs) });
  } catch {
    // the exchange tells what happened
  }
  return exchange;
}

function nobodyThere({ provider, baseUrl }: ProviderAccess, broken: string): string {
  const remedy =
    provider === 'ollama' ? 'start it with `ollama serve`' : 'check the network and --base-url';
  const { host } = new URL(baseUrl);
  return `${provider} cannot be reached at ${host} (${broken}): ${remedy}`;
}

/** Whether the list is one, and the model is not in it. */
function isNotInstalled(body: string, model: string): boolean {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return false;
  }
  const ids = listOf(isObject(json) ? json['data'] : undefined).flatMap((each) =>
    isObject(each) && typeof each['id'] === 'string' ? [each['id']] : [],
  );
  return ids.length > 0 && !ids.some((id) => isSameModel(id, model));
}
