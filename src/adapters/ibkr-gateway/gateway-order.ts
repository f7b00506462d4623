import type { OrderRequest, OrderType, TimeInForce } from '../../domain/order.ts';
import { type PriceNanos, toPriceNumber } from '../../domain/price.ts';
import type { Side } from '../../domain/side.ts';

/** What the broker says of an order's state. */
export type OrderStatusName =
  | 'PendingSubmit'
  | 'PreSubmitted'
  | 'Submitted'
  | 'PendingCancel'
  | 'Cancelled'
  | 'ApiCancelled'
  | 'Filled'
  | 'Inactive';

/** The broker's word for an order type that the market plays. */
export type OrderTypeName = 'LMT' | 'MKT' | 'STP' | 'STP LMT' | 'TRAIL' | 'MIT';

export const ORDER_TYPES: Readonly<Record<OrderTypeName, OrderType>> = {
  LMT: 'limit',
  MKT: 'market',
  STP: 'stop',
  'STP LMT': 'stop-limit',
  TRAIL: 'trailing-stop',
  MIT: 'market-if-touched',
};

/** Terms of an order, as its last placing told them. Prices in 1e-9. */
export interface OrderTerms {
  readonly side: Side;
  readonly type: OrderTypeName;
  readonly quantity: number;
  readonly limitPrice: PriceNanos | undefined;
  /** Trigger of a stop or of an order if touched; of a trailing stop where it begins. */
  readonly stopPrice: PriceNanos | undefined;
  readonly trailAmount: PriceNanos | undefined;
  readonly tif: string;
  readonly ocaGroup: string;
  /** 1: the rest of the group is canceled; 2 and 3: it is reduced by what traded. */
  readonly ocaType: number;
  readonly parentId: number;
  readonly orderRef: string;
  readonly outsideRth: boolean;
  readonly account: string;
}

/** An order as the gateway has it. */
export class GatewayOrder {
  readonly clientId: number;
  readonly orderId: number;
  /** The account's number for it, whoever placed it. */
  readonly permId: number;
  /** Market orders that it has had before the one that it has, or may get. */
  #marketOrders = 0;
  terms: OrderTerms;
  /** Placed without being transmitted: nobody but its client knows of it. */
  isHeld: boolean;
  /** It is at the market. */
  isWorking = false;
  /** What it had filled when its market order was made, and that order's total. */
  marketBase = 0;
  marketTotal = 0;
  /** The total that the market has taken so far: a change of it may still be on its way, and come too late. */
  takenTotal = 0;
  /** Its trigger was reached: from then on it is a market or limit order. */
  isTriggered = false;
  /** What it found on the other side when it last found too little: a market order goes on when that is something else. */
  foundTooLittle: string | undefined = undefined;
  /** It has gone on after that: nobody is told that it is accepted again. */
  isResumed = false;
  status: OrderStatusName = 'PendingSubmit';
  whyHeld = '';
  warning = '';
  /** Total that it may trade: less than its terms say where its group was reduced. */
  quantity: number;
  filled = 0;
  valueNanos = 0;
  lastFillPrice: PriceNanos = 0;

  constructor(
    ids: { readonly clientId: number; readonly orderId: number; readonly permId: number },
    terms: OrderTerms,
    isHeld: boolean,
  ) {
    this.clientId = ids.clientId;
    this.orderId = ids.orderId;
    this.permId = ids.permId;
    this.terms = terms;
    this.quantity = terms.quantity;
    this.isHeld = isHeld;
  }

  /** Its name at the market: another one each time that it comes there anew. */
  get marketId(): string {
    return `G${this.permId}.${this.#marketOrders}`;
  }

  /** Its market order is gone, and the order is not over. */
  leaveMarket(): void {
    this.isWorking = false;
    this.marketBase = this.filled;
    this.#marketOrders++;
  }

  get remaining(): number {
    return Math.max(0, this.quantity - this.filled);
  }

  /** It can trade no more. */
  get isOver(): boolean {
    return ['Cancelled', 'ApiCancelled', 'Filled', 'Inactive'].includes(this.status);
  }

  /** It trades at any price now. */
  get isAtMarket(): boolean {
    const { type, tif } = this.terms;
    const isPriced = type === 'LMT' || type === 'STP LMT';
    return !isPriced && (type === 'MKT' || this.isTriggered) && tif !== 'IOC' && tif !== 'FOK';
  }

  /** Mean price of its fills in dollars, 0 before the first. */
  get averagePrice(): number {
    return this.filled === 0 ? 0 : toPriceNumber(this.valueNanos / this.filled);
  }

  /** The order as the market takes it, for `quantity` in all. */
  toRequest(quantity: number): OrderRequest {
    const { side, type, limitPrice, stopPrice, trailAmount } = this.terms;
    const isLimit = type === 'LMT' || type === 'STP LMT';
    const isStop = !this.isTriggered && type !== 'LMT' && type !== 'MKT';
    return {
      id: this.marketId,
      side,
      type: this.isTriggered ? (isLimit ? 'limit' : 'market') : ORDER_TYPES[type],
      quantity,
      tif: marketTifOf(this.terms.tif),
      role: 'ENTRY',
      reduceOnly: false,
      ...(isLimit && limitPrice !== undefined ? { price: limitPrice } : {}),
      ...(isStop && stopPrice !== undefined ? { stopPrice } : {}),
      ...(isStop && trailAmount !== undefined ? { trailAmount } : {}),
    };
  }
}

function marketTifOf(tif: string): TimeInForce {
  if (tif === 'IOC') return 'ioc';
  return tif === 'FOK' ? 'fok' : 'day';
}
