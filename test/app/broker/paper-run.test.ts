import { afterEach, expect, test } from 'vitest';
import type { HandledGateway } from '../../../src/app/gateway/start-fake-gateway.ts';
import type { RunResult } from '../../../src/domain/run.ts';
import { type BrokerRig, bracketOf, morningGateway, startAt } from '../../support/broker-rig.ts';

const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function gatewayAt(
  manners: Parameters<typeof morningGateway>[0] = {},
): Promise<HandledGateway> {
  const gateway = await morningGateway(manners);
  open.push(gateway);
  return gateway;
}

async function runAt(
  port: number,
  options: Parameters<typeof startAt>[1] = {},
): Promise<BrokerRig> {
  const rig = await startAt(port, options);
  open.push({ close: () => rig.stop() });
  return rig;
}

test('a bracket by hand goes to the broker, fills there, and its exit ends the run’s position as the broker’s', async () => {
  const gateway = await gatewayAt();
  const rig = await runAt(gateway.port);
  await rig.ready();
  expect(await rig.send(bracketOf('buy'))).toMatch(/^\+/);
  const held = await rig.see(({ account }) => account.POSITION === 100, 'no fill');
  expect(gateway.position).toBe(100);
  expect(held.orders.map(({ role }) => role).sort()).toEqual(['STOP', 'TARGET']);
  expect(held.broker).toMatchObject({ account: '…67', connection: 'connected', words: '' });
  expect(held.feed.depthLabel).toBe('L2: no queue, sides inferred');
  gateway.trade(250.45, 500);
  await rig.see(({ account }) => account.POSITION === 0, 'the target does not fill');
  const result = (await rig.stop()) as RunResult;
  expect(gateway.position).toBe(0);
  expect(result.account.position).toBe(0);
  expect(result.trades).toHaveLength(1);
  expect(rig.entries().at(-1)?.body).toEqual({ type: 'run-ended', reason: 'stopped' });
});
