import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { MessagePacer } from '../../adapters/ibkr/message-pacer.ts';
import {
  cancelFrame,
  FrameCutter,
  fieldsOf,
  LEAST_SERVER_VERSION,
  type OrderMessage,
  type OrderTelling,
  readOrderMessage,
  readOrderTelling,
  refusalFrame,
} from '../../adapters/ibkr/wire-frames.ts';

/** A connection that its run has left stays open so long: its end may be the first sign that the run is dead, ms. */
const ORPHAN_MS = 1_000;
/** What a run that does not read may leave lying here, bytes. */
const MOST_UNREAD = 8 * 1024 ** 2;

export interface RelayListener {
  /** The run sends an order, or changes one. Returns why it must not; `undefined` lets it pass. */
  onPlace(message: Extract<OrderMessage, { type: 'place' }>): string | undefined;
  /** The gateway tells of an order of the run's client. */
  onTold(told: OrderTelling): void;
  onWords(words: string): void;
}

/** A run's connection to the gateway, as far as it goes on behind the guard. */
interface Passage {
  /** Towards the gateway. */
  readonly up: Socket;
  /** Towards the run; `undefined` when the run has left. */
  down: Socket | undefined;
  serverVersion: number;
  /** The gateway has let it in: orders may be sent. */
  isReady: boolean;
}

/**
 * The run's order connection, led through the guard: message by message, whole ones only. TWS lets an order be canceled by the client id that
 * placed it and by no other, and refuses a second connection under that id (326) while the first one stands, as it does when the run is stopped. So
 * the guard owns the socket: when the run hangs or dies, its connection lives on here, and cancels are written into it.
 *
 * @see https://interactivebrokers.github.io/tws-api/cancel_order.html read 2026-11-24
 */
export class OrderRelay {
  readonly #gateway: { readonly host: string; readonly port: number };
  readonly #listener: RelayListener;
  readonly #server: Server;
  #pacer = new MessagePacer();
  #passage: Passage | undefined;
  #orphanTimer: NodeJS.Timeout | undefined;
  #isKept = false;
  #isShut = false;

  constructor(gateway: { readonly host: string; readonly port: number }, listener: RelayListener) {
    this.#gateway = gateway;
    this.#listener = listener;
    this.#server = createServer((down) => this.#accept(down));
  }

  /** Listens on any port of this machine. Resolves with it. */
  async listen(): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen(0, '127.0.0.1', resolve);
    await promise;
    return (this.#server.address() as AddressInfo).port;
  }

  /** Whether orders of the run's client can be canceled over it. */
  get isReady(): boolean {
    return this.#passage?.isReady === true && !this.#passage.up.destroyed;
  }

  /** Cancels an order of the run's client. False when there is no connection to do it over. */
  cancel(orderId: number): boolean {
    const passage = this.#passage;
    if (passage === undefined || !this.isReady) return false;
    this.#pacer.push({
      paceClass: 'closing',
      count: 1,
      send: () => passage.up.write(cancelFrame(orderId, passage.serverVersion)),
    });
    return true;
  }

  /** From now on the connection stays when the run leaves it. */
  keep(): void {
    this.#isKept = true;
    clearTimeout(this.#orphanTimer);
  }

  /** Hangs up, and lets nobody in until `reopen`. */
  shut(): void {
    this.#isShut = true;
    this.#passage?.up.destroy();
  }

  /** All is as it was at the beginning. */
  reopen(): void {
    this.#isShut = false;
    this.#isKept = false;
    if (this.#passage !== undefined && this.#passage.down === undefined) this.#passage.up.destroy();
  }

  close(): void {
    this.#server.close();
    clearTimeout(this.#orphanTimer);
    this.#pacer.clear();
    this.#passage?.down?.destroy();
    this.#passage?.up.destroy();
  }

  #accept(down: Socket): void {
    down.setNoDelay(true);
    // a broken connection closes as well
    down.on('error', () => undefined);
    if (this.#isShut) {
      down.destroy();
      return;
    }
    const earlier = this.#passage;
    if (earlier === undefined) {
      this.#open(down);
      return;
    }
    // nobody reads yet: what the run says waits in the socket
    earlier.up.once('close', () => {
      if (!down.destroyed) this.#open(down);
    });
    earlier.up.destroy();
  }

  #open(down: Socket): void {
    clearTimeout(this.#orphanTimer);
    this.#pacer = new MessagePacer();
    const up = connect(this.#gateway);
    up.setNoDelay(true);
    up.on('error', () => undefined);
    const passage: Passage = { up, down, serverVersion: 0, isReady: false };
    this.#passage = passage;
    const fromRun = new FrameCutter((frame) => this.#fromRun(passage, frame));
    const fromGateway = new FrameCutter((frame) => this.#fromGateway(passage, frame));
    down.on('data', (bytes: Buffer) => this.#cut(passage, fromRun, bytes));
    up.on('data', (bytes: Buffer) => this.#cut(passage, fromGateway, bytes));
    down.on('close', () => {
      passage.down = undefined;
      if (this.#isKept || up.destroyed) return;
      this.#orphanTimer = setTimeout(() => {
        if (passage.down === undefined && !this.#isKept) up.destroy();
      }, ORPHAN_MS);
    });
    up.on('close', () => {
      passage.isReady = false;
      passage.down?.destroy();
      if (this.#passage === passage) this.#passage = undefined;
    });
  }

  #cut(passage: Passage, cutter: FrameCutter, bytes: Buffer): void {
    try {
      cutter.push(bytes);
    } catch (error) {
      this.#listener.onWords(`the order connection is cut: ${String(error)}`);
      passage.up.destroy();
    }
  }

  #fromRun({ up, down, serverVersion }: Passage, frame: Buffer): void {
    const message = readOrderMessage(fieldsOf(frame), serverVersion);
    if (message?.type === 'place') {
      const reason = this.#listener.onPlace(message);
      if (reason !== undefined) {
        down?.write(refusalFrame(message.orderId, `Order rejected - reason:${reason}`));
        return;
      }
    }
    this.#pacer.count(1);
    up.write(frame);
  }

  #fromGateway(passage: Passage, frame: Buffer): void {
    const fields = fieldsOf(frame);
    const { down } = passage;
    if (passage.serverVersion === 0) {
      passage.serverVersion = Number(fields[0]);
      if (!(passage.serverVersion >= LEAST_SERVER_VERSION)) {
        this.#listener.onWords(`the gateway speaks version ${fields[0]}, which is too old`);
        passage.up.destroy();
        return;
      }
    } else {
      const told = readOrderTelling(fields);
      if (told?.type === 'ready') passage.isReady = true;
      else if (told !== undefined) this.#listener.onTold(told);
    }
    if (down === undefined) return;
    if (down.writableLength > MOST_UNREAD) down.destroy();
    else down.write(frame);
  }
}
