import type { PriceNanos } from '../../domain/price.ts';
import type { OwnOrder } from './own-order.ts';

/** Orders of ours that wait for the market to reach their trigger, in the order of their arrival. */
export class TriggerList {
  #armed: OwnOrder[] = [];

  get isEmpty(): boolean {
    return this.#armed.length === 0;
  }

  get orders(): readonly OwnOrder[] {
    return this.#armed;
  }

  /** An order arrives and waits. */
  arm(order: OwnOrder): void {
    order.state = 'armed';
    this.#armed.push(order);
  }

  remove(order: OwnOrder): void {
    this.#armed = this.#armed.filter((other) => other !== order);
  }

  /** The market trades at a price. Returns the orders that this triggers; they wait no longer. */
  onPrint(price: PriceNanos): readonly OwnOrder[] {
    return this.#take((order) => isReached(order, price));
  }

  /** The quotes at the end of a time stamp; `undefined` for an empty side. A buy looks at the ask, a sell at the bid. */
  onQuotes(bid: PriceNanos | undefined, ask: PriceNanos | undefined): readonly OwnOrder[] {
    return this.#take((order) => {
      const quote = order.sign === 1 ? ask : bid;
      return quote !== undefined && isReached(order, quote);
    });
  }

  /** Becomes the list of these orders, which are armed. */
  restore(orders: readonly OwnOrder[]): void {
    this.#armed = orders.slice();
  }

  #take(isTriggered: (order: OwnOrder) => boolean): readonly OwnOrder[] {
    const triggered = this.#armed.filter(isTriggered);
    if (triggered.length > 0)
      this.#armed = this.#armed.filter((order) => !triggered.includes(order));
    return triggered;
  }
}

/** Whether a price is at or through the trigger of an order that has something to trade. */
function isReached(order: OwnOrder, price: PriceNanos): boolean {
  return order.live > 0 && (price - (order.stopPrice ?? 0)) * order.sign >= 0;
}
