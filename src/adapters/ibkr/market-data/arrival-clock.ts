import { type DayNumber, NS_PER_MS, type SessionTime } from '../../../domain/time.ts';

const MS_PER_DAY = 86_400_000;
const SECOND_MS = 1000;

/** How far the local clock is ahead of the broker's, ms, transport included: the broker's whole seconds tell no more than bounds. */
export interface ClockDifference {
  readonly atLeastMs: number;
  readonly atMostMs: number;
}

/**
 * Market time of what arrives: the local clock at its arrival, never going back. The broker's own times are whole seconds; they
 * tell how far the two clocks differ.
 */
export class ArrivalClock {
  readonly #clock: () => number;
  readonly #day: DayNumber;
  #last: SessionTime = Number.NEGATIVE_INFINITY;
  #least = Number.POSITIVE_INFINITY;

  /** @param clock Milliseconds since 1970, with fractions. @param day The day whose midnight session times count from. */
  constructor(clock: () => number, day: DayNumber) {
    this.#clock = clock;
    this.#day = day;
  }

  /** Now. A clock that was set back stands still until it has caught up. */
  now(): SessionTime {
    const time = Math.round((this.#clock() - this.#day * MS_PER_DAY) * NS_PER_MS);
    this.#last = Math.max(this.#last, time);
    return this.#last;
  }

  /** Something came that the broker stamped with this second since 1970. */
  onBrokerSecond(second: number): void {
    this.#least = Math.min(this.#least, this.#clock() - second * SECOND_MS);
  }

  /** `undefined` until the broker has told a time. */
  get difference(): ClockDifference | undefined {
    if (!Number.isFinite(this.#least)) return undefined;
    return { atLeastMs: this.#least - SECOND_MS, atMostMs: this.#least };
  }
}
