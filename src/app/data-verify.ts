import { openDbnFeed } from '../adapters/databento/dbn-feed.ts';
import { readDepthRows } from '../adapters/databento/depth-rows.ts';
import { openLobsterFeed } from '../adapters/lobster/lobster-feed.ts';
import { readLobsterRows } from '../adapters/lobster/lobster-rows.ts';
import {
  EVENT_WORDS,
  eventTimeOf,
  FLAG_SNAPSHOT,
  WORD_INSTRUMENT,
  WORD_SEQUENCE,
  WORD_TAGS,
} from '../domain/event.ts';
import { formatPrice } from '../domain/price.ts';
import { type DayNumber, formatTimestamp, type SessionTime, toEpochWords } from '../domain/time.ts';
import type { DepthLevel, DepthRow } from '../feeds/depth-row.ts';
import type { Feed } from '../feeds/port.ts';
import { type BookSide, NO_TICK } from '../market/book/book-side.ts';
import { OrderBook } from '../market/book/order-book.ts';
import { LevelOrders } from './level-orders.ts';

/** A level as text: price, size, and orders where the truth tells them. */
export type VerifiedLevel = readonly [price: string, size: number, orders?: number];

/** Where a replay and the truth part for the first time. */
export interface Mismatch {
  /** Row of the truth, from 1. */
  readonly row: number;
  readonly sequence: number;
  /** Of the last event before the row. */
  readonly ts: string;
  readonly side: 'bid' | 'ask';
  /** From 1, the best. */
  readonly level: number;
  /** `null` where there is no level. */
  readonly expected: VerifiedLevel | null;
  readonly found: VerifiedLevel | null;
}

export interface Verification {
  /** Rows that were compared. */
  readonly rows: number;
  /** Rows of them with a difference. */
  readonly mismatches: number;
  readonly first: Mismatch | null;
}

/** Divides every price of a stock and of the large futures; LOBSTER's own unit. */
const DEFAULT_TICK_NANOS = 100_000;

/**
 * Replays a LOBSTER day and compares the book after every message with that row of the orderbook file, all levels.
 *
 * @throws {FeedError} If the files are damaged.
 */
export async function verifyLobster(path: string): Promise<Verification> {
  const feed = await openLobsterFeed(path);
  return verify(feed, DEFAULT_TICK_NANOS, () => readLobsterRows(path));
}

export interface VerifyDbnOptions {
  readonly symbol?: string | undefined;
  /** A price unit that every order's price is a multiple of; 100,000 by default. */
  readonly tickNanos?: number | undefined;
}

/**
 * Replays MBO files (or files of levels) and compares the best levels, sizes and orders with every row of `truth`: a file of schema mbp-10 or
 * a CSV of it. Of rows with one sequence the last is compared.
 *
 * @throws {FeedError} If a file is damaged or of another schema.
 */
export async function verifyDbn(
  files: readonly string[],
  truth: string,
  options: VerifyDbnOptions = {},
): Promise<Verification> {
  const feed = await openDbnFeed({ files, symbol: options.symbol });
  return verify(feed, options.tickNanos ?? DEFAULT_TICK_NANOS, (instrumentId) =>
    readDepthRows(truth, instrumentId),
  );
}

async function verify(
  feed: Feed,
  tickNanos: number,
  readTruth: (instrumentId: number | undefined) => AsyncGenerator<DepthRow>,
): Promise<Verification> {
  try {
    const replay = new Replay(feed, tickNanos);
    const rows = readTruth(await replay.instrumentId());
    let compared = 0;
    let mismatches = 0;
    let first: Mismatch | null = null;
    let row = (await rows.next()).value as DepthRow | undefined;
    while (row !== undefined) {
      const following = (await rows.next()).value as DepthRow | undefined;
      if (following?.sequence !== row.sequence) {
        if (!replay.advanceTo(row.sequence)) await replay.advanceLater(row.sequence);
        compared++;
        const mismatch = replay.compare(row);
        if (mismatch !== undefined) mismatches++;
        first ??= mismatch ?? null;
      }
      row = following;
    }
    // damage behind the last row is damage too
    await replay.finish();
    return { rows: compared, mismatches, first };
  } finally {
    await feed.close();
  }
}

/** A feed's events played into a book as far as asked. */
class Replay {
  readonly #feed: Feed;
  readonly #book: OrderBook;
  /** Where the feed tells levels: how many orders stand there. */
  readonly #levelOrders: LevelOrders | undefined;
  readonly #tickNanos: number;
  readonly #day: DayNumber;
  readonly #baseLow: number;
  readonly #baseHigh: number;
  #words: Int32Array = new Int32Array(0);
  #at = 0;
  #end = 0;
  #isAtEnd = false;
  #ts: SessionTime = 0;

  constructor(feed: Feed, tickNanos: number) {
    this.#feed = feed;
    this.#book = new OrderBook(tickNanos);
    this.#levelOrders = feed.description.depth === 'levels' ? new LevelOrders() : undefined;
    this.#tickNanos = tickNanos;
    this.#day = feed.description.day;
    [this.#baseLow, this.#baseHigh] = toEpochWords(this.#day, 0);
  }

  /** Whose events these are, by the first one. */
  async instrumentId(): Promise<number | undefined> {
    await this.#fill();
    return this.#words[this.#at + WORD_INSTRUMENT];
  }

  /** Applies every event up to and with a sequence; false when more events must be read to know. Snapshots always apply. */
  advanceTo(sequence: number): boolean {
    const words = this.#words;
    for (let at = this.#at; at < this.#end; at += EVENT_WORDS) {
      const isSnapshot = ((words[at + WORD_TAGS] ?? 0) & FLAG_SNAPSHOT) !== 0;
      const own = (words[at + WORD_SEQUENCE] ?? 0) >>> 0;
      if (own > sequence && (!isSnapshot || this.#isWindowed)) {
        this.#at = at;
        return true;
      }
      this.#ts = eventTimeOf(words, at, this.#baseLow, this.#baseHigh);
      this.#book.apply(words, at, this.#ts);
      this.#levelOrders?.onEvent(words, at);
    }
    this.#at = this.#end;
    return this.#isAtEnd;
  }

  async advanceLater(sequence: number): Promise<void> {
    do await this.#fill();
    while (!this.advanceTo(sequence));
  }

  async finish(): Promise<void> {
    while (!this.#isAtEnd) await this.advanceLater(Number.POSITIVE_INFINITY);
  }

  compare(row: DepthRow): Mismatch | undefined {
    return (
      this.#compareSide(row, 'bid', this.#book.bids) ??
      this.#compareSide(row, 'ask', this.#book.asks)
    );
  }

  /** Snapshot events of a window carry their message's sequence; Databento's orders that of long ago or of another channel. */
  get #isWindowed(): boolean {
    return this.#feed.description.levels !== undefined;
  }

  #compareSide(row: DepthRow, name: 'bid' | 'ask', side: BookSide): Mismatch | undefined {
    const levels = name === 'bid' ? row.bids : row.asks;
    let tick = side.best;
    const { depth, levels: known = row.depth } = this.#feed.description;
    const compared = depth === 'levels' ? Math.min(row.depth, known) : row.depth;
    for (let index = 0; index < compared; index++) {
      const expected = levels[index];
      if (!this.#isSame(expected, name, side, tick)) {
        return {
          row: row.row,
          sequence: row.sequence,
          ts: formatTimestamp(this.#day, this.#ts),
          side: name,
          level: index + 1,
          expected:
            expected === undefined ? null : asText(expected.price, expected.size, expected.orders),
          found: this.#levelAt(name, side, tick, expected?.orders !== undefined),
        };
      }
      if (tick !== NO_TICK) tick = side.worseThan(tick);
    }
    return undefined;
  }

  #isSame(
    expected: DepthLevel | undefined,
    name: 'bid' | 'ask',
    side: BookSide,
    tick: number,
  ): boolean {
    if (expected === undefined || tick === NO_TICK)
      return expected === undefined && tick === NO_TICK;
    return (
      tick * this.#tickNanos === expected.price &&
      side.sizeAt(tick) === expected.size &&
      (expected.orders === undefined || this.#ordersAt(name, side, tick) === expected.orders)
    );
  }

  #ordersAt(name: 'bid' | 'ask', side: BookSide, tick: number): number {
    if (this.#levelOrders === undefined) return side.countAt(tick);
    return this.#levelOrders.at(name, tick * this.#tickNanos) ?? 0;
  }

  #levelAt(
    name: 'bid' | 'ask',
    side: BookSide,
    tick: number,
    withOrders: boolean,
  ): VerifiedLevel | null {
    if (tick === NO_TICK) return null;
    return asText(
      tick * this.#tickNanos,
      side.sizeAt(tick),
      withOrders ? this.#ordersAt(name, side, tick) : undefined,
    );
  }

  async #fill(): Promise<void> {
    if (this.#at < this.#end || this.#isAtEnd) return;
    const batch = await this.#feed.next();
    this.#isAtEnd = batch === undefined;
    this.#words = batch?.words ?? new Int32Array(0);
    this.#at = 0;
    this.#end = (batch?.count ?? 0) * EVENT_WORDS;
  }
}

function asText(price: number, size: number, orders: number | undefined): VerifiedLevel {
  return orders === undefined
    ? [formatPrice(price, 2), size]
    : [formatPrice(price, 2), size, orders];
}
