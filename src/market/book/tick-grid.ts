import { WORD_PRICE_HIGH, WORD_PRICE_LOW } from '../../domain/event.ts';
import type { BookMemory } from './book-memory.ts';
import { NO_TICK } from './book-side.ts';
import { D_TICK_NANOS, W_TICK_INVERSE, W_TICK_SHIFT } from './layout.ts';

const WORD = 4_294_967_296;

/**
 * Turns prices of 1e-9 units into whole ticks without a division: the tick is 2^shift times an odd number, and dividing an
 * exact multiple by an odd number is multiplying by its inverse modulo 2^32. The product tells whether it was a multiple.
 */
export class TickGrid {
  readonly #tickNanos: number;
  readonly #shift: number;
  readonly #inverse: number;

  /** @param tickNanos The tick, whole 1e-9 units, no multiple of 2^32. */
  constructor(tickNanos: number) {
    this.#tickNanos = tickNanos;
    let shift = 0;
    let odd = tickNanos;
    while (odd % 2 === 0) {
      odd /= 2;
      shift++;
    }
    this.#shift = shift;
    // Newton's iteration doubles the bits that are right: 5 of them at the start
    let inverse = Math.imul(3, odd) ^ 2;
    for (let i = 0; i < 3; i++) inverse = Math.imul(inverse, 2 - Math.imul(odd, inverse));
    this.#inverse = inverse;
  }

  /** Tells the core of the grid. */
  share({ words, doubles }: BookMemory): void {
    doubles[D_TICK_NANOS] = this.#tickNanos;
    words[W_TICK_SHIFT] = this.#shift;
    words[W_TICK_INVERSE] = this.#inverse;
  }

  /** The price of the event at `words[offset]` in whole ticks, or NO_TICK where it is undefined, off the grid or out of range. */
  tickAt(words: Int32Array, offset: number): number {
    const low = words[offset + WORD_PRICE_LOW] ?? 0;
    const high = words[offset + WORD_PRICE_HIGH] ?? 0;
    const shift = this.#shift;
    const bits = shift === 0 ? low : (low >>> shift) | (high << (32 - shift));
    const tick = Math.imul(bits, this.#inverse);
    return tick * this.#tickNanos === high * WORD + (low >>> 0) ? tick : NO_TICK;
  }
}
