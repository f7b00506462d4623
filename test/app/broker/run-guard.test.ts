import { afterEach, expect, test } from 'vitest';
import {
  type BrokerRig,
  bracketOf,
  guardPidOf,
  morningGateway,
  spawnChild,
  startAt,
  until,
} from '../../support/broker-rig.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

/** A run that holds 100, with its gateway. */
async function held(): Promise<{
  readonly gateway: Awaited<ReturnType<typeof morningGateway>>;
  readonly rig: BrokerRig;
}> {
  const gateway = await morningGateway();
  open.push(gateway);
  const rig = await startAt(gateway.port);
  open.push({ close: () => rig.stop() });
  await rig.ready();
  await rig.send(bracketOf('buy'));
  await rig.see(({ account }) => account.POSITION === 100, 'no fill');
  return { gateway, rig };
}

test('the kill switch closes once, though run and guard both hear of it, and a reset opens again', async () => {
  const { gateway, rig } = await held();
  await rig.send({ name: 'kill' });
  await rig.see(({ account, orders }) => account.POSITION === 0 && orders.length === 0, 'not flat');
  await until(() => rig.alarms.some((text) => text.includes('the guard: flat')), 'no word of it');

  const sold = gateway.orders.filter(({ terms, filled }) => terms.side === 'sell' && filled > 0);
  expect(sold.map(({ filled }) => filled)).toEqual([100]);
  expect(gateway.position).toBe(0);

  await rig.send({ name: 'reset-halt' });
  await until(() => gateway.gateway.clientIds.length === 3, 'not connected');
  await rig.send(bracketOf('buy'));
  await rig.see(({ account }) => account.POSITION === 100, 'the guard lets nothing through');
});

test('a guard that dies is followed by another, and the run goes on behind it', async () => {
  const { gateway, rig } = await held();
  const pid = guardPidOf(rig.logs);
  process.kill(pid, 'SIGKILL');
  await until(() => rig.alarms.some((text) => text.includes('another guard watches')), 'no guard');
  await rig.see(({ broker }) => broker?.connection === 'connected', 'not connected');

  expect(guardPidOf(rig.logs)).not.toBe(pid);
  expect(gateway.position).toBe(100);
  expect(gateway.orders.filter(({ isOver }) => !isOver)).toHaveLength(2);
});

test('a run that was killed finds at its next start what its guard has closed', async () => {
  const gateway = await morningGateway();
  open.push(gateway);
  const logs = temporaryFolder();
  const child = spawnChild(gateway.port, logs, 'buy', 250.01);
  const runId = await child.ready;
  await until(() => gateway.position === 100, 'the child does not buy');
  child.process.kill('SIGKILL');
  await until(() => gateway.position === 0, 'the guard does not close');

  const rig = await startAt(gateway.port, { logs });
  open.push({ close: () => rig.stop() });
  await rig.ready();
  await until(() => rig.alarms.some((text) => text.includes('has closed 100')), 'it is not told');
  const { account, orders } = await rig.see(({ account: { DAILY_PL } }) => DAILY_PL < 0, 'no loss');

  expect(rig.handle.runId).toBe(runId);
  expect([account.POSITION, orders]).toEqual([0, []]);
  expect(gateway.orders.filter(({ terms }) => terms.type === 'MKT')).toHaveLength(1);
});
