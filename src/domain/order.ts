import type { MoneyMicros } from './money.ts';
import type { PriceNanos } from './price.ts';
import type { Side } from './side.ts';
import type { SessionTime } from './time.ts';

/** Our id of an order: the run's prefix and a counter, or a script's own name. Never used twice. */
export type ClientOrderId = string;

export type OrderType =
  | 'limit'
  | 'market'
  | 'stop'
  | 'stop-limit'
  /** A stop whose trigger follows LAST at a distance while LAST moves our way. */
  | 'trailing-stop'
  /** At market once LAST has come to its trigger from the other side than a stop's. */
  | 'market-if-touched';
export type TimeInForce = 'day' | 'ioc' | 'fok';

/** What an order is for. Plain orders of a script have no role of a bracket and are entries or exits by effect. */
export type OrderRole = 'ENTRY' | 'STOP' | 'TARGET' | 'EXIT';

/** What we want done, before risk. */
export interface OrderRequest {
  readonly id: ClientOrderId;
  readonly side: Side;
  readonly type: OrderType;
  /** Limit price; of limit and stop-limit orders only. */
  readonly price?: PriceNanos;
  /** Trigger price, of orders that wait for one; where a trailing stop begins, LAST less its distance where left out. */
  readonly stopPrice?: PriceNanos;
  /** Distance of a trailing stop's trigger to LAST, above 0. */
  readonly trailAmount?: PriceNanos;
  /** A limit order of the day that rests or is rejected: it never takes. */
  readonly postOnly?: boolean;
  /** Total shares or contracts, whole and at least 1. */
  readonly quantity: number;
  readonly tif: TimeInForce;
  readonly role: OrderRole;
  /** True when the order can only make the position smaller. */
  readonly reduceOnly: boolean;
  /** Orders of one group cancel each other when one of them fills (stop and target of a bracket). */
  readonly ocoGroup?: string;
  /** Of a bracket's entry: what it has not filled after so long is canceled, seconds; the settings' time where it is missing. */
  readonly timeoutSecs?: number;
}

/** New terms of a working order; what is left out stays. */
export interface OrderChange {
  readonly id: ClientOrderId;
  readonly price?: PriceNanos;
  readonly stopPrice?: PriceNanos;
  /** The order's new total, filled part included. */
  readonly quantity?: number;
}

/** Where an order stands, by what the venue has reported to us. `denied`: refused here, never sent. */
export type OrderStatus =
  | 'submitted'
  /** Sent, and the connection was lost before the venue answered: it may have arrived. */
  | 'unknown'
  | 'working'
  | 'filled'
  | 'canceled'
  | 'expired'
  | 'rejected'
  | 'denied';

/** An execution of our order. */
export interface Fill {
  /** The venue's name for it, unlike that of any other: an execution that is told twice counts once. */
  readonly executionId: string;
  readonly orderId: ClientOrderId;
  readonly side: Side;
  readonly price: PriceNanos;
  readonly quantity: number;
  /** When it happened at the venue, and the sequence of the market event that made it. */
  readonly ts: SessionTime;
  readonly sequence: number;
  readonly liquidity: 'maker' | 'taker';
}

/** What a venue tells us. `ts` is when it happened there; it is known later, when the report arrives. */
export type OrderReport =
  | { readonly type: 'order-accepted'; readonly orderId: ClientOrderId; readonly ts: SessionTime }
  | {
      readonly type: 'order-rejected';
      readonly orderId: ClientOrderId;
      readonly ts: SessionTime;
      readonly reason: string;
    }
  | {
      readonly type: 'order-filled';
      readonly orderId: ClientOrderId;
      readonly ts: SessionTime;
      readonly fill: Fill;
      readonly commissionMicros: MoneyMicros;
    }
  | {
      readonly type: 'order-modified';
      readonly orderId: ClientOrderId;
      readonly ts: SessionTime;
      readonly price?: PriceNanos;
      readonly stopPrice?: PriceNanos;
      readonly quantity: number;
    }
  | {
      readonly type: 'order-canceled';
      readonly orderId: ClientOrderId;
      readonly ts: SessionTime;
      readonly reason: string;
    }
  /** A change was refused; the order works on with the terms that it had. */
  | {
      readonly type: 'order-change-rejected';
      readonly orderId: ClientOrderId;
      readonly ts: SessionTime;
      /** The total that the change asked for, where it asked for one. */
      readonly quantity?: number;
      readonly reason: string;
    }
  /** The venue's status says that so much is filled, which its executions, told one by one, may not explain yet. */
  | {
      readonly type: 'order-total-told';
      readonly orderId: ClientOrderId;
      readonly ts: SessionTime;
      readonly filled: number;
    }
  /** What an execution that was told before traded at and costs, by the venue's last word: whole figures, not differences. */
  | {
      readonly type: 'execution-corrected';
      readonly orderId: ClientOrderId;
      readonly ts: SessionTime;
      readonly executionId: string;
      readonly price: PriceNanos;
      readonly commissionMicros: MoneyMicros;
    }
  | { readonly type: 'order-expired'; readonly orderId: ClientOrderId; readonly ts: SessionTime }
  | { readonly type: 'order-triggered'; readonly orderId: ClientOrderId; readonly ts: SessionTime };
