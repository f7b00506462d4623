import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The guard's own log, `guard-YYYYMMDD.jsonl`, by the day of UTC: one JSON object a line. Nobody waits for it, and a disk that is full, hangs or is
 * not there costs its lines and nothing else.
 */
export class GuardLog {
  readonly #folder: string;
  readonly #redact: (text: string) => string;
  readonly #onLost: () => void;
  #written: Promise<void> = Promise.resolve();
  #waiting = '';
  #lost = 0;

  /** @param onLost Told at the first line that could not be written. */
  constructor(folder: string, redact: (text: string) => string, onLost: () => void) {
    this.#folder = folder;
    this.#redact = redact;
    this.#onLost = onLost;
  }

  write(type: string, fields: Readonly<Record<string, unknown>>): void {
    const at = new Date().toISOString();
    const line = this.#redact(JSON.stringify({ at, type, ...fields }));
    const isIdle = this.#waiting === '';
    this.#waiting += `${line}\n`;
    if (isIdle) this.#written = this.#written.then(() => this.#flush(at));
  }

  /** Resolves when everything is written, or lost. */
  async close(): Promise<void> {
    await this.#written;
  }

  async #flush(at: string): Promise<void> {
    const lines = this.#waiting;
    this.#waiting = '';
    const path = join(this.#folder, `guard-${at.slice(0, 10).replaceAll('-', '')}.jsonl`);
    try {
      await mkdir(this.#folder, { recursive: true });
      await appendFile(path, lines);
    } catch {
      if (this.#lost++ === 0) this.#onLost();
    }
  }
}
