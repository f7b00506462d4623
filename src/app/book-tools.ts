import type { ResolvedConfig } from '../config/load-config.ts';
import {
  EVENT_WORDS,
  type EventBatch,
  eventTimeOf,
  FLAG_LAST,
  WORD_SEQUENCE,
  WORD_TAGS,
} from '../domain/event.ts';
import { formatPrice } from '../domain/price.ts';
import { formatTimestamp, type SessionTime, toEpochWords } from '../domain/time.ts';
import { type Feed, FeedError } from '../feeds/port.ts';
import { type BookSide, NO_TICK } from '../market/book/book-side.ts';
import { l3Lines } from '../market/book/l3-lines.ts';
import type { OrderBook } from '../market/book/order-book.ts';
import { createSha256 } from '../platform/sha256.ts';
import { findSessionFiles } from './open-feed.ts';
import {
  chosenSymbol,
  createMarket,
  openSessionFeed,
  parseAt,
  planSession,
} from './session-setup.ts';

/** Where to stop: a TIME of the command line, or after so many records (of LOBSTER: messages). Neither: at the end. */
export interface BookQuestion {
  readonly data: readonly string[];
  readonly settings: ResolvedConfig;
  readonly at?: string | undefined;
  readonly after?: number | undefined;
  readonly levels: number;
  readonly withHash: boolean;
}

/** A level: price as a decimal, displayed size, orders. */
export type BookLevelView = readonly [price: string, size: number, orders: number];

/** The book at a moment. */
export interface BookView {
  readonly ts: string | null;
  readonly sequence: number | null;
  readonly orders: number;
  readonly bidLevels: number;
  readonly askLevels: number;
  readonly bids: readonly BookLevelView[];
  readonly asks: readonly BookLevelView[];
  /** SHA-256 of the whole book by order. */
  readonly l3Sha256?: string;
}

/**
 * The book at a moment of a file, or of several that follow each other.
 *
 * @throws {FeedError} If the data are damaged, hold no orders, or `at` is no time.
 */
export async function bookAt(question: BookQuestion): Promise<BookView> {
  const replay = await openReplay(question.data, question.settings);
  const until =
    question.at === undefined ? Number.POSITIVE_INFINITY : replay.parseTime(question.at);
  const most = question.after ?? Number.POSITIVE_INFINITY;
  const last = await playBook(replay, (state) => state.ts > until || state.records >= most);
  const { book, day } = replay;
  const hash = createSha256();
  if (question.withHash) for (const line of l3Lines(book)) hash.update(line);
  return {
    ts: last === undefined ? null : formatTimestamp(day, last.ts),
    sequence: last === undefined ? null : last.sequence,
    orders: book.orders.count,
    bidLevels: book.bids.levels,
    askLevels: book.asks.levels,
    bids: levelsOf(book, book.bids, question.levels),
    asks: levelsOf(book, book.asks, question.levels),
    ...(question.withHash ? { l3Sha256: hash.digest() } : {}),
  };
}

/** Header and rows of the best levels, one whenever they changed at the end of an event group. */
export async function* followBook(
  question: Pick<BookQuestion, 'data' | 'settings' | 'levels'>,
): AsyncGenerator<string> {
  const replay = await openReplay(question.data, question.settings);
  const { book, day, feed } = replay;
  yield headerOf(question.levels);
  const rows: string[] = [];
  let shown = '';
  const finishGroup = (ts: SessionTime, sequence: number): void => {
    const row = rowOf(book, question.levels);
    if (row === shown) return;
    shown = row;
    rows.push(`${formatTimestamp(day, ts)},${sequence},${row}\n`);
  };
  const bySequence = feed.description.groupEnds === 'sequence';
  let open: { ts: SessionTime; sequence: number } | undefined;
  try {
    for (let batch = await feed.next(); batch !== undefined; batch = await feed.next()) {
      for (let i = 0; i < batch.count; i++) {
        const event = eventAt(batch, i, replay);
        if (bySequence && open !== undefined && open.sequence !== event.sequence)
          finishGroup(open.ts, open.sequence);
        book.apply(batch.words, i * EVENT_WORDS, event.ts);
        open = event;
        if (!bySequence && (event.tags & FLAG_LAST) !== 0) finishGroup(event.ts, event.sequence);
      }
      yield* rows;
      rows.length = 0;
    }
    if (open !== undefined) finishGroup(open.ts, open.sequence);
    yield* rows;
  } finally {
    await feed.close();
  }
}

interface Replay {
  readonly feed: Feed;
  readonly book: OrderBook;
  readonly day: number;
  readonly base: readonly [low: number, high: number];
  /** Latest time reached: market time never runs back. */
  clock: SessionTime;
  parseTime(text: string): SessionTime;
}

async function openReplay(data: readonly string[], settings: ResolvedConfig): Promise<Replay> {
  // a book has a tick and no trading status: what is counted are the records that were given
  const files = await findSessionFiles(data, ['definition']);
  const feed = await openSessionFeed(files, chosenSymbol(settings));
  const { description } = feed;
  if (description.depth !== 'orders') {
    await feed.close();
    throw new FeedError(
      data.join(', '),
      undefined,
      'trades only: there is no book in it. A file of schema mbo has one.',
    );
  }
  const plan = planSession(description, settings);
  const { book } = createMarket(plan);
  return {
    feed,
    book,
    day: description.day,
    base: toEpochWords(description.day, 0),
    clock: Number.NEGATIVE_INFINITY,
    parseTime: (text) => parseAt(text, data, plan),
  };
}

/** Applies events until `isOver` of the next one. Returns the last that was applied. */
async function playBook(
  replay: Replay,
  isOver: (next: { readonly ts: SessionTime; readonly records: number }) => boolean,
): Promise<{ readonly ts: SessionTime; readonly sequence: number } | undefined> {
  const { feed, book } = replay;
  const byMessage = feed.description.format === 'lobster';
  let records = 0;
  let last: { readonly ts: SessionTime; readonly sequence: number } | undefined;
  try {
    for (let batch = await feed.next(); batch !== undefined; batch = await feed.next()) {
      for (let i = 0; i < batch.count; i++) {
        const event = eventAt(batch, i, replay);
        if (isOver({ ts: event.ts, records: byMessage ? event.sequence - 1 : records }))
          return last;
        book.apply(batch.words, i * EVENT_WORDS, event.ts);
        records++;
        last = event;
      }
    }
    return last;
  } finally {
    await feed.close();
  }
}

function eventAt(
  { words }: EventBatch,
  index: number,
  replay: Replay,
): { ts: SessionTime; sequence: number; tags: number } {
  const offset = index * EVENT_WORDS;
  const [low, high] = replay.base;
  const ts = eventTimeOf(words, offset, low, high);
  replay.clock = Math.max(replay.clock, ts);
  return {
    ts: replay.clock,
    sequence: (words[offset + WORD_SEQUENCE] ?? 0) >>> 0,
    tags: words[offset + WORD_TAGS] ?? 0,
  };
}

function levelsOf({ tickNanos }: OrderBook, side: BookSide, most: number): BookLevelView[] {
  const levels: BookLevelView[] = [];
  for (
    let tick = side.best;
    tick !== NO_TICK && levels.length < most;
    tick = side.worseThan(tick)
  ) {
    levels.push([formatPrice(tick * tickNanos, 2), side.sizeAt(tick), side.countAt(tick)]);
  }
  return levels;
}

function headerOf(levels: number): string {
  const columns = ['ts_event', 'sequence'];
  for (let i = 0; i < levels; i++) {
    const number = String(i).padStart(2, '0');
    for (const side of ['bid', 'ask'])
      for (const what of ['px', 'sz', 'ct']) columns.push(`${side}_${what}_${number}`);
  }
  return `${columns.join(',')}\n`;
}

/** The best levels of both sides as the columns of a row; a level that is not there is empty, with size and count 0. */
function rowOf(book: OrderBook, levels: number): string {
  const bids = levelsOf(book, book.bids, levels);
  const asks = levelsOf(book, book.asks, levels);
  const cells: (string | number)[] = [];
  for (let i = 0; i < levels; i++)
    cells.push(...(bids[i] ?? ['', 0, 0]), ...(asks[i] ?? ['', 0, 0]));
  return cells.join(',');
}
