/** Where a feed's batches begin, by how many events come before each: what a feed remembers of its way to go back on it. */
export class FeedPlaces<Place> {
  readonly #events: number[] = [];
  readonly #places: Place[] = [];

  /** Notes a batch. One that was noted before, on the way to a later place, is left as it is. */
  note(events: number, place: Place): void {
    const last = this.#events.at(-1);
    if (last !== undefined && events <= last) return;
    this.#events.push(events);
    this.#places.push(place);
  }

  /** The last noted batch that begins with event number `events` or an earlier one. */
  find(events: number): { readonly events: number; readonly place: Place } | undefined {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle] ?? 0) <= events) low = middle + 1;
      else high = middle;
    }
    const before = this.#events[low - 1];
    const place = this.#places[low - 1];
    return before === undefined || place === undefined ? undefined : { events: before, place };
  }
}
