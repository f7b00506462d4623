import { EVENT_WORDS, eventTimeOf } from '../../domain/event.ts';
import { NS_PER_SECOND, type SessionTime, toEpochWords } from '../../domain/time.ts';
import type { Feed } from '../../feeds/port.ts';
import { type BookSide, NO_TICK } from '../../market/book/book-side.ts';
import { OrderBook } from '../../market/book/order-book.ts';
import {
  type MeasuredDelay,
  measureDelay,
  type SeenTouch,
  type TouchSpan,
} from '../../reports/shadow/measured-latencies.ts';

/** A clock that differs by more, or data that come later, are those of another market. */
const LONGEST_NS = 3 * NS_PER_SECOND;

/** The best bid or ask from a time stamp's end on. */
interface TouchChange {
  readonly ts: SessionTime;
  readonly tick: number;
}

/**
 * How much later than the data tell a run saw them, by the touches that its orders were sent at.
 *
 * @param seen By time.
 * @throws {FeedError} If the data are damaged.
 */
export async function dataDelayOf(
  feed: Feed,
  seen: readonly SeenTouch[],
  tickNanos: number,
): Promise<MeasuredDelay | undefined> {
  const [first] = seen;
  const last = seen.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const touches = await readTouches(
    feed,
    tickNanos,
    first.sentAt - LONGEST_NS,
    last.sentAt + LONGEST_NS,
  );
  return measureDelay(
    seen.map(({ sentAt, side, touch }) =>
      spansOf(side === 'buy' ? touches.asks : touches.bids, sentAt, Math.round(touch / tickNanos)),
    ),
  );
}

async function readTouches(
  feed: Feed,
  tickNanos: number,
  from: SessionTime,
  to: SessionTime,
): Promise<{ readonly bids: readonly TouchChange[]; readonly asks: readonly TouchChange[] }> {
  const book = new OrderBook(tickNanos);
  const [baseLow, baseHigh] = toEpochWords(feed.description.day, 0);
  const bids: TouchChange[] = [];
  const asks: TouchChange[] = [];
  let ts = Number.NEGATIVE_INFINITY;
  const note = (): void => {
    noteChange(bids, book.bids, ts, from);
    noteChange(asks, book.asks, ts, from);
  };
  for (let batch = await feed.next(); batch !== undefined; batch = await feed.next()) {
    for (let offset = 0; offset < batch.count * EVENT_WORDS; offset += EVENT_WORDS) {
      const now = eventTimeOf(batch.words, offset, baseLow, baseHigh);
      // inside a time stamp the book may be between two states
      if (now > ts && Number.isFinite(ts)) note();
      if (now > to) return { bids, asks };
      ts = now;
      book.apply(batch.words, offset, now);
    }
  }
  note();
  return { bids, asks };
}

function noteChange(
  changes: TouchChange[],
  side: BookSide,
  ts: SessionTime,
  from: SessionTime,
): void {
  const tick = side.best;
  if (changes.at(-1)?.tick === tick) return;
  // of all that was before, the last one counts
  if (ts < from) changes.length = 0;
  changes.push({ ts, tick });
}

/** How long before `sentAt` the touch was at a tick; negative: after it. */
function spansOf(
  changes: readonly TouchChange[],
  sentAt: SessionTime,
  tick: number,
): readonly TouchSpan[] {
  if (tick === NO_TICK) return [];
  const spans: TouchSpan[] = [];
  const latest = sentAt + LONGEST_NS;
  for (let at = indexAt(changes, latest); at >= 0; at--) {
    const change = changes[at];
    if (change === undefined || (changes[at + 1]?.ts ?? latest) <= sentAt - LONGEST_NS) break;
    if (change.tick !== tick) continue;
    const until = Math.min(changes[at + 1]?.ts ?? latest, latest);
    spans.push({ from: sentAt - until, to: Math.min(sentAt - change.ts, LONGEST_NS) });
  }
  return spans.filter(({ from, to }) => to > from);
}

/** The last change at or before a time; -1 where there is none. */
function indexAt(changes: readonly TouchChange[], ts: SessionTime): number {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((changes[middle]?.ts ?? Number.POSITIVE_INFINITY) <= ts) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
