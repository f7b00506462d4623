import { describe, expect, test } from 'vitest';
import { NS_PER_MS } from '../../../src/domain/time.ts';
import { ExchangeRig } from '../../support/exchange-rig.ts';

/** Asks 10@101.00 (id 1), 5@101.00 (2), 20@101.02 (3), 40@101.05 (4); one bid 30@100 (9). */
function rigWithAsks(options?: ConstructorParameters<typeof ExchangeRig>[0]): ExchangeRig {
  const rig = new ExchangeRig(options);
  rig.add(0, 1, 'ask', 101, 10);
  rig.add(0, 2, 'ask', 101, 5);
  rig.add(0, 3, 'ask', 101.02, 20);
  rig.add(0, 4, 'ask', 101.05, 40);
  rig.add(0, 9, 'bid', 100, 30);
  return rig;
}

describe('latency', () => {
  test('an order reaches the exchange orderMs after it was sent and is known there reportMs later', () => {
    const rig = rigWithAsks({ latency: { orderMs: 20, reportMs: 35 } });
    rig.buy(10, 'A', 5, { type: 'market' });
    rig.wait(100);
    expect(rig.known(64)).toEqual([]);
    expect(rig.known(65).map(({ type, ts }) => [type, ts / NS_PER_MS])).toEqual([
      ['order-accepted', 30],
      ['order-filled', 30],
    ]);
  });

  test('what arrives in the nanosecond of market events comes after all of them', () => {
    const rig = rigWithAsks();
    rig.buy(0, 'A', 5, { type: 'market' });
    rig.cancel(20, 1, 10);
    rig.cancel(20, 2, 5);
    rig.wait(20);
    expect(rig.fills).toEqual(['A 5@101.02 20 #7 taker']);
  });

  test('nothing of ours arrives inside an event group, even when the group spans time', () => {
    const rig = rigWithAsks();
    rig.buy(0, 'A', 5, { type: 'market' });
    rig.cancel(19, 1, 10, { last: false });
    rig.cancel(25, 2, 5);
    rig.add(30, 5, 'bid', 99, 1);
    expect(rig.fills).toEqual(['A 5@101.02 20 #7 taker']);
  });

  test('ours that arrive together keep the order in which they were sent', () => {
    const rig = rigWithAsks();
    rig.buy(0, 'first', 12, { type: 'market' });
    rig.buy(0, 'second', 12, { type: 'market' });
    rig.wait(20);
    expect(rig.fills).toEqual([
      'first 12@101.00 20 #5 taker',
      'second 3@101.00 20 #5 taker',
      'second 9@101.02 20 #5 taker',
    ]);
  });

  test('is sampled from a seeded log-normal, and no message overtakes an earlier one', () => {
    const arrivals = (seed: number) => {
      const rig = rigWithAsks({ seed, latency: { model: 'lognormal', sigma: 1.5 } });
      for (let i = 0; i < 200; i++) rig.exchange.submit(request(`O${i}`), i * NS_PER_MS);
      rig.wait(100_000);
      return rig.all().filter(({ type }) => type === 'order-accepted');
    };
    const first = arrivals(3);
    expect(first.map(({ orderId }) => orderId)).toEqual(
      Array.from({ length: 200 }, (_, i) => `O${i}`),
    );
    const delays = first.map(({ ts }, i) => ts - i * NS_PER_MS);
    const times = first.map(({ ts }) => ts);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(delays).size).toBeGreaterThan(50);
    expect(Math.min(...delays)).toBeGreaterThan(0);
    expect(arrivals(3)).toEqual(first);
    expect(arrivals(4)).not.toEqual(first);
  });
});

function request(id: string): Parameters<ExchangeRig['exchange']['submit']>[0] {
  return {
    id,
    side: 'buy',
    type: 'limit',
    price: 1_000_000_000,
    quantity: 1,
    tif: 'day',
    role: 'ENTRY',
    reduceOnly: false,
  } as unknown as Parameters<ExchangeRig['exchange']['submit']>[0];
}

describe('a marketable order walks the displayed book when it arrives', () => {
  test('level by level, at the levels’ prices', () => {
    const rig = rigWithAsks();
    rig.buy(0, 'A', 40, { price: 101.05 });
    rig.wait(20);
    expect(rig.fills).toEqual([
      'A 15@101.00 20 #5 taker',
      'A 20@101.02 20 #5 taker',
      'A 5@101.05 20 #5 taker',
    ]);
  });

  test('no further than its limit, and its rest joins the queue there', () => {
    const rig = rigWithAsks();
    rig.buy(0, 'A', 40, { price: 101.02 });
    rig.wait(20);
    rig.add(30, 5, 'ask', 101.02, 4);
    expect(rig.fills).toEqual([
      'A 15@101.00 20 #5 taker',
      'A 20@101.02 20 #5 taker',
      'A 4@101.02 30 #6 maker',
    ]);
    expect(rig.states).toEqual(['A accepted 20']);
  });

  test('a sell walks the bids', () => {
    const rig = rigWithAsks();
    rig.add(1, 8, 'bid', 99.99, 7);
    rig.sell(1, 'S', 35, { type: 'market' });
    rig.wait(30);
    expect(rig.fills).toEqual(['S 30@100.00 21 #6 taker', 'S 5@99.99 21 #6 taker']);
  });

  test.for([
    ['market', 'day'],
    ['market', 'ioc'],
  ] as const)(
    'the rest of a %s order (%s) beyond the displayed depth is cancelled',
    ([type, tif]) => {
      const rig = rigWithAsks();
      rig.buy(0, 'A', 100, { type, tif });
      rig.wait(20);
      expect(rig.filledOf('A')).toBe(75);
      expect(rig.states).toEqual(['A accepted 20', 'A canceled 20']);
    },
  );

  test('the rest of an IOC order beyond its limit is cancelled', () => {
    const rig = rigWithAsks();
    rig.buy(0, 'A', 100, { price: 101.02, tif: 'ioc' });
    rig.wait(20);
    expect(rig.filledOf('A')).toBe(35);
    expect(rig.states).toEqual(['A accepted 20', 'A canceled 20']);
  });

  test('an IOC order that nothing meets never rests', () => {
    const rig = rigWithAsks();
    rig.buy(0, 'A', 10, { price: 100, tif: 'ioc' });
    rig.wait(20);
    rig.add(30, 5, 'ask', 100, 4);
    expect(rig.fills).toEqual([]);
    expect(rig.states).toEqual(['A accepted 20', 'A canceled 20']);
  });

  test('FOK takes its whole size at once', () => {
    const rig = rigWithAsks();
    rig.buy(0, 'A', 35, { price: 101.02, tif: 'fok' });
    rig.wait(20);
    expect(rig.fills).toEqual(['A 15@101.00 20 #5 taker', 'A 20@101.02 20 #5 taker']);
    expect(rig.states).toEqual(['A accepted 20']);
  });

  test('or nothing, where one unit is missing within its limit', () => {
    const rig = rigWithAsks();
    rig.buy(0, 'A', 36, { price: 101.02, tif: 'fok' });
    rig.wait(20);
    expect(rig.fills).toEqual([]);
    expect(rig.states).toEqual(['A accepted 20', 'A canceled 20']);
  });

  test('FOK at market alike', () => {
    const rig = rigWithAsks();
    rig.buy(0, 'A', 76, { type: 'market', tif: 'fok' });
    rig.buy(0, 'B', 75, { type: 'market', tif: 'fok' });
    rig.wait(20);
    expect(rig.filledOf('A')).toBe(0);
    expect(rig.filledOf('B')).toBe(75);
  });

  test('an empty side fills nothing', () => {
    const rig = new ExchangeRig();
    rig.add(0, 1, 'bid', 100, 10);
    rig.buy(0, 'A', 5, { type: 'market' });
    rig.wait(20);
    expect(rig.fills).toEqual([]);
    expect(rig.states).toEqual(['A accepted 20', 'A canceled 20']);
  });
});

describe('what it took stays taken until those orders leave the feed', () => {
  test('the next order finds each of them for its size less what was taken', () => {
    const rig = rigWithAsks();
    rig.buy(0, 'A', 12, { type: 'market' });
    rig.buy(100, 'B', 12, { type: 'market' });
    rig.wait(200);
    expect(rig.fills).toEqual([
      'A 12@101.00 20 #5 taker',
      'B 3@101.00 120 #5 taker',
      'B 9@101.02 120 #5 taker',
    ]);
  });

  test('FOK does not count taken size as there', () => {
    const rig = rigWithAsks();
    rig.buy(0, 'A', 12, { type: 'market' });
    rig.buy(100, 'B', 4, { price: 101, tif: 'fok' });
    rig.buy(101, 'C', 3, { price: 101, tif: 'fok' });
    rig.wait(200);
    expect(rig.fills).toEqual(['A 12@101.00 20 #5 taker', 'C 3@101.00 121 #5 taker']);
  });

  test('by id: an order that trades in the feed offers its smaller size less the same', () => {
    const rig = rigWithAsks();
    rig.buy(0, 'A', 6, { type: 'market' });
    rig.execute(30, 'ask', 101, [1, 3]);
    rig.buy(40, 'B', 100, { price: 101, tif: 'ioc' });
    rig.wait(60);
    expect(rig.fills).toEqual(['A 6@101.00 20 #5 taker', 'B 6@101.00 60 #8 taker']);
  });

  test('an order that grows offers what it grew by', () => {
    const rig = rigWithAsks();
    rig.buy(0, 'A', 15, { type: 'market' });
    rig.modify(30, 2, 'ask', 101, 9);
    rig.buy(40, 'B', 100, { price: 101, tif: 'ioc' });
    rig.wait(60);
    expect(rig.fills).toEqual(['A 15@101.00 20 #5 taker', 'B 4@101.00 60 #6 taker']);
  });

  test('an order that moves takes what was taken along', () => {
    const rig = rigWithAsks();
    rig.buy(0, 'A', 15, { type: 'market' });
    rig.modify(30, 1, 'ask', 101.01, 10);
    rig.buy(40, 'B', 100, { price: 101.01, tif: 'ioc' });
    rig.wait(60);
    expect(rig.fills).toEqual(['A 15@101.00 20 #5 taker']);
  });

  test('an id that left and came back is a new order', () => {
    const rig = rigWithAsks();
    rig.buy(0, 'A', 15, { type: 'market' });
    rig.cancel(30, 1, 10);
    rig.add(31, 1, 'ask', 101, 8);
    rig.buy(40, 'B', 100, { price: 101, tif: 'ioc' });
    rig.wait(60);
    expect(rig.fills).toEqual(['A 15@101.00 20 #5 taker', 'B 8@101.00 60 #7 taker']);
  });
});

describe('fills', () => {
  test('carry the time and sequence of the event that made them; on arrival, of the last event before', () => {
    const rig = rigWithAsks();
    rig.buy(0, 'A', 20, { price: 101 });
    rig.add(15, 5, 'bid', 99, 1);
    rig.wait(20);
    rig.add(77, 6, 'ask', 101, 2);
    expect(rig.fills).toEqual(['A 15@101.00 20 #6 taker', 'A 2@101.00 77 #7 maker']);
  });

  test('are the same to the byte when the run is played again', () => {
    const play = () => {
      const rig = rigWithAsks({ latency: { model: 'lognormal' } });
      rig.buy(0, 'A', 20, { price: 101 });
      rig.sell(1, 'S', 40, { type: 'market' });
      rig.add(400, 6, 'ask', 101, 2);
      return JSON.stringify(rig.all());
    };
    expect(play()).toBe(play());
  });
});
