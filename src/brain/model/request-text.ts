import { TOOL_DEFINITIONS } from '../tools/tool-definitions.ts';
import type { AnswerForm, ModelRequest } from './port.ts';

/** A message of the conversation, in the form that all providers share. */
export interface ModelMessage {
  readonly role: 'system' | 'user';
  readonly content: string;
}

export function messagesOf(request: ModelRequest): readonly [ModelMessage, ModelMessage] {
  return [
    { role: 'system', content: request.system },
    { role: 'user', content: request.user },
  ];
}

const TOOLS_TEXT = JSON.stringify(TOOL_DEFINITIONS);

/** The tools that are offered, as text; the command language offers none. */
export function toolsTextOf(answers: AnswerForm): string {
  return answers === 'tools' ? TOOLS_TEXT : '[]';
}

/**
 * Model, messages and tools of a request as one text, the same for every provider: its SHA-256 is the cassette's key.
 */
export function requestText(request: ModelRequest): string {
  const model = JSON.stringify(request.model);
  const tools = toolsTextOf(request.answers);
  return `{"model":${model},"messages":${messagesText(request)},"tools":${tools}}`;
}

/** SHA-256 of `requestText`: whoever stands between a brain and its model asks for the same one. */
export function requestDigest(request: ModelRequest, sha256: (text: string) => string): string {
  const known = digests.get(request);
  if (known !== undefined) return known;
  const digest = sha256(requestText(request));
  digests.set(request, digest);
  return digest;
}

const digests = new WeakMap<ModelRequest, string>();

/** `messagesOf` as JSON. */
export function messagesText({ system, user }: ModelRequest): string {
  return `[{"role":"system","content":${promptText(system)}},{"role":"user","content":${JSON.stringify(user)}}]`;
}

/** The last prompt and its JSON: eighteen thousand letters that are the same in every question of a run. */
let lastPrompt = { text: '', json: '""' };

/** A prompt as JSON. */
export function promptText(system: string): string {
  if (lastPrompt.text !== system) lastPrompt = { text: system, json: JSON.stringify(system) };
  return lastPrompt.json;
}
