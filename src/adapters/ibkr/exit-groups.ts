import type { OwnOrder } from './own-order.ts';
import { isOver } from './own-order.ts';

/** The orders of one bracket. */
export interface ExitGroup {
  /** Not known of a bracket that an earlier process sent, until its executions are. */
  entry: OwnOrder | undefined;
  /** The broker's number of the entry, as its exits tell it; 0 of a bracket of this process. */
  parentId: number;
  readonly exits: OwnOrder[];
  /** What exits that were done before this process began have closed. */
  closedBefore: number;
  /** An exit at market that waits until the other exits can trade no more. */
  waiting: OwnOrder | undefined;
}

/** What has to be done so that the orders of a bracket never trade beyond what it holds. */
export type GroupStep =
  | { readonly type: 'cancel'; readonly order: OwnOrder; readonly reason: string }
  | { readonly type: 'reduce'; readonly order: OwnOrder; readonly quantity: number }
  | { readonly type: 'enlarge'; readonly order: OwnOrder; readonly quantity: number };

/**
 * What is surely held of what the entry opened; negative where exits went beyond it. Of exits the broker's status counts as well, whose
 * executions may be on their way; one on the entry's side closes what others closed too much.
 */
export function openOf({ entry, exits, closedBefore }: ExitGroup): number {
  return exits.reduce(
    (open, exit) =>
      exit.side === entry?.side
        ? open + exit.filled
        : open - Math.max(exit.filled, exit.saidFilled),
    (entry?.filled ?? 0) - closedBefore,
  );
}

/** Whether the entry has filled and its stop still waits for it, as some brokers let stops wait until no more can fill. */
export function isUnguarded({ entry, exits }: ExitGroup): boolean {
  if (entry === undefined || entry.filled === 0 || isOver(entry)) return false;
  return exits.some((exit) => exit.terms.type === 'STP' && !isOver(exit) && exit.isHeldAsChild);
}

/**
 * The second line behind the broker's own groups, which do the same where they are whole: an exit that trades ends the entry; when the
 * entry can fill no more, exits are for what is open, and end with it. An exit at market that is the only one left is for all of it, also
 * for what the entry filled while its cancel was on its way.
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
  const live = exits.filter((exit) => !isOver(exit));
  for (const order of live) {
    const total = Math.max(order.filled, order.saidFilled) + open;
    if (order.isCancelRequested || order.side === entry.side) continue;
    if (
      live.length === 1 &&
      order.terms.type === 'MKT' &&
      order.status === 'working' &&
      order.quantity < total
    )
      steps.push({ type: 'enlarge', order, quantity: total });
    else if (open <= 0) steps.push({ type: 'cancel', order, reason: 'nothing is left to close' });
    else if (total < order.quantity && order.status !== 'waiting')
      steps.push({ type: 'reduce', order, quantity: total });
  }
  return steps;
}
