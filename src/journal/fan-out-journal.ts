import type { Journal, JournalEntry } from './entry.ts';

/** Passes every entry to several journals in their order; the durable one comes first. */
export class FanOutJournal implements Journal {
  readonly #journals: readonly Journal[];

  constructor(journals: readonly Journal[]) {
    this.#journals = journals;
  }

  append(entry: JournalEntry, durable: boolean): void {
    for (const journal of this.#journals) journal.append(entry, durable);
  }
}
