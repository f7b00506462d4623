import {
  EVENT_WORDS,
  type EventBatch,
  FLAG_LAST,
  FLAG_SNAPSHOT,
  WORD_SEQUENCE,
  WORD_TAGS,
  WORD_TS_EVENT_HIGH,
  WORD_TS_EVENT_LOW,
  WORD_TS_RECV_HIGH,
  WORD_TS_RECV_LOW,
} from '../domain/event.ts';
import type { Feed, FeedCounts, FeedDescription } from './port.ts';

/**
 * A feed with events of another source put in by the time that they were received, ts_recv, for status changes that
 * stand in a file of their own. `inserted` is in that order, few, and each of its events is whole in itself.
 *
 * An event goes in before the first of the feed's that came later, but never inside an event group: then behind it. Of
 * those that came before the feed begins the last one counts, at the feed's first moment. Those that come after
 * its last event are handed on at its end, up to and without `untilNs` (epoch nanoseconds): there is no later day in the feed.
 */
export function insertEvents(feed: Feed, inserted: EventBatch, untilNs: bigint | undefined): Feed {
  return inserted.count === 0 ? feed : new FeedWithInsertions(feed, inserted, untilNs);
}

class FeedWithInsertions implements Feed {
  readonly description: FeedDescription;
  readonly #feed: Feed;
  readonly #words: Int32Array;
  readonly #count: number;
  readonly #untilNs: bigint | undefined;
  /** Index of the event that goes in next. */
  #next = 0;
  /** The feed's last event; none before its first batch. */
  #last: Int32Array | undefined;

  constructor(feed: Feed, { words, count }: EventBatch, untilNs: bigint | undefined) {
    this.#feed = feed;
    this.description = feed.description;
    // written to: never the giver's
    this.#words = words.slice(0, count * EVENT_WORDS);
    this.#count = count;
    this.#untilNs = untilNs;
  }

  get counts(): FeedCounts {
    return this.#feed.counts;
  }

  async next(): Promise<EventBatch | undefined> {
    const batch = await this.#feed.next();
    if (batch === undefined) return this.#rest();
    const { words, count } = batch;
    if (count === 0 || this.#next === this.#count) return batch;
    if (this.#last === undefined) this.#joinEarlier(words);
    const end = (count - 1) * EVENT_WORDS;
    const before = this.#last;
    this.#last = words.slice(end, end + EVENT_WORDS);
    // of the first batch also what has its first event's time
    if (before !== undefined && !isLater(words, end, this.#words, this.#next * EVENT_WORDS))
      return batch;
    return this.#merge(batch, before);
  }

  close(): Promise<void> {
    return this.#feed.close();
  }

  /** All that came before the feed's first event become one, at that event's time. */
  #joinEarlier(words: Int32Array): void {
    let earlier = this.#next;
    while (earlier < this.#count && isLater(words, 0, this.#words, earlier * EVENT_WORDS))
      earlier++;
    if (earlier === this.#next) return;
    this.#next = earlier - 1;
    const at = this.#next * EVENT_WORDS;
    for (const word of [WORD_TS_EVENT_LOW, WORD_TS_EVENT_HIGH, WORD_TS_RECV_LOW, WORD_TS_RECV_HIGH])
      this.#words[at + word] = words[word] ?? 0;
  }

  #merge({ words, count }: EventBatch, before: Int32Array | undefined): EventBatch {
    const merged = new Int32Array((count + this.#count - this.#next) * EVENT_WORDS);
    let end = 0;
    let previous: Int32Array | undefined = before;
    for (let index = 0; index < count; index++) {
      const at = index * EVENT_WORDS;
      const event = words.subarray(at, at + EVENT_WORDS);
      while (this.#isDue(event, previous)) {
        merged.set(this.#take(previous?.[WORD_SEQUENCE] ?? 0), end);
        end += EVENT_WORDS;
      }
      merged.set(event, end);
      end += EVENT_WORDS;
      previous = event;
    }
    return { words: merged.subarray(0, end), count: end / EVENT_WORDS };
  }

  /** Whether the next insertion goes in between two events of the feed. */
  #isDue(event: Int32Array, previous: Int32Array | undefined): boolean {
    if (this.#next === this.#count) return false;
    if (previous === undefined) return !isLater(this.#words, this.#next * EVENT_WORDS, event, 0);
    return (
      isLater(event, 0, this.#words, this.#next * EVENT_WORDS) && this.#isBorder(previous, event)
    );
  }

  /** Whether an event group ends between the two, or a snapshot. */
  #isBorder(previous: Int32Array, event: Int32Array): boolean {
    const tags = previous[WORD_TAGS] ?? 0;
    // of levels, single events are flagged as snapshot inside a group, where one came into view
    if ((tags & FLAG_SNAPSHOT) !== 0 && this.description.depth !== 'levels')
      return ((event[WORD_TAGS] ?? 0) & FLAG_SNAPSHOT) === 0;
    return this.description.groupEnds === 'sequence'
      ? previous[WORD_SEQUENCE] !== event[WORD_SEQUENCE]
      : (tags & FLAG_LAST) !== 0;
  }

  #take(sequence: number): Int32Array {
    const at = this.#next * EVENT_WORDS;
    this.#next++;
    // of the group before it, where groups go by the sequence: it never begins one that the feed goes on with
    this.#words[at + WORD_SEQUENCE] = sequence;
    return this.#words.subarray(at, at + EVENT_WORDS);
  }

  #rest(): EventBatch | undefined {
    const first = this.#next;
    const sequence = this.#last?.[WORD_SEQUENCE] ?? 0;
    while (this.#next < this.#count && this.#isBeforeEnd(this.#next)) this.#take(sequence);
    const count = this.#next - first;
    this.#next = this.#count;
    if (count === 0) return undefined;
    return {
      words: this.#words.subarray(first * EVENT_WORDS, (first + count) * EVENT_WORDS),
      count,
    };
  }

  #isBeforeEnd(index: number): boolean {
    const at = index * EVENT_WORDS;
    const high = BigInt((this.#words[at + WORD_TS_RECV_HIGH] ?? 0) >>> 0);
    const low = BigInt((this.#words[at + WORD_TS_RECV_LOW] ?? 0) >>> 0);
    return this.#untilNs !== undefined && ((high << 32n) | low) < this.#untilNs;
  }
}

/** Whether the event at `a[from]` was received after the one at `b[to]`. */
function isLater(a: Int32Array, from: number, b: Int32Array, to: number): boolean {
  const high = (a[from + WORD_TS_RECV_HIGH] ?? 0) >>> 0;
  const other = (b[to + WORD_TS_RECV_HIGH] ?? 0) >>> 0;
  if (high !== other) return high > other;
  return (a[from + WORD_TS_RECV_LOW] ?? 0) >>> 0 > (b[to + WORD_TS_RECV_LOW] ?? 0) >>> 0;
}
