import { describe, expect, test } from 'vitest';
import { ExchangeRig } from '../../support/exchange-rig.ts';

/** Bids 10@100 (id 1) and 90@99.90 (2), asks 10@100.10 (3) and 90@100.20 (4); events 1 to 4. */
function rigWithBook(options?: ConstructorParameters<typeof ExchangeRig>[0]): ExchangeRig {
  const rig = new ExchangeRig(options);
  rig.add(0, 1, 'bid', 100, 10);
  rig.add(0, 2, 'bid', 99.9, 90);
  rig.add(0, 3, 'ask', 100.1, 10);
  rig.add(0, 4, 'ask', 100.2, 90);
  return rig;
}

describe('a stop', () => {
  test('triggers on the first trade at its price and arrives orderMs after it, as a market order', () => {
    const rig = rigWithBook();
    rig.sell(0, 'S', 30, { type: 'stop', stopPrice: 100 });
    rig.print(30, 100.01, 5);
    rig.print(31, 100, 5);
    rig.print(32, 99, 5);
    rig.wait(100);
    expect(rig.fills).toEqual(['S 10@100.00 51 #7 taker', 'S 20@99.90 51 #7 taker']);
    expect(rig.states).toEqual(['S accepted 20', 'S triggered 31']);
  });

  test('triggers on a trade through its price', () => {
    const rig = rigWithBook();
    rig.buy(0, 'S', 5, { type: 'stop', stopPrice: 100.15 });
    rig.print(30, 100.14, 5);
    rig.print(31, 100.16, 5);
    rig.wait(100);
    expect(rig.fills).toEqual(['S 5@100.10 51 #6 taker']);
  });

  test('does not see trades before it arrived, nor those of its nanosecond of arrival', () => {
    const rig = rigWithBook();
    rig.sell(0, 'S', 5, { type: 'stop', stopPrice: 100 });
    rig.print(19, 99, 5);
    rig.print(20, 99, 5);
    rig.wait(25);
    rig.print(30, 100.05, 5);
    rig.wait(100);
    expect(rig.states).toEqual(['S accepted 20']);
  });

  test.for(['bid', 'ask', 'none'] as const)(
    'counts prints of aggressor %s, hidden ones too',
    (aggressor) => {
      const rig = rigWithBook();
      rig.sell(0, 'S', 5, { type: 'stop', stopPrice: 100 });
      rig.print(30, 100, 1, aggressor);
      rig.wait(100);
      expect(rig.fills).toEqual(['S 5@100.00 50 #5 taker']);
    },
  );

  test('is not triggered by quotes, nor by fills of the feed without a print', () => {
    const rig = rigWithBook();
    rig.sell(0, 'S', 5, { type: 'stop', stopPrice: 100 });
    rig.cancel(30, 1, 10);
    rig.fill(31, 2, 'bid', 99.9, 5);
    rig.wait(100);
    expect(rig.states).toEqual(['S accepted 20']);
  });

  test('is not triggered by our own fills', () => {
    const rig = rigWithBook();
    rig.sell(0, 'S', 5, { type: 'stop', stopPrice: 99.9 });
    rig.sell(1, 'M', 60, { type: 'market' });
    rig.wait(100);
    expect(rig.fills).toEqual(['M 10@100.00 21 #4 taker', 'M 50@99.90 21 #4 taker']);
    expect(rig.states).toEqual(['S accepted 20', 'M accepted 21']);
  });

  test('meets the book as it is when it arrives', () => {
    const rig = rigWithBook();
    rig.sell(0, 'S', 5, { type: 'stop', stopPrice: 100 });
    rig.execute(30, 'bid', 100, [1, 10]);
    rig.add(45, 5, 'bid', 99.95, 3);
    rig.wait(100);
    expect(rig.fills).toEqual(['S 3@99.95 50 #8 taker', 'S 2@99.90 50 #8 taker']);
  });

  test('once triggered is caught by a cancel that arrives before it', () => {
    const rig = rigWithBook();
    rig.sell(0, 'S', 5, { type: 'stop', stopPrice: 100 });
    rig.withdraw(25, 'S');
    rig.print(30, 100, 5);
    rig.wait(100);
    expect(rig.fills).toEqual([]);
    expect(rig.states).toEqual(['S accepted 20', 'S triggered 30', 'S canceled 45']);
  });

  test('is not caught by a cancel sent in the nanosecond of the trade: that arrives after it', () => {
    const rig = rigWithBook();
    rig.sell(0, 'S', 5, { type: 'stop', stopPrice: 100 });
    rig.print(30, 100, 5);
    rig.withdraw(30, 'S');
    rig.wait(100);
    expect(rig.fills).toEqual(['S 5@100.00 50 #5 taker']);
  });

  test('takes a change until it arrives as a market order: it is not done before', () => {
    const rig = rigWithBook();
    rig.sell(0, 'S', 5, { type: 'stop', stopPrice: 100 });
    rig.change(25, 'S', { quantity: 3 });
    rig.print(30, 100, 5);
    rig.wait(100);
    expect(rig.fills).toEqual(['S 3@100.00 50 #5 taker']);
  });

  test('waits for its new price once a change has arrived', () => {
    const rig = rigWithBook();
    rig.sell(0, 'S', 5, { type: 'stop', stopPrice: 100 });
    rig.change(25, 'S', { stopPrice: 99.8 });
    rig.print(46, 100, 5);
    rig.print(47, 99.8, 5);
    rig.wait(100);
    expect(rig.states).toEqual(['S accepted 20', 'S modified 45', 'S triggered 47']);
  });

  test('fills what is displayed and cancels the rest', () => {
    const rig = rigWithBook();
    rig.sell(0, 'S', 130, { type: 'stop', stopPrice: 100 });
    rig.print(30, 100, 5);
    rig.wait(100);
    expect(rig.filledOf('S')).toBe(100);
    expect(rig.states.at(-1)).toBe('S canceled 50');
  });

  test('each of two that one trade triggers finds only what the other left', () => {
    const rig = rigWithBook();
    rig.sell(0, 'S', 8, { type: 'stop', stopPrice: 100 });
    rig.sell(0, 'T', 8, { type: 'stop', stopPrice: 100.05 });
    rig.print(30, 100, 5);
    rig.wait(100);
    expect(rig.fills).toEqual([
      'S 8@100.00 50 #5 taker',
      'T 2@100.00 50 #5 taker',
      'T 6@99.90 50 #5 taker',
    ]);
  });
});

describe('a stop-limit', () => {
  test('travels as its limit order and rests where it is not marketable', () => {
    const rig = rigWithBook();
    rig.sell(0, 'S', 30, { type: 'stop-limit', stopPrice: 100, price: 99.95 });
    rig.print(30, 100, 5);
    rig.add(60, 5, 'bid', 99.95, 3);
    rig.wait(100);
    expect(rig.fills).toEqual(['S 10@100.00 50 #5 taker', 'S 3@99.95 60 #6 maker']);
  });

  test('of IOC cancels what it does not get', () => {
    const rig = rigWithBook();
    rig.sell(0, 'S', 30, { type: 'stop-limit', stopPrice: 100, price: 99.95, tif: 'ioc' });
    rig.print(30, 100, 5);
    rig.wait(100);
    expect(rig.fills).toEqual(['S 10@100.00 50 #5 taker']);
    expect(rig.states.at(-1)).toBe('S canceled 50');
  });
});

describe('a stop that triggers on quotes', () => {
  const quote = { execution: { stopTrigger: 'quote' } } as const;

  test('waits for the bid to reach a sell, the ask to reach a buy, at the end of a time stamp', () => {
    const rig = rigWithBook(quote);
    rig.sell(0, 'S', 5, { type: 'stop', stopPrice: 99.9 });
    rig.buy(0, 'B', 5, { type: 'stop', stopPrice: 100.2 });
    rig.print(30, 1, 5);
    rig.cancel(40, 1, 10);
    rig.wait(41);
    rig.cancel(42, 3, 10);
    rig.wait(100);
    expect(rig.states.filter((line) => line.includes('triggered'))).toEqual([
      'S triggered 40',
      'B triggered 42',
    ]);
  });
});
