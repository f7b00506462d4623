import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_CLEAR,
  ACTION_FILL,
  ACTION_MODIFY,
  eventPriceOf,
  FLAG_SNAPSHOT,
  FLAG_TOP_OF_BOOK,
  SIDE_ASK,
  SIDE_BID,
  WORD_ORDER_HIGH,
  WORD_ORDER_LOW,
  WORD_PRICE_HIGH,
  WORD_PRICE_LOW,
  WORD_SIZE,
  WORD_TAGS,
} from '../../domain/event.ts';
import { UNDEFINED_PRICE_HIGH, UNDEFINED_PRICE_LOW } from '../../domain/price.ts';
import { BookSide, NO_TICK } from './book-side.ts';
import {
  CHANGE_ADDED,
  CHANGE_PULLED,
  CHANGE_TRADED,
  CHANGE_UNSEEN,
  LevelChanges,
} from './level-changes.ts';
import { OrderTable } from './order-table.ts';

const NO_ORDER = -1;

/** What the book met that a clean feed does not have. Counted, never fatal. */
export interface BookAnomalies {
  /** Cancels of orders that the book does not know; skipped. */
  unknownCancels: number;
  /** Modifies of unknown orders; taken as adds. */
  unknownModifies: number;
  /** Adds of an id that lives; it replaced the old order. */
  repeatedAdds: number;
  /** Orders with no price, off the tick grid, or beyond 2^31 ticks; refused. */
  refusedPrices: number;
  /** Orders of size 0; refused. */
  zeroSizes: number;
  /** Orders without a side; refused. */
  noSide: number;
}

/**
 * The limit order book of one instrument, order by order, each in its queue.
 *
 * Databento's rules (https://databento.com/docs/standards-and-conventions/common-fields-enums-types#action): A adds at the
 * back of its level; C takes its size away; M to another price or a larger size goes to the back, to a smaller one
 * keeps its place, of an unknown order is an add; R clears. T, F and N change nothing; an F marks the C or M that
 * follows as traded and not pulled.
 */
export class OrderBook {
  readonly tickNanos: number;
  readonly bids = new BookSide('bid');
  readonly asks = new BookSide('ask');
  readonly changes: LevelChanges;
  readonly orders = new OrderTable();
  readonly anomalies: BookAnomalies = {
    unknownCancels: 0,
    unknownModifies: 0,
    repeatedAdds: 0,
    refusedPrices: 0,
    zeroSizes: 0,
    noSide: 0,
  };
  /** Joinings so far: the next order that joins a queue gets this number. */
  arrivals = 0;
  /** When a best price, or the size at it, last changed. */
  touchTs = 0;

  readonly #filledLow: number[] = [];
  readonly #filledHigh: number[] = [];
  readonly #filledSize: number[] = [];
  #filledTs = 0;

  /** @param changesWindowSecs How far back `changes` can be asked. */
  constructor(tickNanos: number, changesWindowSecs = 10) {
    this.tickNanos = tickNanos;
    this.changes = new LevelChanges(changesWindowSecs);
  }

  /** Applies the event at `words[offset]`, which happens at `ts`. */
  apply(words: Int32Array, offset: number, ts: number): void {
    const tags = words[offset + WORD_TAGS] ?? 0;
    switch ((tags >> 16) & 0xff) {
      case ACTION_ADD:
        this.#onAdd(words, offset, tags, ts);
        break;
      case ACTION_CANCEL:
        this.#onCancel(words, offset, tags, ts);
        break;
      case ACTION_MODIFY:
        this.#onModify(words, offset, tags, ts);
        break;
      case ACTION_FILL:
        this.#onFill(words, offset, ts);
        break;
      case ACTION_CLEAR:
        this.clear(ts);
        break;
      default:
        break;
    }
  }

  /** The slot of an order in `orders`, or -1. */
  find(idLow: number, idHigh: number): number {
    return this.orders.find(idLow, idHigh);
  }

  /** The tick that an order stands at. */
  tickOfOrder(slot: number): number {
    const reference = this.orders.level(slot);
    const side = (reference & 1) === 0 ? this.bids : this.asks;
    return side.tickOf(reference >> 1);
  }

  /** Takes every order out. */
  clear(ts: number): void {
    this.#noteCleared(this.bids, 0, ts);
    this.#noteCleared(this.asks, 1, ts);
    this.bids.clear();
    this.asks.clear();
    this.orders.clear();
    this.touchTs = ts;
  }

  #onAdd(words: Int32Array, offset: number, tags: number, ts: number): void {
    const sideBit = sideBitOf(tags >>> 24);
    if ((tags & FLAG_TOP_OF_BOOK) !== 0 && sideBit >= 0) {
      this.#clearSide(sideBit, ts);
      if (isUndefinedPrice(words, offset)) return;
    }
    const size = words[offset + WORD_SIZE] ?? 0;
    const tick = this.#tickOf(words, offset);
    if (!this.#isUsable(sideBit, tick, size)) return;
    const idLow = words[offset + WORD_ORDER_LOW] ?? 0;
    const idHigh = words[offset + WORD_ORDER_HIGH] ?? 0;
    const kind = (tags & FLAG_SNAPSHOT) === 0 ? CHANGE_ADDED : CHANGE_UNSEEN;
    const known = this.orders.find(idLow, idHigh);
    if (known >= 0) {
      this.anomalies.repeatedAdds++;
      this.#take(known, ts, CHANGE_UNSEEN);
    }
    this.#join(idLow, idHigh, sideBit, tick, size, ts, kind);
  }

  #onCancel(words: Int32Array, offset: number, tags: number, ts: number): void {
    const idLow = words[offset + WORD_ORDER_LOW] ?? 0;
    const idHigh = words[offset + WORD_ORDER_HIGH] ?? 0;
    const slot = this.orders.find(idLow, idHigh);
    if (slot < 0) {
      this.anomalies.unknownCancels++;
      return;
    }
    const canceled = (words[offset + WORD_SIZE] ?? 0) >>> 0;
    const size = this.orders.size(slot);
    const kind = (tags & FLAG_SNAPSHOT) !== 0 ? CHANGE_UNSEEN : CHANGE_PULLED;
    const traded = this.#takeFilled(idLow, idHigh, Math.min(canceled, size), ts);
    if (canceled >= size) this.#take(slot, ts, kind, traded);
    else this.#shrink(slot, size - canceled, ts, kind, traded);
  }

  #onModify(words: Int32Array, offset: number, tags: number, ts: number): void {
    const sideBit = sideBitOf(tags >>> 24);
    const size = words[offset + WORD_SIZE] ?? 0;
    const tick = this.#tickOf(words, offset);
    const idLow = words[offset + WORD_ORDER_LOW] ?? 0;
    const idHigh = words[offset + WORD_ORDER_HIGH] ?? 0;
    if (!this.#isUsable(sideBit, tick, size)) return;
    const slot = this.orders.find(idLow, idHigh);
    if (slot < 0) {
      this.anomalies.unknownModifies++;
      this.#join(idLow, idHigh, sideBit, tick, size, ts, CHANGE_ADDED);
      return;
    }
    const reference = this.orders.level(slot);
    const side = (reference & 1) === 0 ? this.bids : this.asks;
    const oldSize = this.orders.size(slot);
    if (
      (reference & 1) === sideBit &&
      side.tickOf(reference >> 1) === tick &&
      size >>> 0 <= oldSize
    ) {
      if (size >>> 0 < oldSize) {
        const traded = this.#takeFilled(idLow, idHigh, oldSize - (size >>> 0), ts);
        this.#shrink(slot, size >>> 0, ts, CHANGE_PULLED, traded);
      }
      return;
    }
    this.#take(slot, ts, CHANGE_PULLED, this.#takeFilled(idLow, idHigh, oldSize, ts));
    this.#join(idLow, idHigh, sideBit, tick, size, ts, CHANGE_ADDED);
  }

  #onFill(words: Int32Array, offset: number, ts: number): void {
    if (ts !== this.#filledTs) {
      this.#filledTs = ts;
      this.#filledLow.length = 0;
      this.#filledHigh.length = 0;
      this.#filledSize.length = 0;
    }
    this.#filledLow.push(words[offset + WORD_ORDER_LOW] ?? 0);
    this.#filledHigh.push(words[offset + WORD_ORDER_HIGH] ?? 0);
    this.#filledSize.push((words[offset + WORD_SIZE] ?? 0) >>> 0);
  }

  /** How much of `size`, which an order loses now, its fills at this time stamp account for; uses those fills up. */
  #takeFilled(idLow: number, idHigh: number, size: number, ts: number): number {
    if (ts !== this.#filledTs) return 0;
    let traded = 0;
    for (let i = 0; i < this.#filledLow.length && traded < size; i++) {
      if (this.#filledLow[i] !== idLow || this.#filledHigh[i] !== idHigh) continue;
      const part = Math.min(size - traded, this.#filledSize[i] ?? 0);
      this.#filledSize[i] = (this.#filledSize[i] ?? 0) - part;
      traded += part;
    }
    return traded;
  }

  #join(
    idLow: number,
    idHigh: number,
    sideBit: number,
    tick: number,
    size: number,
    ts: number,
    kind: number,
  ): void {
    const side = sideBit === 0 ? this.bids : this.asks;
    const level = side.levelFor(tick);
    const slot = this.orders.insert(idLow, idHigh, size, (level << 1) | sideBit, this.arrivals++);
    const tail = side.tails[level] ?? NO_ORDER;
    if (tail === NO_ORDER) {
      side.heads[level] = slot;
      side.markOccupied(level, tick);
    } else {
      this.orders.setNext(tail, slot);
      this.orders.setPrevious(slot, tail);
    }
    side.tails[level] = slot;
    side.counts[level] = (side.counts[level] ?? 0) + 1;
    side.sizes[level] = (side.sizes[level] ?? 0) + (size >>> 0);
    if (tick === side.best) this.touchTs = ts;
    this.changes.push(ts, sideBit, tick, size >>> 0, kind);
  }

  /** Takes a whole order out of its queue; `traded` of its size was traded, the rest went as `kind` says. */
  #take(slot: number, ts: number, kind: number, traded = 0): void {
    const reference = this.orders.level(slot);
    const sideBit = reference & 1;
    const level = reference >> 1;
    const side = sideBit === 0 ? this.bids : this.asks;
    const size = this.orders.size(slot);
    const tick = side.tickOf(level);
    const next = this.orders.next(slot);
    const previous = this.orders.previous(slot);
    if (previous === NO_ORDER) side.heads[level] = next;
    else this.orders.setNext(previous, next);
    if (next === NO_ORDER) side.tails[level] = previous;
    else this.orders.setPrevious(next, previous);
    this.orders.remove(slot);
    const count = (side.counts[level] ?? 0) - 1;
    side.counts[level] = count;
    side.sizes[level] = (side.sizes[level] ?? 0) - size;
    if (tick === side.best) this.touchTs = ts;
    if (count === 0) side.markEmpty(level, tick);
    this.#noteLost(ts, sideBit, tick, size, kind, traded);
  }

  #shrink(slot: number, size: number, ts: number, kind: number, traded: number): void {
    const reference = this.orders.level(slot);
    const level = reference >> 1;
    const side = (reference & 1) === 0 ? this.bids : this.asks;
    const lost = this.orders.size(slot) - size;
    this.orders.setSize(slot, size);
    side.sizes[level] = (side.sizes[level] ?? 0) - lost;
    const tick = side.tickOf(level);
    if (tick === side.best) this.touchTs = ts;
    this.#noteLost(ts, reference & 1, tick, lost, kind, traded);
  }

  #noteLost(
    ts: number,
    sideBit: number,
    tick: number,
    size: number,
    kind: number,
    traded: number,
  ): void {
    if (traded > 0) this.changes.push(ts, sideBit, tick, -traded, CHANGE_TRADED);
    if (traded < size) this.changes.push(ts, sideBit, tick, traded - size, kind);
  }

  #clearSide(sideBit: number, ts: number): void {
    const side = sideBit === 0 ? this.bids : this.asks;
    while (side.best !== NO_TICK) this.#take(side.headAt(side.best), ts, CHANGE_UNSEEN);
  }

  #noteCleared(side: BookSide, sideBit: number, ts: number): void {
    for (let tick = side.best; tick !== NO_TICK; tick = side.worseThan(tick)) {
      this.changes.push(ts, sideBit, tick, -side.sizeAt(tick), CHANGE_UNSEEN);
    }
  }

  #isUsable(sideBit: number, tick: number, size: number): boolean {
    if (sideBit < 0) this.anomalies.noSide++;
    else if (tick === NO_TICK) this.anomalies.refusedPrices++;
    else if (size === 0) this.anomalies.zeroSizes++;
    else return true;
    return false;
  }

  /** The price in whole ticks, or NO_TICK where it is undefined, off the grid or out of range. */
  #tickOf(words: Int32Array, offset: number): number {
    const tick = eventPriceOf(words, offset) / this.tickNanos;
    // a multiple of the tick divides exactly; anything else leaves a fraction, and int32 cuts off what is too far
    return (tick | 0) === tick ? tick : NO_TICK;
  }
}

function sideBitOf(side: number): number {
  if (side === SIDE_BID) return 0;
  return side === SIDE_ASK ? 1 : -1;
}

function isUndefinedPrice(words: Int32Array, offset: number): boolean {
  return (
    words[offset + WORD_PRICE_HIGH] === UNDEFINED_PRICE_HIGH &&
    words[offset + WORD_PRICE_LOW] === UNDEFINED_PRICE_LOW
  );
}
