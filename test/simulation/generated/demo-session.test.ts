import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  ACTION_TRADE,
  EVENT_BYTES,
  EVENT_WORDS,
  SIDE_ASK,
  SIDE_BID,
  WORD_PRICE_HIGH,
  WORD_PRICE_LOW,
  WORD_SIZE,
  WORD_TAGS,
  WORD_TS_EVENT_HIGH,
  WORD_TS_EVENT_LOW,
} from '../../../src/domain/event.ts';
import type { MarketState } from '../../../src/domain/market-state.ts';
import { SessionSchedule } from '../../../src/domain/session-schedule.ts';
import type { Sign } from '../../../src/domain/side.ts';
import {
  fromEpochWords,
  NS_PER_MS,
  type SessionTime,
  toEpochWords,
} from '../../../src/domain/time.ts';
import { OrderBook } from '../../../src/market/book/order-book.ts';
import { MarketAnalysis } from '../../../src/market/market-analysis.ts';
import { DEMO_SESSION } from '../../../src/simulation/generated/demo-session.ts';
import { GeneratedMarket } from '../../../src/simulation/generated/generated-market.ts';
import type { StretchKind } from '../../../src/simulation/generated/scenario.ts';
import { SPEC_ANALYZERS } from '../../support/analyzer-settings.ts';
import { readCalendar, STOCK } from '../../support/market-rig.ts';

const SNAPSHOT_NS = 400 * NS_PER_MS;
const WORD = 4_294_967_296;

interface Seen {
  readonly digest: string;
  readonly states: readonly { readonly ts: SessionTime; readonly state: MarketState }[];
}

/** Plays the demo through the real book and analyzers, in the order the engine keeps. */
function play(): Seen {
  const { day, sessionOpen, tickNanos } = DEMO_SESSION;
  const market = new GeneratedMarket(DEMO_SESSION);
  const book = new OrderBook(tickNanos, SPEC_ANALYZERS.absorption.windowSecs);
  const analysis = new MarketAnalysis({
    instrument: STOCK,
    book,
    settings: SPEC_ANALYZERS,
    schedule: new SessionSchedule(readCalendar('us-equities'), day),
    history: { sessions: [], intradayCurve: null },
  });
  const [baseLow, baseHigh] = toEpochWords(day, 0);
  const hash = createHash('sha256');
  const states: { ts: SessionTime; state: MarketState }[] = [];
  let now = Number.NEGATIVE_INFINITY;
  let due = sessionOpen;
  let bid = 0;
  let ask = 0;
  for (let batch = market.next(16_384); batch; batch = market.next(16_384)) {
    const { words, count } = batch;
    hash.update(new Uint8Array(words.buffer, words.byteOffset, count * EVENT_BYTES));
    for (let at = 0; at < count * EVENT_WORDS; at += EVENT_WORDS) {
      const word = (offset: number): number => words[at + offset] ?? 0;
      const ts = fromEpochWords(
        word(WORD_TS_EVENT_LOW),
        word(WORD_TS_EVENT_HIGH),
        baseLow,
        baseHigh,
      );
      if (ts > now) {
        if (analysis.needsSettle) analysis.settle(now);
        for (; due < ts; due += SNAPSHOT_NS) states.push({ ts: due, state: analysis.state(due) });
        bid = book.bids.best;
        ask = book.asks.best;
        now = ts;
      }
      if (((word(WORD_TAGS) >> 16) & 0xff) === ACTION_TRADE) {
        const side = word(WORD_TAGS) >>> 24;
        const sign: Sign = side === SIDE_BID ? 1 : side === SIDE_ASK ? -1 : 0;
        const price = word(WORD_PRICE_HIGH) * WORD + (word(WORD_PRICE_LOW) >>> 0);
        analysis.onTrade(ts, price, word(WORD_SIZE), sign, false, bid, ask);
      }
      book.apply(words, at, ts);
    }
  }
  return { digest: hash.digest('hex'), states };
}

describe('the demo session', () => {
  let seen: Seen = { digest: '', states: [] };
  beforeAll(() => {
    seen = play();
  });

  /** States within the stretches of a kind. */
  const during = (kind: StretchKind): MarketState[] =>
    seen.states
      .filter(({ ts }) =>
        DEMO_SESSION.scenario?.some(
          (stretch) => stretch.kind === kind && ts >= stretch.from && ts < stretch.to,
        ),
      )
      .map(({ state }) => state);
  const share = (states: readonly MarketState[], holds: (state: MarketState) => boolean): number =>
    states.filter(holds).length / states.length;

  test('is always the same', () => {
    expect(seen.digest).toBe('09ef9491533d648a71f5eee61221ca7f69a3d51e4b42855880e8893cfac848e5');
  });

  test('shows every analyzer what it looks for', () => {
    const values = <Key extends keyof MarketState>(key: Key): Set<MarketState[Key]> =>
      new Set(seen.states.map(({ state }) => state[key]));
    expect(values('CVD_TREND')).toEqual(new Set(['FLAT', 'RISING', 'FALLING']));
    expect(values('TAPE_SENTIMENT')).toEqual(
      new Set(['NEUTRAL', 'AGGRESSIVE_BUYING', 'AGGRESSIVE_SELLING']),
    );
    expect(values('TAPE_VELOCITY')).toEqual(new Set(['LOW', 'MEDIUM', 'HIGH']));
    expect(values('ABSORPTION_SIDE')).toEqual(new Set([null, 'BID', 'ASK']));
    expect(values('PRICE_VS_POC')).toEqual(new Set([null, 'ABOVE', 'BELOW', 'AT_POC']));
    expect(values('HOD_LOD_LOC')).toContain('BREAKOUT');
    expect(values('TIME_SESSION')).toEqual(new Set(['OPEN_DRIVE', 'MORNING']));
    const walls = seen.states.flatMap(({ state }) => state.DOM_WALLS);
    expect(new Set(walls.map(({ side, tier }) => `${side} ${tier}`))).toEqual(
      new Set(['BID MINOR', 'BID MAJOR', 'ASK MINOR', 'ASK MAJOR']),
    );
    const prints = seen.states.flatMap(({ state }) => state.LARGE_PRINTS_1M);
    expect(new Set(prints.map(({ side }) => side))).toContain('BUY');
    expect(new Set(prints.map(({ side }) => side))).toContain('SELL');
  });

  test.for<[StretchKind, MarketState['CVD_TREND'], MarketState['TAPE_SENTIMENT'], boolean]>([
    ['trend-up', 'RISING', 'AGGRESSIVE_BUYING', true],
    ['trend-down', 'FALLING', 'AGGRESSIVE_SELLING', false],
  ])('leans together in a %s: delta, tape and book', ([kind, trend, sentiment, isUp]) => {
    const states = during(kind);
    expect(share(states, (state) => state.CVD_TREND === trend)).toBeGreaterThan(0.4);
    expect(share(states, (state) => state.TAPE_SENTIMENT === sentiment)).toBeGreaterThan(0.5);
    expect(share(states, (state) => state.TAPE_VELOCITY !== 'LOW')).toBeGreaterThan(0.6);
    const leans = ({ L2_IMBALANCE: imbalance }: MarketState): boolean =>
      imbalance !== null && (isUp ? imbalance > 1.5 : imbalance < 0.6);
    expect(share(states, leans)).toBeGreaterThan(0.4);
  });

  test('is calm between: slow tape, balanced book, narrow spread', () => {
    const states = during('quiet');
    expect(share(states, (state) => state.TAPE_VELOCITY === 'LOW')).toBeGreaterThan(0.9);
    expect(
      share(states, ({ SPREAD: spread }) => spread !== null && spread <= 0.04),
    ).toBeGreaterThan(0.97);
    const balanced = ({ L2_IMBALANCE: imbalance }: MarketState): boolean =>
      imbalance !== null && imbalance > 0.6 && imbalance < 1.6;
    expect(share(states, balanced)).toBeGreaterThan(0.7);
  });

  test.for<[StretchKind, 'BID' | 'ASK']>([
    ['absorption-bid', 'BID'],
    ['absorption-ask', 'ASK'],
  ])('has %s detected for most of its stretches', ([kind, side]) => {
    expect(share(during(kind), (state) => state.ABSORPTION_SIDE === side)).toBeGreaterThan(0.6);
  });

  test('breaks out above a high that stood', () => {
    expect(share(during('breakout'), (state) => state.HOD_LOD_LOC === 'BREAKOUT')).toBeGreaterThan(
      0,
    );
  });
});
