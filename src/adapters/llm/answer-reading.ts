import type { ModelFailure } from '../../brain/model/port.ts';
import type { RawCall } from '../../brain/port.ts';
import type { DecisionRecord, Denial } from '../../domain/decision.ts';

/** What an answer's body says. */
export interface AnswerReading {
  readonly text: string | null;
  readonly calls: readonly RawCall[];
  readonly code: ModelFailure | null;
  readonly figures: Denial['figures'] | null;
  readonly tokens: DecisionRecord['tokens'];
}

/** A JSON object, members unknown. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list's members; none where it is no list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The body is not what the API answers. */
export function notTheApis(what: string): AnswerReading {
  return {
    text: null,
    calls: [],
    code: 'PROVIDER_ERROR',
    figures: { body: what },
    tokens: null,
  };
}

/**
 * A call with its arguments parsed where they are JSON, else as their text. A key that stands twice makes them text: which
 * of the two was meant would be a guess.
 */
export function callOf(name: unknown, args: unknown): RawCall {
  return { tool: typeof name === 'string' ? name : '', arguments: argumentsOf(args) };
}

function argumentsOf(args: unknown): unknown {
  if (typeof args !== 'string') return args ?? '';
  try {
    const parsed: unknown = JSON.parse(args);
    return isObject(parsed) && keysIn(args) === Object.keys(parsed).length ? parsed : args;
  } catch {
    return args;
  }
}

/** Keys of the outermost object of a JSON text, those that stand twice counted twice. */
function keysIn(json: string): number {
  let depth = 0;
  let keys = 0;
  for (let i = 0; i < json.length; i++) {
    switch (json.charAt(i)) {
      case '"':
        for (i++; json[i] !== '"'; i++) if (json[i] === '\\') i++;
        break;
      case '{':
      case '[':
        depth++;
        break;
      case '}':
      case ']':
        depth--;
        break;
      case ':':
        if (depth === 1) keys++;
        break;
      default:
        break;
    }
  }
  return keys;
}

/** Usage in one form, `null` where it is missing or senseless. */
export function tokensOf(
  input: unknown,
  cached: unknown,
  output: unknown,
  reasoning: unknown,
  total: unknown,
): DecisionRecord['tokens'] {
  const given = [input, cached ?? 0, output, reasoning ?? 0];
  if (!given.every(isCount)) return null;
  const [inputs = 0, cachedInputs = 0, outputs = 0, reasonings = 0] = given as number[];
  if (cachedInputs > inputs) return null;
  // xAI counts reasoning beside the output, OpenAI inside it; both bill it as output
  const isBeside = reasonings > 0 && total === inputs + outputs + reasonings;
  if (!isBeside && reasonings > outputs) return null;
  return {
    input: inputs,
    cached: cachedInputs,
    output: isBeside ? outputs + reasonings : outputs,
    reasoning: reasonings,
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
