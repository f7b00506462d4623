import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/domain/random.ts';
import { dayOf, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND } from '../../../src/domain/time.ts';
import { GeneratedMarket } from '../../../src/simulation/generated/generated-market.ts';
import { drawScenario, type StretchKind } from '../../../src/simulation/generated/scenario.ts';
import { NaiveBook, type PlainEvent, plainEvents } from '../../support/market-replay.ts';

const OPEN = 13.5 * NS_PER_HOUR;
const TICK = 10_000_000;
const DAY = dayOf(2025, 10, 15);

interface Shown {
  /** Events of the stretch, after a calm beginning of 90 s. */
  readonly events: readonly PlainEvent[];
  /** Mid prices in ticks: at the stretch's beginning and end. */
  readonly before: number;
  readonly after: number;
  /** Highest and lowest trade of the calm beginning, in ticks. */
  readonly high: number;
  readonly low: number;
  /** Best bids and asks after each group of the stretch, in ticks. */
  readonly bids: readonly number[];
  readonly asks: readonly number[];
  /** Share of the moments at which one of the best 20 bids is above 3 times the mean of the others, and above 300. */
  readonly wallShare: number;
}

function show(kind: StretchKind, ticks: number, seconds = 90): Shown {
  const from = OPEN + 90 * NS_PER_SECOND;
  const to = from + seconds * NS_PER_SECOND;
  const market = new GeneratedMarket({
    symbol: 'TSLA',
    day: DAY,
    begin: OPEN - NS_PER_MINUTE,
    sessionOpen: OPEN,
    sessionClose: to,
    seed: 5,
    events: 36_000,
    tradeFactor: 1.5,
    wander: 0.4,
    startPriceNanos: 250_000_000_000,
    tickNanos: TICK,
    scenario: [
      { from: OPEN, to: from, kind: 'quiet', ticks: 0 },
      { from, to, kind, ticks },
    ],
  });
  const batches = [];
  for (let batch = market.next(4096); batch; batch = market.next(4096)) batches.push(batch);
  const book = new NaiveBook();
  const events: PlainEvent[] = [];
  const bids: number[] = [];
  const asks: number[] = [];
  let before = Number.NaN;
  let high = Number.NEGATIVE_INFINITY;
  let low = Number.POSITIVE_INFINITY;
  let sequence = 0;
  let walls = 0;
  for (const event of plainEvents(batches, DAY)) {
    if (event.ts >= from && event.sequence !== sequence) {
      const bid = book.bestBid / TICK;
      const ask = book.bestAsk / TICK;
      if (Number.isNaN(before)) before = (bid + ask) / 2;
      bids.push(bid);
      if (hasWall(book)) walls += 1;
      asks.push(ask);
    }
    sequence = event.sequence;
    if (event.ts >= from) events.push(event);
    else if (event.action === 'T' && event.ts >= OPEN) {
      high = Math.max(high, event.price / TICK);
      low = Math.min(low, event.price / TICK);
    }
    if (event.action === 'A' || event.action === 'C') book.apply(event);
  }
  const after = (book.bestBid + book.bestAsk) / 2 / TICK;
  return { events, before, after, high, low, bids, asks, wallShare: walls / bids.length };
}

function hasWall(book: NaiveBook): boolean {
  const sizes: number[] = [];
  for (let price = book.bestBid; sizes.length < 20; price -= TICK) {
    const size = book.sizeAt('B', price);
    if (size > 0) sizes.push(size);
  }
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return sizes.some((size) => size > 300 && size > (3 * (total - size)) / 19);
}

/** Share of the told volume that bought. */
function buyShare(events: readonly PlainEvent[]): number {
  let bought = 0;
  let sold = 0;
  for (const { action, side, size } of events) {
    if (action !== 'T') continue;
    if (side === 'B') bought += size;
    if (side === 'A') sold += size;
  }
  return bought / (bought + sold);
}

/** Most that aggressors of a side traded at one price within ten seconds, and that price in ticks. */
function mostAtOnePrice(
  events: readonly PlainEvent[],
  side: string,
): { volume: number; tick: number } {
  const trades = events.filter((event) => event.action === 'T' && event.side === side);
  let most = { volume: 0, tick: 0 };
  for (const last of trades) {
    const volume = trades
      .filter(
        ({ price, ts }) =>
          price === last.price && ts <= last.ts && ts > last.ts - 10 * NS_PER_SECOND,
      )
      .reduce((sum, { size }) => sum + size, 0);
    if (volume > most.volume) most = { volume, tick: last.price / TICK };
  }
  return most;
}

describe('a planted stretch', () => {
  test('of a trend carries price, flow and book one way', () => {
    const up = show('trend-up', 40);
    const down = show('trend-down', 40);
    expect(up.after - up.before).toBeGreaterThan(28);
    expect(down.after - down.before).toBeLessThan(-28);
    expect(buyShare(up.events)).toBeGreaterThan(0.62);
    expect(buyShare(down.events)).toBeLessThan(0.38);
    const trades = up.events.filter(({ action }) => action === 'T').length;
    expect(trades / 90).toBeGreaterThan(10);
  });

  test('of calm goes nowhere with little traded', () => {
    const { events, before, after } = show('quiet', 0);
    expect(Math.abs(after - before)).toBeLessThan(20);
    const busy = show('trend-up', 40).events;
    const pace = (all: readonly PlainEvent[]): number =>
      all.filter(({ action }) => action === 'T').length / all.length;
    expect(pace(events)).toBeLessThan(pace(busy));
  });

  test('of a breakout trades above the high that stood, and of a breakdown below the low', () => {
    const up = show('breakout', 20);
    const down = show('breakdown', 20);
    expect(up.after).toBeGreaterThan(up.high + 10);
    expect(down.after).toBeLessThan(down.low - 10);
  });

  test('of absorption sells into one bid that holds and is refilled', () => {
    const { events, bids } = show('absorption-bid', 0, 40);
    const { volume, tick } = mostAtOnePrice(events, 'A');
    expect(volume).toBeGreaterThan(1000);
    const held = bids.slice(Math.floor(bids.length * 0.1));
    expect(Math.min(...held)).toBe(tick);
    const added = events
      .filter((event) => event.action === 'A' && event.side === 'B' && event.price === tick * TICK)
      .reduce((sum, { size }) => sum + size, 0);
    expect(added).toBeGreaterThan(1000);
  });

  test('of absorption at an ask buys from one ask that holds', () => {
    const { events, asks } = show('absorption-ask', 0, 40);
    const { volume, tick } = mostAtOnePrice(events, 'B');
    expect(volume).toBeGreaterThan(1000);
    expect(Math.max(...asks.slice(Math.floor(asks.length * 0.1)))).toBe(tick);
  });

  test.for<[StretchKind, string]>([
    ['sweep-up', 'B'],
    ['sweep-down', 'A'],
  ])('of a %s takes several levels with one order', ([kind, side]) => {
    const { events } = show(kind, 6, 30);
    const [first] = events.filter((event) => event.action === 'T' && event.side === side);
    const swept = events.filter((event) => event.action === 'T' && event.ts === first?.ts);
    expect(new Set(swept.map(({ price }) => price)).size).toBeGreaterThanOrEqual(4);
    expect(swept.reduce((sum, { size }) => sum + size, 0)).toBeGreaterThan(300);
  });

  test('of a fakeout rises and then falls below where it began', () => {
    const { before, after, bids } = show('fakeout-up', 12);
    expect(Math.max(...bids) - before).toBeGreaterThan(6);
    expect(after - before).toBeLessThan(-8);
  });

  test('of a rising trend has a wall among the bids most of the time, of a falling one seldom', () => {
    expect(show('trend-up', 40).wallShare).toBeGreaterThan(0.4);
    expect(show('trend-down', 40).wallShare).toBeLessThan(0.2);
  });
});

describe('a drawn scenario', () => {
  test('covers the session without gap or overlap, the same for the same seed', () => {
    const end = OPEN + 6.5 * NS_PER_HOUR;
    const stretches = drawScenario(new Random(3), OPEN, end);
    expect(stretches).toEqual(drawScenario(new Random(3), OPEN, end));
    expect(stretches.map(({ from }) => from)).toEqual([
      OPEN,
      ...stretches.slice(0, -1).map(({ to }) => to),
    ]);
    expect(stretches.at(-1)?.to).toBe(end);
    expect(new Set(stretches.map(({ kind }) => kind)).size).toBeGreaterThan(5);
  });
});
