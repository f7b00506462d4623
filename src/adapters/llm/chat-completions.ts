import type { ModelRequest } from '../../brain/model/port.ts';
import { messagesText } from '../../brain/model/request-text.ts';
import { TOOL_DEFINITIONS } from '../../brain/tools/tool-definitions.ts';
import {
  type AnswerReading,
  callOf,
  isObject,
  type JsonObject,
  listOf,
  notTheApis,
  tokensOf,
} from './answer-reading.ts';
import type { ProviderAccess } from './provider-access.ts';
import { restWriter } from './request-rest.ts';

/** How a choice ends that is whole. */
const WHOLE_ENDS: ReadonlySet<unknown> = new Set([
  'stop',
  'tool_calls',
  'function_call',
  'end_turn',
]);

const PLAIN_TOOLS = TOOL_DEFINITIONS.map((tool) => ({ type: 'function', function: tool }));
const STRICT_TOOLS = TOOL_DEFINITIONS.map((tool) => ({
  type: 'function',
  function: { ...tool, strict: true },
}));

/** The body of a request to `/chat/completions`, as JSON. */
export function chatBody(request: ModelRequest, access: ProviderAccess): string {
  const model = JSON.stringify(request.model);
  const rest = chatRest(access, request.answers);
  return `{"model":${model},"messages":${messagesText(request)},${rest}`;
}

/** What is the same in every question. */
const chatRest = restWriter((access, answers) => {
  const { hasStrictTools } = access;
  return {
    ...(answers === 'language'
      ? {}
      : {
          tools: hasStrictTools ? STRICT_TOOLS : PLAIN_TOOLS,
          ...(access.hasToolChoice ? { tool_choice: 'required' } : {}),
          ...(hasStrictTools ? { parallel_tool_calls: false } : {}),
        }),
    [access.limitName]: access.maxOutputTokens,
    ...(access.reasoningEffort === null ? {} : { reasoning_effort: access.reasoningEffort }),
    ...(access.isStreaming ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
});

/** Reads the body of a whole answer; a stream's is made by `gatherChat` first. */
export function readChat(body: unknown): AnswerReading {
  if (!isObject(body)) return notTheApis('no JSON object');
  const choices = listOf(body['choices']);
  if (choices.length === 0) return notTheApis('no choices');
  const { usage } = body;
  const reading = {
    text: null as string | null,
    calls: choices.flatMap(callsOf),
    tokens: isObject(usage) ? usageOf(usage) : null,
  };
  let cut: string | undefined;
  for (const choice of choices) {
    if (!isObject(choice) || !isObject(choice['message'])) return notTheApis('no message');
    const { message, finish_reason: end } = choice as {
      message: JsonObject;
      finish_reason: unknown;
    };
    reading.text ??= textOf(message['content']);
    const { refusal } = message;
    const isRefused = typeof refusal === 'string' && refusal !== '';
    if (isRefused || end === 'content_filter') {
      const figures = isRefused ? { refusal: refusal.slice(0, 200) } : { finish: 'content_filter' };
      return { ...reading, code: 'REFUSED', figures };
    }
    if (end === undefined) return notTheApis('no finish_reason');
    if (!WHOLE_ENDS.has(end)) cut ??= (typeof end === 'string' ? end : 'no text').slice(0, 40);
  }
  return cut === undefined
    ? { ...reading, code: null, figures: null }
    : { ...reading, code: 'CUT_OFF', figures: { finish: cut } };
}

function callsOf(choice: unknown): AnswerReading['calls'] {
  if (!isObject(choice) || !isObject(choice['message'])) return [];
  const { tool_calls: calls, function_call: old } = choice['message'];
  // the older form counts: two calls are two calls, however they are written
  const all = isObject(old) ? [...listOf(calls), { function: old }] : listOf(calls);
  return all.map((call) => {
    const made = isObject(call) && isObject(call['function']) ? call['function'] : {};
    return callOf(made['name'], made['arguments']);
  });
}

/** The text of a content, which may be a list of parts. */
function textOf(content: unknown): string | null {
  if (typeof content === 'string') return content;
  const parts = listOf(content).flatMap((part) =>
    isObject(part) && typeof part['text'] === 'string' ? [part['text']] : [],
  );
  return parts.length === 0 ? null : parts.join('');
}

function usageOf(usage: JsonObject): AnswerReading['tokens'] {
  const { prompt_tokens_details: input, completion_tokens_details: output } = usage;
  return tokensOf(
    usage['prompt_tokens'],
    isObject(input) ? input['cached_tokens'] : undefined,
    usage['completion_tokens'],
    isObject(output) ? output['reasoning_tokens'] : undefined,
    usage['total_tokens'],
  );
}

/** Puts a stream's chunks together as the one body that they stand for. `undefined`: a chunk is none. */
export function gatherChat(chunks: readonly unknown[]): JsonObject | undefined {
  let text: string | null = null;
  let refusal: string | null = null;
  let end: unknown = null;
  let usage: unknown = null;
  const calls = new Map<number, { name: string; arguments: string }>();
  let hasChoice = false;
  for (const chunk of chunks) {
    if (!isObject(chunk)) return undefined;
    if (isObject(chunk['usage'])) usage = chunk['usage'];
    for (const choice of listOf(chunk['choices'])) {
      if (!isObject(choice) || (choice['index'] ?? 0) !== 0) return undefined;
      hasChoice = true;
      const delta = isObject(choice['delta']) ? choice['delta'] : {};
      if (typeof delta['content'] === 'string') text = (text ?? '') + delta['content'];
      if (typeof delta['refusal'] === 'string') refusal = (refusal ?? '') + delta['refusal'];
      for (const piece of listOf(delta['tool_calls']))
        if (!addPiece(calls, piece)) return undefined;
      end = choice['finish_reason'] ?? end;
    }
  }
  if (!hasChoice) return undefined;
  const ordered = [...calls].sort(([a], [b]) => a - b);
  return {
    choices: [
      {
        message: {
          content: text,
          refusal,
          tool_calls: ordered.map(([, call]) => ({ type: 'function', function: call })),
        },
        finish_reason: end,
      },
    ],
    usage,
  };
}

/** Adds a fragment to the call that it belongs to. False where it belongs to none. */
function addPiece(
  calls: Map<number, { name: string; arguments: string }>,
  piece: unknown,
): boolean {
  if (!isObject(piece)) return false;
  const { index, function: part } = piece;
  if (!Number.isSafeInteger(index)) return false;
  const call = calls.get(index as number) ?? { name: '', arguments: '' };
  if (isObject(part)) {
    if (typeof part['name'] === 'string') call.name += part['name'];
    if (typeof part['arguments'] === 'string') call.arguments += part['arguments'];
    // Ollama has been seen to give them whole
    else if (isObject(part['arguments'])) call.arguments += JSON.stringify(part['arguments']);
  }
  calls.set(index as number, call);
  return true;
}
