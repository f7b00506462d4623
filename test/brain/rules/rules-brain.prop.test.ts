import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RulesBrain } from '../../../src/brain/rules/rules-brain.ts';
import { Preflight } from '../../../src/brain/validation/preflight.ts';
import type { MarketState } from '../../../src/domain/market-state.ts';
import { settingsWith } from '../../support/engine-rig.ts';
import {
  mirrored,
  mirroredPrice,
  type QuestionChanges,
  question,
} from '../../support/question.builder.ts';

const settings = settingsWith();
const profiles = [
  { ...settings.profile, heldSnapshots: 1 },
  settingsWith('profile.name=breakout').profile,
] as const;
const gate = new Preflight(settings.validation, settings.brain);

const cents = fc.integer({ min: 24_940, max: 25_120 }).map((value) => value / 100);
const anyPrice = fc.option(fc.integer({ min: 249_400, max: 251_200 }).map((value) => value / 1000));
const side = fc.constantFrom('BID', 'ASK');
const walls = fc.array(
  fc.record({ side, price: cents, size: fc.constant(900), tier: fc.constant('MINOR') }),
  {
    maxLength: 3,
  },
) as fc.Arbitrary<MarketState['DOM_WALLS']>;

const changes: fc.Arbitrary<QuestionChanges> = fc.record({
  swingLow: fc.option(cents),
  swingHigh: fc.option(cents),
  market: fc.record({
    DOM_WALLS: walls,
    VWAP: anyPrice,
    VP_POC: anyPrice,
    VP_VAH: anyPrice,
    VP_VAL: anyPrice,
    ABSORPTION_SIDE: side,
    ABSORPTION_PRICE: cents,
  }),
}) as fc.Arbitrary<QuestionChanges>;

function callOf(profile: (typeof profiles)[number], asked: ReturnType<typeof question>) {
  const brain = new RulesBrain(profile, 100, 200);
  brain.observe(asked);
  return brain.ask(asked).calls[0];
}

test('every entry passes gate 1, its short is its long in the mirror, and no wall stands before its target', () => {
  let entries = 0;
  fc.assert(
    fc.property(changes, fc.constantFrom(...profiles), (drawn, profile) => {
      const asked = question(drawn);
      const call = callOf(profile, asked);
      const short = callOf(profile, mirrored(asked, 0.5));
      if (call === undefined || short === undefined) throw new Error('no call');
      if (call.tool === 'wait') {
        expect(short.tool).toBe('wait');
        return;
      }
      entries++;
      const facts = {
        ts: 0,
        bid: 250e9,
        ask: 250_020_000_000,
        last: null,
        position: 0,
        tickNanos: 1e7,
      };
      expect(gate.onAnswer([call], facts)).toEqual({ call });
      expect(gate.onAnswer([short], facts)).toEqual({ call: short });
      const prices = call.arguments as Record<
        'limit_price' | 'stop_loss' | 'profit_target',
        number
      >;
      expect(short.arguments).toMatchObject({
        limit_price: mirroredPrice(prices.limit_price),
        stop_loss: mirroredPrice(prices.stop_loss),
        profit_target: mirroredPrice(prices.profit_target),
      });
      for (const wall of asked.market.DOM_WALLS) {
        if (wall.side === 'ASK' && wall.price >= prices.limit_price)
          expect(wall.price).toBeGreaterThan(prices.profit_target);
      }
    }),
    { numRuns: 1500, seed: 5 },
  );
  expect(entries).toBeGreaterThan(200);
});

const mostly = <T>(usual: T, ...others: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, fc.constantFrom(...others));

const moments = fc.array(
  fc.record({
    ts: fc.nat({ max: 400 }).map((secs) => secs * 1e9),
    position: mostly(0, 100),
    market: fc.record({
      CVD_TREND: mostly('RISING', 'FALLING', 'FLAT'),
      TAPE_SENTIMENT: mostly('AGGRESSIVE_BUYING', 'NEUTRAL'),
      L2_IMBALANCE: mostly(1.6, 1, 0.5),
      DISTANCE_TO_HOD_PCT: fc.constantFrom(0, 0.4, 0.6, 0.7),
      VP_VAL: anyPrice,
    }),
  }) as fc.Arbitrary<QuestionChanges>,
  { minLength: 1, maxLength: 30 },
);

test('a brain that became a copy counts and decides on as the one that was copied', () => {
  let entries = 0;
  fc.assert(
    fc.property(moments, fc.nat(), fc.constantFrom(...profiles), (drawn, at, profile) => {
      const cut = at % drawn.length;
      const play = (brain: RulesBrain, from: number, to: number): unknown[] =>
        drawn.slice(from, to).map((changes) => {
          const asked = question(changes);
          brain.observe(asked);
          const { calls } = brain.ask(asked);
          if (calls[0]?.tool === 'enter_long') entries++;
          return [calls, brain.conditions];
        });
      const first = new RulesBrain({ ...profile, heldSnapshots: 2 }, 100, 200);
      const other = new RulesBrain({ ...profile, heldSnapshots: 2 }, 100, 200);
      play(first, 0, cut);
      play(other, 0, drawn.length);
      const copy = first.capture();
      const expected = play(first, cut, drawn.length);
      other.restore(copy);
      expect(play(other, cut, drawn.length)).toEqual(expected);
    }),
    { numRuns: 300, seed: 11 },
  );
  expect(entries).toBeGreaterThan(20);
});

test('whoever tells of the value area without its edges changes no decision and no count', () => {
  let supported = 0;
  fc.assert(
    fc.property(changes, fc.constantFrom(...profiles), (drawn, profile) => {
      // the edges are ticks that traded
      const edge = (price: number | null): number | null =>
        price === null ? null : Math.round(price * 100) / 100;
      const low = edge(drawn.market?.VP_VAL ?? null);
      const high = edge(drawn.market?.VP_VAH ?? null);
      const asked = question({ ...drawn, market: { ...drawn.market, VP_VAL: low, VP_VAH: high } });
      const isAreaPast = (sign: 1 | -1, tick: number): boolean => {
        const price = sign > 0 ? low : high;
        return price === null || (tick - Math.round(price * 100)) * sign > 0;
      };
      const outcome = (seen: typeof asked): unknown[] => {
        const brain = new RulesBrain(profile, 100, 200);
        brain.observe(seen);
        return [brain.ask(seen).calls, brain.conditions];
      };
      const told = outcome({ ...asked, valueArea: { isAreaPast } });
      expect(told).toEqual(outcome(asked));
      if (JSON.stringify(told).includes('behind VP_VAL')) supported++;
    }),
    { numRuns: 1000, seed: 3 },
  );
  expect(supported).toBeGreaterThan(10);
});
