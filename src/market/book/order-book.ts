import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_CLEAR,
  ACTION_FILL,
  ACTION_MODIFY,
  FLAG_LEVEL,
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
import { type BookCore, BookMemory, type BookMemoryState } from './book-memory.ts';
import { BookSide, NO_TICK } from './book-side.ts';
import { CompactReader } from './compact-reader.ts';
import { FillNotes } from './fill-notes.ts';
import {
  CHANGE_ADDED,
  CHANGE_PULLED,
  CHANGE_TRADED,
  CHANGE_UNSEEN,
  D_TOUCH_TS,
  LEVEL_COUNT,
  LEVEL_SIDE,
  LEVEL_TICK,
  NEXT,
  ORDER_ARRIVAL,
  ORDER_LEVEL,
  ORDER_SIZE,
  PREVIOUS,
  RECORD_WORDS,
  W_ARRIVALS,
  W_RECORDS,
} from './layout.ts';
import { LevelChanges } from './level-changes.ts';
import { OrderTable } from './order-table.ts';
import { StreamState } from './stream-state.ts';
import { TickGrid } from './tick-grid.ts';
import { TradeWatch } from './trade-watch.ts';

const MOST_SIZE = 0xffffffff;

/** What the book met that a clean feed does not have. Counted, never fatal. */
export interface BookAnomalies {
  /** Cancels of orders that the book does not know; skipped. */
  unknownCancels: number;
  /** Modifies of unknown orders; taken as adds. */
  unknownModifies: number;
  /** Adds of an id that lives; it replaced the old order. */
  repeatedAdds: number;
  /** Orders with no price, off the tick grid, or beyond 2^31 ticks, and trades with no price; refused. */
  refusedPrices: number;
  /** Orders of size 0; refused. */
  zeroSizes: number;
  /** Orders without a side; refused. */
  noSide: number;
}

/** A copy of a book, as `restore` takes it. */
export interface OrderBookState {
  readonly memory: BookMemoryState;
  readonly anomalies: BookAnomalies;
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
  readonly bids: BookSide;
  readonly asks: BookSide;
  readonly changes: LevelChanges;
  readonly orders: OrderTable;
  readonly anomalies: BookAnomalies = {
    unknownCancels: 0,
    unknownModifies: 0,
    repeatedAdds: 0,
    refusedPrices: 0,
    zeroSizes: 0,
    noSide: 0,
  };
  /** Where the stream of events stands, for whoever drives the book. */
  readonly stream: StreamState;
  /** Which trades the core may pass by, for whoever measures them. */
  readonly tradeWatch: TradeWatch;
  /** Writes out the events of a compiled day. */
  readonly compact: CompactReader;

  readonly #memory: BookMemory;
  /** Bids and asks: chosen by index, for a branch on the side would be wrong half of the time. */
  readonly #sides: readonly [BookSide, BookSide];
  readonly #grid: TickGrid;
  readonly #fills: FillNotes;

  /**
   * @param changesWindowSecs How far back `changes` can be asked.
   * @param core The compiled core, of this book alone; without one every event goes through `apply`.
   */
  constructor(tickNanos: number, changesWindowSecs = 10, core?: BookCore) {
    this.tickNanos = tickNanos;
    this.#memory = new BookMemory(core);
    this.#grid = new TickGrid(tickNanos);
    this.#grid.share(this.#memory);
    this.orders = new OrderTable(this.#memory);
    this.bids = new BookSide(this.#memory, this.orders, 'bid');
    this.asks = new BookSide(this.#memory, this.orders, 'ask');
    this.#sides = [this.bids, this.asks];
    this.changes = new LevelChanges(this.#memory, changesWindowSecs);
    this.#fills = new FillNotes(this.#memory);
    this.stream = new StreamState(this.#memory, this.orders);
    this.tradeWatch = new TradeWatch(this.#memory);
    this.compact = new CompactReader(this.#memory, this.orders, tickNanos);
  }

  /** Joinings so far: the next order that joins a queue gets this number. */
  get arrivals(): number {
    return this.#memory.words[W_ARRIVALS] ?? 0;
  }

  /** When a best price, or the size at it, last changed. */
  get touchTs(): number {
    return this.#memory.doubles[D_TOUCH_TS] ?? 0;
  }

  /** Applies the event at `words[offset]`, which happens at `ts`. */
  apply(words: Int32Array, offset: number, ts: number): void {
    const tags = words[offset + WORD_TAGS] ?? 0;
    const action = (tags >> 16) & 0xff;
    // by frequency: nearly everything is an add or a cancel
    if (action === ACTION_ADD) this.#onAdd(words, offset, tags, ts);
    else if (action === ACTION_CANCEL) this.#onCancel(words, offset, tags, ts);
    else if (action === ACTION_FILL) {
      this.#fills.note(
        ts,
        words[offset + WORD_ORDER_LOW] ?? 0,
        words[offset + WORD_ORDER_HIGH] ?? 0,
        (words[offset + WORD_SIZE] ?? 0) >>> 0,
      );
    } else if (action === ACTION_MODIFY) this.#onModify(words, offset, tags, ts);
    else if (action === ACTION_CLEAR) this.clear(ts);
  }

  /** The record of an order in `orders`, or -1. */
  find(idLow: number, idHigh: number): number {
    return this.orders.find(idLow, idHigh);
  }

  /** The tick that an order stands at. */
  tickOfOrder(record: number): number {
    const { words } = this.#memory;
    return (
      words[(words[W_RECORDS] ?? 0) + this.levelOfOrder(record) * RECORD_WORDS + LEVEL_TICK] ?? 0
    );
  }

  /** The record of the level that an order stands at: what `find` of its side gives for its tick. */
  levelOfOrder(record: number): number {
    const { words } = this.#memory;
    return words[(words[W_RECORDS] ?? 0) + record * RECORD_WORDS + ORDER_LEVEL] ?? 0;
  }

  /** Sum of the displayed size's changes at a level since `since` (later than it). Size then = size now - this. */
  netSince(sign: 1 | -1, tick: number, since: number): number {
    const level = (sign === 1 ? this.bids : this.asks).find(tick);
    return level < 0 ? 0 : this.changes.netSince(level, since);
  }

  /** Size that orders added at a level later than `since`. */
  addedSince(sign: 1 | -1, tick: number, since: number): number {
    const level = (sign === 1 ? this.bids : this.asks).find(tick);
    return level < 0 ? 0 : this.changes.addedSince(level, since);
  }

  /** Size that was cancelled or moved away at a level later than `since`; what traded is not pulled. */
  pulledSince(sign: 1 | -1, tick: number, since: number): number {
    const level = (sign === 1 ? this.bids : this.asks).find(tick);
    return level < 0 ? 0 : this.changes.pulledSince(level, since);
  }

  /** Takes every order out. */
  clear(ts: number): void {
    this.#clearSide(this.bids, ts);
    this.#clearSide(this.asks, ts);
    this.orders.clear();
    this.#memory.doubles[D_TOUCH_TS] = ts;
  }

  /** A copy of all of it, which no later event changes. */
  capture(): OrderBookState {
    return { memory: this.#memory.capture(), anomalies: { ...this.anomalies } };
  }

  /** Becomes what `capture` copied of a book with the same tick, window and kind of core. */
  restore({ memory, anomalies }: OrderBookState): void {
    this.#memory.restore(memory);
    // an id that was looked up before stands for nothing now
    this.orders.expectNothing();
    Object.assign(this.anomalies, anomalies);
  }

  #onAdd(words: Int32Array, offset: number, tags: number, ts: number): void {
    const sideBit = sideBitOf(tags >>> 24);
    if ((tags & FLAG_TOP_OF_BOOK) !== 0 && sideBit >= 0) {
      this.#takeSide(sideBit, ts);
      if (isUndefinedPrice(words, offset)) return;
    }
    const size = words[offset + WORD_SIZE] ?? 0;
    const tick = this.#grid.tickAt(words, offset);
    if (!this.#isUsable(sideBit, tick, size)) return;
    const idLow = words[offset + WORD_ORDER_LOW] ?? 0;
    const idHigh = words[offset + WORD_ORDER_HIGH] ?? 0;
    const kind = (tags & FLAG_SNAPSHOT) === 0 ? CHANGE_ADDED : CHANGE_UNSEEN;
    const known = this.orders.find(idLow, idHigh);
    if (known >= 0) {
      this.anomalies.repeatedAdds++;
      this.#takeFound(known, ts, CHANGE_UNSEEN, 0);
      this.orders.find(idLow, idHigh);
    }
    this.#join(idLow, idHigh, sideBit, tick, size, ts, kind);
  }

  #onCancel(words: Int32Array, offset: number, tags: number, ts: number): void {
    const idLow = words[offset + WORD_ORDER_LOW] ?? 0;
    const idHigh = words[offset + WORD_ORDER_HIGH] ?? 0;
    const order = this.orders.find(idLow, idHigh);
    if (order < 0) {
      this.anomalies.unknownCancels++;
      return;
    }
    const canceled = (words[offset + WORD_SIZE] ?? 0) >>> 0;
    const size = this.orders.size(order);
    const kind = (tags & FLAG_SNAPSHOT) !== 0 ? CHANGE_UNSEEN : CHANGE_PULLED;
    const traded = this.#fills.take(ts, idLow, idHigh, Math.min(canceled, size));
    if (canceled >= size) this.#takeFound(order, ts, kind, traded);
    else this.#shrink(order, size - canceled, ts, kind, traded);
  }

  #onModify(words: Int32Array, offset: number, tags: number, ts: number): void {
    const sideBit = sideBitOf(tags >>> 24);
    const size = words[offset + WORD_SIZE] ?? 0;
    const tick = this.#grid.tickAt(words, offset);
    const idLow = words[offset + WORD_ORDER_LOW] ?? 0;
    const idHigh = words[offset + WORD_ORDER_HIGH] ?? 0;
    if (!this.#isUsable(sideBit, tick, size)) return;
    const order = this.orders.find(idLow, idHigh);
    if (order < 0) {
      this.anomalies.unknownModifies++;
      this.#join(idLow, idHigh, sideBit, tick, size, ts, CHANGE_ADDED);
      return;
    }
    const memory = this.#memory.words;
    const records = memory[W_RECORDS] ?? 0;
    const level =
      records + (memory[records + order * RECORD_WORDS + ORDER_LEVEL] ?? 0) * RECORD_WORDS;
    const oldSize = this.orders.size(order);
    const isHere = memory[level + LEVEL_SIDE] === sideBit && memory[level + LEVEL_TICK] === tick;
    const keepsPlace = isHere && size >>> 0 <= oldSize;
    if (isHere && !keepsPlace && (tags & FLAG_LEVEL) !== 0) {
      this.#grow(order, size >>> 0, ts);
      return;
    }
    const lost = keepsPlace ? oldSize - (size >>> 0) : oldSize;
    const traded = this.#fills.take(ts, idLow, idHigh, lost);
    if (!keepsPlace) {
      this.#takeFound(order, ts, CHANGE_PULLED, traded);
      this.orders.find(idLow, idHigh);
      this.#join(idLow, idHigh, sideBit, tick, size, ts, CHANGE_ADDED);
    } else if (lost > 0) this.#shrink(order, size >>> 0, ts, CHANGE_PULLED, traded);
  }

  /** The order whose id `orders` just did not find joins the back of its level. */
  #join(
    idLow: number,
    idHigh: number,
    sideBit: number,
    tick: number,
    size: number,
    ts: number,
    kind: number,
  ): void {
    const side = this.#sides[sideBit] ?? this.bids;
    const level = side.levelFor(tick);
    const order = this.orders.insertUnfound(idLow, idHigh);
    const { words, doubles } = this.#memory;
    const records = words[W_RECORDS] ?? 0;
    const at = records + order * RECORD_WORDS;
    const levelAt = records + level * RECORD_WORDS;
    const last = words[levelAt + PREVIOUS] ?? level;
    const count = words[levelAt + LEVEL_COUNT] ?? 0;
    words[at + ORDER_SIZE] = size;
    words[at + ORDER_LEVEL] = level;
    words[at + NEXT] = level;
    words[at + PREVIOUS] = last;
    words[at + ORDER_ARRIVAL] = words[W_ARRIVALS] ?? 0;
    words[W_ARRIVALS] = (words[W_ARRIVALS] ?? 0) + 1;
    words[records + last * RECORD_WORDS + NEXT] = order;
    words[levelAt + PREVIOUS] = order;
    words[levelAt + LEVEL_COUNT] = count + 1;
    doubles[levelAt / 2] = (doubles[levelAt / 2] ?? 0) + (size >>> 0);
    if (count === 0) side.markOccupied(tick);
    if (tick === side.best) doubles[D_TOUCH_TS] = ts;
    this.changes.push(ts, level, size, kind, false);
  }

  /**
   * Takes the whole order that `orders` found last out of its queue; `traded` of its size was traded, the rest went as
   * `kind` says.
   */
  #takeFound(order: number, ts: number, kind: number, traded: number): void {
    const { words, doubles } = this.#memory;
    const records = words[W_RECORDS] ?? 0;
    const at = records + order * RECORD_WORDS;
    const level = words[at + ORDER_LEVEL] ?? 0;
    const size = (words[at + ORDER_SIZE] ?? 0) >>> 0;
    const next = words[at + NEXT] ?? 0;
    const previous = words[at + PREVIOUS] ?? 0;
    words[records + previous * RECORD_WORDS + NEXT] = next;
    words[records + next * RECORD_WORDS + PREVIOUS] = previous;
    this.orders.removeFound(order);
    const levelAt = records + level * RECORD_WORDS;
    const count = (words[levelAt + LEVEL_COUNT] ?? 0) - 1;
    words[levelAt + LEVEL_COUNT] = count;
    doubles[levelAt / 2] = (doubles[levelAt / 2] ?? 0) - size;
    const tick = words[levelAt + LEVEL_TICK] ?? 0;
    const side = this.#sides[words[levelAt + LEVEL_SIDE] ?? 0] ?? this.bids;
    if (tick === side.best) doubles[D_TOUCH_TS] = ts;
    if (count === 0) side.markEmpty(tick);
    if (traded > 0) this.changes.push(ts, level, traded, CHANGE_TRADED, true);
    if (traded < size) this.changes.push(ts, level, size - traded, kind, true);
  }

  /** A whole level that one order stands for gets larger. */
  #grow(order: number, size: number, ts: number): void {
    const { words, doubles } = this.#memory;
    const records = words[W_RECORDS] ?? 0;
    const at = records + order * RECORD_WORDS;
    const level = words[at + ORDER_LEVEL] ?? 0;
    const added = size - ((words[at + ORDER_SIZE] ?? 0) >>> 0);
    const levelAt = records + level * RECORD_WORDS;
    words[at + ORDER_SIZE] = size;
    doubles[levelAt / 2] = (doubles[levelAt / 2] ?? 0) + added;
    const side = this.#sides[words[levelAt + LEVEL_SIDE] ?? 0] ?? this.bids;
    if (words[levelAt + LEVEL_TICK] === side.best) doubles[D_TOUCH_TS] = ts;
    this.changes.push(ts, level, added, CHANGE_ADDED, false);
  }

  #shrink(order: number, size: number, ts: number, kind: number, traded: number): void {
    const { words, doubles } = this.#memory;
    const records = words[W_RECORDS] ?? 0;
    const at = records + order * RECORD_WORDS;
    const level = words[at + ORDER_LEVEL] ?? 0;
    const lost = ((words[at + ORDER_SIZE] ?? 0) >>> 0) - size;
    const levelAt = records + level * RECORD_WORDS;
    words[at + ORDER_SIZE] = size;
    doubles[levelAt / 2] = (doubles[levelAt / 2] ?? 0) - lost;
    const side = this.#sides[words[levelAt + LEVEL_SIDE] ?? 0] ?? this.bids;
    if (words[levelAt + LEVEL_TICK] === side.best) doubles[D_TOUCH_TS] = ts;
    if (traded > 0) this.changes.push(ts, level, traded, CHANGE_TRADED, true);
    if (traded < lost) this.changes.push(ts, level, lost - traded, kind, true);
  }

  /** Takes every order of one side out, one by one: the ids of the other side's stay known. */
  #takeSide(sideBit: number, ts: number): void {
    const side = this.#sides[sideBit] ?? this.bids;
    while (side.best !== NO_TICK) {
      const order = side.headAt(side.best);
      this.orders.find(this.orders.idLow(order), this.orders.idHigh(order));
      this.#takeFound(order, ts, CHANGE_UNSEEN, 0);
    }
  }

  /** Empties a side's levels, a change each; the orders' ids are forgotten by the caller. */
  #clearSide(side: BookSide, ts: number): void {
    const memory = this.#memory;
    while (side.best !== NO_TICK) {
      const tick = side.best;
      const level = side.find(tick);
      for (let order = side.headAt(tick); order >= 0; ) {
        const next = this.orders.next(order);
        this.orders.release(order);
        order = next;
      }
      // a level may show more than one change can say
      for (let left = side.sizeAt(tick); left > 0; left -= MOST_SIZE)
        this.changes.push(ts, level, Math.min(left, MOST_SIZE), CHANGE_UNSEEN, true);
      const { words, doubles } = memory;
      const levelAt = (words[W_RECORDS] ?? 0) + level * RECORD_WORDS;
      words[levelAt + NEXT] = level;
      words[levelAt + PREVIOUS] = level;
      words[levelAt + LEVEL_COUNT] = 0;
      doubles[levelAt / 2] = 0;
      side.markEmpty(tick);
    }
  }

  #isUsable(sideBit: number, tick: number, size: number): boolean {
    if (sideBit < 0) this.anomalies.noSide++;
    else if (tick === NO_TICK) this.anomalies.refusedPrices++;
    else if (size === 0) this.anomalies.zeroSizes++;
    else return true;
    return false;
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
