import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBrokerRun } from '../../src/app/broker/start-broker-run.ts';
import { type HandledGateway, startFakeGateway } from '../../src/app/gateway/start-fake-gateway.ts';
import type { RunFailure, RunHandle } from '../../src/app/run.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { RunResult } from '../../src/domain/run.ts';
import type { EngineCommand, EngineMessage, Frame } from '../../src/engine/protocol.ts';
import type { JournalEntry } from '../../src/journal/entry.ts';
import { journalPath } from '../../src/journal/store/run-index.ts';
import { readJournal } from '../../src/journal/store/sqlite-journal.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const PAPER_ACCOUNT = 'DU1234567';
/** 10:00 in New York on an ordinary Wednesday. */
const MORNING = Date.UTC(2025, 9, 15, 14);
// generous, for machines that do other work beside the tests
const PATIENCE_MS = 12_000;

/** A gateway whose market stands in the morning of a trading day, quoted 249.99 to 250.01 ten times a second. */
export async function morningGateway(
  manners: { readonly account?: string; readonly position?: number } = {},
): Promise<HandledGateway> {
  const origin = performance.now();
  const gateway = await startFakeGateway({
    account: PAPER_ACCOUNT,
    ...manners,
    instrument: {
      symbol: 'TSLA',
      kind: 'stock',
      calendar: 'us-equities',
      tickNanos: 10_000_000,
      multiplier: 1,
    },
    clock: () => MORNING + performance.now() - origin,
  });
  let size = 500;
  const quote = (): void => {
    size = size === 500 ? 400 : 500;
    gateway.quote(249.99, 250.01, size, 500);
  };
  quote();
  const timer = setInterval(quote, 100);
  return {
    ...gateway,
    get position() {
      return gateway.gateway.account.position;
    },
    close() {
      clearInterval(timer);
      return gateway.close();
    },
  };
}

/** A run at a gateway, and what it tells. */
export class BrokerRig {
  readonly handle: RunHandle;
  readonly logs: string;
  frame: Frame | undefined;
  readonly alarms: string[] = [];
  readonly #answers = new Map<number, Extract<EngineMessage, { type: 'command-answered' }>>();

  constructor(handle: RunHandle, logs: string) {
    this.handle = handle;
    this.logs = logs;
    handle.subscribe((message) => {
      if (message.type === 'frame') this.frame = message;
      if (message.type === 'alarm') this.alarms.push(`${message.level}: ${message.text}`);
      if (message.type === 'command-answered') this.#answers.set(message.id, message);
    });
    handle.view({ ladderRows: 10, ladderCenter: null, framesPerSecond: 50 });
  }

  /** Sends a command and resolves with its answer, as `+ text` or `- text`. */
  async send(command: EngineCommand): Promise<string> {
    const id = this.handle.send(command);
    await until(() => this.#answers.has(id), `${command.name} is not answered`);
    const answer = this.#answers.get(id);
    return `${answer?.accepted === true ? '+' : '-'} ${answer?.text}`;
  }

  /** Resolves with the first frame that fits. */
  async see(fits: (frame: Frame) => boolean, what: string): Promise<Frame> {
    await until(
      () => this.frame !== undefined && fits(this.frame),
      () => `${what}; alarms: ${this.alarms.join(' | ')}`,
    );
    return this.frame as Frame;
  }

  /** The broker and we agree, and the market is there. */
  async ready(): Promise<void> {
    await this.see(
      ({ broker, feed }) => broker?.connection === 'connected' && feed.state === 'live',
      'the run does not get ready',
    );
  }

  async stop(): Promise<RunResult | RunFailure> {
    this.handle.send({ name: 'stop' });
    return this.handle.finished;
  }

  entries(): readonly JournalEntry[] {
    return readJournal(journalPath(this.logs, this.handle.runId)).entries;
  }
}

/** A bracket by hand at a price in dollars; `null`: at the touch. Its stop is so many cents away, its target twice as many. */
export function bracketOf(
  side: 'buy' | 'sell',
  price: number | null = null,
  stopTicks = 20,
): EngineCommand {
  return {
    name: 'enter-bracket',
    side,
    price: price === null ? null : Math.round(price * 1e9),
    quantity: 100,
    stopTicks,
    targetTicks: 2 * stopTicks,
    timeoutSecs: 60,
  };
}

export function brokerOptions(
  port: number,
  logs: string,
  mode: 'paper' | 'live' = 'paper',
  more: readonly string[] = [],
): Parameters<typeof startBrokerRun>[0] {
  const assignments = [
    `paths.logs=${logs}`,
    `paths.cache=${logs}/cache`,
    `broker.${mode}Port=${port}`,
    'broker.connectSecs=3',
    ...more,
  ];
  return {
    mode,
    settings: loadConfig({ workingFolder: logs, environment: {}, assignments }),
    data: [],
    date: undefined,
    from: undefined,
    to: undefined,
    speed: 1,
    ordersFile: undefined,
    environment: {},
    recordFile: undefined,
    cassetteFile: undefined,
    isHeadless: true,
    output: 'json',
    reportFile: undefined,
    hasColor: false,
  };
}

export async function startAt(
  port: number,
  {
    logs = temporaryFolder(),
    mode = 'paper',
    settings = [],
    speed = 1,
    isConfirmed = true,
  }: {
    readonly logs?: string;
    readonly mode?: 'paper' | 'live';
    readonly settings?: readonly string[];
    readonly speed?: number;
    readonly isConfirmed?: boolean;
  } = {},
): Promise<BrokerRig> {
  const handle = await startBrokerRun(
    { ...brokerOptions(port, logs, mode, settings), speed },
    {
      confirmResume: async () => true,
      confirmLive: async () => isConfirmed,
    },
  );
  if (handle === undefined) throw new Error('the run was not confirmed');
  return new BrokerRig(handle, logs);
}

export async function until(
  isSo: () => boolean,
  what: string | (() => string) = 'it is not so',
): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(typeof what === 'string' ? what : what());
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** The same run in a process of its own: `ready` is the run's id, once it has sent its bracket. */
export function spawnChild(
  port: number,
  logs: string,
  side: 'buy' | 'sell',
  price: number,
  settings: readonly string[] = [],
) {
  const file = fileURLToPath(new URL('broker-child.ts', import.meta.url));
  const given = [String(port), logs, side, String(price), ...settings];
  const child = spawn(process.execPath, [file, ...given], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ready = Promise.withResolvers<string>();
  let said = '';
  const hear = (text: Buffer): void => {
    said += text.toString();
    const match = /ready (\S+)\n/.exec(said);
    if (match?.[1] !== undefined) ready.resolve(match[1]);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  child.on('exit', () => ready.reject(new Error(`the child ended: ${said}`)));
  return { process: child, ready: ready.promise, gone: once(child, 'exit') };
}

/** The process that guards the run of a logs folder. */
export function guardPidOf(logs: string): number {
  const name = readdirSync(logs).find((each) => /^guard-.*\.json$/.test(each)) ?? '';
  return (JSON.parse(readFileSync(join(logs, name), 'utf8')) as { readonly pid: number }).pid;
}
