import { exponentialOf, type Random } from '../../domain/random.ts';
import { NS_PER_SECOND, type SessionTime } from '../../domain/time.ts';

/** Seconds in which a source of liveliness forgets itself, and its share of the variance. */
const SOURCES = [
  [3, 0.3],
  [40, 0.3],
  [420, 0.25],
  [3600, 0.15],
] as const;
/** How much of the pace's liveliness is the volatility's. */
const SHARED = 0.6;

/**
 * Calm and lively times: factors on volatility and pace for every second. Their logarithms are sums of mean-reverting noises
 * (Uhlenbeck and Ornstein 1930) of memories from seconds to an hour, so that |returns| and counts are alike for long; the
 * mean of the volatility's square and of the pace is 1.
 */
export class Activity {
  readonly #begin: SessionTime;
  readonly #volatility: Float64Array;
  readonly #pace: Float64Array;

  constructor(
    begin: SessionTime,
    end: SessionTime,
    sigma: { readonly volatility: number; readonly pace: number },
    random: Random,
  ) {
    const seconds = Math.ceil((end - begin) / NS_PER_SECOND);
    this.#begin = begin;
    this.#volatility = new Float64Array(seconds);
    this.#pace = new Float64Array(seconds);
    const common = SOURCES.map(() => random.normal());
    const own = SOURCES.map(() => random.normal());
    const ownShare = Math.sqrt(1 - SHARED * SHARED);
    for (let second = 0; second < seconds; second += 1) {
      let both = 0;
      let alone = 0;
      SOURCES.forEach(([memory, share], n) => {
        const kept = 1 - 1 / memory;
        const fresh = Math.sqrt(1 - kept * kept);
        common[n] = kept * (common[n] ?? 0) + fresh * random.normal();
        own[n] = kept * (own[n] ?? 0) + fresh * random.normal();
        const weight = Math.sqrt(share);
        both += weight * (common[n] ?? 0);
        alone += weight * (own[n] ?? 0);
      });
      const { volatility, pace } = sigma;
      this.#volatility[second] = exponentialOf(volatility * both - volatility * volatility);
      this.#pace[second] = exponentialOf(
        pace * (SHARED * both + ownShare * alone) - (pace * pace) / 2,
      );
    }
  }

  volatilityAt(time: SessionTime): number {
    return this.#volatility[Math.floor((time - this.#begin) / NS_PER_SECOND)] ?? 1;
  }

  paceAt(time: SessionTime): number {
    return this.#pace[Math.floor((time - this.#begin) / NS_PER_SECOND)] ?? 1;
  }
}
