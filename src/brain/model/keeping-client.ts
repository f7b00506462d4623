import type { ModelClient, ModelReply, ModelRequest } from './port.ts';
import { messagesOf, toolsTextOf } from './request-text.ts';

/** Keeps texts by their SHA-256, each once. */
export interface TextKeeper {
  keep(sha256: string, text: string): void;
}

/** A question as it is kept under its hash, the system prompt and the tools by theirs. */
export interface KeptRequest {
  readonly model: string;
  readonly systemSha256: string;
  readonly toolsSha256: string;
  readonly user: string;
}

export interface KeepingOptions {
  readonly inner: ModelClient;
  readonly keeper: TextKeeper;
  readonly sha256: (text: string) => string;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
}

/** Asks another client and keeps every question and every answer whole, so that the decision log need only name them. */
export class KeepingClient implements ModelClient {
  readonly #options: KeepingOptions;

  constructor(options: KeepingOptions) {
    this.#options = options;
  }

  async ask(request: ModelRequest): Promise<ModelReply> {
    const reply = await this.#options.inner.ask(request);
    const { keeper, sha256, redact } = this.#options;
    const kept = (text: string): string => {
      const digest = sha256(text);
      keeper.keep(digest, redact(text));
      return digest;
    };
    const [system, user] = messagesOf(request);
    const question: KeptRequest = {
      model: request.model,
      systemSha256: kept(system.content),
      toolsSha256: kept(toolsTextOf(request.answers)),
      user: redact(user.content),
    };
    keeper.keep(reply.requestSha256, JSON.stringify(question));
    if (reply.body !== null && reply.answerSha256 !== null)
      keeper.keep(reply.answerSha256, redact(reply.body));
    return reply;
  }
}
