import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import type { HandledGateway } from '../../../src/app/gateway/start-fake-gateway.ts';
import type { RunResult } from '../../../src/domain/run.ts';
import { journalPath } from '../../../src/journal/store/run-index.ts';
import { verifyJournal } from '../../../src/journal/store/verify-journal.ts';
import {
  type BrokerRig,
  bracketOf,
  guardPidOf,
  morningGateway,
  PAPER_ACCOUNT,
  spawnChild,
  startAt,
  until,
} from '../../support/broker-rig.ts';
import { PROGRAM } from '../../support/built-program.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

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

test('without the order connection an entry is denied in words, and what was held is agreed on when it is back', async () => {
  const gateway = await gatewayAt();
  const rig = await runAt(gateway.port);
  await rig.ready();
  await rig.send(bracketOf('buy'));
  await rig.see(({ account }) => account.POSITION === 100, 'no fill');
  gateway.fault({ type: 'drop', clientId: 71 });
  const away = await rig.see(({ broker }) => broker?.connection === 'disconnected', 'not lost');
  expect(away.broker?.words).toMatch(/closed the connection/);
  // while it is away the target fills
  gateway.trade(250.45, 500);
  await rig.see(
    ({ broker, account }) => broker?.connection === 'connected' && account.POSITION === 0,
    'what was filled meanwhile is not known',
  );
  gateway.fault({ type: 'drop', clientId: 71 });
  await rig.see(({ broker }) => broker?.connection === 'disconnected', 'not lost');
  expect(await rig.send(bracketOf('buy', 249.5))).toMatch(/^- .*NOT_CONNECTED, reason .*closed/);
  await rig.ready();
  expect(gateway.orders.map(({ terms }) => terms.orderRef)).toHaveLength(3);
});

test('market data that stopped keep entries away and exits not, and come back by themselves', async () => {
  const gateway = await gatewayAt();
  const rig = await runAt(gateway.port);
  await rig.ready();
  await rig.send(bracketOf('buy'));
  await rig.see(({ account }) => account.POSITION === 100, 'no fill');
  gateway.fault({ type: 'drop', clientId: 72 });
  await rig.see(({ feed }) => feed.state === 'connecting', 'the loss is not seen');
  expect(await rig.send({ name: 'flatten' })).toMatch(/^\+/);
  await rig.see(({ account }) => account.POSITION === 0, 'the exit does not go out');
  expect(await rig.send(bracketOf('buy', 249.5))).toMatch(
    /^- .*STALE_DATA, cause market data away/,
  );
  await rig.ready();
  expect(rig.alarms).toContainEqual(
    expect.stringMatching(/^warning: market data are away: .*lost/),
  );
});

test('what the account held before is known, told and left alone', async () => {
  const gateway = await gatewayAt({ position: 300 });
  const rig = await runAt(gateway.port);
  await rig.ready();
  expect(rig.frame?.broker?.positionBefore).toBe(300);
  expect(rig.frame?.account.POSITION).toBe(0);
  await rig.send(bracketOf('buy'));
  await rig.see(({ account }) => account.POSITION === 100, 'no fill');
  await rig.send({ name: 'kill' });
  await rig.see(({ account }) => account.POSITION === 0, 'not closed');
  expect(gateway.position).toBe(300);
});

test('a run that was killed with its guard is taken up again: its position, its protection, and no order twice', async () => {
  const gateway = await gatewayAt();
  const logs = temporaryFolder();
  const child = spawnChild(gateway.port, logs, 'buy', 250.01);
  const runId = await child.ready;
  await until(() => gateway.position === 100, 'the child does not buy');
  // as where the machine goes down
  process.kill(guardPidOf(logs), 'SIGKILL');
  child.process.kill('SIGKILL');
  await child.gone;
  // nobody is there: the stop goes, as it does when somebody cancels it in the broker's own program
  gateway.fault({ type: 'cancel-orders' });
  await until(() => gateway.orders.every(({ isOver }) => isOver), 'still open');

  const rig = await runAt(gateway.port, { logs });
  expect(rig.handle.runId).toBe(runId);
  await rig.see(
    ({ broker, account, orders }) =>
      broker?.connection === 'connected' &&
      account.POSITION === 100 &&
      orders.some(({ role }) => role === 'STOP'),
    'its position is not protected again',
  );
  await until(() => gateway.orders.some(({ isOver }) => !isOver), 'no stop reaches the broker');
  const working = gateway.orders.filter(({ isOver }) => !isOver);
  expect(working.map(({ terms }) => [terms.side, terms.type, terms.quantity])).toEqual([
    ['sell', 'STP', 100],
  ]);
  const references = gateway.orders.map(({ terms }) => terms.orderRef);
  expect(new Set(references).size).toBe(references.length);
  await rig.send({ name: 'flatten' });
  await rig.see(({ account }) => account.POSITION === 0, 'not closed');
  const result = (await rig.stop()) as RunResult;
  expect(gateway.position).toBe(0);
  expect(result.trades).toHaveLength(1);
  const verdict = verifyJournal(journalPath(logs, runId));
  expect(verdict.state).toBe('whole');
});

test('the built program runs on paper to the end that it is told, and reports', async () => {
  const gateway = await gatewayAt();
  const folder = temporaryFolder();
  const words = ['--paper', '--json', '--to', '10:00:02', '--symbol', 'TSLA'];
  const child = spawn(
    process.execPath,
    [PROGRAM, ...words, '--set', `broker.paperPort=${gateway.port}`],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
  const [code] = await once(child, 'close');
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('Error')]);
  const { run, events } = JSON.parse(stdout) as RunResult;
  expect(run).toMatchObject({ mode: 'paper', symbol: 'TSLA', session: '2025-10-15' });
  expect(events.count).toBeGreaterThan(0);
  expect(stdout + stderr).not.toContain(PAPER_ACCOUNT);
});
