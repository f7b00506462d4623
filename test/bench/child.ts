import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROGRAM } from '../support/built-program.ts';
import { cacheFolder } from './bench-day.ts';
import type { MeasureTask } from './measure.ts';
import type { Sample } from './sample.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** From the start of the process to its end. */
  readonly seconds: number;
}

/**
 * Runs node on a script in an empty folder, to its end. With node's compile cache, so that what strips the types of the
 * benchmark's own files is not loaded into the process measured.
 *
 * @throws {Error} If it fails.
 */
async function run(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'fsd-bench-run-'));
  const compileCache = join(cacheFolder(), 'compiled-code');
  mkdirSync(compileCache, { recursive: true });
  const startedMs = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on('error', reject);
  child.on('close', resolve);
  const status = await promise;
  const seconds = (performance.now() - startedMs) / 1000;
  rmSync(folder, { recursive: true });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return { stdout, stderr, seconds };
}

/** Seconds of the reference loop, now. */
export async function measureReference(): Promise<number> {
  const { stdout } = await run([here('./reference-loop.ts')]);
  return (JSON.parse(stdout) as { readonly seconds: number }).seconds;
}

/** One stage in a fresh process. */
export async function measureStage(task: MeasureTask): Promise<Sample> {
  const { stdout } = await run([here('./measure.ts'), JSON.stringify(task)]);
  return JSON.parse(stdout) as Sample;
}

interface Report {
  readonly events: { readonly count: number; readonly wallMs: number };
  readonly trades: readonly { readonly entryTs: string; readonly exitTs: string }[];
  readonly orders: readonly unknown[];
}

/** The program itself: `--backtest --headless --json`, as a user starts it. */
export async function measureProgram(file: string, settings: readonly string[]): Promise<Sample> {
  const folder = mkdtempSync(join(tmpdir(), 'fsd-bench-seen-'));
  const observed = join(folder, 'observed.jsonl');
  const { stdout, seconds } = await run(
    [
      '--import',
      here('./observe-program.ts'),
      PROGRAM,
      '--backtest',
      '--headless',
      '--json',
      '--data',
      file,
      ...settings.flatMap((assignment) => ['--set', assignment]),
    ],
    { FSD_BENCH_OBSERVED: observed },
  );
  const threads = readFileSync(observed, 'utf8')
    .trim()
    .split('\n')
    .map(
      (line) =>
        JSON.parse(line) as {
          readonly peakRssMb: number;
          readonly gc: { readonly longestMs: number };
        },
    );
  rmSync(folder, { recursive: true });
  const report = JSON.parse(stdout) as Report;
  const heldMs = report.trades.reduce(
    (sum, { entryTs, exitTs }) => sum + Date.parse(exitTs) - Date.parse(entryTs),
    0,
  );
  return {
    events: report.events.count,
    seconds: report.events.wallMs / 1000,
    peakRssMb: Math.max(...threads.map(({ peakRssMb }) => peakRssMb)),
    gcLongestMs: Math.max(...threads.map(({ gc }) => gc.longestMs)),
    figures: {
      processSeconds: seconds,
      orders: report.orders.length,
      hoursInPosition: heldMs / 3_600_000,
    },
  };
}

/** Fills node's compile cache with the files that children load. */
export async function warmCompileCache(): Promise<void> {
  await run([here('./measure.ts')]);
  await run(['--import', here('./observe-program.ts'), PROGRAM, '--version'], {
    FSD_BENCH_OBSERVED: join(cacheFolder(), 'warm-up.jsonl'),
  });
}
