import type { Answer, RawCall } from './port.ts';

/** An answer that nobody was asked for: it took no time, cost nothing, and has no text to keep. */
export function unaskedAnswer(calls: readonly RawCall[]): Answer {
  return {
    calls,
    code: null,
    figures: null,
    attempts: 0,
    latencyMs: null,
    promptSha256: null,
    requestSha256: null,
    answerSha256: null,
    tokens: null,
    costUsd: null,
  };
}
