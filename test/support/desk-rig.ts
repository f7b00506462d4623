import type {
  ClientOrderId,
  OrderChange,
  OrderReport,
  OrderRequest,
} from '../../src/domain/order.ts';
import type { RiskSettings } from '../../src/domain/settings.ts';
import { dayOf, NS_PER_MS } from '../../src/domain/time.ts';
import { OrderDesk } from '../../src/execution/order-desk.ts';
import { Portfolio } from '../../src/execution/portfolio.ts';
import type { ExecutionVenue, VenueNotice } from '../../src/execution/venue.ts';
import { RiskGate } from '../../src/risk/risk-gate.ts';
import { nanosOf } from './exchange-rig.ts';
import { STOCK } from './market-rig.ts';
import { CALM, SPEC_RISK } from './risk-context.ts';

/** A venue that does nothing by itself: it notes what it is asked and reports what a test tells it to. */
class FakeVenue implements ExecutionVenue {
  readonly submitted: OrderRequest[] = [];
  /** Every call, as `submit 1`, `modify 1`, `cancel 1`. */
  readonly calls: string[] = [];
  readonly outbox: OrderReport[] = [];
  readonly notices: VenueNotice[] = [];

  submit(order: OrderRequest): void {
    this.submitted.push(order);
    this.calls.push(`submit ${order.id}`);
  }

  modify(change: OrderChange): void {
    this.calls.push(`modify ${change.id}`);
  }

  cancel(id: ClientOrderId): void {
    this.calls.push(`cancel ${id}`);
  }

  takeReport(): OrderReport | undefined {
    return this.outbox.shift();
  }

  requestTruth(): void {
    this.calls.push('truth');
  }

  takeNotice(): VenueNotice | undefined {
    return this.notices.shift();
  }

  estimatedAhead(): null {
    return null;
  }

  queueAhead(): null {
    return null;
  }
}

/** A desk at a fake venue, in milliseconds and dollars, with the calm market of the risk tests around it. */
export class DeskRig {
  readonly venue = new FakeVenue();
  readonly risk: RiskGate;
  readonly desk: OrderDesk;
  /** What the desk told, in words. */
  readonly told: string[] = [];
  #ms = 0;
  #executions = 0;

  constructor(settings: Partial<RiskSettings> = {}) {
    this.risk = new RiskGate({ ...SPEC_RISK, ordersPerSecond: 50, ...settings }, null);
    const { told } = this;
    this.desk = new OrderDesk({
      venue: this.venue,
      risk: this.risk,
      portfolio: new Portfolio(STOCK, dayOf(2026, 6, 1)),
      market: {
        riskContext: () => ({
          ...CALM,
          now: CALM.now + this.#ms * NS_PER_MS,
          position: this.desk.portfolio.position,
          ...this.desk.workingOrders,
          venue: this.desk.venueStanding,
        }),
        touch: () => ({ bid: CALM.bestBid, ask: CALM.bestAsk }),
      },
      listener: {
        onVerdict: (order, denial) => {
          if (denial !== undefined) told.push(`denied ${order.id} ${denial.code}`);
        },
        onSubmit: (order) => told.push(`intent ${order.id}`) > 0,
        onChange: (change) => told.push(`change ${change.id}`) > 0,
        onCancel: (order, reason) => told.push(`cancel ${order.request.id}: ${reason}`),
        onReport: (report, order) => {
          if (order === undefined) told.push(`not ours ${report.orderId}`);
        },
        onFlatten: () => undefined,
        onVenue: (venue) => told.push(`venue ${venue}`),
        onFill: () => undefined,
        onBracket: (bracket, from) => told.push(`${from} > ${bracket.state}`),
        onTrip: (trip) => told.push(`trip ${trip.exitReason} ${trip.grossPl}`),
        onAlarm: (text) => told.push(`alarm ${text}`),
        onViolation: (rule) => told.push(`violation ${rule}`),
      },
      idPrefix: 'P-',
      entryTimeoutSecs: 5,
      multiplier: STOCK.multiplier,
    });
  }

  /** Buys 60 at 250 with a stop at 249.80 and a target at 250.50: orders P-1, P-2, P-3, accepted. */
  enter(ms = 0): void {
    this.desk.enterBracket(
      {
        side: 'buy',
        limitPrice: nanosOf(250),
        stopPrice: nanosOf(249.8),
        targetPrice: nanosOf(250.5),
        quantity: 60,
      },
      ms * NS_PER_MS,
    );
    for (const id of ['P-1', 'P-2', 'P-3'])
      this.report(ms, { type: 'order-accepted', orderId: id, ts: ms * NS_PER_MS });
  }

  report(ms: number, ...reports: readonly OrderReport[]): void {
    this.#ms = ms;
    this.venue.outbox.push(...reports);
    this.desk.takeReports(ms * NS_PER_MS);
  }

  fill(ms: number, orderId: string, quantity: number, dollars: number): void {
    this.report(ms, this.fillReport(ms, orderId, quantity, dollars));
  }

  fillReport(ms: number, orderId: string, quantity: number, dollars: number): OrderReport {
    const ts = ms * NS_PER_MS;
    const side = this.desk.orders.find(orderId)?.request.side ?? 'buy';
    return {
      type: 'order-filled',
      orderId,
      ts,
      fill: {
        executionId: `E${++this.#executions}`,
        orderId,
        side,
        price: nanosOf(dollars),
        quantity,
        ts,
        sequence: 0,
        liquidity: 'maker',
      },
      commissionMicros: 0,
    };
  }

  canceled(ms: number, orderId: string): void {
    this.report(ms, { type: 'order-canceled', orderId, ts: ms * NS_PER_MS, reason: 'told so' });
  }

  /** Lets the desk do what is due by `ms`. */
  wait(ms: number): void {
    this.#ms = ms;
    if (this.desk.nextTimer <= ms * NS_PER_MS) this.desk.runTimers(ms * NS_PER_MS);
  }

  place(
    ms: number,
    id: string,
    side: 'buy' | 'sell',
    quantity: number,
    dollars = 250,
  ): string | undefined {
    this.#ms = ms;
    const order: OrderRequest = {
      id,
      side,
      type: 'limit',
      price: nanosOf(dollars),
      quantity,
      tif: 'day',
      role: 'ENTRY',
      reduceOnly: false,
    };
    return this.desk.place(order, ms * NS_PER_MS)?.code;
  }

  change(
    ms: number,
    id: string,
    terms: { readonly quantity?: number; readonly dollars?: number },
  ): string | undefined {
    this.#ms = ms;
    const { quantity, dollars } = terms;
    return this.desk.change(
      {
        id,
        ...(quantity === undefined ? {} : { quantity }),
        ...(dollars === undefined ? {} : { price: nanosOf(dollars) }),
      },
      ms * NS_PER_MS,
    )?.code;
  }

  /** Market exits that were sent: id, side, quantity, and the bracket they share. */
  get exits(): unknown[] {
    return this.venue.submitted
      .filter((order) => order.type === 'market')
      .map(({ id, side, quantity, ocoGroup }) => [id, side, quantity, ocoGroup]);
  }
}
