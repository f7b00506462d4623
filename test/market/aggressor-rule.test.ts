import { expect, test } from 'vitest';
import { STATUS_HALTED, STATUS_QUOTING, STATUS_TRADING } from '../../src/domain/event.ts';
import { MarketRig } from '../support/market-rig.ts';

/** Signed volume of the last second after one print of 100 at `clock` against 250.00 / 250.10. */
function deltaOf(clock: string, dollars: number, sign: 1 | -1 | 0 = 0, isCross = false): number {
  const rig = new MarketRig();
  rig.add('13:00:00', 'bid', 250, 100);
  rig.add('13:00:00', 'ask', 250.1, 100);
  rig.trade(clock, dollars, 100, sign, { isCross });
  return rig.state(clock).TAPE_DELTA_1S;
}

test.for([
  [250.06, 100],
  [250.1, 100],
  [250.2, 100],
  [250.05, 0],
  [250.0501, 100],
  [250.04, -100],
  [250, -100],
  [249, -100],
] as const)(
  'a print without a side at %d between 250.00 and 250.10 has a delta of %i',
  ([dollars, delta]) => {
    expect(deltaOf('14:00:00', dollars)).toBe(delta);
  },
);

test('a side that the feed tells is believed, wherever the print is and in an auction too', () => {
  expect([deltaOf('14:00:00', 250, 1), deltaOf('13:30:01', 250.1, -1)]).toEqual([100, -100]);
});

test('a cross has no delta, even with a side', () => {
  expect(deltaOf('14:00:00', 250.1, 1, true)).toBe(0);
});

test.for([
  ['13:29:59.999', 100],
  ['13:30:00', 0],
  ['13:30:04.999999999', 0],
  ['13:30:05', 100],
  ['20:00:00', 0],
  ['20:00:05', 100],
] as const)(
  'a print without a side at %s has a delta of %i: the 5 s from open and close are auctions',
  ([clock, delta]) => {
    expect(deltaOf(clock, 250.1)).toBe(delta);
  },
);

test('the 5 s from a resumption are an auction, those from a repeated status are not', () => {
  const rig = new MarketRig();
  rig.add('13:00:00', 'bid', 250, 100);
  rig.add('13:00:00', 'ask', 250.1, 100);
  rig.status('14:00:00', STATUS_HALTED);
  rig.status('14:05:00', STATUS_QUOTING);
  rig.status('14:10:00', STATUS_TRADING);
  rig.trade('14:10:04', 250.1, 100);
  const inAuction = rig.state('14:10:04').TAPE_DELTA_1S;
  rig.status('14:20:00', STATUS_TRADING);
  rig.trade('14:20:01', 250.1, 100);
  expect([inAuction, rig.state('14:20:01').TAPE_DELTA_1S]).toEqual([0, 100]);
});

test('against an empty, locked or crossed book there is no delta', () => {
  const empty = new MarketRig();
  empty.add('13:00:00', 'bid', 250, 100);
  empty.trade('14:00:00', 250, 100);
  const locked = new MarketRig();
  locked.add('13:00:00', 'bid', 250, 100);
  locked.add('13:00:00', 'ask', 250, 100);
  locked.trade('14:00:00', 251, 100);
  expect([empty.state('14:00:00').TAPE_DELTA_1S, locked.state('14:00:00').TAPE_DELTA_1S]).toEqual([
    0, 0,
  ]);
});

test('what counts is the book before the time stamp, not what the time stamp left of it', () => {
  const rig = new MarketRig();
  rig.add('13:00:00', 'bid', 250, 100);
  const ask = rig.add('13:00:00', 'ask', 250.1, 100);
  rig.cancel('14:00:00', ask, 100);
  rig.add('14:00:00', 'ask', 250.5, 100);
  rig.trade('14:00:00', 250.1, 100);
  expect(rig.state('14:00:00').TAPE_DELTA_1S).toBe(100);
});
