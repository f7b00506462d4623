import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandGuard } from '../../../src/app/guard/guard-control.ts';
import { findGuard } from '../../../src/app/guard/running-guard.ts';
import { Random } from '../../../src/domain/random.ts';
import { GuardedRun, RUN_CLIENT, SILENCE_MS } from '../../support/guarded-run.ts';
import { type ProofOptions, type ProofResult, Violations } from '../proof.ts';
import { proveHungRun } from './hung-run.ts';

/** From what ends trading to the gateway's receipt of the last cancel, beyond the patience with a run that hangs. */
const MOST_MS = 250;
/** For so many runs there is a whole one, with engine and journal. */
const RUNS_PER_WHOLE = 10;
const EVENTS = ['killed', 'stopped', 'blocked', 'asked'] as const;
/** Faults of the gateway's at that moment. */
const TROUBLES = ['none', 'swallowed-cancels', 'refused-order', 'drop', 'half-filled'] as const;

/**
 * Runs in processes of their own open a bracket behind their guards, and are killed, stopped, blocked or closed by another process, at a
 * gateway that is sound or in trouble. After each: nothing of ours works or is open, what the account held before is as it was, nothing was
 * closed twice, and where the gateway was sound every cancel was there in time.
 */
export async function proveGuard({ count, seed, say }: ProofOptions): Promise<ProofResult> {
  const random = new Random(seed);
  const violations = new Violations(say);
  const times: number[] = [];
  const flat: number[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'fsd-tui-guard-'));
  try {
    for (let index = 0; index < count; index++) {
      const event = EVENTS[index % EVENTS.length] ?? 'killed';
      const isSound = random.float() < 0.5;
      const trouble = isSound ? 'none' : (TROUBLES[random.below(TROUBLES.length)] ?? 'none');
      const held = random.below(5) * 50 - 100;
      const what = `${index}: ${event}, ${trouble}, held ${held}`;
      const logs = mkdtempSync(join(folder, 'run-'));
      const run = await GuardedRun.open(logs, { position: held });
      try {
        const { gateway } = run;
        if (trouble === 'half-filled') gateway.trade(251, 40);
        if (trouble === 'swallowed-cancels') gateway.fault({ type: 'swallow-cancels', count: 2 });
        if (trouble === 'refused-order') gateway.fault({ type: 'refuse-orders' });
        const at = await strike(run, event, logs);
        if (trouble === 'drop') gateway.fault({ type: 'drop' });
        await run.until(() => gateway.position === held && run.isIdle, `${what}: not flat`);
        flat.push(performance.now() - at);
        const cancelMs = run.cancelMs(at);
        if (trouble === 'none') {
          times.push(cancelMs);
          if (!(cancelMs <= MOST_MS)) violations.note(`${what}: canceled after ${cancelMs} ms`);
        }
        await sleep(100);
        violations.expectEqual(what, gateway.position, held);
        const closed = run.closedBy;
        violations.expectEqual(
          `${what}: closed`,
          closed.reduce((sum, each) => sum + each, 0),
          100,
        );
      } catch (error) {
        violations.note(String(error));
      } finally {
        await run.close();
      }
    }
    for (let index = 0; index < count; index += RUNS_PER_WHOLE)
      await proveHungRun(mkdtempSync(join(folder, 'whole-')), violations);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
  return {
    violations: violations.count,
    cancelMs: quantiles(times),
    flatMs: quantiles(flat),
  };
}

/** Returns the moment from which the guard's time counts, ms: of a run that hangs, the end of the patience with it. */
async function strike(
  run: GuardedRun,
  event: (typeof EVENTS)[number],
  logs: string,
): Promise<number> {
  switch (event) {
    case 'killed': {
      const at = performance.now();
      run.child.kill('SIGKILL');
      return at;
    }
    case 'stopped': {
      const at = performance.now();
      run.child.kill('SIGSTOP');
      return at + SILENCE_MS;
    }
    case 'blocked':
      run.write('block');
      await run.until(() => run.blockedAt !== undefined, 'it does not block');
      return (run.blockedAt ?? 0) + SILENCE_MS;
    case 'asked': {
      const client = { port: run.gateway.port, orderClientId: RUN_CLIENT };
      const control = await findGuard(logs, client);
      const at = performance.now();
      if (control !== undefined)
        void commandGuard(
          control,
          { type: 'kill', cause: 'flatten', words: 'asked' },
          () => undefined,
        );
      return at;
    }
  }
}

function quantiles(values: number[]): Readonly<Record<string, number>> {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0) * 10) /
    10;
  return { count: sorted.length, median: at(0.5), p99: at(0.99), most: at(1) };
}
