const STEP_NS = 10;
const STEPS = 100_000;

/** Times in steps of 10 ns up to a millisecond, whatever is longer in the last one. */
export class LatencyHistogram {
  readonly #counts = new Float64Array(STEPS + 1);
  count = 0;

  addMs(ms: number): void {
    const step = Math.min(STEPS, Math.floor((ms * 1e6) / STEP_NS));
    this.#counts[step] = (this.#counts[step] ?? 0) + 1;
    this.count++;
  }

  /** The time that a share of all did not exceed, µs. */
  quantileUs(share: number): number {
    let left = Math.ceil(share * this.count);
    for (const [step, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0) return ((step + 1) * STEP_NS) / 1000;
    }
    return 0;
  }
}
