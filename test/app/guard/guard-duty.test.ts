import { afterEach, expect, test } from 'vitest';
import { startFakeGateway } from '../../../src/app/gateway/start-fake-gateway.ts';
import { ACCOUNT, pause, startGateway, VenueRig } from '../../adapters/ibkr/venue-rig.ts';
import { GUARD_CLIENT, RUN_CLIENT } from '../../support/guarded-run.ts';
import { GuardRig } from './guard-rig.ts';

let rig: GuardRig | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

/** Orders that the guard sent itself. */
function ofGuard({ gateway }: GuardRig): readonly string[] {
  return gateway.orders
    .filter(({ clientId }) => clientId === GUARD_CLIENT)
    .map(({ terms, filled }) => `${terms.side} ${filled} of ${terms.quantity}`);
}

test('passes a run’s bracket on, and its reports back', async () => {
  rig = await GuardRig.start();
  await rig.open();

  expect(rig.run.of('r1-1')).toEqual(['accepted', 'filled 100']);
  expect(rig.alive).toBe(2);
  expect(rig.told('killed')).toBeUndefined();
});

test('cancels the orders and closes the position of a run that is gone, then ends', async () => {
  rig = await GuardRig.start();
  await rig.open();
  const { duty, gateway, watch } = rig;

  const at = performance.now();
  duty.onRunGone(false);
  await rig.until(() => rig?.isEnded === true);

  expect(gateway.position).toBe(0);
  expect(rig.alive).toBe(0);
  expect(watch.cancels.map(({ clientId }) => clientId)).toEqual([RUN_CLIENT, RUN_CLIENT]);
  expect((watch.cancels[1]?.at ?? Infinity) - at).toBeLessThan(250);
  expect(ofGuard(rig)).toEqual(['sell 100 of 100']);
  expect(rig.told('flat')).toBeDefined();
});

test('closes what the run opened, and not what the account held before', async () => {
  const gateway = await startFakeGateway({ account: ACCOUNT, position: -40, averagePrice: 250 });
  gateway.quote(249.99, 250.01, 500, 500);
  rig = await GuardRig.start({}, gateway);
  rig.run.bracket(100);
  await rig.until(() => gateway.orders.length === 3);
  gateway.quote(249.97, 249.99, 100, 100);
  await rig.until(() => gateway.position === 60);
  gateway.quote(249.99, 250.01, 500, 500);

  rig.duty.onRunGone(false);
  await rig.until(() => rig?.isEnded === true);

  expect(gateway.position).toBe(-40);
});

test('leaves orders of others alone', async () => {
  const gateway = await startGateway();
  const byHand = gateway.placeByHand('buy', 249, 10);
  rig = await GuardRig.start({}, gateway);
  await rig.open();

  rig.duty.kill('flatten', 'asked');
  await rig.until(() => rig?.told('flat') !== undefined);

  expect(byHand.isOver).toBe(false);
  expect(gateway.position).toBe(0);
});

test('cancels what the gateway keeps of a bracket whose last order never came', async () => {
  rig = await GuardRig.start();
  const { line } = rig.run;
  const terms = { action: 'BUY', type: 'LMT', quantity: 10, tif: 'DAY', account: ACCOUNT } as const;
  line.raw?.placeOrder(
    { symbol: 'TEST', securityType: 'STK', exchange: 'SMART', currency: 'USD' },
    { ...terms, orderId: 50, limitPrice: 249, orderRef: 'r1-50', transmit: false },
  );
  await rig.until(() => rig?.gateway.orders.length === 1);

  rig.duty.onRunGone(false);
  await rig.until(() => rig?.isEnded === true);

  expect(rig.alive).toBe(0);
});

test('cancels over a connection of its own when the run has left none', async () => {
  rig = await GuardRig.start();
  await rig.open();
  rig.run.venue.close();
  rig.gateway.fault({ type: 'drop', clientId: RUN_CLIENT });
  await rig.until(() => rig?.gateway.gateway.clientIds.includes(RUN_CLIENT) === false);

  rig.duty.onRunGone(false);
  await rig.until(() => rig?.isEnded === true);

  expect(rig.gateway.position).toBe(0);
  expect(rig.alive).toBe(0);
  expect(rig.watch.cancels.slice(0, 2).map(({ clientId }) => clientId)).toEqual([
    RUN_CLIENT,
    RUN_CLIENT,
  ]);
});

test('does not close while an exit that is not canceled may, and tries again', async () => {
  rig = await GuardRig.start();
  await rig.open();
  rig.gateway.fault({ type: 'swallow-cancels', count: 2 });

  rig.duty.kill('flatten', 'asked');
  await pause(100);
  expect(ofGuard(rig)).toEqual([]);
  await rig.until(() => rig?.told('flat') !== undefined);

  expect(ofGuard(rig)).toEqual(['sell 100 of 100']);
  expect(rig.gateway.position).toBe(0);
});

test('leaves the exit to a run that lives, when the key was pressed', async () => {
  rig = await GuardRig.start();
  await rig.open();

  rig.duty.heartbeat();
  rig.duty.kill('key', 'K');
  rig.run.venue.cancel('r1-2', rig.run.now);
  rig.run.venue.cancel('r1-3', rig.run.now);
  rig.run.send({ id: 'r1-9', side: 'sell', group: 'r1-B1', role: 'EXIT' });
  await rig.until(() => rig?.told('flat') !== undefined);

  expect(rig.run.of('r1-9')).toEqual(['accepted', 'filled 100']);
  expect(ofGuard(rig)).toEqual([]);
  expect(rig.gateway.position).toBe(0);
});

test('refuses what opens after a kill, until it is allowed again', async () => {
  rig = await GuardRig.start();
  await rig.open();
  rig.duty.kill('flatten', 'asked');
  await rig.until(() => rig?.told('flat') !== undefined);

  rig.run.send({ id: 'r1-20', price: 249.9 });
  await rig.until(() => rig?.run.of('r1-20').includes('rejected') === true);
  rig.duty.resume();
  rig.run.send({ id: 'r1-21', price: 249.9 });
  await rig.until(() => rig?.run.of('r1-21').includes('accepted') === true);

  expect(rig.gateway.orders.some(({ terms }) => terms.orderRef === 'r1-20')).toBe(false);
});

test('closes when more is lost than may be, by the broker’s own prices', async () => {
  rig = await GuardRig.start({ limits: { dailyLossUsd: 300, maxPosition: 1000 } });
  await rig.open();
  rig.run.venue.cancel('r1-2', rig.run.now);
  await rig.until(() => rig?.alive === 1);

  rig.gateway.quote(245.99, 246.01);
  await rig.until(() => rig?.told('flat') !== undefined);

  expect(rig.told('killed')).toMatchObject({ cause: 'daily-loss' });
  expect(rig.gateway.position).toBe(0);
});

test('closes when the run holds more than it may', async () => {
  rig = await GuardRig.start({ limits: { dailyLossUsd: 1e6, maxPosition: 99 } });
  rig.run.send({ id: 'r1-1' });
  await rig.until(() => rig?.told('flat') !== undefined);

  expect(rig.told('killed')).toMatchObject({ cause: 'max-position' });
  expect(ofGuard(rig)).toEqual(['sell 100 of 100']);
});

test('goes on after a restart of the gateway, and closes once', async () => {
  rig = await GuardRig.start();
  await rig.open();
  rig.gateway.fault({ type: 'restart', downMs: 150 });

  rig.duty.onRunGone(false);
  await rig.until(() => rig?.isEnded === true);

  expect(rig.gateway.position).toBe(0);
  expect(rig.alive).toBe(0);
  expect(ofGuard(rig)).toEqual(['sell 100 of 100']);
});

test('takes a run for dead that gives no sign of life, and not one that does', async () => {
  rig = await GuardRig.start({ patienceMs: 150 });
  const beats = setInterval(() => rig?.duty.heartbeat(), 30);
  await rig.open();
  await pause(300);
  expect(rig.told('killed')).toBeUndefined();

  clearInterval(beats);
  await rig.until(() => rig?.told('flat') !== undefined);

  expect(rig.told('killed')).toMatchObject({ cause: 'heartbeat-lost' });
  expect(rig.gateway.position).toBe(0);
});

test('sends nothing when somebody else has closed the position', async () => {
  rig = await GuardRig.start();
  rig.run.send({ id: 'r1-1' });
  await rig.until(() => rig?.gateway.position === 100);
  rig.gateway.placeByHand('sell', 249.9, 100);
  await rig.until(() => rig?.gateway.position === 0);

  rig.duty.onRunGone(false);
  await rig.until(() => rig?.isEnded === true);

  expect(ofGuard(rig)).toEqual([]);
  expect(rig.told('flat')).toMatchObject({ words: expect.stringContaining('somebody else') });
});

test('is a fact of the broker’s to the run that lives, and to the one that restarts', async () => {
  rig = await GuardRig.start();
  await rig.open();
  rig.run.take();
  rig.run.told.length = 0;
  rig.duty.kill('flatten', 'asked');
  await rig.until(() => rig?.told('flat') !== undefined);

  rig.run.venue.refresh();
  const isDisputed = (): boolean => {
    rig?.run.take();
    return rig?.run.told.some(({ type }) => type === 'connection-changed') === true;
  };
  await rig.until(isDisputed, 'the run does not hear of it');
  const told = [await rig.run.truth()];
  rig.run.venue.close();
  const again = new VenueRig(rig.gateway, {}, rig.orderPort);
  await again.venue.begin(4_000);
  told.push(await again.truth());
  again.venue.close();

  const ofGuards = told.map(({ executions, position }) => ({
    closed: executions
      .filter(({ fill }) => fill.orderId.startsWith('r1-guard-'))
      .map(({ fill }) => `${fill.side} ${fill.quantity}`),
    position,
  }));
  expect(ofGuards).toEqual([
    { closed: ['sell 100'], position: 0 },
    { closed: ['sell 100'], position: 0 },
  ]);
  expect(again.venue.positionBefore).toBe(0);
});
