import { setTimeout as sleep } from 'node:timers/promises';
import type { GatewayStatus } from '../../../src/app/gateway/gateway-truth.ts';

/** How often the gateway is looked at, real time. */
const LOOK_MS = 10;

/** Looks at what a gateway holds all the time: how long a position was without protection, in market time. */
export class ProtectionWatch {
  last: GatewayStatus | undefined;
  looks = 0;
  /** Looks that found a position. */
  held = 0;
  /** The longest time without protection, ms of market time, by what was seen. */
  longestMs = 0;
  /** The widest distance of two looks, ms of market time: what was shorter may not have been seen. */
  coarsestMs = 0;
  readonly #read: () => Promise<GatewayStatus>;
  readonly #onNaked: (text: string) => void;
  readonly #mostMs: number;
  #nakedSince: number | undefined;
  #isTold = false;
  #isStopped = false;
  readonly #done: Promise<void>;

  /** @param mostMs Of market time: what is longer is told. */
  constructor(read: () => Promise<GatewayStatus>, mostMs: number, onNaked: (text: string) => void) {
    this.#read = read;
    this.#mostMs = mostMs;
    this.#onNaked = onNaked;
    this.#done = this.#watch();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
  }

  async #watch(): Promise<void> {
    while (!this.#isStopped) {
      this.#look(await this.#read());
      await sleep(LOOK_MS);
    }
  }

  #look(status: GatewayStatus): void {
    const { at, unprotected, position } = status;
    if (this.last !== undefined) this.coarsestMs = Math.max(this.coarsestMs, at - this.last.at);
    this.last = status;
    this.looks++;
    if (position !== 0) this.held++;
    if (unprotected === 0) {
      this.#nakedSince = undefined;
      this.#isTold = false;
      return;
    }
    this.#nakedSince ??= at;
    const nakedMs = at - this.#nakedSince;
    this.longestMs = Math.max(this.longestMs, nakedMs);
    if (nakedMs <= this.#mostMs || this.#isTold) return;
    this.#isTold = true;
    this.#onNaked(
      `at ${new Date(at).toISOString()} ${unprotected} of ${position} unprotected for ${Math.round(nakedMs)} ms of market time`,
    );
  }
}
