import { describe, expect, test } from 'vitest';
import { ExchangeRig } from '../../support/exchange-rig.ts';

/** A bid of 50 at 100 (id 1), ours of 30 behind it, then 40 (id 2) behind ours; an ask of 70 at 101 (id 9). */
function rigWithOurBid(): ExchangeRig {
  const rig = new ExchangeRig();
  rig.add(0, 1, 'bid', 100, 50);
  rig.add(0, 9, 'ask', 101, 70);
  rig.buy(0, 'A', 30, { price: 100 });
  rig.add(30, 2, 'bid', 100, 40);
  return rig;
}

describe('a change', () => {
  test('to a smaller quantity at the same price keeps the place', () => {
    const rig = rigWithOurBid();
    rig.change(40, 'A', { quantity: 10 });
    rig.wait(60);
    expect(rig.exchange.queueAhead('A')).toBe(50);
    rig.execute(70, 'bid', 100, [2, 40]);
    expect(rig.fills).toEqual(['A 10@100.00 70 #5 maker']);
  });

  test('to a larger quantity goes to the back', () => {
    const rig = rigWithOurBid();
    rig.change(40, 'A', { quantity: 31 });
    rig.wait(60);
    expect(rig.exchange.queueAhead('A')).toBe(90);
    rig.execute(70, 'bid', 100, [2, 40]);
    expect(rig.fills).toEqual([]);
  });

  test('to another price and back goes to the back', () => {
    const rig = rigWithOurBid();
    rig.change(40, 'A', { price: 99.99 });
    rig.change(41, 'A', { price: 100 });
    rig.wait(61);
    expect(rig.exchange.queueAhead('A')).toBe(90);
  });

  test('to the terms that it has keeps the place', () => {
    const rig = rigWithOurBid();
    rig.change(40, 'A', { price: 100, quantity: 30 });
    rig.wait(60);
    expect(rig.exchange.queueAhead('A')).toBe(50);
  });

  test('to a marketable price takes, and its rest joins the back there', () => {
    const rig = rigWithOurBid();
    rig.change(40, 'A', { price: 101, quantity: 90 });
    rig.wait(60);
    rig.add(70, 10, 'ask', 101, 5);
    expect(rig.fills).toEqual(['A 70@101.00 60 #3 taker', 'A 5@101.00 70 #4 maker']);
  });

  test('names the new total, the filled part included', () => {
    const rig = rigWithOurBid();
    rig.execute(35, 'bid', 100, [2, 12]);
    rig.change(40, 'A', { quantity: 20 });
    rig.add(70, 3, 'bid', 100, 100);
    rig.execute(71, 'bid', 100, [3, 100]);
    expect(rig.fills).toEqual(['A 12@100.00 35 #5 maker', 'A 8@100.00 71 #9 maker']);
  });

  test.for([12, 5])('to %i when 12 are filled cancels the rest', (quantity) => {
    const rig = rigWithOurBid();
    rig.execute(35, 'bid', 100, [2, 12]);
    rig.change(40, 'A', { quantity });
    rig.wait(60);
    rig.execute(70, 'bid', 100, [2, 28]);
    expect(rig.fills).toEqual(['A 12@100.00 35 #5 maker']);
    expect(rig.states).toEqual(['A accepted 20', 'A modified 60', 'A canceled 60']);
    expect(rig.all()).toContainEqual({
      type: 'order-modified',
      orderId: 'A',
      ts: 60e6,
      price: 100e9,
      quantity: 12,
    });
  });

  test('until it arrives the old terms hold and fill', () => {
    const rig = rigWithOurBid();
    rig.change(40, 'A', { price: 99 });
    rig.execute(60, 'bid', 100, [2, 7]);
    rig.execute(61, 'bid', 100, [2, 7]);
    expect(rig.fills).toEqual(['A 7@100.00 60 #5 maker']);
  });

  test('that arrives when the order is done changes nothing', () => {
    const rig = rigWithOurBid();
    rig.change(40, 'A', { quantity: 500 });
    rig.withdraw(41, 'A');
    rig.execute(50, 'bid', 100, [2, 30]);
    rig.wait(100);
    expect(rig.fills).toEqual(['A 30@100.00 50 #5 maker']);
    expect(rig.states).toEqual(['A accepted 20']);
  });

  test('sent right after its order arrives right after it', () => {
    const rig = new ExchangeRig();
    rig.add(0, 9, 'ask', 101, 70);
    rig.buy(0, 'A', 30, { price: 100 });
    rig.change(0, 'A', { price: 101 });
    rig.wait(20);
    expect(rig.fills).toEqual(['A 30@101.00 20 #1 taker']);
  });

  test('of a limit price gives none to an order that has none', () => {
    const rig = rigWithOurBid();
    rig.buy(40, 'stop', 30, { type: 'stop', stopPrice: 101 });
    rig.change(41, 'stop', { price: 100.5 });
    rig.print(70, 101, 1);
    rig.wait(90);
    expect(rig.fills).toEqual(['stop 30@101.00 90 #4 taker']);
  });
});

describe('a cancel', () => {
  test('takes the order out when it arrives; until then it fills', () => {
    const rig = rigWithOurBid();
    rig.withdraw(40, 'A');
    rig.execute(60, 'bid', 100, [2, 7]);
    rig.execute(61, 'bid', 100, [2, 7]);
    expect(rig.fills).toEqual(['A 7@100.00 60 #5 maker']);
    expect(rig.states).toEqual(['A accepted 20', 'A canceled 60']);
  });

  test('of an order that the exchange never had changes nothing', () => {
    const rig = rigWithOurBid();
    rig.withdraw(40, 'nobody');
    rig.change(40, 'nobody', { quantity: 1 });
    rig.wait(100);
    expect(rig.states).toEqual(['A accepted 20']);
  });

  test('the second of two changes nothing', () => {
    const rig = rigWithOurBid();
    rig.withdraw(40, 'A');
    rig.withdraw(41, 'A');
    rig.wait(100);
    expect(rig.states).toEqual(['A accepted 20', 'A canceled 60']);
  });
});

describe('the end of the data', () => {
  test('expires what still lives, arrived or not, and nothing else', () => {
    const rig = rigWithOurBid();
    rig.buy(40, 'taker', 5, { type: 'market' });
    rig.sell(41, 'stop', 5, { type: 'stop', stopPrice: 99 });
    rig.wait(70);
    rig.buy(71, 'late', 5, { price: 99 });
    rig.exchange.expireAll(80e6);
    expect(rig.fills).toEqual(['taker 5@101.00 60 #3 taker']);
    expect(rig.states.filter((line) => line.includes('expired'))).toEqual([
      'A expired 80',
      'stop expired 80',
      'late expired 80',
    ]);
    rig.execute(90, 'bid', 100, [2, 40]);
    expect(rig.fills).toHaveLength(1);
  });
});
