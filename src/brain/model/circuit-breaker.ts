import { NS_PER_SECOND, type SessionTime } from '../../domain/time.ts';
import type { ModelFailure } from './port.ts';

/** What counts as a failure of the provider; whatever else comes is an answer of it. */
const FAILURES: ReadonlySet<ModelFailure | null> = new Set(['TIMEOUT', 'PROVIDER_ERROR']);

export interface BreakerState {
  readonly failures: number;
  readonly nextTryAt: SessionTime;
}

/**
 * Leaves a provider alone that failed several times in a row: from then on one question every so often tries, until one is
 * answered. Market time alone counts.
 */
export class CircuitBreaker {
  readonly #most: number;
  readonly #pauseNs: number;
  #failures = 0;
  #nextTryAt: SessionTime = Number.NEGATIVE_INFINITY;

  /**
   * @param failures In a row, that open it; 0: it never opens.
   * @param pauseSecs Market time between tries while it is open.
   */
  constructor(failures: number, pauseSecs: number) {
    this.#most = failures === 0 ? Number.POSITIVE_INFINITY : failures;
    this.#pauseNs = pauseSecs * NS_PER_SECOND;
  }

  get isOpen(): boolean {
    return this.#failures >= this.#most;
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** When the next question may be put, while it is open. */
  get nextTryAt(): SessionTime {
    return this.#nextTryAt;
  }

  mayAsk(ts: SessionTime): boolean {
    return !this.isOpen || ts >= this.#nextTryAt;
  }

  /** A copy of all of it, as `restore` takes it. */
  capture(): BreakerState {
    return { failures: this.#failures, nextTryAt: this.#nextTryAt };
  }

  /** Becomes what `capture` copied. */
  restore({ failures, nextTryAt }: BreakerState): void {
    this.#failures = failures;
    this.#nextTryAt = nextTryAt;
  }

  /** What came of the question put at `ts`. */
  onReply(code: ModelFailure | null, ts: SessionTime): void {
    this.#failures = FAILURES.has(code) ? this.#failures + 1 : 0;
    this.#nextTryAt = ts + this.#pauseNs;
  }
}
