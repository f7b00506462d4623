import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { openDbnWriter } from '../../../src/adapters/databento/dbn-writer.ts';
import type { RunPlan } from '../../../src/app/run-plan.ts';
import { planSession } from '../../../src/app/session-setup.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { DAY, FREE_LIMITS, generatedBatch } from '../../support/engine-rig.ts';
import { type CrashPlan, type TraderOutcome, writePlan } from './crash-plan.ts';

const here = (name: string): string => new URL(name, import.meta.url).pathname;

/** Writes a short day of the generated market and plans a run of it. */
export async function planDay(folder: string, seed: number, events: number): Promise<RunPlan> {
  const batch = generatedBatch(events, events / 8_000, seed);
  const file = join(folder, `day-${seed}.dbn`);
  const header = {
    dataset: 'XNAS.ITCH',
    symbol: 'TSLA',
    instrumentId: batch.words[1] ?? 0,
    day: DAY,
  };
  const writer = await openDbnWriter(file, header);
  await writer.write(batch);
  await writer.close();
  const settings = loadConfig({
    workingFolder: folder,
    environment: {},
    assignments: [`paths.cache=${folder}`, `seed=${seed}`, ...FREE_LIMITS],
  });
  return {
    runId: `crash-${seed}`,
    isResumed: false,
    venue: undefined,
    mode: 'simulation',
    startedAt: '2025-10-15T00:00:00Z',
    session: planSession({ symbol: 'TSLA', dataset: header.dataset, day: DAY }, settings),
    files: [file],
    compiled: undefined,
    symbol: undefined,
    from: undefined,
    to: undefined,
    speed: Number.POSITIVE_INFINITY,
    script: undefined,
    model: undefined,
    keepsCheckpoints: false,
    carried: undefined,
    warnings: [],
    logsFolder: join(folder, 'logs'),
  };
}

/** How a trader's process went. */
export interface Traded {
  /** `undefined` when it was killed. */
  readonly outcome: TraderOutcome | undefined;
  /** From its start to when it was where the run had stopped, and both sides agreed, ms. */
  readonly recoveredMs: number | undefined;
}

/** Lets a trader's process play a plan. */
export async function trade(folder: string, plan: CrashPlan): Promise<Traded> {
  const path = join(folder, 'trader.plan');
  writePlan(path, plan);
  const child = spawn(process.execPath, [here('trader.ts'), path], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let complaint = '';
  child.stdout.on('data', (text: Buffer) => {
    printed += text.toString();
  });
  child.stderr.on('data', (text: Buffer) => {
    complaint += text.toString();
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.on('close', (...how) => resolve(how)),
  );
  const [, recovered] = /^recovered (\S+)$/m.exec(printed) ?? [];
  const recoveredMs = recovered === undefined ? undefined : Number(recovered);
  if (signal === 'SIGKILL') return { outcome: undefined, recoveredMs };
  if (code !== 0)
    throw new Error(`the trader's process ended with ${code ?? signal}: ${complaint}`);
  const outcome = JSON.parse(printed.replace(/^recovered .*$/m, '')) as TraderOutcome;
  return { outcome, recoveredMs };
}

/** A venue in a process of its own, which outlives its traders. */
export async function startVenueProcess(folder: string, plan: RunPlan): Promise<ChildProcess> {
  const path = join(folder, 'venue.plan');
  writePlan(path, { plan, dieAt: 0 });
  const child = spawn(process.execPath, [here('venue.ts'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the venue ended with ${code}`)));
  });
  return child;
}
