import { afterEach, expect, test } from 'vitest';
import { startBrokerRun } from '../../../src/app/broker/start-broker-run.ts';
import type { HandledGateway } from '../../../src/app/gateway/start-fake-gateway.ts';
import { liveSentence } from '../../../src/cli/live-question.ts';
import {
  bracketOf,
  brokerOptions,
  morningGateway,
  PAPER_ACCOUNT,
  startAt,
} from '../../support/broker-rig.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const LIVE_ACCOUNT = 'U7654321';
const ALLOWED = `broker.accounts=${LIVE_ACCOUNT}`;
const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function gatewayOf(account: string): Promise<HandledGateway> {
  const gateway = await morningGateway({ account });
  open.push(gateway);
  return gateway;
}

test('live: entry by hand is locked until it is unlocked, and again after a lost connection; exits never are', async () => {
  const gateway = await gatewayOf(LIVE_ACCOUNT);
  const rig = await startAt(gateway.port, { mode: 'live', settings: [ALLOWED] });
  open.push({ close: () => rig.stop() });
  await rig.ready();
  expect(rig.frame).toMatchObject({ mode: 'live', entryLocked: true, broker: { account: '…21' } });
  expect(await rig.send(bracketOf('buy'))).toMatch(/^- entry by hand is locked/);
  await rig.send({ name: 'unlock-entry' });
  expect(await rig.send(bracketOf('buy'))).toMatch(/^\+/);
  await rig.see(({ account }) => account.POSITION === 100, 'no fill');
  gateway.fault({ type: 'drop', clientId: 71 });
  await rig.see(({ broker }) => broker?.connection === 'disconnected', 'not lost');
  await rig.ready();
  expect(rig.frame?.entryLocked).toBe(true);
  expect(await rig.send({ name: 'flatten' })).toMatch(/^\+/);
  await rig.see(({ account }) => account.POSITION === 0, 'not closed');
  expect(gateway.position).toBe(0);
});

test('what has to be typed names account and limit, and without it no live run begins', async () => {
  const gateway = await gatewayOf(LIVE_ACCOUNT);
  const logs = temporaryFolder();
  const options = brokerOptions(gateway.port, logs, 'live', [ALLOWED, 'risk.dailyLossUsd=250']);
  let asked = '';
  const handle = await startBrokerRun(options, {
    confirmResume: async () => true,
    async confirmLive(terms) {
      asked = liveSentence(terms);
      return false;
    },
  });
  expect([handle, asked]).toEqual([undefined, 'live 21 loss 250']);
});

test.for([
  ['live', LIVE_ACCOUNT, [], /…21: none of them is in broker\.accounts/],
  ['live', PAPER_ACCOUNT, [], /…67: none of them is a live account/],
  ['paper', LIVE_ACCOUNT, [ALLOWED], /…21: none of them is a paper account/],
] as const)('%s trading leaves the account %s alone', async ([mode, account, settings, words]) => {
  const gateway = await gatewayOf(account);
  await expect(startAt(gateway.port, { mode, settings })).rejects.toThrow(words);
});
