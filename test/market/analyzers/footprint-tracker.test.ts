import { expect, test } from 'vitest';
import { MarketRig } from '../../support/market-rig.ts';

test('a bar belongs to its clock minute and is empty until its first trade', () => {
  const rig = new MarketRig();
  rig.trade('14:00:59.999999999', 250, 10, 1);
  const old = rig.state('14:00:59.999999999').FOOTPRINT_CURR_BAR;
  const empty = rig.state('14:01:00').FOOTPRINT_CURR_BAR;
  expect([old.volume, old.close, empty.volume, empty.close, empty.delta_pct, empty.poc]).toEqual([
    10,
    250,
    0,
    null,
    null,
    null,
  ]);
});

test("the bar's delta asked for alone is the bar's, and 0 once its minute is over", () => {
  const rig = new MarketRig();
  const { footprint } = rig.analysis;
  const told = ['14:00:10', '14:00:20', '14:00:59.9', '14:01:00'].map((clock, i) => {
    if (i < 2) rig.trade(clock, 250, 10 + i, i === 0 ? 1 : -1);
    return footprint.delta(rig.at(clock));
  });
  expect(told).toEqual([10, -1, -1, 0]);
  expect(rig.state('14:01:00').FOOTPRINT_CURR_BAR.delta).toBe(0);
});

test('of equal volumes the poc is the tick nearest to the close, then the lower', () => {
  const rig = new MarketRig();
  rig.trade('14:00:00', 250, 10, 1);
  rig.trade('14:00:01', 250.1, 10, 1);
  rig.trade('14:00:02', 250.04, 5, 1);
  const near = rig.state('14:00:02').FOOTPRINT_CURR_BAR.poc;
  rig.trade('14:00:03', 250.05, 5, 1);
  expect([near, rig.state('14:00:03').FOOTPRINT_CURR_BAR.poc]).toEqual([250, 250]);
  rig.trade('14:00:04', 250.06, 5, 1);
  expect(rig.state('14:00:04').FOOTPRINT_CURR_BAR.poc).toBe(250.1);
});

test('imbalances are more than three to one and at least 50, best ratio first, then the higher price', () => {
  const rig = new MarketRig();
  const row = (price: number, sold: number, bought: number): void => {
    if (sold > 0) rig.trade('14:00:00', price, sold, -1);
    if (bought > 0) rig.trade('14:00:00', price, bought, 1);
  };
  row(250, 150, 50);
  row(250.01, 151, 50);
  row(250.02, 0, 49);
  row(250.03, 0, 50);
  row(250.04, 50, 1);
  row(250.05, 20, 140);
  rig.trade('14:00:00', 250.05, 1000, 0);
  expect(rig.state('14:00:00').FOOTPRINT_CURR_BAR.imbalances).toEqual([
    { price: 250.04, bid_vol: 50, ask_vol: 1, ratio: 50 },
    { price: 250.03, bid_vol: 0, ask_vol: 50, ratio: 50 },
    { price: 250.05, bid_vol: 20, ask_vol: 140, ratio: 7 },
    { price: 250.01, bid_vol: 151, ask_vol: 50, ratio: 3.02 },
  ]);
});

test('completed bars keep all their prices, and a minute without a trade has no bar', () => {
  const rig = new MarketRig();
  rig.trade('14:00:10', 250.02, 10, 1);
  rig.trade('14:00:20', 250, 20, -1);
  rig.trade('14:00:30', 250.02, 5, 0);
  rig.trade('14:02:00', 250.01, 1, 1);
  const { footprint } = rig.analysis;
  expect(footprint.bars).toEqual([
    {
      start: rig.at('14:00:00'),
      open: 250_020_000_000,
      high: 250_020_000_000,
      low: 250_000_000_000,
      close: 250_020_000_000,
      delta: -10,
      volume: 35,
      rows: [
        { price: 250_000_000_000, sold: 20, bought: 0, volume: 20 },
        { price: 250_020_000_000, sold: 0, bought: 10, volume: 15 },
      ],
    },
  ]);
  expect(footprint.inProgress(rig.at('14:02:30'))?.volume).toBe(1);
  expect(footprint.inProgress(rig.at('14:03:00'))).toBeNull();
});

test('a swing low lies below both neighbours and is known when the later of them is complete', () => {
  const rig = new MarketRig();
  const { footprint } = rig.analysis;
  rig.trade('14:00:00', 250.05, 1, 1);
  rig.trade('14:01:00', 250, 1, 1);
  rig.trade('14:03:00', 250.03, 1, 1);
  expect(footprint.lastSwingLow(rig.at('14:03:59'))).toBeNull();
  expect(footprint.lastSwingLow(rig.at('14:04:00'))).toBe(250_000_000_000);
  expect(footprint.lastSwingHigh(rig.at('14:04:00'))).toBeNull();
  rig.trade('14:04:00', 250.01, 1, 1);
  expect(footprint.lastSwingHigh(rig.at('14:05:00'))).toBe(250_030_000_000);
});
