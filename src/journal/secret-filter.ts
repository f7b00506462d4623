import type { Journal, JournalEntry } from './entry.ts';

/** Takes secrets out of a text, as platform/redact does. */
type Redact = (text: string) => string;

/**
 * Keeps secrets out of everything behind it: journal, hash and logs. Nothing is meant to put one into an entry; but the words of a
 * broker or a model, which entries quote, may hold what they were sent.
 */
export class SecretFilter implements Journal {
  readonly #journal: Journal;
  readonly #redact: Redact;

  constructor(journal: Journal, redact: Redact) {
    this.#journal = journal;
    this.#redact = redact;
  }

  append(entry: JournalEntry, durable: boolean): void {
    const body = withoutSecrets(entry.body, this.#redact);
    this.#journal.append(body === entry.body ? entry : { ...entry, body }, durable);
  }

  flushOverdue(): boolean {
    return this.#journal.flushOverdue?.() ?? true;
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

/** The value itself, or, where a text in it holds a secret, a copy that does not. Names of members stay. */
export function withoutSecrets<Value>(value: Value, redact: Redact): Value {
  return cleaned(value, redact) as Value;
}

function cleaned(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  let isClean = true;
  const members = Object.entries(value).map(([name, member]) => {
    const clean = cleaned(member, redact);
    isClean &&= clean === member;
    return [name, clean] as const;
  });
  if (isClean) return value;
  return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members);
}
