import { hashedLine } from './codec.ts';
import type { Journal, JournalEntry } from './entry.ts';

/** A hash that grows with text, as platform/sha256 makes it. */
export interface TextHash {
  update(text: string): void;
  digest(): string;
}

/** Characters that are gathered before they go to the hash, whose every call has a price. */
const CHUNK = 65_536;

/** The running hash of everything a journal is given but wall-clock values: two runs of the same input have the same. */
export class JournalHasher implements Journal {
  readonly #hash: TextHash;
  readonly #runId: string;
  #pending = '';

  constructor(hash: TextHash, runId: string) {
    if (runId === '') throw new RangeError('a run has an id');
    this.#hash = hash;
    this.#runId = runId;
  }

  append(entry: JournalEntry): void {
    this.#pending += hashedLine(entry, this.#runId);
    if (this.#pending.length >= CHUNK) this.#pass();
  }

  /** 64 hex digits over all entries so far. Call once, at the end. */
  digest(): string {
    this.#pass();
    return this.#hash.digest();
  }

  #pass(): void {
    this.#hash.update(this.#pending);
    this.#pending = '';
  }
}
