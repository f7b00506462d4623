import { expect, test } from 'vitest';
import { MarketRig } from '../../support/market-rig.ts';

function slopes(rig: MarketRig, ...clocks: string[]): (number | null)[] {
  return clocks.map((clock) => rig.state(clock).CVD_SLOPE_5M);
}

test('the slope is null before the second bar and where nothing traded', () => {
  const rig = new MarketRig();
  rig.trade('13:30:30', 250, 100, 1);
  expect(slopes(rig, '13:30:59.999999999', '13:31:00', '13:34:59', '13:35:00')).toEqual([
    null,
    0,
    0,
    null,
  ]);
});

test('divides the slope in shares a bar by the mean volume of the bars, empty ones too', () => {
  const rig = new MarketRig();
  rig.trade('13:30:00', 250, 100, 1);
  rig.trade('13:31:00', 250, 300, 1);
  rig.trade('13:33:00', 250, 100, -1);
  // closes 100 400 400 300 300: slope 30 over a mean volume of 100
  const { CVD_SLOPE_5M, CVD_TREND, CVD_SESSION } = rig.state('13:34:00');
  expect([CVD_SLOPE_5M, CVD_TREND, CVD_SESSION]).toEqual([0.3, 'RISING', 300]);
});

test('is cut off at 1 either way', () => {
  const rig = new MarketRig();
  rig.trade('13:30:00', 250, 10, -1);
  rig.trade('13:31:00', 250, 500, -1);
  expect([slopes(rig, '13:31:00'), rig.state('13:31:00').CVD_TREND]).toEqual([[-1], 'FALLING']);
});

test('the trend is flat at 0.15 itself', () => {
  const rig = new MarketRig();
  rig.trade('13:30:00', 250, 37, 0);
  rig.trade('13:31:00', 250, 3, 1);
  const flat = rig.state('13:31:00');
  rig.trade('13:31:01', 250, 1, 1);
  const rising = rig.state('13:31:01');
  expect([flat.CVD_SLOPE_5M, flat.CVD_TREND, rising.CVD_TREND]).toEqual([0.15, 'FLAT', 'RISING']);
});

test('after the close the last five bars of the session stand', () => {
  const rig = new MarketRig();
  rig.trade('19:59:00', 250, 100, 1);
  rig.trade('20:00:30', 250, 900, -1);
  expect(slopes(rig, '20:00:00', '22:00:00')).toEqual([1, 1]);
});

test('the series keeps at most 600 points, each a bucket with its last values, ending with the total', () => {
  const rig = new MarketRig();
  for (let i = 0; i < 5000; i++)
    rig.trade(rig.at('13:30:00') + i * 3_000_000_000, 250 + i / 100, 1, 1);
  const { ts, cvd, price } = rig.analysis.cvd.series();
  expect([ts.length <= 600, ts.length > 300, cvd.length, price.length]).toEqual([
    true,
    true,
    ts.length,
    ts.length,
  ]);
  expect([cvd.at(-1), price.at(-1)]).toEqual([5000, Math.round((250 + 49.99) * 1e9)]);
  const width = (ts[1] ?? 0) - (ts[0] ?? 0);
  expect(ts.every((end, i) => end === rig.at('13:30:00') + (i + 1) * width)).toBe(true);
  // every point is the count of trades before its bucket's end
  expect(cvd.slice(0, -1)).toEqual(
    ts.slice(0, -1).map((end) => Math.ceil((end - rig.at('13:30:00')) / 3_000_000_000)),
  );
});
