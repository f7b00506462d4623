import type { ScreenState } from './state.ts';

/** Holds the state and tells who listens that it was replaced. */
export class Store {
  #state: ScreenState;
  readonly #listeners = new Set<() => void>();

  constructor(state: ScreenState) {
    this.#state = state;
  }

  get state(): ScreenState {
    return this.#state;
  }

  replace(state: ScreenState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
