import { afterEach } from 'vitest';
import { IbkrVenue } from '../../../src/adapters/ibkr/ibkr-venue.ts';
import {
  type HandledGateway,
  startFakeGateway,
} from '../../../src/app/gateway/start-fake-gateway.ts';
import type { OrderReport } from '../../../src/domain/order.ts';
import { NS_PER_MS } from '../../../src/domain/time.ts';
import type { VenueNotice } from '../../../src/execution/venue.ts';
import type { VenueSession } from '../../execution/venue-contract/harness.ts';
import { describeVenueContract } from '../../execution/venue-contract/venue-contract.ts';
import { nanosOf } from '../../support/exchange-rig.ts';
import { LineRig } from './gateway-line-rig.ts';

const ACCOUNT = 'DU1234567';
const DAY_MS = Date.UTC(2026, 10, 20);
const CLIENT_ID = 7;
/** The broker's own groups have done their part by then: on loopback they are told in the same moment. */
const GROUP_PATIENCE_MS = 0;
const QUOTED = 500;

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const session of open.splice(0)) await session.close();
});

/** The adapter with the real client library at a gateway that speaks the real protocol, both on this machine. */
class IbkrSession implements VenueSession {
  readonly reports: (OrderReport | VenueNotice)[] = [];
  readonly #gateway: HandledGateway;
  readonly #rig: LineRig;
  readonly venue: IbkrVenue;
  now: number;
  #isConnected = true;
  #bid = 249.99;
  #ask = 250.01;

  constructor(gateway: HandledGateway, clock: { ms: number }) {
    this.#gateway = gateway;
    this.now = clock.ms * NS_PER_MS;
    this.#clock = clock;
    this.#rig = new LineRig(gateway.port, CLIENT_ID);
    this.venue = new IbkrVenue({
      openLine: this.#rig.open,
      allowedAccounts: [ACCOUNT],
      times: { firstRetry: 1, longestRetry: 1, readyPatience: 60_000 },
      contract: { symbol: 'TEST', securityType: 'STK', exchange: 'SMART', currency: 'USD' },
      clientId: CLIENT_ID,
      idPrefix: '',
      clock: () => this.now,
      estimateCommission: () => 0,
      groupPatienceMs: GROUP_PATIENCE_MS,
      refreshMs: 1_000_000,
    });
  }

  readonly #clock: { ms: number };

  async begin(): Promise<void> {
    await this.venue.begin(5_000);
    await this.#quiet();
    this.reports.length = 0;
  }

  async close(): Promise<void> {
    this.venue.close();
    await this.#gateway.close();
  }

  async wait(ms: number): Promise<void> {
    this.#clock.ms += ms;
    this.now = this.#clock.ms * NS_PER_MS;
    await this.#quiet();
  }

  async quote(bid: number, ask: number, size: number): Promise<void> {
    this.#bid = bid;
    this.#ask = ask;
    this.#gateway.quote(bid, ask, size, size);
  }

  async sellInto(price: number, size: number): Promise<void> {
    // who sells where others offer stands there with what he has; a trade there would be told as a buyer's
    if (price === this.#ask) this.#gateway.quote(this.#bid, price, QUOTED, size);
    else this.#gateway.trade(price, size);
  }

  async buyInto(price: number, size: number): Promise<void> {
    this.#gateway.trade(price, size);
  }

  async setHalted(isHalted: boolean): Promise<void> {
    this.#gateway.halt(isHalted);
  }

  refusedTerms(side: 'buy' | 'sell' = 'buy'): { readonly price: number } {
    // off the grid of cents
    return { price: side === 'buy' ? 249.505 : 250.505 };
  }

  refuseNextChange(): void {
    this.#rig.spoilsNext = true;
  }

  loseNext(): void {
    this.#rig.losesNext = true;
  }

  async setConnected(isConnected: boolean): Promise<void> {
    if (isConnected) {
      this.#isConnected = true;
      this.#rig.setOpen(true);
      await this.#until(() => this.venue.session.isUsable);
      this.#take();
      return;
    }
    // what is under way to the broker arrives
    await this.#rig.ping();
    this.#rig.setOpen(false);
    this.#isConnected = false;
    this.#gateway.fault({ type: 'drop' });
    await this.#until(() => !this.venue.session.isUsable);
    this.#take();
  }

  async tradeByHand(): Promise<void> {
    const place = (quantity: number, price: number) =>
      this.#gateway.gateway.orders.placeByHand({
        side: 'buy',
        type: 'LMT',
        quantity,
        limitPrice: nanosOf(price),
        stopPrice: undefined,
        trailAmount: undefined,
        tif: 'DAY',
        ocaGroup: '',
        ocaType: 0,
        parentId: 0,
        orderRef: '',
        outsideRth: false,
        account: ACCOUNT,
      });
    place(5, 248);
    place(7, 250.01);
  }

  repeatExecution(): never {
    throw new Error('the adapter tells everything once');
  }

  endSession(): never {
    throw new Error('the broker tells the end of the day as a cancel');
  }

  #take(): void {
    for (;;) {
      const next = this.venue.takeReport(this.now) ?? this.venue.takeNotice(this.now);
      if (next === undefined) return;
      this.reports.push(next);
    }
  }

  /** Until nothing more is said, after the adapter has had its time to act on it. */
  async #quiet(): Promise<void> {
    await this.#rig.ping();
    for (let isMoving = true; isMoving; ) {
      const before = this.#rig.heard;
      await sleep(GROUP_PATIENCE_MS + 1);
      await this.#rig.ping();
      isMoving = this.#rig.heard !== before && this.#isConnected;
    }
    this.#take();
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await sleep(1);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describeVenueContract({
  name: 'Interactive Brokers at the fake gateway',
  lacks: {
    'post-only': 'the broker knows no post-only orders: the adapter refuses them',
    'queue-position': 'the broker does not tell it',
    'repeats-executions': 'the adapter tells each execution once',
    'ends-session': 'the broker tells the end of the day as a cancel',
  },
  cannot: {
    'a stop that was triggered in front of a halt still protects after it':
      'at the fake gateway a stop that is triggered trades in the same moment',
  },
  plays: 130,
  async open() {
    const clock = { ms: 15 * 3_600_000 };
    const gateway = await startFakeGateway({
      account: ACCOUNT,
      clock: () => DAY_MS + clock.ms,
    });
    const session = new IbkrSession(gateway, clock);
    open.push(session);
    gateway.quote(249.99, 250.01, 500, 500);
    await session.begin();
    return session;
  },
});
