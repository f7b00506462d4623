import type { CompactEvents } from '../../domain/event.ts';
import {
  CONTROL_WORDS,
  STAGE_IDS,
  STAGE_WHOLES,
  STAGE_WHOLES_WORDS,
  STAGE_WORDS,
} from './layout.ts';

/** The compiled core of the book; what its functions do stands in src/market/book/core/. */
export interface BookCore {
  /** Its memory, nothing in it yet. */
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly runEvents: (from: number, to: number, most: number) => number;
  readonly runCompact: (from: number, to: number, most: number) => number;
  readonly netSince: (level: number, since: number) => number;
}

const PAGE_BYTES = 65_536;
const FIRST_WORDS = 1 << 16;

/** A copy of a memory, as `restore` takes it. */
export interface BookMemoryState {
  readonly control: Int32Array<ArrayBuffer>;
  readonly heap: Int32Array<ArrayBuffer>;
}

/**
 * The memory of one book, all of it: the control words and everything that they point to (src/market/book/layout.ts).
 * With a core it is the core's memory, so that both work on the same bytes.
 *
 * Regions are given out once and never given back; what outgrows its region takes a larger one and leaves the old.
 */
export class BookMemory {
  /** All of it as words and as doubles. Replaced when it grows: never keep them over a call that may allocate. */
  words: Int32Array<ArrayBuffer>;
  doubles: Float64Array<ArrayBuffer>;
  readonly core: BookCore | undefined;
  readonly #heap: number;
  #end: number;

  constructor(core?: BookCore) {
    this.core = core;
    // without a core nothing is staged
    this.#heap = CONTROL_WORDS + (core === undefined ? 0 : STAGE_WORDS);
    this.#end = this.#heap;
    const buffer = core?.memory.buffer ?? new ArrayBuffer(FIRST_WORDS * 4);
    this.words = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.#reserve(this.#end);
  }

  /** A region of `count` words, all 0, on a double's boundary. Returns its offset in words. */
  allocate(count: number): number {
    const offset = this.#end;
    this.#end += count + (count & 1);
    this.#reserve(this.#end);
    return offset;
  }

  /** Copies events to where the core reads them. At most STAGE_EVENTS. */
  stage(words: Int32Array, from: number, to: number): void {
    this.words.set(words.subarray(from, to), CONTROL_WORDS);
  }

  /** Copies a block of a compiled day to where the core reads it. */
  stageCompact({ events, ids, wholes }: CompactEvents): void {
    this.words.set(events, CONTROL_WORDS);
    this.words.set(ids, STAGE_IDS);
    if (wholes.length <= STAGE_WHOLES_WORDS) this.words.set(wholes, STAGE_WHOLES);
  }

  /** A copy of all of it but what is staged. */
  capture(): BookMemoryState {
    return {
      control: this.words.slice(0, CONTROL_WORDS),
      heap: this.words.slice(this.#heap, this.#end),
    };
  }

  /** Becomes what `capture` copied. */
  restore({ control, heap }: BookMemoryState): void {
    const end = this.#heap + heap.length;
    // what is given out later has to be 0
    if (end < this.#end) this.words.fill(0, end, this.#end);
    this.#end = end;
    this.#reserve(end);
    this.words.set(control);
    this.words.set(heap, this.#heap);
  }

  #reserve(words: number): void {
    const has = this.words.length;
    if (words <= has) return;
    const wanted = Math.max(words, has * 2);
    let { buffer } = this.words;
    if (this.core === undefined) {
      buffer = new ArrayBuffer(wanted * 4 + (wanted & 1) * 4);
      new Int32Array(buffer).set(this.words);
    } else {
      this.core.memory.grow(Math.ceil(((wanted - has) * 4) / PAGE_BYTES));
      buffer = this.core.memory.buffer;
    }
    this.words = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer);
  }
}
