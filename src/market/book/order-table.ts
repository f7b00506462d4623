import type { BookMemory } from './book-memory.ts';
import {
  NEXT,
  ORDER_ARRIVAL,
  ORDER_HASH,
  ORDER_ID_HIGH,
  ORDER_ID_LOW,
  ORDER_LEVEL,
  ORDER_SIZE,
  RECORD_WORDS,
  W_COUNT,
  W_RECORD_FREE,
  W_RECORD_ROOM,
  W_RECORDS,
  W_RECORDS_USED,
  W_SLOT_BASE,
  W_SLOTS,
  W_TABLE,
  W_TABLE_MASK,
} from './layout.ts';

const NONE = -1;
const FIRST_ENTRIES = 1 << 12;
const FIRST_RECORDS = 1 << 11;

/**
 * The live orders by their 64-bit id: an open-addressing table with linear probing and backward-shift deletion, and the
 * records themselves, which orders and price levels share. A record keeps its number as long as its order lives.
 *
 * The table holds each id's hash beside its record's number, so that a probe or a shift over other ids stays inside it.
 * Freed records are used again, the last freed first: it is the one that the cache still has.
 */
export class OrderTable {
  readonly #memory: BookMemory;
  /** Where the last `find` ended: the entry of the order found, or the empty one where it would stand. */
  #at = 0;
  #hash = 0;
  /** Of a compiled day: whether there is an event at hand, its id, and the record that its order has or will have. */
  #isExpecting = false;
  #expectedLow = 0;
  #expectedHigh = 0;
  #expected = NONE;

  constructor(memory: BookMemory) {
    this.#memory = memory;
    const table = memory.allocate(FIRST_ENTRIES * 2);
    const records = memory.allocate(FIRST_RECORDS * RECORD_WORDS);
    const { words } = memory;
    words[W_TABLE] = table;
    words[W_TABLE_MASK] = FIRST_ENTRIES - 1;
    words[W_RECORDS] = records;
    words[W_RECORD_ROOM] = FIRST_RECORDS;
    words[W_RECORD_FREE] = NONE;
  }

  /** Live orders. */
  get count(): number {
    return this.#memory.words[W_COUNT] ?? 0;
  }

  /** The record of an order, or -1. */
  find(idLow: number, idHigh: number): number {
    const { words } = this.#memory;
    if (words[W_SLOT_BASE] !== 0) return this.#findResolved(idLow, idHigh);
    const table = words[W_TABLE] ?? 0;
    const mask = words[W_TABLE_MASK] ?? 0;
    const records = words[W_RECORDS] ?? 0;
    const hash = hashOf(idLow, idHigh);
    let at = hash & mask;
    for (;;) {
      const entry = words[table + 2 * at + 1] ?? 0;
      if (entry === 0) break;
      if (words[table + 2 * at] === hash) {
        const base = records + (entry - 1) * RECORD_WORDS;
        if (words[base] === idLow && words[base + ORDER_ID_HIGH] === idHigh) {
          this.#at = at;
          return entry - 1;
        }
      }
      at = (at + 1) & mask;
    }
    this.#at = at;
    this.#hash = hash;
    return NONE;
  }

  /** Makes a record for the id that the last `find` did not find, in no queue yet. */
  insertUnfound(idLow: number, idHigh: number): number {
    if (this.#memory.words[W_SLOT_BASE] !== 0) return this.#insertExpected(idLow, idHigh);
    const record = this.#takeRecord();
    const { words } = this.#memory;
    const base = (words[W_RECORDS] ?? 0) + record * RECORD_WORDS;
    const entry = (words[W_TABLE] ?? 0) + 2 * this.#at;
    words[base + ORDER_ID_LOW] = idLow;
    words[base + ORDER_ID_HIGH] = idHigh;
    words[base + ORDER_HASH] = this.#hash;
    words[entry] = this.#hash;
    words[entry + 1] = record + 1;
    words[W_COUNT] = (words[W_COUNT] ?? 0) + 1;
    if ((words[W_COUNT] ?? 0) * 2 > (words[W_TABLE_MASK] ?? 0)) this.#growTable();
    return record;
  }

  /** Takes out the order that the last `find` found, and frees its record. Its queue is the caller's affair. */
  removeFound(record: number): void {
    const { words } = this.#memory;
    words[W_COUNT] = (words[W_COUNT] ?? 0) - 1;
    if (words[W_SLOT_BASE] !== 0) {
      this.release(record);
      return;
    }
    const table = words[W_TABLE] ?? 0;
    const mask = words[W_TABLE_MASK] ?? 0;
    let hole = this.#at;
    // close the gap: move back every later entry of the run whose home is not inside it
    for (let next = (hole + 1) & mask; ; next = (next + 1) & mask) {
      const entry = words[table + 2 * next + 1] ?? 0;
      if (entry === 0) break;
      const hash = words[table + 2 * next] ?? 0;
      if (((next - hash) & mask) >= ((next - hole) & mask)) {
        words[table + 2 * hole] = hash;
        words[table + 2 * hole + 1] = entry;
        hole = next;
      }
    }
    words[table + 2 * hole + 1] = 0;
    this.release(record);
  }

  /** Forgets every id; the records are the caller's affair. */
  clear(): void {
    const { words } = this.#memory;
    const table = words[W_TABLE] ?? 0;
    words.fill(0, table, table + 2 * ((words[W_TABLE_MASK] ?? 0) + 1));
    words[W_COUNT] = 0;
  }

  /** Frees an order's record. */
  release(record: number): void {
    const { words } = this.#memory;
    if (words[W_SLOT_BASE] !== 0) {
      words[this.#baseOf(record) + ORDER_SIZE] = 0;
      return;
    }
    words[(words[W_RECORDS] ?? 0) + record * RECORD_WORDS + NEXT] = words[W_RECORD_FREE] ?? NONE;
    words[W_RECORD_FREE] = record;
  }

  /** From now on orders are found by the slots of a compiled day; there must be none yet. */
  reserveSlots(slots: number): void {
    // one more, so that the first is not record 0, which stands for none
    const base = this.takeRun(slots + 1) + 1;
    this.#memory.words[W_SLOT_BASE] = base;
    this.#memory.words[W_SLOTS] = slots;
  }

  /**
   * Of a compiled day: the event at hand is about this id, whose order has, or will have, a slot. None (-1) tells that no
   * order has the id, before the event and after it.
   */
  expect(idLow: number, idHigh: number, slot: number): void {
    this.#isExpecting = true;
    this.#expectedLow = idLow;
    this.#expectedHigh = idHigh;
    this.#expected = slot < 0 ? NONE : (this.#memory.words[W_SLOT_BASE] ?? 0) + slot;
  }

  /** No event is at hand, or one that is about no order: what was expected says nothing about any id. */
  expectNothing(): void {
    this.#isExpecting = false;
  }

  /** The first of `count` records in a row, all 0 and never freed: a page of levels. */
  takeRun(count: number): number {
    this.makeRoom(count);
    const { words } = this.#memory;
    const first = words[W_RECORDS_USED] ?? 0;
    words[W_RECORDS_USED] = first + count;
    return first;
  }

  /** Makes sure that `count` records can be taken without growing. */
  makeRoom(count: number): void {
    const { words } = this.#memory;
    const used = words[W_RECORDS_USED] ?? 0;
    let room = words[W_RECORD_ROOM] ?? 0;
    if (used + count <= room) return;
    while (room < used + count) room *= 2;
    const from = words[W_RECORDS] ?? 0;
    const to = this.#memory.allocate(room * RECORD_WORDS);
    const { words: wider } = this.#memory;
    wider.copyWithin(to, from, from + used * RECORD_WORDS);
    wider[W_RECORDS] = to;
    wider[W_RECORD_ROOM] = room;
  }

  idLow(record: number): number {
    return this.#memory.words[this.#baseOf(record) + ORDER_ID_LOW] ?? 0;
  }

  idHigh(record: number): number {
    return this.#memory.words[this.#baseOf(record) + ORDER_ID_HIGH] ?? 0;
  }

  /** Remaining displayed size. */
  size(record: number): number {
    return (this.#memory.words[this.#baseOf(record) + ORDER_SIZE] ?? 0) >>> 0;
  }

  /** The next order of the queue, or -1. */
  next(record: number): number {
    const base = this.#baseOf(record);
    const next = this.#memory.words[base + NEXT] ?? NONE;
    return next === this.#memory.words[base + ORDER_LEVEL] ? NONE : next;
  }

  /** When the order joined its queue, as the book's count of joinings: of two orders of one level the smaller is ahead. */
  arrival(record: number): number {
    return this.#memory.words[this.#baseOf(record) + ORDER_ARRIVAL] ?? 0;
  }

  #baseOf(record: number): number {
    return (this.#memory.words[W_RECORDS] ?? 0) + record * RECORD_WORDS;
  }

  #takeRecord(): number {
    const { words } = this.#memory;
    const free = words[W_RECORD_FREE] ?? NONE;
    if (free === NONE) return this.takeRun(1);
    words[W_RECORD_FREE] = words[this.#baseOf(free) + NEXT] ?? NONE;
    return free;
  }

  /** A slot without size has no order. */
  #findResolved(idLow: number, idHigh: number): number {
    if (this.#isExpecting && idLow === this.#expectedLow && idHigh === this.#expectedHigh) {
      const expected = this.#expected;
      return expected !== NONE && this.#isLive(expected, idLow, idHigh) ? expected : NONE;
    }
    // any other id is asked for so rarely that there is no table of them
    const first = this.#memory.words[W_SLOT_BASE] ?? 0;
    const end = first + (this.#memory.words[W_SLOTS] ?? 0);
    for (let record = first; record < end; record++)
      if (this.#isLive(record, idLow, idHigh)) return record;
    return NONE;
  }

  #isLive(record: number, idLow: number, idHigh: number): boolean {
    const base = this.#baseOf(record);
    const { words } = this.#memory;
    return (
      words[base + ORDER_ID_LOW] === idLow &&
      words[base + ORDER_ID_HIGH] === idHigh &&
      words[base + ORDER_SIZE] !== 0
    );
  }

  #insertExpected(idLow: number, idHigh: number): number {
    const record = this.#expected;
    const base = this.#baseOf(record);
    const { words } = this.#memory;
    words[base + ORDER_ID_LOW] = idLow;
    words[base + ORDER_ID_HIGH] = idHigh;
    words[W_COUNT] = (words[W_COUNT] ?? 0) + 1;
    return record;
  }

  #growTable(): void {
    const entries = (this.#memory.words[W_TABLE_MASK] ?? 0) + 1;
    const from = this.#memory.words[W_TABLE] ?? 0;
    const to = this.#memory.allocate(entries * 4);
    const { words } = this.#memory;
    const mask = entries * 2 - 1;
    for (let old = from; old < from + entries * 2; old += 2) {
      const entry = words[old + 1] ?? 0;
      if (entry === 0) continue;
      const hash = words[old] ?? 0;
      let at = hash & mask;
      while (words[to + 2 * at + 1] !== 0) at = (at + 1) & mask;
      words[to + 2 * at] = hash;
      words[to + 2 * at + 1] = entry;
    }
    words[W_TABLE] = to;
    words[W_TABLE_MASK] = mask;
  }
}

/** Spreads consecutive ids over the table (multiplier: Steele & Vigna 2021, a good 32-bit LCG constant). */
function hashOf(idLow: number, idHigh: number): number {
  const mixed = Math.imul(idLow ^ Math.imul(idHigh, 0x915f77f5), 0x93d765dd);
  return mixed ^ (mixed >>> 15);
}
