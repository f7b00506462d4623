import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import {
  type BrokerRig,
  bracketOf,
  morningGateway,
  startAt,
  until,
} from '../../support/broker-rig.ts';

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

function guardOf({ logs }: BrokerRig): { readonly pid: number } {
  const name = readdirSync(logs).find((each) => /^guard-.*\.json$/.test(each)) ?? '';
  return JSON.parse(readFileSync(join(logs, name), 'utf8')) as { pid: number };
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
  const { pid } = guardOf(rig);
  process.kill(pid, 'SIGKILL');
  await until(() => rig.alarms.some((text) => text.includes('another guard watches')), 'no guard');
  await rig.see(({ broker }) => broker?.connection === 'connected', 'not connected');

  expect(guardOf(rig).pid).not.toBe(pid);
  expect(gateway.position).toBe(100);
  expect(gateway.orders.filter(({ isOver }) => !isOver)).toHaveLength(2);
});
