import type { Random } from '../../domain/random.ts';
import type { LatencySettings } from '../../domain/settings.ts';
import { NS_PER_MS, type SessionTime } from '../../domain/time.ts';

/** How long a message takes on one leg, to the exchange or back; none overtakes an earlier one. */
export class LatencyLeg {
  readonly #medianNs: number;
  readonly #sigma: number;
  readonly #random: Random | undefined;
  #lastArrival = Number.NEGATIVE_INFINITY;

  constructor(medianMs: number, settings: LatencySettings, random: Random) {
    this.#medianNs = Math.round(medianMs * NS_PER_MS);
    this.#sigma = settings.sigma;
    this.#random = settings.model === 'lognormal' ? random : undefined;
  }

  /** When a message sent at `sentAt` arrives. Draws once a message, in the order of sending. */
  arrivalOf(sentAt: SessionTime): SessionTime {
    const delay =
      this.#random === undefined
        ? this.#medianNs
        : Math.round(this.#random.logNormal(this.#medianNs, this.#sigma));
    this.#lastArrival = Math.max(this.#lastArrival, sentAt + delay);
    return this.#lastArrival;
  }
}
