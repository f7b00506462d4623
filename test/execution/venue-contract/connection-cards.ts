import { expect } from 'vitest';
import { truthOf } from './card-table.ts';
import type { Card, CardTable } from './harness.ts';
import { card } from './order-cards.ts';

function noticesOf({ session }: CardTable): string[] {
  return session.reports.flatMap((report) =>
    report.type === 'connection-changed' ? [report.connection] : [],
  );
}

function executionsOf({ session }: CardTable): string[] {
  return session.reports.flatMap((report) =>
    report.type === 'order-filled' ? [report.fill.executionId] : [],
  );
}

/** The connection is away for so long, with what happens meanwhile. */
async function offline(t: CardTable, meanwhile: () => Promise<void>): Promise<void> {
  await t.session.setConnected(false);
  await meanwhile();
  await t.settle();
  await t.session.setConnected(true);
  await t.settle();
}

/** What a venue says is so, and what it does when the connection is lost. */
export const connectionCards: readonly Card[] = [
  card('the truth of a venue where nothing was done is empty and flat', async (t) => {
    const truth = await truthOf(t);
    expect(truth).toMatchObject({ orders: [], executions: [], position: 0 });
  }),
  card('nothing is known of the truth at the moment that it is asked for', async (t) => {
    t.session.venue.requestTruth(t.session.now);
    expect(t.session.venue.takeNotice(t.session.now)).toBeUndefined();
  }),
  card('every question is answered once', async (t) => {
    t.session.venue.requestTruth(t.session.now);
    t.session.venue.requestTruth(t.session.now);
    await t.settle();
    const told = t.session.reports.filter(({ type }) => type === 'truth-told');
    expect(told).toHaveLength(2);
  }),
  card('the truth has a working order with its terms', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    t.send('B', 'sell', 5, { type: 'stop', stopPrice: 249.5 });
    await t.settle();
    expect((await truthOf(t))?.orders).toMatchObject([
      {
        orderId: 'A',
        side: 'buy',
        status: 'working',
        quantity: 10,
        filled: 0,
        price: 249.9e9,
      },
      {
        orderId: 'B',
        side: 'sell',
        status: 'working',
        quantity: 5,
        stopPrice: 249.5e9,
      },
    ]);
  }),
  card('the truth has changed terms as they are now', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    t.change('A', { price: 249.8, quantity: 12 });
    await t.settle();
    expect((await truthOf(t))?.orders).toMatchObject([
      { orderId: 'A', quantity: 12, price: 249.8e9 },
    ]);
  }),
  card(
    'the truth has every execution that was reported, under the same id, and no other',
    async (t) => {
      t.send('A', 'buy', 10, { price: 249.9 });
      t.send('B', 'sell', 4, { type: 'market' });
      await t.settle();
      for (const size of [3, 3]) await t.session.sellInto(249.9, size);
      await t.settle();
      const truth = await truthOf(t);
      expect(truth?.executions.map(({ fill }) => fill.executionId)).toEqual(executionsOf(t));
      expect(executionsOf(t)).toHaveLength(3);
    },
  ),
  card('the truth’s position is the sum of its executions', async (t) => {
    t.send('A', 'buy', 10, { type: 'market' });
    t.send('B', 'sell', 4, { type: 'market' });
    await t.settle();
    const truth = await truthOf(t);
    const sum = truth?.executions.reduce(
      (total, { fill }) => total + (fill.side === 'buy' ? fill.quantity : -fill.quantity),
      0,
    );
    expect(truth?.position).toBe(6);
    expect(sum).toBe(6);
  }),
  card('the truth says of orders that are done how they ended', async (t) => {
    t.send('A', 'buy', 10, { type: 'market' });
    t.send('B', 'buy', 10, { price: 249.5 });
    t.send('C', 'buy', 10, t.session.refusedTerms());
    t.cancel('B');
    await t.settle();
    const ends = (await truthOf(t))?.orders.map(({ orderId, status }) => `${orderId} ${status}`);
    expect(ends).toEqual(['A filled', 'B canceled', 'C rejected']);
  }),
  card('the truth has an order that was filled in part as working', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    await t.session.sellInto(249.9, 4);
    expect((await truthOf(t))?.orders).toMatchObject([
      { status: 'working', quantity: 10, filled: 4 },
    ]);
  }),
  card(
    'what happened before the truth was reported before it, and the rest after it',
    async (t) => {
      t.send('A', 'buy', 10, { price: 249.9 });
      await t.settle();
      await t.session.sellInto(249.9, 4);
      const truth = await truthOf(t);
      await t.session.sellInto(249.9, 6);
      await t.settle();
      const order = t.session.reports.map(({ type }) => type);
      expect(order).toEqual(['order-accepted', 'order-filled', 'truth-told', 'order-filled']);
      expect(truth?.position).toBe(4);
    },
  ),
  card('a truth that was told does not change afterwards', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    const truth = await truthOf(t);
    const before = structuredClone(truth);
    await t.session.sellInto(249.9, 10);
    await t.settle();
    expect(truth).toEqual(before);
  }),

  card('a lost connection is told once, and so is its return', async (t) => {
    await offline(t, async () => undefined);
    expect(noticesOf(t)).toEqual(['disconnected', 'connected']);
  }),
  card('without a connection nothing is reported but that', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    await t.session.setConnected(false);
    const before = t.session.reports.length;
    await t.session.sellInto(249.9, 10);
    await t.settle();
    expect(t.session.reports.slice(before).map(({ type }) => type)).not.toContain('order-filled');
  }),
  card('what filled without a connection is in the truth', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    await offline(t, () => t.session.sellInto(249.9, 10));
    const truth = await truthOf(t);
    expect(truth?.position).toBe(10);
    expect(truth?.executions.map(({ fill }) => fill.orderId)).toEqual(['A']);
  }),
  card('an execution told before and after a lost connection has one id', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    await t.session.sellInto(249.9, 4);
    await t.settle();
    const [first] = executionsOf(t);
    await offline(t, () => t.session.sellInto(249.9, 6));
    const ids = (await truthOf(t))?.executions.map(({ fill }) => fill.executionId);
    expect(ids?.[0]).toBe(first);
    expect(new Set(ids).size).toBe(2);
  }),
  card('an order that rested goes on resting without a connection', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    await offline(t, async () => undefined);
    expect((await truthOf(t))?.orders).toMatchObject([{ orderId: 'A', status: 'working' }]);
    await t.session.sellInto(249.9, 10);
    await t.settle();
    expect(t.filled('A')).toBe(10);
  }),
  card('an order that arrived before the connection was lost is in the truth', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await offline(t, async () => undefined);
    expect((await truthOf(t))?.orders).toMatchObject([{ orderId: 'A', status: 'working' }]);
  }),
  card('an order that went down with the connection never works, then or later', async (t) => {
    t.session.loseNext();
    t.send('A', 'buy', 10, { price: 249.9 });
    await offline(t, async () => undefined);
    expect((await truthOf(t))?.orders).toEqual([]);
    await t.session.sellInto(249.9, 10);
    await t.settle();
    expect(t.filled('A')).toBe(0);
  }),
  card('a cancel that went down with the connection cancels nothing', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    t.session.loseNext();
    t.cancel('A');
    await offline(t, async () => undefined);
    expect((await truthOf(t))?.orders).toMatchObject([{ orderId: 'A', status: 'working' }]);
  }),
  card('a question that went down with the connection is never answered', async (t) => {
    t.session.loseNext();
    t.session.venue.requestTruth(t.session.now);
    await offline(t, async () => undefined);
    expect(t.session.reports.map(({ type }) => type)).not.toContain('truth-told');
  }),
  card('a stop protects without a connection, and its fill is in the truth', async (t) => {
    t.bracket();
    await t.settle();
    await t.session.sellInto(249.99, 100);
    await t.settle();
    await offline(t, () => t.session.sellInto(249.8, 100));
    const truth = await truthOf(t);
    expect(truth?.position).toBe(0);
    const ends = truth?.orders.map(({ orderId, status }) => `${orderId} ${status}`);
    expect(ends).toEqual(['E filled', 'S filled', 'T canceled']);
  }),
  card('orders work as ever when the connection is back', async (t) => {
    await offline(t, async () => undefined);
    t.send('A', 'buy', 10, { type: 'market' });
    await t.settle();
    expect(t.told('A')).toEqual(['accepted', 'filled 10@250.01']);
  }),
  card(
    'an order of somebody else is in the truth, and not under an id of ours',
    async (t) => {
      t.send('A', 'buy', 10, { price: 249.5 });
      await t.session.tradeByHand();
      await t.settle();
      const truth = await truthOf(t);
      expect(truth?.orders.filter(({ status }) => status === 'working')).toHaveLength(2);
      expect(truth?.orders.filter(({ orderId }) => orderId === 'A')).toHaveLength(1);
      expect(truth?.position).toBe(7);
    },
    'foreign-orders',
  ),
];
