import type { ClientOrderId, OrderReport } from '../../../src/domain/order.ts';
import type { VenueNotice, VenueOrder } from '../../../src/execution/venue.ts';
import { truthOf } from './card-table.ts';
import type { CardTable, SentOrder } from './harness.ts';

/** An order as its reports have told it so far. */
interface Progress {
  readonly sent: SentOrder;
  status: VenueOrder['status'] | 'silent';
  isAccepted: boolean;
  /** Its total was reduced to what it has filled: that its rest is cancelled may be said, too. */
  isReduced: boolean;
  quantity: number;
  filled: number;
  price: number | undefined;
}

type Note = (what: string) => void;

/**
 * What holds for the reports of every venue, whatever happened, and does not here: they come in the order of their time, and never
 * before it; an order is accepted before it fills; each execution has its own name, a whole quantity, the order's side, a price within its
 * limit and a commission; an order never fills beyond its total, nor do the exits of a bracket beyond what its entry filled;
 * nothing comes after the end.
 */
export function auditReports(table: CardTable): string[] {
  return follow(table).wrong;
}

/** What of the truth is not as it was reported. After a lost connection reports may be missing: then nothing is compared. */
export async function auditTruth(table: CardTable): Promise<string[]> {
  const { session } = table;
  if (isLossy(table)) return [];
  const truth = await truthOf(table);
  if (truth === undefined) return ['there is no truth'];
  const wrong: string[] = [];
  const { orders, executions } = follow(table);
  if (truth.ts < truth.askedAt || truth.ts > session.now) wrong.push(`it is of ${truth.ts}`);
  let held = 0;
  for (const { fill, commissionMicros } of truth.executions) {
    held += fill.side === 'buy' ? fill.quantity : -fill.quantity;
    const { executionId, orderId, ts } = fill;
    const told = executions.get(executionId);
    executions.delete(executionId);
    // a venue need not report what somebody else trades
    if (told === undefined && !table.sent.has(orderId)) continue;
    if (told !== textOf({ type: 'order-filled', orderId, ts, fill, commissionMicros }))
      wrong.push(`${executionId} was told otherwise, or not at all`);
  }
  for (const name of executions.keys()) wrong.push(`${name} is missing`);
  if (truth.position !== held) wrong.push(`position ${truth.position}, executions ${held}`);
  for (const [id, { status, quantity, filled, price }] of orders) {
    if (status === 'silent') continue;
    const told = `${status} ${filled} of ${quantity} at ${price}`;
    const there = truth.orders.find(({ orderId }) => orderId === id);
    const isThere = `${there?.status} ${there?.filled} of ${there?.quantity} at ${there?.price}`;
    if (told !== isThere) wrong.push(`${id} told ${told}, is ${isThere}`);
  }
  return wrong;
}

function isLossy({ session }: CardTable): boolean {
  return session.reports.some(({ type }) => type === 'connection-changed');
}

function follow(table: CardTable): {
  readonly wrong: string[];
  readonly orders: ReadonlyMap<ClientOrderId, Progress>;
  /** Reports of executions as texts, by name. */
  readonly executions: Map<string, string>;
} {
  const { session, sent } = table;
  const wrong: string[] = [];
  const executions = new Map<string, string>();
  const open = new Map<string, number>();
  const hasAllReports = !isLossy(table);
  const orders = new Map<ClientOrderId, Progress>();
  for (const [id, order] of sent) {
    const { quantity, price } = order.request;
    orders.set(id, {
      sent: order,
      status: 'silent',
      isAccepted: !hasAllReports,
      isReduced: false,
      quantity,
      filled: 0,
      price,
    });
  }
  let last = Number.NEGATIVE_INFINITY;
  for (const report of session.reports) {
    const note: Note = (what) => wrong.push(`${lineOf(report)}: ${what}`);
    if (report.ts > session.now) note('it has not happened yet');
    if (report.type === 'order-filled') {
      const before = executions.get(report.fill.executionId);
      const told = textOf(report);
      executions.set(report.fill.executionId, told);
      if (before === told) continue;
      if (before !== undefined) note('told before, with other words');
    }
    if (report.ts < last) note(`what happened at ${last} was told before`);
    last = Math.max(last, report.ts);
    if (!('orderId' in report)) continue;
    const order = orders.get(report.orderId);
    if (order !== undefined) advance(report, order, hasAllReports ? open : undefined, note);
  }
  return { wrong, orders, executions };
}

/** The same text for the same report, however its fields came together. */
function textOf({ type, orderId, ts, fill, commissionMicros }: Filled): string {
  return JSON.stringify({ type, orderId, ts, fill, commissionMicros });
}

function lineOf(report: OrderReport | VenueNotice): string {
  return `${'orderId' in report ? report.orderId : 'venue'} ${report.type} at ${report.ts}`;
}

type Filled = Extract<OrderReport, { type: 'order-filled' }>;

function advance(
  report: OrderReport,
  order: Progress,
  open: Map<string, number> | undefined,
  note: Note,
): void {
  const isOver = order.status !== 'silent' && order.status !== 'working';
  // after the end a late change may be answered; where a smaller total was the end, that the rest is cancelled
  const mayFollow =
    report.type === 'order-change-rejected' ||
    (order.isReduced && report.type === 'order-canceled');
  if (isOver && !mayFollow) note('the order had ended');
  order.isReduced = false;
  if ('reason' in report && report.reason === '') note('no reason');
  switch (report.type) {
    case 'order-accepted':
      if (order.status !== 'silent') note('accepted when it was known before');
      order.isAccepted = true;
      order.status = 'working';
      break;
    case 'order-filled':
      if (!order.isAccepted) note('filled before it was accepted');
      auditFill(report, order, open, note);
      order.filled += report.fill.quantity;
      if (order.filled > order.quantity) note(`${order.filled} of ${order.quantity} filled`);
      order.status = order.filled >= order.quantity ? 'filled' : 'working';
      break;
    case 'order-modified':
      order.quantity = report.quantity;
      order.price = report.price ?? order.price;
      if (order.quantity < order.filled) note('its total is below what it filled');
      order.isReduced = order.filled > 0 && order.filled >= order.quantity;
      if (order.isReduced) order.status = 'filled';
      break;
    case 'order-canceled':
      order.status = 'canceled';
      break;
    case 'order-rejected':
      if (order.status === 'working') note('rejected after it was accepted');
      order.status = 'rejected';
      break;
    case 'order-expired':
      order.status = 'expired';
      break;
    case 'order-change-rejected':
    case 'order-total-told':
    case 'execution-corrected':
    case 'order-triggered':
      break;
  }
}

function auditFill(
  { orderId, ts, fill, commissionMicros }: Filled,
  { sent: { request, limits } }: Progress,
  open: Map<string, number> | undefined,
  note: Note,
): void {
  const { side, postOnly, reduceOnly, ocoGroup } = request;
  const { quantity, price } = fill;
  if (fill.executionId === '') note('an execution without a name');
  if (fill.orderId !== orderId || fill.ts !== ts) note('its fill says another order or time');
  if (fill.side !== side) note('filled on the other side');
  if (!Number.isSafeInteger(quantity) || quantity < 1) note(`a quantity of ${quantity}`);
  if (!Number.isSafeInteger(price) || price <= 0) note(`a price of ${price}`);
  if (!Number.isSafeInteger(commissionMicros)) note(`a commission of ${commissionMicros}`);
  if (postOnly === true && fill.liquidity !== 'maker') note('post-only, and it took');
  const isWithin = (limit: number): boolean => (side === 'buy' ? price <= limit : price >= limit);
  if (limits.length > 0 && !limits.some(isWithin)) note(`filled at ${price}, beyond its limit`);
  if (ocoGroup === undefined || open === undefined) return;
  const held = (open.get(ocoGroup) ?? 0) + (reduceOnly ? -quantity : quantity);
  open.set(ocoGroup, held);
  if (held < 0) note('its bracket has closed more than it had opened');
}
