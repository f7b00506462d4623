import type { ClientOrderId, OrderReport } from '../domain/order.ts';
import type { SessionTime } from '../domain/time.ts';
import type { ApprovedChange, ApprovedOrder } from '../risk/approved-order.ts';

/**
 * Where orders go: the simulated exchange, or a broker's adapter.
 *
 * The three calls return when the request has been handed on, not when the venue has answered; what became of it comes
 * as a report. Cancels never wait behind anything else. Orders with the same `ocoGroup` are a bracket: the one that is not
 * `reduceOnly` is its entry, the others work only for what the entry has filled and they have not, so that together they
 * never trade beyond the position; when nothing is left to protect they are cancelled by the venue.
 */
export interface ExecutionVenue {
  submit(order: ApprovedOrder, now: SessionTime): void;
  modify(change: ApprovedChange, now: SessionTime): void;
  cancel(id: ClientOrderId, now: SessionTime): void;
  /** The next report whose time has come (known at or before `now`), oldest first. */
  takeReport(now: SessionTime): OrderReport | undefined;
  /** Size before our order at its price, where the venue's data tell it; else `null`. */
  queueAhead(id: ClientOrderId): number | null;
  /** The same as estimated, where the venue's data tell levels and not orders; else `null`. */
  estimatedAhead(id: ClientOrderId): number | null;
}
