/**
 * When a resting order of ours fills: `touch` as soon as its price trades, whole, as if nobody stood before it; `queue`
 * when what stood before it is gone, for the size that the feed shows; `pessimistic` only when the market goes through its
 * price, for the size that goes through.
 */
export type FillModel = 'touch' | 'queue' | 'pessimistic';

/**
 * Size that an execution, or an order of the other side that is displayed, may fill of a resting order.
 *
 * @param through How far it is beyond our price: positive at a worse price, 0 at ours, negative at a better one.
 * @param size All that executes or is displayed there.
 * @param reached What of it the queue lets through to us where it is at our price.
 * @returns Infinite: as much as is left of the order, and others get the same.
 */
export function sizeFor(model: FillModel, through: number, size: number, reached: number): number {
  if (through < 0) return 0;
  if (model === 'touch') return Number.POSITIVE_INFINITY;
  if (through > 0) return size;
  return model === 'queue' ? reached : 0;
}
