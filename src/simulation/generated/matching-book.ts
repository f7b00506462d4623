import { BUY, SELL } from '../../domain/side.ts';

/** No order. */
export const NONE = -1;

/**
 * The generated exchange's own book: price, then time. Orders are slots of typed arrays, chained first in, first out
 * at each tick; a tick holds one side only, since the book is never crossed. Ticks run from 0 to `levels` - 1.
 */
export class MatchingBook {
  /** Highest tick with a bid; -1 when there is none. */
  bestBid = -1;
  /** Lowest tick with an ask; `levels` when there is none. */
  bestAsk: number;
  /** Orders in the book. */
  live = 0;

  readonly levels: number;
  readonly tick: Int32Array;
  /** Shares left of the order; 0 in a free slot. */
  readonly size: Int32Array;
  readonly side: Int8Array;
  readonly idLow: Int32Array;
  readonly idHigh: Int32Array;
  /** The order's number among all orders ever added: its age. */
  readonly born: Int32Array;
  /** 1 where the order stays until it trades or its owner takes it away. */
  readonly kept: Uint8Array;

  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #head: Int32Array;
  readonly #tail: Int32Array;
  readonly #levelSize: Int32Array;
  /** The live slots in no order, and where in it each slot stands. */
  readonly #liveSlots: Int32Array;
  readonly #livePlace: Int32Array;
  #free = 0;
  #added = 0;

  /** @param capacity Orders that may be live at once. */
  constructor(levels: number, capacity: number) {
    this.levels = levels;
    this.bestAsk = levels;
    this.tick = new Int32Array(capacity);
    this.size = new Int32Array(capacity);
    this.side = new Int8Array(capacity);
    this.idLow = new Int32Array(capacity);
    this.idHigh = new Int32Array(capacity);
    this.born = new Int32Array(capacity);
    this.kept = new Uint8Array(capacity);
    this.#next = new Int32Array(capacity);
    this.#previous = new Int32Array(capacity);
    this.#head = new Int32Array(levels).fill(NONE);
    this.#tail = new Int32Array(levels).fill(NONE);
    this.#levelSize = new Int32Array(levels);
    this.#liveSlots = new Int32Array(capacity);
    this.#livePlace = new Int32Array(capacity);
    for (let slot = 0; slot < capacity; slot += 1) this.#next[slot] = slot + 1;
    this.#next[capacity - 1] = NONE;
  }

  get isFull(): boolean {
    return this.#free === NONE;
  }

  sizeAt(tick: number): number {
    return this.#levelSize[tick] ?? 0;
  }

  /** The oldest order at a tick, the next to trade there. */
  frontOf(tick: number): number {
    return this.#head[tick] ?? NONE;
  }

  /** The youngest order at a tick. */
  backOf(tick: number): number {
    return this.#tail[tick] ?? NONE;
  }

  /** The order that came just before `slot` at its tick. */
  beforeOf(slot: number): number {
    return this.#previous[slot] ?? NONE;
  }

  /** The `n`-th live order, of `live`, in no particular order. */
  liveAt(n: number): number {
    return this.#liveSlots[n] ?? NONE;
  }

  /** The next tick with orders beyond `tick` on a side, away from the touch; -1 or `levels` when there is none. */
  nextLevel(side: number, tick: number): number {
    let at = tick - side;
    while (at >= 0 && at < this.levels && this.#levelSize[at] === 0) at -= side;
    return at;
  }

  /** Puts an order at the back of its level. It must neither cross nor lock the book, and the book must not be full. */
  add(side: number, tick: number, size: number, idLow: number, idHigh: number): number {
    const slot = this.#free;
    this.#free = this.#next[slot] ?? NONE;
    this.tick[slot] = tick;
    this.size[slot] = size;
    this.side[slot] = side;
    this.idLow[slot] = idLow;
    this.idHigh[slot] = idHigh;
    this.born[slot] = this.#added;
    this.kept[slot] = 0;
    this.#added += 1;
    const back = this.backOf(tick);
    this.#previous[slot] = back;
    this.#next[slot] = NONE;
    this.#tail[tick] = slot;
    if (back === NONE) {
      this.#head[tick] = slot;
      if (side === BUY && tick > this.bestBid) this.bestBid = tick;
      if (side === SELL && tick < this.bestAsk) this.bestAsk = tick;
    } else {
      this.#next[back] = slot;
    }
    this.#levelSize[tick] = this.sizeAt(tick) + size;
    this.#liveSlots[this.live] = slot;
    this.#livePlace[slot] = this.live;
    this.live += 1;
    return slot;
  }

  /** Takes `quantity` off an order, which leaves the book when nothing is left. */
  reduce(slot: number, quantity: number): void {
    const tick = this.tick[slot] ?? 0;
    const left = (this.size[slot] ?? 0) - quantity;
    this.size[slot] = left;
    this.#levelSize[tick] = this.sizeAt(tick) - quantity;
    if (left === 0) this.#remove(slot, tick);
  }

  #remove(slot: number, tick: number): void {
    const next = this.#next[slot] ?? NONE;
    const previous = this.#previous[slot] ?? NONE;
    if (previous === NONE) this.#head[tick] = next;
    else this.#next[previous] = next;
    if (next === NONE) this.#tail[tick] = previous;
    else this.#previous[next] = previous;
    if (this.#head[tick] === NONE) {
      if (tick === this.bestBid) this.bestBid = this.nextLevel(BUY, tick);
      else if (tick === this.bestAsk) this.bestAsk = this.nextLevel(SELL, tick);
    }
    this.live -= 1;
    const place = this.#livePlace[slot] ?? 0;
    const last = this.#liveSlots[this.live] ?? NONE;
    this.#liveSlots[place] = last;
    this.#livePlace[last] = place;
    this.#next[slot] = this.#free;
    this.#free = slot;
  }
}
