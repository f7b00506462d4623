import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { GuardControl, GuardNotice } from './guard-port.ts';

/** What another thread or process wants of a guard, one JSON object a line with the token in it. */
export type ControlCommand =
  | { readonly type: 'kill'; readonly cause: 'key' | 'flatten'; readonly words: string }
  | { readonly type: 'resume' }
  /** Cancels every order of the account that TWS knows, whoever placed it, then kills. */
  | { readonly type: 'cancel-everything' };

const LONGEST_LINE = 10_000;

/** A port of this machine on which a guard hears of others than its run. */
export class ControlPort {
  readonly #token = randomBytes(24).toString('hex');
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #onCommand: (command: ControlCommand) => void;

  constructor(onCommand: (command: ControlCommand) => void) {
    this.#onCommand = onCommand;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  async listen(): Promise<GuardControl> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen(0, '127.0.0.1', resolve);
    await promise;
    return { port: (this.#server.address() as AddressInfo).port, token: this.#token };
  }

  /** To everybody who gave a command. */
  tell(notice: GuardNotice): void {
    for (const socket of this.#sockets) socket.write(`${JSON.stringify(notice)}\n`);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.end();
  }

  #accept(socket: Socket): void {
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    onLines(socket, (line) => {
      const command = this.#read(line);
      if (command === undefined) {
        socket.destroy();
        return;
      }
      this.#sockets.add(socket);
      this.#onCommand(command);
    });
  }

  #read(line: string): ControlCommand | undefined {
    try {
      const { token, ...command } = JSON.parse(line) as ControlCommand & { readonly token: string };
      const isRight =
        token.length === this.#token.length &&
        timingSafeEqual(Buffer.from(token), Buffer.from(this.#token));
      return isRight ? command : undefined;
    } catch {
      return undefined;
    }
  }
}

/**
 * Gives a guard a command from another thread or process, and tells what it does until it ends or the signal comes.
 * Resolves when the connection is over; false where no guard was reached.
 */
export async function commandGuard(
  { port, token }: GuardControl,
  command: ControlCommand,
  onNotice: (notice: GuardNotice) => void,
  signal?: AbortSignal,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: '127.0.0.1', port });
  let isReached = false;
  socket.on('connect', () => {
    isReached = true;
    socket.write(`${JSON.stringify({ token, ...command })}\n`);
  });
  onLines(socket, (line) => onNotice(JSON.parse(line) as GuardNotice));
  socket.on('error', () => undefined);
  socket.on('close', () => resolve(isReached));
  const leave = (): void => void socket.destroy();
  signal?.addEventListener('abort', leave, { once: true });
  const wasReached = await promise;
  signal?.removeEventListener('abort', leave);
  return wasReached;
}

/** Whole lines of a connection. */
function onLines(socket: Socket, take: (line: string) => void): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) socket.destroy();
    for (const line of lines) take(line);
  });
}
