/** Cancels and orders that close come first, then other orders, then questions, then data. */
export type PaceClass = 'closing' | 'order' | 'question' | 'data';

const CLASSES: readonly PaceClass[] = ['closing', 'order', 'question', 'data'];
const WINDOW_MS = 1_000;
/** The broker takes 50 messages a second of one client; a breach of it three times ends the connection. */
const LIMIT = 45;
/** Of those, what questions and data leave to orders. */
const RESERVE = 12;

/** Messages that leave together, or not at all. */
export interface PacedMessages {
  readonly paceClass: PaceClass;
  /** How many messages it is. */
  readonly count: number;
  /** Writes them to the socket. */
  send(): void;
  /** The connection went before they were written; absent where nobody waits for them. */
  drop?(): void;
}

/**
 * Holds messages to the broker's rate, the urgent ones first. What it has let go is written, what it holds is not: so at a
 * lost connection it is known what was never sent. The library's own limiter, which forgets, never has anything to hold.
 */
export class MessagePacer {
  readonly #waiting: PacedMessages[] = [];
  /** When each of the last messages was written, ms, oldest first. */
  readonly #written: number[] = [];
  #timer: NodeJS.Timeout | undefined;

  get waiting(): number {
    return this.#waiting.length;
  }

  push(messages: PacedMessages): void {
    const rank = CLASSES.indexOf(messages.paceClass);
    const behind = this.#waiting.findIndex((other) => CLASSES.indexOf(other.paceClass) > rank);
    this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, messages);
    this.#run();
  }

  /** Messages that were written past it: they take their part of the rate. */
  count(messages: number): void {
    const now = performance.now();
    for (let i = 0; i < messages; i++) this.#written.push(now);
  }

  /** The connection is gone: everything that waits is dropped, and told so. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const messages of this.#waiting.splice(0)) messages.drop?.();
  }

  #run(): void {
    const now = performance.now();
    while ((this.#written[0] ?? now) <= now - WINDOW_MS) this.#written.shift();
    for (;;) {
      const [first] = this.#waiting;
      if (first === undefined) return;
      const isUrgent = first.paceClass === 'closing' || first.paceClass === 'order';
      const limit = isUrgent ? LIMIT : LIMIT - RESERVE;
      if (this.#written.length + first.count > limit) break;
      this.#waiting.shift();
      for (let i = 0; i < first.count; i++) this.#written.push(now);
      first.send();
    }
    const free = (this.#written[0] ?? now) + WINDOW_MS - now;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#run();
    }, free + 1);
  }
}
