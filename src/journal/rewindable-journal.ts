import type { Journal, JournalEntry, JournalEntryBody } from './entry.ts';
import type { JournalHasher } from './journal-hasher.ts';

/**
 * The journal of a run that may go back. What was written stays: a journal is appended to and nothing else.
 *
 * A run that goes back writes the same entries again as long as it only repeats itself; those are in the store already and are
 * not written twice. The first entry that differs from the one that stood in its place says that the run took another way: the
 * store gets `rewound`, with how many of the entries stand, and then what came instead. So a run that went back and only
 * repeated itself leaves the same store as one that never did, and `standingEntries` of any store are the entries of the run
 * as it was in the end.
 *
 * The hash is that of the standing entries, numbered from 1: the same as of a run that never went back.
 */
export class RewindableJournal implements Journal {
  /** True when the last entry repeated one that was written before. */
  isRepeating = false;
  readonly #store: Journal;
  readonly #hasher: JournalHasher;
  /** A mark of each entry that stands or would stand if the run repeated itself to where it was. */
  readonly #written: number[] = [];
  #sequence = 0;
  #stored = 0;

  /** @param store Gets each entry once, numbered in the order written. */
  constructor(store: Journal, hasher: JournalHasher) {
    this.#store = store;
    this.#hasher = hasher;
  }

  /** @throws {RangeError} If the sequence does not follow on the last one, or on the place gone to. */
  append(entry: JournalEntry, durable: boolean): void {
    const { sequence, ts, body } = entry;
    if (sequence !== this.#sequence + 1)
      throw new RangeError(`journal entry ${sequence} does not follow ${this.#sequence}`);
    this.#sequence = sequence;
    const line = this.#hasher.lineOf(entry);
    this.#hasher.appendLine(line);
    const mark = markOf(line);
    const before = this.#written[sequence - 1];
    this.isRepeating = before === mark;
    if (this.isRepeating) return;
    if (before !== undefined) {
      this.#written.length = sequence - 1;
      this.#hasher.forgetAfter(sequence - 1);
      this.#put(ts, { type: 'rewound', keeps: sequence - 1 }, durable);
    }
    this.#written.push(mark);
    this.#put(ts, body, durable);
  }

  /**
   * The store holds these entries already, of an earlier process: a run that begins anew repeats those of them that stand, as
   * after a way back to its beginning.
   */
  knowStored(stored: readonly JournalEntry[]): void {
    this.#stored = stored.length;
    for (const entry of standingEntries(stored))
      this.#written.push(markOf(this.#hasher.lineOf(entry)));
  }

  flush(): void {
    this.#store.flush?.();
  }

  mark(): void {
    this.#hasher.keepAt(this.#sequence);
  }

  /** @throws {RangeError} If the place was never marked, or the run took another way before it. */
  goTo(sequence: number): void {
    if (sequence !== this.#sequence) this.#hasher.returnTo(sequence);
    this.#sequence = sequence;
  }

  #put(ts: number, body: JournalEntryBody, durable: boolean): void {
    this.#stored++;
    this.#store.append({ sequence: this.#stored, ts, body }, durable);
  }
}

/** The entries of a store that stand, in order and numbered anew; all of them where the run never took another way. */
export function standingEntries(entries: readonly JournalEntry[]): JournalEntry[] {
  const standing: JournalEntry[] = [];
  for (const { ts, body } of entries) {
    if (body.type === 'rewound') standing.length = body.keeps;
    else standing.push({ sequence: standing.length + 1, ts, body });
  }
  return standing;
}

/** 53 bits of a text: two sums of products by odd constants, so that texts which differ hardly ever share them. */
function markOf(text: string): number {
  let low = 0x2545f491;
  let high = 0x6c078965;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high + code, 0x5bd1e995) ^ (high >>> 15);
  }
  return (high >>> 11) * 4_294_967_296 + (low >>> 0);
}
