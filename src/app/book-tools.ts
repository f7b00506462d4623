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
import { LevelOrders } from './level-orders.ts';
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

/** A level: price as a decimal, displayed size, orders; `null` where the data tell levels and not how many orders are there. */
export type BookLevelView = readonly [price: string, size: number, orders: number | null];

/** The book at a moment. */
export interface BookView {
  readonly ts: string | null;
  readonly sequence: number | null;
  /** `null` where the data tell levels and not orders. */
  readonly orders: number | null;
  /** Levels in all; `null` where the data tell the best ones only and there are as many. */
  readonly bidLevels: number | null;
  readonly askLevels: number | null;
  readonly bids: readonly BookLevelView[];
  readonly asks: readonly BookLevelView[];
  /** SHA-256 of the whole book by order; `null` where the orders are not known. */
  readonly l3Sha256?: string | null;
  /** What is known, where it is not every order. */
  readonly known?: string;
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
  const { book, day, feed } = replay;
  const hasOrders = feed.description.depth === 'orders';
  const { levels = 0 } = feed.description;
  const hash = createSha256();
  if (question.withHash && hasOrders) for (const line of l3Lines(book)) hash.update(line);
  const levelsIn = (side: BookSide) => (hasOrders || side.levels < levels ? side.levels : null);
  return {
    ts: last === undefined ? null : formatTimestamp(day, last.ts),
    sequence: last === undefined ? null : last.sequence,
    orders: hasOrders ? book.orders.count : null,
    bidLevels: levelsIn(book.bids),
    askLevels: levelsIn(book.asks),
    bids: levelsOf(replay, 'bid', question.levels),
    asks: levelsOf(replay, 'ask', question.levels),
    ...(question.withHash ? { l3Sha256: hasOrders ? hash.digest() : null } : {}),
    ...(hasOrders
      ? {}
      : { known: `L2: the best ${levels === 1 ? 'level' : `${levels} levels`} a side` }),
  };
}

/** Header and rows of the best levels, one whenever they changed at the end of an event group. */
export async function* followBook(
  question: Pick<BookQuestion, 'data' | 'settings' | 'levels'>,
): AsyncGenerator<string> {
  const replay = await openReplay(question.data, question.settings);
  const { day, feed } = replay;
  yield headerOf(question.levels);
  const rows: string[] = [];
  let shown = '';
  const finishGroup = (ts: SessionTime, sequence: number): void => {
    const row = rowOf(replay, question.levels);
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
        apply(replay, batch.words, i * EVENT_WORDS, event.ts);
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
  /** Where the feed tells levels: how many orders stand there. */
  readonly levelOrders: LevelOrders | undefined;
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
  if (description.depth === 'trades') {
    await feed.close();
    throw new FeedError(
      data.join(', '),
      undefined,
      'trades only: there is no book in it. A file of schema mbo, mbp-10 or mbp-1 has one.',
    );
  }
  const plan = planSession(description, settings);
  const { book } = createMarket(plan, description);
  return {
    feed,
    book,
    levelOrders: description.depth === 'levels' ? new LevelOrders() : undefined,
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
  const { feed } = replay;
  const byMessage = feed.description.format === 'lobster';
  const byGroup = feed.description.depth === 'levels';
  let records = 0;
  let last: { readonly ts: SessionTime; readonly sequence: number } | undefined;
  try {
    for (let batch = await feed.next(); batch !== undefined; batch = await feed.next()) {
      for (let i = 0; i < batch.count; i++) {
        const event = eventAt(batch, i, replay);
        if (isOver({ ts: event.ts, records: byMessage ? event.sequence - 1 : records }))
          return last;
        apply(replay, batch.words, i * EVENT_WORDS, event.ts);
        // one record of levels is several events
        if (!byGroup || (event.tags & FLAG_LAST) !== 0) records++;
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

function apply(
  { book, levelOrders }: Replay,
  words: Int32Array,
  offset: number,
  ts: SessionTime,
): void {
  book.apply(words, offset, ts);
  levelOrders?.onEvent(words, offset);
}

function levelsOf(
  { book, levelOrders }: Replay,
  name: 'bid' | 'ask',
  most: number,
): BookLevelView[] {
  const side = name === 'bid' ? book.bids : book.asks;
  const levels: BookLevelView[] = [];
  for (
    let tick = side.best;
    tick !== NO_TICK && levels.length < most;
    tick = side.worseThan(tick)
  ) {
    const price = tick * book.tickNanos;
    const orders = levelOrders === undefined ? side.countAt(tick) : levelOrders.at(name, price);
    levels.push([formatPrice(price, 2), side.sizeAt(tick), orders]);
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

/** The best levels of both sides as the columns of a row; a level that is not there is empty, with size and count 0. A count not told is empty. */
function rowOf(replay: Replay, levels: number): string {
  const bids = levelsOf(replay, 'bid', levels);
  const asks = levelsOf(replay, 'ask', levels);
  const cells: (string | number | null)[] = [];
  for (let i = 0; i < levels; i++)
    cells.push(...(bids[i] ?? ['', 0, 0]), ...(asks[i] ?? ['', 0, 0]));
  return cells.join(',');
}
