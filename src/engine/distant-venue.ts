import type { ClientOrderId, OrderReport } from '../domain/order.ts';
import type { SessionTime } from '../domain/time.ts';
import type { ExecutionVenue, VenueNotice } from '../execution/venue.ts';
import type { MatchedVenue } from './matched-venue.ts';

type Submitted = Parameters<ExecutionVenue['submit']>[0];
type Changed = Parameters<ExecutionVenue['modify']>[0];

/** A venue that tells when it has something to say. */
export interface TellingVenue extends ExecutionVenue {
  /** Infinite while it has nothing. */
  readonly nextReport: SessionTime;
}

/** A venue with a market of its own, a broker's: the engine plays nothing to it, and orders travel by themselves. */
export class DistantVenue implements MatchedVenue {
  readonly isWatching = false;
  readonly needsEveryEvent = false;
  readonly watchesQuotes = false;
  readonly nextArrival = Number.POSITIVE_INFINITY;
  readonly #venue: TellingVenue;

  constructor(venue: TellingVenue) {
    this.#venue = venue;
  }

  get nextReport(): SessionTime {
    return this.#venue.nextReport;
  }

  submit(order: Submitted, now: SessionTime): void {
    this.#venue.submit(order, now);
  }

  modify(change: Changed, now: SessionTime): void {
    this.#venue.modify(change, now);
  }

  cancel(id: ClientOrderId, now: SessionTime): void {
    this.#venue.cancel(id, now);
  }

  requestTruth(now: SessionTime): void {
    this.#venue.requestTruth(now);
  }

  takeReport(now: SessionTime): OrderReport | undefined {
    return this.#venue.takeReport(now);
  }

  takeNotice(now: SessionTime): VenueNotice | undefined {
    return this.#venue.takeNotice(now);
  }

  queueAhead(id: ClientOrderId): number | null {
    return this.#venue.queueAhead(id);
  }

  estimatedAhead(id: ClientOrderId): number | null {
    return this.#venue.estimatedAhead(id);
  }

  watchOn(): void {
    // it sees its own market
  }

  handleArrival(): void {
    // nothing arrives here
  }

  onEvent(): void {
    // it sees its own market
  }

  onQuotes(): void {
    // it sees its own market
  }

  setOpen(): void {
    // it knows its own hours
  }

  /** What works there works on: nobody ends it but the venue. */
  expireAll(): void {
    // nothing is ended here
  }

  capture(): never {
    throw new Error('orders at a broker cannot be gone back in');
  }

  restore(): never {
    throw new Error('orders at a broker cannot be gone back in');
  }
}
