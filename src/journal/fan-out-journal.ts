import type { Journal, JournalEntry } from './entry.ts';

/** Passes every entry to several journals in their order; the durable one comes first. */
export class FanOutJournal implements Journal {
  readonly #journals: readonly Journal[];

  constructor(journals: readonly Journal[]) {
    this.#journals = journals;
  }

  /** All of them get the entry, also when one fails; the first failure is thrown then. */
  append(entry: JournalEntry, durable: boolean): void {
    this.#toAll((journal) => journal.append(entry, durable));
  }

  flushOverdue(): boolean {
    let isAll = true;
    this.#toAll((journal) => {
      isAll = (journal.flushOverdue?.() ?? true) && isAll;
    });
    return isAll;
  }

  #toAll(act: (journal: Journal) => void): void {
    let failure: { readonly error: unknown } | undefined;
    for (const journal of this.#journals) {
      try {
        act(journal);
      } catch (error) {
        failure ??= { error };
      }
    }
    if (failure !== undefined) throw failure.error;
  }

  /** The first alone is durable. */
  flush(): void {
    this.#journals[0]?.flush?.();
  }
}
