import { expect, test } from 'vitest';
import { signOf } from '../../src/domain/side.ts';
import {
  bodiesOf,
  engineRig,
  FREE_LIMITS,
  generatedBatch,
  playAll,
  restlessBrain,
  settingsWith,
} from '../support/engine-rig.ts';

const batch = generatedBatch(60_000, 6, 8);

test('position is the sum of fills, and the money balances to the last micro, from the journal alone', () => {
  const settings = settingsWith(...FREE_LIMITS);
  const { engine, entries } = engineRig({
    settings,
    brain: restlessBrain(3),
    groupEnds: 'sequence',
  });
  engine.advance(batch, 0, Number.POSITIVE_INFINITY, batch.count);
  // in the middle of a position, so that unrealized money counts
  playAll(engine, { words: batch.words, count: 0 });

  let position = 0;
  let cashMicros = 0;
  let commissionMicros = 0;
  let fills = 0;
  let changes = 0;
  for (const { body } of entries) {
    if (body.type === 'order-report' && body.report.type === 'order-filled') {
      const { fill } = body.report;
      position += signOf(fill.side) * fill.quantity;
      cashMicros -= signOf(fill.side) * (fill.price / 1000) * fill.quantity;
      commissionMicros += body.report.commissionMicros;
      fills++;
    } else if (body.type === 'position-changed') {
      expect(body).toMatchObject({ quantity: position, commissionMicros });
      // flat: everything earned is realized
      if (position === 0) expect(body.realizedMicros).toBe(cashMicros);
      changes++;
    }
  }
  expect(changes).toBe(fills);
  expect(fills).toBeGreaterThan(50);
  const closing = engine.closingPrice();
  const valueMicros = closing === null ? 0 : (closing / 1000) * position;
  const equityChange = cashMicros + valueMicros - commissionMicros;
  const { portfolio } = engine.desk;
  expect(portfolio.position).toBe(position);
  expect(
    portfolio.realizedMicros + engine.account.unrealizedMicros(closing) - commissionMicros,
  ).toBe(equityChange);
  const start = settings.account.startEquityUsd * 1e6;
  expect(engine.account.equityMicros(closing) - start).toBe(equityChange);
});

test('no client order id is used twice, and every order sent was approved before', () => {
  const settings = settingsWith(...FREE_LIMITS);
  const rig = engineRig({ settings, brain: restlessBrain(), groupEnds: 'sequence' });
  playAll(rig.engine, batch);
  const sent = bodiesOf(rig.entries, 'order-submitted').map(({ order }) => order.id);
  expect(new Set(sent).size).toBe(sent.length);
  const approved = bodiesOf(rig.entries, 'risk-verdict').filter((verdict) => verdict.approved);
  expect(approved.map(({ orderId }) => orderId)).toEqual(sent);
  expect(bodiesOf(rig.entries, 'invariant-violated')).toEqual([]);
});
