import { EVENT_WORDS, type EventBatch } from '../../src/domain/event.ts';
import { formatPrice } from '../../src/domain/price.ts';
import {
  type DayNumber,
  formatTimestamp,
  fromEpochWords,
  toEpochWords,
} from '../../src/domain/time.ts';
import type { Feed } from '../../src/feeds/port.ts';

/** Events as text, one a line: `A B 100@250.01 #77 flags=128 sequence=5`. Ids above 2^32 are high:low in hexadecimal. */
export function eventLines({ words, count }: EventBatch): string[] {
  return Array.from({ length: count }, (_, index) => {
    const at = index * EVENT_WORDS;
    const word = (offset: number) => words[at + offset] ?? 0;
    const wide = (offset: number) => word(offset + 1) * 2 ** 32 + (word(offset) >>> 0);
    const id =
      word(5) === 0
        ? String(word(4) >>> 0)
        : `${word(5).toString(16)}:${(word(4) >>> 0).toString(16)}`;
    const price = word(7) === 0x7fffffff ? 'none' : formatPrice(wide(6), 2);
    const tags = word(9);
    const text = (shift: number) => String.fromCharCode((tags >> shift) & 0xff);
    return `${text(16)} ${text(24)} ${word(8) >>> 0}@${price} #${id} flags=${tags & 0xff} sequence=${word(13) >>> 0}`;
  });
}

/** The times of events, ISO 8601. */
export function eventTimes({ words, count }: EventBatch, day: DayNumber): string[] {
  const [low, high] = toEpochWords(day, 0);
  return Array.from({ length: count }, (_, index) => {
    const at = index * EVENT_WORDS;
    return formatTimestamp(day, fromEpochWords(words[at + 2] ?? 0, words[at + 3] ?? 0, low, high));
  });
}

/** All events of a feed, which is closed afterwards. */
export async function drain(feed: Feed): Promise<EventBatch> {
  const parts: Int32Array[] = [];
  let count = 0;
  try {
    for (let batch = await feed.next(); batch !== undefined; batch = await feed.next()) {
      parts.push(batch.words.subarray(0, batch.count * EVENT_WORDS));
      count += batch.count;
    }
  } finally {
    await feed.close();
  }
  const words = new Int32Array(count * EVENT_WORDS);
  let at = 0;
  for (const part of parts) {
    words.set(part, at);
    at += part.length;
  }
  return { words, count };
}
