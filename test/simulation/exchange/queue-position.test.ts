import { describe, expect, test } from 'vitest';
import { ExchangeRig } from '../../support/exchange-rig.ts';

/** Two bids at 100 (ids 1 and 2, 50 each) and an ask at 101; ours rests behind them. */
function rigWithOurBid(quantity = 30): ExchangeRig {
  const rig = new ExchangeRig();
  rig.add(0, 1, 'bid', 100, 50);
  rig.add(0, 2, 'bid', 100, 50);
  rig.add(0, 9, 'ask', 101, 70);
  rig.buy(0, 'A', quantity, { price: 100 });
  rig.wait(20);
  return rig;
}

describe('a resting limit order joins behind every order displayed at its price when it arrives', () => {
  test('executions of those ahead are not its own', () => {
    const rig = rigWithOurBid();
    rig.execute(30, 'bid', 100, [1, 50], [2, 50]);
    expect(rig.fills).toEqual([]);
  });

  test('sees the size ahead by order, and it shrinks as they trade', () => {
    const rig = rigWithOurBid();
    expect(rig.exchange.queueAhead('A')).toBe(100);
    rig.execute(30, 'bid', 100, [1, 20]);
    expect(rig.exchange.queueAhead('A')).toBe(80);
  });

  test('an order added before its arrival, although after it was sent, is ahead', () => {
    const rig = new ExchangeRig();
    rig.add(0, 1, 'bid', 100, 50);
    rig.buy(0, 'A', 30, { price: 100 });
    rig.add(19, 2, 'bid', 100, 10);
    rig.add(21, 3, 'bid', 100, 10);
    expect(rig.exchange.queueAhead('A')).toBe(60);
    rig.execute(30, 'bid', 100, [1, 50], [2, 10], [3, 7]);
    expect(rig.fills).toEqual(['A 7@100.00 30 #11 maker']);
  });

  test('an order added in the nanosecond of its arrival is ahead', () => {
    const rig = new ExchangeRig();
    rig.add(0, 1, 'bid', 100, 50);
    rig.buy(0, 'A', 30, { price: 100 });
    rig.add(20, 2, 'bid', 100, 10);
    rig.wait(20);
    expect(rig.exchange.queueAhead('A')).toBe(60);
  });

  test('the same id joined again after it left is behind', () => {
    const rig = rigWithOurBid();
    rig.cancel(30, 1, 50);
    rig.add(31, 1, 'bid', 100, 50);
    expect(rig.exchange.queueAhead('A')).toBe(50);
    rig.execute(40, 'bid', 100, [1, 10]);
    expect(rig.fills).toEqual(['A 10@100.00 40 #7 maker']);
  });

  test('orders at a better price are executed without it', () => {
    const rig = rigWithOurBid();
    rig.add(30, 3, 'bid', 100.01, 40);
    rig.execute(31, 'bid', 100.01, [3, 40]);
    expect(rig.fills).toEqual([]);
  });

  test('a sell rests behind the asks alike', () => {
    const rig = new ExchangeRig();
    rig.add(0, 1, 'bid', 100, 50);
    rig.add(0, 9, 'ask', 101, 70);
    rig.sell(0, 'S', 30, { price: 101 });
    rig.add(30, 10, 'ask', 101, 5);
    rig.execute(31, 'ask', 101, [9, 70], [10, 5]);
    expect(rig.fills).toEqual(['S 5@101.00 31 #8 maker']);
  });
});

describe('what is ahead shrinks', () => {
  test('as those orders are cancelled, in part or whole', () => {
    const rig = rigWithOurBid();
    rig.cancel(30, 1, 20);
    expect(rig.exchange.queueAhead('A')).toBe(80);
    rig.cancel(31, 1, 30);
    expect(rig.exchange.queueAhead('A')).toBe(50);
  });

  test('as one moves to another price and comes back', () => {
    const rig = rigWithOurBid();
    rig.modify(30, 1, 'bid', 99.99, 50);
    rig.modify(31, 1, 'bid', 100, 50);
    expect(rig.exchange.queueAhead('A')).toBe(50);
    rig.execute(40, 'bid', 100, [1, 12]);
    expect(rig.fills).toEqual(['A 12@100.00 40 #7 maker']);
  });

  test('as one grows: all of it loses its place', () => {
    const rig = rigWithOurBid();
    rig.modify(30, 1, 'bid', 100, 51);
    expect(rig.exchange.queueAhead('A')).toBe(50);
  });

  test('as one gets smaller, by what it lost: the rest keeps its place', () => {
    const rig = rigWithOurBid();
    rig.modify(30, 1, 'bid', 100, 10);
    expect(rig.exchange.queueAhead('A')).toBe(60);
    rig.execute(40, 'bid', 100, [1, 10]);
    expect(rig.fills).toEqual([]);
  });

  test('but not when one is changed to the terms that it has', () => {
    const rig = rigWithOurBid();
    rig.modify(30, 1, 'bid', 100, 50);
    expect(rig.exchange.queueAhead('A')).toBe(100);
  });
});

describe('it fills at its own price, for no more than the feed shows', () => {
  test('an execution of an order behind it fills it for the size executed', () => {
    const rig = rigWithOurBid();
    rig.add(30, 3, 'bid', 100, 40);
    rig.execute(31, 'bid', 100, [3, 12]);
    expect(rig.fills).toEqual(['A 12@100.00 31 #6 maker']);
  });

  test('each event makes its own fill, and what is left keeps its place', () => {
    const rig = rigWithOurBid(30);
    rig.add(30, 3, 'bid', 100, 10);
    rig.add(30, 4, 'bid', 100, 40);
    rig.execute(31, 'bid', 100, [3, 10], [4, 5]);
    rig.add(32, 5, 'bid', 100, 100);
    rig.execute(33, 'bid', 100, [4, 35]);
    expect(rig.fills).toEqual([
      'A 10@100.00 31 #7 maker',
      'A 5@100.00 31 #10 maker',
      'A 15@100.00 33 #14 maker',
    ]);
  });

  test('an execution at a worse price trades through it, whatever is ahead', () => {
    const rig = rigWithOurBid();
    rig.add(30, 3, 'bid', 99.98, 40);
    rig.execute(31, 'bid', 99.98, [3, 25]);
    expect(rig.fills).toEqual(['A 25@100.00 31 #6 maker']);
  });

  test('an execution of an order that the book does not know is not ahead of it', () => {
    const rig = rigWithOurBid();
    rig.execute(31, 'bid', 100, [77, 8]);
    expect(rig.fills).toEqual(['A 8@100.00 31 #5 maker']);
  });

  test('nor is one that stands at another price, however old, and executes at ours', () => {
    const rig = new ExchangeRig();
    rig.add(0, 1, 'bid', 99.8, 50);
    rig.buy(0, 'A', 30, { price: 100 });
    rig.execute(30, 'bid', 100, [1, 3]);
    expect(rig.fills).toEqual(['A 3@100.00 30 #3 maker']);
  });

  test('executions of the other side are not its own, even at worse prices', () => {
    const rig = rigWithOurBid();
    rig.add(30, 10, 'ask', 100.5, 40);
    rig.execute(31, 'ask', 100.5, [10, 40]);
    expect(rig.fills).toEqual([]);
  });

  test('a print without an aggressor fills nothing', () => {
    const rig = rigWithOurBid();
    rig.print(31, 99, 1000);
    rig.print(32, 100, 1000);
    expect(rig.fills).toEqual([]);
  });

  test('nor do the fills of a print without an aggressor, an auction cross, whichever side they name', () => {
    const rig = rigWithOurBid();
    rig.add(30, 3, 'bid', 99.9, 40);
    rig.print(31, 99.9, 40, 'none', { last: false });
    rig.fill(31, 3, 'bid', 99.9, 40, { last: false });
    rig.cancel(31, 3, 40);
    expect(rig.fills).toEqual([]);
    rig.add(32, 4, 'bid', 99.9, 40);
    rig.execute(33, 'bid', 99.9, [4, 3]);
    expect(rig.fills).toEqual(['A 3@100.00 33 #10 maker']);
  });
});

describe('an order of the other side displayed at or across its price', () => {
  test('fills it for the size displayed, at its own price', () => {
    const rig = rigWithOurBid();
    rig.add(30, 10, 'ask', 100, 12);
    rig.add(31, 11, 'ask', 99.9, 7);
    expect(rig.fills).toEqual(['A 12@100.00 30 #4 maker', 'A 7@100.00 31 #5 maker']);
  });

  test('fills it when it is changed to there', () => {
    const rig = rigWithOurBid();
    rig.modify(30, 9, 'ask', 100, 12);
    expect(rig.fills).toEqual(['A 12@100.00 30 #4 maker']);
  });

  test('counts as taken: an order of ours that comes later finds only the rest', () => {
    const rig = rigWithOurBid(8);
    rig.add(30, 10, 'ask', 100, 12);
    rig.buy(30, 'B', 10, { price: 100 });
    rig.wait(60);
    expect(rig.fills).toEqual(['A 8@100.00 30 #4 maker', 'B 4@100.00 50 #4 taker']);
  });

  test('offers the same size no second time when it is changed again', () => {
    const rig = rigWithOurBid(100);
    rig.add(30, 10, 'ask', 100, 12);
    rig.modify(31, 10, 'ask', 99.99, 12);
    rig.modify(32, 10, 'ask', 99.98, 15);
    expect(rig.fills).toEqual(['A 12@100.00 30 #4 maker', 'A 3@100.00 32 #6 maker']);
  });

  test('is a new order when its id left the feed in between, however it comes back', () => {
    const rig = rigWithOurBid(100);
    rig.add(30, 10, 'ask', 100, 12);
    rig.cancel(31, 10, 12);
    rig.add(32, 10, 'ask', 100, 5);
    rig.cancel(33, 10, 5);
    rig.modify(34, 10, 'ask', 100, 6);
    expect(rig.fills).toEqual([
      'A 12@100.00 30 #4 maker',
      'A 5@100.00 32 #6 maker',
      'A 6@100.00 34 #8 maker',
    ]);
  });

  test('tells ids apart that share their low half', () => {
    const rig = rigWithOurBid(8);
    rig.add(30, 10, 'ask', 100, 8);
    rig.add(30, (5n << 32n) | 10n, 'ask', 100, 3);
    rig.buy(30, 'B', 10, { price: 100, tif: 'ioc' });
    rig.wait(60);
    expect(rig.fills).toEqual(['A 8@100.00 30 #4 maker', 'B 3@100.00 50 #5 taker']);
  });
});

describe('our own orders share the queue', () => {
  test('by price, then arrival: the same size fills one of them only', () => {
    const rig = new ExchangeRig();
    rig.add(0, 1, 'bid', 99, 50);
    rig.buy(0, 'low', 10, { price: 99.5 });
    rig.buy(0, 'first', 10, { price: 100 });
    rig.buy(1, 'second', 10, { price: 100 });
    rig.execute(30, 'bid', 99, [1, 15]);
    rig.execute(31, 'bid', 99, [1, 11]);
    expect(rig.fills).toEqual([
      'first 10@100.00 30 #3 maker',
      'second 5@100.00 30 #3 maker',
      'second 5@100.00 31 #6 maker',
      'low 6@99.50 31 #6 maker',
    ]);
  });

  test('one that a market order stands between does not get what fills the one before it', () => {
    const rig = new ExchangeRig();
    rig.buy(0, 'A', 10, { price: 100 });
    rig.add(30, 1, 'bid', 100, 20);
    rig.buy(30, 'B', 10, { price: 100 });
    rig.wait(50);
    rig.execute(60, 'bid', 100, [1, 14]);
    expect(rig.fills).toEqual(['A 10@100.00 60 #3 maker']);
  });

  test('they never trade with each other', () => {
    const rig = new ExchangeRig();
    rig.buy(0, 'B', 10, { price: 100 });
    rig.sell(1, 'S', 10, { price: 99 });
    rig.sell(2, 'M', 10, { type: 'market' });
    rig.wait(100);
    expect(rig.fills).toEqual([]);
    expect(rig.states).toEqual([
      'B accepted 20',
      'S accepted 21',
      'M accepted 22',
      'M canceled 22',
    ]);
  });
});
