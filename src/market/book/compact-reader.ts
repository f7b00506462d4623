import {
  COMPACT_ADD,
  COMPACT_CANCEL,
  COMPACT_ELAPSED,
  COMPACT_KIND,
  COMPACT_LAST,
  COMPACT_NO_SLOT,
  COMPACT_SIZE,
  COMPACT_TAGS,
  COMPACT_TICK,
  COMPACT_WHOLE,
  COMPACT_WORDS,
} from '../../domain/compact-layout.ts';
import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_CLEAR,
  ACTION_FILL,
  type CompactEvents,
  EVENT_WORDS,
  FLAG_LAST,
  packTags,
  SIDE_ASK,
  SIDE_BID,
  WORD_ORDER_HIGH,
  WORD_ORDER_LOW,
  WORD_PRICE_HIGH,
  WORD_PRICE_LOW,
  WORD_SEQUENCE,
  WORD_SIZE,
  WORD_TAGS,
} from '../../domain/event.ts';
import type { BookMemory } from './book-memory.ts';
import {
  LEVEL_SIDE,
  LEVEL_TICK,
  ORDER_LEVEL,
  RECORD_WORDS,
  W_NEXT_ID,
  W_NEXT_WHOLE,
  W_RECORDS,
  W_SLOT_BASE,
} from './layout.ts';
import type { OrderTable } from './order-table.ts';

const WORD = 4_294_967_296;

/** Writes events of a compiled day out as market events, for whoever has to see one: the book's core takes most as they are. */
export class CompactReader {
  readonly #memory: BookMemory;
  readonly #orders: OrderTable;
  readonly #tickNanos: number;
  readonly #event = new Int32Array(EVENT_WORDS);

  constructor(memory: BookMemory, orders: OrderTable, tickNanos: number) {
    this.#memory = memory;
    this.#orders = orders;
    this.#tickNanos = tickNanos;
  }

  /** Event `from` of a block comes next: its first, or the one after the last that was taken. */
  open(block: CompactEvents, from: number): void {
    if (this.#memory.words[W_SLOT_BASE] === 0) this.#orders.reserveSlots(block.slots);
    if (from > 0) return;
    const { words } = this.#memory;
    words[W_NEXT_ID] = 0;
    words[W_NEXT_WHOLE] = 0;
  }

  /** Nanoseconds from the time reached to event `i`; `undefined` where the event itself tells its time. */
  elapsed({ events }: CompactEvents, i: number): number | undefined {
    const at = i * COMPACT_WORDS;
    if (((events[at + COMPACT_TAGS] ?? 0) & COMPACT_KIND) === COMPACT_WHOLE) return undefined;
    return (events[at + COMPACT_ELAPSED] ?? 0) >>> 0;
  }

  /**
   * Event `i`, the next of the block, as a market event at the start of an array that the next call uses again. It lacks
   * its times. Orders are found by its id until `pass`.
   */
  expand({ events, ids, sequences, wholes }: CompactEvents, i: number): Int32Array {
    const at = i * COMPACT_WORDS;
    const tags = events[at + COMPACT_TAGS] ?? 0;
    const kind = tags & COMPACT_KIND;
    const slot = tags >>> 8;
    const event = this.#event;
    const { words } = this.#memory;
    if (kind === COMPACT_WHOLE) {
      const from = (words[W_NEXT_WHOLE] ?? 0) * EVENT_WORDS;
      event.set(wholes.subarray(from, from + EVENT_WORDS));
    } else {
      let side = (events[at + COMPACT_TICK] ?? 0) & 1;
      let tick = (events[at + COMPACT_TICK] ?? 0) >> 1;
      if (kind === COMPACT_ADD) {
        event[WORD_ORDER_LOW] = ids[2 * (words[W_NEXT_ID] ?? 0)] ?? 0;
        event[WORD_ORDER_HIGH] = ids[2 * (words[W_NEXT_ID] ?? 0) + 1] ?? 0;
      } else {
        const order = (words[W_SLOT_BASE] ?? 0) + slot;
        const records = words[W_RECORDS] ?? 0;
        const level =
          records + (words[records + order * RECORD_WORDS + ORDER_LEVEL] ?? 0) * RECORD_WORDS;
        side = words[level + LEVEL_SIDE] ?? 0;
        tick = words[level + LEVEL_TICK] ?? 0;
        event[WORD_ORDER_LOW] = this.#orders.idLow(order);
        event[WORD_ORDER_HIGH] = this.#orders.idHigh(order);
      }
      const price = tick * this.#tickNanos;
      event[WORD_PRICE_LOW] = price;
      event[WORD_PRICE_HIGH] = Math.floor(price / WORD);
      event[WORD_SIZE] = events[at + COMPACT_SIZE] ?? 0;
      event[WORD_SEQUENCE] = sequences[i] ?? 0;
      event[WORD_TAGS] = packTags(
        kind === COMPACT_ADD ? ACTION_ADD : kind === COMPACT_CANCEL ? ACTION_CANCEL : ACTION_FILL,
        side === 0 ? SIDE_BID : SIDE_ASK,
        (tags & COMPACT_LAST) === 0 ? 0 : FLAG_LAST,
      );
    }
    // the day's writer follows no order through a clear, though one may have the id that it carries
    if ((((event[WORD_TAGS] ?? 0) >> 16) & 0xff) === ACTION_CLEAR) this.#orders.expectNothing();
    else
      this.#orders.expect(
        event[WORD_ORDER_LOW] ?? 0,
        event[WORD_ORDER_HIGH] ?? 0,
        slot === COMPACT_NO_SLOT ? -1 : slot,
      );
    return event;
  }

  /** Event `i`, which `expand` gave, has been taken. */
  pass({ events }: CompactEvents, i: number): void {
    const { words } = this.#memory;
    const kind = (events[i * COMPACT_WORDS + COMPACT_TAGS] ?? 0) & COMPACT_KIND;
    if (kind === COMPACT_WHOLE) words[W_NEXT_WHOLE] = (words[W_NEXT_WHOLE] ?? 0) + 1;
    else if (kind === COMPACT_ADD) words[W_NEXT_ID] = (words[W_NEXT_ID] ?? 0) + 1;
  }
}
