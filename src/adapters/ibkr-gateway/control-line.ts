import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { z } from 'zod';
import { type Fault, faultSchema } from './fault.ts';

const price = z.number().positive();
const size = z.int().positive();

/** What a market that is set by hand is told. Prices in dollars. */
const handSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('quote'),
    bid: price,
    ask: price,
    bidSize: size.optional(),
    askSize: size.optional(),
  }),
  z.strictObject({ type: z.literal('trade'), price, size }),
  z.strictObject({ type: z.literal('halt'), isOn: z.boolean() }),
]);

export type HandCommand = z.infer<typeof handSchema>;

const statusSchema = z.strictObject({ type: z.literal('status') });
const truthSchema = z.strictObject({ type: z.literal('truth') });
const commandSchema = z.union([statusSchema, truthSchema, handSchema, faultSchema]);

export interface ControlHandlers {
  fault(fault: Fault): void;
  /** What the gateway holds, as plain data. */
  status(): unknown;
  /** Every order and execution of the day, and the account to the last micro, as plain data. */
  truth(): unknown;
  /** `undefined` where the market follows data and takes no orders from a hand. */
  readonly hand: ((command: HandCommand) => void) | undefined;
}

/** A second port of this machine, on which a gateway is told what to do: one JSON object a line, each answered by one. */
export class ControlLine {
  readonly #handlers: ControlHandlers;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(handlers: ControlHandlers) {
    this.#handlers = handlers;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** Listens on a port, 0 for any. Resolves with it. */
  async listen(port: number): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen(port, '127.0.0.1', resolve);
    await promise;
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    let rest = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines)
        if (line.trim() !== '') socket.write(`${JSON.stringify(this.#obey(line))}\n`);
    });
    // a lost connection closes as well
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #obey(line: string): unknown {
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      return { error: 'this line is no JSON' };
    }
    const read = commandSchema.safeParse(json);
    if (!read.success) return { error: z.prettifyError(read.error) };
    const command = read.data;
    if (command.type === 'status') return this.#handlers.status();
    if (command.type === 'truth') return this.#handlers.truth();
    if (command.type !== 'quote' && command.type !== 'trade' && command.type !== 'halt') {
      this.#handlers.fault(command);
      return { ok: true };
    }
    if (this.#handlers.hand === undefined)
      return { error: 'the market follows its data; quotes are set where there are none' };
    this.#handlers.hand(command);
    return { ok: true };
  }
}
