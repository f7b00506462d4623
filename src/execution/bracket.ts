import type { ClientOrderId } from '../domain/order.ts';
import type { SessionTime } from '../domain/time.ts';
import { isDone, type OrderTracker } from './order-tracker.ts';

export type BracketState =
  | 'PENDING'
  | 'WORKING'
  | 'PARTIAL'
  | 'OPEN'
  | 'CLOSING'
  | 'CLOSED'
  | 'REJECTED'
  | 'CANCELLED'
  | 'EXPIRED';

const ENDS: ReadonlySet<BracketState> = new Set(['CLOSED', 'REJECTED', 'CANCELLED', 'EXPIRED']);

/**
 * An entry with its stop and target. Its state is a function of where its orders stand, computed anew after every report,
 * so that a report that comes late, twice or in another order cannot lead it astray.
 */
export class Bracket {
  readonly id: string;
  readonly sign: 1 | -1;
  readonly entryId: ClientOrderId;
  readonly stopId: ClientOrderId;
  readonly targetId: ClientOrderId;
  /** Market exits sent so far. */
  readonly exitIds: ClientOrderId[] = [];
  readonly submittedAt: SessionTime;
  state: BracketState = 'PENDING';

  constructor(
    id: string,
    sign: 1 | -1,
    ids: readonly [entry: string, stop: string, target: string],
    submittedAt: SessionTime,
  ) {
    this.id = id;
    this.sign = sign;
    [this.entryId, this.stopId, this.targetId] = ids;
    this.submittedAt = submittedAt;
  }

  get isEnded(): boolean {
    return ENDS.has(this.state);
  }

  /** What the entry has filled and the exits have not, by what we know. */
  openQuantity(orders: OrderTracker): number {
    let open = orders.find(this.entryId)?.filled ?? 0;
    for (const id of [this.stopId, this.targetId, ...this.exitIds])
      open -= orders.find(id)?.filled ?? 0;
    return open;
  }

  /** True when a stop works for what is open, or an exit at market is on its way. */
  isProtected(orders: OrderTracker): boolean {
    const open = this.openQuantity(orders);
    if (open <= 0) return true;
    const stop = orders.find(this.stopId);
    if (stop !== undefined && !isDone(stop) && stop.quantity - stop.filled >= open) return true;
    return this.hasLiveExit(orders);
  }

  hasLiveExit(orders: OrderTracker): boolean {
    return this.exitIds.some((id) => {
      const exit = orders.find(id);
      return exit !== undefined && !isDone(exit);
    });
  }

  /** Computes the state from the orders. Returns the state that it left, or `undefined` when it is the same. */
  update(orders: OrderTracker): BracketState | undefined {
    const before = this.state;
    this.state = this.#stateOf(orders);
    return this.state === before ? undefined : before;
  }

  #stateOf(orders: OrderTracker): BracketState {
    const entry = orders.find(this.entryId);
    if (entry === undefined || entry.status === 'submitted')
      return entry?.filled ? 'PARTIAL' : 'PENDING';
    const open = this.openQuantity(orders);
    if (entry.filled === 0) {
      switch (entry.status) {
        case 'rejected':
        case 'denied':
          return 'REJECTED';
        case 'canceled':
          return 'CANCELLED';
        case 'expired':
          return 'EXPIRED';
        default:
          return 'WORKING';
      }
    }
    const exits = [this.stopId, this.targetId, ...this.exitIds];
    const hasExited = exits.some((id) => (orders.find(id)?.filled ?? 0) > 0);
    if (open === 0 && isDone(entry)) return 'CLOSED';
    if (hasExited || this.hasLiveExit(orders)) return 'CLOSING';
    return isDone(entry) ? 'OPEN' : 'PARTIAL';
  }
}
