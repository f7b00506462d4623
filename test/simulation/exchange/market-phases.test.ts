import { describe, expect, test } from 'vitest';
import { STATUS_HALTED, STATUS_QUOTING, STATUS_TRADING } from '../../../src/domain/event.ts';
import { ExchangeRig } from '../../support/exchange-rig.ts';

/** A bid of 10 at 100 (id 1), ours of 30 behind it, an ask of 10 at 101 (id 9). */
function rigWithOurBid(): ExchangeRig {
  const rig = new ExchangeRig();
  rig.add(0, 1, 'bid', 100, 10);
  rig.add(0, 9, 'ask', 101, 10);
  rig.buy(0, 'A', 30, { price: 100 });
  rig.wait(20);
  return rig;
}

describe.for([
  ['a halt', STATUS_HALTED],
  ['an auction', STATUS_QUOTING],
] as const)('in %s nothing fills', ([, status]) => {
  test('neither executions nor orders displayed across our price', () => {
    const rig = rigWithOurBid();
    rig.status(30, status);
    rig.execute(31, 'bid', 100, [1, 10]);
    rig.add(32, 2, 'bid', 99, 5);
    rig.execute(33, 'bid', 99, [2, 5]);
    rig.add(34, 10, 'ask', 100, 5);
    expect(rig.fills).toEqual([]);
  });

  test('a limit order rests, market and IOC orders are cancelled', () => {
    const rig = rigWithOurBid();
    rig.status(30, status);
    rig.buy(30, 'limit', 5, { price: 101 });
    rig.buy(30, 'market', 5, { type: 'market' });
    rig.buy(30, 'ioc', 5, { price: 101, tif: 'ioc' });
    rig.wait(100);
    expect(rig.fills).toEqual([]);
    expect(rig.states.slice(1)).toEqual([
      'limit accepted 50',
      'market accepted 50',
      'market canceled 50',
      'ioc accepted 50',
      'ioc canceled 50',
    ]);
  });

  test('and when trading resumes, what rests fills again', () => {
    const rig = rigWithOurBid();
    rig.status(30, status);
    rig.add(31, 2, 'bid', 100, 5);
    rig.status(40, STATUS_TRADING);
    rig.execute(41, 'bid', 100, [2, 5]);
    expect(rig.fills).toEqual(['A 5@100.00 41 #7 maker']);
  });

  test('a status is heard while no order of ours lives', () => {
    const rig = new ExchangeRig();
    rig.add(0, 9, 'ask', 101, 10);
    rig.status(1, status);
    rig.buy(2, 'A', 5, { type: 'market' });
    rig.wait(30);
    expect(rig.states).toEqual(['A accepted 22', 'A canceled 22']);
  });
});

test('outside the session of a futures market nothing fills', () => {
  const rig = rigWithOurBid();
  rig.exchange.setOpen(false, 0);
  rig.add(30, 10, 'ask', 99, 5);
  rig.exchange.setOpen(true, 31e6);
  rig.add(31, 11, 'ask', 99, 6);
  expect(rig.fills).toEqual(['A 6@100.00 31 #4 maker']);
});

describe('a crossed or locked feed book fills nothing at a price better than our limit', () => {
  test('an arriving order gets its own limit at best', () => {
    const rig = new ExchangeRig();
    rig.add(0, 1, 'bid', 100.05, 10);
    rig.add(0, 2, 'ask', 100, 4);
    rig.add(0, 3, 'ask', 100.02, 5);
    rig.buy(0, 'A', 30, { price: 100.02 });
    rig.wait(20);
    expect(rig.fills).toEqual(['A 5@100.02 20 #3 taker']);
  });

  test('a locked one alike', () => {
    const rig = new ExchangeRig();
    rig.add(0, 1, 'bid', 100, 10);
    rig.add(0, 2, 'ask', 100, 4);
    rig.buy(0, 'better', 2, { price: 100.01, tif: 'ioc' });
    rig.buy(0, 'at', 30, { price: 100, tif: 'ioc' });
    rig.sell(0, 'sell', 30, { price: 100, tif: 'ioc' });
    rig.wait(20);
    expect(rig.fills).toEqual(['at 4@100.00 20 #2 taker', 'sell 10@100.00 20 #2 taker']);
  });

  test('a resting one still fills at its own price', () => {
    const rig = rigWithOurBid();
    rig.add(30, 2, 'bid', 100.2, 10);
    rig.add(31, 3, 'ask', 100, 4);
    expect(rig.fills).toEqual(['A 4@100.00 31 #4 maker']);
  });
});

test('a cleared book offers nothing, and what is added after it is behind us', () => {
  const rig = rigWithOurBid();
  rig.clear(30);
  rig.buy(30, 'M', 5, { type: 'market' });
  rig.wait(60);
  rig.add(70, 2, 'bid', 100, 10);
  rig.execute(71, 'bid', 100, [2, 6]);
  expect(rig.fills).toEqual(['A 6@100.00 71 #6 maker']);
});
