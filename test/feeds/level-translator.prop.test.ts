import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import { LevelOrders } from '../../src/app/level-orders.ts';
import { EVENT_WORDS, type EventBatch, FLAG_LAST, WORD_TAGS } from '../../src/domain/event.ts';
import { dayOf } from '../../src/domain/time.ts';
import { LevelTranslator } from '../../src/feeds/level-translator.ts';
import { OrderBook } from '../../src/market/book/order-book.ts';
import { EventBatchBuilder } from '../support/event-batch.builder.ts';
import { bestOf, LevelRecorder } from '../support/level-records.ts';

const TICK = 10_000_000;
const DAY = dayOf(2025, 10, 15);

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      isBid: fc.boolean(),
      // five of the ticks are each side's own, two are both's: the book may be locked or crossed
      depth: fc.integer({ min: 0, max: 6 }),
      size: fc.integer({ min: 1, max: 40 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('cancel' as const, 'execute' as const),
      pick: fc.nat(1_000),
      size: fc.integer({ min: 1, max: 60 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const) }) },
);
const steps = fc.array(fc.tuple(fc.constantFrom(0, 1, 1_000_000), step), { maxLength: 80 });

/** Market-by-order events of the steps, each group at its own nanosecond or with the one before. */
function eventsOf(
  list: readonly (readonly [number, typeof step extends fc.Arbitrary<infer T> ? T : never])[],
): EventBatch {
  const builder = new EventBatchBuilder(DAY);
  const live: { id: number; side: 'bid' | 'ask'; price: number; size: number }[] = [];
  let ts = 1_000;
  let id = 0;
  for (const [pause, each] of list) {
    ts += pause;
    if (each.kind === 'clear') {
      builder.clear(ts);
      live.length = 0;
    } else if (each.kind === 'add') {
      const side = each.isBid ? 'bid' : 'ask';
      const price = (10_000 + (each.isBid ? 1 - each.depth : each.depth)) / 100;
      live.push({ id: ++id, side, price, size: each.size });
      builder.add(ts, side, price, each.size, id);
    } else {
      const at = each.pick % Math.max(1, live.length);
      const order = live[at];
      if (order === undefined) continue;
      const part = Math.min(each.size, order.size);
      if (each.kind === 'execute') builder.execute(ts, order.side, order.price, part, order.id);
      else builder.cancel(ts, order.side, order.price, part, order.id);
      order.size -= part;
      if (order.size === 0) live.splice(at, 1);
    }
  }
  return builder.build();
}

property.prop([steps, fc.constantFrom(1, 2, 3, 10)], { numRuns: 200 })(
  'after every record the book has the levels, sizes and counts of that record, and nothing was out of place',
  (list, levels) => {
    const batch = eventsOf(list);
    const recorder = new LevelRecorder(TICK, levels);
    const translator = new LevelTranslator(levels);
    const book = new OrderBook(TICK);
    const orders = new LevelOrders();
    const apply = ({ words, count }: EventBatch): void => {
      for (let at = 0; at < count * EVENT_WORDS; at += EVENT_WORDS) {
        book.apply(words, at, 0);
        orders.onEvent(words, at);
      }
    };
    for (let i = 0; i < batch.count; i++) {
      const record = recorder.record(batch.words, i * EVENT_WORDS, 0);
      if (record === undefined) continue;
      translator.onRecord(record, 0);
      apply(translator.takeBatch(true));
      const ordersAt = (side: 'bid' | 'ask') => (tick: number) => orders.at(side, tick * TICK) ?? 0;
      expect(bestOf(book.bids, 99, TICK, ordersAt('bid'))).toEqual(recorder.bids);
      expect(bestOf(book.asks, 99, TICK, ordersAt('ask'))).toEqual(recorder.asks);
    }
    expect(Object.values(book.anomalies).every((count) => count === 0)).toBe(true);
  },
  20_000,
);

property.prop([steps], { numRuns: 120 })(
  'where all levels are told, what each level gained, lost and traded is what its orders did',
  (list) => {
    const batch = eventsOf(list);
    const exact = new OrderBook(TICK);
    const told = new OrderBook(TICK);
    const recorder = new LevelRecorder(TICK, 10);
    const translator = new LevelTranslator(10);
    for (let i = 0; i < batch.count; i++) {
      const ts = (batch.words[i * EVENT_WORDS + 2] ?? 0) >>> 0;
      exact.apply(batch.words, i * EVENT_WORDS, ts);
      const record = recorder.record(batch.words, i * EVENT_WORDS, ts);
      if (record !== undefined) translator.onRecord(record, 0);
    }
    const translated = translator.takeBatch(true);
    for (let at = 0; at < translated.count * EVENT_WORDS; at += EVENT_WORDS) {
      const ts = (translated.words[at + 2] ?? 0) >>> 0;
      told.apply(translated.words, at, ts);
    }
    // the first record's own level was already there, for all that a file tells: later ones are counted
    const since = (batch.words[2] ?? 0) >>> 0;
    for (const sign of [1, -1] as const) {
      for (let tick = 9_990; tick <= 10_010; tick++) {
        expect(told.addedSince(sign, tick, since)).toBe(exact.addedSince(sign, tick, since));
        expect(told.pulledSince(sign, tick, since)).toBe(exact.pulledSince(sign, tick, since));
        expect(told.netSince(sign, tick, since)).toBe(exact.netSince(sign, tick, since));
      }
    }
  },
  20_000,
);

property.prop([steps, fc.constantFrom(1, 3), fc.array(fc.boolean(), { maxLength: 80 })])(
  'handed over in any pieces the events are the same, and every time has its last one flagged',
  (list, levels, cuts) => {
    const batch = eventsOf(list);
    const play = (isCut: (record: number) => boolean): number[] => {
      const recorder = new LevelRecorder(TICK, levels);
      const translator = new LevelTranslator(levels);
      const words: number[] = [];
      const take = (all: boolean): void => {
        const { words: events, count } = translator.takeBatch(all);
        words.push(...events.subarray(0, count * EVENT_WORDS));
      };
      let records = 0;
      for (let i = 0; i < batch.count; i++) {
        const record = recorder.record(batch.words, i * EVENT_WORDS, 0);
        if (record === undefined) continue;
        translator.onRecord(record, 0);
        if (isCut(records++)) take(false);
      }
      take(true);
      return words;
    };
    const whole = play(() => false);
    expect(play((record) => cuts[record] ?? true)).toEqual(whole);
    for (let at = 0; at < whole.length; at += EVENT_WORDS) {
      const isTimesLast = whole[at + 2] !== whole[at + EVENT_WORDS + 2];
      if (isTimesLast) expect((whole[at + WORD_TAGS] ?? 0) & FLAG_LAST).toBe(FLAG_LAST);
    }
  },
  20_000,
);
