import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_CLEAR,
  ACTION_MODIFY,
  eventPriceOf,
  SIDE_ASK,
  WORD_TAGS,
  WORD_TS_IN_DELTA,
} from '../domain/event.ts';

/** How many orders stand at a level, where the feed tells levels: word 12 of its A and M. The book has one for each level. */
export class LevelOrders {
  readonly #bids = new Map<number, number>();
  readonly #asks = new Map<number, number>();

  /** Notes what the event at `words[offset]` tells. */
  onEvent(words: Int32Array, offset: number): void {
    const tags = words[offset + WORD_TAGS] ?? 0;
    const side = tags >>> 24 === SIDE_ASK ? this.#asks : this.#bids;
    switch ((tags >> 16) & 0xff) {
      case ACTION_ADD:
      case ACTION_MODIFY:
        side.set(eventPriceOf(words, offset), (words[offset + WORD_TS_IN_DELTA] ?? 0) >>> 0);
        break;
      case ACTION_CANCEL:
        side.delete(eventPriceOf(words, offset));
        break;
      case ACTION_CLEAR:
        this.#bids.clear();
        this.#asks.clear();
        break;
      default:
        break;
    }
  }

  /** Orders at a price in 1e-9; `null` where the feed doesn't tell. */
  at(side: 'bid' | 'ask', price: number): number | null {
    const orders = (side === 'bid' ? this.#bids : this.#asks).get(price) ?? 0;
    return orders === 0 ? null : orders;
  }
}
