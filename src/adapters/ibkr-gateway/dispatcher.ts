/** Does things at once or later; what has the same delay stays in its order. */
export class Dispatcher {
  readonly #timers = new Set<NodeJS.Timeout>();

  /** @param delayMs Real time; 0 and `undefined`: at once. */
  after(delayMs: number | undefined, action: () => void): void {
    if (delayMs === undefined || delayMs <= 0) {
      action();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, delayMs);
    this.#timers.add(timer);
  }

  /** Drops what has not been done. */
  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
