import { MOST_BYTES } from '../context/build-context.ts';
import { estimateTokens } from '../context/estimate-tokens.ts';
import type { AnswerForm, ModelRequest } from './port.ts';
import { toolsTextOf } from './request-text.ts';

/** Figures and signs, of which a message consists, make a token of every two bytes or so. */
const BYTES_A_TOKEN = 2;

/** About how many tokens a question has at its longest, prompt and tools included. */
export function neededTokens(system: string, answers: AnswerForm): number {
  return (
    estimateTokens(system) +
    estimateTokens(toolsTextOf(answers)) +
    Math.ceil(MOST_BYTES / BYTES_A_TOKEN)
  );
}

/** About how many tokens one question has. */
export function estimatedTokensOf({ system, user, answers }: ModelRequest): number {
  return estimateTokens(`${system}\n${user}\n${toolsTextOf(answers)}`);
}
