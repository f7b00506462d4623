import type { OwnOrder } from './own-order.ts';
import { isOver } from './own-order.ts';

/** The orders of one bracket. */
export interface ExitGroup {
  /** Not known of a bracket whose entry was done before an earlier process ended. */
  entry: OwnOrder | undefined;
  readonly exits: OwnOrder[];
  /** An exit at market that waits until the other exits can trade no more. */
  waiting: OwnOrder | undefined;
}

/** What has to be done so that the orders of a bracket never trade beyond what it holds. */
export type GroupStep =
  | { readonly type: 'cancel'; readonly order: OwnOrder; readonly reason: string }
  | { readonly type: 'reduce'; readonly order: OwnOrder; readonly quantity: number };

/** What is held of what the entry opened. */
export function openOf({ entry, exits }: ExitGroup): number {
  return exits.reduce((open, exit) => open - exit.filled, entry?.filled ?? 0);
}

/**
 * The second line behind the broker's own groups, which do the same where they are whole: an exit that trades ends the entry; when the
 * entry can fill no more, exits are for what is open, and end with it.
 */
export function stepsOf(group: ExitGroup): GroupStep[] {
  const { entry, exits } = group;
  if (entry === undefined) return [];
  const steps: GroupStep[] = [];
  if (!isOver(entry)) {
    if (exits.some(({ filled }) => filled > 0) && !entry.isCancelRequested)
      steps.push({ type: 'cancel', order: entry, reason: 'its exit traded' });
    return steps;
  }
  const open = openOf(group);
  for (const order of exits) {
    if (isOver(order) || order.isCancelRequested) continue;
    if (open <= 0) steps.push({ type: 'cancel', order, reason: 'nothing is left to close' });
    else if (order.filled + open < order.quantity && order.status !== 'waiting')
      steps.push({ type: 'reduce', order, quantity: order.filled + open });
  }
  return steps;
}
