import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDbnFeed } from '../../../src/adapters/databento/dbn-feed.ts';
import { DbnStream } from '../../../src/adapters/databento/dbn-stream.ts';
import { LevelOrders } from '../../../src/app/level-orders.ts';
import {
  ACTION_TRADE,
  EVENT_WORDS,
  eventPriceOf,
  WORD_SIZE,
  WORD_TAGS,
} from '../../../src/domain/event.ts';
import { LevelTranslator } from '../../../src/feeds/level-translator.ts';
import { OrderBook } from '../../../src/market/book/order-book.ts';
import { bestOf, type PlainLevel } from '../../support/level-records.ts';
import { testData } from '../../support/test-data.ts';

const WORD = 4_294_967_296;
/** Divides every price of the files. */
const UNIT = 10_000;
const folder = testData();
const found = (schema: string): string[] =>
  folder === undefined ? [] : globSync(`${folder}/**/*[._]${schema}[._]*dbn{,.zst}`).sort();
const levelFiles = [
  ...found('mbp-1').map((path) => [basename(path), path, 1] as const),
  ...found('mbp-10').map((path) => [basename(path), path, 10] as const),
];

/** A record's levels by their documented offsets; sides by their column. */
function levelsOf(words: Int32Array, at: number, levels: number, column: 0 | 1): PlainLevel[] {
  const told: PlainLevel[] = [];
  for (let i = 0; i < levels; i++) {
    const level = at + 12 + i * 8;
    const high = words[level + column * 2 + 1] ?? 0;
    const size = (words[level + 4 + column] ?? 0) >>> 0;
    if (high === 0x7fffffff || size === 0) continue;
    told.push([
      high * WORD + ((words[level + column * 2] ?? 0) >>> 0),
      size,
      words[level + 6 + column] ?? 0,
    ]);
  }
  return told;
}

/** Needs the shared market data. */
describe.skipIf(levelFiles.length === 0)('real files of levels', () => {
  test('are there in both depths', () => {
    expect(new Set(levelFiles.map(([, , levels]) => levels))).toEqual(new Set([1, 10]));
  });

  test.for(levelFiles)('%s: the book is every record’s own', async ([, path, levels]) => {
    const stream = await DbnStream.open(path);
    const extra = stream.metadata?.hasTsOut === true ? 2 : 0;
    const books = new Map<number, readonly [LevelTranslator, OrderBook, LevelOrders]>();
    let compared = 0;
    try {
      for (let block = await stream.next(); block !== undefined; block = await stream.next()) {
        const { words, from, to } = block;
        for (let at = from; at < to; at += stream.recordWords(at)) {
          if (stream.recordWords(at) !== 12 + levels * 8 + extra) continue;
          const instrument = words[at + 1] ?? 0;
          const known = books.get(instrument);
          const [translator, book, orders] = known ?? [
            new LevelTranslator(levels),
            new OrderBook(UNIT),
            new LevelOrders(),
          ];
          books.set(instrument, [translator, book, orders]);
          translator.onRecord(words, at);
          const { words: events, count } = translator.takeBatch(true);
          expect(count).toBeGreaterThan(0);
          for (let event = 0; event < count * EVENT_WORDS; event += EVENT_WORDS) {
            book.apply(events, event, compared);
            orders.onEvent(events, event);
          }
          const ordersAt = (side: 'bid' | 'ask') => (tick: number) =>
            orders.at(side, tick * UNIT) ?? 0;
          expect(bestOf(book.bids, 99, UNIT, ordersAt('bid'))).toEqual(
            levelsOf(words, at, levels, 0),
          );
          expect(bestOf(book.asks, 99, UNIT, ordersAt('ask'))).toEqual(
            levelsOf(words, at, levels, 1),
          );
          expect(Object.values(book.anomalies).every((anomaly) => anomaly === 0)).toBe(true);
          compared++;
        }
      }
    } finally {
      await stream.close();
    }
    expect(compared).toBeGreaterThan(0);
  });

  test('the trades of the mbp-1 file of ESU4 are those of its trades file', async () => {
    const tapes = await Promise.all(
      ['mbp-1', 'trades'].map(async (schema) => {
        const [path = ''] = found(schema).filter((each) => each.includes('futures_'));
        const feed = await openDbnFeed({ files: [path], symbol: 'ESU4' });
        const tape: string[] = [];
        for (let batch = await feed.next(); batch !== undefined; batch = await feed.next()) {
          for (let at = 0; at < batch.count * EVENT_WORDS; at += EVENT_WORDS) {
            const { words } = batch;
            const tags = words[at + WORD_TAGS] ?? 0;
            if (((tags >> 16) & 0xff) !== ACTION_TRADE) continue;
            tape.push(
              [
                words[at + 2],
                words[at + 3],
                eventPriceOf(words, at),
                words[at + WORD_SIZE],
                tags >>> 24,
                words[at + 13],
              ].join(),
            );
          }
        }
        await feed.close();
        return tape;
      }),
    );
    expect(tapes[0]).toEqual(tapes[1]);
    expect(tapes[0]?.length).toBe(120);
  });
});
