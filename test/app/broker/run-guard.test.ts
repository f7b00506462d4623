import { afterEach, expect, test } from 'vitest';
import type { HandledGateway } from '../../../src/app/gateway/start-fake-gateway.ts';
import { journalPath } from '../../../src/journal/store/run-index.ts';
import { readJournal } from '../../../src/journal/store/sqlite-journal.ts';
import {
  bracketOf,
  guardPidOf,
  morningGateway,
  spawnChild,
  startAt,
  until,
} from '../../support/broker-rig.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const open: { close(): Promise<unknown> | unknown }[] = [];

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
    await rig.send(bracketOf('buy'));
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

test('a run that was stopped wakes up to what its guard has closed, as does its next start', async () => {
  const gateway = await morningGateway();
  open.push(gateway);
  const logs = temporaryFolder();
  const child = spawnChild(gateway.port, logs, 'buy', 250.01, ['broker.guardPatienceMs=500']);
  const runId = await child.ready;
  await until(() => gateway.position === 100, 'the child does not buy');
  child.process.kill('SIGSTOP');
  await until(() => gateway.position === 0, 'the guard does not close');

  child.process.kill('SIGCONT');
  const entries = () => readJournal(journalPath(logs, runId)).entries;
  const hasLearned = (): boolean =>
    entries().some(
      ({ body }) => body.type === 'order-submitted' && body.order.id.includes('guard-'),
    );
  await until(hasLearned, 'the run does not learn of it');
  // a run that still took it for open would try to close it again after a second
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(entries().some(({ body }) => body.type === 'halted')).toBe(true);
  child.process.kill('SIGKILL');
  await child.gone;

  const rig = await startAt(gateway.port, { logs });
  open.push({ close: () => rig.stop() });
  await rig.ready();
  const { account, orders } = await rig.see(({ account: { DAILY_PL } }) => DAILY_PL < 0, 'no loss');
  expect(rig.handle.runId).toBe(runId);
  expect([account.POSITION, orders]).toEqual([0, []]);
  expect(soldAt(gateway)).toEqual([100]);
});
