import type { PriceNanos } from './price.ts';

/** An amount of money in whole millionths of the account's currency. */
export type MoneyMicros = number;

export const MICROS_PER_UNIT = 1_000_000;

/**
 * The value of `quantity` at `price`, exact.
 *
 * @param multiplier Money per point and unit: 1 for a share, 50 for ES.
 */
export function notionalOf(price: PriceNanos, quantity: number, multiplier: number): MoneyMicros {
  return (price / 1000) * quantity * multiplier;
}

/** Dollars as a number, for JSON and the screen. */
export function toDollars(micros: MoneyMicros): number {
  return micros / MICROS_PER_UNIT;
}
