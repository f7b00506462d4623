import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alsoToGuard } from '../../../src/app/broker/run-guard.ts';
import { findGuard } from '../../../src/app/guard/running-guard.ts';
import type { RunHandle } from '../../../src/app/run.ts';
import { GuardedRun, RUN_CLIENT, SILENCE_MS } from '../../support/guarded-run.ts';

const BEAT_MS = 20;
const BUSY_MS = 1_000;
const open: GuardedRun[] = [];
/** Each test has a folder in it. */
let folders = '';
beforeAll(() => {
  folders = mkdtempSync(join(tmpdir(), 'fsd-tui-test-'));
});
afterAll(async () => {
  for (const run of open.splice(0)) await run.close();
  rmSync(folders, { recursive: true, force: true, maxRetries: 10 });
});
const newFolder = (): string => mkdtempSync(join(folders, 'logs-'));

async function opened(folder = newFolder()): Promise<GuardedRun> {
  const run = await GuardedRun.open(folder);
  open.push(run);
  return run;
}

test.concurrent('closes for a run that was killed, at once', async () => {
  const run = await opened();

  const at = performance.now();
  run.child.kill('SIGKILL');
  await run.untilEnded();

  expect(run.cancelMs(at)).toBeLessThan(BUSY_MS);
  expect(run.closings).toEqual(['guard 100']);
  expect(JSON.stringify(run.logged())).not.toContain('DU1234567');
});

test.concurrent('closes for a run that was stopped, while its connection stands', async () => {
  const run = await opened();

  const at = performance.now();
  run.child.kill('SIGSTOP');
  await run.until(() => run.gateway.position === 0, 'it stays open');

  expect(run.cancelMs(at)).toBeGreaterThan(SILENCE_MS - 2 * BEAT_MS);
  expect(run.cancelMs(at)).toBeLessThan(SILENCE_MS + BUSY_MS);
  run.child.kill('SIGKILL');
  await run.untilEnded();
  expect(run.closings).toEqual(['guard 100']);
});

test.concurrent('closes for a run whose loop is blocked, without a log where the disk is full', async () => {
  const folder = newFolder();
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  symlinkSync('/dev/full', join(folder, `guard-${day}.jsonl`));
  const run = await opened(folder);
  await run.until(
    () => run.notices.some((notice) => 'words' in notice && notice.words.includes('log')),
    'the disk is not full',
  );

  const at = performance.now();
  run.write('block');
  await run.until(() => run.gateway.position === 0, 'it stays open');

  expect(run.cancelMs(at)).toBeLessThan(SILENCE_MS + BUSY_MS);
  run.child.kill('SIGKILL');
  await run.untilEnded();
});

test.concurrent('closes for a run that lives and does nothing, when its kill switch is pressed', async () => {
  const run = await opened();
  const client = { port: run.gateway.port, orderClientId: RUN_CLIENT };
  const handle: RunHandle = {
    runId: '',
    symbol: '',
    source: '',
    market: '',
    subscribe: () => () => undefined,
    send: () => 1,
    view: () => undefined,
    finished: new Promise(() => undefined),
  };

  const at = performance.now();
  alsoToGuard(handle, run.folder, client).send({ name: 'kill' });
  await run.until(() => run.notices.some(({ type }) => type === 'flat'), 'it is not flat');

  expect(run.cancelMs(at)).toBeLessThan(BUSY_MS);
  expect(run.closings).toEqual(['guard 100']);
  run.write('end');
  await run.untilEnded();
  expect(await findGuard(run.folder, client)).toBeUndefined();
});
