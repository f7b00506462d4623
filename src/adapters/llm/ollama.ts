import { isObject, type JsonObject, listOf } from './answer-reading.ts';
import type { Exchange } from './guarded-fetch.ts';

/** How long a loaded model stays after its last question: longer than a quiet market asks nothing. */
export const KEEP_ALIVE = '30m';
/** A context that holds the question of every profile with room for a long answer. */
const ADVISED_CONTEXT = 16_384;
/** Of an over-long prompt Ollama keeps half a context and a handful of tokens (ollama/ollama issue 17427). */
const CUT_MARGIN = 8;
/** Estimates of a prompt's tokens are right to about a fifth. */
const ESTIMATE_SHARE = 0.8;

/** Ollama's own interface, beside the one that speaks as OpenAI's does: …/v1 → … */
export function nativeUrl(baseUrl: string, path: string): string {
  return `${baseUrl.replace(/\/$/, '').replace(/\/v1$/, '')}/api/${path}`;
}

/** Without a prompt this loads a model and answers nothing. The stay counts for later questions, too, which tell none. */
export function loadingBody(model: string): string {
  return JSON.stringify({ model, keep_alive: KEEP_ALIVE, stream: false });
}

/** Names of one model: a tag that is left out is `latest`. */
export function isSameModel(name: unknown, model: string): boolean {
  return name === model || name === `${model}:latest`;
}

/** Context that a loaded model was given, tokens, from the body of `/api/ps`; `undefined`: it tells none. */
export function contextOf(psBody: string, model: string): number | undefined {
  const loaded = listOf(parsedObject(psBody)?.['models']).find(
    (each) =>
      isObject(each) && (isSameModel(each['name'], model) || isSameModel(each['model'], model)),
  );
  const context = isObject(loaded) ? loaded['context_length'] : undefined;
  return typeof context === 'number' && context > 0 ? context : undefined;
}

/** Why a model could not be loaded, in one line; `undefined`: it could, or nothing speaks against it. */
export function loadingTrouble({ status, body = '' }: Exchange, model: string): string | undefined {
  // no answer yet, or a server in between that has no such path: the questions will tell
  if (status === undefined || status < 400) return undefined;
  const error = parsedObject(body)?.['error'];
  if (typeof error !== 'string') return undefined;
  return status === 404
    ? `ollama has no model ${model}: ollama pull ${model}`
    : `ollama cannot load ${model} (HTTP ${status}): ${error.replaceAll(/\s+/g, ' ').slice(0, 200)}`;
}

/** What to do about a context that is too small. */
export function contextTrouble(model: string, contextTokens: number, needed: number): string {
  const advised = Math.max(ADVISED_CONTEXT, 2 ** Math.ceil(Math.log2(needed)));
  return (
    `ollama holds ${contextTokens} tokens of context for ${model}, question and answer need about ${needed}, and what does not ` +
    `fit is cut off silently: OLLAMA_CONTEXT_LENGTH=${advised} ollama serve`
  );
}

/**
 * Whether a count of prompt tokens is a reason to ask for the context: of a prompt that was cut only what is left is counted.
 * Versions that leave cached tokens out (before ollama/ollama pull request 16428) count as few of a whole one.
 */
export function isSuspiciouslyShort(counted: number | undefined, estimated: number): boolean {
  return counted === undefined || counted < estimated * ESTIMATE_SHARE;
}

/** Whether a prompt that was counted so short was cut to the context. */
export function wasCut(
  counted: number | undefined,
  estimated: number,
  contextTokens: number,
): boolean {
  if (contextTokens < estimated) return true;
  if (counted === undefined) return false;
  const beyondHalf = counted - Math.floor(contextTokens / 2);
  return beyondHalf >= 0 && beyondHalf <= CUT_MARGIN;
}

function parsedObject(body: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(body);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
