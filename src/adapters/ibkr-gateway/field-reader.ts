import { UNSET_DOUBLE, UNSET_INTEGER } from './frames.ts';

/** Reads the fields of a client's message one after another. A field that is missing reads as one that is not set. */
export class FieldReader {
  readonly #fields: readonly string[];
  #next: number;

  /** @param from Fields before this one are passed over: 1 begins after the message's id. */
  constructor(fields: readonly string[], from: number) {
    this.#fields = fields;
    this.#next = from;
  }

  text(): string {
    return this.#fields[this.#next++] ?? '';
  }

  /** A number, or `undefined` where it is not set or none. */
  number(): number | undefined {
    const text = this.text();
    if (text === '' || text === UNSET_DOUBLE) return undefined;
    const value = Number(text);
    return Number.isFinite(value) && value !== Number.MAX_VALUE ? value : undefined;
  }

  integer(): number | undefined {
    const value = this.number();
    return value === undefined || value === UNSET_INTEGER ? undefined : Math.trunc(value);
  }

  flag(): boolean {
    return (this.integer() ?? 0) !== 0;
  }

  skip(count: number): void {
    this.#next += count;
  }
}
