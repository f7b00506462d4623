import { NS_PER_SECOND, type SessionTime } from '../domain/time.ts';
import type { Bracket } from './bracket.ts';
import type { DeskLedger } from './desk-ledger.ts';
import { isDone } from './order-tracker.ts';

/** What takes a moment between the venue and us is no violation before. */
const GRACE_NS = NS_PER_SECOND;

/** An invariant that does not hold, and the figures that show it. */
export interface BrokenInvariant {
  readonly rule: string;
  readonly detail: string;
}

/** What of a ledger must hold whatever the venue tells, at every moment. Public specification "execution", 1. */
export function brokenSums({ cashMicros, portfolio, orders }: DeskLedger): BrokenInvariant[] {
  const broken: BrokenInvariant[] = [];
  const { position, realizedMicros, commissionMicros } = portfolio;
  if (position !== orders.netFilled) {
    const detail = `position ${position}, fills ${orders.netFilled}`;
    broken.push({ rule: 'position is the sum of fills', detail });
  }
  // at whatever price, so at 0: what is realized, less what the position cost, is the cash that came in
  const result = realizedMicros + portfolio.unrealizedAt(0) - commissionMicros;
  if (result !== cashMicros)
    broken.push({
      rule: 'money is the sum of fills',
      detail: `result ${result}, cash ${cashMicros}`,
    });
  return broken;
}

/**
 * What must hold of brackets while the venue can be reached and agrees with us; public specification "execution", 3 and 4. That
 * an open position is protected (2) the desk sees to itself; that no id is used twice (5) it refuses; and of an order that is
 * not ours (6) it knows no id that it could change or cancel. That no exit works once the position is flat (3) is the venue's
 * promise, and what works is known here only after a delay: its contract and the truth that it tells show that.
 *
 * @param timeoutOf When what a bracket's entry has not filled is to be canceled.
 */
export function brokenBrackets(
  ledger: DeskLedger,
  now: SessionTime,
  timeoutOf: (bracket: Bracket) => SessionTime,
): BrokenInvariant[] {
  const broken: BrokenInvariant[] = [];
  const { bracket, orders } = ledger;
  if (bracket !== undefined) {
    const open = bracket.openQuantity(orders);
    if (open < 0)
      broken.push({
        rule: 'exits never trade beyond the position',
        detail: `${bracket.id}: open ${open}`,
      });
    const entry = orders.find(bracket.entryId);
    const isLeft = entry !== undefined && !isDone(entry) && !entry.isCancelRequested;
    if (isLeft && now > timeoutOf(bracket) + GRACE_NS)
      broken.push({
        rule: 'what an entry has not filled in its time is canceled',
        detail: `${entry.request.id}: ${entry.filled} of ${entry.quantity} filled`,
      });
  }
  return broken;
}
