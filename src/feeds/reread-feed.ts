import type { EventBatch } from '../domain/event.ts';
import type { Feed, FeedCounts, FeedDescription } from './port.ts';

/**
 * A feed that can always go back. Where it cannot by itself (compressed files, levels, LOBSTER days, a generated market, status
 * changes of another file), it is opened anew and read from its beginning.
 */
export class RereadFeed implements Feed {
  readonly description: FeedDescription;
  readonly #open: () => Promise<Feed>;
  #feed: Feed;

  private constructor(open: () => Promise<Feed>, feed: Feed) {
    this.#open = open;
    this.#feed = feed;
    this.description = feed.description;
  }

  /** @param open Gives the same events each time. */
  static async of(open: () => Promise<Feed>): Promise<RereadFeed> {
    return new RereadFeed(open, await open());
  }

  /** Of the feed since it was opened last. */
  get counts(): FeedCounts {
    return this.#feed.counts;
  }

  next(): Promise<EventBatch | undefined> {
    return this.#feed.next();
  }

  async seek(events: number): Promise<number> {
    const before = await this.#feed.seek?.(events);
    if (before !== undefined) return before;
    await this.#feed.close();
    this.#feed = await this.#open();
    return 0;
  }

  close(): Promise<void> {
    return this.#feed.close();
  }
}
