import type { Socket } from 'node:net';

/** A socket that carries JSON, one value a line. */
export class JsonLines<Incoming, Outgoing> {
  readonly #socket: Socket;
  /** Settles when the other side has closed, after its last line was told. */
  readonly ended: Promise<void>;
  #rest = '';

  /** @param onValue Told each value in order. What is no JSON ends the connection. */
  constructor(socket: Socket, onValue: (value: Incoming) => void) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.setNoDelay(true);
    socket.on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n');
      this.#rest = lines.pop() ?? '';
      try {
        for (const line of lines) onValue(JSON.parse(line) as Incoming);
      } catch {
        socket.destroy();
      }
    });
    // a lost connection closes as well
    socket.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      socket.on('close', () => resolve());
    });
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  send(value: Outgoing): void {
    this.#socket.write(`${JSON.stringify(value)}\n`);
  }

  close(): void {
    this.#socket.destroy();
  }
}
