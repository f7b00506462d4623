import type { BookSideName } from './exchange-rig.ts';

export interface NaiveBookOrder {
  readonly id: bigint;
  readonly side: BookSideName;
  /** 1e-9 units. */
  readonly price: number;
  size: number;
}

interface NaiveChange {
  readonly ts: number;
  readonly side: BookSideName;
  readonly price: number;
  readonly delta: number;
  readonly why: 'added' | 'pulled' | 'traded' | 'unseen';
}

/** A slow, obvious order book: one list of orders in the order of their priority, and a log of every change of size. */
export class NaiveOrderBook {
  orders: NaiveBookOrder[] = [];
  readonly log: NaiveChange[] = [];
  /** Size filled at the present time stamp that no cancel or change has taken away yet. */
  readonly #filled = new Map<bigint, number>();
  #filledTs = Number.NaN;

  add(ts: number, id: bigint, side: BookSideName, price: number, size: number): void {
    const known = this.find(id);
    if (known !== undefined) this.#remove(ts, known, 'unseen');
    this.#join(ts, { id, side, price, size });
  }

  cancel(ts: number, id: bigint, size: number): void {
    const known = this.find(id);
    if (known === undefined) return;
    if (size >= known.size) this.#remove(ts, known, 'pulled');
    else this.#shrink(ts, known, known.size - size);
  }

  modify(ts: number, id: bigint, side: BookSideName, price: number, size: number): void {
    const known = this.find(id);
    if (known === undefined) {
      this.#join(ts, { id, side, price, size });
    } else if (known.side === side && known.price === price && size <= known.size) {
      this.#shrink(ts, known, size);
    } else {
      this.#remove(ts, known, 'pulled');
      this.#join(ts, { id, side, price, size });
    }
  }

  fill(ts: number, id: bigint, size: number): void {
    if (ts !== this.#filledTs) this.#filled.clear();
    this.#filledTs = ts;
    this.#filled.set(id, (this.#filled.get(id) ?? 0) + size);
  }

  clear(ts: number): void {
    for (const order of [...this.orders]) this.#remove(ts, order, 'unseen');
  }

  find(id: bigint): NaiveBookOrder | undefined {
    return this.orders.find((order) => order.id === id);
  }

  /** Occupied prices of a side, best first. */
  prices(side: BookSideName): number[] {
    const sign = side === 'bid' ? -1 : 1;
    const prices = this.orders.filter((order) => order.side === side).map(({ price }) => price);
    return [...new Set(prices)].sort((a, b) => (a - b) * sign);
  }

  queue(side: BookSideName, price: number): NaiveBookOrder[] {
    return this.orders.filter((order) => order.side === side && order.price === price);
  }

  /** Sum of the logged changes of a level later than `since`, of one kind or all. */
  sum(side: BookSideName, price: number, since: number, why?: NaiveChange['why']): number {
    return this.log
      .filter((change) => change.ts > since && change.side === side && change.price === price)
      .filter((change) => why === undefined || change.why === why)
      .reduce((sum, { delta }) => sum + delta, 0);
  }

  #join(ts: number, order: NaiveBookOrder): void {
    this.orders.push(order);
    this.log.push({ ts, side: order.side, price: order.price, delta: order.size, why: 'added' });
  }

  #remove(ts: number, order: NaiveBookOrder, why: 'pulled' | 'unseen'): void {
    this.orders = this.orders.filter((other) => other !== order);
    this.#lose(ts, order, order.size, why);
  }

  #shrink(ts: number, order: NaiveBookOrder, size: number): void {
    const lost = order.size - size;
    order.size = size;
    this.#lose(ts, order, lost, 'pulled');
  }

  #lose(
    ts: number,
    { id, side, price }: NaiveBookOrder,
    size: number,
    why: 'pulled' | 'unseen',
  ): void {
    const waiting = why === 'pulled' && ts === this.#filledTs ? (this.#filled.get(id) ?? 0) : 0;
    const traded = Math.min(size, waiting);
    if (traded > 0) this.#filled.set(id, waiting - traded);
    this.log.push({ ts, side, price, delta: -traded, why: 'traded' });
    this.log.push({ ts, side, price, delta: traded - size, why });
  }
}
