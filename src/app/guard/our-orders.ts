import { readMessage } from '../../adapters/ibkr/broker-messages.ts';
import type { OpenOrderTold } from '../../adapters/ibkr/gateway-line.ts';
import type { Side } from '../../domain/side.ts';

/** An order that is not acknowledged and not among those that are open has not arrived, after so long, ms. */
const UNANSWERED_MS = 1_000;

/** An order of the run's or of the guard's, as far as the guard knows. */
export interface OurOrder {
  readonly clientId: number;
  readonly orderId: number;
  readonly orderRef: string;
  readonly side: Side;
  /** Total, filled part included. */
  quantity: number;
  /** By its states; executions may say more. */
  filled: number;
  /** `over`: it can trade no more. */
  status: 'sent' | 'working' | 'over';
  /** When it was last sent, ms of the process's clock. */
  sentAtMs: number;
  /** When its cancel was last sent; `undefined`: never. */
  canceledAtMs: number | undefined;
}

/** Orders of two clients: what was seen on its way to the gateway, what the gateway told of it, and what was found open. */
export class OurOrders {
  readonly #orders = new Map<string, OurOrder>();
  readonly #now: () => number;
  /** Grows with everything that an answer which was asked for before cannot contain. */
  changes = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get alive(): readonly OurOrder[] {
    return [...this.#orders.values()].filter(({ status }) => status !== 'over');
  }

  get all(): Iterable<OurOrder> {
    return this.#orders.values();
  }

  find(clientId: number, orderId: number): OurOrder | undefined {
    return this.#orders.get(`${clientId}:${orderId}`);
  }

  /** An order, or new terms of one, on its way to the gateway. */
  onSent(
    sent: Pick<OurOrder, 'clientId' | 'orderId' | 'orderRef' | 'side' | 'quantity'>,
  ): OurOrder {
    this.changes++;
    const known = this.find(sent.clientId, sent.orderId);
    if (known !== undefined) {
      known.quantity = sent.quantity;
      known.sentAtMs = this.#now();
      return known;
    }
    return this.#add({ ...sent, status: 'sent' });
  }

  onStatus(clientId: number, orderId: number, status: string, filled: number): void {
    const order = this.find(clientId, orderId);
    if (order === undefined) return;
    order.filled = Math.max(order.filled, filled);
    this.#onStatus(order, status);
  }

  /** A message about an order of a client. */
  onMessage(clientId: number, orderId: number, code: number, text: string): void {
    const order = this.find(clientId, orderId);
    if (order === undefined) return;
    const { kind } = readMessage(code, text);
    const isNever = kind === 'refused' && order.status === 'sent';
    if (kind === 'canceled' || kind === 'not-found' || isNever) this.#end(order);
  }

  /** Found open, by whatever process it was sent. */
  onOpen(told: OpenOrderTold): OurOrder {
    const { clientId, orderId, orderRef, side, quantity } = told;
    const known = this.find(clientId, orderId);
    const order =
      known ?? this.#add({ clientId, orderId, orderRef, side, quantity, status: 'working' });
    if (known === undefined) this.changes++;
    this.#onStatus(order, told.status);
    return order;
  }

  /** All that is open was told, by a question of that moment: what was not among it has ended, or never arrived. */
  onAllTold(seen: ReadonlySet<OurOrder>, askedAtMs: number): void {
    for (const order of this.alive) {
      if (seen.has(order)) continue;
      const isEarlier = order.sentAtMs < askedAtMs;
      if (order.status === 'working' ? isEarlier : order.sentAtMs + UNANSWERED_MS < askedAtMs)
        this.#end(order);
    }
  }

  #add(
    order: Pick<OurOrder, 'clientId' | 'orderId' | 'orderRef' | 'side' | 'quantity' | 'status'>,
  ): OurOrder {
    const isFound = order.status === 'working';
    const added: OurOrder = {
      ...order,
      filled: 0,
      sentAtMs: isFound ? Number.NEGATIVE_INFINITY : this.#now(),
      canceledAtMs: undefined,
    };
    this.#orders.set(`${order.clientId}:${order.orderId}`, added);
    return added;
  }

  #onStatus(order: OurOrder, status: string): void {
    if (['Filled', 'Cancelled', 'ApiCancelled', 'Inactive'].includes(status)) this.#end(order);
    else if (order.status === 'sent') order.status = 'working';
  }

  #end(order: OurOrder): void {
    if (order.status === 'over') return;
    order.status = 'over';
    this.changes++;
  }
}
