import type { EventBatch } from '../domain/event.ts';
import type { InstrumentDefinition } from '../domain/instrument.ts';
import type { DayNumber } from '../domain/time.ts';

/** What a feed says of itself once it is open. */
export interface FeedDescription {
  readonly format: 'dbn' | 'lobster' | 'generated' | 'ibkr';
  /** File names as given, or the generator's arguments. */
  readonly source: readonly string[];
  readonly symbol: string;
  /** Databento's dataset (`XNAS.ITCH`, `GLBX.MDP3`), `LOBSTER` or `GENERATED`. */
  readonly dataset: string;
  /** Calendar day (UTC) whose midnight the session's times count from: the trading day of the file's end. */
  readonly day: DayNumber;
  /** How event groups end: at the record flagged LAST, or where the sequence changes (Nasdaq flags several of one group). */
  readonly groupEnds: 'last-flag' | 'sequence';
  /** What the feed knows: every order; price levels, each as one order of the book; or trades alone. */
  readonly depth: 'orders' | 'levels' | 'trades';
  /** Where the feed itself works out who the aggressor of a trade was: its sides are no word of the exchange's. */
  readonly aggressor?: 'inferred';
  /** Levels a side that the feed knows at most (LOBSTER, mbp); `undefined` where there is no such window. */
  readonly levels?: number;
  /** What the data say of the instrument, where they do. */
  readonly definition?: InstrumentDefinition | undefined;
  /** Bytes to read in all, for progress. */
  readonly totalBytes: number;
}

/** What a feed has met so far. */
export interface FeedCounts {
  readonly records: number;
  readonly bytesRead: number;
  /** Records of other schemas, recognized and skipped, by schema or record type name. */
  readonly skipped: Readonly<Record<string, number>>;
}

/**
 * A stream of market data in feed order.
 *
 * `next` resolves with `undefined` at the end. It rejects with a `FeedError` when the input is damaged: no events after that.
 */
export interface Feed {
  readonly description: FeedDescription;
  readonly counts: FeedCounts;
  next(): Promise<EventBatch | undefined>;
  /**
   * Goes to a place where it has been: the next batch holds event number `events` (0: the first that `next` ever gave), or
   * comes before the batch that does. Resolves with how many events come before the next batch, or with `undefined` where
   * the feed cannot do it and stays where it is. `counts` counts what is read again, too.
   */
  seek?(events: number): Promise<number | undefined>;
  close(): Promise<void>;
}

/** How far a live feed can be relied on. `stale`: nothing comes. `doubtful`: the book is not known; it is asked for anew. */
export interface FeedStanding {
  readonly state: 'away' | 'filling' | 'live' | 'stale' | 'doubtful' | 'refused';
  /** Why, in words; empty while it is live. */
  readonly words: string;
}

/** A feed of the present. `next` waits until something happens, and ends only where the feed was closed. */
export interface LiveFeed extends Feed {
  readonly standing: FeedStanding;
}

/** Damaged or unusable input: where, what, and what to do about it. The program ends with exit code 3. */
export class FeedError extends Error {
  override readonly name = 'FeedError';
  readonly file: string;
  /** Offset in the (decompressed) stream where the trouble begins, in bytes. */
  readonly byteOffset: number | undefined;

  constructor(
    file: string,
    byteOffset: number | undefined,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(
      byteOffset === undefined ? `${file}: ${problem}` : `${file}: byte ${byteOffset}: ${problem}`,
      options,
    );
    this.file = file;
    this.byteOffset = byteOffset;
  }
}
