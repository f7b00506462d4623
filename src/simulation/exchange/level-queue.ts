import {
  ACTION_CANCEL,
  ACTION_FILL,
  ACTION_MODIFY,
  eventPriceOf,
  FLAG_LAST,
  FLAG_SNAPSHOT,
  SIDE_ASK,
  SIDE_BID,
  WORD_SIZE,
  WORD_TAGS,
} from '../../domain/event.ts';
import type { ExecutionSettings } from '../../domain/settings.ts';
import type { SessionTime } from '../../domain/time.ts';
import { NO_TICK } from '../../market/book/book-side.ts';
import type { OrderBook } from '../../market/book/order-book.ts';
import type { OwnOrder } from './own-order.ts';

/** What a sum of shares of pulled size may be off by without meaning anything. */
const ROUNDING = 1e-6;

/** A copy of what the estimates remember besides the orders, as `restore` takes it. */
export interface LevelQueueState {
  readonly traded: readonly (readonly [key: number, size: number])[];
  readonly tradedTs: SessionTime;
  readonly isGroupEnd: boolean;
}

/**
 * Estimates what stands before our orders where the feed tells levels and not orders (public specification "execution",
 * `queueModel`). An order that joins stands behind all that its level displays. From there
 *
 * - a trade of size q at our price takes min(q, ahead) of what is ahead; the rest of it is for us;
 * - a decrease that no trade of its time explains is size p that was pulled. `risk-averse`: it stood behind us. `pro-rata`: as
 *   much of it as fits the share of the level that is ahead stood ahead, p × ahead ÷ size of the level before it was pulled
 *   (the identity function of the family of models in E. Rigtorp, "Estimating order queue position", 2013,
 *   https://rigtorp.se/2013/06/08/estimating-order-queue-position.html);
 * - no more is ahead than the level displays at the end of an event group; a level that is known to be empty has nothing.
 *
 * At a price beyond the levels that the feed tells nothing is known: endlessly much is ahead until the level is seen, and then
 * all of it. So under `risk-averse` what is estimated ahead, less what was filled, is never below the same by the true place
 * in the queue: at no time has an order filled more than it would have. Proportions err to both sides.
 */
export class LevelQueue {
  readonly #book: OrderBook;
  readonly #levels: number;
  readonly #isProRata: boolean;
  /** Traded at the time stamp at hand and not yet seen to leave its level, by tick and side. */
  readonly #traded = new Map<number, number>();
  #tradedTs: SessionTime = Number.NaN;
  #isGroupEnd = true;

  /** @param levels Levels a side that the feed tells. */
  constructor(book: OrderBook, levels: number, model: ExecutionSettings['queueModel']) {
    this.#book = book;
    this.#levels = levels;
    this.#isProRata = model === 'pro-rata';
  }

  /** An order of ours comes to rest; no event group is open. */
  join(order: OwnOrder): void {
    order.ahead = Number.POSITIVE_INFINITY;
    this.#look(order);
  }

  /** The event at `words[offset]`, before the book applies it. */
  onEvent(
    words: Int32Array,
    offset: number,
    ts: SessionTime,
    bids: readonly OwnOrder[],
    asks: readonly OwnOrder[],
  ): void {
    if (this.#isGroupEnd) {
      for (const order of bids) this.#look(order);
      for (const order of asks) this.#look(order);
    }
    const tags = words[offset + WORD_TAGS] ?? 0;
    this.#isGroupEnd = (tags & FLAG_LAST) !== 0;
    if (!this.#isProRata) return;
    const side = tags >>> 24;
    const action = (tags >> 16) & 0xff;
    const orders = side === SIDE_BID ? bids : side === SIDE_ASK ? asks : [];
    if (orders.length === 0) return;
    if (action === ACTION_FILL) this.#onTraded(words, offset, side, ts);
    else if (action === ACTION_MODIFY || (action === ACTION_CANCEL && (tags & FLAG_SNAPSHOT) === 0))
      this.#onShrunk(words, offset, side, ts, orders, action === ACTION_CANCEL);
  }

  /** What is left of a trade of `size` at the order's price once all that is ahead of it has traded. */
  beyond(order: OwnOrder, size: number): number {
    const ahead = order.ahead;
    order.ahead = Math.max(0, ahead - size);
    return Math.max(0, size - wholeShares(ahead));
  }

  /** Size that the event at `words[offset]`, an A or an M, displays anew at its level; none of one that only came into view. */
  added(words: Int32Array, offset: number): number {
    if (((words[offset + WORD_TAGS] ?? 0) & FLAG_SNAPSHOT) !== 0) return 0;
    const size = (words[offset + WORD_SIZE] ?? 0) >>> 0;
    const side = (words[offset + WORD_TAGS] ?? 0) >>> 24;
    return size - this.#sizeAt(side, eventPriceOf(words, offset) / this.#book.tickNanos);
  }

  /** Whole shares ahead of a resting order as estimated; `null` where its level is not seen. */
  estimateOf(order: OwnOrder): number | null {
    this.#look(order);
    return Number.isFinite(order.ahead) ? wholeShares(order.ahead) : null;
  }

  /** A copy of all of it but what stands ahead, which the orders have. */
  capture(): LevelQueueState {
    return {
      traded: [...this.#traded],
      tradedTs: this.#tradedTs,
      isGroupEnd: this.#isGroupEnd,
    };
  }

  /** Becomes what `capture` copied; book and orders have to be those of the same moment. */
  restore({ traded, tradedTs, isGroupEnd }: LevelQueueState): void {
    this.#traded.clear();
    for (const [key, size] of traded) this.#traded.set(key, size);
    this.#tradedTs = tradedTs;
    this.#isGroupEnd = isGroupEnd;
  }

  /** No more is ahead than is displayed. */
  #look(order: OwnOrder): void {
    if (order.ahead === 0) return;
    const tick = (order.price ?? 0) / this.#book.tickNanos;
    const size = this.#sizeAt(order.sign === 1 ? SIDE_BID : SIDE_ASK, tick);
    if (size > 0) order.ahead = Math.min(order.ahead, size);
    else if (this.#isSeen(order.sign, tick)) order.ahead = 0;
  }

  /** Whether size at a tick would be shown: it is not worse than the worst level of a full window. */
  #isSeen(sign: 1 | -1, tick: number): boolean {
    const side = sign === 1 ? this.#book.bids : this.#book.asks;
    if (side.levels < this.#levels) return true;
    let worst = side.best;
    for (let i = 1; i < this.#levels && worst !== NO_TICK; i++) worst = side.worseThan(worst);
    return (tick - worst) * sign > 0;
  }

  #onTraded(words: Int32Array, offset: number, side: number, ts: SessionTime): void {
    if (ts !== this.#tradedTs) this.#traded.clear();
    this.#tradedTs = ts;
    const key = this.#keyOf(words, offset, side);
    const size = (words[offset + WORD_SIZE] ?? 0) >>> 0;
    this.#traded.set(key, (this.#traded.get(key) ?? 0) + size);
  }

  /** A level gets smaller: what did not trade was pulled, in proportion from before and behind us. */
  #onShrunk(
    words: Int32Array,
    offset: number,
    side: number,
    ts: SessionTime,
    orders: readonly OwnOrder[],
    isGone: boolean,
  ): void {
    const price = eventPriceOf(words, offset);
    const before = this.#sizeAt(side, price / this.#book.tickNanos);
    const size = isGone ? 0 : (words[offset + WORD_SIZE] ?? 0) >>> 0;
    if (size >= before) return;
    const key = this.#keyOf(words, offset, side);
    const pending = ts === this.#tradedTs ? (this.#traded.get(key) ?? 0) : 0;
    const traded = Math.min(pending, before - size);
    if (traded > 0) this.#traded.set(key, pending - traded);
    const stood = before - traded;
    if (stood <= size) return;
    for (const order of orders)
      if (order.price === price && Number.isFinite(order.ahead)) order.ahead *= size / stood;
  }

  #keyOf(words: Int32Array, offset: number, side: number): number {
    const tick = eventPriceOf(words, offset) / this.#book.tickNanos;
    return tick * 2 + (side === SIDE_ASK ? 1 : 0);
  }

  #sizeAt(side: number, tick: number): number {
    return (side === SIDE_BID ? this.#book.bids : this.#book.asks).sizeAt(tick);
  }
}

/** A part of a share ahead is a share ahead. */
function wholeShares(ahead: number): number {
  return Math.max(0, Math.ceil(ahead - ROUNDING));
}
