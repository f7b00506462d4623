import { type Side, signOf } from '../../domain/side.ts';

/** What is known when the guard closes. */
export interface ClosingFacts {
  /** What our executions left open, bought less sold. */
  readonly ours: number;
  /** What the account holds beyond what it held before us, bought less sold. */
  readonly held: number;
  /** Orders of ours that may still trade. */
  readonly alive: readonly { readonly side: Side; readonly remaining: number }[];
  /** Everything above was told in answer to a question that was put after the last change. */
  readonly isFresh: boolean;
  /** No order has a state that says more than its executions. */
  readonly isSettled: boolean;
}

/** What to do next. `gone`: what is ours is held no more, somebody else has closed it. */
export type ClosingStep =
  | { readonly type: 'ask' }
  | { readonly type: 'wait' }
  | { readonly type: 'close'; readonly side: Side; readonly quantity: number }
  | { readonly type: 'flat' }
  | { readonly type: 'gone' };

/**
 * The next step towards flat. The broker knows no order that only reduces, so it is made sure of here: closed is never more than ours, never
 * more than the account still holds of it, and never what living orders may close as well, each of them for itself even in a group; they end or
 * fill first. Orders that open are not waited for: what they still fill is the next step's.
 */
export function nextClosingStep(facts: ClosingFacts): ClosingStep {
  const { ours, held, alive, isFresh, isSettled } = facts;
  if (!isFresh || !isSettled) return { type: 'ask' };
  if (ours === 0) return alive.length === 0 ? { type: 'flat' } : { type: 'wait' };
  const side: Side = ours > 0 ? 'sell' : 'buy';
  const sign = signOf(side);
  const stillHeld = Math.max(0, -sign * held);
  const open = Math.min(Math.abs(ours), stillHeld);
  if (open === 0) return alive.length === 0 ? { type: 'gone' } : { type: 'wait' };
  const quantity = alive
    .filter((order) => order.side === side)
    .reduce((left, { remaining }) => left - remaining, open);
  return quantity > 0 ? { type: 'close', side, quantity } : { type: 'wait' };
}
