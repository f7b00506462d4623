import { expect, test } from 'vitest';
import type { Answer } from '../../src/brain/port.ts';
import { NS_PER_SECOND } from '../../src/domain/time.ts';
import { takeUpRun } from '../../src/engine/take-up-run.ts';
import type { Present } from '../../src/engine/trading-engine-options.ts';
import type { CarriedDay } from '../../src/risk/carried-day.ts';
import {
  answerOf,
  brainOf,
  DAY,
  engineRig,
  FREE_LIMITS,
  generatedBatch,
  OPEN,
  restlessBrain,
  settingsWith,
  WAIT,
} from '../support/engine-rig.ts';

const batch = generatedBatch(12_000, 2);
const settings = settingsWith(...FREE_LIMITS);

function presentWith(more: Partial<Present> = {}): Present {
  return {
    idPrefix: 'r-',
    positionBefore: 0,
    isArmed: true,
    feedTrouble: () => undefined,
    venueTrouble: () => undefined,
    ...more,
  };
}

test('a market of the present does not stand still while the brain thinks, and its answer counts when it comes', async () => {
  const answer = Promise.withResolvers<Answer>();
  const brain = brainOf(() => answer.promise, { model: 'm', provider: 'grok' });
  const { engine, decisions } = engineRig({ settings, brain, present: presentWith() });
  expect(engine.advance(batch, 0, Number.POSITIVE_INFINITY, batch.count)).toBe(batch.count);
  expect([brain.asked.length, decisions.length, engine.decisions?.isInFlight]).toEqual([
    1,
    0,
    true,
  ]);
  answer.resolve({ ...answerOf(WAIT), isAsked: true, latencyMs: 1_000 });
  await answer.promise;
  await Promise.resolve();
  engine.wake();
  engine.advanceClock(engine.clock + NS_PER_SECOND);
  expect(decisions.map(({ tool, latencyMs }) => [tool, latencyMs])).toEqual([['wait', 1_000]]);
  expect(brain.asked.length).toBeGreaterThan(1);
});

test('a brain that fails is told, and asked again', async () => {
  let asked = 0;
  const brain = brainOf(async () => {
    asked++;
    throw new Error('out of its mind');
  });
  const { engine, alarms } = engineRig({ settings, brain, present: presentWith() });
  engine.advance(batch, 0, Number.POSITIVE_INFINITY, batch.count);
  await new Promise((resolve) => setTimeout(resolve, 1));
  engine.wake();
  engine.advanceClock(engine.clock + NS_PER_SECOND);
  expect(alarms).toContain('the brain failed: Error: out of its mind');
  expect(asked).toBeGreaterThan(1);
});

test.for([
  ['a feed that cannot be relied on', { feedTrouble: () => 'market data stale: no farm' }],
  ['a live run that nobody has confirmed', { isArmed: false }],
] as const)('nothing opens with %s, and the denial says why', ([, more]) => {
  const { engine, decisions } = engineRig({
    settings,
    brain: restlessBrain(),
    present: presentWith(more),
  });
  engine.advance(batch, 0, Number.POSITIVE_INFINITY, batch.count);
  const denied = decisions.filter(({ code }) => code === 'STALE_DATA' || code === 'LIVE_NOT_ARMED');
  expect(denied.length).toBeGreaterThan(0);
  expect(denied[0]?.figures).toEqual(
    'feedTrouble' in more ? { cause: 'market data stale: no farm' } : {},
  );
  expect([...engine.desk.orders.all].every(({ status }) => status === 'denied')).toBe(true);
});

test('a run that is taken up has the desk, the counters and the halt that its journal and its day tell', () => {
  const present = presentWith();
  const before = engineRig({ settings, brain: restlessBrain(), present });
  const middle = Math.floor(batch.count / 2);
  before.engine.advance(batch, 0, Number.POSITIVE_INFINITY, middle);
  const { desk } = before.engine;
  expect(desk.portfolio.trips.length).toBeGreaterThan(2);
  const sent = before.entries.filter(({ body }) => body.type === 'order-submitted').length;
  const dayNow: Pick<CarriedDay, 'halts' | 'orders' | 'lossFromMicros'> = {
    halts: [{ code: 'KILL', reason: 'kill switch', run: 'r', sequence: 3 }],
    orders: sent,
    lossFromMicros: -7_000_000,
  };
  const carried: CarriedDay = {
    date: DAY,
    runs: ['earlier'],
    halts: [],
    trades: 2,
    orders: 0,
    resultMicros: -50_000_000,
    lossFromMicros: 0,
  };
  const after = engineRig({ settings, brain: restlessBrain(), present, carried });
  takeUpRun(after.engine, before.entries, dayNow);
  const { engine } = after;
  // how far the market went with and against a position is not in the journal
  const { trip: _, trips, ...sums } = engine.desk.portfolio.capture();
  expect(desk.portfolio.capture()).toMatchObject(sums);
  expect(trips.map(({ netPl, exitTs }) => [netPl, exitTs])).toEqual(
    desk.portfolio.trips.map(({ netPl, exitTs }) => [netPl, exitTs]),
  );
  expect([...engine.desk.orders.all].map(({ request }) => request.id)).toEqual(
    [...desk.orders.all].map(({ request }) => request.id),
  );
  expect(engine.desk.venueStanding).toBe('reconciling');
  expect(engine.risk.halt).toEqual({ code: 'KILL', reason: 'kill switch' });
  expect(engine.risk.capture().approvedInSession).toBe(sent);
  expect(engine.account.dailyTrades).toBe(2 + desk.portfolio.opened);
  // the first event of the day takes nothing of that away
  engine.advance(batch, 0, OPEN + NS_PER_SECOND, 50);
  expect(engine.account.dailyTrades).toBe(2 + desk.portfolio.opened);
  const { realizedMicros, commissionMicros } = desk.portfolio;
  expect(engine.account.lossMicros(null)).toBe(
    -50_000_000 + realizedMicros - commissionMicros + 7_000_000,
  );
  // numbers of entries go on, and no decision has a number of before
  expect(after.entries[0]?.sequence).toBe(before.entries.length + 1);
  expect(engine.decisions?.capture().count).toBe(
    Math.max(...before.decisions.map(({ id }) => Number(id.slice(1)))),
  );
});
