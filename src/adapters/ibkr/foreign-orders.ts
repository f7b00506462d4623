import type { VenueOrder } from '../../execution/venue.ts';
import type { OpenOrderTold } from './gateway-line.ts';
import { foreignIdOf, pricesOf } from './order-terms.ts';

/** Orders of others on the account, by the broker's numbers: shown, and never touched. */
export class ForeignOrders {
  readonly #orders = new Map<number, VenueOrder>();

  get all(): Iterable<VenueOrder> {
    return this.#orders.values();
  }

  take(told: OpenOrderTold): void {
    if (isOrderOver(told.status)) {
      this.#orders.delete(told.permId);
      return;
    }
    const { price, stopPrice } = pricesOf(told.type, told.limitPrice, told.auxPrice);
    this.#orders.set(told.permId, {
      orderId: foreignIdOf(told.permId),
      side: told.side,
      status: 'working',
      quantity: told.quantity,
      filled: 0,
      ...(price === undefined ? {} : { price }),
      ...(stopPrice === undefined ? {} : { stopPrice }),
    });
  }

  takeStatus({ permId, status }: { readonly permId: number; readonly status: string }): void {
    if (isOrderOver(status)) this.#orders.delete(permId);
  }

  /** All that is open was told: these are left. */
  keep(seen: ReadonlySet<number>): void {
    for (const permId of this.#orders.keys()) if (!seen.has(permId)) this.#orders.delete(permId);
  }
}

function isOrderOver(status: string): boolean {
  return ['Filled', 'Cancelled', 'ApiCancelled', 'Inactive'].includes(status);
}
