import type { WorkingOrders } from '../risk/risk-context.ts';
import { dearestPriceOf, largestQuantityOf, type TrackedOrder } from './order-tracker.ts';

/** What the gate counts of the working orders: each at the most that changes on their way may have made of it. */
export function workingOrdersOf(orders: Iterable<TrackedOrder>): WorkingOrders {
  let workingBuys = 0;
  let workingSells = 0;
  let exitBuys = 0;
  let exitSells = 0;
  let dearestBuy: number | null = null;
  let dearestSell: number | null = null;
  for (const order of orders) {
    const { side, reduceOnly } = order.request;
    const rest = largestQuantityOf(order) - order.filled;
    if (reduceOnly) {
      if (side === 'buy') exitBuys += rest;
      else exitSells += rest;
      continue;
    }
    const price = dearestPriceOf(order);
    if (side === 'buy') {
      workingBuys += rest;
      dearestBuy = Math.max(price, dearestBuy ?? price);
    } else {
      workingSells += rest;
      dearestSell = Math.max(price, dearestSell ?? price);
    }
  }
  return { workingBuys, workingSells, exitBuys, exitSells, dearestBuy, dearestSell };
}
