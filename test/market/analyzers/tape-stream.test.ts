import { expect, test } from 'vitest';
import { MarketRig } from '../../support/market-rig.ts';

test('a window ends with its moment and leaves out its beginning', () => {
  const rig = new MarketRig();
  rig.trade('14:00:00', 250, 10, 1);
  rig.trade('14:00:04', 250, 20, -1);
  const states = ['14:00:04.999999999', '14:00:05', '14:00:09'].map((clock) => rig.state(clock));
  expect(states.map((s) => [s.TAPE_VELOCITY_TPS, s.TAPE_DELTA_5S, s.TAPE_DELTA_1S])).toEqual([
    [0.4, -10, -20],
    [0.2, -20, 0],
    [0, 0, 0],
  ]);
});

test.for([
  [49, 'LOW'],
  [50, 'MEDIUM'],
  [150, 'MEDIUM'],
  [151, 'HIGH'],
] as const)('%i trades in 5 s are %s', ([count, label]) => {
  const rig = new MarketRig();
  for (let i = 0; i < count; i++) rig.trade('14:00:00', 250, 1, 1);
  expect(rig.state('14:00:00').TAPE_VELOCITY).toBe(label);
});

test.for([
  [4, 65, 35, 'NEUTRAL'],
  [5, 65, 35, 'AGGRESSIVE_BUYING'],
  [5, 64, 36, 'NEUTRAL'],
  [5, 35, 65, 'AGGRESSIVE_SELLING'],
  [5, 36, 64, 'NEUTRAL'],
] as const)(
  '%i classified trades with %i bought and %i sold are %s',
  ([count, bought, sold, label]) => {
    const rig = new MarketRig();
    rig.trade('14:00:00', 250, bought - (count - 2), 1);
    rig.trade('14:00:00', 250, sold, -1);
    for (let i = 2; i < count; i++) rig.trade('14:00:00', 250, 1, 1);
    rig.trade('14:00:00', 250, 500, 0);
    expect(rig.state('14:00:00').TAPE_SENTIMENT).toBe(label);
  },
);

test('joins the trades of one time stamp and side into one large print at their mean price', () => {
  const rig = new MarketRig();
  rig.trade('14:00:00', 250.01, 200, 1);
  rig.trade('14:00:00', 250, 300, -1);
  rig.trade('14:00:00', 250.02, 101, 1);
  rig.trade('14:00:00', 250, 1, -1);
  rig.trade('14:00:01', 250.02, 300, 1);
  expect(rig.state('14:00:59.999999999').LARGE_PRINTS_1M).toEqual([
    { price: 250, size: 301, side: 'SELL', secs_ago: 59 },
    { price: 250.0134, size: 301, side: 'BUY', secs_ago: 59 },
  ]);
  expect(rig.state('14:01:00').LARGE_PRINTS_1M).toEqual([]);
});

test('shows the ten newest large prints, newest first', () => {
  const rig = new MarketRig();
  for (let i = 10; i < 25; i++) rig.trade(`14:00:${i}`, 250, 300 + i, 1);
  const sizes = rig.state('14:00:30').LARGE_PRINTS_1M.map((print) => print.size);
  expect(sizes).toEqual([324, 323, 322, 321, 320, 319, 318, 317, 316, 315]);
});

test('gives the trades one by one too, newest first', () => {
  const rig = new MarketRig();
  rig.trade('14:00:01', 250.01, 5, -1);
  rig.trade('14:00:01', 250.03, 7, -1);
  rig.trade('14:00:02', 250.04, 9, 1);
  const told = rig.analysis.tape
    .trades(2)
    .map(({ sequence, size, sign }) => [sequence, size, sign]);
  expect(told).toEqual([
    [3, 9, 1],
    [2, 7, -1],
  ]);
  expect(rig.analysis.tape.trades(200)).toHaveLength(3);
});

test('numbers the joined prints and gives the newest first', () => {
  const rig = new MarketRig();
  for (let i = 0; i < 300; i++) rig.trade(rig.at('14:00:00') + i, 250, 1, 1);
  rig.trade('14:00:01', 250.01, 5, -1);
  rig.trade('14:00:01', 250.03, 5, -1);
  const prints = rig.analysis.tape.prints(200);
  expect(prints).toHaveLength(200);
  expect(prints.slice(0, 2)).toEqual([
    {
      sequence: 301,
      ts: rig.at('14:00:01'),
      price: 250_020_000_000,
      size: 10,
      sign: -1,
      trades: 2,
    },
    {
      sequence: 300,
      ts: rig.at('14:00:00') + 299,
      price: 250_000_000_000,
      size: 1,
      sign: 1,
      trades: 1,
    },
  ]);
});

test('counts the trades of each of the last 60 seconds, oldest first', () => {
  const rig = new MarketRig();
  rig.trade('14:00:00', 250, 1, 1);
  rig.trade('14:00:00.000000001', 250, 1, 1);
  rig.trade('14:00:59.5', 250, 1, 1);
  rig.trade('14:01:00', 250, 1, 1);
  const pace = rig.analysis.tape.pace(rig.at('14:01:00'));
  expect([pace.length, pace[0], pace[59], pace.reduce((a, b) => a + b)]).toEqual([60, 1, 2, 3]);
});
