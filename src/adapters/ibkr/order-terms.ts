import type { ClientOrderId, OrderChange, OrderRequest, OrderType } from '../../domain/order.ts';
import { NANOS_PER_UNIT, type PriceNanos, toPriceNumber } from '../../domain/price.ts';
import { signOf } from '../../domain/side.ts';
import type { BrokerOrderTerms, BrokerOrderType } from './gateway-line.ts';

const TYPES: Readonly<Record<OrderType, BrokerOrderType>> = {
  limit: 'LMT',
  market: 'MKT',
  stop: 'STP',
  'stop-limit': 'STP LMT',
  'trailing-stop': 'TRAIL',
  'market-if-touched': 'MIT',
};

/** A price of the broker's, as a double, in 1e-9 units. */
export function toNanos(price: number): PriceNanos {
  return Math.round(price * NANOS_PER_UNIT);
}

/** An order in the broker's words. */
export function toTerms(
  order: OrderRequest,
  place: {
    readonly orderId: number;
    readonly account: string;
    readonly ocaGroup?: string;
    readonly parentId?: number;
  },
): BrokerOrderTerms {
  const { price, stopPrice, trailAmount, type, tif } = order;
  const isTrailing = type === 'trailing-stop';
  const auxiliary = isTrailing ? trailAmount : stopPrice;
  return {
    ...place,
    action: order.side === 'buy' ? 'BUY' : 'SELL',
    type: TYPES[type],
    quantity: order.quantity,
    tif: tif === 'day' ? 'DAY' : tif === 'ioc' ? 'IOC' : 'FOK',
    orderRef: order.id,
    transmit: true,
    ...(price === undefined ? {} : { limitPrice: toPriceNumber(price) }),
    ...(auxiliary === undefined ? {} : { auxPrice: toPriceNumber(auxiliary) }),
    ...(isTrailing && stopPrice !== undefined ? { trailStopPrice: toPriceNumber(stopPrice) } : {}),
  };
}

/** The same order with other terms: all of it is sent again. */
export function withChange(
  terms: BrokerOrderTerms,
  change: Omit<OrderChange, 'id'>,
): BrokerOrderTerms {
  const { price, stopPrice, quantity } = change;
  const isTrailing = terms.type === 'TRAIL';
  return {
    ...terms,
    transmit: true,
    ...(quantity === undefined ? {} : { quantity }),
    ...(price === undefined ? {} : { limitPrice: toPriceNumber(price) }),
    ...(stopPrice === undefined
      ? {}
      : isTrailing
        ? { trailStopPrice: toPriceNumber(stopPrice) }
        : { auxPrice: toPriceNumber(stopPrice) }),
  };
}

/** Why the broker cannot take an order; `undefined` when it can. */
export function whyNot(order: OrderRequest): string | undefined {
  if (order.postOnly === true) return 'the broker knows no post-only orders';
  if (!Number.isSafeInteger(order.quantity) || order.quantity < 1)
    return 'its quantity is not whole';
  return undefined;
}

/** Which of a told order's prices count, 1e-9: what a type does not have is told as 0, or as something else. */
export function pricesOf(
  type: string,
  limitPrice: number | undefined,
  auxPrice: number | undefined,
): { readonly price: PriceNanos | undefined; readonly stopPrice: PriceNanos | undefined } {
  const hasLimit = type === 'LMT' || type === 'STP LMT';
  const hasTrigger = type === 'STP' || type === 'STP LMT' || type === 'MIT';
  return {
    price: hasLimit && limitPrice !== undefined ? toNanos(limitPrice) : undefined,
    stopPrice: hasTrigger && auxPrice !== undefined ? toNanos(auxPrice) : undefined,
  };
}

/** The name of an execution and the number of its correction: `0000e0d5.65a0b1c2.01.02` is the second telling of `0000e0d5.65a0b1c2.01`. */
export function readExecutionId(text: string): {
  readonly name: string;
  readonly correction: number;
} {
  const match = /^(.+\..+)\.(\d+)$/.exec(text);
  return { name: match?.[1] ?? text, correction: Number(match?.[2] ?? 0) };
}

/** How somebody else's order is called here: the broker's number of it, unlike that of any other. */
export function foreignIdOf(permId: number): ClientOrderId {
  return `ibkr:${permId}`;
}

/** Bought less sold. */
export function signedQuantity({
  side,
  quantity,
}: {
  readonly side: 'buy' | 'sell';
  readonly quantity: number;
}): number {
  return signOf(side) * quantity;
}
