import type { LinkTruth, TimedReport, VenueRequest } from '../../adapters/venue-link/protocol.ts';
import type { ClientOrderId, OrderReport, OrderRequest } from '../../domain/order.ts';
import type { SessionTime } from '../../domain/time.ts';

interface OpenOrder {
  order: OrderRequest;
  filled: number;
}

/** What a venue knows of its trader: every request and report by number, what is open, the position. */
export class VenueLedger {
  readonly reports: TimedReport[] = [];
  received = 0;
  isFinished = false;
  #position = 0;
  #fills = 0;
  readonly #ids: ClientOrderId[] = [];
  readonly #skipped: number[] = [];
  readonly #open = new Map<ClientOrderId, OpenOrder>();

  /** True when it has not come before: each number counts once, in order. */
  receive(request: VenueRequest): boolean {
    if (request.number !== this.received + 1) return false;
    this.received = request.number;
    if (request.type === 'skip') this.#skipped.push(request.number);
    if (request.type === 'submit') {
      const { order } = request;
      this.#ids.push(order.id);
      this.#open.set(order.id, { order, filled: 0 });
    }
    return true;
  }

  report(timed: TimedReport): void {
    this.reports.push(timed);
    const { report } = timed;
    if (report.type === 'order-filled') {
      const { side, quantity } = report.fill;
      this.#fills++;
      this.#position += side === 'buy' ? quantity : -quantity;
    }
    const open = this.#open.get(report.orderId);
    if (open === undefined) return;
    if (report.type === 'order-filled') open.filled += report.fill.quantity;
    if (report.type === 'order-modified') open.order = { ...open.order, quantity: report.quantity };
    if (isEnd(report) || open.filled >= open.order.quantity) this.#open.delete(report.orderId);
  }

  /** An order is open, or on its way to the exchange. */
  get hasOpen(): boolean {
    return this.#open.size > 0;
  }

  truth(reached: SessionTime, granted: SessionTime): LinkTruth {
    return {
      reached,
      granted,
      isFinished: this.isFinished,
      position: this.#position,
      fills: this.#fills,
      received: this.received,
      skipped: this.#skipped.slice(),
      reports: this.reports.length,
      open: [...this.#open.values()].map(({ order, filled }) => ({ order, filled })),
      ids: this.#ids.slice(),
    };
  }
}

function isEnd({ type }: OrderReport): boolean {
  return type === 'order-rejected' || type === 'order-canceled' || type === 'order-expired';
}
