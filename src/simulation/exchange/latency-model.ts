import type { Random, RandomState } from '../../domain/random.ts';
import type { LatencySettings } from '../../domain/settings.ts';
import { NS_PER_MS, type SessionTime } from '../../domain/time.ts';

/** A copy of a leg, as `restore` takes it. */
export interface LatencyLegState {
  readonly lastArrival: SessionTime;
  readonly random: RandomState | undefined;
}

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
  /** A copy of what it remembers. */
  capture(): LatencyLegState {
    return { lastArrival: this.#lastArrival, random: this.#random?.capture() };
  }

  /** Becomes what `capture` copied of a leg with the same settings and seed. */
  restore({ lastArrival, random }: LatencyLegState): void {
    this.#lastArrival = lastArrival;
    if (random !== undefined) this.#random?.restore(random);
  }
}
