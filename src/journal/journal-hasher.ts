import { hashedLine } from './codec.ts';
import type { Journal, JournalEntry } from './entry.ts';

/** A hash that grows with text, as platform/sha256 makes it. */
export interface TextHash {
  update(text: string): void;
  /** One that goes on apart from here. */
  copy(): TextHash;
  digest(): string;
}

/** Characters that are gathered before they go to the hash, whose every call has a price. */
const CHUNK = 65_536;

/** The running hash of everything a journal is given but wall-clock values: two runs of the same input have the same. */
export class JournalHasher implements Journal {
  #hash: TextHash;
  readonly #runId: string;
  #pending = '';
  /** The hash as it stood at places that were marked. */
  readonly #marked = new Map<number, TextHash>();

  constructor(hash: TextHash, runId: string) {
    if (runId === '') throw new RangeError('a run has an id');
    this.#hash = hash;
    this.#runId = runId;
  }

  append(entry: JournalEntry): void {
    this.appendLine(this.lineOf(entry));
  }

  /** What of an entry is hashed. */
  lineOf(entry: JournalEntry): string {
    return hashedLine(entry, this.#runId);
  }

  appendLine(line: string): void {
    this.#pending += line;
    if (this.#pending.length >= CHUNK) this.#pass();
  }

  /** 64 hex digits over all entries so far. Call once, at the end. */
  digest(): string {
    this.#pass();
    return this.#hash.digest();
  }

  /** Notes the hash as it stands, under a number of the caller's. */
  keepAt(place: number): void {
    if (this.#marked.has(place)) return;
    this.#pass();
    this.#marked.set(place, this.#hash.copy());
  }

  /** @throws {RangeError} If the place was not marked. */
  returnTo(place: number): void {
    const hash = this.#marked.get(place);
    if (hash === undefined) throw new RangeError(`place ${place} of the journal was not marked`);
    this.#hash = hash.copy();
    this.#pending = '';
  }

  /** Forgets the marks of later places: the entries that led there do not stand any more. */
  forgetAfter(place: number): void {
    for (const marked of this.#marked.keys()) if (marked > place) this.#marked.delete(marked);
  }

  #pass(): void {
    this.#hash.update(this.#pending);
    this.#pending = '';
  }
}
