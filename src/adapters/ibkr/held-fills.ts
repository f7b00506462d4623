import type { ExecutionRecord } from './outbox.ts';
import type { OwnOrder } from './own-order.ts';

/** A fill of an exit waits no longer for its entry's, ms. */
const PATIENCE_MS = 600;

/**
 * Tells fills of brackets in an order that makes sense: an exit's waits for those of its entry that must have been before it. Alone it would
 * look as if it had closed more than there is.
 */
export class HeldFills {
  readonly #own: () => Iterable<OwnOrder>;
  readonly #tell: (record: ExecutionRecord) => void;
  #held: { readonly group: string | undefined; readonly record: ExecutionRecord }[] = [];

  constructor(own: () => Iterable<OwnOrder>, tell: (record: ExecutionRecord) => void) {
    this.#own = own;
    this.#tell = tell;
  }

  take({ group, isExit }: OwnOrder, record: ExecutionRecord): void {
    const waits = this.#isEntryUntold(group);
    if (isExit && waits) {
      this.#held.push({ group, record });
      setTimeout(() => this.#release(group), PATIENCE_MS).unref();
      return;
    }
    this.#tell(record);
    if (!waits) this.#release(group);
  }

  /** Whether the status tells more of the entry than its executions do, or exits have closed more than those have opened. */
  #isEntryUntold(group: string | undefined): boolean {
    if (group === undefined) return false;
    const orders = [...this.#own()].filter((order) => order.group === group);
    const entry = orders.find(({ isExit }) => !isExit);
    if (entry === undefined) return false;
    const open = orders.reduce(
      (sum, { side, filled }) => (side === entry.side ? sum + filled : sum - filled),
      0,
    );
    return open < 0 || entry.saidFilled > entry.filled;
  }

  #release(group: string | undefined): void {
    const released = this.#held.filter((held) => held.group === group);
    if (released.length === 0) return;
    this.#held = this.#held.filter((held) => held.group !== group);
    for (const { record } of released) this.#tell(record);
  }
}
