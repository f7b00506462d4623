import type { FeedDescription } from './port.ts';

/** What a feed knows of book and trades. */
interface Known {
  readonly depth: FeedDescription['depth'];
  readonly aggressor?: FeedDescription['aggressor'] | undefined;
}

/**
 * What is not known of book and trades, in a few words that run header, report and screen show; `undefined` where every order is known.
 *
 * @param queueModel How places in the queue are estimated (`execution.queueModel`); at a broker they are not.
 */
export function depthLabelOf({ depth, aggressor }: Known, queueModel: string): string | undefined {
  if (depth === 'orders') return undefined;
  if (aggressor === 'inferred') return 'L2: no queue, sides inferred';
  return depth === 'trades' ? 'trades only: no book' : `L2: queue estimated (${queueModel})`;
}

/** The same at length, for a report's head: which figures rest on less than they would with every order. */
export function depthWarningsOf(
  description: Known & Pick<FeedDescription, 'levels'>,
  queueModel: string,
): string[] {
  const { depth, levels = 0 } = description;
  const label = depthLabelOf(description, queueModel);
  if (label === undefined) return [];
  if (depth === 'trades')
    return [`${label}, so nothing can be filled, and prints without a side count no delta`];
  const known =
    levels === 1
      ? 'only the best level a side is known: no L2_IMBALANCE, no absorption, no walls, stacks of one level'
      : `the best ${levels} levels a side are known: DOM_WALLS looks at no more of them, and a level seen again counts as new to it`;
  return [label, known];
}
