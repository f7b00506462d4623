import {
  ACTION_CLEAR,
  ACTION_MODIFY,
  ACTION_STATUS,
  ACTION_TRADE,
  EVENT_WORDS,
  type EventBatch,
  FLAG_LAST,
  FLAG_SNAPSHOT,
  MBO_HEAD,
  packTags,
  SIDE_ASK,
  SIDE_BID,
  SIDE_NONE,
  WORD_SIZE,
  WORD_TAGS,
} from '../../../domain/event.ts';
import { nanosOnGrid, UNDEFINED_PRICE_HIGH, UNDEFINED_PRICE_LOW } from '../../../domain/price.ts';
import { type DayNumber, type SessionTime, toEpochWords } from '../../../domain/time.ts';
import { LevelTranslator } from '../../../feeds/level-translator.ts';
import type { DepthRow } from './depth-book.ts';

const FIRST_LEVEL = 12;
const LEVEL_WORDS = 8;
const WORD = 4_294_967_296;

/** Writes what the broker tells as market events: levels by the translator that every feed of levels has. */
export class EventMaker {
  readonly #translator: LevelTranslator;
  readonly #record: Int32Array;
  readonly #levels: number;
  readonly #tickNanos: number;
  readonly #day: DayNumber;
  #sequence = 0;

  constructor(levels: number, tickNanos: number, day: DayNumber) {
    this.#translator = new LevelTranslator(levels);
    this.#record = new Int32Array(FIRST_LEVEL + levels * LEVEL_WORDS);
    this.#levels = levels;
    this.#tickNanos = tickNanos;
    this.#day = day;
    this.#setLevels([], []);
  }

  /** The book as it stands now. Sizes are told in whole shares; a row of less is none. */
  book(ts: SessionTime, bids: readonly DepthRow[], asks: readonly DepthRow[]): void {
    this.#setLevels(bids, asks);
    this.#setHead(ts, ACTION_MODIFY, SIDE_NONE, 0, 0);
    this.#translator.onRecord(this.#record, 0);
  }

  /** A trade. Nothing is told of one with a price off the grid: false. */
  trade(ts: SessionTime, price: number, size: number, side: 'buy' | 'sell' | undefined): boolean {
    const nanos = nanosOnGrid(price, this.#tickNanos);
    if (nanos === undefined || !(size >= 1)) return false;
    const tag = side === 'buy' ? SIDE_BID : side === 'sell' ? SIDE_ASK : SIDE_NONE;
    this.#setHead(ts, ACTION_TRADE, tag, nanos, Math.floor(size));
    this.#translator.onRecord(this.#record, 0);
    return true;
  }

  /** Trading stops, or goes on. */
  status(ts: SessionTime, status: number): void {
    const event = this.#event(ts, ACTION_STATUS, FLAG_LAST);
    event[WORD_SIZE] = status;
    this.#translator.put(event);
  }

  /** The book is not known any more. */
  clear(ts: SessionTime): void {
    this.#setLevels([], []);
    this.#translator.forgetBook(this.#event(ts, ACTION_CLEAR, FLAG_SNAPSHOT | FLAG_LAST));
  }

  /** What was made since the last call. */
  take(): EventBatch {
    return this.#translator.takeBatch(true);
  }

  #event(ts: SessionTime, action: number, flags: number): Int32Array {
    const event = new Int32Array(EVENT_WORDS);
    const [low, high] = toEpochWords(this.#day, ts);
    event.set([MBO_HEAD, 1, low, high, 0, 0, UNDEFINED_PRICE_LOW, UNDEFINED_PRICE_HIGH, 0]);
    event[WORD_TAGS] = packTags(action, SIDE_NONE, flags);
    event.set([low, high, 0, ++this.#sequence], WORD_TAGS + 1);
    return event;
  }

  /** The record's head: offsets as in Databento's schema mbp-10. */
  #setHead(ts: SessionTime, action: number, side: number, nanos: number, size: number): void {
    const [low, high] = toEpochWords(this.#day, ts);
    const priceHigh = Math.floor(nanos / WORD);
    // action, side, flags and depth are a byte each
    const tags = action | (side << 8) | (FLAG_LAST << 16);
    const head = [0, 1, low, high, nanos - priceHigh * WORD, priceHigh, size, tags, low, high, 0];
    this.#record.set([...head, ++this.#sequence]);
  }

  #setLevels(bids: readonly DepthRow[], asks: readonly DepthRow[]): void {
    const record = this.#record;
    for (let i = 0; i < this.#levels; i++) {
      const at = FIRST_LEVEL + i * LEVEL_WORDS;
      for (const [column, row] of [bids[i], asks[i]].entries()) {
        const nanos = row === undefined ? undefined : nanosOnGrid(row.price, this.#tickNanos);
        const high = nanos === undefined ? UNDEFINED_PRICE_HIGH : Math.floor(nanos / WORD);
        record[at + column * 2] = nanos === undefined ? UNDEFINED_PRICE_LOW : nanos - high * WORD;
        record[at + column * 2 + 1] = high;
        record[at + 4 + column] = Math.floor(row?.size ?? 0);
      }
    }
  }
}
