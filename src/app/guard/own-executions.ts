import { readExecutionId } from '../../adapters/ibkr/order-terms.ts';
import type { Side } from '../../domain/side.ts';

/** An execution as a connection tells it. Price in dollars. */
export interface ExecutionHeard {
  readonly executionId: string;
  readonly orderRef: string;
  readonly side: Side;
  readonly quantity: number;
  readonly price: number;
}

interface Counted {
  readonly correction: number;
  readonly orderRef: string;
  readonly signed: number;
  readonly price: number;
  commission: number;
}

/** Executions of our orders, each counted once however often and by however many connections it is told: what they make is ours. */
export class OwnExecutions {
  readonly #idPrefix: string;
  readonly #multiplier: number;
  readonly #counted = new Map<string, Counted>();
  readonly #commissions = new Map<string, number>();

  constructor(idPrefix: string, multiplier: number) {
    this.#idPrefix = idPrefix;
    this.#multiplier = multiplier;
  }

  /** Returns whether it was news. */
  take(heard: ExecutionHeard): boolean {
    if (!heard.orderRef.startsWith(this.#idPrefix)) return false;
    const { name, correction } = readExecutionId(heard.executionId);
    const known = this.#counted.get(name);
    if (known !== undefined && known.correction >= correction) return false;
    const { orderRef, side, quantity, price } = heard;
    this.#counted.set(name, {
      correction,
      orderRef,
      signed: side === 'buy' ? quantity : -quantity,
      price,
      commission: this.#commissions.get(name) ?? known?.commission ?? 0,
    });
    return true;
  }

  takeCommission(executionId: string, commission: number): void {
    const { name } = readExecutionId(executionId);
    this.#commissions.set(name, commission);
    const counted = this.#counted.get(name);
    if (counted !== undefined) counted.commission = commission;
  }

  /** Bought less sold. */
  get net(): number {
    let net = 0;
    for (const { signed } of this.#counted.values()) net += signed;
    return net;
  }

  /** What an order has traded. */
  filledOf(orderRef: string): number {
    let filled = 0;
    for (const each of this.#counted.values())
      if (each.orderRef === orderRef) filled += Math.abs(each.signed);
    return filled;
  }

  /**
   * What the executions have made if what they left open is worth `mark`, dollars, commissions taken off as far as they were told;
   * `undefined` while something is open and its worth is not known.
   */
  resultAt(mark: number | undefined): number | undefined {
    const { net } = this;
    if (net !== 0 && mark === undefined) return undefined;
    let result = net * (mark ?? 0) * this.#multiplier;
    for (const { signed, price, commission } of this.#counted.values())
      result -= signed * price * this.#multiplier + commission;
    return result;
  }
}
