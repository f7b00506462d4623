import { describe, expect, test } from 'vitest';
import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_FILL,
  ACTION_TRADE,
  EVENT_WORDS,
  type EventBatch,
  FLAG_SNAPSHOT,
  packTags,
  SIDE_ASK,
  SIDE_BID,
  SIDE_NONE,
  WORD_ORDER_LOW,
  WORD_PRICE_HIGH,
  WORD_PRICE_LOW,
  WORD_SIZE,
  WORD_TAGS,
  WORD_TS_EVENT_HIGH,
  WORD_TS_EVENT_LOW,
} from '../../../src/domain/event.ts';
import { dayOf, NS_PER_SECOND, toEpochWords } from '../../../src/domain/time.ts';
import { compareDays } from '../../../src/market/statistics/compare-days.ts';
import {
  MarketStatistics,
  type MarketStatisticsOptions,
} from '../../../src/market/statistics/market-statistics.ts';

const WORD = 4_294_967_296;
const TICK = 10_000_000;
const OPEN = 13.5 * 3600 * NS_PER_SECOND;
const OPTIONS: MarketStatisticsOptions = {
  day: dayOf(2025, 10, 15),
  tickNanos: TICK,
  open: OPEN,
  close: OPEN + 100 * NS_PER_SECOND,
};

/** Seconds after the open, action, side, id, tick, size, flags. */
type Row = readonly [number, number, number, number, number, number, number?];

function batchOf(rows: readonly Row[]): EventBatch {
  const words = new Int32Array(rows.length * EVENT_WORDS);
  rows.forEach(([seconds, action, side, id, tick, size, flags = 0], n) => {
    const at = n * EVENT_WORDS;
    const [low, high] = toEpochWords(OPTIONS.day, OPEN + seconds * NS_PER_SECOND);
    const price = tick * TICK;
    words[at + WORD_TS_EVENT_LOW] = low;
    words[at + WORD_TS_EVENT_HIGH] = high;
    words[at + WORD_ORDER_LOW] = id;
    words[at + WORD_PRICE_HIGH] = Math.floor(price / WORD);
    words[at + WORD_PRICE_LOW] = price - Math.floor(price / WORD) * WORD;
    words[at + WORD_SIZE] = size;
    words[at + WORD_TAGS] = packTags(action, side, flags);
  });
  return { words, count: rows.length };
}

function measure(rows: readonly Row[], more: Partial<MarketStatisticsOptions> = {}) {
  const statistics = new MarketStatistics({ ...OPTIONS, ...more });
  statistics.add(batchOf(rows));
  statistics.end();
  return statistics;
}

const [A, C, T, F] = [ACTION_ADD, ACTION_CANCEL, ACTION_TRADE, ACTION_FILL];
const [BID, ASK] = [SIDE_BID, SIDE_ASK];
const BOOK: Row[] = [
  [-10, A, BID, 1, 10_000, 300],
  [-9, A, ASK, 2, 10_004, 200],
  [-8, A, BID, 3, 9_998, 100],
  [-7, A, ASK, 4, 10_007, 100],
];

describe('the statistics of a day', () => {
  test('weigh spread and size at the touch by the time that they stood within the session', () => {
    // from 20 s on a bid at 10,002; from 60 s none
    const { touch } = measure([...BOOK, [20, A, BID, 5, 10_002, 50], [60, C, BID, 5, 10_002, 50]]);
    expect(touch.spread.shareAt(2)).toBeCloseTo(0.4, 12);
    expect(touch.spread.shareAt(4)).toBeCloseTo(0.6, 12);
    expect(touch.sizeAtBest.shareAt(50)).toBeCloseTo(0.2, 12);
    expect(touch.sizeAtBest.shareAt(200)).toBeCloseTo(0.5, 12);
    expect([touch.depthAt(0), touch.depthAt(1)]).toEqual([
      (300 * 60 + 50 * 40 + 200 * 100) / 200,
      (100 * 60 + 300 * 40 + 100 * 100) / 200,
    ]);
  });

  test('tell cancels of wholes, of parts and of what traded apart, and how long orders lived', () => {
    const { counts, lives } = measure([
      ...BOOK,
      [1, A, BID, 5, 9_999, 80],
      [2, C, BID, 5, 9_999, 30],
      [4, C, BID, 5, 9_999, 50],
      [5, T, BID, 0, 10_004, 200],
      [5, F, ASK, 2, 10_004, 200],
      [5, C, ASK, 2, 10_004, 200],
      [6, C, BID, 1, 10_000, 100],
    ]);
    expect(counts).toEqual({
      adds: 1,
      wholeCancels: 1,
      partialCancels: 2,
      tradedCancels: 1,
      modifies: 0,
      trades: 1,
      fills: 1,
    });
    expect(lives.filled).toBe(1);
    expect(lives.canceled.total).toBe(1);
    expect((lives.canceled.mean() ?? 0) / NS_PER_SECOND).toBe(3);
  });

  test('merge an aggressor’s prints, and know which nobody saw coming', () => {
    const { trades } = measure([
      ...BOOK,
      [5, T, BID, 0, 10_004, 200],
      [5, F, ASK, 2, 10_004, 200],
      [5, C, ASK, 2, 10_004, 200],
      [5, T, BID, 0, 10_007, 60],
      [5, F, ASK, 4, 10_007, 60],
      [5, C, ASK, 4, 10_007, 60],
      [8, T, SIDE_NONE, 0, 10_002, 500],
      [9, T, ASK, 0, 10_001, 40],
      [9, F, BID, 0, 10_001, 40],
    ]);
    expect([trades.hidden, trades.hiddenVolume, trades.volume]).toEqual([2, 540, 800]);
    expect(trades.aggressorSizes.shareAt(40)).toBe(0.5);
    expect(trades.aggressorSizes.mean()).toBe(150);
    expect(trades.reach.shareAt(3)).toBe(0.5);
  });

  test('count through a window of levels what a feed of that many levels would tell', () => {
    const rows: Row[] = [
      ...BOOK,
      [1, A, BID, 5, 9_998, 10],
      [2, A, BID, 6, 9_990, 10],
      [3, A, BID, 7, 10_000, 10],
      [4, C, BID, 6, 9_990, 10],
      [5, A, ASK, 8, 10_003, 10],
    ];
    expect(measure(rows).counts).toMatchObject({ adds: 4, wholeCancels: 1 });
    expect(measure(rows, { window: 2 }).counts).toMatchObject({ adds: 3, wholeCancels: 0 });
    expect(measure(rows, { window: 1 }).counts).toMatchObject({ adds: 2, wholeCancels: 0 });
  });

  test('leave out what a feed flags as snapshot, and forget what it takes away', () => {
    const { counts, lives, distances } = measure([
      ...BOOK,
      [1, A, BID, 9, 9_999, 10],
      [2, C, BID, 9, 9_999, 10, FLAG_SNAPSHOT],
      [3, A, BID, 10, 9_999, 10, FLAG_SNAPSHOT],
      [4, C, BID, 10, 9_999, 10],
    ]);
    expect(counts).toMatchObject({ adds: 1, wholeCancels: 1 });
    expect(lives.canceled.total).toBe(0);
    expect(distances.shareAt(101)).toBe(1);
  });

  test('are n/a in the table where a window of levels cannot know them', () => {
    const statistics = measure(BOOK, { window: 1 });
    const rows = compareDays([
      { statistics, levels: 1, isTradesOnly: false },
      { statistics: measure(BOOK), levels: undefined, isTradesOnly: false },
    ]);
    const valuesOf = (section: string, label: string) =>
      rows.find((row) => row.section === section && row.label === label)?.values;
    expect(valuesOf('depth', 'mean at level 1')).toEqual([250, 250]);
    expect(valuesOf('depth', 'mean at level 2')).toEqual([null, 100]);
    expect(valuesOf('orders at a best price', 'mean')).toEqual([null, 1]);
    expect(valuesOf('best to fifth level', 'mean')?.[0]).toBeNull();
  });
});
