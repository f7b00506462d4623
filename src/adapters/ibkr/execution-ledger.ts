import { MICROS_PER_UNIT, type MoneyMicros } from '../../domain/money.ts';
import type { ClientOrderId } from '../../domain/order.ts';
import type { CommissionTold } from './gateway-line.ts';
import { readExecutionId, signedQuantity } from './order-terms.ts';
import type { ExecutionRecord } from './outbox.ts';
import { doneOrder, type OwnOrder } from './own-order.ts';

/** Every execution of the instrument on the account that was told, each once, and what it cost. */
export class ExecutionLedger {
  readonly #records = new Map<string, ExecutionRecord>();
  /** By the broker's whole name, correction included: they come before and after their executions. */
  readonly #commissions = new Map<string, MoneyMicros>();
  /** Executions from before the run. */
  readonly #before = new Set<string>();
  #positionBefore = 0;

  find(name: string): ExecutionRecord | undefined {
    return this.#records.get(name);
  }

  add(record: ExecutionRecord): void {
    this.#records.set(record.fill.executionId, record);
  }

  /** Since the run began. */
  get sinceBegin(): readonly ExecutionRecord[] {
    return [...this.#records]
      .filter(([name]) => !this.#before.has(name))
      .map(([, record]) => record);
  }

  /** What is held by this run's own executions, bought less sold. */
  get ownPosition(): number {
    let sum = 0;
    for (const { fill, isOurs } of this.#records.values()) if (isOurs) sum += signedQuantity(fill);
    return sum;
  }

  /** Whatever was executed so far and not for this run was so before it. Returns what was held then, of what is held now. */
  beginHere(position: number): number {
    for (const [name, { isOurs }] of this.#records) if (!isOurs) this.#before.add(name);
    this.#positionBefore = position - this.ownPosition;
    return this.#positionBefore;
  }

  /** What is held by the executions since the run began, with what was held then. */
  get expectedPosition(): number {
    return this.sinceBegin.reduce(
      (sum, { fill }) => sum + signedQuantity(fill),
      this.#positionBefore,
    );
  }

  filledOf(id: ClientOrderId): number {
    let filled = 0;
    for (const { fill } of this.#records.values()) if (fill.orderId === id) filled += fill.quantity;
    return filled;
  }

  /** An order of this run that an earlier process has seen the end of, as its executions tell it. */
  findDone(brokerId: number): OwnOrder | undefined {
    const records = [...this.#records.values()].filter(
      (record) => record.isOurs && record.brokerId === brokerId,
    );
    return doneOrder(brokerId, records);
  }

  /** `executionId`: the whole name. */
  commissionOf(executionId: string): MoneyMicros | undefined {
    return this.#commissions.get(executionId);
  }

  /** Returns the execution that it is of, as that is known now; `undefined` where there is none yet. */
  takeCommission({ executionId, commission }: CommissionTold): ExecutionRecord | undefined {
    const micros = Math.round(commission * MICROS_PER_UNIT);
    this.#commissions.set(executionId, micros);
    const { name, correction } = readExecutionId(executionId);
    const record = this.#records.get(name);
    if (record === undefined || record.correction !== correction) return undefined;
    record.commissionMicros = micros;
    return record;
  }
}
