import type { ModelRequest } from '../../brain/model/port.ts';
import { promptText } from '../../brain/model/request-text.ts';
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

/** The events that end a stream: each holds the whole response. */
const LAST_EVENTS: ReadonlySet<unknown> = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
]);

/** The body of a request to `/responses`, as JSON. Nothing of it is kept by the provider. */
export function responsesBody(request: ModelRequest, access: ProviderAccess): string {
  const [model, input] = [request.model, request.user].map((text) => JSON.stringify(text));
  const rest = responsesRest(access, request.answers);
  return `{"model":${model},"instructions":${promptText(request.system)},"input":${input},${rest}`;
}

/** What is the same in every question. */
const responsesRest = restWriter((access, answers) => {
  return {
    ...(answers === 'language'
      ? {}
      : {
          tools: TOOL_DEFINITIONS.map((tool) => ({
            type: 'function',
            ...tool,
            strict: access.hasStrictTools,
          })),
          ...(access.hasToolChoice ? { tool_choice: 'required' } : {}),
          parallel_tool_calls: false,
        }),
    max_output_tokens: access.maxOutputTokens,
    ...(access.reasoningEffort === null ? {} : { reasoning: { effort: access.reasoningEffort } }),
    store: false,
    ...(access.isStreaming ? { stream: true } : {}),
  };
});

/** Reads the body of a whole answer, or that of a stream's last event. */
export function readResponses(body: unknown): AnswerReading {
  if (!isObject(body) || !Array.isArray(body['output'])) return notTheApis('no output');
  const { usage, status } = body;
  const texts: string[] = [];
  const calls: AnswerReading['calls'][number][] = [];
  let refusal: string | undefined;
  let isPartial = false;
  for (const item of listOf(body['output'])) {
    if (!isObject(item)) return notTheApis('an output that is no item');
    if (item['status'] === 'incomplete' || item['status'] === 'in_progress') isPartial = true;
    if (item['type'] === 'function_call') calls.push(callOf(item['name'], item['arguments']));
    else if (item['type'] === 'message') {
      for (const part of listOf(item['content'])) {
        if (!isObject(part)) continue;
        if (part['type'] === 'output_text' && typeof part['text'] === 'string')
          texts.push(part['text']);
        if (part['type'] === 'refusal') refusal = String(part['refusal']).slice(0, 200);
      }
    }
  }
  const reading = {
    text: texts.length === 0 ? null : texts.join(''),
    calls,
    tokens: isObject(usage) ? usageOf(usage) : null,
  };
  if (refusal !== undefined) return { ...reading, code: 'REFUSED', figures: { refusal } };
  if (status === 'failed' || status === 'cancelled') {
    const { error } = body;
    const why = isObject(error) ? (error['code'] ?? error['message']) : status;
    return { ...reading, code: 'PROVIDER_ERROR', figures: { failed: String(why).slice(0, 200) } };
  }
  if (typeof status !== 'string') return notTheApis('no status');
  if (status === 'completed' && !isPartial) return { ...reading, code: null, figures: null };
  const details = body['incomplete_details'];
  const reason = isObject(details) ? String(details['reason']).slice(0, 40) : status;
  return reason === 'content_filter'
    ? { ...reading, code: 'REFUSED', figures: { finish: reason } }
    : { ...reading, code: 'CUT_OFF', figures: { finish: reason } };
}

function usageOf(usage: JsonObject): AnswerReading['tokens'] {
  const { input_tokens_details: input, output_tokens_details: output } = usage;
  return tokensOf(
    usage['input_tokens'],
    isObject(input) ? input['cached_tokens'] : undefined,
    usage['output_tokens'],
    isObject(output) ? output['reasoning_tokens'] : undefined,
    usage['total_tokens'],
  );
}

/** The response that a stream's last event holds; `undefined`: the stream has no end. */
export function gatherResponses(events: readonly unknown[]): unknown {
  const last = events.at(-1);
  return isObject(last) && LAST_EVENTS.has(last['type']) ? last['response'] : undefined;
}
