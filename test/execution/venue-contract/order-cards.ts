import { expect } from 'vitest';
import type { Capability, Card, CardTable } from './harness.ts';

/** A card without its number. */
export function card(
  title: string,
  play: (table: CardTable) => Promise<void>,
  ...needs: readonly Capability[]
): Card {
  return { number: 0, title, play, needs };
}

/** What every venue does with orders that stand alone. */
export const orderCards: readonly Card[] = [
  card('an order that rests is accepted, once', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    expect(t.told('A')).toEqual(['accepted']);
  }),
  card('nothing is known of an order at the moment that it is sent', async (t) => {
    t.send('A', 'buy', 10, { type: 'market' });
    expect(t.session.venue.takeReport(t.session.now)).toBeUndefined();
    await t.settle();
    expect(t.filled('A')).toBe(10);
  }),
  card('a refused order is rejected in words, and neither accepted nor filled', async (t) => {
    t.send('A', 'buy', 10, t.session.refusedTerms());
    await t.settle();
    await t.session.sellInto(249.5, 100);
    await t.settle();
    expect(t.told('A')).toEqual(['rejected']);
    const report = t.session.reports.find(({ type }) => type === 'order-rejected');
    expect(report).toMatchObject({ reason: expect.stringMatching(/\S/) });
  }),
  card('orders are accepted in the order sent', async (t) => {
    for (const id of ['A', 'B', 'C']) t.send(id, 'buy', 10, { price: 249.9 });
    await t.settle();
    const ids = t.session.reports.map((report) => 'orderId' in report && report.orderId);
    expect(ids).toEqual(['A', 'B', 'C']);
  }),
  card(
    'what is reported happened after it was sent, in the past, and never goes back',
    async (t) => {
      const sent = t.session.now;
      t.send('A', 'buy', 10, { price: 249.9 });
      await t.settle();
      await t.session.sellInto(249.9, 4);
      t.cancel('A');
      await t.settle();
      const times = t.session.reports.map(({ ts }) => ts);
      expect(times.length).toBeGreaterThanOrEqual(3);
      expect(times.toSorted((a, b) => a - b)).toEqual(times);
      expect(times[0]).toBeGreaterThanOrEqual(sent);
      expect(times.at(-1)).toBeLessThanOrEqual(t.session.now);
    },
  ),

  card('a resting buy fills at its own price when sellers come to it', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    await t.session.sellInto(249.9, 10);
    await t.settle();
    expect(t.told('A')).toEqual(['accepted', 'filled 10@249.9']);
  }),
  card('a resting sell fills at its own price when buyers come to it', async (t) => {
    t.send('A', 'sell', 10, { price: 250.1 });
    await t.settle();
    await t.session.buyInto(250.1, 10);
    await t.settle();
    expect(t.told('A')).toEqual(['accepted', 'filled 10@250.1']);
  }),
  card('a part fill leaves the rest working', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    await t.session.sellInto(249.9, 4);
    await t.settle();
    expect(t.filled('A')).toBe(4);
    await t.session.sellInto(249.9, 6);
    await t.settle();
    expect(t.filled('A')).toBe(10);
  }),
  card('never more is filled than was asked for', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    await t.session.sellInto(249.9, 500);
    await t.session.sellInto(249.9, 500);
    await t.settle();
    expect(t.filled('A')).toBe(10);
  }),
  card(
    'a limit order that can take does so at the displayed price, not at its limit',
    async (t) => {
      t.send('A', 'buy', 10, { price: 250.2 });
      await t.settle();
      expect(t.told('A')).toEqual(['accepted', 'filled 10@250.01']);
    },
  ),
  card('what a limit order cannot take rests at its limit', async (t) => {
    t.send('A', 'buy', 600, { price: 250.01 });
    await t.settle();
    expect(t.filled('A')).toBe(500);
    await t.session.sellInto(250.01, 100);
    await t.settle();
    expect(t.filled('A')).toBe(600);
  }),
  card('a limit order does not fill while the market trades elsewhere', async (t) => {
    t.send('A', 'buy', 10, { price: 249.5 });
    await t.settle();
    await t.session.sellInto(249.9, 300);
    await t.session.buyInto(250.01, 300);
    await t.settle();
    expect(t.told('A')).toEqual(['accepted']);
  }),
  card('who rests is a maker, who takes is a taker', async (t) => {
    t.send('M', 'buy', 10, { price: 249.9 });
    t.send('K', 'buy', 10, { type: 'market' });
    await t.settle();
    await t.session.sellInto(249.9, 10);
    await t.settle();
    const roles = t.session.reports.flatMap((report) =>
      report.type === 'order-filled' ? [`${report.orderId} ${report.fill.liquidity}`] : [],
    );
    expect(roles.toSorted()).toEqual(['K taker', 'M maker']);
  }),
  card('every execution has an id of its own, over all orders', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    t.send('B', 'buy', 10, { type: 'market' });
    await t.settle();
    for (const size of [3, 3, 4]) await t.session.sellInto(249.9, size);
    await t.settle();
    const ids = t.session.reports.flatMap((report) =>
      report.type === 'order-filled' ? [report.fill.executionId] : [],
    );
    expect(ids.length).toBeGreaterThanOrEqual(4);
    expect(ids).not.toContain('');
    expect(new Set(ids).size).toBe(ids.length);
  }),
  card(
    'a fill tells its order, side, and a commission in whole micros that is not negative',
    async (t) => {
      t.send('A', 'sell', 10, { type: 'market' });
      await t.settle();
      const report = t.session.reports.find(({ type }) => type === 'order-filled');
      expect(report).toMatchObject({ orderId: 'A', fill: { orderId: 'A', side: 'sell' } });
      const micros = report?.type === 'order-filled' ? report.commissionMicros : -1;
      expect(Number.isSafeInteger(micros) && micros >= 0).toBe(true);
    },
  ),
  card('two orders of ours at one price fill in the order sent', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    t.send('B', 'buy', 10, { price: 249.9 });
    await t.settle();
    await t.session.sellInto(249.9, 10);
    await t.settle();
    expect([t.filled('A'), t.filled('B')]).toEqual([10, 0]);
  }),

  card('a market order buys at the offer', async (t) => {
    t.send('A', 'buy', 10, { type: 'market' });
    await t.settle();
    expect(t.told('A')).toEqual(['accepted', 'filled 10@250.01']);
  }),
  card('a market order sells at the bid', async (t) => {
    t.send('A', 'sell', 10, { type: 'market' });
    await t.settle();
    expect(t.told('A')).toEqual(['accepted', 'filled 10@249.99']);
  }),
  card(
    'an IOC order takes what is there and ends',
    async (t) => {
      t.send('A', 'buy', 600, { price: 250.01, tif: 'ioc' });
      await t.settle();
      expect(t.told('A')).toEqual(['accepted', 'filled 500@250.01', 'canceled']);
    },
    'ioc',
  ),
  card(
    'an IOC order that finds nothing ends without a fill',
    async (t) => {
      t.send('A', 'buy', 10, { price: 249.9, tif: 'ioc' });
      await t.settle();
      expect(t.told('A')).toEqual(['accepted', 'canceled']);
    },
    'ioc',
  ),
  card(
    'a FOK order takes all of it',
    async (t) => {
      t.send('A', 'buy', 500, { price: 250.01, tif: 'fok' });
      await t.settle();
      expect(t.filled('A')).toBe(500);
    },
    'fok',
  ),
  card(
    'a FOK order takes nothing where not all of it is there',
    async (t) => {
      t.send('A', 'buy', 501, { price: 250.01, tif: 'fok' });
      await t.settle();
      expect(t.told('A')).toEqual(['accepted', 'canceled']);
    },
    'fok',
  ),
  card(
    'a post-only order that does not take rests and fills as maker',
    async (t) => {
      t.send('A', 'buy', 10, { price: 250, postOnly: true });
      await t.settle();
      await t.session.sellInto(250, 10);
      await t.settle();
      expect(t.told('A')).toEqual(['accepted', 'filled 10@250']);
    },
    'post-only',
  ),

  card('a sell stop is left alone while the market trades above it', async (t) => {
    t.send('A', 'sell', 10, { type: 'stop', stopPrice: 249.8 });
    await t.settle();
    await t.session.sellInto(249.81, 100);
    await t.settle();
    expect(t.told('A')).toEqual(['accepted']);
  }),
  card('a sell stop is triggered by a trade at its price and sells to the bid', async (t) => {
    t.send('A', 'sell', 10, { type: 'stop', stopPrice: 249.8 });
    await t.settle();
    await t.session.sellInto(249.8, 100);
    await t.settle();
    expect(t.told('A')).toEqual(['accepted', 'filled 10@249.99']);
  }),
  card('a buy stop is triggered by a trade at its price and buys at the offer', async (t) => {
    t.send('A', 'buy', 10, { type: 'stop', stopPrice: 250.2 });
    await t.settle();
    await t.session.buyInto(250.2, 100);
    await t.settle();
    expect(t.told('A')).toEqual(['accepted', 'filled 10@250.01']);
  }),
  card('a stop that the market gaps through fills where the market is', async (t) => {
    t.send('A', 'sell', 10, { type: 'stop', stopPrice: 249.8 });
    await t.settle();
    await t.session.quote(249, 249.1, 500);
    await t.session.sellInto(249, 50);
    await t.settle();
    expect(t.told('A')).toEqual(['accepted', 'filled 10@249']);
  }),
  card(
    'a stop-limit order rests at its limit when it is triggered beyond it',
    async (t) => {
      t.send('A', 'sell', 10, { type: 'stop-limit', stopPrice: 249.8, price: 249.7 });
      await t.settle();
      await t.session.quote(249, 249.1, 500);
      await t.session.sellInto(249, 50);
      await t.settle();
      expect(t.filled('A')).toBe(0);
      await t.session.buyInto(249.7, 10);
      await t.settle();
      expect(t.told('A').at(-1)).toBe('filled 10@249.7');
    },
    'stop-limit',
  ),
  card(
    'a trailing stop follows the market up and is triggered on the way back',
    async (t) => {
      t.send('A', 'sell', 10, { type: 'trailing-stop', stopPrice: 249.8, trailAmount: 0.2 });
      await t.settle();
      await t.session.buyInto(250.4, 10);
      await t.settle();
      expect(t.told('A')).toEqual(['accepted']);
      await t.session.sellInto(250.2, 10);
      await t.settle();

      expect(t.filled('A')).toBe(10);
    },
    'trailing-stop',
  ),
  card(
    'a market-if-touched order trades when the market comes to its price',
    async (t) => {
      t.send('A', 'buy', 10, { type: 'market-if-touched', stopPrice: 249.9 });
      await t.settle();
      expect(t.told('A')).toEqual(['accepted']);
      await t.session.sellInto(249.9, 10);
      await t.settle();
      expect(t.told('A')).toEqual(['accepted', 'filled 10@250.01']);
    },
    'market-if-touched',
  ),
  card('a stop that was cancelled is never triggered', async (t) => {
    t.send('A', 'sell', 10, { type: 'stop', stopPrice: 249.8 });
    await t.settle();
    t.cancel('A');
    await t.settle();
    await t.session.sellInto(249.5, 100);
    await t.settle();
    expect(t.told('A')).toEqual(['accepted', 'canceled']);
  }),

  card('a new price is reported, and filled at', async (t) => {
    t.send('A', 'buy', 10, { price: 249.5 });
    await t.settle();
    t.change('A', { price: 249.9 });
    await t.settle();
    await t.session.sellInto(249.9, 10);
    await t.settle();
    expect(t.told('A')).toEqual(['accepted', 'modified', 'filled 10@249.9']);
  }),
  card('a larger quantity is a new total: it fills up to that', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    await t.session.sellInto(249.9, 4);
    t.change('A', { quantity: 15 });
    await t.settle();
    await t.session.sellInto(249.9, 100);
    await t.settle();
    expect(t.filled('A')).toBe(15);
  }),
  card('a smaller quantity fills no further', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    t.change('A', { quantity: 6 });
    await t.settle();
    await t.session.sellInto(249.9, 100);
    await t.settle();
    expect(t.filled('A')).toBe(6);
  }),
  card('an order reduced to what it has filled ends, and its fill stays', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    await t.session.sellInto(249.9, 4);
    t.change('A', { quantity: 4 });
    await t.settle();
    await t.session.sellInto(249.9, 100);
    await t.settle();
    expect(t.filled('A')).toBe(4);
    expect(t.told('A').at(-1)).toBe('canceled');
  }),
  card('a stop that was moved is triggered at its new price alone', async (t) => {
    t.send('A', 'sell', 10, { type: 'stop', stopPrice: 249.8 });
    await t.settle();
    t.change('A', { stopPrice: 249.6 });
    await t.settle();
    await t.session.sellInto(249.8, 10);
    await t.settle();
    expect(t.told('A')).toEqual(['accepted', 'modified']);
    await t.session.sellInto(249.6, 10);
    await t.settle();
    expect(t.filled('A')).toBe(10);
  }),
  card('a price changed into the market takes', async (t) => {
    t.send('A', 'buy', 10, { price: 249.5 });
    await t.settle();
    t.change('A', { price: 250.01 });
    await t.settle();
    expect(t.told('A')).toEqual(['accepted', 'modified', 'filled 10@250.01']);
  }),
  card('a change of an order that is done changes nothing', async (t) => {
    t.send('A', 'buy', 10, { type: 'market' });
    await t.settle();
    t.change('A', { quantity: 20 });
    await t.settle();
    expect(t.filled('A')).toBe(10);
    expect(t.told('A')).not.toContain('modified');
  }),
  card(
    'an order whose change is refused works on as it was',
    async (t) => {
      t.send('A', 'buy', 10, { price: 249.9 });
      await t.settle();
      t.session.refuseNextChange();
      t.change('A', { price: 249.5 });
      await t.settle();
      await t.session.sellInto(249.9, 10);
      await t.settle();
      expect(t.told('A')).toEqual(['accepted', 'change-rejected', 'filled 10@249.9']);
    },
    'rejects-changes',
  ),
  card('a cancelled order is reported so once, and never fills again', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    t.cancel('A');
    await t.settle();
    await t.session.sellInto(249.9, 100);
    await t.settle();
    expect(t.told('A')).toEqual(['accepted', 'canceled']);
  }),
  card('what was filled before the cancel stays', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    await t.session.sellInto(249.9, 4);
    t.cancel('A');
    await t.settle();
    expect(t.told('A')).toEqual(['accepted', 'filled 4@249.9', 'canceled']);
  }),
  card('a cancel that comes after the last fill changes nothing', async (t) => {
    t.send('A', 'buy', 10, { type: 'market' });
    await t.settle();
    t.cancel('A');
    await t.settle();
    expect(t.told('A')).toEqual(['accepted', 'filled 10@250.01']);
  }),
  card('two cancels of one order end it once', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    t.cancel('A');
    t.cancel('A');
    await t.settle();
    expect(t.told('A').filter((what) => what === 'canceled')).toHaveLength(1);
  }),
  card('a cancel of an id that nobody knows touches no other order', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    t.cancel('nobody');
    await t.settle();
    await t.session.sellInto(249.9, 10);
    await t.settle();
    expect(t.told('A')).toEqual(['accepted', 'filled 10@249.9']);
  }),
  card('an order and its cancel sent together leave nothing working', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    t.cancel('A');
    await t.settle();
    await t.session.sellInto(249.9, 100);
    await t.settle();
    expect(t.filled('A')).toBe(0);
    expect(t.told('A').at(-1)).toBe('canceled');
  }),
  card('a fill that crosses a cancel on its way counts, and the rest is cancelled', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    t.cancel('A');
    await t.session.sellInto(249.9, 6);
    await t.settle();
    expect(t.told('A')).toEqual(['accepted', 'filled 6@249.9', 'canceled']);
  }),

  card(
    'nothing fills in a halt, and it does after it',
    async (t) => {
      t.send('A', 'buy', 10, { price: 249.9 });
      await t.settle();
      await t.session.setHalted(true);
      await t.session.sellInto(249.9, 10);
      await t.settle();
      expect(t.filled('A')).toBe(0);
      await t.session.setHalted(false);
      await t.session.sellInto(249.9, 10);
      await t.settle();
      expect(t.filled('A')).toBe(10);
    },
    'halts',
  ),
  card(
    'an order can be cancelled in a halt',
    async (t) => {
      t.send('A', 'buy', 10, { price: 249.9 });
      await t.settle();
      await t.session.setHalted(true);
      t.cancel('A');
      await t.settle();
      expect(t.told('A')).toEqual(['accepted', 'canceled']);
    },
    'halts',
  ),
  card(
    'a limit order sent in a halt waits for its end',
    async (t) => {
      await t.session.setHalted(true);
      t.send('A', 'buy', 10, { price: 249.9 });
      await t.settle();
      expect(t.told('A')).toEqual(['accepted']);
      await t.session.setHalted(false);
      await t.session.sellInto(249.9, 10);
      await t.settle();
      expect(t.filled('A')).toBe(10);
    },
    'halts',
  ),

  card(
    'the size before a resting order is told, and none of one that is done',
    async (t) => {
      t.send('A', 'buy', 10, { price: 249.99 });
      await t.settle();
      expect(t.session.venue.queueAhead('A')).toBe(500);
      t.cancel('A');
      await t.settle();
      expect(t.session.venue.queueAhead('A')).toBeNull();
    },
    'queue-position',
  ),
];
