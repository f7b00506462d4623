/** An answer, whatever the interface that it is written for. */
export interface Spoken {
  readonly calls?: readonly { readonly name: string; readonly arguments: string }[];
  readonly text?: string;
  readonly refusal?: string;
  /** `length`, `content_filter`, …; by itself that of a whole answer. */
  readonly finish?: string;
  /** As the interface spells it; `null`: left out. */
  readonly usage?: Readonly<Record<string, unknown>> | null;
}

const CREATED = 1_763_978_400;

/** The body of a chat completion. */
export function chatCompletion(model: string, spoken: Spoken): Record<string, unknown> {
  const calls = toolCalls(spoken);
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: CREATED,
    model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: spoken.text ?? null,
          refusal: spoken.refusal ?? null,
          ...(calls.length === 0 ? {} : { tool_calls: calls }),
        },
        logprobs: null,
        finish_reason: spoken.finish ?? (calls.length === 0 ? 'stop' : 'tool_calls'),
      },
    ],
    ...(spoken.usage === null ? {} : { usage: spoken.usage ?? CHAT_USAGE }),
  };
}

export const CHAT_USAGE = {
  prompt_tokens: 1200,
  completion_tokens: 80,
  total_tokens: 1280,
  prompt_tokens_details: { cached_tokens: 1000 },
  completion_tokens_details: { reasoning_tokens: 30 },
};

export const RESPONSES_USAGE = {
  input_tokens: 1200,
  output_tokens: 80,
  total_tokens: 1280,
  input_tokens_details: { cached_tokens: 1000 },
  output_tokens_details: { reasoning_tokens: 30 },
};

function toolCalls(spoken: Spoken): Record<string, unknown>[] {
  return (spoken.calls ?? []).map(({ name, arguments: args }, index) => ({
    id: `call_${index}`,
    type: 'function',
    function: { name, arguments: args },
  }));
}

/** The events of a streamed chat completion, in order, without the last word. Arguments come in pieces of seven characters. */
export function chatChunks(model: string, spoken: Spoken): string[] {
  const chunk = (choices: unknown[], usage: unknown = null): string =>
    event({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: CREATED,
      model,
      choices,
      usage,
    });
  const delta = (content: Record<string, unknown>, finish: string | null = null): string =>
    chunk([{ index: 0, delta: content, logprobs: null, finish_reason: finish }]);
  const events = [delta({ role: 'assistant', content: spoken.text === undefined ? null : '' })];
  for (const piece of piecesOf(spoken.text ?? '')) events.push(delta({ content: piece }));
  for (const piece of piecesOf(spoken.refusal ?? '')) events.push(delta({ refusal: piece }));
  for (const [index, { name, arguments: args }] of (spoken.calls ?? []).entries()) {
    const head = { index, id: `call_${index}`, type: 'function' };
    events.push(delta({ tool_calls: [{ ...head, function: { name, arguments: '' } }] }));
    for (const piece of piecesOf(args))
      events.push(delta({ tool_calls: [{ index, function: { arguments: piece } }] }));
  }
  const isCall = (spoken.calls ?? []).length > 0;
  events.push(delta({}, spoken.finish ?? (isCall ? 'tool_calls' : 'stop')));
  if (spoken.usage !== null) events.push(chunk([], spoken.usage ?? CHAT_USAGE));
  return events;
}

/** The body of a response. */
export function responseBody(model: string, spoken: Spoken): Record<string, unknown> {
  const { finish } = spoken;
  const isWhole = finish === undefined || ['stop', 'tool_calls', 'completed'].includes(finish);
  const status = finish === 'failed' ? 'failed' : isWhole ? 'completed' : 'incomplete';
  const reasons: Readonly<Record<string, string>> = { length: 'max_output_tokens' };
  return {
    id: 'resp_1',
    object: 'response',
    created_at: CREATED,
    status,
    model,
    error: status === 'failed' ? { code: 'server_error', message: 'it failed' } : null,
    incomplete_details:
      status === 'incomplete' ? { reason: reasons[finish ?? ''] ?? finish } : null,
    output: [
      { type: 'reasoning', id: 'rs_1', summary: [] },
      ...(spoken.calls ?? []).map(({ name, arguments: args }, index) => ({
        type: 'function_call',
        id: `fc_${index}`,
        call_id: `call_${index}`,
        name,
        arguments: args,
        status: isWhole ? 'completed' : 'incomplete',
      })),
      ...messageItems(spoken),
    ],
    ...(spoken.usage === null ? {} : { usage: spoken.usage ?? RESPONSES_USAGE }),
  };
}

function messageItems({ text, refusal }: Spoken): Record<string, unknown>[] {
  const content = [
    ...(text === undefined ? [] : [{ type: 'output_text', text, annotations: [] }]),
    ...(refusal === undefined ? [] : [{ type: 'refusal', refusal }]),
  ];
  if (content.length === 0) return [];
  return [{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content }];
}

/** The events of a streamed response; the last one holds it whole. */
export function responseEvents(model: string, spoken: Spoken): string[] {
  const body = responseBody(model, spoken);
  let sequence = 0;
  const named = (type: string, rest: Record<string, unknown>): string =>
    `event: ${type}\n${event({ type, sequence_number: sequence++, ...rest })}`;
  const events = [
    named('response.created', {
      response: { ...body, status: 'in_progress', output: [], usage: null },
    }),
  ];
  for (const [index, item] of (body['output'] as Record<string, unknown>[]).entries()) {
    events.push(named('response.output_item.added', { output_index: index, item }));
    if (item['type'] !== 'function_call') continue;
    for (const delta of piecesOf(String(item['arguments']))) {
      events.push(
        named('response.function_call_arguments.delta', {
          item_id: item['id'],
          output_index: index,
          delta,
        }),
      );
    }
  }
  events.push(named(`response.${String(body['status'])}`, { response: body }));
  return events;
}

function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function piecesOf(text: string): string[] {
  return text.match(/[\s\S]{1,7}/g) ?? [];
}
