/** What a data request takes of the account's allowance. */
export type LineKind = 'quotes' | 'depth' | 'tick-by-tick';

/** The allowance and what is taken of it, for the screen. */
export interface LineUse {
  readonly quotes: { readonly used: number; readonly most: number };
  readonly depth: { readonly used: number; readonly most: number };
  readonly tickByTick: { readonly used: number; readonly most: number };
}

/** A request that may not be sent: why, and after how many milliseconds it may, where waiting helps. */
export interface BudgetRefusal {
  readonly words: string;
  readonly waitMs: number | undefined;
}

const SAME_INSTRUMENT_MS = 15_000;

/**
 * The account's market data allowance: refuses what the broker would refuse, before it is sent.
 *
 * @see https://www.interactivebrokers.com/campus/ibkr-api-page/twsapi-doc/#market-data-lines read 2026-11-21
 */
export class LineBudget {
  readonly #most: Record<LineKind, number>;
  readonly #taken = new Map<number, LineKind>();
  /** When the last tick-by-tick request of an instrument was made, ms. */
  readonly #ticksAt = new Map<string, number>();

  /** @param lines Market data lines of the account: 100 for everybody. Depth and tick-by-tick: 3, and one more a further hundred, up to 60. */
  constructor(lines = 100) {
    const special = Math.min(60, 3 + Math.max(0, Math.floor((lines - 100) / 100)));
    this.#most = { quotes: lines, depth: special, 'tick-by-tick': special };
  }

  get use(): LineUse {
    const of = (kind: LineKind): { used: number; most: number } => ({
      used: this.#used(kind),
      most: this.#most[kind],
    });
    return { quotes: of('quotes'), depth: of('depth'), tickByTick: of('tick-by-tick') };
  }

  /** Takes a line for a request, or tells why it may not be made. @param nowMs Any clock that only goes forward. */
  take(id: number, kind: LineKind, symbol: string, nowMs: number): BudgetRefusal | undefined {
    const most = this.#most[kind];
    if (this.#used(kind) >= most)
      return {
        words: `${kind} of ${symbol}: all ${most} lines of the account are in use`,
        waitMs: undefined,
      };
    if (kind === 'tick-by-tick') {
      const waitMs = (this.#ticksAt.get(symbol) ?? -Infinity) + SAME_INSTRUMENT_MS - nowMs;
      if (waitMs > 0)
        return {
          words: `tick-by-tick of ${symbol}: one request in 15 s, the next in ${Math.ceil(waitMs / 1000)} s`,
          waitMs,
        };
      this.#ticksAt.set(symbol, nowMs);
    }
    this.#taken.set(id, kind);
    return undefined;
  }

  /** A request has ended. */
  free(id: number): void {
    this.#taken.delete(id);
  }

  /** The connection is gone, and every subscription with it. When ticks were asked for is remembered. */
  freeAll(): void {
    this.#taken.clear();
  }

  #used(kind: LineKind): number {
    let used = 0;
    for (const taken of this.#taken.values()) if (taken === kind) used++;
    return used;
  }
}
