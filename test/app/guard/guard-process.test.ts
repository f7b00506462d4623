import { type ChildProcess, spawn } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HandledGateway } from '../../../src/app/gateway/start-fake-gateway.ts';
import { commandGuard } from '../../../src/app/guard/guard-control.ts';
import type { GuardControl, GuardNotice, GuardOptions } from '../../../src/app/guard/guard-port.ts';
import { findGuard } from '../../../src/app/guard/running-guard.ts';
import { startGateway } from '../../adapters/ibkr/venue-rig.ts';
import { GatewayWatch, GUARD_CLIENT, guardOptions, RUN_CLIENT } from './guard-rig.ts';

const PROGRAM = fileURLToPath(new URL('run-program.ts', import.meta.url));
const open: RunningRun[] = [];
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

const PATIENCE_MS = 10_000;
const SILENCE_MS = 400;
const BEAT_MS = 20;
const BUSY_MS = 1_000;

/** A run in a process of its own, its guard in another, and the gateway here. */
class RunningRun {
  readonly gateway: HandledGateway;
  readonly watch: GatewayWatch;
  readonly folder: string;
  readonly child: ChildProcess;
  readonly notices: GuardNotice[] = [];
  control: GuardControl | undefined;
  isOver = false;

  constructor(gateway: HandledGateway, folder: string, options: Partial<GuardOptions>) {
    this.gateway = gateway;
    this.folder = folder;
    this.watch = new GatewayWatch(gateway);
    const given = guardOptions(gateway.port, folder, { patienceMs: SILENCE_MS, ...options });
    this.child = spawn(process.execPath, [PROGRAM, JSON.stringify(given)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.child.on('exit', () => (this.isOver = true));
    if (this.child.stdout === null) throw new Error('it has no output');
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      const told = JSON.parse(line) as { notice?: GuardNotice; control?: GuardControl };
      if (told.notice !== undefined) this.notices.push(told.notice);
      this.control ??= told.control;
    });
  }

  /** Starts it, and lets its bracket fill: 100 held, stop and target working. */
  static async open(
    options: Partial<GuardOptions> = {},
    folder = newFolder(),
  ): Promise<RunningRun> {
    const run = new RunningRun(await startGateway(), folder, options);
    open.push(run);
    await run.until(
      () => run.gateway.position === 100 && run.control !== undefined,
      'it does not open',
    );
    return run;
  }

  write(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  get isFlat(): boolean {
    const { position, orders, gateway } = this.gateway;
    return (
      position === 0 &&
      orders.every(({ isOver }) => isOver) &&
      !gateway.clientIds.includes(GUARD_CLIENT)
    );
  }

  /** The guard's connections are gone: it has ended. */
  async untilEnded(): Promise<void> {
    await this.until(() => this.isFlat, 'the guard does not end');
    const name = readdirSync(this.folder).find((each) => each.endsWith('.jsonl')) ?? '';
    if (!lstatSync(join(this.folder, name)).isSymbolicLink())
      await this.until(() => this.logged().at(-1)?.type === 'ended', 'its log does not end');
  }

  async until(isSo: () => boolean, what: string): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (!isSo()) {
      if (performance.now() > end) throw new Error(`${what}: ${JSON.stringify(this.notices)}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /**
   * From a moment to the last cancel of the run's two exits as the gateway hears it, ms. Many processes share the machine with a test:
   * how fast it is on a quiet one is what `npm run prove -- guard` measures.
   */
  cancelMs(since: number): number {
    const exits = this.watch.cancels.filter(({ clientId }) => clientId === RUN_CLIENT);
    return (exits[1]?.at ?? Number.POSITIVE_INFINITY) - since;
  }

  /** Orders that closed: who sent them, and how much. */
  get closings(): string[] {
    return this.gateway.orders
      .filter(({ terms, filled }) => terms.side === 'sell' && filled > 0)
      .map(({ clientId, filled }) => `${clientId === GUARD_CLIENT ? 'guard' : 'run'} ${filled}`);
  }

  logged(): readonly { readonly type: string }[] {
    const [file = ''] = readdirSync(this.folder).filter((name) => name.endsWith('.jsonl'));
    const text = readFileSync(join(this.folder, file), 'utf8');
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
  }

  async close(): Promise<void> {
    if (!this.isOver) this.child.kill('SIGKILL');
    await this.gateway.close();
  }
}

test.concurrent('closes for a run that was killed, at once', async () => {
  const run = await RunningRun.open();

  const at = performance.now();
  run.child.kill('SIGKILL');
  await run.untilEnded();

  expect(run.cancelMs(at)).toBeLessThan(BUSY_MS);
  expect(run.closings).toEqual(['guard 100']);
  expect(JSON.stringify(run.logged())).not.toContain('DU1234567');
});

test.concurrent('closes for a run that was stopped, while its connection stands', async () => {
  const run = await RunningRun.open();

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
  const run = await RunningRun.open({}, folder);
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

test.concurrent('hears of a kill from another process, and ends with its run', async () => {
  const run = await RunningRun.open();
  const control = await findGuard(run.folder, {
    port: run.gateway.port,
    orderClientId: RUN_CLIENT,
  });
  const told: GuardNotice[] = [];

  const at = performance.now();
  const heard = commandGuard(
    control ?? { port: 0, token: '' },
    { type: 'kill', cause: 'flatten', words: 'asked' },
    (notice) => told.push(notice),
  );
  await run.until(() => told.some(({ type }) => type === 'flat'), 'it is not flat');

  expect(run.cancelMs(at)).toBeLessThan(BUSY_MS);
  run.write('end');
  expect(await heard).toBe(true);
  await run.untilEnded();
  expect(
    await findGuard(run.folder, { port: run.gateway.port, orderClientId: RUN_CLIENT }),
  ).toBeUndefined();
});
