/** An order's or an aggressor's side. */
export type Side = 'buy' | 'sell';

/** The side as the hot path has it: +1 buy (a bid), -1 sell (an ask), 0 not known. */
export type Sign = 1 | -1 | 0;

export const BUY = 1;
export const SELL = -1;

export function signOf(side: Side): 1 | -1 {
  return side === 'buy' ? BUY : SELL;
}
