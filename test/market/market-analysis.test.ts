import { expect, test } from 'vitest';
import type { Instrument } from '../../src/domain/instrument.ts';
import { MarketRig, STOCK } from '../support/market-rig.ts';

const ES: Instrument = {
  symbol: 'ESH4',
  kind: 'future',
  calendar: 'cme-globex',
  tickNanos: 250_000_000,
  multiplier: 50,
};

/** Quotes 250.00 / 250.10 before the open. */
function quoted(): MarketRig {
  const rig = new MarketRig();
  rig.add('13:00:00', 'bid', 250, 100);
  rig.add('13:00:00', 'ask', 250.1, 300);
  return rig;
}

test('before anything happened what cannot be known is null, sums are 0 and lists are empty, keys in the public order', () => {
  const state = new MarketRig().state('13:00:00');
  expect(JSON.stringify(state)).toBe(
    JSON.stringify({
      TICKER: 'TSLA',
      LAST: null,
      VWAP: null,
      TIME_SESSION: 'PRE_MARKET',
      L2_IMBALANCE: null,
      SPREAD: null,
      DOM_WALLS: [],
      BID_STACK: [],
      ASK_STACK: [],
      TAPE_VELOCITY: 'LOW',
      TAPE_VELOCITY_TPS: 0,
      TAPE_SENTIMENT: 'NEUTRAL',
      TAPE_DELTA_1S: 0,
      TAPE_DELTA_5S: 0,
      LARGE_PRINTS_1M: [],
      FOOTPRINT_CURR_BAR: {
        open: null,
        high: null,
        low: null,
        close: null,
        delta: 0,
        volume: 0,
        delta_pct: null,
        poc: null,
        imbalances: [],
      },
      CVD_SESSION: 0,
      CVD_TREND: 'FLAT',
      CVD_SLOPE_5M: null,
      VP_POC: null,
      VP_VAH: null,
      VP_VAL: null,
      VP_DEVELOPING_POC: null,
      PRICE_VS_POC: null,
      HOD: null,
      LOD: null,
      HOD_LOD_LOC: null,
      DISTANCE_TO_HOD_PCT: null,
      DISTANCE_TO_LOD_PCT: null,
      RVOL_DAY: null,
      ABSORPTION_DETECTED: false,
      ABSORPTION_SIDE: null,
      ABSORPTION_PRICE: null,
    }),
  );
});

test('a view reads field by field what the plain snapshot holds', () => {
  const rig = quoted();
  rig.trade('14:00:00', 250.1, 400, 1);
  rig.trade('14:00:01', 250, 100, -1);
  const plain = rig.state('14:00:02');
  const view = rig.analysis.view(rig.at('14:00:02'));
  const read = Object.fromEntries(
    Object.keys(plain).map((key) => [key, view[key as keyof typeof view]]),
  );
  expect(read).toEqual(plain);
});

test('the session counts its own trades, LAST and the footprint count every trade', () => {
  const rig = quoted();
  rig.trade('13:29:59.999', 251, 10, 1);
  const before = rig.state('13:29:59.999');
  rig.trade('13:30:00', 250, 20, 1);
  rig.trade('19:59:59.999999999', 250.5, 30, -1);
  rig.trade('20:00:00', 249, 40, -1);
  const after = rig.state('20:00:00');
  expect([before.LAST, before.VWAP, before.HOD, before.CVD_SESSION, before.VP_POC]).toEqual([
    251,
    null,
    null,
    0,
    null,
  ]);
  expect([after.LAST, after.VWAP, after.HOD, after.LOD, after.CVD_SESSION]).toEqual([
    249, 250.3, 250.5, 250, -10,
  ]);
  expect(after.FOOTPRINT_CURR_BAR.volume).toBe(40);
  expect(after.DISTANCE_TO_LOD_PCT).toBe(-0.4016);
});

test('the session stands until midnight of New York and is gone then, LAST is not', () => {
  const rig = quoted();
  rig.trade('14:00:00', 250, 20, 1);
  const evening = rig.state('2025-10-16T03:59:59.999999999Z');
  const night = rig.state('2025-10-16T04:00:00Z');
  expect([evening.HOD, evening.VWAP, evening.CVD_SESSION]).toEqual([250, 250, 20]);
  expect([night.HOD, night.VWAP, night.CVD_SESSION, night.LAST]).toEqual([null, null, 0, 250]);
});

test('a half day ends its session at 13:00', () => {
  const rig = new MarketRig({ date: '2025-11-28' });
  rig.trade('17:59:59', 250, 10, 1);
  rig.trade('18:00:00', 260, 10, 1);
  const { HOD, LAST } = rig.state('18:00:00');
  expect([HOD, LAST]).toEqual([250, 260]);
});

test('on a day without a session nothing counts for one', () => {
  const rig = new MarketRig({ date: '2025-11-29' });
  rig.trade('15:00:00', 250, 10, 1);
  const { HOD, CVD_SESSION, CVD_SLOPE_5M, RVOL_DAY, TIME_SESSION, LAST } = rig.state('15:05:00');
  expect([HOD, CVD_SESSION, CVD_SLOPE_5M, RVOL_DAY, TIME_SESSION, LAST]).toEqual([
    null,
    0,
    null,
    null,
    'CLOSED',
    250,
  ]);
});

test('a futures session runs from 17:00 Chicago to 16:00 the next day and begins anew at 17:00', () => {
  const rig = new MarketRig({ date: '2023-12-26', instrument: ES });
  rig.trade('2023-12-25T22:59:59Z', 4800, 5, 1);
  rig.trade('2023-12-25T23:00:00Z', 4810.25, 5, 1);
  rig.trade('2023-12-26T21:59:59Z', 4811, 5, 1);
  rig.trade('2023-12-26T22:00:00Z', 4820, 5, 1);
  const { HOD, LOD, CVD_SESSION, VP_POC } = rig.state('2023-12-26T22:30:00Z');
  expect([HOD, LOD, CVD_SESSION, VP_POC]).toEqual([4811, 4810.25, 10, 4810.25]);
  expect(rig.state('2023-12-26T23:00:00Z').HOD).toBeNull();
});

test('a print off the grid keeps its price for LAST, VWAP, HOD and large prints, and counts at the tick below', () => {
  const rig = quoted();
  rig.tradeNanos('14:00:00', 250_017_500_000, 400, 1);
  const state = rig.state('14:00:00');
  expect([state.LAST, state.VWAP, state.HOD, state.VP_POC, state.FOOTPRINT_CURR_BAR.poc]).toEqual([
    250.0175, 250.0175, 250.0175, 250.01, 250.01,
  ]);
  expect([state.FOOTPRINT_CURR_BAR.close, state.LARGE_PRINTS_1M[0]?.price]).toEqual([
    250.0175, 250.0175,
  ]);
});

test('a print that may not move LAST is volume and no extreme', () => {
  const rig = quoted();
  rig.trade('14:00:00', 250, 100, 1);
  rig.trade('14:00:01', 252, 100, 1, { movesLast: false });
  const { LAST, HOD, VWAP, CVD_SESSION, TAPE_DELTA_5S } = rig.state('14:00:01');
  expect([LAST, HOD, VWAP, CVD_SESSION, TAPE_DELTA_5S]).toEqual([250, 250, 251, 200, 200]);
});

test('a print of no shares changes nothing', () => {
  const rig = quoted();
  rig.trade('14:00:00', 250, 0, 1);
  expect(rig.state('14:00:00')).toEqual(quoted().state('14:00:00'));
});

test('a snapshot stays as it was while the market goes on', () => {
  const rig = quoted();
  rig.trade('14:00:00', 250.1, 400, 1);
  const state = rig.state('14:00:00');
  const text = JSON.stringify(state);
  rig.trade('14:00:00', 250.2, 400, 1);
  rig.add('14:00:01', 'bid', 250.05, 900);
  rig.trade('14:00:01', 250, 900, -1);
  rig.settle();
  expect(JSON.stringify(state)).toBe(text);
});

test('volume, mean and profile hold for a share at a million dollars and sizes of 32 bits', () => {
  const rig = new MarketRig({ instrument: { ...STOCK, symbol: 'BIG' } });
  for (let i = 0; i < 3; i++) rig.trade(`14:00:0${i}`, 999_999.99 + i / 100, 2 ** 32 - 1, 1);
  const state = rig.state('14:00:02');
  expect([state.VWAP, state.CVD_SESSION, state.VP_POC, state.HOD]).toEqual([
    1_000_000,
    3 * (2 ** 32 - 1),
    1_000_000,
    1_000_000.01,
  ]);
});

test('asks to be settled after a trade, and from then on only while an absorption lasts', () => {
  const rig = quoted();
  const { analysis } = rig;
  expect(analysis.needsSettle).toBe(false);
  rig.trade('14:00:00', 250, 600, -1);
  expect(analysis.needsSettle).toBe(true);
  rig.settle();
  expect(analysis.needsSettle).toBe(false);
  rig.trade('14:00:02', 250, 600, -1);
  rig.settle();
  expect(analysis.needsSettle).toBe(true);
  rig.moveTo(rig.at('14:00:32'));
  rig.settle();
  expect(analysis.needsSettle).toBe(false);
});
