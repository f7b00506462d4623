import { IbkrVenue, type IbkrVenueOptions } from '../../../src/adapters/ibkr/ibkr-venue.ts';
import {
  type HandledGateway,
  startFakeGateway,
} from '../../../src/app/gateway/start-fake-gateway.ts';
import type { OrderReport } from '../../../src/domain/order.ts';
import type { VenueNotice, VenueTruth } from '../../../src/execution/venue.ts';
import type { ApprovedChange, ApprovedOrder } from '../../../src/risk/approved-order.ts';
import { nanosOf } from '../../support/exchange-rig.ts';
import { LineRig } from './gateway-line-rig.ts';

export const ACCOUNT = 'DU1234567';
const CLIENT_ID = 7;
const PATIENCE_MS = 4_000;

interface OrderParts {
  readonly id: string;
  readonly side?: 'buy' | 'sell';
  readonly quantity?: number;
  readonly price?: number;
  readonly stopPrice?: number;
  readonly group?: string;
  readonly role?: ApprovedOrder['role'];
}

/** The adapter at a fake gateway in real time, with everything that it told. */
export class VenueRig {
  readonly gateway: HandledGateway;
  readonly line: LineRig;
  readonly venue: IbkrVenue;
  readonly told: (OrderReport | VenueNotice)[] = [];
  readonly words: string[] = [];
  readonly #started = performance.now();

  /** @param port Where it connects to; the gateway's own by default. */
  constructor(
    gateway: HandledGateway,
    options: Partial<IbkrVenueOptions> = {},
    port = gateway.port,
  ) {
    this.gateway = gateway;
    this.line = new LineRig(port, CLIENT_ID);
    this.venue = new IbkrVenue({
      openLine: this.line.open,
      allowedAccounts: [ACCOUNT],
      times: { firstRetry: 20, longestRetry: 50 },
      contract: { symbol: 'TEST', securityType: 'STK', exchange: 'SMART', currency: 'USD' },
      clientId: CLIENT_ID,
      idPrefix: 'r1-',
      clock: () => this.now,
      estimateCommission: () => 77,
      groupPatienceMs: 1,
      onWords: (words) => this.words.push(words),
      ...options,
    });
  }

  get now(): number {
    return Math.round((performance.now() - this.#started) * 1e6);
  }

  send(parts: OrderParts): void {
    const { id, side = 'buy', quantity = 100, price, stopPrice, group, role = 'ENTRY' } = parts;
    const type = stopPrice !== undefined ? 'stop' : price === undefined ? 'market' : 'limit';
    const order = {
      id,
      side,
      type,
      quantity,
      tif: 'day',
      role,
      reduceOnly: role !== 'ENTRY',
      ...(price === undefined ? {} : { price: nanosOf(price) }),
      ...(stopPrice === undefined ? {} : { stopPrice: nanosOf(stopPrice) }),
      ...(group === undefined ? {} : { ocoGroup: group }),
    };
    this.venue.submit(order as ApprovedOrder, this.now);
  }

  /** As the desk does: the stop, the target and the entry last. */
  bracket(quantity = 100): void {
    const exit = { side: 'sell', group: 'r1-B1', quantity } as const;
    this.send({ ...exit, id: 'r1-2', role: 'STOP', stopPrice: 249.8 });
    this.send({ ...exit, id: 'r1-3', role: 'TARGET', price: 250.5 });
    this.send({ id: 'r1-1', price: 249.99, group: 'r1-B1', quantity });
  }

  modify(change: { readonly id: string; readonly price: number }): void {
    this.venue.modify({ id: change.id, price: nanosOf(change.price) } as ApprovedChange, this.now);
  }

  take(): void {
    for (;;) {
      const next = this.venue.takeReport(this.now) ?? this.venue.takeNotice(this.now);
      if (next === undefined) return;
      this.told.push(next);
    }
  }

  /** Reports of an order, in short. */
  of(id: string): string[] {
    this.take();
    return this.told.flatMap((report) => {
      if (!('orderId' in report) || report.orderId !== id) return [];
      const what = report.type.replace('order-', '');
      return [report.type === 'order-filled' ? `${what} ${report.fill.quantity}` : what];
    });
  }

  filled(id: string): number {
    this.take();
    let sum = 0;
    for (const report of this.told)
      if (report.type === 'order-filled' && report.orderId === id) sum += report.fill.quantity;
    return sum;
  }

  async until(isSo: () => boolean, what = 'it is not so'): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (!isSo()) {
      if (performance.now() > end) throw new Error(`${what}; words: ${this.words.join(' | ')}`);
      await pause(2);
    }
  }

  /** All that was sent is answered, and done. */
  async settle(): Promise<void> {
    for (let time = 0; time < 2; time++) {
      await this.line.ping();
      await pause(5);
    }
    this.take();
  }

  async truth(): Promise<VenueTruth> {
    const before = this.told.length;
    this.venue.requestTruth(this.now);
    let truth: VenueTruth | undefined;
    await this.until(() => {
      this.take();
      for (const told of this.told.slice(before))
        if (told.type === 'truth-told') truth = told.truth;
      return truth !== undefined;
    }, 'no truth came');
    if (truth === undefined) throw new Error('no truth came');
    return truth;
  }
}

export async function startGateway(): Promise<HandledGateway> {
  const gateway = await startFakeGateway({ account: ACCOUNT });
  gateway.quote(249.99, 250.01, 500, 500);
  return gateway;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
