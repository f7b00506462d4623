import { type ChildProcess, spawn } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type HandledGateway, startFakeGateway } from '../../src/app/gateway/start-fake-gateway.ts';
import type { GuardControl, GuardNotice, GuardOptions } from '../../src/app/guard/guard-port.ts';

export const ACCOUNT = 'DU1234567';
export const RUN_CLIENT = 7;
export const GUARD_CLIENT = 9;
/** Patience of the guard with its run, ms. */
export const SILENCE_MS = 400;
const PROGRAM = fileURLToPath(new URL('guarded-run-program.ts', import.meta.url));
const PATIENCE_MS = 10_000;

export function guardOptions(
  port: number,
  logFolder: string,
  options: Partial<GuardOptions> = {},
): GuardOptions {
  return {
    host: '127.0.0.1',
    port,
    orderClientId: RUN_CLIENT,
    guardClientId: GUARD_CLIENT,
    allowedAccounts: [ACCOUNT],
    contract: { symbol: 'TEST', securityType: 'STK', exchange: 'SMART', currency: 'USD' },
    multiplier: 1,
    idPrefix: 'r1-',
    carriedPosition: 0,
    carriedResultUsd: 0,
    limits: { dailyLossUsd: 500, maxPosition: 1000 },
    patienceMs: 60_000,
    logFolder,
    ...options,
  };
}

/** Cancels that a gateway hears, and when, ms of the process's clock. */
export class GatewayWatch {
  readonly cancels: { readonly at: number; readonly clientId: number; readonly orderId: number }[] =
    [];

  constructor({ gateway }: HandledGateway) {
    const { orders } = gateway;
    const cancel = orders.cancel.bind(orders);
    orders.cancel = (clientId, orderId) => {
      this.cancels.push({ at: performance.now(), clientId, orderId });
      cancel(clientId, orderId);
    };
  }
}

/** A run in a process of its own, its guard in another, and the gateway here. */
export class GuardedRun {
  readonly gateway: HandledGateway;
  readonly watch: GatewayWatch;
  readonly folder: string;
  readonly child: ChildProcess;
  readonly notices: GuardNotice[] = [];
  control: GuardControl | undefined;
  /** When it has blocked its loop, ms of this process's clock. */
  blockedAt: number | undefined;
  isOver = false;

  private constructor(gateway: HandledGateway, folder: string) {
    this.gateway = gateway;
    this.folder = folder;
    this.watch = new GatewayWatch(gateway);
    const given = guardOptions(gateway.port, folder, { patienceMs: SILENCE_MS });
    this.child = spawn(process.execPath, [PROGRAM, JSON.stringify(given)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.child.on('exit', () => (this.isOver = true));
    if (this.child.stdout === null) throw new Error('it has no output');
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      const told = JSON.parse(line) as {
        readonly notice?: GuardNotice;
        readonly control?: GuardControl;
        readonly blocked?: boolean;
      };
      if (told.blocked === true) this.blockedAt = performance.now();
      if (told.notice !== undefined) this.notices.push(told.notice);
      this.control ??= told.control;
    });
  }

  /** Starts it, and lets its bracket fill: 100 held beyond what the account held before, stop and target working. */
  static async open(
    folder: string,
    manners: { readonly position?: number } = {},
  ): Promise<GuardedRun> {
    const gateway = await startFakeGateway({ account: ACCOUNT, averagePrice: 250, ...manners });
    gateway.quote(249.99, 250.01, 500, 500);
    const run = new GuardedRun(gateway, folder);
    const { position = 0 } = manners;
    await run.until(
      () => gateway.position === position + 100 && run.control !== undefined,
      'it does not open',
    );
    return run;
  }

  write(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  /** No order of the run's or its guard's works. */
  get isIdle(): boolean {
    return this.gateway.orders.every(({ isOver }) => isOver);
  }

  /** Nothing works or is open, and the guard has ended. */
  async untilEnded(): Promise<void> {
    const { gateway } = this.gateway;
    await this.until(
      () => this.isIdle && this.gateway.position === 0 && !gateway.clientIds.includes(GUARD_CLIENT),
      'the guard does not end',
    );
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

  /** How much each of them closed. */
  get closedBy(): number[] {
    return this.gateway.orders
      .filter(({ terms }) => terms.side === 'sell')
      .map(({ filled }) => filled);
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
