import type { OrderRequest } from '../domain/order.ts';
import type { PriceNanos } from '../domain/price.ts';
import { signOf } from '../domain/side.ts';
import type { RiskContext } from './risk-context.ts';

/** The position if every order that works on an order's side, exits first, and then the order itself filled. */
export interface WorstCase {
  /** Signed as the position is. */
  readonly position: number;
  /** Shares or contracts of it on the order's side: 0 where the order leaves a position of the other side. */
  readonly exposure: number;
  /** The most that one of them may cost: the order's own price, or that of a working one. */
  readonly price: PriceNanos;
}

export function worstCaseOf(order: OrderRequest, context: RiskContext): WorstCase {
  const sign = signOf(order.side);
  const held = context.position * sign;
  const [working, exits, dearest] =
    sign === 1
      ? [context.workingBuys, context.exitBuys, context.dearestBuy]
      : [context.workingSells, context.exitSells, context.dearestSell];
  // exits that fill first leave more of the others to open the other way round
  const closed = Math.min(exits, Math.max(0, -held));
  const worst = held + closed + working + order.quantity;
  const touch = sign === 1 ? context.bestAsk : context.bestBid;
  const price = order.price ?? order.stopPrice ?? touch ?? context.last ?? 0;
  return {
    position: worst * sign,
    exposure: Math.max(0, worst),
    price: Math.max(price, dearest ?? price),
  };
}

/**
 * True when the order, with every other order of its side filled before it, still only makes the position smaller. An exit
 * of a bracket is held by the venue to what its entry has filled; any other order, whatever it says of itself, is measured
 * against the position.
 */
export function isReducing(order: OrderRequest, context: RiskContext): boolean {
  if (order.reduceOnly && order.ocoGroup !== undefined) return true;
  const sign = signOf(order.side);
  const opposite = -context.position * sign;
  if (opposite <= 0) return false;
  if (order.reduceOnly) return order.quantity <= opposite;
  const working = sign === 1 ? context.workingBuys : context.workingSells;
  const exits = Math.min(sign === 1 ? context.exitBuys : context.exitSells, opposite);
  return working + exits + order.quantity <= opposite;
}
