import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MarketSample } from '../../../src/app/thresholds/market-sample.ts';
import { quantileOf } from '../../../src/app/thresholds/measure-thresholds.ts';
import { SessionSchedule } from '../../../src/domain/session-schedule.ts';
import { dayOf, NS_PER_HOUR, NS_PER_SECOND } from '../../../src/domain/time.ts';
import { OrderBook } from '../../../src/market/book/order-book.ts';
import { MarketAnalysis } from '../../../src/market/market-analysis.ts';
import { SPEC_ANALYZERS } from '../../support/analyzer-settings.ts';
import { EventBatchBuilder } from '../../support/event-batch.builder.ts';
import { readCalendar, STOCK } from '../../support/market-rig.ts';

const DAY = dayOf(2025, 10, 15);
const OPEN = 13.5 * NS_PER_HOUR;
const SESSION = { open: OPEN, close: OPEN + 6.5 * NS_PER_HOUR };
const WINDOWS = { tapeSecs: 5, absorptionSecs: 10, levels: 20 };

function sampleOf(events: EventBatchBuilder, levels = 20) {
  const book = new OrderBook(STOCK.tickNanos);
  const sample = new MarketSample(book, SESSION, DAY, { ...WINDOWS, levels });
  sample.take(events.build());
  sample.finish();
  return sample;
}

const at = (seconds: number): number => OPEN + seconds * NS_PER_SECOND;

test('measures once a second what stood there, from the first full window to the last event', () => {
  const events = new EventBatchBuilder(DAY)
    .add(at(-1), 'bid', 100, 300, 1)
    .add(at(0), 'ask', 100.02, 500, 2)
    .print(at(0.5), 'buy', 100.02, 40)
    .print(at(4.2), 'sell', 100, 10)
    .print(at(6.2), 'sell', 100, 20)
    .add(at(8.1), 'ask', 100.03, 7, 3);
  const { measured, first, last, trades, volume } = sampleOf(events);
  expect([first, last, trades, volume]).toEqual([at(0), at(8), 3, 70]);
  expect(measured.tradesPerSecond).toEqual([0.4, 0.2, 0.4, 0.4]);
  expect(measured.stuckVolume).toEqual([40, 40, 40, 40]);
  expect(measured.spread).toEqual([0.02, 0.02, 0.02, 0.02]);
  expect(measured.levelSize).toEqual([300, 500, 300, 500, 300, 500, 300, 500]);
  expect(measured.silence).toEqual([0.8, 1.8, 0.8, 1.8]);
  expect(measured.minuteRange).toEqual([0.02]);
  expect(measured.footprintSize.toSorted((a, b) => a - b)).toEqual([30, 40]);
});

test('the trades of one aggressor order are one print, and sides apart are two', () => {
  const events = new EventBatchBuilder(DAY)
    .print(at(1), 'buy', 100, 10)
    .print(at(1), 'buy', 100.01, 20)
    .print(at(1), 'sell', 100, 5)
    .print(at(2), 'buy', 100, 7)
    .print(at(3), 'none', 100, 1)
    .print(at(3), 'none', 100, 2);
  expect(sampleOf(events).measured.printSize).toEqual([30, 5, 7, 1, 2]);
});

test('what lies outside the session is not measured', () => {
  const events = new EventBatchBuilder(DAY)
    .print(at(-10), 'buy', 100, 999)
    .print(at(1), 'buy', 100, 1)
    .print(SESSION.close, 'buy', 100, 999);
  const { trades, last, measured } = sampleOf(events);
  expect([trades, last]).toEqual([1, SESSION.close - NS_PER_SECOND]);
  expect(measured.tradesPerSecond).toHaveLength(6.5 * 3600 - 6);
});

test('only the best levels count', () => {
  const events = new EventBatchBuilder(DAY)
    .add(at(0), 'bid', 100, 1, 1)
    .add(at(0), 'bid', 99.99, 2, 2)
    .add(at(0), 'ask', 100.01, 3, 3)
    .add(at(0), 'ask', 100.02, 4, 4)
    .print(at(5.5), 'buy', 100.01, 1);
  expect(sampleOf(events, 1).measured.levelSize).toEqual([1, 3]);
});

test('the rate is the tape’s velocity at every second', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 3_000_000_000 }), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(gaps, (steps) => {
      const events = new EventBatchBuilder(DAY).print(at(0), 'buy', 100, 1);
      const times = [at(0)];
      let now = at(0);
      for (const step of steps) {
        now += step;
        times.push(now);
        events.print(now, 'buy', 100, 1);
      }
      events.add(now + 7 * NS_PER_SECOND, 'bid', 99, 1, 1);
      const { measured } = sampleOf(events);
      const analysis = new MarketAnalysis({
        instrument: STOCK,
        book: new OrderBook(STOCK.tickNanos, 10),
        settings: SPEC_ANALYZERS,
        schedule: new SessionSchedule(readCalendar('us-equities'), DAY),
        history: { sessions: [], intradayCurve: null },
      });
      measured.tradesPerSecond.forEach((rate, index) => {
        const moment = at(5 + index);
        while ((times[0] ?? Number.POSITIVE_INFINITY) <= moment)
          analysis.onTrade(times.shift() ?? 0, 100e9, 1, 1, false, 0, 0);
        expect(rate).toBe(analysis.tape.velocity(moment));
      });
      expect(measured.tradesPerSecond.length).toBeGreaterThan(0);
    }),
    { numRuns: 100 },
  );
});

describe('a quantile', () => {
  test.for([
    [0, 1],
    [0.25, 1],
    [0.26, 2],
    [0.5, 2],
    [0.75, 3],
    [0.99, 4],
    [1, 4],
  ] as const)('of %d of 1, 2, 3, 4 is %d', ([quantile, value]) => {
    expect(quantileOf(Float64Array.of(1, 2, 3, 4), quantile)).toBe(value);
  });

  test('of nothing is not known', () => {
    expect(quantileOf(new Float64Array(0), 0.5)).toBeNull();
  });
});
