import { EventEmitter } from 'node:events';

/** A terminal's keyboard in memory: what Ink reads keys from. */
export class FakeInput extends EventEmitter {
  readonly isTTY = true;
  isRaw = false;
  readonly #waiting: string[] = [];

  /** The stream, as Ink knows it. */
  get stream(): NodeJS.ReadStream {
    return this as unknown as NodeJS.ReadStream;
  }

  setEncoding(): this {
    return this;
  }

  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  read(): string | null {
    return this.#waiting.shift() ?? null;
  }

  /** Sends characters as the terminal would, in one piece. */
  press(keys: string): void {
    this.#waiting.push(keys);
    this.emit('readable');
  }
}
