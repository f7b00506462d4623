import { expect } from 'vitest';
import type { Card, CardTable } from './harness.ts';
import { card } from './order-cards.ts';

/** A bracket whose entry has filled so much of its 100. */
async function entered(t: CardTable, quantity = 100): Promise<void> {
  t.bracket();
  await t.settle();
  await t.session.sellInto(249.99, quantity);
  await t.settle();
  expect(t.filled('E')).toBe(quantity);
}

/** Signed sum of what the bracket's orders filled: what is open. */
function open(t: CardTable): number {
  return t.filled('E') - t.filled('S') - t.filled('T') - t.filled('X');
}

/** What a venue does with an entry, its stop and its target. */
export const bracketCards: readonly Card[] = [
  card('the three orders of a bracket are accepted', async (t) => {
    t.bracket();
    await t.settle();
    for (const id of ['E', 'S', 'T']) expect(t.told(id)).toEqual(['accepted']);
  }),
  card('a target does not trade before its entry has', async (t) => {
    t.bracket();
    await t.settle();
    await t.session.buyInto(250.5, 200);
    await t.settle();
    expect(t.told('T')).toEqual(['accepted']);
  }),
  card('a stop that is triggered before its entry has traded sells nothing short', async (t) => {
    t.bracket();
    t.change('E', { price: 249 });
    await t.settle();
    await t.session.sellInto(249.8, 200);
    await t.settle();
    expect(t.filled('E')).toBe(0);
    expect(t.filled('S')).toBe(0);
  }),
  card('a target trades no more than its entry has filled so far', async (t) => {
    await entered(t, 30);
    await t.session.buyInto(250.5, 200);
    await t.settle();
    expect(t.filled('T')).toBe(30);
    expect(open(t)).toBe(0);
  }),
  card('the stop protects what a part of the entry has filled', async (t) => {
    await entered(t, 30);
    t.cancel('E');
    await t.settle();
    await t.session.sellInto(249.8, 200);
    await t.settle();
    expect(t.filled('S')).toBe(30);
    expect(t.told('T').at(-1)).toBe('canceled');
  }),
  card('a filled target cancels the stop', async (t) => {
    await entered(t);
    await t.session.buyInto(250.5, 100);
    await t.settle();
    expect(t.told('S').at(-1)).toBe('canceled');
    await t.session.sellInto(249, 200);
    await t.settle();
    expect(t.filled('S')).toBe(0);
  }),
  card('a filled stop cancels the target', async (t) => {
    await entered(t);
    await t.session.sellInto(249.8, 100);
    await t.settle();
    expect(t.filled('S')).toBe(100);
    expect(t.told('T').at(-1)).toBe('canceled');
    await t.session.buyInto(251, 200);
    await t.settle();
    expect(t.filled('T')).toBe(0);
  }),
  card('an entry cancelled without a fill takes its exits with it', async (t) => {
    t.bracket();
    await t.settle();
    t.cancel('E');
    await t.settle();
    for (const id of ['E', 'S', 'T']) expect(t.told(id)).toEqual(['accepted', 'canceled']);
  }),
  card('the exits of a refused entry end, and never trade', async (t) => {
    t.send('E', 'buy', 100, { ...t.session.refusedTerms(), group: 'G' });
    t.send('S', 'sell', 100, {
      type: 'stop',
      role: 'STOP',
      stopPrice: 249.8,
      reduceOnly: true,
      group: 'G',
    });
    await t.settle();
    await t.session.sellInto(249.5, 100);
    await t.settle();
    expect(t.told('E')).toEqual(['rejected']);
    expect(t.filled('S')).toBe(0);
    expect(['canceled', 'rejected']).toContain(t.told('S').at(-1));
  }),
  card('both exits hit in one burst never trade beyond the position', async (t) => {
    await entered(t);
    await t.session.sellInto(249.8, 10);
    await t.session.buyInto(250.5, 100);
    await t.session.sellInto(249.8, 100);
    await t.settle();
    expect(open(t)).toBe(0);
  }),
  card('a part of the target leaves the stop the rest, and no more', async (t) => {
    await entered(t);
    await t.session.buyInto(250.5, 40);
    await t.settle();
    await t.session.sellInto(249.8, 300);
    await t.settle();
    expect([t.filled('T'), t.filled('S')]).toEqual([40, 60]);
  }),
  card('an exit that trades before all of the entry has ends the entry', async (t) => {
    await entered(t, 30);
    await t.session.buyInto(250.5, 30);
    await t.settle();
    await t.session.sellInto(249.99, 200);
    await t.settle();
    expect(t.filled('E')).toBe(30);
    expect(t.told('E').at(-1)).toBe('canceled');
    expect(open(t)).toBe(0);
  }),
  card('an exit at market in the group closes, and stop and target end', async (t) => {
    await entered(t);
    t.send('X', 'sell', 100, { type: 'market', reduceOnly: true, group: 'G' });
    await t.settle();
    expect(t.filled('X')).toBe(100);
    for (const id of ['S', 'T']) expect(t.told(id).at(-1)).toBe('canceled');
  }),
  card('an exit at market and a stop hit together never trade beyond the position', async (t) => {
    await entered(t);
    t.send('X', 'sell', 100, { type: 'market', reduceOnly: true, group: 'G' });
    await t.session.sellInto(249.8, 100);
    await t.settle();
    expect(open(t)).toBe(0);
  }),
  card('an exit for more than is open trades what is open', async (t) => {
    await entered(t, 30);
    t.cancel('E');
    await t.settle();
    t.send('X', 'sell', 100, { type: 'market', reduceOnly: true, group: 'G' });
    await t.settle();
    expect(t.filled('X')).toBe(30);
    expect(open(t)).toBe(0);
  }),
  card('an exit that comes when nothing is open any more ends without a fill', async (t) => {
    await entered(t);
    await t.session.buyInto(250.5, 100);
    await t.settle();
    t.send('X', 'sell', 100, { type: 'market', reduceOnly: true, group: 'G' });
    await t.settle();
    expect(t.filled('X')).toBe(0);
    expect(['canceled', 'rejected']).toContain(t.told('X').at(-1));
  }),
  card('a stop made anew in the group protects like the first', async (t) => {
    await entered(t);
    t.cancel('S');
    await t.settle();
    t.send('X', 'sell', 100, {
      type: 'stop',
      role: 'STOP',
      stopPrice: 249.8,
      reduceOnly: true,
      group: 'G',
    });
    await t.settle();
    await t.session.sellInto(249.8, 100);
    await t.settle();
    expect(t.filled('X')).toBe(100);
    expect(t.told('T').at(-1)).toBe('canceled');
  }),
  card('a cancelled target leaves the stop where it is', async (t) => {
    await entered(t);
    t.cancel('T');
    await t.settle();
    expect(t.told('S')).not.toContain('canceled');
    await t.session.sellInto(249.8, 100);
    await t.settle();
    expect(t.filled('S')).toBe(100);
  }),
  card('a stop moved while it protects is triggered at its new price', async (t) => {
    await entered(t);
    t.change('S', { stopPrice: 249.9 });
    await t.settle();
    await t.session.sellInto(249.9, 100);
    await t.settle();
    expect(t.filled('S')).toBe(100);
  }),
  card('a target moved while it works fills at its new price', async (t) => {
    await entered(t);
    t.change('T', { price: 250.3 });
    await t.settle();
    await t.session.buyInto(250.3, 100);
    await t.settle();
    expect(t.told('T')).toContain('filled 100@250.3');
    expect(t.told('S').at(-1)).toBe('canceled');
  }),
  card('a short bracket does the same the other way round', async (t) => {
    t.bracket({ side: 'sell' });
    await t.settle();
    await t.session.buyInto(250.01, 100);
    await t.settle();
    await t.session.buyInto(250.2, 100);
    await t.settle();
    expect([t.filled('E'), t.filled('S'), t.filled('T')]).toEqual([100, 100, 0]);
    expect(t.told('T').at(-1)).toBe('canceled');
  }),
  card('the end of one bracket leaves another alone', async (t) => {
    t.bracket();
    t.bracket({ suffix: '2' });
    await t.settle();
    t.cancel('E');
    await t.settle();
    for (const id of ['E2', 'S2', 'T2']) expect(t.told(id)).toEqual(['accepted']);
    await t.session.sellInto(249.99, 100);
    await t.settle();
    expect(t.filled('E2')).toBe(100);
  }),
  card(
    'a stop that was triggered in front of a halt still protects after it',
    async (t) => {
      await entered(t);
      await t.session.sellInto(249.8, 1);
      await t.session.setHalted(true);
      await t.settle();
      expect(t.filled('S')).toBe(0);
      await t.session.setHalted(false);
      await t.settle();
      expect(t.filled('S')).toBe(100);
    },
    'halts',
  ),
];
