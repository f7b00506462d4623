import { EVENT_WORDS, type EventBatch } from '../../src/domain/event.ts';
import {
  type DayNumber,
  fromEpochWords,
  type SessionTime,
  toEpochWords,
} from '../../src/domain/time.ts';

/** An event as plain values, price in 1e-9. */
export interface PlainEvent {
  readonly action: string;
  readonly side: string;
  readonly flags: number;
  readonly orderId: bigint;
  readonly price: number;
  readonly size: number;
  readonly ts: SessionTime;
  readonly recv: SessionTime;
  readonly lag: number;
  readonly sequence: number;
}

/** Reads the records of batches, one by one, by their documented offsets. */
export function* plainEvents(batches: Iterable<EventBatch>, day: DayNumber): Generator<PlainEvent> {
  const [baseLow, baseHigh] = toEpochWords(day, 0);
  for (const { words, count } of batches) {
    const view = new DataView(words.buffer, words.byteOffset);
    for (let n = 0; n < count; n += 1) {
      const at = n * EVENT_WORDS * 4;
      const time = (offset: number): SessionTime =>
        fromEpochWords(
          view.getInt32(at + offset, true),
          view.getInt32(at + offset + 4, true),
          baseLow,
          baseHigh,
        );
      yield {
        action: String.fromCharCode(view.getUint8(at + 38)),
        side: String.fromCharCode(view.getUint8(at + 39)),
        flags: view.getUint8(at + 36),
        orderId: view.getBigUint64(at + 16, true),
        price: Number(view.getBigInt64(at + 24, true)),
        size: view.getUint32(at + 32, true),
        ts: time(8),
        recv: time(40),
        lag: view.getInt32(at + 48, true),
        sequence: view.getUint32(at + 52, true),
      };
    }
  }
}

/** An order of the naive book. */
interface PlainOrder {
  readonly id: bigint;
  readonly side: string;
  readonly price: number;
  size: number;
}

/** A slow, obvious order book that complains: queues as arrays, the touch found by looking. */
export class NaiveBook {
  readonly orders = new Map<bigint, PlainOrder>();
  readonly #queues = { A: new Map<number, PlainOrder[]>(), B: new Map<number, PlainOrder[]>() };
  #levelsChanged = true;
  #bestBid = Number.NEGATIVE_INFINITY;
  #bestAsk = Number.POSITIVE_INFINITY;

  get bestBid(): number {
    this.#look();
    return this.#bestBid;
  }

  get bestAsk(): number {
    this.#look();
    return this.#bestAsk;
  }

  sizeAt(side: 'A' | 'B', price: number): number {
    return (this.#queues[side].get(price) ?? []).reduce((sum, order) => sum + order.size, 0);
  }

  frontOf(side: 'A' | 'B', price: number): bigint | undefined {
    return this.#queues[side].get(price)?.[0]?.id;
  }

  #look(): void {
    if (!this.#levelsChanged) return;
    this.#levelsChanged = false;
    this.#bestBid = Math.max(...this.#queues.B.keys());
    this.#bestAsk = Math.min(...this.#queues.A.keys());
  }

  /** What is wrong with an A or C, in words, or `undefined`; the book takes it all the same where it can. */
  apply(event: PlainEvent): string | undefined {
    const { action, orderId, price, size, side } = event;
    if (side !== 'A' && side !== 'B') return `side ${side}`;
    if (size < 1) return `size ${size}`;
    const queues = this.#queues[side];
    if (action === 'A') {
      if (this.orders.has(orderId)) return `added twice: ${orderId}`;
      const order = { id: orderId, side, price, size };
      this.orders.set(orderId, order);
      const queue = queues.get(price);
      if (queue === undefined) {
        queues.set(price, [order]);
        this.#levelsChanged = true;
      } else {
        queue.push(order);
      }
      return undefined;
    }
    const order = this.orders.get(orderId);
    if (order === undefined) return `${action} of an order that is not there: ${orderId}`;
    if (order.side !== side || order.price !== price) return `${orderId} is elsewhere`;
    if (size > order.size) return `${orderId} has ${order.size}, ${size} taken`;
    order.size -= size;
    if (order.size > 0) return undefined;
    this.orders.delete(orderId);
    const queue = queues.get(price) ?? [];
    queue.splice(queue.indexOf(order), 1);
    if (queue.length > 0) return undefined;
    queues.delete(price);
    this.#levelsChanged = true;
    return undefined;
  }
}
