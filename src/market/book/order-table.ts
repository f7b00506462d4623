/** Words of an order's slot. */
const SLOT_WORDS = 8;
const ID_LOW = 0;
const ID_HIGH = 1;
const SIZE = 2;
const LEVEL = 3;
const NEXT = 4;
const PREVIOUS = 5;
const ARRIVAL = 6;

const NOT_FOUND = -1;

/**
 * The live orders: slots in one typed array, found by their 64-bit id through an open-addressing table with linear
 * probing and backward-shift deletion. A slot keeps its number as long as its order lives, so queues link slots.
 */
export class OrderTable {
  /** Live orders. */
  count = 0;
  #slots: Int32Array<ArrayBuffer>;
  #free: number = NOT_FOUND;
  #used = 0;
  #table: Int32Array<ArrayBuffer>;
  #mask: number;

  constructor(capacity = 1 << 14) {
    this.#slots = new Int32Array(capacity * SLOT_WORDS);
    this.#table = new Int32Array(capacity * 2);
    this.#mask = capacity * 2 - 1;
  }

  /** The slot of an order, or -1. */
  find(idLow: number, idHigh: number): number {
    const table = this.#table;
    const slots = this.#slots;
    const mask = this.#mask;
    for (let at = hashOf(idLow, idHigh) & mask; ; at = (at + 1) & mask) {
      const entry = table[at] ?? 0;
      if (entry === 0) return NOT_FOUND;
      const base = (entry - 1) * SLOT_WORDS;
      if (slots[base] === idLow && slots[base + ID_HIGH] === idHigh) return entry - 1;
    }
  }

  /** Makes a slot for an id that is not in the table. `level` carries the side in its lowest bit. */
  insert(idLow: number, idHigh: number, size: number, level: number, arrival: number): number {
    if ((this.count + 1) * 2 > this.#mask) this.#growTable();
    const slot = this.#takeSlot();
    const base = slot * SLOT_WORDS;
    const slots = this.#slots;
    slots[base] = idLow;
    slots[base + ID_HIGH] = idHigh;
    slots[base + SIZE] = size;
    slots[base + LEVEL] = level;
    slots[base + NEXT] = NOT_FOUND;
    slots[base + PREVIOUS] = NOT_FOUND;
    slots[base + ARRIVAL] = arrival;
    const mask = this.#mask;
    let at = hashOf(idLow, idHigh) & mask;
    while (this.#table[at] !== 0) at = (at + 1) & mask;
    this.#table[at] = slot + 1;
    this.count++;
    return slot;
  }

  /** Takes an order out of the table and frees its slot. The caller has unlinked it from its queue. */
  remove(slot: number): void {
    const slots = this.#slots;
    const table = this.#table;
    const mask = this.#mask;
    const base = slot * SLOT_WORDS;
    let at = hashOf(slots[base] ?? 0, slots[base + ID_HIGH] ?? 0) & mask;
    while (table[at] !== slot + 1) at = (at + 1) & mask;
    // close the gap: move back every later entry of the run whose home is not inside it
    for (let next = (at + 1) & mask; ; next = (next + 1) & mask) {
      const entry = table[next] ?? 0;
      if (entry === 0) break;
      const other = (entry - 1) * SLOT_WORDS;
      const home = hashOf(slots[other] ?? 0, slots[other + ID_HIGH] ?? 0) & mask;
      if (((next - home) & mask) >= ((next - at) & mask)) {
        table[at] = entry;
        at = next;
      }
    }
    table[at] = 0;
    slots[base + NEXT] = this.#free;
    this.#free = slot;
    this.count--;
  }

  clear(): void {
    this.#table.fill(0);
    this.#free = NOT_FOUND;
    this.#used = 0;
    this.count = 0;
  }

  idLow(slot: number): number {
    return this.#slots[slot * SLOT_WORDS + ID_LOW] ?? 0;
  }

  idHigh(slot: number): number {
    return this.#slots[slot * SLOT_WORDS + ID_HIGH] ?? 0;
  }

  /** Remaining displayed size, unsigned. */
  size(slot: number): number {
    return (this.#slots[slot * SLOT_WORDS + SIZE] ?? 0) >>> 0;
  }

  setSize(slot: number, size: number): void {
    this.#slots[slot * SLOT_WORDS + SIZE] = size;
  }

  /** Level index times two, plus one for an ask. */
  level(slot: number): number {
    return this.#slots[slot * SLOT_WORDS + LEVEL] ?? 0;
  }

  /** The next order of the queue, or -1. */
  next(slot: number): number {
    return this.#slots[slot * SLOT_WORDS + NEXT] ?? NOT_FOUND;
  }

  previous(slot: number): number {
    return this.#slots[slot * SLOT_WORDS + PREVIOUS] ?? NOT_FOUND;
  }

  setNext(slot: number, next: number): void {
    this.#slots[slot * SLOT_WORDS + NEXT] = next;
  }

  setPrevious(slot: number, previous: number): void {
    this.#slots[slot * SLOT_WORDS + PREVIOUS] = previous;
  }

  /** When the order joined its queue, as the book's count of joinings: of two orders of one level the smaller is ahead. */
  arrival(slot: number): number {
    return this.#slots[slot * SLOT_WORDS + ARRIVAL] ?? 0;
  }

  #takeSlot(): number {
    if (this.#free !== NOT_FOUND) {
      const slot = this.#free;
      this.#free = this.#slots[slot * SLOT_WORDS + NEXT] ?? NOT_FOUND;
      return slot;
    }
    if ((this.#used + 1) * SLOT_WORDS > this.#slots.length) {
      const wider = new Int32Array(this.#slots.length * 2);
      wider.set(this.#slots);
      this.#slots = wider;
    }
    return this.#used++;
  }

  #growTable(): void {
    const old = this.#table;
    this.#table = new Int32Array(old.length * 2);
    this.#mask = this.#table.length - 1;
    for (const entry of old) {
      if (entry === 0) continue;
      const base = (entry - 1) * SLOT_WORDS;
      let at = hashOf(this.#slots[base] ?? 0, this.#slots[base + ID_HIGH] ?? 0) & this.#mask;
      while (this.#table[at] !== 0) at = (at + 1) & this.#mask;
      this.#table[at] = entry;
    }
  }
}

/** Spreads consecutive ids over the table (multiplier: Steele & Vigna 2021, a good 32-bit LCG constant). */
function hashOf(idLow: number, idHigh: number): number {
  const mixed = Math.imul(idLow ^ Math.imul(idHigh, 0x915f77f5), 0x93d765dd);
  return mixed ^ (mixed >>> 15);
}
