import type { BookMemory } from './book-memory.ts';
import {
  D_FLOW,
  D_LEVEL_SHARE,
  D_LEVEL_VOLUME,
  STAGE_VOLUMES,
  VOLUME_CELLS,
  VOLUME_MASK,
  W_FROM_HIGH,
  W_FROM_LOW,
  W_MAY_PASS,
} from './layout.ts';

/** What trades can bring about, as far as whoever measures them knows. Volumes of the last seconds, by side. */
export interface TradeBounds {
  /** A trade or a best bid at this tick or below has to be measured, and a trade or a best ask at that tick or above. */
  readonly low: number;
  readonly high: number;
  /** What was sold and bought in all, at least. */
  readonly sold: number;
  readonly bought: number;
  /** A trade at a tick whose volume of its side is less, or a smaller share of all, needs no measuring. */
  readonly levelVolume: number;
  readonly levelShare: number;
}

/**
 * Tells the book's core which trades it may pass by over the end of their time stamp, because nothing that is measured
 * there can come of them. Volumes by tick are kept where the core reads them, several ticks in one cell: too much at
 * most, never too little.
 */
export class TradeWatch {
  readonly #memory: BookMemory;

  constructor(memory: BookMemory) {
    this.#memory = memory;
    this.measureAll();
  }

  /** Adds to the volume sold (`column` 0) or bought (1) at a tick. */
  add(tick: number, column: 0 | 1, size: number): void {
    const { core, doubles } = this.#memory;
    if (core === undefined) return;
    const at = STAGE_VOLUMES / 2 + (tick & VOLUME_MASK) * 2 + column;
    doubles[at] = (doubles[at] ?? 0) + size;
  }

  /** Forgets all volumes. */
  clear(): void {
    const { core, doubles } = this.#memory;
    if (core === undefined) return;
    doubles.fill(0, STAGE_VOLUMES / 2, STAGE_VOLUMES / 2 + VOLUME_CELLS);
  }

  /** The end of every time stamp that traded has to be measured. */
  measureAll(): void {
    this.#memory.words[W_MAY_PASS] = 0;
  }

  /** From now on, trades may pass but for those that the bounds tell. */
  measureWithin({ low, high, sold, bought, levelVolume, levelShare }: TradeBounds): void {
    const { words, doubles } = this.#memory;
    words[W_MAY_PASS] = 1;
    words[W_FROM_LOW] = low;
    words[W_FROM_HIGH] = high;
    doubles[D_FLOW] = sold;
    doubles[D_FLOW + 1] = bought;
    doubles[D_LEVEL_VOLUME] = levelVolume;
    doubles[D_LEVEL_SHARE] = levelShare;
  }
}
