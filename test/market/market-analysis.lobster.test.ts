import { expect, test } from 'vitest';
import { openLobsterFeed } from '../../src/adapters/lobster/lobster-feed.ts';
import {
  ACTION_TRADE,
  EVENT_WORDS,
  FLAG_CROSS,
  SIDE_ASK,
  SIDE_BID,
  WORD_PRICE_HIGH,
  WORD_PRICE_LOW,
  WORD_SIZE,
  WORD_TAGS,
  WORD_TS_EVENT_HIGH,
  WORD_TS_EVENT_LOW,
} from '../../src/domain/event.ts';
import { fromEpochWords, toEpochWords } from '../../src/domain/time.ts';
import { type BookSide, NO_TICK } from '../../src/market/book/book-side.ts';
import { MarketRig, STOCK } from '../support/market-rig.ts';
import { type ReferenceHistory, referenceState } from '../support/reference-state.ts';
import { testData } from '../support/test-data.ts';

const SECOND = 1_000_000_000;
const HOUR = 3600 * SECOND;
const WORD = 4_294_967_296;
const zip = testData('lobster', 'LOBSTER_SampleFile_GOOG_2012-06-21_5.zip');

function levelsOf(side: BookSide): [number, number][] {
  const levels: [number, number][] = [];
  for (let tick = side.best; tick !== NO_TICK; tick = side.worseThan(tick)) {
    levels.push([tick, side.sizeAt(tick)]);
  }
  return levels;
}

function signOf(side: number): 1 | -1 | 0 {
  if (side === SIDE_BID) return 1;
  return side === SIDE_ASK ? -1 : 0;
}

test.skipIf(zip === undefined)(
  'a real day of GOOG gives what the slow reading gives, every eight minutes',
  async () => {
    const feed = await openLobsterFeed(zip ?? '');
    const { day } = feed.description;
    const [baseLow, baseHigh] = toEpochWords(day, 0);
    const rig = new MarketRig({ date: '2012-06-21', instrument: { ...STOCK, symbol: 'GOOG' } });
    const open = 13.5 * HOUR;
    const history: ReferenceHistory = {
      symbol: 'GOOG',
      tickNanos: STOCK.tickNanos,
      trades: [],
      books: [],
      resumptions: [],
      dayAt: () => ({
        start: 4 * HOUR,
        end: 28 * HOUR,
        open,
        close: 20 * HOUR,
        midnight: 4 * HOUR,
        isShort: false,
      }),
    };
    const moments = Array.from({ length: 48 }, (_, i) => open + 7 * SECOND + i * 487 * SECOND);
    const compared: [expected: unknown, actual: unknown][] = [];
    let now = Number.NEGATIVE_INFINITY;
    let before: { bid: number; ask: number } = { bid: NO_TICK, ask: NO_TICK };

    const endTimeStamp = (next: number): void => {
      rig.settle();
      // what an absorption at the next moment can rest on: 30 s that it lasts and 10 s before
      if ((moments[0] ?? 0) - now < 45 * SECOND) {
        history.books.push({
          ts: now,
          bids: levelsOf(rig.book.bids),
          asks: levelsOf(rig.book.asks),
        });
      }
      while ((moments[0] ?? Number.POSITIVE_INFINITY) < next) {
        const moment = moments.shift() ?? 0;
        const state = rig.state(moment);
        compared.push([referenceState(history, moment), state]);
        history.books.length = 0;
      }
      before = { bid: rig.book.bids.best, ask: rig.book.asks.best };
      now = next;
    };

    for (let batch = await feed.next(); batch !== undefined; batch = await feed.next()) {
      const { words, count } = batch;
      for (let at = 0; at < count * EVENT_WORDS; at += EVENT_WORDS) {
        const stamp = fromEpochWords(
          words[at + WORD_TS_EVENT_LOW] ?? 0,
          words[at + WORD_TS_EVENT_HIGH] ?? 0,
          baseLow,
          baseHigh,
        );
        const ts = Math.max(now, stamp);
        if (ts > now) endTimeStamp(ts);
        rig.moveTo(ts);
        rig.book.apply(words, at, ts);
        const tags = words[at + WORD_TAGS] ?? 0;
        if (((tags >> 16) & 0xff) !== ACTION_TRADE) continue;
        const price =
          (words[at + WORD_PRICE_HIGH] ?? 0) * WORD + ((words[at + WORD_PRICE_LOW] ?? 0) >>> 0);
        const size = (words[at + WORD_SIZE] ?? 0) >>> 0;
        const told = signOf(tags >>> 24);
        const isCross = (tags & FLAG_CROSS) !== 0;
        rig.tradeNanos(ts, price, size, told, { isCross });
        const bid = before.bid === NO_TICK ? null : before.bid;
        const ask = before.ask === NO_TICK ? null : before.ask;
        history.trades.push({ ts, price, size, told, isCross, bid, ask });
      }
    }
    endTimeStamp(Number.POSITIVE_INFINITY);
    await feed.close();

    expect(history.trades.length).toBeGreaterThan(10_000);
    expect(compared.map(([, actual]) => actual)).toEqual(compared.map(([expected]) => expected));
  },
  60_000,
);
