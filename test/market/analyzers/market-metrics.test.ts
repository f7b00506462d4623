import { expect, test } from 'vitest';
import { MarketRig } from '../../support/market-rig.ts';

function ranged(): MarketRig {
  const rig = new MarketRig();
  rig.trade('14:00:00', 250, 10, 1);
  rig.trade('14:00:00', 260, 10, 1);
  rig.trade('14:00:01', 255, 10, 1);
  return rig;
}

test('a new high over one that stood 60 s is a breakout for 5 s, while LAST is above the old one', () => {
  const rig = ranged();
  rig.trade('14:01:00', 260.01, 10, 1);
  const at = (clock: string): unknown => rig.state(clock).HOD_LOD_LOC;
  expect([at('14:01:00'), at('14:01:04.999999999'), at('14:01:05')]).toEqual([
    'BREAKOUT',
    'BREAKOUT',
    'TESTING_HOD',
  ]);
});

test('a new high over one that stood less than 60 s is none', () => {
  const rig = ranged();
  rig.trade('14:00:59.999999999', 260.01, 10, 1);
  expect(rig.state('14:01:00').HOD_LOD_LOC).toBe('TESTING_HOD');
});

test('a high that was only repeated keeps its age', () => {
  const rig = ranged();
  rig.trade('14:00:30', 260, 10, 1);
  rig.trade('14:01:00', 260.01, 10, 1);
  expect(rig.state('14:01:00').HOD_LOD_LOC).toBe('BREAKOUT');
});

test('further highs go on being that breakout, and a fall back to the old high ends it', () => {
  const rig = ranged();
  rig.trade('14:01:00', 261, 10, 1);
  rig.trade('14:01:01', 262, 10, 1);
  rig.trade('14:01:02', 260.5, 10, -1);
  const still = rig.state('14:01:02').HOD_LOD_LOC;
  rig.trade('14:01:03', 260, 10, -1);
  expect([still, rig.state('14:01:03').HOD_LOD_LOC]).toEqual(['BREAKOUT', 'MID_RANGE']);
});

test('a breakdown mirrors it', () => {
  const rig = ranged();
  rig.trade('14:01:01', 249.99, 10, -1);
  expect(rig.state('14:01:02').HOD_LOD_LOC).toBe('BREAKDOWN');
});

test('a trade after the close above the high that stands is a breakout, though the high does not move', () => {
  const rig = ranged();
  rig.trade('20:30:00', 262, 10, 1);
  const { HOD_LOD_LOC, HOD, DISTANCE_TO_HOD_PCT } = rig.state('20:30:01');
  expect([HOD_LOD_LOC, HOD, DISTANCE_TO_HOD_PCT]).toEqual(['BREAKOUT', 260, -0.7634]);
  expect(rig.state('20:30:05').HOD_LOD_LOC).toBe('TESTING_HOD');
});

test.for([
  [200, 200.3, 100, 'TESTING_HOD'],
  [200, 200.31, 100, 'NEAR_HOD'],
  [200, 200.8, 100, 'NEAR_HOD'],
  [200, 200.81, 100, 'MID_RANGE'],
  [200, 300, 199.7, 'TESTING_LOD'],
  [200, 300, 199.2, 'NEAR_LOD'],
  [200, 200.1, 199.9, 'TESTING_HOD'],
] as const)('LAST %d between a high of %d and a low of %d is %s', ([last, high, low, location]) => {
  const rig = new MarketRig();
  for (const price of [high, low, last]) rig.trade('14:00:00', price, 10, 1);
  expect(rig.state('14:00:00').HOD_LOD_LOC).toBe(location);
});

test('the mean price is rounded to four decimals, halves up', () => {
  const rig = new MarketRig();
  rig.tradeNanos('14:00:00', 250_000_000_000, 1, 1);
  rig.tradeNanos('14:00:00', 250_000_100_000, 1, 1);
  expect(rig.state('14:00:00').VWAP).toBe(250.0001);
});
