import type { BookMemory } from './book-memory.ts';
import { D_FILLS_TS, FILL_ROOM, FILL_WORDS, W_FILLS, W_FILLS_COUNT } from './layout.ts';

/** The fills (F) of one time stamp that no cancel or modify has accounted for yet: what follows them traded and was not pulled. */
export class FillNotes {
  readonly #memory: BookMemory;

  constructor(memory: BookMemory) {
    this.#memory = memory;
    const notes = memory.allocate(FILL_ROOM * FILL_WORDS);
    memory.words[W_FILLS] = notes;
    memory.doubles[D_FILLS_TS] = Number.NaN;
  }

  /** Notes a fill at `ts`; the notes of an earlier time stamp are dropped, and so are more than there is room for. */
  note(ts: number, idLow: number, idHigh: number, size: number): void {
    const { words, doubles } = this.#memory;
    if (ts !== doubles[D_FILLS_TS]) {
      doubles[D_FILLS_TS] = ts;
      words[W_FILLS_COUNT] = 0;
    }
    const count = words[W_FILLS_COUNT] ?? 0;
    // a feed that tells this many at once and then no cancel for them is broken
    if (count === FILL_ROOM) return;
    const at = (words[W_FILLS] ?? 0) + count * FILL_WORDS;
    words[at] = idLow;
    words[at + 1] = idHigh;
    words[at + 2] = size;
    words[W_FILLS_COUNT] = count + 1;
  }

  /** How much of `size`, which an order loses at `ts`, its fills account for; uses those fills up. */
  take(ts: number, idLow: number, idHigh: number, size: number): number {
    const { words, doubles } = this.#memory;
    if (ts !== doubles[D_FILLS_TS]) return 0;
    const end = (words[W_FILLS] ?? 0) + (words[W_FILLS_COUNT] ?? 0) * FILL_WORDS;
    let traded = 0;
    for (let at = words[W_FILLS] ?? 0; at < end && traded < size; at += FILL_WORDS) {
      if (words[at] !== idLow || words[at + 1] !== idHigh) continue;
      const noted = (words[at + 2] ?? 0) >>> 0;
      const part = Math.min(size - traded, noted);
      words[at + 2] = noted - part;
      traded += part;
    }
    return traded;
  }
}
