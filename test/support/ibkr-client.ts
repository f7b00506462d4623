import { type Contract, EventName, IBApi, type Order, SecType } from '@stoqey/ib';

/** What the client library told, in the order in which it told it. */
export interface HeardEvent {
  readonly name: string;
  readonly values: readonly unknown[];
}

/** The real client library at a gateway, with all that it tells written down. */
export class IbkrClient {
  readonly api: IBApi;
  readonly heard: HeardEvent[] = [];
  readonly #waiting = new Set<() => void>();

  /** @param maxReqPerSec How fast the library lets itself be; its own 40 by default. */
  constructor(port: number, clientId = 1, maxReqPerSec = 40) {
    this.api = new IBApi({ host: '127.0.0.1', port, clientId, maxReqPerSec });
    this.api.on(EventName.all, (name: string, values: unknown[]) => {
      if (name === 'received' || name === 'sent') return;
      this.heard.push({ name, values });
      for (const check of this.#waiting) check();
    });
  }

  /** Connects, and resolves when the client may send. */
  async connect(): Promise<this> {
    this.api.connect();
    await this.next('nextValidId');
    return this;
  }

  close(): void {
    this.api.disconnect();
  }

  /** All that was told under a name, in order. */
  all(name: string): (readonly unknown[])[] {
    return this.heard.filter((event) => event.name === name).map(({ values }) => values);
  }

  /** The first telling of a name that fits, of those that were and those that come. Rejects after two seconds. */
  next(
    name: string,
    fits: (values: readonly unknown[]) => boolean = () => true,
  ): Promise<readonly unknown[]> {
    return this.until(
      () => this.all(name).find(fits),
      () => `${name} did not come`,
    );
  }

  /** Waits until something is true of what was heard. */
  until<Found>(
    find: () => Found | undefined | false,
    what = () => 'it did not come',
  ): Promise<Found> {
    const { promise, resolve, reject } = Promise.withResolvers<Found>();
    const timer = setTimeout(() => {
      this.#waiting.delete(check);
      const names = this.heard.map(({ name, values }) => `${name}(${values.map(String).join()})`);
      reject(new Error(`${what()}; heard: ${names.join(' ')}`));
    }, 2000);
    const check = (): void => {
      const found = find();
      if (found === undefined || found === false) return;
      clearTimeout(timer);
      this.#waiting.delete(check);
      resolve(found);
    };
    this.#waiting.add(check);
    check();
    return promise;
  }

  /** States that an order was told to be in, in order. */
  statesOf(orderId: number): string[] {
    return this.all('orderStatus')
      .filter(([id]) => id === orderId)
      .map(([, status]) => String(status));
  }

  place(orderId: number, order: Partial<Order>, contract: Contract = TEST_CONTRACT): void {
    this.api.placeOrder(orderId, contract, { tif: 'DAY', transmit: true, ...order } as Order);
  }
}

/** The stock that a gateway trades by default. */
export const TEST_CONTRACT: Contract = {
  symbol: 'TEST',
  secType: SecType.STK,
  exchange: 'SMART',
  currency: 'USD',
};
