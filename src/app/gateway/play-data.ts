import { setTimeout as sleep } from 'node:timers/promises';
import { EVENT_WORDS, eventTimeOf } from '../../domain/event.ts';
import { type DayNumber, NS_PER_MS, type SessionTime, toEpochWords } from '../../domain/time.ts';
import type { Feed } from '../../feeds/port.ts';
import type { MatchedMarket } from './matched-market.ts';

/** How often the market goes on, real time. */
const STEP_MS = 10;
/** Events between two breaths: connections are served in between. */
const BREATH_EVENTS = 20_000;

/**
 * Plays a feed to a market at its own pace: what was before `from` at once, then so many times real time until `to`. Resolves at the
 * end, or soon after the signal.
 *
 * @param speed Multiple of real time; infinite: as fast as it goes.
 * @throws {FeedError} If the data are damaged.
 */
export async function playData(
  market: MatchedMarket,
  feed: Feed,
  options: {
    readonly day: DayNumber;
    readonly from: SessionTime;
    readonly to: SessionTime;
    readonly speed: number;
    readonly signal: AbortSignal;
    /** Called once, when all that was before `from` has been played. */
    readonly onBegin: () => void;
  },
): Promise<void> {
  const { day, from, to, speed, signal, onBegin } = options;
  const [baseLow, baseHigh] = toEpochWords(day, 0);
  let startedAt: number | undefined;
  const begin = (): void => {
    if (startedAt !== undefined) return;
    startedAt = performance.now();
    market.settle(from);
    onBegin();
  };
  /** Market time that has come by now. */
  const reached = (): SessionTime => {
    if (speed === Number.POSITIVE_INFINITY || startedAt === undefined) return to;
    return Math.min(to, from + (performance.now() - startedAt) * NS_PER_MS * speed);
  };
  const wait = async (until: SessionTime): Promise<void> => {
    for (let now = reached(); now < until && !signal.aborted; now = reached()) {
      market.settle(now);
      await sleep(STEP_MS);
    }
  };
  const end = async (): Promise<void> => {
    await wait(to);
    if (!signal.aborted) market.settle(to);
  };
  let events = 0;
  for (;;) {
    const batch = await feed.next();
    if (batch === undefined || signal.aborted) break;
    const { words, count } = batch;
    for (let offset = 0; offset < count * EVENT_WORDS; offset += EVENT_WORDS) {
      const ts = eventTimeOf(words, offset, baseLow, baseHigh);
      // before the beginning nothing waits; after it an event waits for its time
      if (ts > from) begin();
      if (ts > to) {
        await end();
        return;
      }
      if (ts > from && ts > market.time) {
        const now = reached();
        if (ts > now) {
          market.settle(now);
          await wait(ts);
        }
      }
      if (++events % BREATH_EVENTS === 0) {
        if (ts > from) market.settle(market.time);
        await sleep(0);
      }
      if (signal.aborted) return;
      market.take(words, offset, ts);
    }
  }
  begin();
  await end();
}
