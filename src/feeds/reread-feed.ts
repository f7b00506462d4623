import { EVENT_WORDS, type EventBatch } from '../domain/event.ts';
import { FeedPlaces } from './feed-places.ts';
import type { Feed, FeedCounts, FeedDescription } from './port.ts';

/** Where what was read is put aside, so that it can be read again. */
export interface Spool {
  /** Returns where the words stand; `undefined`: no more can be put there. */
  append(words: Int32Array): number | undefined;
  read(place: number, count: number): Int32Array;
  close(): void;
}

/**
 * A feed that can always go back. Where it cannot by itself (compressed files, levels, LOBSTER days, a generated market, status
 * changes of another file), its events are put into a spool as they come and read from there; without one, or beyond what it
 * took, it is opened anew and read from its beginning.
 */
export class RereadFeed implements Feed {
  readonly description: FeedDescription;
  readonly #open: () => Promise<Feed>;
  readonly #spool: Spool | undefined;
  readonly #places = new FeedPlaces<{ readonly place: number; readonly count: number }>();
  #feed: Feed;
  /** Events before the next batch, those before the feed's own next one, and those that the spool has. */
  #at = 0;
  #feedAt = 0;
  #spooled = 0;
  /** Whether the feed goes back by itself: it is asked after its first batch. */
  #canSeek: boolean | undefined;

  private constructor(open: () => Promise<Feed>, feed: Feed, spool: Spool | undefined) {
    this.#open = open;
    this.#feed = feed;
    this.#spool = spool;
    this.description = feed.description;
  }

  /** @param open Gives the same events each time, in the same batches. */
  static async of(open: () => Promise<Feed>, spool?: Spool): Promise<RereadFeed> {
    return new RereadFeed(open, await open(), spool);
  }

  /** Of the feed since it was opened last. */
  get counts(): FeedCounts {
    return this.#feed.counts;
  }

  async next(): Promise<EventBatch | undefined> {
    if (this.#canSeek === true) return this.#feed.next();
    if (this.#at < this.#spooled) {
      const found = this.#places.find(this.#at);
      if (this.#spool === undefined || found?.events !== this.#at)
        throw new Error('the spool lacks a batch that it took');
      const { place, count } = found.place;
      this.#at += count;
      return { words: this.#spool.read(place, count * EVENT_WORDS), count };
    }
    let batch = await this.#feed.next();
    this.#canSeek ??= (await this.#feed.seek?.(0)) !== undefined;
    if (this.#canSeek) {
      batch = await this.#feed.next();
      return batch;
    }
    // what was passed by while the spool was read is read again
    for (; batch !== undefined && this.#feedAt < this.#at; batch = await this.#feed.next())
      this.#feedAt += batch.count;
    if (batch === undefined) return undefined;
    if (this.#spool !== undefined && this.#spooled === this.#at) {
      const place = this.#spool.append(batch.words.subarray(0, batch.count * EVENT_WORDS));
      if (place !== undefined) {
        this.#places.note(this.#at, { place, count: batch.count });
        this.#spooled += batch.count;
      }
    }
    this.#feedAt += batch.count;
    this.#at = this.#feedAt;
    return batch;
  }

  async seek(events: number): Promise<number> {
    if (this.#canSeek === true) {
      const before = await this.#feed.seek?.(events);
      if (before !== undefined) return before;
    }
    const spooled = events < this.#spooled ? this.#places.find(events) : undefined;
    // a feed that is ahead of its spool has to come back first
    if (spooled !== undefined && this.#feedAt <= this.#spooled) {
      this.#at = spooled.events;
      return this.#at;
    }
    if (events === this.#feedAt && (this.#at === events || events <= this.#spooled)) {
      this.#at = events;
      return events;
    }
    await this.#feed.close();
    this.#feed = await this.#open();
    this.#at = 0;
    this.#feedAt = 0;
    return 0;
  }

  async close(): Promise<void> {
    this.#spool?.close();
    await this.#feed.close();
  }
}
