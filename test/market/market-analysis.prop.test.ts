import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { STATUS_HALTED, STATUS_TRADING } from '../../src/domain/event.ts';
import { MarketRig, STOCK } from '../support/market-rig.ts';
import { comparable, type ReferenceHistory, referenceState } from '../support/reference-state.ts';

const SECOND = 1_000_000_000;
const HOUR = 3600 * SECOND;

/** One event; `gap` is the time since the one before, 0 for the same time stamp. */
interface Step {
  readonly gap: number;
  readonly kind: 'trade' | 'bid' | 'ask' | 'cancel' | 'status';
  readonly tick: number;
  readonly offGrid: number;
  readonly size: number;
  readonly sign: 1 | -1 | 0;
  readonly isCross: boolean;
  readonly pick: number;
}

const gaps = fc.oneof(
  { weight: 8, arbitrary: fc.constant(0) },
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 400_000_000 }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      1,
      SECOND,
      2 * SECOND,
      5 * SECOND,
      5 * SECOND - 1,
      10 * SECOND,
      60 * SECOND,
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(30 * SECOND, 61 * SECOND, 240 * SECOND, 900 * SECOND) },
);

function steps(spread: number): fc.Arbitrary<Step[]> {
  const step: fc.Arbitrary<Step> = fc.record({
    gap: gaps,
    kind: fc.oneof(
      { weight: 10, arbitrary: fc.constant('trade' as const) },
      { weight: 5, arbitrary: fc.constantFrom('bid' as const, 'ask' as const) },
      { weight: 4, arbitrary: fc.constant('cancel' as const) },
      { weight: 1, arbitrary: fc.constant('status' as const) },
    ),
    tick: fc.integer({ min: 25_000 - spread, max: 25_000 + spread }),
    offGrid: fc.oneof(
      { weight: 6, arbitrary: fc.constant(0) },
      fc.constantFrom(1, 5_000_000, 9_999_999),
    ),
    size: fc.oneof(fc.integer({ min: 1, max: 120 }), fc.constantFrom(50, 100, 300, 301, 800)),
    sign: fc.constantFrom(1, -1, -1, 0),
    isCross: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
    pick: fc.nat(),
  });
  return fc.array(step, { minLength: 1, maxLength: 70, size: 'max' });
}

/** Sellers and buyers hitting two or three levels over a thin book, with a rare print or cancel that ends it. */
function battle(): fc.Arbitrary<Step[]> {
  const step: fc.Arbitrary<Step> = fc.record({
    gap: fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 8, arbitrary: fc.integer({ min: 1, max: 900_000_000 }) },
      { weight: 1, arbitrary: fc.constantFrom(SECOND, 9 * SECOND, 30 * SECOND) },
    ),
    kind: fc.constantFrom(
      'trade' as const,
      'trade' as const,
      'trade' as const,
      'bid' as const,
      'ask' as const,
      'cancel' as const,
    ),
    tick: fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom(25_000, 25_000, 25_001) },
      { weight: 1, arbitrary: fc.integer({ min: 24_985, max: 25_015 }) },
    ),
    offGrid: fc.constantFrom(0, 0, 0, 5_000_000),
    size: fc.oneof(fc.integer({ min: 1, max: 90 }), fc.constantFrom(500, 600)),
    sign: fc.constantFrom(1, -1, -1, -1, 0),
    isCross: fc.constant(false),
    pick: fc.nat(),
  });
  return fc.array(step, { minLength: 20, maxLength: 60, size: 'max' });
}

/** 2025-10-15 in UTC, New York being four hours behind; the next day's session a day later. */
function dayAt(ts: number): ReturnType<ReferenceHistory['dayAt']> {
  const start = Math.floor((ts - 4 * HOUR) / (24 * HOUR)) * 24 * HOUR + 4 * HOUR;
  const [open, close] = [start + 9.5 * HOUR, start + 16 * HOUR];
  return { start, end: start + 24 * HOUR, open, close, midnight: start, isShort: false };
}

/** More sessions than count, growing in steps that differ. */
const SESSIONS = Array.from({ length: 33 }, (_, k) => {
  let sum = 0;
  return Array.from({ length: 390 }, (__, minute) => (sum += ((minute * 7 + k * 13) % 29) + k));
});

/** Plays the steps to both and compares them at the end of each time stamp and somewhere before the next. */
function play(
  begin: number,
  script: readonly Step[],
  onState: (isAbsorbed: boolean) => void,
): void {
  const rig = new MarketRig({ history: { sessions: SESSIONS, intradayCurve: null } });
  const orders: { id: number; side: 'bid' | 'ask'; tick: number; size: number }[] = [];
  const history: ReferenceHistory = {
    symbol: STOCK.symbol,
    tickNanos: STOCK.tickNanos,
    trades: [],
    books: [],
    resumptions: [],
    dayAt,
    sessions: SESSIONS,
  };
  const levels = (side: 'bid' | 'ask'): [number, number][] => {
    const sizes = new Map<number, number>();
    for (const o of orders)
      if (o.side === side) sizes.set(o.tick, (sizes.get(o.tick) ?? 0) + o.size);
    return [...sizes].sort(([a], [b]) => (side === 'bid' ? b - a : a - b));
  };
  let ts = begin;
  let isHalted = false;
  for (const [i, step] of script.entries()) {
    if (i > 0) ts += step.gap;
    const next = script[i + 1];
    rig.moveTo(ts);
    const before = history.books.filter((b) => b.ts < ts).at(-1);
    if (step.kind === 'trade') {
      const price = step.tick * STOCK.tickNanos + step.offGrid;
      const { size, sign, isCross } = step;
      rig.tradeNanos(ts, price, size, sign, { isCross });
      const bid = before?.bids[0]?.[0] ?? null;
      const ask = before?.asks[0]?.[0] ?? null;
      history.trades.push({ ts, price, size, told: sign, isCross, bid, ask });
    } else if (step.kind === 'status') {
      // a print that its own time stamp's resumption follows is not looked at again
      if (history.trades.at(-1)?.ts !== ts) {
        if (isHalted) history.resumptions.push(ts);
        rig.status(ts, isHalted ? STATUS_TRADING : STATUS_HALTED);
        isHalted = !isHalted;
      }
    } else if (step.kind === 'cancel') {
      const order = orders[step.pick % Math.max(1, orders.length)];
      if (order !== undefined) {
        const size = Math.min(order.size, step.size);
        rig.cancel(ts, order.id, size);
        order.size -= size;
        if (order.size === 0) orders.splice(orders.indexOf(order), 1);
      }
    } else {
      const id = rig.add(ts, step.kind, step.tick / 100, step.size);
      orders.push({ id, side: step.kind, tick: step.tick, size: step.size });
    }
    if (next?.gap === 0) continue;
    history.books.push({ ts, bids: levels('bid'), asks: levels('ask') });
    for (const moment of [ts, ts + Math.floor((next?.gap ?? 0) * 0.7)]) {
      const state = rig.state(moment);
      expect(comparable(state), `at ${moment}`).toEqual(
        comparable(referenceState(history, moment)),
      );
      onState(state.ABSORPTION_DETECTED);
    }
  }
}

const begins = fc.constantFrom(
  13.5 * HOUR - 3 * SECOND,
  14 * HOUR,
  20 * HOUR - 20 * SECOND,
  28 * HOUR - 30 * SECOND,
  13.5 * HOUR,
);

property.prop([begins, steps(3)], { numRuns: 150 })(
  'every field equals the slow reading of the specification, in a narrow market',
  (begin, script) => {
    play(begin, script, () => undefined);
  },
);

property.prop([begins, steps(300)], { numRuns: 100 })(
  'every field equals the slow reading of the specification, in a wide market',
  (begin, script) => {
    play(begin, script, () => undefined);
  },
);

property.prop([begins, battle()], { numRuns: 150 })(
  'every field equals the slow reading of the specification, where sides are absorbed',
  (begin, script) => {
    play(begin, script, () => undefined);
  },
);

test('the battles hold absorption, found and ended, not only its absence', () => {
  let changes = 0;
  let was = false;
  for (const script of fc.sample(battle(), { numRuns: 60, seed: 7 })) {
    play(14 * HOUR, script, (is) => {
      if (is !== was) changes++;
      was = is;
    });
  }
  expect(changes).toBeGreaterThan(40);
});
