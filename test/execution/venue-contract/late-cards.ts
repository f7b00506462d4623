import { expect } from 'vitest';
import { truthOf } from './card-table.ts';
import type { Card, CardTable } from './harness.ts';
import { card } from './order-cards.ts';

const TARGET = { role: 'TARGET', reduceOnly: true, group: 'G', price: 250.5 } as const;

function typesOf({ session }: CardTable, id: string): string[] {
  return session.reports.flatMap((report) =>
    'orderId' in report && report.orderId === id ? [report.type] : [],
  );
}

/** Every order of the truth, as `A working 0`. */
async function standings(t: CardTable): Promise<string[] | undefined> {
  const truth = await truthOf(t);
  return truth?.orders.map(({ orderId, status, filled }) => `${orderId} ${status} ${filled}`);
}

/** What crosses on its way, comes late, comes twice or never: where orders are lost, doubled or left unguarded. */
export const lateCards: readonly Card[] = [
  card('until a change arrives the old terms fill', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    t.change('A', { price: 249.5 });
    await t.session.sellInto(249.9, 4);
    await t.settle();
    await t.session.sellInto(249.9, 100);
    await t.settle();
    expect(t.told('A')).toEqual(['accepted', 'filled 4@249.9', 'modified']);
  }),
  card('a fill that crosses a change of the whole order leaves it nothing to change', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    t.change('A', { price: 249.5 });
    await t.session.sellInto(249.9, 10);
    await t.settle();
    expect(t.told('A').slice(0, 2)).toEqual(['accepted', 'filled 10@249.9']);
    expect(t.told('A')).not.toContain('modified');
  }),
  card('of two changes the one sent last holds', async (t) => {
    t.send('A', 'buy', 10, { price: 249.5 });
    await t.settle();
    t.change('A', { price: 249.9 });
    t.change('A', { price: 249.7 });
    await t.settle();
    await t.session.sellInto(249.9, 100);
    await t.settle();
    expect(t.filled('A')).toBe(0);
    expect((await truthOf(t))?.orders).toMatchObject([{ price: 249.7e9 }]);
  }),
  card('a price and a quantity change together', async (t) => {
    t.send('A', 'buy', 10, { price: 249.5 });
    await t.settle();
    t.change('A', { price: 249.9, quantity: 25 });
    await t.settle();
    await t.session.sellInto(249.9, 100);
    await t.settle();
    expect(t.told('A')).toEqual(['accepted', 'modified', 'filled 25@249.9']);
  }),
  card('a change does not bring a cancelled order back', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    t.cancel('A');
    t.change('A', { price: 250.01, quantity: 20 });
    await t.settle();
    expect(t.filled('A')).toBe(0);
    expect(await standings(t)).toEqual(['A canceled 0']);
  }),
  card('a change of an id that nobody knows makes no order', async (t) => {
    t.change('nobody', { price: 250.01, quantity: 10 });
    await t.settle();
    expect(await truthOf(t)).toMatchObject({ orders: [], executions: [] });
  }),
  card('a new total below what is filled ends the order with its fill', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    await t.session.sellInto(249.9, 7);
    t.change('A', { quantity: 3 });
    await t.settle();
    await t.session.sellInto(249.9, 100);
    await t.settle();
    expect(t.filled('A')).toBe(7);
    const truth = await truthOf(t);
    expect(truth?.orders[0]?.status).not.toBe('working');
    expect(truth?.position).toBe(7);
  }),
  card('a new total that a crossing fill has passed ends the order with that fill', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    t.change('A', { quantity: 3 });
    await t.session.sellInto(249.9, 7);
    await t.settle();
    await t.session.sellInto(249.9, 100);
    await t.settle();
    expect(t.filled('A')).toBe(7);
    expect((await truthOf(t))?.orders).toMatchObject([{ quantity: 7, filled: 7 }]);
  }),
  card('a fill of the whole order that crosses its cancel leaves nothing to cancel', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    t.cancel('A');
    await t.session.sellInto(249.9, 10);
    await t.settle();
    expect(t.told('A')).toEqual(['accepted', 'filled 10@249.9']);
  }),
  card('a cancel of a refused order changes nothing', async (t) => {
    t.send('A', 'buy', 10, t.session.refusedTerms());
    t.cancel('A');
    await t.settle();
    expect(t.told('A')).toEqual(['rejected']);
  }),
  card('a refusal is about one order: the next is taken', async (t) => {
    t.send('A', 'buy', 10, t.session.refusedTerms());
    t.send('B', 'buy', 10, { price: 249.9 });
    await t.settle();
    expect([t.told('A'), t.told('B')]).toEqual([['rejected'], ['accepted']]);
  }),
  card('a second order under an id that was used never trades', async (t) => {
    t.send('A', 'buy', 10, { type: 'market' });
    await t.settle();
    // it is a bug of ours: a venue may say so by an exception, and must not take it
    try {
      t.send('A', 'buy', 10, { type: 'market' });
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
    }
    await t.settle();
    expect(t.filled('A')).toBe(10);
    expect(await truthOf(t)).toMatchObject({ orders: [{ orderId: 'A' }], position: 10 });
  }),
  card('size that comes once fills our orders once', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    t.send('B', 'buy', 10, { price: 249.9 });
    await t.settle();
    await t.session.sellInto(249.9, 15);
    await t.settle();
    expect(t.filled('A') + t.filled('B')).toBe(15);
  }),
  card('orders of both sides make one position', async (t) => {
    t.send('A', 'buy', 10, { type: 'market' });
    t.send('B', 'sell', 25, { type: 'market' });
    await t.settle();
    expect((await truthOf(t))?.position).toBe(-15);
  }),
  card(
    'an order that works until it is changed to where it would take does not take post-only',
    async (t) => {
      t.send('A', 'buy', 10, { price: 249.9, postOnly: true });
      await t.settle();
      t.change('A', { price: 250.01 });
      await t.settle();
      expect(t.filled('A')).toBe(0);
    },
    'post-only',
  ),
  card(
    'a trailing stop never moves away from the market',
    async (t) => {
      t.send('A', 'sell', 10, { type: 'trailing-stop', stopPrice: 249.8, trailAmount: 0.2 });
      await t.settle();
      await t.session.sellInto(249.9, 10);
      await t.settle();
      expect(t.filled('A')).toBe(0);
      await t.session.sellInto(249.8, 10);
      await t.settle();
      expect(t.filled('A')).toBe(10);
    },
    'trailing-stop',
  ),
  card(
    'a market order in a halt does not trade there',
    async (t) => {
      await t.session.setHalted(true);
      t.send('A', 'buy', 10, { type: 'market' });
      await t.settle();
      expect(t.filled('A')).toBe(0);
      expect((await truthOf(t))?.position).toBe(0);
    },
    'halts',
  ),
  card(
    'a change in a halt holds after it',
    async (t) => {
      t.send('A', 'buy', 10, { price: 249.5 });
      await t.settle();
      await t.session.setHalted(true);
      t.change('A', { price: 249.9 });
      await t.settle();
      await t.session.setHalted(false);
      await t.session.sellInto(249.9, 10);
      await t.settle();
      expect(t.told('A')).toEqual(['accepted', 'modified', 'filled 10@249.9']);
    },
    'halts',
  ),
  card(
    'a market that opens below a stop after a halt fills it there',
    async (t) => {
      await entered(t);
      await t.session.setHalted(true);
      await t.session.quote(240, 240.1, 500);
      await t.settle();
      expect(t.filled('S')).toBe(0);
      await t.session.setHalted(false);
      await t.session.sellInto(240, 50);
      await t.settle();
      expect(t.told('S')).toContain('filled 100@240');
      expect(t.told('T').at(-1)).toBe('canceled');
    },
    'halts',
  ),
  card(
    'the end of the session ends what works, with what it filled',
    async (t) => {
      t.send('A', 'buy', 10, { price: 249.9 });
      t.send('B', 'sell', 10, { type: 'stop', stopPrice: 249.5 });
      await t.settle();
      await t.session.sellInto(249.9, 4);
      await t.settle();
      await t.session.endSession();
      await t.settle();
      expect(t.told('A')).toEqual(['accepted', 'filled 4@249.9', 'expired']);
      expect(await standings(t)).toEqual(['A expired 4', 'B expired 0']);
    },
    'ends-session',
  ),
  card(
    'the end of the session leaves how earlier orders ended',
    async (t) => {
      t.send('A', 'buy', 10, { type: 'market' });
      t.send('B', 'buy', 10, { price: 249.5 });
      t.cancel('B');
      await t.settle();
      await t.session.endSession();
      await t.settle();
      expect(await standings(t)).toEqual(['A filled 10', 'B canceled 0']);
    },
    'ends-session',
  ),
  card(
    'an execution that is told again is the same one',
    async (t) => {
      t.send('A', 'buy', 10, { type: 'market' });
      await t.settle();
      await t.session.repeatExecution();
      await t.settle();
      const told = t.session.reports.filter(({ type }) => type === 'order-filled');
      expect(told).toHaveLength(2);
      expect(told[1]).toEqual(told[0]);
      expect(await truthOf(t)).toMatchObject({ executions: [{}], position: 10 });
    },
    'repeats-executions',
  ),
  card('the truth has the reason of an order that was cancelled or refused', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    t.cancel('A');
    await t.settle();
    t.send('B', 'buy', 10, t.session.refusedTerms());
    await t.settle();
    const reasons = (await truthOf(t))?.orders.map(({ reason }) => reason);
    expect(reasons).toEqual([expect.stringMatching(/\S/), expect.stringMatching(/\S/)]);
  }),

  card('a stop that the market jumps over closes the bracket where it can', async (t) => {
    await entered(t);
    await t.session.quote(240, 240.1, 500);
    await t.session.sellInto(240, 50);
    await t.settle();
    expect(t.told('S')).toContain('filled 100@240');
    expect(t.told('T').at(-1)).toBe('canceled');
  }),
  card('a fill that crosses the cancel of its entry is guarded whole', async (t) => {
    t.bracket();
    await t.settle();
    t.cancel('E');
    await t.session.sellInto(249.99, 100);
    await t.settle();
    expect(await standings(t)).toEqual(['E filled 100', 'S working 0', 'T working 0']);
    await t.session.sellInto(249.8, 100);
    await t.settle();
    expect((await truthOf(t))?.position).toBe(0);
  }),
  card('a part fill that crosses the cancel of its entry is guarded for that part', async (t) => {
    t.bracket();
    await t.settle();
    t.cancel('E');
    await t.session.sellInto(249.99, 30);
    await t.settle();
    expect(await standings(t)).toEqual(['E canceled 30', 'S working 0', 'T working 0']);
    expect((await truthOf(t))?.orders).toMatchObject([{}, { quantity: 30 }, { quantity: 30 }]);
    await t.session.sellInto(249.8, 100);
    await t.settle();
    expect(await standings(t)).toEqual(['E canceled 30', 'S filled 30', 'T canceled 0']);
  }),
  card('an entry that fills as it arrives is guarded by the exits that come with it', async (t) => {
    t.send('E', 'buy', 100, { type: 'market', group: 'G' });
    t.send('S', 'sell', 100, {
      type: 'stop',
      role: 'STOP',
      stopPrice: 249.8,
      reduceOnly: true,
      group: 'G',
    });
    t.send('T', 'sell', 100, TARGET);
    await t.settle();
    expect(await standings(t)).toEqual(['E filled 100', 'S working 0', 'T working 0']);
  }),
  card('a refused exit leaves the other one where it is', async (t) => {
    await entered(t);
    const refused = { ...TARGET, ...t.session.refusedTerms('sell') };
    t.send('T2', 'sell', 100, refused);
    await t.settle();
    expect(t.told('T2')).toEqual(['rejected']);
    expect(await standings(t)).toEqual([
      'E filled 100',
      'S working 0',
      'T working 0',
      'T2 rejected 0',
    ]);
  }),
  card('a cancel of an exit that its fill crosses closes once', async (t) => {
    await entered(t);
    t.cancel('T');
    await t.session.buyInto(250.5, 100);
    await t.settle();
    expect(await standings(t)).toEqual(['E filled 100', 'S canceled 0', 'T filled 100']);
  }),
  card(
    'the target that fills while the stop is on its way to the market closes once',
    async (t) => {
      await entered(t);
      await t.session.sellInto(249.8, 1);
      await t.session.buyInto(250.5, 60);
      await t.settle();
      expect(t.filled('S') + t.filled('T')).toBe(100);
      expect((await truthOf(t))?.position).toBe(0);
    },
  ),

  card(
    'an order that arrived and filled unacknowledged is in the truth with its fill',
    async (t) => {
      t.send('A', 'buy', 10, { type: 'market' });
      await offline(t);
      expect(await standings(t)).toEqual(['A filled 10']);
      expect(await truthOf(t)).toMatchObject({
        executions: [{ fill: { orderId: 'A' } }],
        position: 10,
      });
    },
  ),
  card('an order that arrived unacknowledged can be cancelled afterwards', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await offline(t);
    t.cancel('A');
    await t.settle();
    expect(t.told('A').at(-1)).toBe('canceled');
    expect(await standings(t)).toEqual(['A canceled 0']);
  }),
  card('an order sent without a connection is dropped, and not kept for later', async (t) => {
    await offline(t, async () => t.send('A', 'buy', 10, { type: 'market' }));
    await t.settle();
    expect(await truthOf(t)).toMatchObject({ executions: [], position: 0 });
    expect(typesOf(t, 'A')).not.toContain('order-accepted');
  }),
  card('a cancel that arrived unanswered has cancelled', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    t.cancel('A');
    await offline(t);
    expect(await standings(t)).toEqual(['A canceled 0']);
  }),
  card('a change that arrived unanswered holds', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    t.change('A', { price: 249.5 });
    await offline(t);
    expect((await truthOf(t))?.orders).toMatchObject([{ price: 249.5e9 }]);
  }),
  card('a change that went down with the connection changes nothing', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    t.session.loseNext();
    t.change('A', { price: 249.5 });
    await offline(t);
    expect((await truthOf(t))?.orders).toMatchObject([{ price: 249.9e9 }]);
  }),
  card('a cancel and a change sent without a connection do nothing, then or later', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    t.send('B', 'buy', 10, { price: 249.9 });
    await t.settle();
    await offline(t, async () => {
      t.cancel('A');
      t.change('B', { price: 249.5 });
    });
    await t.settle();
    expect((await truthOf(t))?.orders).toMatchObject([
      { orderId: 'A', status: 'working' },
      { orderId: 'B', price: 249.9e9 },
    ]);
  }),
  card('an entry that fills without a connection has its exits at the venue', async (t) => {
    t.bracket();
    await t.settle();
    await offline(t, () => t.session.sellInto(249.99, 30));
    expect(await standings(t)).toEqual(['E working 30', 'S working 0', 'T working 0']);
    await t.session.sellInto(249.8, 1);
    await t.settle();
    expect((await truthOf(t))?.position).toBe(0);
  }),
  card('a question without a connection is never answered', async (t) => {
    await offline(t, async () => t.session.venue.requestTruth(t.session.now));
    await t.settle();
    expect(t.session.reports.map(({ type }) => type)).not.toContain('truth-told');
  }),
  card('a connection that is lost twice leaves a whole truth', async (t) => {
    t.send('A', 'buy', 10, { price: 249.9 });
    await t.settle();
    for (const size of [3, 4]) await offline(t, () => t.session.sellInto(249.9, size));
    const truth = await truthOf(t);
    expect(truth?.position).toBe(7);
    expect(new Set(truth?.executions.map(({ fill }) => fill.executionId)).size).toBe(2);
  }),
  card(
    'nothing that becomes of our orders touches somebody else’s',
    async (t) => {
      await t.session.tradeByHand();
      await entered(t);
      await t.session.sellInto(249.8, 100);
      t.send('A', 'buy', 10, { price: 249 });
      t.cancel('A');
      await t.settle();
      const others = (await truthOf(t))?.orders.filter(({ orderId }) => !t.sent.has(orderId));
      expect(others?.filter(({ status }) => status === 'working')).toHaveLength(1);
      expect((await truthOf(t))?.position).toBe(7);
    },
    'foreign-orders',
  ),
];

/** The usual bracket with its entry filled. */
async function entered(t: CardTable): Promise<void> {
  t.bracket();
  await t.settle();
  await t.session.sellInto(249.99, 100);
  await t.settle();
}

/** The connection is away for a while, with what happens meanwhile. */
async function offline(
  t: CardTable,
  meanwhile: () => Promise<void> = async () => undefined,
): Promise<void> {
  await t.session.setConnected(false);
  await meanwhile();
  await t.settle();
  await t.session.setConnected(true);
  await t.settle();
}
