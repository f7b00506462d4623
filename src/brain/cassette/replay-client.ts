import type { ModelClient, ModelReply, ModelRequest } from '../model/port.ts';
import { requestDigest } from '../model/request-text.ts';
import { type Cassette, CassetteError, type RecordedExchange } from './cassette-line.ts';
import { nearestDifference } from './nearest-recording.ts';

/**
 * Answers from a cassette: needs no key and no network, and takes no time of the machine's; the latency is the recorded one. A
 * question that is put again gets its next recording.
 */
export class ReplayClient implements ModelClient {
  readonly #cassette: Cassette;
  readonly #sha256: (text: string) => string;
  readonly #recordings = new Map<string, RecordedExchange[]>();
  readonly #used = new Map<string, number>();

  constructor(cassette: Cassette, sha256: (text: string) => string) {
    this.#cassette = cassette;
    this.#sha256 = sha256;
    for (const exchange of cassette.exchanges) {
      const known = this.#recordings.get(exchange.key);
      if (known === undefined) this.#recordings.set(exchange.key, [exchange]);
      else known.push(exchange);
    }
  }

  /**
   * Answers a question as it was answered.
   *
   * @throws {CassetteError} If the cassette lacks it: going on would be another run than the one recorded.
   */
  ask(request: ModelRequest): Promise<ModelReply> {
    const key = requestDigest(request, this.#sha256);
    const recordings = this.#recordings.get(key) ?? [];
    const used = this.#used.get(key) ?? 0;
    const exchange = recordings[used];
    if (exchange === undefined)
      return Promise.reject(new CassetteError(this.#problem(request, key, used)));
    this.#used.set(key, used + 1);
    return Promise.resolve({ ...exchange.reply, requestSha256: key });
  }

  #problem(request: ModelRequest, key: string, used: number): string {
    const which = `the cassette lacks question ${request.decisionId} (${key.slice(0, 12)}…)`;
    if (used > 0) return `${which}: recorded ${used} times, put once more`;
    const nearest = nearestDifference(this.#cassette, request);
    if (nearest === undefined) return `${which}: nothing is recorded in it`;
    return `${which}: ${nearest.field} differs from the nearest recorded one: asked ${nearest.asked}, recorded ${nearest.recorded}`;
  }
}
