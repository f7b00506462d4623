import { expect, test } from 'vitest';
import { dataDelayOf } from '../../../src/app/shadow/data-delay.ts';
import { EVENT_WORDS, eventTimeOf } from '../../../src/domain/event.ts';
import { toEpochWords } from '../../../src/domain/time.ts';
import { OrderBook } from '../../../src/market/book/order-book.ts';
import type { SeenTouch } from '../../../src/reports/shadow/measured-latencies.ts';
import { DAY, generatedBatch, OPEN } from '../../support/engine-rig.ts';
import { memoryFeed } from '../../support/memory-feed.ts';

const TICK = 10_000_000;

/** What a run sees whose clock shows `delayNs` more when the market is where it is, every 0.7 s. */
function seenWith(delayNs: number, batch: ReturnType<typeof generatedBatch>): SeenTouch[] {
  const book = new OrderBook(TICK);
  const [low, high] = toEpochWords(DAY, 0);
  const seen: SeenTouch[] = [];
  let next = OPEN + 5e9;
  for (let offset = 0; offset < batch.count * EVENT_WORDS; offset += EVENT_WORDS) {
    const ts = eventTimeOf(batch.words, offset, low, high);
    while (ts > next && seen.length < 60) {
      const side = seen.length % 2 === 0 ? ('buy' as const) : ('sell' as const);
      const touch = (side === 'buy' ? book.asks : book.bids).best * TICK;
      seen.push({ sentAt: next + delayNs, side, touch });
      next += 0.7e9;
    }
    book.apply(batch.words, offset, ts);
  }
  return seen;
}

test.for([0, 130e6, 900e6, -450e6])(
  'a clock that is %d ns behind the data is found by the touches that were seen',
  async (delayNs) => {
    const batch = generatedBatch(6000, 2, 5);
    const seen = seenWith(delayNs, batch);
    // one in ten saw something else
    const stray = seen.map((each, n) => (n % 10 === 0 ? { ...each, touch: 1e9 } : each));
    const feed = memoryFeed(batch, 4096);
    const ofDay = { ...feed, description: { ...feed.description, day: DAY } };
    const found = await dataDelayOf(ofDay, stray, TICK);
    expect(found?.count).toBe(60);
    expect(found?.agreeing).toBe(54);
    expect(found?.atLeastNs).toBeLessThanOrEqual(delayNs);
    expect(found?.atMostNs).toBeGreaterThanOrEqual(delayNs);
    expect((found?.atMostNs ?? 0) - (found?.atLeastNs ?? 0)).toBeLessThan(60e6);
  },
);
