import type { Journal, JournalEntry } from './entry.ts';

/** Passes every entry to several journals in their order; the durable one comes first. */
export class FanOutJournal implements Journal {
  readonly #journals: readonly Journal[];

  constructor(journals: readonly Journal[]) {
    this.#journals = journals;
  }

  /** All of them get the entry, also when one fails; the first failure is thrown then. */
  append(entry: JournalEntry, durable: boolean): void {
    let failure: { readonly error: unknown } | undefined;
    for (const journal of this.#journals) {
      try {
        journal.append(entry, durable);
      } catch (error) {
        failure ??= { error };
      }
    }
    if (failure !== undefined) throw failure.error;
  }
}
