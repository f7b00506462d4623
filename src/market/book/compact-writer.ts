import {
  COMPACT_ADD,
  COMPACT_BLOCK_EVENTS,
  COMPACT_CANCEL,
  COMPACT_ELAPSED,
  COMPACT_FILL,
  COMPACT_LAST,
  COMPACT_NEW_SEQUENCE,
  COMPACT_NO_SLOT,
  COMPACT_SIZE,
  COMPACT_TAGS,
  COMPACT_TICK,
  COMPACT_TRADE,
  COMPACT_WHOLE,
  COMPACT_WORDS,
} from '../../domain/compact-layout.ts';
import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_CLEAR,
  ACTION_FILL,
  ACTION_TRADE,
  type CompactEvents,
  EVENT_WORDS,
  eventPriceOf,
  eventTimeOf,
  FLAG_LAST,
  FLAG_MAYBE_BAD_BOOK,
  FLAG_SNAPSHOT,
  FLAG_TOP_OF_BOOK,
  SIDE_ASK,
  SIDE_BID,
  WORD_ORDER_HIGH,
  WORD_ORDER_LOW,
  WORD_SEQUENCE,
  WORD_SIZE,
  WORD_TAGS,
} from '../../domain/event.ts';
import { type BookSide, NO_TICK } from './book-side.ts';
import { OrderBook } from './order-book.ts';

const MOST_ELAPSED = 0xffffffff;
const MOST_TICK = 1 << 30;
const NONE = -1;

/**
 * Turns market events into blocks of a compiled day. It keeps a book of its own, so that each order has a slot for as long
 * as the book has the order, and an event is short only where the book does the plain thing with it.
 */
export class CompactWriter {
  /** Slots needed so far. */
  slots = 0;
  readonly #book: OrderBook;
  readonly #dayLow: number;
  readonly #dayHigh: number;
  /** The slot of each of the book's records, where it is an order; and slots that are free again, the last one first. */
  #slotOf = new Int32Array(1 << 12).fill(NONE);
  #free: number[] = [];
  #used = 0;
  #now = Number.NEGATIVE_INFINITY;
  #sequence = 0;
  readonly #events = new Int32Array(COMPACT_BLOCK_EVENTS * COMPACT_WORDS);
  readonly #sequences = new Int32Array(COMPACT_BLOCK_EVENTS);
  readonly #ids = new Int32Array(COMPACT_BLOCK_EVENTS * 2);
  readonly #wholes = new Int32Array(COMPACT_BLOCK_EVENTS * EVENT_WORDS);
  #count = 0;
  #idWords = 0;
  #wholeWords = 0;

  /** @param day Midnight of the session's day, as `toEpochWords` gives it. */
  constructor(tickNanos: number, day: readonly [low: number, high: number]) {
    this.#book = new OrderBook(tickNanos, 0);
    [this.#dayLow, this.#dayHigh] = day;
  }

  /** True when the block is full: `take` it before the next `push`. */
  get isFull(): boolean {
    return this.#count === COMPACT_BLOCK_EVENTS;
  }

  /** Events of the block at hand. */
  get count(): number {
    return this.#count;
  }

  /**
   * Takes in the event at `words[offset]`.
   *
   * @throws {RangeError} If more than 16 million orders live at once.
   */
  push(words: Int32Array, offset: number): void {
    const book = this.#book;
    const tags = words[offset + WORD_TAGS] ?? 0;
    const action = (tags >> 16) & 0xff;
    const idLow = words[offset + WORD_ORDER_LOW] ?? 0;
    const idHigh = words[offset + WORD_ORDER_HIGH] ?? 0;
    const sequence = words[offset + WORD_SEQUENCE] ?? 0;
    const ts = eventTimeOf(words, offset, this.#dayLow, this.#dayHigh);
    const elapsed = Math.max(0, ts - this.#now);
    const before = book.find(idLow, idHigh);
    const slotBefore = before < 0 ? NONE : (this.#slotOf[before] ?? NONE);
    const isPlain =
      (tags & (FLAG_SNAPSHOT | FLAG_TOP_OF_BOOK | FLAG_MAYBE_BAD_BOOK)) === 0 &&
      elapsed <= MOST_ELAPSED &&
      // out of order: the engine has to see it as it is
      ts >= this.#now &&
      ((sequence - this.#sequence) | 0) >= 0;
    let kind = COMPACT_WHOLE;
    if (isPlain && before >= 0 && action === ACTION_CANCEL) kind = COMPACT_CANCEL;
    else if (
      isPlain &&
      before >= 0 &&
      action === ACTION_FILL &&
      this.#isOfOrder(words, offset, before)
    )
      kind = COMPACT_FILL;

    if (ts > this.#now) this.#now = ts;
    if ((tags & FLAG_TOP_OF_BOOK) !== 0 && action === ACTION_ADD)
      this.#freeSide(tags >>> 24, before);
    book.apply(words, offset, this.#now);
    if (action === ACTION_CLEAR) this.#freeAll();
    const after = book.find(idLow, idHigh);
    const slot = this.#follow(before, slotBefore, after);
    const tick = after < 0 ? NO_TICK : book.tickOfOrder(after);
    if (
      isPlain &&
      action === ACTION_ADD &&
      before < 0 &&
      after >= 0 &&
      tick < MOST_TICK &&
      tick >= -MOST_TICK
    )
      kind = COMPACT_ADD;
    const isTrade = isPlain && action === ACTION_TRADE;
    this.#write(
      words,
      offset,
      kind,
      isTrade,
      kind === COMPACT_WHOLE && !isTrade ? 0 : elapsed,
      tick,
      slot,
      sequence,
    );
    this.#sequence = sequence;
  }

  /** The block at hand; its arrays are used again by the next `push`. */
  take(): CompactEvents {
    const block = {
      events: this.#events.subarray(0, this.#count * COMPACT_WORDS),
      sequences: this.#sequences.subarray(0, this.#count),
      ids: this.#ids.subarray(0, this.#idWords),
      wholes: this.#wholes.subarray(0, this.#wholeWords),
      slots: this.slots,
    };
    this.#count = 0;
    this.#idWords = 0;
    this.#wholeWords = 0;
    return block;
  }

  #write(
    words: Int32Array,
    offset: number,
    kind: number,
    isTrade: boolean,
    elapsed: number,
    tick: number,
    slot: number,
    sequence: number,
  ): void {
    const tags = words[offset + WORD_TAGS] ?? 0;
    const at = this.#count * COMPACT_WORDS;
    const side = tags >>> 24 === SIDE_ASK ? 1 : 0;
    this.#events[at + COMPACT_ELAPSED] = elapsed;
    this.#events[at + COMPACT_TICK] = kind === COMPACT_ADD ? (tick << 1) | side : 0;
    this.#events[at + COMPACT_SIZE] = words[offset + WORD_SIZE] ?? 0;
    this.#events[at + COMPACT_TAGS] =
      ((slot === NONE ? COMPACT_NO_SLOT : slot) << 8) |
      kind |
      (sequence === this.#sequence ? 0 : COMPACT_NEW_SEQUENCE) |
      ((tags & FLAG_LAST) === 0 ? 0 : COMPACT_LAST) |
      (isTrade ? COMPACT_TRADE : 0);
    this.#sequences[this.#count] = sequence;
    if (kind === COMPACT_ADD) {
      this.#ids[this.#idWords++] = words[offset + WORD_ORDER_LOW] ?? 0;
      this.#ids[this.#idWords++] = words[offset + WORD_ORDER_HIGH] ?? 0;
    } else if (kind === COMPACT_WHOLE) {
      this.#wholes.set(words.subarray(offset, offset + EVENT_WORDS), this.#wholeWords);
      this.#wholeWords += EVENT_WORDS;
    }
    this.#count++;
  }

  /** An execution that tells its order's own side and price. */
  #isOfOrder(words: Int32Array, offset: number, record: number): boolean {
    const book = this.#book;
    const isBid = book.bids.find(book.tickOfOrder(record)) === book.levelOfOrder(record);
    return (
      (words[offset + WORD_TAGS] ?? 0) >>> 24 === (isBid ? SIDE_BID : SIDE_ASK) &&
      eventPriceOf(words, offset) === book.tickOfOrder(record) * book.tickNanos
    );
  }

  /** The slot of the event's order, before it or after it. */
  #follow(before: number, slotBefore: number, after: number): number {
    if (before >= 0 && slotBefore !== NONE && this.#slotOf[before] === slotBefore) {
      if (after < 0) {
        this.#slotOf[before] = NONE;
        this.#free.push(slotBefore);
        return slotBefore;
      }
      this.#slotOf[before] = NONE;
      this.#setSlot(after, slotBefore);
      return slotBefore;
    }
    if (after < 0) return NONE;
    const slot = this.#free.pop() ?? this.#used++;
    if (slot >= COMPACT_NO_SLOT) throw new RangeError('more than 16 million orders live at once');
    if (this.#used > this.slots) this.slots = this.#used;
    this.#setSlot(after, slot);
    return slot;
  }

  #setSlot(record: number, slot: number): void {
    if (record >= this.#slotOf.length) {
      const wider = new Int32Array(Math.max(record + 1, this.#slotOf.length * 2)).fill(NONE);
      wider.set(this.#slotOf);
      this.#slotOf = wider;
    }
    this.#slotOf[record] = slot;
  }

  /**
   * An order that stands for a whole side is about to take its place: the side's orders go. `own`: the record of the one
   * with the event's id, by whose slot it is found until then.
   */
  #freeSide(sideCode: number, own: number): void {
    const { bids, asks, orders } = this.#book;
    const side: BookSide | undefined =
      sideCode === SIDE_BID ? bids : sideCode === SIDE_ASK ? asks : undefined;
    for (
      let tick = side?.best ?? NO_TICK;
      tick !== NO_TICK;
      tick = side?.worseThan(tick) ?? NO_TICK
    ) {
      for (let order = side?.headAt(tick) ?? NONE; order >= 0; order = orders.next(order)) {
        if (order === own) continue;
        this.#free.push(this.#slotOf[order] ?? NONE);
        this.#slotOf[order] = NONE;
      }
    }
  }

  #freeAll(): void {
    this.#slotOf.fill(NONE);
    this.#free = [];
    this.#used = 0;
  }
}
