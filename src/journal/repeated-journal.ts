import { encodeBody, hashedLine } from './codec.ts';
import type { Journal, JournalEntry } from './entry.ts';

/** The same input did not give the same entries again: another file, other settings, another version of the program. */
export class RepeatError extends Error {
  override readonly name = 'RepeatError';
}

/**
 * Stands before the journal of a run that goes on where an earlier process stopped. The run is played again from its
 * beginning: each entry has to be the one that stands in its place, byte for byte but for circumstances (when it was started).
 * The journal behind has them already, and knows it; from the first entry on that is not there yet, everything is new.
 */
export class RepeatedJournal implements Journal {
  readonly #journal: Journal;
  readonly #expected: readonly JournalEntry[];
  readonly #runId: string;
  readonly #onRepeated: () => void;
  #repeated = 0;

  /**
   * @param expected Entries that stand, numbered from 1.
   * @param onRepeated Told when the last of them has come again.
   */
  constructor(
    journal: Journal,
    expected: readonly JournalEntry[],
    runId: string,
    onRepeated: () => void = () => undefined,
  ) {
    this.#onRepeated = onRepeated;
    this.#journal = journal;
    this.#expected = expected;
    this.#runId = runId;
  }

  /** True until the last of the entries has come again. */
  get isRepeating(): boolean {
    return this.#repeated < this.#expected.length;
  }

  /** @throws {RepeatError} If the entry is not the one of its place. */
  append(entry: JournalEntry, durable: boolean): void {
    const expected = this.#expected[this.#repeated];
    if (expected !== undefined) {
      if (hashedLine(expected, this.#runId) !== hashedLine(entry, this.#runId))
        throw new RepeatError(differenceOf(expected, entry));
      this.#repeated++;
    }
    this.#journal.append(entry, durable);
    if (expected !== undefined && !this.isRepeating) this.#onRepeated();
  }

  flush(): void {
    this.#journal.flush?.();
  }

  mark(): void {
    this.#journal.mark?.();
  }

  goTo(sequence: number): void {
    this.#journal.goTo?.(sequence);
  }
}

/** Characters shown of each of two entries, from a little before the place where they part. */
const SHOWN = 160;
const SHOWN_BEFORE = 40;

function differenceOf(expected: JournalEntry, found: JournalEntry): string {
  const [stood, came] = [expected, found].map(
    ({ ts, body }) => `${body.type} at ${ts}: ${encodeBody(body)}`,
  ) as [string, string];
  let at = 0;
  while (at < stood.length && stood[at] === came[at]) at++;
  const from = Math.max(0, at - SHOWN_BEFORE);
  const shown = (text: string) => `${from > 0 ? '…' : ''}${text.slice(from, from + SHOWN)}`;
  return [
    `the run cannot go on where it stopped: entry ${expected.sequence} of its journal does not come again`,
    `  it was   ${shown(stood)}`,
    `  it is    ${shown(came)}`,
    'The data, the settings or the program are not those it was started with; its journal was left as it is.',
  ].join('\n');
}
