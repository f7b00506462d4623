import type { MoneyMicros } from '../../domain/money.ts';
import type { Fill, OrderReport } from '../../domain/order.ts';
import type { SessionTime } from '../../domain/time.ts';
import type { VenueNotice } from '../../execution/venue.ts';

/** An execution, and what it costs as far as the broker has said. */
export interface ExecutionRecord {
  fill: Fill;
  /** The broker's number of its order for its client. */
  readonly brokerId: number;
  /** Number of the correction that it is as. */
  correction: number;
  /** Of an order of ours. */
  readonly isOurs: boolean;
  /** As the broker told it; `undefined` until it has. */
  commissionMicros: MoneyMicros | undefined;
  /** What was told to the desk with the fill, when it was. */
  toldMicros: MoneyMicros | undefined;
}

type Told =
  | OrderReport
  | VenueNotice
  | { readonly type: 'execution'; readonly record: ExecutionRecord; readonly until: number };

/**
 * What is to be told to the desk, in the order that it happened. The broker tells a commission a moment after its execution, and
 * sometimes hours: a fill waits for it so long and no longer, and goes out with an estimate then.
 */
export class Outbox {
  readonly #told: Told[] = [];
  readonly #patienceMs: number;
  readonly #estimate: (fill: Fill) => MoneyMicros;

  constructor(patienceMs: number, estimate: (fill: Fill) => MoneyMicros) {
    this.#patienceMs = patienceMs;
    this.#estimate = estimate;
  }

  push(told: OrderReport | VenueNotice): void {
    this.#told.push(told);
  }

  pushExecution(record: ExecutionRecord): void {
    this.#told.push({ type: 'execution', record, until: performance.now() + this.#patienceMs });
  }

  /** What an execution costs, as far as is known. */
  commissionOf({ fill, commissionMicros, toldMicros }: ExecutionRecord): MoneyMicros {
    return commissionMicros ?? toldMicros ?? this.#estimate(fill);
  }

  /** When there is something to take; infinite while there is nothing. */
  get nextAt(): SessionTime {
    const [first] = this.#told;
    if (first === undefined) return Number.POSITIVE_INFINITY;
    if (first.type !== 'execution') return first.ts;
    const { record, until } = first;
    const isDue = record.commissionMicros !== undefined || performance.now() >= until;
    return isDue ? record.fill.ts : Number.POSITIVE_INFINITY;
  }

  /** Everything that was told has been taken. */
  get isEmpty(): boolean {
    return this.#told.length === 0;
  }

  takeReport(now: SessionTime): OrderReport | undefined {
    const [first] = this.#told;
    if (first === undefined || isNotice(first)) return undefined;
    if (first.type !== 'execution') return first.ts <= now ? this.#shift(first) : undefined;
    const { record, until } = first;
    const { fill } = record;
    if (fill.ts > now) return undefined;
    if (record.commissionMicros === undefined && performance.now() < until) return undefined;
    const commissionMicros = this.commissionOf(record);
    record.toldMicros = commissionMicros;
    const { orderId, ts } = fill;
    return this.#shift({ type: 'order-filled', orderId, ts, fill, commissionMicros });
  }

  takeNotice(now: SessionTime): VenueNotice | undefined {
    const [first] = this.#told;
    return first !== undefined && isNotice(first) && first.ts <= now
      ? this.#shift(first)
      : undefined;
  }

  #shift<Item>(item: Item): Item {
    this.#told.shift();
    return item;
  }
}

function isNotice(told: Told): told is VenueNotice {
  return told.type === 'connection-changed' || told.type === 'truth-told';
}
