import type { FeedDescription } from './port.ts';

/**
 * What is not known of the book, in a few words that run header, report and screen show; `undefined` where every order is known.
 *
 * @param queueModel How places in the queue are estimated (`execution.queueModel`).
 */
export function depthLabelOf(
  depth: FeedDescription['depth'],
  queueModel: string,
): string | undefined {
  if (depth === 'orders') return undefined;
  return depth === 'trades' ? 'trades only: no book' : `L2: queue estimated (${queueModel})`;
}

/** The same at length, for a report's head: which figures rest on less than they would with every order. */
export function depthWarningsOf(
  { depth, levels = 0 }: Pick<FeedDescription, 'depth' | 'levels'>,
  queueModel: string,
): string[] {
  const label = depthLabelOf(depth, queueModel);
  if (label === undefined) return [];
  if (depth === 'trades')
    return [`${label}, so nothing can be filled, and prints without a side count no delta`];
  const known =
    levels === 1
      ? 'only the best level a side is known: no L2_IMBALANCE, no absorption, no walls, stacks of one level'
      : `the best ${levels} levels a side are known: DOM_WALLS looks at no more of them, and a level seen again counts as new to it`;
  return [label, known];
}
