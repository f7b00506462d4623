import { EVENT_WORDS, type EventBatch } from '../../src/domain/event.ts';
import type { Feed } from '../../src/feeds/port.ts';

/** A day in memory, in batches of `size` events, that goes back to any of them. */
export function memoryFeed(batch: EventBatch, size: number): Feed {
  let at = 0;
  return {
    description: {
      format: 'dbn',
      source: [],
      symbol: 'TSLA',
      dataset: '',
      day: 0,
      groupEnds: 'sequence',
      depth: 'orders',
      totalBytes: 0,
    },
    counts: { records: 0, bytesRead: 0, skipped: {} },
    async next(): Promise<EventBatch | undefined> {
      if (at >= batch.count) return undefined;
      const count = Math.min(size, batch.count - at);
      const words = batch.words.slice(at * EVENT_WORDS, (at + count) * EVENT_WORDS);
      at += count;
      return { words, count };
    },
    async seek(events) {
      at = Math.floor(events / size) * size;
      return at;
    },
    close: async () => undefined,
  };
}
