import { afterEach, expect, test } from 'vitest';
import type { HandledGateway } from '../../../src/app/gateway/start-fake-gateway.ts';
import { bracketOf, guardPidOf, morningGateway, startAt, until } from '../../support/broker-rig.ts';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

/** How much each order sold that sold something. */
function soldAt({ orders }: HandledGateway): readonly number[] {
  return orders
    .filter(({ terms, filled }) => terms.side === 'sell' && filled > 0)
    .map(({ filled }) => filled);
}

test('run and guard close once between them, a reset opens again, and a guard that dies is followed by another', async () => {
  const gateway = await morningGateway();
  open.push(gateway);
  const rig = await startAt(gateway.port);
  open.push({ close: () => rig.stop() });
  const hold = async (): Promise<void> => {
    // the guard hears of a reset a moment after the run, and refuses what opens until then
    for (let time = 0; time < 4 && rig.frame?.account.POSITION !== 100; time++) {
      await rig.send(bracketOf('buy'));
      await Promise.race([
        rig.see(({ account }) => account.POSITION === 100, 'no fill').catch(() => undefined),
        new Promise((resolve) => setTimeout(resolve, 1_000)),
      ]);
    }
    await rig.see(({ account }) => account.POSITION === 100, 'no fill');
  };
  await rig.ready();
  await hold();
  await rig.send({ name: 'kill' });
  await rig.see(({ account, orders }) => account.POSITION === 0 && orders.length === 0, 'not flat');
  await until(() => rig.alarms.some((text) => text.includes('the guard: flat')), 'no word of it');
  expect(soldAt(gateway)).toEqual([100]);

  await rig.send({ name: 'reset-halt' });
  await rig.ready();
  await hold();
  const pid = guardPidOf(rig.logs);
  process.kill(pid, 'SIGKILL');
  await until(() => rig.alarms.some((text) => text.includes('another guard watches')), 'no guard');
  await rig.ready();
  await until(() => guardPidOf(rig.logs) !== pid, 'it is not found');
  expect(soldAt(gateway)).toEqual([100]);
  expect(gateway.orders.filter(({ isOver }) => !isOver)).toHaveLength(2);
});
