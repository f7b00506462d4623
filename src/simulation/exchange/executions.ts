import type { Instrument } from '../../domain/instrument.ts';
import { notionalOf } from '../../domain/money.ts';
import type { PriceNanos } from '../../domain/price.ts';
import type { ExecutionSettings } from '../../domain/settings.ts';
import type { DayNumber, SessionTime } from '../../domain/time.ts';
import type { VenueTruth } from '../../execution/venue.ts';
import { commissionOf } from './fees.ts';
import type { OwnOrder } from './own-order.ts';

type Execution = VenueTruth['executions'][number];

/** Every execution of the run, as a venue is asked for them; its number is its name. */
export class Executions {
  readonly #instrument: Instrument;
  readonly #commission: ExecutionSettings['commission'];
  readonly #day: DayNumber;
  #all: Execution[] = [];

  constructor(instrument: Instrument, commission: ExecutionSettings['commission'], day: DayNumber) {
    this.#instrument = instrument;
    this.#commission = commission;
    this.#day = day;
  }

  /** All so far, the oldest first. */
  get all(): readonly Execution[] {
    return this.#all;
  }

  /** Sum of what was bought less what was sold. */
  get position(): number {
    let position = 0;
    for (const { fill } of this.#all)
      position += fill.side === 'buy' ? fill.quantity : -fill.quantity;
    return position;
  }

  /** Some of an order trades. Its commission is the difference that this fill makes to the whole order's. */
  add(
    order: OwnOrder,
    price: PriceNanos,
    quantity: number,
    ts: SessionTime,
    sequence: number,
    liquidity: 'maker' | 'taker',
  ): Execution {
    order.filled += quantity;
    order.valueMicros += notionalOf(price, quantity, this.#instrument.multiplier);
    const total = commissionOf(
      this.#commission,
      this.#instrument,
      order.sign,
      order.filled,
      order.valueMicros,
      this.#day,
    );
    const commissionMicros = total - order.commissionMicros;
    order.commissionMicros = total;
    const fill = {
      executionId: `X${this.#all.length + 1}`,
      orderId: order.id,
      side: order.sign === 1 ? 'buy' : 'sell',
      price,
      quantity,
      ts,
      sequence,
      liquidity,
    } as const;
    const execution = { fill, commissionMicros };
    this.#all.push(execution);
    return execution;
  }

  restore(all: readonly Execution[]): void {
    this.#all = all.slice();
  }
}
