import { expect, test } from 'vitest';
import { MarketRig } from '../../support/market-rig.ts';

/** A bid of 250.00 with 100 shown at each of five levels: 500 is five times the mean, 1,000 the least volume. */
function held(): MarketRig {
  const rig = new MarketRig();
  for (let i = 0; i < 5; i++) rig.add('13:50:00', 'bid', 250 - i / 100, 100);
  rig.add('13:50:00', 'ask', 250.05, 100);
  return rig;
}

function found(rig: MarketRig, clock: string): [boolean, string | null, number | null] {
  const { ABSORPTION_DETECTED, ABSORPTION_SIDE, ABSORPTION_PRICE } = rig.state(clock);
  return [ABSORPTION_DETECTED, ABSORPTION_SIDE, ABSORPTION_PRICE];
}

const NONE = [false, null, null];

test('a thousand shares sold over a second into a bid that stays are absorbed, for 30 s', () => {
  const rig = held();
  rig.trade('14:00:00', 250, 500, -1);
  rig.trade('14:00:01', 250, 500, -1);
  expect([
    found(rig, '14:00:01'),
    found(rig, '14:00:30.999999999'),
    found(rig, '14:00:31'),
  ]).toEqual([[true, 'BID', 250], [true, 'BID', 250], NONE]);
});

test.for([
  ['999 shares', '14:00:01', 499, 250],
  ['less than a second', '14:00:00.999999999', 500, 250],
  ['another price', '14:00:01', 500, 249.99],
] as const)('%s are not enough', ([_name, clock, size, price]) => {
  const rig = held();
  rig.trade('14:00:00', 250, 500, -1);
  rig.trade(clock, price, size, -1);
  expect(found(rig, clock)).toEqual(NONE);
});

test('sells of 10 s ago no longer count', () => {
  const rig = held();
  rig.trade('14:00:00', 250, 500, -1);
  rig.trade('14:00:10', 250, 500, -1);
  expect(found(rig, '14:00:10')).toEqual(NONE);
});

test('the volume must be five times the mean of the best five bid levels', () => {
  const rig = held();
  rig.add('13:50:00', 'bid', 249.99, 501);
  rig.trade('14:00:00', 250, 500, -1);
  rig.trade('14:00:01', 250, 500, -1);
  expect(found(rig, '14:00:01')).toEqual(NONE);
});

test('the volume must be half of all that was sold', () => {
  const rig = held();
  rig.trade('14:00:00', 250.05, 1001, -1);
  rig.trade('14:00:00', 250, 500, -1);
  rig.trade('14:00:01', 250, 500, -1);
  const tooMuch = found(rig, '14:00:01');
  rig.trade('14:00:01', 250, 1, -1);
  expect([tooMuch, found(rig, '14:00:01')]).toEqual([NONE, [true, 'BID', 250]]);
});

test('the size shown may have shrunk by half of the volume and no more', () => {
  const shrunkBy = (size: number): unknown => {
    const rig = held();
    const id = rig.add('13:50:01', 'bid', 250, 900);
    rig.trade('14:00:00', 250, 500, -1);
    rig.cancel('14:00:00', id, size);
    rig.trade('14:00:01', 250, 500, -1);
    return found(rig, '14:00:01')[0];
  };
  expect([shrunkBy(500), shrunkBy(501)]).toEqual([true, false]);
});

test('a trade or a best bid more than 5 ticks below 250.00 since then rules it out, at 5 ticks it does not', () => {
  const tradedAt = (price: number): unknown => {
    const rig = held();
    rig.trade('14:00:00', 250, 500, -1);
    rig.trade('14:00:00.5', price, 1, 1);
    rig.trade('14:00:01', 250, 500, -1);
    return found(rig, '14:00:01')[0];
  };
  expect([tradedAt(249.95), tradedAt(249.94), tradedAt(249.949)]).toEqual([true, false, false]);
});

test.for([
  ['a trade', 249.91, 249.9],
  ['the best bid', 249.91, 249.9],
] as const)('%s ten ticks below ends it, nine do not', ([what, stays, ends]) => {
  const after = (price: number): unknown => {
    const rig = new MarketRig();
    const id = rig.add('13:50:00', 'bid', 250, 100);
    rig.add('13:50:00', 'bid', price, 100);
    rig.trade('14:00:00', 250, 500, -1);
    rig.trade('14:00:01', 250, 500, -1);
    if (what === 'a trade') rig.trade('14:00:02', price, 1, 1);
    else rig.cancel('14:00:02', id, 100);
    rig.add('14:00:03', 'bid', 250, 100);
    return found(rig, '14:00:03')[0];
  };
  expect([after(stays), after(ends)]).toEqual([true, false]);
});

test('it ends when no bid is left, and stays ended when one comes back', () => {
  const rig = new MarketRig();
  const id = rig.add('13:50:00', 'bid', 250, 100);
  rig.trade('14:00:00', 250, 500, -1);
  rig.trade('14:00:01', 250, 500, -1);
  rig.cancel('14:00:02', id, 100);
  rig.add('14:00:03', 'bid', 250, 100);
  expect(found(rig, '14:00:03')).toEqual(NONE);
});

test('a bid that is gone within a time stamp and back at its end does not end it', () => {
  const rig = new MarketRig();
  const id = rig.add('13:50:00', 'bid', 250, 100);
  rig.trade('14:00:00', 250, 500, -1);
  rig.trade('14:00:01', 250, 500, -1);
  rig.cancel('14:00:02', id, 100);
  rig.add('14:00:02', 'bid', 250, 100);
  expect(found(rig, '14:00:02')).toEqual([true, 'BID', 250]);
});

test('buyers are absorbed at an ask, and the later of two is told; when it ends the earlier one shows again', () => {
  const rig = held();
  rig.trade('14:00:00', 250, 500, -1);
  rig.trade('14:00:00', 250.05, 500, 1);
  rig.trade('14:00:01', 250, 500, -1);
  rig.trade('14:00:01', 250.05, 500, 1);
  const later = found(rig, '14:00:01');
  rig.trade('14:00:02', 250.15, 1, 0);
  expect([later, found(rig, '14:00:02')]).toEqual([
    [true, 'ASK', 250.05],
    [true, 'BID', 250],
  ]);
});

test('found again it lasts 30 s from there', () => {
  const rig = held();
  rig.trade('14:00:00', 250, 500, -1);
  rig.trade('14:00:01', 250, 500, -1);
  rig.trade('14:00:05', 250, 1, -1);
  expect([found(rig, '14:00:34.9')[0], found(rig, '14:00:35')[0]]).toEqual([true, false]);
});

test('the best bid may be 5 ticks below when it is found, and not 6', () => {
  const withBidAt = (price: number): unknown => {
    const rig = new MarketRig();
    rig.add('13:50:00', 'bid', price, 100);
    rig.trade('14:00:00', 250, 500, -1);
    rig.trade('14:00:01', 250, 500, -1);
    return found(rig, '14:00:01')[0];
  };
  expect([withBidAt(249.95), withBidAt(249.94)]).toEqual([true, false]);
});

test('at an ask it ends when no ask is left', () => {
  const rig = new MarketRig();
  const id = rig.add('13:50:00', 'ask', 250, 100);
  rig.trade('14:00:00', 250, 500, 1);
  rig.trade('14:00:01', 250, 500, 1);
  const before = found(rig, '14:00:01');
  rig.cancel('14:00:02', id, 100);
  expect([before, found(rig, '14:00:02')]).toEqual([[true, 'ASK', 250], NONE]);
});
