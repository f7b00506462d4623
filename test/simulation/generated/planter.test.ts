import { beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../../src/domain/random.ts';
import { dayOf, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND } from '../../../src/domain/time.ts';
import { GeneratedMarket } from '../../../src/simulation/generated/generated-market.ts';
import {
  layPlants,
  PLANT_KINDS,
  type Plant,
  type PlantedEvent,
  type PlantKind,
} from '../../../src/simulation/generated/plant.ts';
import { NaiveBook, type PlainEvent, plainEvents } from '../../support/market-replay.ts';

const OPEN = 13.5 * NS_PER_HOUR;
const CLOSE = OPEN + 60 * NS_PER_MINUTE;
const DAY = dayOf(2025, 10, 15);
const TICK = 10_000_000;

interface Day {
  readonly planted: readonly PlantedEvent[];
  readonly events: readonly PlainEvent[];
}

function generate(plants: readonly Plant[], seed = 3): Day {
  const market = new GeneratedMarket({
    symbol: 'TSLA',
    day: DAY,
    begin: OPEN - NS_PER_MINUTE,
    sessionOpen: OPEN,
    sessionClose: CLOSE,
    seed,
    events: 90_000,
    startPriceNanos: 250_000_000_000,
    tickNanos: TICK,
    wander: 0.3,
    plants,
  });
  const batches = [];
  for (let batch = market.next(4096); batch; batch = market.next(4096)) batches.push(batch);
  return { planted: market.planted, events: [...plainEvents(batches, DAY)] };
}

const COUNTS: readonly (readonly [PlantKind, number])[] = PLANT_KINDS.map((kind) => [
  kind,
  kind === 'trend' ? 1 : kind === 'breakout' ? 2 : 4,
]);

describe('planted events', () => {
  let day: Day = { planted: [], events: [] };
  beforeAll(() => {
    day = generate(layPlants(COUNTS, OPEN, CLOSE, new Random(1)));
  });
  const of = (kind: PlantKind): PlantedEvent[] =>
    day.planted.filter((event) => event.kind === kind);
  const prints = ({ start, end }: PlantedEvent): PlainEvent[] =>
    day.events.filter(({ action, ts }) => action === 'T' && ts >= start && ts <= end);

  test('all happen, in the order of time, none inside another', () => {
    expect(PLANT_KINDS.map((kind) => [kind, of(kind).length])).toEqual(COUNTS);
    const ends = day.planted.map(({ end }) => end);
    expect(day.planted.slice(1).every(({ start }, n) => start > (ends[n] ?? 0))).toBe(true);
  });

  test('go through the book: no order is unknown, overdrawn or out of turn, and it never crosses', () => {
    const book = new NaiveBook();
    const faults: string[] = [];
    let fill: PlainEvent | undefined;
    let sequence = 0;
    for (const event of day.events) {
      if (event.sequence !== sequence && book.bestBid >= book.bestAsk)
        faults.push(`crossed before ${event.sequence}`);
      sequence = event.sequence;
      if (event.action === 'F') {
        fill = event;
        const side = event.side === 'A' ? 'A' : 'B';
        if (book.frontOf(side, event.price) !== event.orderId)
          faults.push(`${event.orderId} is not in front`);
        const best = side === 'A' ? book.bestAsk : book.bestBid;
        if (event.price !== best) faults.push(`${event.orderId} is not at the best price`);
      }
      if (event.action !== 'A' && event.action !== 'C') continue;
      const fault = book.apply(event);
      if (fault !== undefined) faults.push(fault);
    }
    expect(fill).toBeDefined();
    expect(faults).toEqual([]);
  });

  test('have books that whoever reads the feed arrives at', () => {
    for (const { after, before } of day.planted) {
      for (const figures of [before, after]) {
        const session = day.events.filter(
          ({ action, ts }) => action === 'T' && ts >= OPEN && ts <= figures.ts,
        );
        expect(figures.volume).toBe(session.reduce((sum, { size }) => sum + size, 0));
        expect(figures.notional).toBe(
          session.reduce((sum, { size, price }) => sum + BigInt(size) * BigInt(price), 0n),
        );
        expect(figures.high).toBe(Math.max(...session.map(({ price }) => price)));
        expect(figures.low).toBe(Math.min(...session.map(({ price }) => price)));
      }
    }
  });

  test('of absorption and icebergs trade only at their level, which stands', () => {
    for (const event of [...of('absorption'), ...of('iceberg')]) {
      expect(new Set(event.ticks)).toEqual(new Set([event.price / TICK]));
      expect(event.volume).toBeGreaterThanOrEqual(2000);
      expect(event.end - event.start).toBeGreaterThan(NS_PER_SECOND);
      const sign = event.side === 'BUY' ? 1 : -1;
      expect(Math.sign(event.signedVolume)).toBe(-sign);
      const worst = prints(event).map(({ price }) => (price - event.price) * sign);
      expect(Math.min(...worst)).toBeGreaterThanOrEqual(-TICK);
    }
  });

  test('of icebergs come from one price in small parts', () => {
    for (const event of of('iceberg')) {
      const shown = day.events.filter(
        ({ action, price, size, ts }) =>
          action === 'A' &&
          price === event.price &&
          size === 200 &&
          ts >= event.start &&
          ts <= event.end,
      );
      expect(shown.length).toBeGreaterThan(4);
    }
  });

  test('of sweeps are one time stamp through four levels or more, as told', () => {
    for (const event of of('sweep')) {
      expect(event.start).toBe(event.end);
      expect(new Set(event.ticks).size).toBeGreaterThanOrEqual(4);
      expect(prints(event).map(({ size, price }) => [size, price / TICK])).toEqual(
        event.sizes.map((size, n) => [size, event.ticks[n]]),
      );
    }
  });

  test('of spoofs are shown and pulled untouched', () => {
    for (const event of of('spoof')) {
      const side = event.side === 'BUY' ? 'B' : 'A';
      const here = day.events.filter(
        ({ side: at, price, ts }) =>
          at === side && price === event.price && ts >= event.start && ts <= event.end,
      );
      const sum = (action: string): number =>
        here
          .filter((entry) => entry.action === action)
          .reduce((total, { size }) => total + size, 0);
      expect(sum('F')).toBe(0);
      expect(sum('A')).toBeGreaterThanOrEqual(event.volume);
      expect(sum('C')).toBeGreaterThanOrEqual(event.volume);
      expect(event.volume).toBeGreaterThanOrEqual(1800);
    }
  });

  test('of breakouts go beyond an extreme that stood for a minute', () => {
    for (const event of of('breakout')) {
      const sign = event.side === 'BUY' ? 1 : -1;
      const earlier = day.events.filter(
        ({ action, ts }) => action === 'T' && ts >= OPEN && ts < event.start,
      );
      const extreme = Math.max(...earlier.map(({ price }) => sign * price));
      expect(sign * event.price).toBe(extreme);
      const first = earlier.find(({ price }) => sign * price === extreme);
      expect(event.start - (first?.ts ?? 0)).toBeGreaterThan(NS_PER_MINUTE);
      expect(event.ticks.every((tick) => (tick * TICK - event.price) * sign > 0)).toBe(true);
    }
  });

  test('of trends trade one way for five minutes', () => {
    for (const event of of('trend')) {
      const sign = event.side === 'BUY' ? 1 : -1;
      expect(event.signedVolume * sign).toBeGreaterThan(0.5 * event.volume);
      expect(event.end - event.start).toBeGreaterThan(5 * NS_PER_MINUTE);
    }
  });

  test('of halts are silent from the halt to the auction, but for the status', () => {
    for (const event of of('halt')) {
      const inside = day.events.filter(({ ts }) => ts >= event.start && ts <= event.end);
      expect(inside.map(({ action, size }) => [action, size])).toEqual([
        ['S', 1],
        ['S', 2],
        ['S', 0],
        ['T', event.volume],
      ]);
    }
  });
});

test('events are planted where and as large as asked for, the same for the same arguments', () => {
  const plants: Plant[] = [
    { kind: 'absorption', at: OPEN + 4 * NS_PER_MINUTE, side: -1, size: 5000, seconds: 8 },
    { kind: 'sweep', at: OPEN + 6 * NS_PER_MINUTE, side: 1, size: 1500 },
  ];
  const { planted } = generate(plants);
  const [absorption, sweep] = planted;
  expect(absorption).toMatchObject({ kind: 'absorption', side: 'SELL' });
  expect(absorption?.volume).toBeGreaterThanOrEqual(4500);
  expect(absorption?.volume).toBeLessThanOrEqual(5300);
  expect((absorption?.start ?? 0) - OPEN - 4 * NS_PER_MINUTE).toBeLessThan(NS_PER_SECOND);
  expect(sweep).toMatchObject({ kind: 'sweep', side: 'BUY', start: OPEN + 6 * NS_PER_MINUTE });
  expect(sweep?.volume).toBeGreaterThanOrEqual(1500);
  expect(generate(plants).planted).toEqual(planted);
});

test('more events than a session has room for are refused', () => {
  expect(() => layPlants([['trend', 20]], OPEN, CLOSE, new Random(1))).toThrow(
    new RangeError('the planted events need 134 minutes, more than the session has'),
  );
});
