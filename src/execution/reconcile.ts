import type { MoneyMicros } from '../domain/money.ts';
import type { ClientOrderId, Fill, OrderReport } from '../domain/order.ts';
import type { SessionTime } from '../domain/time.ts';
import type { DeskLedger } from './desk-ledger.ts';
import { isDone, type TrackedOrder } from './order-tracker.ts';
import type { VenueOrder, VenueTruth } from './venue.ts';

/** Where our view and the venue's truth differ. */
export type DifferenceKind =
  /** An execution that we had not been told of. */
  | 'missed-fill'
  /** The venue has ended an order that we took for working. */
  | 'missed-end'
  /** An order whose fate was unknown did arrive, or never did. */
  | 'arrived'
  | 'never-arrived'
  /** An order that the venue had acknowledged and knows no more. */
  | 'lost-order'
  /** Quantity or prices of a working order are not those that we took it to have. */
  | 'other-terms'
  /** An order that is not ours: shown, never touched. */
  | 'foreign-order'
  /** The venue's status has more filled than its executions explain, or has executions that it shows no order for. */
  | 'unexplained-fill'
  /** The position is not the sum of the executions that both sides know. */
  | 'position-mismatch';

export interface Difference {
  readonly kind: DifferenceKind;
  readonly orderId: ClientOrderId | undefined;
  readonly detail: string;
}

export interface Reconciliation {
  readonly differences: readonly Difference[];
  /** What the desk has to take in, as if the venue had just reported it, to see what the venue sees. */
  readonly reports: readonly OrderReport[];
  /** With the reports taken in, both sides have the same orders and the same position. */
  readonly isAgreed: boolean;
}

/**
 * Compares a desk's view with the venue's truth. Orders are matched by their ids alone: ours are adopted with whatever
 * became of them, and nothing is concluded about an order that was sent after the truth was asked for.
 *
 * @param positionBefore What the account held before the run, bought less sold.
 */
export function reconcile(
  ledger: DeskLedger,
  truth: VenueTruth,
  positionBefore: number,
): Reconciliation {
  const differences: Difference[] = [];
  const reports: OrderReport[] = [];
  const { orders } = ledger;
  const note = (kind: DifferenceKind, orderId: ClientOrderId | undefined, detail: string): void => {
    differences.push({ kind, orderId, detail });
  };

  const filledBy = new Map<ClientOrderId, number>();
  const told = new Set<string>();
  let foreign = 0;
  let missed = 0;
  for (const { fill, commissionMicros } of truth.executions) {
    if (told.has(fill.executionId)) continue;
    told.add(fill.executionId);
    const signed = fill.side === 'buy' ? fill.quantity : -fill.quantity;
    if (orders.find(fill.orderId) === undefined) {
      foreign += signed;
      continue;
    }
    filledBy.set(fill.orderId, (filledBy.get(fill.orderId) ?? 0) + fill.quantity);
    if (orders.hasExecution(fill.executionId)) {
      compareExecution(ledger, fill, commissionMicros, truth.ts, reports);
      continue;
    }
    missed += signed;
    note('missed-fill', fill.orderId, `${fill.quantity} (${fill.executionId})`);
    const { orderId, ts } = fill;
    reports.push({ type: 'order-filled', orderId, ts, fill, commissionMicros });
  }

  const known = new Map(truth.orders.map((order) => [order.orderId, order]));
  for (const venueOrder of truth.orders) {
    if (orders.find(venueOrder.orderId) === undefined && venueOrder.status === 'working')
      note('foreign-order', venueOrder.orderId, `${venueOrder.side} ${venueOrder.quantity}`);
  }
  let isExplained = true;
  for (const order of orders.all) {
    if (order.status === 'denied' || isLater(order, truth.askedAt)) continue;
    const { id } = order.request;
    const venueOrder = known.get(id);
    const filled = filledBy.get(id) ?? 0;
    if (filled < Math.max(order.filled, order.toldFilled, venueOrder?.filled ?? 0)) {
      isExplained = false;
      const most = Math.max(order.filled, order.toldFilled, venueOrder?.filled ?? 0);
      note('unexplained-fill', id, `${most} filled, executions of ${filled}`);
    }
    if (isDone(order)) continue;
    compareOrder(order, venueOrder, filled, truth.ts, reports, note);
  }

  const expected = positionBefore + ledger.portfolio.position + missed + foreign;
  const isSamePosition = truth.position === expected;
  if (!isSamePosition)
    note('position-mismatch', undefined, `venue ${truth.position}, executions ${expected}`);
  return { differences, reports, isAgreed: isExplained && isSamePosition };
}

/** An execution that both sides know may be worth or cost something else by now: that is told as a correction, and is no difference. */
function compareExecution(
  ledger: DeskLedger,
  fill: Fill,
  commissionMicros: MoneyMicros,
  ts: SessionTime,
  reports: OrderReport[],
): void {
  const { executionId, orderId, price } = fill;
  const known = ledger.orders.find(orderId)?.fills.find((it) => it.executionId === executionId);
  if (known?.price === price && ledger.commissionOf(executionId) === commissionMicros) return;
  reports.push({ type: 'execution-corrected', orderId, ts, executionId, price, commissionMicros });
}

/** Whether an order was sent after the venue was asked; one whose answer was lost with the connection was not. */
function isLater({ submittedAt, status }: TrackedOrder, askedAt: number): boolean {
  return submittedAt > askedAt || (submittedAt === askedAt && status === 'submitted');
}

/** An order that we take for working, or whose fate we do not know. */
function compareOrder(
  order: TrackedOrder,
  venueOrder: VenueOrder | undefined,
  filled: number,
  ts: number,
  reports: OrderReport[],
  note: (kind: DifferenceKind, orderId: ClientOrderId, detail: string) => void,
): void {
  const orderId = order.request.id;
  const isUnanswered = order.status === 'submitted' || order.status === 'unknown';
  if (venueOrder === undefined) {
    if (filled >= order.quantity) return;
    const kind = isUnanswered && filled === 0 ? 'never-arrived' : 'lost-order';
    note(kind, orderId, 'the venue does not know it');
    reports.push({ type: 'order-canceled', orderId, ts, reason: kind });
    return;
  }
  if (isUnanswered) {
    note('arrived', orderId, venueOrder.status);
    if (venueOrder.status !== 'rejected') reports.push({ type: 'order-accepted', orderId, ts });
  }
  const { price = order.price, stopPrice = order.stopPrice, quantity, status } = venueOrder;
  const hasOtherTerms =
    quantity !== order.quantity || price !== order.price || stopPrice !== order.stopPrice;
  if (hasOtherTerms) note('other-terms', orderId, `quantity ${quantity}`);
  // requests that were on their way are answered by this, too
  if (hasOtherTerms || order.asked.length > 0) {
    reports.push({
      type: 'order-modified',
      orderId,
      ts,
      quantity,
      ...(price === undefined ? {} : { price }),
      ...(stopPrice === undefined ? {} : { stopPrice }),
    });
  }
  const reason = venueOrder.reason ?? 'told by the venue when it was asked';
  if (status === 'working' || status === 'filled') return;
  note('missed-end', orderId, `${status}: ${reason}`);
  if (status === 'canceled') reports.push({ type: 'order-canceled', orderId, ts, reason });
  else if (status === 'rejected') reports.push({ type: 'order-rejected', orderId, ts, reason });
  else reports.push({ type: 'order-expired', orderId, ts });
}
