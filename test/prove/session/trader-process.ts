import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TraderPlan } from './trader-plan.ts';

const FILE = new URL('trader.ts', import.meta.url).pathname;

/** A paper run in a process of its own. */
export class TraderProcess {
  readonly alarms: string[] = [];
  /** Resolves with the run's id when broker and journal agree, or with `undefined` when the process ended before. */
  readonly ready: Promise<string | undefined>;
  /** From its start until then, ms. */
  readyMs: number | undefined;
  /** What it printed at its end. */
  outcome: Readonly<Record<string, unknown>> | undefined;
  readonly #child: ChildProcess;
  readonly #gone: Promise<unknown>;
  #complaint = '';

  constructor(plan: TraderPlan) {
    const startedMs = performance.now();
    this.#child = spawn(process.execPath, [FILE, JSON.stringify(plan)], {
      stdio: ['pipe', 'pipe', 'pipe'],
      // users start a bundle; from sources every start would compile them anew
      env: { ...process.env, NODE_COMPILE_CACHE: join(plan.logsFolder, 'compiled') },
    });
    this.#gone = once(this.#child, 'close');
    const ready = Promise.withResolvers<string | undefined>();
    this.ready = ready.promise;
    let rest = '';
    this.#child.stdout?.on('data', (text: Buffer) => {
      const lines = (rest + text.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [word = '', ...words] = line.split(' ');
        if (word === 'alarm') this.alarms.push(words.join(' '));
        if (word === 'ended')
          this.outcome = JSON.parse(line.slice(6)) as Readonly<Record<string, unknown>>;
        if (word !== 'ready') continue;
        this.readyMs = performance.now() - startedMs;
        ready.resolve(words[0]);
      }
    });
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.#complaint = (this.#complaint + text.toString()).slice(-4000);
    });
    void this.#gone.then(() => ready.resolve(undefined));
  }

  get isGone(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get complaint(): string {
    return this.#complaint;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#gone;
  }

  /** Closes what is open and ends the run; the process is killed when that takes longer. */
  async finish(patienceMs: number): Promise<void> {
    this.#child.stdin?.write('finish\n');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), patienceMs);
    await this.#gone;
    clearTimeout(timer);
  }
}
