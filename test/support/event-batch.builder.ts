import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_CLEAR,
  ACTION_FILL,
  ACTION_STATUS,
  ACTION_TRADE,
  EVENT_WORDS,
  type EventBatch,
  FLAG_LAST,
  packTags,
  SIDE_ASK,
  SIDE_BID,
  SIDE_NONE,
  WORD_ORDER_LOW,
  WORD_PRICE_HIGH,
  WORD_PRICE_LOW,
  WORD_SEQUENCE,
  WORD_SIZE,
  WORD_TAGS,
  WORD_TS_EVENT_HIGH,
  WORD_TS_EVENT_LOW,
} from '../../src/domain/event.ts';
import { type DayNumber, toEpochWords } from '../../src/domain/time.ts';

const WORD = 4_294_967_296;

export interface EventExtras {
  /** 128, the end of a group, unless told. */
  readonly flags?: number;
  readonly sequence?: number;
}

/** Events written by hand, in dollars and session times. */
export class EventBatchBuilder {
  readonly #day: DayNumber;
  readonly #events: Int32Array[] = [];
  #sequence = 0;

  constructor(day: DayNumber) {
    this.#day = day;
  }

  get count(): number {
    return this.#events.length;
  }

  add(
    ts: number,
    side: 'bid' | 'ask',
    price: number,
    size: number,
    id: number,
    more?: EventExtras,
  ): this {
    return this.#push(ts, ACTION_ADD, side === 'bid' ? SIDE_BID : SIDE_ASK, price, size, id, more);
  }

  cancel(
    ts: number,
    side: 'bid' | 'ask',
    price: number,
    size: number,
    id: number,
    more?: EventExtras,
  ): this {
    return this.#push(
      ts,
      ACTION_CANCEL,
      side === 'bid' ? SIDE_BID : SIDE_ASK,
      price,
      size,
      id,
      more,
    );
  }

  clear(ts: number, more?: EventExtras): this {
    return this.#push(ts, ACTION_CLEAR, SIDE_NONE, 0, 0, 0, more);
  }

  status(ts: number, status: number): this {
    return this.#push(ts, ACTION_STATUS, SIDE_NONE, 0, status, 0);
  }

  /** A print against nobody in particular. */
  print(
    ts: number,
    aggressor: 'buy' | 'sell' | 'none',
    price: number,
    size: number,
    more?: EventExtras,
  ): this {
    const side = aggressor === 'buy' ? SIDE_BID : aggressor === 'sell' ? SIDE_ASK : SIDE_NONE;
    return this.#push(ts, ACTION_TRADE, side, price, size, 0, more);
  }

  /** A resting order executes: trade, fill and cancel of one group. */
  execute(ts: number, resting: 'bid' | 'ask', price: number, size: number, id: number): this {
    const sequence = this.#sequence + 1;
    this.print(ts, resting === 'bid' ? 'sell' : 'buy', price, size, { flags: 0, sequence });
    const side = resting === 'bid' ? SIDE_BID : SIDE_ASK;
    this.#push(ts, ACTION_FILL, side, price, size, id, { flags: 0, sequence });
    return this.#push(ts, ACTION_CANCEL, side, price, size, id, { sequence });
  }

  build(): EventBatch {
    const words = new Int32Array(this.count * EVENT_WORDS);
    for (const [i, event] of this.#events.entries()) words.set(event, i * EVENT_WORDS);
    return { words, count: this.count };
  }

  #push(
    ts: number,
    action: number,
    side: number,
    dollars: number,
    size: number,
    id: number,
    { flags = FLAG_LAST, sequence = this.#sequence + 1 }: EventExtras = {},
  ): this {
    const price = Math.round(dollars * 1e9);
    const high = Math.floor(price / WORD);
    const [low, top] = toEpochWords(this.#day, ts);
    const words = new Int32Array(EVENT_WORDS);
    words[WORD_TS_EVENT_LOW] = low;
    words[WORD_TS_EVENT_HIGH] = top;
    words[WORD_PRICE_HIGH] = high;
    words[WORD_PRICE_LOW] = price - high * WORD;
    words[WORD_SIZE] = size;
    words[WORD_ORDER_LOW] = id;
    words[WORD_TAGS] = packTags(action, side, flags);
    words[WORD_SEQUENCE] = sequence;
    this.#sequence = sequence;
    this.#events.push(words);
    return this;
  }
}
