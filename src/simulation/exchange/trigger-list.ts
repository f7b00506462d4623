import type { PriceNanos } from '../../domain/price.ts';
import type { OwnOrder } from './own-order.ts';

/**
 * Orders of ours that wait for the market to reach their trigger, in the order of their arrival: stops, where it is at or beyond
 * the market's far side; orders at market if touched, where it is on the near side; and trailing stops, whose trigger follows LAST.
 *
 * A trailing stop begins at its `stopPrice`, or `trailAmount` from LAST as it arrives, or from the first print after it where there is
 * no LAST. A print that does not trigger it draws its trigger to `trailAmount` from there, where that is nearer; never back. An exit
 * whose entry has filled nothing yet has no position to guard: its trigger keeps its distance both ways until it has.
 */
export class TriggerList {
  #armed: OwnOrder[] = [];
  /** Whether there may be a trailing stop. */
  #mayTrail = false;

  get isEmpty(): boolean {
    return this.#armed.length === 0;
  }

  get orders(): readonly OwnOrder[] {
    return this.#armed;
  }

  /** Whether an order of a type waits for a trigger. */
  static isFor({ type }: OwnOrder): boolean {
    return type !== 'limit' && type !== 'market';
  }

  /** An order arrives and waits. */
  arm(order: OwnOrder, last: PriceNanos | null): void {
    order.state = 'armed';
    if (order.type === 'trailing-stop') {
      this.#mayTrail = true;
      if (last !== null) order.stopPrice ??= trailOf(order, last);
    }
    this.#armed.push(order);
  }

  remove(order: OwnOrder): void {
    this.#armed = this.#armed.filter((other) => other !== order);
  }

  /** The market trades at a price. Returns the orders that this triggers; they wait no longer. */
  onPrint(price: PriceNanos): readonly OwnOrder[] {
    return this.#take((order) => isReached(order, price));
  }

  /** Lets trailing stops follow LAST. */
  follow(last: PriceNanos): void {
    if (!this.#mayTrail) return;
    for (const order of this.#armed) {
      if (order.type !== 'trailing-stop') continue;
      const next = trailOf(order, last);
      const isNearer = order.stopPrice === undefined || (next - order.stopPrice) * order.sign < 0;
      if (isNearer || order.live <= 0) order.stopPrice = next;
    }
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
    this.#mayTrail = orders.some(({ type }) => type === 'trailing-stop');
  }

  #take(isTriggered: (order: OwnOrder) => boolean): readonly OwnOrder[] {
    const triggered = this.#armed.filter(isTriggered);
    if (triggered.length > 0)
      this.#armed = this.#armed.filter((order) => !triggered.includes(order));
    return triggered;
  }
}

/** Whether a price is at or through the trigger of an order that has something to trade. */
function isReached({ type, live, sign, stopPrice }: OwnOrder, price: PriceNanos): boolean {
  if (live <= 0 || stopPrice === undefined) return false;
  const through = (price - stopPrice) * sign;
  return type === 'market-if-touched' ? through <= 0 : through >= 0;
}

/** Where a trailing stop's trigger is, as far from LAST as it is to be. */
function trailOf({ sign, trailAmount = 0 }: OwnOrder, last: PriceNanos): PriceNanos {
  return last + trailAmount * sign;
}
