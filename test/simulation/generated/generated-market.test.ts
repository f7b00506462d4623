import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { EVENT_BYTES, type EventBatch, MBO_HEAD } from '../../../src/domain/event.ts';
import { dayOf, NS_PER_HOUR, NS_PER_MINUTE } from '../../../src/domain/time.ts';
import {
  GENERATED_INSTRUMENT_ID,
  GeneratedMarket,
  type GeneratedMarketOptions,
} from '../../../src/simulation/generated/generated-market.ts';
import { NaiveBook, type PlainEvent, plainEvents } from '../../support/market-replay.ts';

const OPEN = 13.5 * NS_PER_HOUR;
const SMALL: GeneratedMarketOptions = {
  symbol: 'TSLA',
  day: dayOf(2025, 10, 15),
  begin: OPEN - NS_PER_MINUTE,
  sessionOpen: OPEN,
  sessionClose: OPEN + 10 * NS_PER_MINUTE,
  seed: 11,
  events: 40_000,
  startPriceNanos: 250_000_000_000,
  tickNanos: 10_000_000,
};

function batchesOf(options: GeneratedMarketOptions, maxRecords = 4096): EventBatch[] {
  const market = new GeneratedMarket(options);
  const batches: EventBatch[] = [];
  for (let batch = market.next(maxRecords); batch; batch = market.next(maxRecords))
    batches.push(batch);
  return batches;
}

function digestOf(batches: readonly EventBatch[]): string {
  const hash = createHash('sha256');
  for (const { words, count } of batches) {
    hash.update(new Uint8Array(words.buffer, words.byteOffset, count * EVENT_BYTES));
  }
  return hash.digest('hex');
}

function eventsOf(options: GeneratedMarketOptions): PlainEvent[] {
  return [...plainEvents(batchesOf(options), options.day)];
}

describe('a generated market', () => {
  test('gives the bytes it always gave; GENERATOR_VERSION goes up with this constant', () => {
    expect(digestOf(batchesOf(SMALL))).toBe(
      'e59435475d1ddd8aeac214e315316aedd5ff011c1c512a781c94cd6940d9811f',
    );
  });

  test.for([1, 7, 1000, 100_000])('does not depend on batches of %i records', (maxRecords) => {
    const options = { ...SMALL, events: 3000 };
    const batches = batchesOf(options, maxRecords);
    expect(Math.max(...batches.map((batch) => batch.count))).toBeLessThanOrEqual(maxRecords);
    expect(digestOf(batches)).toBe(digestOf(batchesOf(options)));
  });

  test.for<Partial<GeneratedMarketOptions>>([
    { seed: 12 },
    { symbol: 'NVDA' },
    { startPriceNanos: 180_000_000_000 },
  ])('is another one with %o', (change) => {
    const options = { ...SMALL, events: 3000 };
    expect(digestOf(batchesOf({ ...options, ...change }))).not.toBe(digestOf(batchesOf(options)));
  });

  test.for([1, 2, 3, 4, 400, 5001])('has exactly the %i events asked for', (events) => {
    expect(eventsOf({ ...SMALL, events })).toHaveLength(events);
  });

  test('fills a low-priced stock’s short ladder too, and says which prices are too low', () => {
    const options = { ...SMALL, events: 20_000, startPriceNanos: 10_000_000_000 };
    expect(eventsOf(options)).toHaveLength(20_000);
    expect(() => new GeneratedMarket({ ...options, startPriceNanos: 9_000_000_000 })).toThrow(
      new RangeError('the start price is 900 ticks; 1000 are needed'),
    );
  });

  test('begins with a clear of the book and heads every record as XNAS does', () => {
    const [first] = batchesOf({ ...SMALL, events: 10 });
    const heads = new Set<number>();
    const instruments = new Set<number>();
    for (let n = 0; n < 10; n += 1) {
      heads.add(first?.words[n * 14] ?? 0);
      instruments.add(first?.words[n * 14 + 1] ?? 0);
    }
    expect([heads, instruments]).toEqual([
      new Set([MBO_HEAD | (2 << 16)]),
      new Set([GENERATED_INSTRUMENT_ID]),
    ]);
    const [clear, add] = eventsOf({ ...SMALL, events: 2 });
    expect(clear).toMatchObject({
      action: 'R',
      side: 'N',
      flags: 8,
      orderId: 0n,
      size: 0,
      ts: SMALL.begin,
    });
    expect(add).toMatchObject({ action: 'A' });
  });

  test('keeps an independent book whole: queue order, sizes, grammar, time, and never crossed', () => {
    const book = new NaiveBook();
    const faults: string[] = [];
    const groups: PlainEvent[][] = [];
    let previous: PlainEvent | undefined;
    const check = (isRight: boolean, what: string, event: PlainEvent): void => {
      if (!isRight) faults.push(`${what} at sequence ${event.sequence}`);
    };
    for (const event of eventsOf(SMALL)) {
      if (previous !== undefined) {
        check(event.ts >= previous.ts && event.recv >= previous.recv, 'time went back', event);
        check(event.sequence >= previous.sequence, 'sequence went back', event);
      }
      check(event.recv - event.ts === event.lag && event.lag > 0, 'lag', event);
      if (event.sequence === previous?.sequence) groups.at(-1)?.push(event);
      else groups.push([event]);
      previous = event;
    }
    for (const group of groups) {
      const [first] = group;
      if (first === undefined) continue;
      const grammar = group.map(({ action }) => action).join('');
      check(['R', 'A', 'C', 'CA', 'T', 'TFC'].includes(grammar), `group ${grammar}`, first);
      if (grammar === 'CA')
        check(group[0]?.flags === 0 && (group[1]?.flags ?? 0) >= 128, 'flags', first);
      if (grammar === 'T') check(first.side === 'N' && first.orderId === 0n, 'hidden', first);
      const [trade, fill, cancel] = group;
      if (grammar === 'TFC' && trade && fill && cancel) {
        const resting = trade.side === 'B' ? 'A' : 'B';
        check(
          trade.side !== 'N' && fill.side === resting && cancel.side === resting,
          'sides',
          first,
        );
        check(
          new Set(group.map(({ size, price }) => `${size}@${price}`)).size === 1,
          'unequal',
          first,
        );
        check(new Set(group.map(({ flags }) => flags)).size === 1, 'flags', first);
        check(fill.orderId === cancel.orderId, 'ids', first);
        check(book.frontOf(resting, fill.price) === fill.orderId, 'not in front', first);
        const best = resting === 'A' ? book.bestAsk : book.bestBid;
        check(fill.price === best, 'not at the best price', first);
      }
      for (const event of group) {
        if (event.action !== 'A' && event.action !== 'C') continue;
        check(event.orderId > 2n ** 32n, 'small id', event);
        const fault = book.apply(event);
        if (fault !== undefined) faults.push(fault);
      }
      check(book.bestBid < book.bestAsk, 'crossed', first);
    }
    expect(faults).toEqual([]);
    expect(previous?.ts).toBeLessThan(SMALL.sessionClose);
  });

  test('has the mix, the spread and the depth of a busy stock', () => {
    const book = new NaiveBook();
    const counts: Record<string, number> = {};
    const spreads: number[] = [];
    const depths: number[] = [];
    const options = { ...SMALL, events: 60_000 };
    let n = 0;
    for (const event of eventsOf(options)) {
      counts[event.action] = (counts[event.action] ?? 0) + 1;
      if (event.action === 'A' || event.action === 'C') book.apply(event);
      n += 1;
      if (event.ts < OPEN || n % 200 !== 0) continue;
      spreads.push((book.bestAsk - book.bestBid) / 10_000_000);
      for (let level = 0; level < 10; level += 1) {
        depths.push(book.sizeAt('B', book.bestBid - level * 10_000_000));
        depths.push(book.sizeAt('A', book.bestAsk + level * 10_000_000));
      }
    }
    const share = (action: string): number => (counts[action] ?? 0) / options.events;
    expect(share('A')).toBeGreaterThan(0.42);
    expect(share('A')).toBeLessThan(0.5);
    expect(share('C')).toBeGreaterThan(0.42);
    expect(share('C')).toBeLessThan(0.5);
    expect(share('T')).toBeGreaterThan(0.015);
    expect(share('T')).toBeLessThan(0.06);
    expect(share('F')).toBeLessThan(share('T'));
    spreads.sort((a, b) => a - b);
    expect(spreads[Math.floor(spreads.length / 2)]).toBeLessThanOrEqual(2);
    expect(spreads[Math.floor(spreads.length * 0.99)]).toBeLessThanOrEqual(4);
    const mean = depths.reduce((sum, size) => sum + size, 0) / depths.length;
    expect(mean).toBeGreaterThan(100);
    expect(mean).toBeLessThan(600);
  });

  test('clusters its messages: most gaps are microseconds, few are long', () => {
    const gaps: number[] = [];
    let previous = 0;
    for (const { ts } of eventsOf(SMALL)) {
      if (ts >= OPEN && previous >= OPEN && ts > previous) gaps.push(ts - previous);
      previous = ts;
    }
    const bursts = gaps.filter((gap) => gap >= 1_500 && gap <= 40_001).length / gaps.length;
    expect(bursts).toBeGreaterThan(0.5);
    expect(bursts).toBeLessThan(0.7);
  });

  test('has about 4 % of a day before the open, and more in the first half hour than at noon', () => {
    const day = {
      ...SMALL,
      begin: 8 * NS_PER_HOUR,
      sessionClose: 20 * NS_PER_HOUR,
      events: 50_000,
    };
    const times = eventsOf(day).map(({ ts }) => ts);
    const within = (from: number, hours: number): number =>
      times.filter((ts) => ts >= from && ts < from + hours * NS_PER_HOUR).length / times.length;
    expect(within(8 * NS_PER_HOUR, 5.5)).toBeGreaterThan(0.02);
    expect(within(8 * NS_PER_HOUR, 5.5)).toBeLessThan(0.07);
    expect(within(OPEN, 1)).toBeGreaterThan(within(16 * NS_PER_HOUR, 1));
  });
});
