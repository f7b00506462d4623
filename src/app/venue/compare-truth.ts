import type { LinkTruth, TimedReport } from '../../adapters/venue-link/protocol.ts';
import type { Welcome } from '../../adapters/venue-link/venue-client.ts';
import type { OrderDesk } from '../../execution/order-desk.ts';

/**
 * What our desk and the venue know differently, in words; none when they agree. Reports on their way are counted as known.
 *
 * @param pending Reports that have come, and that the desk has not taken yet.
 */
export function differencesOf(
  truth: LinkTruth,
  { orders, portfolio }: Pick<OrderDesk, 'orders' | 'portfolio'>,
  pending: readonly TimedReport[],
): string[] {
  const differences: string[] = [];
  let { position } = portfolio;
  const ours = new Map([...orders.working].map((order) => [order.request.id, order.quantity]));
  const filled = new Map([...orders.working].map((order) => [order.request.id, order.filled]));
  for (const { report } of pending) {
    const id = report.orderId;
    if (report.type === 'order-filled') {
      const { side, quantity } = report.fill;
      position += side === 'buy' ? quantity : -quantity;
      filled.set(id, (filled.get(id) ?? 0) + quantity);
    }
    if (report.type === 'order-modified' && ours.has(id)) ours.set(id, report.quantity);
    const isOver = ['order-canceled', 'order-rejected', 'order-expired'].includes(report.type);
    if (isOver || (filled.get(id) ?? 0) >= (ours.get(id) ?? Number.POSITIVE_INFINITY))
      ours.delete(id);
  }
  if (position !== truth.position)
    differences.push(`the venue has a position of ${truth.position}, we have ${position}`);
  const open = new Set(truth.open.map(({ order }) => order.id));
  for (const id of open) {
    if (orders.find(id) === undefined)
      differences.push(`an order that is not ours works at the venue: ${id}; it is left alone`);
    else if (!ours.has(id)) differences.push(`${id} works at the venue, and ended here`);
  }
  for (const id of ours.keys())
    if (!open.has(id)) differences.push(`${id} works here, and the venue does not have it`);
  const twice = truth.ids.filter((id, at) => truth.ids.indexOf(id) !== at);
  for (const id of twice) differences.push(`the venue received ${id} twice`);
  return differences;
}

/** How a venue was found after a restart, in one line. */
export function welcomeText({ truth, awayUntil }: Welcome): string {
  const { received, reports, position, open } = truth;
  const gone = awayUntil === undefined ? '' : '; the market went on without us';
  return `the venue has ${received} of our requests and made ${reports} reports: position ${position}, ${open.length} orders open${gone}`;
}
