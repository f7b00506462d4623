import type { SessionTime } from '../../domain/time.ts';
import type { OpenOrderTold } from './gateway-line.ts';
import type { OwnOrder } from './own-order.ts';

/** A question for everything that the broker holds, and what has been answered of it. */
export interface TruthQuestion {
  /** When the desk asked; `undefined`: we ask for ourselves. */
  readonly askedAt: SessionTime | undefined;
  readonly requestId: number;
  /** Ours that worked when it was asked: those that are not answered with have ended. */
  readonly asked: Set<OwnOrder>;
  readonly seen: Set<OwnOrder>;
  readonly seenForeign: Set<number>;
  hasOrders: boolean;
  hasExecutions: boolean;
  hasPositions: boolean;
}

export function createQuestion(askedAt: SessionTime | undefined, requestId: number): TruthQuestion {
  return {
    askedAt,
    requestId,
    asked: new Set(),
    seen: new Set(),
    seenForeign: new Set(),
    hasOrders: false,
    hasExecutions: false,
    hasPositions: false,
  };
}

export function noteSeen(
  question: TruthQuestion,
  told: OpenOrderTold,
  order: OwnOrder | undefined,
): void {
  if (order === undefined) question.seenForeign.add(told.permId);
  else question.seen.add(order);
}

export function isAnswered({ hasOrders, hasExecutions, hasPositions }: TruthQuestion): boolean {
  return hasOrders && hasExecutions && hasPositions;
}
