import type { ClientOrderId, OrderRole, OrderStatus } from '../domain/order.ts';
import { signOf } from '../domain/side.ts';
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

/** How a bracket ends whose entry ended so without a fill. */
const UNFILLED_ENDS: Partial<Record<OrderStatus, BracketState>> = {
  rejected: 'REJECTED',
  denied: 'REJECTED',
  canceled: 'CANCELLED',
  expired: 'EXPIRED',
};

const ENDS: ReadonlySet<BracketState> = new Set(['CLOSED', 'REJECTED', 'CANCELLED', 'EXPIRED']);

/** A copy of a bracket, as `restored` takes it. */
export interface BracketCopy {
  readonly id: string;
  readonly sign: 1 | -1;
  readonly entryId: ClientOrderId;
  readonly stopId: ClientOrderId | undefined;
  readonly targetId: ClientOrderId | undefined;
  readonly exitIds: readonly ClientOrderId[];
  readonly submittedAt: SessionTime;
  readonly state: BracketState;
}

/**
 * An entry with its stop and target. Its state is a function of where its orders stand, computed anew after every report,
 * so that a report that comes late, twice or in another order cannot lead it astray.
 */
export class Bracket {
  readonly id: string;
  readonly sign: 1 | -1;
  readonly entryId: ClientOrderId;
  /** The stop and the target that count; `undefined` until they are sent. */
  stopId: ClientOrderId | undefined;
  targetId: ClientOrderId | undefined;
  /** Market exits sent so far, and stops and targets that others have replaced. */
  readonly exitIds: ClientOrderId[] = [];
  readonly submittedAt: SessionTime;
  state: BracketState = 'PENDING';

  constructor(id: string, sign: 1 | -1, entryId: ClientOrderId, submittedAt: SessionTime) {
    this.id = id;
    this.sign = sign;
    this.entryId = entryId;
    this.submittedAt = submittedAt;
  }

  /** A bracket that stands as the copied one did. */
  static restored(copy: BracketCopy): Bracket {
    const { id, sign, entryId, stopId, targetId, exitIds, submittedAt, state } = copy;
    const bracket = new Bracket(id, sign, entryId, submittedAt);
    bracket.stopId = stopId;
    bracket.targetId = targetId;
    bracket.exitIds.push(...exitIds);
    bracket.state = state;
    return bracket;
  }

  /** A copy of all of it. */
  capture(): BracketCopy {
    const { id, sign, entryId, stopId, targetId, exitIds, submittedAt, state } = this;
    return {
      id,
      sign,
      entryId,
      stopId,
      targetId,
      exitIds: exitIds.slice(),
      submittedAt,
      state,
    };
  }

  /** An order of the bracket's group was sent. A stop or target takes the place of the one before it. */
  adopt(id: ClientOrderId, role: OrderRole): void {
    const before = role === 'STOP' ? this.stopId : role === 'TARGET' ? this.targetId : undefined;
    if (before !== undefined) this.exitIds.push(before);
    if (role === 'STOP') this.stopId = id;
    else if (role === 'TARGET') this.targetId = id;
    else this.exitIds.push(id);
  }

  get isEnded(): boolean {
    return ENDS.has(this.state);
  }

  /** What is held of the position that the entry opened, by what we know; negative when exits traded beyond it. */
  openQuantity(orders: OrderTracker): number {
    let open = 0;
    for (const id of [this.entryId, this.stopId, this.targetId, ...this.exitIds]) {
      const order = orders.find(id);
      if (order !== undefined) open += signOf(order.request.side) * this.sign * order.filled;
    }
    return open;
  }

  /** True when a stop works for what is open, or an exit at market is on its way. */
  isProtected(orders: OrderTracker): boolean {
    const open = this.openQuantity(orders);
    if (open === 0) return true;
    if (open < 0) return this.hasLiveExit(orders);
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
    if (entry === undefined || entry.status === 'submitted' || entry.status === 'unknown')
      return entry?.filled ? 'PARTIAL' : 'PENDING';
    const open = this.openQuantity(orders);
    if (entry.filled === 0) return UNFILLED_ENDS[entry.status] ?? 'WORKING';
    const exits = [this.stopId, this.targetId, ...this.exitIds];
    const hasExited = exits.some((id) => (orders.find(id)?.filled ?? 0) > 0);
    if (open === 0 && isDone(entry)) return 'CLOSED';
    if (hasExited || this.hasLiveExit(orders)) return 'CLOSING';
    return isDone(entry) ? 'OPEN' : 'PARTIAL';
  }
}
