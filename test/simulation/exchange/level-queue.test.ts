import { describe, expect, test } from 'vitest';
import { ExchangeRig } from '../../support/exchange-rig.ts';

/** A bid of 100 (as 60 and 40) at 99.99 and an ask of 50 at 100.01, told as the best two levels; ours arrives at 20 ms. */
function rigWith(queueModel: 'risk-averse' | 'pro-rata' = 'risk-averse', levels = 2): ExchangeRig {
  const rig = new ExchangeRig({ levels, execution: { queueModel } });
  rig.add(0, 1, 'bid', 99.99, 60);
  rig.add(0, 2, 'bid', 99.99, 40);
  rig.add(0, 3, 'ask', 100.01, 50);
  return rig;
}

function withOurBid(queueModel?: 'risk-averse' | 'pro-rata'): ExchangeRig {
  const rig = rigWith(queueModel);
  rig.buy(0, 'A', 10, { price: 99.99 });
  rig.wait(20);
  return rig;
}

describe('an order that joins a level', () => {
  test('stands behind all that is displayed there, and that is an estimate', () => {
    const rig = withOurBid();
    expect([rig.exchange.queueAhead('A'), rig.exchange.estimatedAhead('A')]).toEqual([null, 100]);
  });

  test('has nothing ahead at a price inside the spread, or at one that the levels told show to be empty', () => {
    const rig = rigWith();
    rig.add(1, 4, 'bid', 99.96, 10);
    rig.buy(0, 'inside', 10, { price: 100 });
    rig.buy(0, 'between', 10, { price: 99.98 });
    rig.wait(20);
    expect(rig.exchange.estimatedAhead('inside')).toBe(0);
    expect(rig.exchange.estimatedAhead('between')).toBe(0);
  });

  test('at a price beyond the levels told knows nothing of its place until they are seen, and then stands behind all of it', () => {
    const rig = rigWith();
    rig.add(1, 4, 'bid', 99.98, 10);
    rig.add(2, 5, 'bid', 99.97, 70);
    rig.buy(0, 'A', 10, { price: 99.97 });
    rig.wait(20);
    expect(rig.exchange.estimatedAhead('A')).toBeNull();
    rig.cancel(30, 4, 10);
    rig.wait(31);
    expect(rig.exchange.estimatedAhead('A')).toBe(70);
    rig.execute(32, 'bid', 99.97, [5, 5]);
    rig.wait(33);
    expect(rig.exchange.estimatedAhead('A')).toBe(65);
    expect(rig.fills).toEqual([]);
  });

  test('beyond the levels told still knows nothing when a gap in the data makes the book anew', () => {
    const rig = rigWith();
    rig.add(1, 4, 'bid', 99.98, 10);
    rig.add(2, 5, 'bid', 99.97, 70);
    rig.buy(0, 'A', 10, { price: 99.97 });
    rig.wait(20);
    rig.gap();
    rig.add(30, 6, 'bid', 99.98, 5);
    rig.wait(31);
    expect(rig.exchange.estimatedAhead('A')).toBeNull();
  });

  test('alone on a side that is shown to its end has nothing ahead', () => {
    const rig = new ExchangeRig({ levels: 2 });
    rig.add(0, 1, 'ask', 100.01, 50);
    rig.buy(0, 'A', 10, { price: 99.5 });
    rig.wait(20);
    expect(rig.exchange.estimatedAhead('A')).toBe(0);
  });
});

describe('risk-averse', () => {
  test('trades at the price advance it, and what is pulled does not', () => {
    const rig = withOurBid();
    rig.execute(30, 'bid', 99.99, [1, 20]);
    rig.add(31, 4, 'bid', 99.99, 100);
    rig.cancel(32, 1, 40);
    rig.wait(33);
    expect(rig.exchange.estimatedAhead('A')).toBe(80);
  });

  test('no more is ahead than the level displays', () => {
    const rig = withOurBid();
    rig.cancel(30, 1, 60);
    rig.wait(31);
    expect(rig.exchange.estimatedAhead('A')).toBe(40);
    rig.cancel(32, 2, 40);
    rig.wait(33);
    expect(rig.exchange.estimatedAhead('A')).toBe(0);
  });

  test('a trade fills it by what is left when all that is ahead has traded, and never for more than traded', () => {
    const rig = withOurBid();
    rig.add(25, 4, 'bid', 99.99, 30);
    rig.execute(30, 'bid', 99.99, [1, 60], [2, 40]);
    expect(rig.fills).toEqual([]);
    rig.execute(31, 'bid', 99.99, [4, 7]);
    rig.execute(32, 'bid', 99.99, [4, 20]);
    expect(rig.fills).toEqual(['A 7@99.99 31 #11 maker', 'A 3@99.99 32 #14 maker']);
  });

  test('one trade that is larger than what is ahead fills it with the rest', () => {
    const rig = rigWith();
    rig.add(1, 9, 'bid', 99.98, 30);
    rig.buy(0, 'A', 10, { price: 99.98 });
    rig.wait(20);
    rig.cancel(21, 9, 25);
    // the file's one record of a trade at the level, larger than the five that it displays
    rig.print(30, 99.98, 9, 'ask', { last: false });
    rig.cancel(30, 9, 5);
    expect(rig.fills).toEqual(['A 4@99.98 30 #6 maker']);
  });

  test('a trade through its price fills it, whatever was ahead', () => {
    const rig = withOurBid();
    rig.add(21, 4, 'bid', 99.98, 30);
    rig.execute(30, 'bid', 99.98, [4, 6]);
    expect(rig.fills).toEqual(['A 6@99.99 30 #5 maker']);
  });

  test('two of ours share a trade by price, then arrival', () => {
    const rig = rigWith();
    rig.buy(0, 'B', 10, { price: 99.99 });
    rig.buy(0, 'A', 10, { price: 100 });
    rig.wait(20);
    rig.execute(30, 'bid', 99.99, [1, 60]);
    expect(rig.fills).toEqual(['A 10@100.00 30 #4 maker']);
    rig.execute(31, 'bid', 99.99, [2, 40]);
    expect(rig.exchange.estimatedAhead('B')).toBe(0);
  });
});

describe('pro-rata', () => {
  test('what is pulled was ahead in proportion to the share of the level that is ahead', () => {
    const rig = withOurBid('pro-rata');
    rig.add(25, 4, 'bid', 99.99, 300);
    // 100 of 400 are ahead: a quarter of 80
    rig.cancel(30, 4, 80);
    rig.wait(31);
    expect(rig.exchange.estimatedAhead('A')).toBe(80);
  });

  test('what traded is not pulled', () => {
    const rig = withOurBid('pro-rata');
    rig.add(25, 4, 'bid', 99.99, 300);
    rig.execute(30, 'bid', 99.99, [1, 60]);
    rig.wait(31);
    expect(rig.exchange.estimatedAhead('A')).toBe(40);
  });

  test('a part of a share ahead is a share ahead', () => {
    const rig = withOurBid('pro-rata');
    rig.add(25, 4, 'bid', 99.99, 50);
    // 100 of 150: 20/3 of 10 were ahead, and 93.33 are left
    rig.cancel(30, 4, 10);
    rig.wait(31);
    expect(rig.exchange.estimatedAhead('A')).toBe(94);
    rig.execute(40, 'bid', 99.99, [1, 60]);
    rig.execute(41, 'bid', 99.99, [2, 34]);
    expect(rig.fills).toEqual([]);
  });

  test('a level that only leaves the view is not pulled', () => {
    const rig = withOurBid('pro-rata');
    rig.add(25, 4, 'bid', 99.99, 100);
    rig.add(30, 5, 'bid', 100, 10);
    rig.add(31, 6, 'bid', 100.005, 10);
    rig.wait(32);
    expect(rig.exchange.estimatedAhead('A')).toBe(100);
  });
});

describe('displayed size that we take', () => {
  test('a level offers its size less what we took, and what is added to it', () => {
    const rig = rigWith();
    rig.buy(0, 'A', 30, { type: 'market' });
    rig.wait(20);
    rig.add(21, 4, 'ask', 100.01, 5);
    rig.buy(21, 'B', 100, { type: 'market' });
    rig.wait(41);
    expect(rig.fills).toEqual(['A 30@100.01 20 #3 taker', 'B 25@100.01 41 #4 taker']);
  });

  test('never more was taken than the level displays: what comes after it shrank is new', () => {
    const rig = rigWith();
    rig.buy(0, 'A', 30, { type: 'market' });
    rig.wait(20);
    rig.cancel(21, 3, 40);
    rig.add(22, 4, 'ask', 100.01, 15);
    rig.buy(22, 'B', 100, { type: 'market' });
    rig.wait(42);
    expect(rig.filledOf('B')).toBe(15);
  });

  test('a level that leaves the view and comes back is not sold to us twice', () => {
    const rig = rigWith('risk-averse', 1);
    rig.buy(0, 'A', 30, { type: 'market' });
    rig.wait(20);
    rig.add(21, 4, 'ask', 100, 1);
    rig.cancel(22, 4, 1);
    rig.buy(22, 'B', 100, { type: 'market' });
    rig.wait(42);
    expect(rig.filledOf('B')).toBe(20);
  });

  test('a level that was gone is a new one', () => {
    const rig = rigWith();
    rig.buy(0, 'A', 30, { type: 'market' });
    rig.wait(20);
    rig.cancel(21, 3, 50);
    rig.add(22, 4, 'ask', 100.01, 50);
    rig.buy(22, 'B', 100, { type: 'market' });
    rig.wait(42);
    expect(rig.filledOf('B')).toBe(50);
  });

  test('what is added to a level across our price fills us for what is added', () => {
    const rig = withOurBid();
    rig.cancel(21, 1, 60);
    rig.cancel(21, 2, 40);
    rig.add(30, 4, 'ask', 99.99, 4);
    rig.add(31, 5, 'ask', 99.99, 3);
    expect(rig.fills).toEqual(['A 4@99.99 30 #6 maker', 'A 3@99.99 31 #7 maker']);
  });
});

test('where the feed tells trades alone nothing is known of a queue, and nothing fills', () => {
  const rig = new ExchangeRig({ tradesOnly: true });
  rig.buy(0, 'A', 10, { price: 99.99 });
  rig.buy(0, 'B', 10, { type: 'market' });
  rig.wait(20);
  rig.print(30, 99.9, 500, 'ask');
  expect(rig.exchange.queueAhead('A')).toBeNull();
  expect(rig.exchange.estimatedAhead('A')).toBeNull();
  expect(rig.fills).toEqual([]);
});
