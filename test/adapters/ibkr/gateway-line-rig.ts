import type {
  BrokerContract,
  GatewayLine,
  LineListener,
  OpenLine,
} from '../../../src/adapters/ibkr/gateway-line.ts';
import { StoqeyLine } from '../../../src/adapters/ibkr/stoqey-line.ts';

/** Connections to a gateway that a test can swallow messages of, hold back, and ask whether all was said. */
export class LineRig {
  readonly #port: number;
  readonly #clientId: number;
  #line: GatewayLine | undefined;
  #isOpen = true;
  #isWaiting = false;
  /** What is sent next, and all after it, goes down with the connection. */
  losesNext = false;
  /** The next order goes out as another type, which the broker refuses of one that it has. */
  spoilsNext = false;
  #isLost = false;
  readonly #pings: (() => void)[] = [];
  /** Everything that was heard, counted. */
  heard = 0;
  /** Orders placed, by their numbers. */
  readonly placed: number[] = [];

  constructor(port: number, clientId: number) {
    this.#port = port;
    this.#clientId = clientId;
  }

  readonly open: OpenLine = (listener) => {
    const line = new StoqeyLine(
      { host: '127.0.0.1', port: this.#port, clientId: this.#clientId },
      this.#counting(listener),
    );
    this.#isLost = false;
    const passes = (): boolean => {
      if (this.losesNext) this.#isLost = true;
      this.losesNext = false;
      return !this.#isLost;
    };
    this.#line = line;
    return {
      connect: () => {
        if (this.#isOpen) line.connect();
        else this.#isWaiting = true;
      },
      close: () => {
        this.#isWaiting = false;
        if (this.#line === line) this.#line = undefined;
        line.close();
      },
      placeOrder: (contract: BrokerContract, terms) => {
        if (!passes()) return;
        this.placed.push(terms.orderId);
        line.placeOrder(contract, this.spoilsNext ? { ...terms, type: 'MKT' } : terms);
        this.spoilsNext = false;
      },
      cancelOrder: (id) => passes() && line.cancelOrder(id),
      requestContracts: (id, contract) => passes() && line.requestContracts(id, contract),
      requestOpenOrders: () => passes() && line.requestOpenOrders(),
      requestExecutions: (id, account) => passes() && line.requestExecutions(id, account),
      requestPositions: () => passes() && line.requestPositions(),
      cancelPositions: () => passes() && line.cancelPositions(),
      requestAccountValues: (account) => passes() && line.requestAccountValues(account),
      requestPnl: (id, account, conId) => passes() && line.requestPnl(id, account, conId),
      cancelPnl: (id) => passes() && line.cancelPnl(id),
      cancelEverything: () => passes() && line.cancelEverything(),
      requestCurrentTime: () => {
        if (!this.#isLost) line.requestCurrentTime();
      },
    };
  };

  /** The connection as it is now. */
  get raw(): GatewayLine | undefined {
    return this.#line;
  }

  /** No connection is opened until it may be again. */
  setOpen(isOpen: boolean): void {
    this.#isOpen = isOpen;
    if (!isOpen || !this.#isWaiting) return;
    this.#isWaiting = false;
    this.#line?.connect();
  }

  /** Resolves when everything that was sent before has been answered, or at once without a connection. */
  async ping(): Promise<void> {
    const line = this.#line;
    if (line === undefined || this.#isLost || !this.#isOpen) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#pings.push(resolve);
    line.requestCurrentTime();
    await promise;
  }

  #counting(listener: LineListener): LineListener {
    const entries = Object.entries(listener).map(([name, tell]) => [
      name,
      (...told: unknown[]) => {
        // a position comes with the executions that make it, and leads to nothing at once
        if (name !== 'onCurrentTime' && name !== 'onPosition') this.heard++;
        if (name === 'onClosed') for (const resolve of this.#pings.splice(0)) resolve();
        (tell as (...told: unknown[]) => void)(...told);
        if (name === 'onCurrentTime') this.#pings.shift()?.();
      },
    ]);
    return Object.fromEntries(entries) as unknown as LineListener;
  }
}
