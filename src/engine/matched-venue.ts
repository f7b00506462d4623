import type { MoneyMicros } from '../domain/money.ts';
import type { PriceNanos } from '../domain/price.ts';
import type { AssumedResult } from '../domain/run.ts';
import type { SessionTime } from '../domain/time.ts';
import type { ExecutionVenue } from '../execution/venue.ts';
import type { StreamState } from '../market/book/stream-state.ts';

/** A venue that the engine plays the market to: the simulated exchange. */
export interface MatchedVenue extends ExecutionVenue {
  /** Whether `onEvent` must see the events that the book's core does not take. */
  readonly isWatching: boolean;
  /** Whether it must see every event for now. */
  readonly needsEveryEvent: boolean;
  /** Whether the end of a time stamp with another touch matters to it. */
  readonly watchesQuotes: boolean;
  /** Tells the stream which plain events it must see. */
  watchOn(stream: StreamState): void;
  readonly nextArrival: SessionTime;
  readonly nextReport: SessionTime;
  /** `last`: LAST, by the market events before it. */
  handleArrival(sequence: number, last: number | null): void;
  onEvent(words: Int32Array, offset: number, ts: SessionTime): void;
  onQuotes(ts: SessionTime): void;
  setOpen(isOpen: boolean, ts: SessionTime): void;
  expireAll(ts: SessionTime): void;
  /**
   * What the run would have made under other assumptions, where that was followed. `run`: what it did make, and its round
   * trips; `closing`: what a position could be closed at.
   */
  assumptions?(
    run: { readonly micros: MoneyMicros; readonly trades: number },
    closing: (position: number) => PriceNanos | null,
  ): readonly AssumedResult[];
  /** A copy of all of it but the book, plain data, as `restore` of one with the same options takes it. */
  capture(): unknown;
  restore(state: unknown): void;
}
