import type { ModelClient, ModelReply, ModelRequest } from './port.ts';
import { requestDigest } from './request-text.ts';

interface Exchange {
  readonly key: string;
  readonly reply: ModelReply;
}

/**
 * Asks another client each question once. A run that goes back puts its questions again, and gets the answers that it got,
 * without asking anybody; where it takes another way the model is asked anew, but for what it has answered in this run.
 */
export class RememberingClient implements ModelClient {
  readonly #inner: ModelClient;
  readonly #sha256: (text: string) => string;
  /** In the order of the run as it stands, and on to where it came before it went back. */
  readonly #exchanges: Exchange[] = [];
  /** Exchanges before the next question. */
  #at = 0;
  /** Every answer that was ever given, by its question. */
  readonly #known = new Map<string, ModelReply[]>();

  constructor(inner: ModelClient, sha256: (text: string) => string) {
    this.#inner = inner;
    this.#sha256 = sha256;
  }

  /** Whether the answer to what would be asked next is known. */
  knows(request: ModelRequest): boolean {
    return this.#replyTo(this.#keyOf(request)) !== undefined;
  }

  async ask(request: ModelRequest): Promise<ModelReply> {
    const key = this.#keyOf(request);
    const known = this.#replyTo(key);
    const reply = known ?? (await this.#inner.ask(request));
    if (known === undefined) this.#known.set(key, [...(this.#known.get(key) ?? []), reply]);
    if (this.#exchanges[this.#at]?.key !== key) {
      // another way: what followed on the old one is not put again
      this.#exchanges.length = this.#at;
      this.#exchanges.push({ key, reply });
    }
    this.#at++;
    return reply;
  }

  /** How many questions were put so far, as `restore` takes it. */
  capture(): number {
    return this.#at;
  }

  restore(at: number): void {
    this.#at = at;
  }

  #keyOf(request: ModelRequest): string {
    return requestDigest(request, this.#sha256);
  }

  /** A question that is put several times has an answer each time. */
  #replyTo(key: string): ModelReply | undefined {
    const next = this.#exchanges[this.#at];
    if (next?.key === key) return next.reply;
    const known = this.#known.get(key);
    if (known === undefined) return undefined;
    const used = this.#exchanges.slice(0, this.#at).filter((exchange) => exchange.key === key);
    return known[used.length];
  }
}
