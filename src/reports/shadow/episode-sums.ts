import { type MoneyMicros, notionalOf } from '../../domain/money.ts';
import type { PriceNanos } from '../../domain/price.ts';
import type { Episode, TracedFill, TracedOrder } from '../../domain/run-trace.ts';
import type { SessionTime } from '../../domain/time.ts';

/** The fills of one side of an episode: what opened it, or what closed it. */
export interface SideSum {
  readonly fills: readonly TracedFill[];
  readonly quantity: number;
  /** Quantity times price, 1e-9 units. */
  readonly priceSum: number;
  readonly firstTs: SessionTime | undefined;
  readonly lastTs: SessionTime | undefined;
  /** One of them took. */
  readonly isTaker: boolean;
}

export interface EpisodeSums {
  readonly entry: SideSum;
  readonly exit: SideSum;
  readonly commissionMicros: MoneyMicros;
  /** Sold less bought, less commissions; what is left is worth its last fill. */
  readonly resultMicros: MoneyMicros;
}

export function sumsOf(episode: Episode, multiplier: number): EpisodeSums {
  const fills = episode.orders.flatMap((order) => order.fills);
  const entry = sideSum(fills.filter(({ side }) => side === episode.side));
  const exit = sideSum(fills.filter(({ side }) => side !== episode.side));
  const sign = episode.side === 'buy' ? 1 : -1;
  const commissionMicros = fills.reduce((sum, fill) => sum + fill.commissionMicros, 0);
  let resultMicros = -commissionMicros;
  for (const { side, price, quantity } of fills) {
    const value = notionalOf(price, quantity, multiplier);
    resultMicros += side === 'buy' ? -value : value;
  }
  const left = sign * (entry.quantity - exit.quantity);
  const last = [...fills].sort((a, b) => a.ts - b.ts).at(-1);
  if (last !== undefined) resultMicros += notionalOf(last.price, left, multiplier);
  return { entry, exit, commissionMicros, resultMicros };
}

function sideSum(fills: readonly TracedFill[]): SideSum {
  const times = fills.map(({ ts }) => ts);
  return {
    fills,
    quantity: fills.reduce((sum, { quantity }) => sum + quantity, 0),
    priceSum: fills.reduce((sum, { quantity, price }) => sum + quantity * price, 0),
    firstTs: times.length === 0 ? undefined : Math.min(...times),
    lastTs: times.length === 0 ? undefined : Math.max(...times),
    isTaker: fills.some(({ liquidity }) => liquidity === 'taker'),
  };
}

/** Whether so many were traded at the same average price. */
export function hasSamePrice(one: SideSum, other: SideSum): boolean {
  // both sums are whole numbers; their products with a quantity of the other would not stay exact
  return one.quantity === other.quantity
    ? one.priceSum === other.priceSum
    : averageOf(one) === averageOf(other);
}

export function averageOf({ priceSum, quantity }: SideSum): PriceNanos {
  return quantity === 0 ? 0 : priceSum / quantity;
}

/** The order that began the episode. */
export function entryOrderOf({ orders }: Episode): TracedOrder | undefined {
  return orders[0];
}
