import type { Socket } from 'node:net';
import { encodeFrame, type FieldValue, FrameReader } from './frames.ts';

/** The protocol's version that is spoken: the newest that the client library knows. */
export const SERVER_VERSION = 193;

const START_API = '71';
/** Messages that a client may send in a second, and how often it may send more before it is thrown out. */
const MOST_A_SECOND = 50;
const MOST_VIOLATIONS = 3;
const SECOND_MS = 1000;

export interface ConnectionListener {
  /** The client says who it is. */
  onStart(connection: ClientConnection): void;
  onMessage(connection: ClientConnection, fields: readonly string[]): void;
  onClose(connection: ClientConnection): void;
}

/** One client's connection: greeting, framing, its pace, and that it may fall silent. */
export class ClientConnection {
  readonly #socket: Socket;
  readonly #listener: ConnectionListener;
  readonly #reader: FrameReader;
  /** `undefined` until it has said who it is. */
  clientId: number | undefined;
  /** It was let in: it may ask, and is told things. */
  isReady = false;
  #isStalled = false;
  /** What would have been said during a stall. */
  #unsaid: Buffer[] = [];
  readonly #sentAt: number[] = [];
  #violations = 0;

  /** @param greeting The gateway's clock as the broker writes it; asked for at the greeting. */
  constructor(
    socket: Socket,
    listener: ConnectionListener,
    greeting: () => string,
    isStalled: boolean,
  ) {
    this.#socket = socket;
    this.#listener = listener;
    this.#reader = new FrameReader(
      (versions) => this.#greet(versions, greeting()),
      (fields) => this.#take(fields),
    );
    if (isStalled) this.stall();
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      try {
        this.#reader.push(bytes);
      } catch {
        socket.destroy();
      }
    });
    // a broken connection closes as well
    socket.on('error', () => undefined);
    socket.on('close', () => listener.onClose(this));
  }

  send(fields: readonly FieldValue[]): void {
    if (this.#socket.destroyed) return;
    const frame = encodeFrame(fields);
    if (this.#isStalled) this.#unsaid.push(frame);
    else this.#socket.write(frame);
  }

  /** Nothing is read or said until `resume`; what the client sends waits, and what is told. */
  stall(): void {
    this.#isStalled = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#isStalled = false;
    for (const frame of this.#unsaid) this.#socket.write(frame);
    this.#unsaid = [];
    this.#socket.resume();
  }

  /** Lets the client have what was said, then hangs up. */
  end(): void {
    this.isReady = false;
    this.#socket.end();
  }

  destroy(): void {
    this.isReady = false;
    this.#socket.destroy();
  }

  #greet(versions: string, clock: string): void {
    const [, least = '', most = least] = /^v(\d+)(?:\.\.(\d+))?/.exec(versions) ?? [];
    if (Number(least) > SERVER_VERSION || Number(most) < SERVER_VERSION) {
      this.#socket.destroy();
      return;
    }
    this.send([SERVER_VERSION, clock]);
  }

  #take(fields: readonly string[]): void {
    if (this.clientId === undefined) {
      if (fields[0] !== START_API) return;
      this.clientId = Number(fields[2] ?? 0);
      this.#listener.onStart(this);
      return;
    }
    if (!this.isReady) return;
    if (this.#isTooFast()) return;
    this.#listener.onMessage(this, fields);
  }

  /** Counts a message. True when it is one too many: it is not heard, and with repetition the client is thrown out. */
  #isTooFast(): boolean {
    const now = performance.now();
    while ((this.#sentAt[0] ?? now) <= now - SECOND_MS) this.#sentAt.shift();
    this.#sentAt.push(now);
    if (this.#sentAt.length <= MOST_A_SECOND) return false;
    this.#sentAt.length = 0;
    this.#violations++;
    this.send([4, 2, -1, 100, 'Max rate of messages per second has been exceeded:max=50', '']);
    if (this.#violations >= MOST_VIOLATIONS) this.end();
    return true;
  }
}
