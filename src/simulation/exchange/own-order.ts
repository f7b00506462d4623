import type { MoneyMicros } from '../../domain/money.ts';
import type { OrderRequest, OrderType, TimeInForce } from '../../domain/order.ts';
import type { PriceNanos } from '../../domain/price.ts';
import type { VenueOrder } from '../../execution/venue.ts';

/** Where our order is at the exchange. */
type OwnOrderStage =
  /** On its way there for the first time. */
  | 'traveling'
  /** In a queue of the book. */
  | 'resting'
  /** Waits for its trigger. */
  | 'armed'
  /** Was triggered and travels as a market (or limit) order. */
  | 'triggered'
  | 'done';

/** How an order ended that its fills did not end, with what was said of it. */
export interface OrderEnding {
  readonly status: 'canceled' | 'rejected' | 'expired';
  readonly reason: string;
}

/** A bracket at the exchange: what its entry has filled and its exits have not. */
export interface Bracket {
  entry: OwnOrder | undefined;
  readonly exits: OwnOrder[];
  /** Shares or contracts that the exits may still trade. */
  open: number;
}

/** What an order at the exchange keeps of its request. */
type OrderTerms = Pick<OrderRequest, 'id' | 'tif' | 'reduceOnly' | 'type' | 'quantity'> & {
  readonly postOnly?: boolean | undefined;
  readonly trailAmount?: PriceNanos | undefined;
  readonly price?: PriceNanos | undefined;
  readonly stopPrice?: PriceNanos | undefined;
};

/** One of our orders as the exchange has it. */
export class OwnOrder {
  readonly id: string;
  readonly sign: 1 | -1;
  readonly tif: TimeInForce;
  readonly reduceOnly: boolean;
  readonly postOnly: boolean;
  /** Of a trailing stop. */
  readonly trailAmount: PriceNanos | undefined;
  readonly bracket: Bracket | undefined;
  type: OrderType;
  /** Limit price, or `undefined` for a market order. */
  price: PriceNanos | undefined;
  stopPrice: PriceNanos | undefined;
  quantity: number;
  filled = 0;
  state: OwnOrderStage = 'traveling';
  /** Of an order that is done, where its fills did not end it. */
  ending: OrderEnding | undefined = undefined;
  /** The book's count of joinings when it joined its queue: orders of a smaller number are ahead. */
  arrival = 0;
  /** Size before it in its queue as estimated, where the feed tells levels and not orders. */
  ahead = 0;
  commissionMicros: MoneyMicros = 0;
  valueMicros: MoneyMicros = 0;

  constructor(request: OrderTerms, sign: 1 | -1, bracket: Bracket | undefined) {
    this.id = request.id;
    this.sign = sign;
    this.tif = request.tif;
    this.reduceOnly = request.reduceOnly;
    this.postOnly = request.postOnly ?? false;
    this.trailAmount = request.trailAmount;
    this.bracket = bracket;
    this.type = request.type;
    this.price = request.price;
    this.stopPrice = request.stopPrice;
    this.quantity = request.quantity;
  }

  /** What it may trade now: its rest, and of an exit no more than its bracket has open. */
  get live(): number {
    const rest = this.quantity - this.filled;
    return this.bracket !== undefined && this.reduceOnly ? Math.min(rest, this.bracket.open) : rest;
  }
}

/** The order as the exchange tells of it when it is asked. */
export function venueOrderOf(order: OwnOrder): VenueOrder {
  const { id, sign, state, ending, quantity, filled, price, stopPrice } = order;
  return {
    orderId: id,
    side: sign === 1 ? 'buy' : 'sell',
    status: state !== 'done' ? 'working' : (ending?.status ?? 'filled'),
    quantity,
    filled,
    ...(price === undefined ? {} : { price }),
    ...(stopPrice === undefined ? {} : { stopPrice }),
    ...(ending === undefined ? {} : { reason: ending.reason }),
  };
}
