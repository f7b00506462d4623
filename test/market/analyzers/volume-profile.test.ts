import { expect, test } from 'vitest';
import { MarketRig } from '../../support/market-rig.ts';

test('of equal volumes the poc is the tick nearest to the mean price, then the lower', () => {
  const rig = new MarketRig();
  rig.trade('14:00:00', 250, 100, 1);
  rig.trade('14:00:00', 250.1, 100, 1);
  const middle = rig.state('14:00:00').VP_POC;
  rig.trade('14:00:00', 250.2, 1, 1);
  expect([middle, rig.state('14:00:00').VP_POC]).toEqual([250, 250.1]);
});

test('the value area takes two ticks at a time from the fuller side and ends at traded ticks', () => {
  const rig = new MarketRig();
  const volumes: [number, number][] = [
    [249.97, 10],
    [249.98, 20],
    [250, 100],
    [250.01, 5],
    [250.02, 20],
    [250.03, 30],
  ];
  for (const [price, size] of volumes) rig.trade('14:00:00', price, size, 1);
  const { VP_POC, VP_VAH, VP_VAL } = rig.state('14:00:00');
  // 100 of 185; above 25, below 20: takes two above, 125; then above 30, below 20: 155 is enough
  expect([VP_POC, VP_VAH, VP_VAL]).toEqual([250, 250.03, 250]);
});

test('takes both sides when they are equal, even when both are empty', () => {
  const rig = new MarketRig();
  rig.trade('14:00:00', 250, 100, 1);
  rig.trade('14:00:00', 250.04, 40, 1);
  rig.trade('14:00:00', 249.94, 30, 1);
  // 100 of 170: two empty ticks on both sides, then two above with 40: 140 is enough
  const { VP_VAH, VP_VAL } = rig.state('14:00:00');
  expect([VP_VAH, VP_VAL]).toEqual([250.04, 250]);
});

test('a stray print a thousand dollars away costs no walk over the gap', () => {
  const rig = new MarketRig();
  rig.trade('14:00:00', 250, 60, 1);
  rig.trade('14:00:00', 999_999.98, 30, 1);
  rig.trade('14:00:00', 0.01, 10, 1);
  const { VP_POC, VP_VAH, VP_VAL } = rig.state('14:00:00');
  expect([VP_POC, VP_VAH, VP_VAL]).toEqual([250, 250, 0.01]);
});

test('the developing poc knows the last 15 minutes of the session alone', () => {
  const rig = new MarketRig();
  rig.trade('14:00:00', 250, 100, 1);
  rig.trade('14:05:00', 251, 50, 1);
  const poc = (clock: string): (number | null)[] => {
    const { VP_POC, VP_DEVELOPING_POC } = rig.state(clock);
    return [VP_POC, VP_DEVELOPING_POC];
  };
  expect([poc('14:14:59.999999999'), poc('14:15:00'), poc('14:20:00')]).toEqual([
    [250, 250],
    [250, 251],
    [250, null],
  ]);
});

test('after the close the developing poc takes no new trades', () => {
  const rig = new MarketRig();
  rig.trade('19:59:59', 250, 10, 1);
  rig.trade('20:01:00', 251, 99, 1);
  expect(rig.state('20:01:00').VP_DEVELOPING_POC).toBe(250);
});

test.for([
  [
    ['20:14:00', '20:14:20', '20:15:00'],
    [250, 251, null],
  ],
  // nobody asks before the log has dropped the session's trades
  [['20:19:59'], [null]],
] as const)(
  'the developing poc lets go of the session, however much trades after the close: %s',
  ([clocks, expected]) => {
    const rig = new MarketRig();
    for (let i = 0; i < 5000; i++) {
      rig.trade(rig.at('19:59:00') + i * 10_000_000, i < 3000 ? 250 : 251, 1, 1);
    }
    const moments = clocks.map((clock) => rig.at(clock));
    const pocs: (number | null)[] = [];
    for (let i = 0; i < 12_000; i++) {
      const ts = rig.at('20:00:00') + i * 100_000_000;
      rig.trade(ts, 252, 1, 1);
      if (moments.includes(ts)) pocs.push(rig.state(ts).VP_DEVELOPING_POC);
    }
    expect(pocs).toEqual(expected);
  },
);

test.for([
  [250.01, 'AT_POC'],
  [250.02, 'ABOVE'],
  [249.99, 'AT_POC'],
  [249.98, 'BELOW'],
] as const)('LAST %d against a poc of 250 is %s', ([last, location]) => {
  const rig = new MarketRig();
  rig.trade('14:00:00', 250, 100, 1);
  rig.trade('14:00:00', last, 1, 1);
  expect(rig.state('14:00:00').PRICE_VS_POC).toBe(location);
});

test('tells what was sold and bought at a tick apart from all that traded there', () => {
  const rig = new MarketRig();
  rig.trade('14:00:00', 250, 10, 1);
  rig.trade('14:00:00', 250, 20, -1);
  rig.trade('14:00:00', 250, 5, 0);
  const { profile } = rig.analysis;
  const tick = rig.tickOf(250);
  expect([profile.soldAt(tick), profile.boughtAt(tick), profile.volumeAt(tick)]).toEqual([
    20, 10, 35,
  ]);
});
