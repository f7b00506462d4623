import {
  ACTION_CLEAR,
  ACTION_FILL,
  ACTION_STATUS,
  ACTION_TRADE,
  EVENT_WORDS,
  type EventBatch,
  FLAG_SNAPSHOT,
  WORD_TAGS,
} from '../../src/domain/event.ts';
import { LevelTranslator } from '../../src/feeds/level-translator.ts';
import { type BookSide, NO_TICK } from '../../src/market/book/book-side.ts';
import { OrderBook } from '../../src/market/book/order-book.ts';

const WORD = 4_294_967_296;
const UNDEFINED = [-1, 0x7fffffff] as const;

/** A level as plain values: price in 1e-9, size, orders. */
export type PlainLevel = readonly [price: number, size: number, orders: number];

/** The best `most` levels of a side. */
export function bestOf(
  side: BookSide,
  most: number,
  tickNanos: number,
  ordersAt = (tick: number): number => side.countAt(tick),
): PlainLevel[] {
  const levels: PlainLevel[] = [];
  for (let tick = side.best; tick !== NO_TICK && levels.length < most; tick = side.worseThan(tick))
    levels.push([tick * tickNanos, side.sizeAt(tick), ordersAt(tick)]);
  return levels;
}

/**
 * Makes records of schema mbp-N of market-by-order events, as Databento documents them: a record for every trade, with the
 * book before its effect, and one for every event that changes the best N levels, with the book after it. Executions have no
 * record of their own, and what is flagged as snapshot happened before the file begins.
 */
export class LevelRecorder {
  readonly book: OrderBook;
  readonly #levels: number;
  #shown: Int32Array = new Int32Array(0);

  constructor(tickNanos: number, levels: number) {
    this.book = new OrderBook(tickNanos);
    this.#levels = levels;
  }

  get bids(): PlainLevel[] {
    return bestOf(this.book.bids, this.#levels, this.book.tickNanos);
  }

  get asks(): PlainLevel[] {
    return bestOf(this.book.asks, this.#levels, this.book.tickNanos);
  }

  /** The record of an event, or `undefined` where it makes none. */
  record(words: Int32Array, offset: number, ts: number): Int32Array | undefined {
    const tags = words[offset + WORD_TAGS] ?? 0;
    const action = (tags >> 16) & 0xff;
    if (action === ACTION_TRADE) return this.#write(words, offset);
    if (action === ACTION_FILL || action === ACTION_STATUS) return undefined;
    this.book.apply(words, offset, ts);
    if ((tags & FLAG_SNAPSHOT) !== 0) return undefined;
    const record = this.#write(words, offset);
    const isSame = record.subarray(12).every((word, i) => word === this.#shown[i]);
    if (isSame && action !== ACTION_CLEAR) return undefined;
    this.#shown = record.subarray(12);
    return record;
  }

  #write(words: Int32Array, offset: number): Int32Array {
    const length = 12 + this.#levels * 8;
    const record = new Int32Array(length);
    const tags = words[offset + WORD_TAGS] ?? 0;
    const word = (index: number): number => words[offset + index] ?? 0;
    record[0] = length | ((this.#levels === 1 ? 0x01 : 0x0a) << 8) | (word(0) & ~0xffff);
    for (let i = 1; i < 4; i++) record[i] = word(i);
    record[4] = word(6);
    record[5] = word(7);
    record[6] = word(8);
    record[7] = ((tags >> 16) & 0xff) | ((tags >>> 24) << 8) | ((tags & 0xff) << 16);
    for (let i = 8; i < 12; i++) record[i] = word(i + 2);
    const { bids, asks } = this;
    for (let i = 0; i < this.#levels; i++) {
      const at = 12 + i * 8;
      for (const [column, level] of [bids[i], asks[i]].entries()) {
        const [price, size, orders] = level ?? [undefined, 0, 0];
        const high = price === undefined ? UNDEFINED[1] : Math.floor(price / WORD);
        record[at + column * 2 + 1] = high;
        record[at + column * 2] = price === undefined ? UNDEFINED[0] : price - high * WORD;
        record[at + 4 + column] = size;
        record[at + 6 + column] = orders;
      }
    }
    return record;
  }
}

/** What a file of the best `levels` levels of a market-by-order batch gives as events. */
export function levelBatchOf(batch: EventBatch, tickNanos: number, levels: number): EventBatch {
  const recorder = new LevelRecorder(tickNanos, levels);
  const translator = new LevelTranslator(levels);
  for (let i = 0; i < batch.count; i++) {
    const record = recorder.record(batch.words, i * EVENT_WORDS, i);
    if (record !== undefined) translator.onRecord(record, 0);
  }
  return translator.takeBatch(true);
}
