import type { MoneyMicros } from '../domain/money.ts';
import type { ClientOrderId, Fill, OrderReport } from '../domain/order.ts';
import type { PriceNanos } from '../domain/price.ts';
import type { Side } from '../domain/side.ts';
import type { SessionTime } from '../domain/time.ts';
import type { ApprovedChange, ApprovedOrder } from '../risk/approved-order.ts';

export type VenueConnection = 'connected' | 'disconnected';

/** An order as the venue has it. */
export interface VenueOrder {
  /** Our id; of an order that was placed elsewhere whatever the venue calls it. */
  readonly orderId: ClientOrderId;
  readonly side: Side;
  readonly status: 'working' | 'filled' | 'canceled' | 'rejected' | 'expired';
  readonly quantity: number;
  readonly filled: number;
  readonly price?: PriceNanos;
  readonly stopPrice?: PriceNanos;
  /** The venue's words about an order that is done without being filled. */
  readonly reason?: string;
}

/** Stands behind the prefix of a run's ids in those of orders by which its guard closed for it. */
export const GUARD_MARK = 'guard-';

/** What the venue holds of the account and the instrument, at one moment. */
export interface VenueTruth {
  readonly ts: SessionTime;
  /** The `now` of the request that it answers. */
  readonly askedAt: SessionTime;
  /** All orders that work and all that are done since the session began, whoever placed them. */
  readonly orders: readonly VenueOrder[];
  /** Every execution since the session began, whoever's. */
  readonly executions: readonly { readonly fill: Fill; readonly commissionMicros: MoneyMicros }[];
  /** Bought less sold of those, with what was held when the session began: what is held now. */
  readonly position: number;
}

/** What a venue tells that is not about one order. `ts` is when it happened. */
export type VenueNotice =
  | {
      readonly type: 'connection-changed';
      readonly ts: SessionTime;
      readonly connection: VenueConnection;
      readonly reason: string;
    }
  | { readonly type: 'truth-told'; readonly ts: SessionTime; readonly truth: VenueTruth };

/**
 * Where orders go: the simulated exchange, or a broker's adapter.
 *
 * The calls return when the request has been handed on, not when the venue has answered; what became of it comes as a
 * report. Cancels never wait behind anything else. Orders with the same `ocoGroup` are a bracket: the one that is not
 * `reduceOnly` is its entry, the others work only for what the entry has filled and they have not, so that together they
 * never trade beyond the position; when nothing is left to protect they are cancelled by the venue.
 *
 * An id names one order for ever: a venue takes no second one under it. Told of an order after its end are only answers to
 * changes that came too late, and executions that are told again.
 *
 * A venue that is not connected drops what it is handed: nothing is kept to be sent later. After it has told that it is
 * connected again, what was on its way either has arrived or never will.
 */
export interface ExecutionVenue {
  submit(order: ApprovedOrder, now: SessionTime): void;
  modify(change: ApprovedChange, now: SessionTime): void;
  cancel(id: ClientOrderId, now: SessionTime): void;
  /**
   * Asks what the venue holds; the answer comes as a notice, or not at all when the connection is lost meanwhile. It shows
   * what became of everything that was sent before it was asked for.
   */
  requestTruth(now: SessionTime): void;
  /**
   * The next report whose time has come (known at or before `now`), oldest first; none while a notice that was told before
   * it has not been taken.
   */
  takeReport(now: SessionTime): OrderReport | undefined;
  /** The next notice whose time has come; none while a report that was told before it has not been taken. */
  takeNotice(now: SessionTime): VenueNotice | undefined;
  /** Size before our order at its price, where the venue's data tell it; else `null`. */
  queueAhead(id: ClientOrderId): number | null;
  /** The same as estimated, where the venue's data tell levels and not orders; else `null`. */
  estimatedAhead(id: ClientOrderId): number | null;
}
