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
  const messages = JSON.stringify(messagesOf(request));
  const tools = toolsTextOf(request.answers);
  return `{"model":${model},"messages":${messages},"tools":${tools}}`;
}
