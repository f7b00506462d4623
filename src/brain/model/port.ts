import type { DecisionRecord, Denial } from '../../domain/decision.ts';
import type { RawCall } from '../port.ts';

/** Which of the two a model speaks: native function calls, or the command language (spec "decisions", Tools). */
export type AnswerForm = 'tools' | 'language';

/** One question to a model, complete: everything that a provider sends, and nothing of the machine. */
export interface ModelRequest {
  /** Sent along as X-Client-Request-Id; no part of the request's hash. */
  readonly decisionId: string;
  readonly model: string;
  /** The prompt file's text. */
  readonly system: string;
  /** The one message of five lines. */
  readonly user: string;
  readonly answers: AnswerForm;
}

/**
 * Why there is no answer to judge: no whole answer by the deadline; an HTTP error, a broken connection or a body that is
 * not the API's; an answer in part; a refusal.
 */
export type ModelFailure = 'TIMEOUT' | 'PROVIDER_ERROR' | 'CUT_OFF' | 'REFUSED';

/** What came of one question. */
export interface ModelReply {
  /** The text of the answer; where `answers` is `language` the command stands in it. */
  readonly text: string | null;
  /** The calls as they were made, unjudged: `arguments` parsed where they are JSON, else their text. */
  readonly calls: readonly RawCall[];
  readonly code: ModelFailure | null;
  /** Behind `code`: HTTP status, the provider's words without secrets, the finish reason. */
  readonly figures: Denial['figures'] | null;
  /** Requests sent. */
  readonly attempts: number;
  /** From the question to its end, retries and pauses included, whole ms of a monotonic clock. */
  readonly latencyMs: number;
  readonly tokens: DecisionRecord['tokens'];
  /** The answer's body as it came (of a stream: its text), for hash and log; `null` where none came. */
  readonly body: string | null;
  /** SHA-256 of `requestText`, 64 hex digits: the cassette's key. */
  readonly requestSha256: string;
  /** SHA-256 of `body`; `null` where there is none. */
  readonly answerSha256: string | null;
}

/** Whoever answers questions: a provider over the network, a cassette, a scripted model. */
export interface ModelClient {
  /** Never rejects, and settles at the deadline at the latest. */
  ask(request: ModelRequest): Promise<ModelReply>;
}
