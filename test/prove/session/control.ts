import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { GatewayStatus, GatewayTruth } from '../../../src/app/gateway/gateway-truth.ts';

/** The control line of a gateway, asked one question after the other. */
export class Control {
  readonly #socket: Socket;
  readonly #waiting: ((answer: unknown) => void)[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    let rest = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#waiting.shift()?.(JSON.parse(line));
    });
    socket.on('error', () => undefined);
  }

  static async open(port: number): Promise<Control> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Control(socket);
  }

  async status(): Promise<GatewayStatus> {
    return (await this.#ask('status')) as GatewayStatus;
  }

  async truth(): Promise<GatewayTruth> {
    return (await this.#ask('truth')) as GatewayTruth;
  }

  close(): void {
    this.#socket.destroy();
  }

  #ask(type: 'status' | 'truth'): Promise<unknown> {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#waiting.push(resolve);
    this.#socket.write(`${JSON.stringify({ type })}\n`);
    return promise;
  }
}
