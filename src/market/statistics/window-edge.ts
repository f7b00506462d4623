/**
 * Whether a level was out of the window of best levels at any time since: the window's worst tick over time, of which only
 * the tightest since each moment is kept, so memory is small.
 */
export class WindowEdge {
  readonly #sign: 1 | -1;
  /** From the oldest to the newest, each less tight than the one before. */
  readonly #times: number[] = [];
  readonly #edges: number[] = [];

  /** @param sign +1 for bids, whose levels are left below; -1 for asks. */
  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  /** From `ts` on the worst level of the window is `tick`. Times do not run back. */
  push(ts: number, tick: number): void {
    const edge = this.#sign * tick;
    const edges = this.#edges;
    if (edges.at(-1) === edge) return;
    while (edges.length > 0 && (edges.at(-1) ?? 0) <= edge) {
      edges.pop();
      this.#times.pop();
    }
    edges.push(edge);
    this.#times.push(ts);
  }

  /** True when the tick was beyond the edge at some time from `since` on. */
  wasLeft(tick: number, since: number): boolean {
    const times = this.#times;
    // the first entry from `since` on is the tightest edge since then; the one before it may have lasted into it
    let low = 0;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((times[middle] ?? 0) < since) low = middle + 1;
      else high = middle;
    }
    return (this.#edges[low] ?? Number.NEGATIVE_INFINITY) > this.#sign * tick;
  }
}
