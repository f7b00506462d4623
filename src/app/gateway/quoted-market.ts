import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_FILL,
  ACTION_STATUS,
  ACTION_TRADE,
  EVENT_WORDS,
  FLAG_LAST,
  packTags,
  SIDE_ASK,
  SIDE_BID,
  SIDE_NONE,
  STATUS_HALTED,
  STATUS_TRADING,
  WORD_ORDER_LOW,
  WORD_PRICE_HIGH,
  WORD_PRICE_LOW,
  WORD_SEQUENCE,
  WORD_SIZE,
  WORD_TAGS,
} from '../../domain/event.ts';
import { NANOS_PER_UNIT, nanosOnGrid, type PriceNanos } from '../../domain/price.ts';
import type { Side } from '../../domain/side.ts';
import type { SessionTime } from '../../domain/time.ts';
import type { MatchedMarket } from './matched-market.ts';

const WORD = 4_294_967_296;

interface QuotedLevel {
  readonly id: number;
  readonly side: number;
  readonly price: PriceNanos;
  readonly size: number;
}

/** A market whose quotes and trades are set by hand: for trying things out, and for tests. Prices in dollars. */
export class QuotedMarket {
  readonly #market: MatchedMarket;
  readonly #tickNanos: number;
  #levels: QuotedLevel[] = [];
  #ids = 0;
  #sequence = 0;
  #ts: SessionTime = Number.NEGATIVE_INFINITY;

  constructor(market: MatchedMarket, tickNanos: number) {
    this.#market = market;
    this.#tickNanos = tickNanos;
  }

  /** The best bid and ask from now on, the only levels there are. What moves through an order of ours fills it. */
  quote(bid: number, ask: number, bidSize: number, askSize: number): void {
    this.depth([[bid, bidSize]], [[ask, askSize]]);
  }

  /** The whole book from now on: price and size of each level. */
  depth(
    bids: readonly (readonly [price: number, size: number])[],
    asks: readonly (readonly [price: number, size: number])[],
  ): void {
    const ts = this.#tick();
    for (const { id, side, price, size } of this.#levels)
      this.#take({ action: ACTION_CANCEL, side, price, size, id }, ts);
    const levels = (rows: typeof bids, side: number): QuotedLevel[] =>
      rows.map(([price, size]) => ({ id: ++this.#ids, side, price: this.#nanos(price), size }));
    this.#levels = [...levels(bids, SIDE_BID), ...levels(asks, SIDE_ASK)];
    for (const { id, side, price, size } of this.#levels)
      this.#take({ action: ACTION_ADD, side, price, size, id }, ts);
    this.#market.settle(ts);
  }

  /**
   * Somebody trades. Whoever took is `aggressor`, or told by the price: at or above the middle a buyer, below it a seller. Orders of
   * ours at that price or better have their part of the size; the quotes stay.
   */
  trade(price: number, size: number, aggressor?: Side): void {
    const nanos = this.#nanos(price);
    const { bid, ask } = this.#market.top;
    const middle = bid === undefined || ask === undefined ? nanos : (bid.price + ask.price) / 2;
    const isBuyer = aggressor === undefined ? nanos >= middle : aggressor === 'buy';
    const ts = this.#tick();
    const taking = isBuyer ? SIDE_BID : SIDE_ASK;
    const resting = isBuyer ? SIDE_ASK : SIDE_BID;
    this.#take({ action: ACTION_TRADE, side: taking, price: nanos, size, id: 0 }, ts);
    this.#take({ action: ACTION_FILL, side: resting, price: nanos, size, id: ++this.#ids }, ts);
    this.#market.settle(ts);
  }

  /** Trading stops, or goes on. */
  halt(isHalted: boolean): void {
    const ts = this.#tick();
    const size = isHalted ? STATUS_HALTED : STATUS_TRADING;
    this.#take({ action: ACTION_STATUS, side: SIDE_NONE, price: 0, size, id: 0 }, ts);
    this.#market.settle(ts);
  }

  /** A moment of its own for what happens next. */
  #tick(): SessionTime {
    this.#ts = Math.max(this.#ts + 1, this.#market.time);
    return this.#ts;
  }

  #take(
    event: Pick<QuotedLevel, 'id' | 'side' | 'price' | 'size'> & { readonly action: number },
    ts: SessionTime,
  ): void {
    const words = new Int32Array(EVENT_WORDS);
    const high = Math.floor(event.price / WORD);
    words[WORD_PRICE_HIGH] = high;
    words[WORD_PRICE_LOW] = event.price - high * WORD;
    words[WORD_SIZE] = event.size;
    words[WORD_ORDER_LOW] = event.id;
    words[WORD_TAGS] = packTags(event.action, event.side, FLAG_LAST);
    words[WORD_SEQUENCE] = ++this.#sequence;
    this.#market.take(words, 0, ts);
  }

  #nanos(price: number): PriceNanos {
    return nanosOnGrid(price, this.#tickNanos) ?? Math.round(price * NANOS_PER_UNIT);
  }
}
