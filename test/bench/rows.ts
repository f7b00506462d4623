import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAM } from '../support/built-program.ts';
import type { BenchArguments, Input } from './arguments.ts';
import { type BenchDay, benchDay, cacheFolder } from './bench-day.ts';
import { measureProgram, measureStage } from './child.ts';
import { CLIFFS, cliffStream } from './cliff-stream.ts';
import type { Sample } from './sample.ts';

/** Something to measure, once a round. */
export interface BenchRow {
  readonly key: string;
  readonly dataSha256: string;
  measure(): Promise<Sample>;
}

/**
 * Settings under which the rules brain trades nearly whenever it may: thresholds that always hold and limits out of
 * the way, so that orders rest at the exchange for about half of the session. Risk gate, brackets and queue are real.
 */
export const TRADING: readonly string[] = [
  'risk.dailyTrades=100000',
  'risk.ordersPerSession=1000000',
  'risk.ordersPerSecond=1000',
  'risk.dailyLossUsd=1000000',
  'risk.maxSpread=1',
  'risk.maxSpreadOpenDrive=1',
  'cvd.trendSlope=0',
  'cvd.slopeBars=60',
  'tape.sentimentShare=0.501',
  'tape.sentimentMinTrades=0',
  'tape.mediumTps=0.01',
  'profile.longImbalance=1',
  'profile.shortImbalance=1',
  'profile.heldSnapshots=1',
  'profile.maxStop=0.5',
  'profile.exitLongImbalance=0.0001',
  'profile.exitShortImbalance=10000',
  'profile.maxHoldSecs=100000',
];

const MOST_CLIFF_EVENTS = 2_000_000;

/** Everything that was asked for, with its data made; and the names of what this program cannot do. */
export async function planRows(
  given: BenchArguments,
): Promise<{ readonly rows: readonly BenchRow[]; readonly notAvailable: readonly string[] }> {
  const { only, inputs, events } = given;
  const rows: BenchRow[] = [];
  const notAvailable: string[] = [];
  for (const input of inputs) {
    if (!['decode', 'book', 'analyzers', 'full'].some((stage) => only.has(stage as 'decode')))
      break;
    const day = await dayAs(input, events);
    if (day === undefined) notAvailable.push(`${input} (the program has no \`data compile\`)`);
    else rows.push(...dayRows(given, input, day));
  }
  if (only.has('groups')) {
    const day = await benchDay(events, 'dbn');
    rows.push({
      key: 'groups raw',
      dataSha256: day.sha256,
      measure: () => measureStage({ stage: 'groups', file: day.path, settings: TRADING }),
    });
  }
  if (only.has('checkpoint')) {
    const day = await benchDay(events, 'dbn');
    rows.push({
      key: 'checkpoint raw',
      dataSha256: day.sha256,
      measure: () => measureStage({ stage: 'checkpoint', file: day.path, settings: TRADING }),
    });
  }
  if (only.has('cliffs')) rows.push(...(await cliffRows(Math.min(events, MOST_CLIFF_EVENTS))));
  if (only.has('memory')) rows.push(...(await memoryRows(given)));
  return { rows, notAvailable };
}

function dayRows({ only }: BenchArguments, input: Input, day: BenchDay): BenchRow[] {
  const { path: file, sha256: dataSha256 } = day;
  const rows: BenchRow[] = [];
  for (const stage of ['decode', 'book', 'analyzers'] as const) {
    if (!only.has(stage)) continue;
    const measure = () => measureStage({ stage, file });
    rows.push({ key: `${stage} ${input}`, dataSha256, measure });
  }
  if (only.has('full')) {
    rows.push(
      { key: `full ${input}`, dataSha256, measure: () => measureProgram(file, []) },
      { key: `full, trading ${input}`, dataSha256, measure: () => measureProgram(file, TRADING) },
    );
  }
  return rows;
}

/** The day in a form, or `undefined` where the program has no such form. */
async function dayAs(input: Input, events: number): Promise<BenchDay | undefined> {
  if (input === 'zstd') return benchDay(events, 'dbn.zst');
  const raw = await benchDay(events, 'dbn');
  return input === 'raw' ? raw : compiled(raw);
}

/**
 * A copy of the day in a folder of its own, compiled there by `data compile FILE`: the program takes the compiled form
 * by itself where it lies beside the file, and the plain rows must not.
 */
function compiled(raw: BenchDay): BenchDay | undefined {
  const help = execFileSync(process.execPath, [PROGRAM, 'data', '--help'], { encoding: 'utf8' });
  if (!/\bdata compile\b/.test(help)) return undefined;
  const folder = join(cacheFolder(), 'compiled');
  const path = join(folder, `${raw.sha256.slice(0, 12)}.dbn`);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(path)) copyFileSync(raw.path, path);
  try {
    execFileSync(process.execPath, [PROGRAM, 'data', 'compile', path], { stdio: 'pipe' });
  } catch (error) {
    rmSync(path);
    throw error;
  }
  return { path, sha256: raw.sha256 };
}

async function cliffRows(events: number): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const shape of CLIFFS) {
    const { path: file, sha256: dataSha256, warmUp } = await cliffStream(shape, events);
    for (const stage of ['book', 'analyzers'] as const) {
      rows.push({
        key: `cliff ${stage} ${shape.name}`,
        dataSha256,
        measure: () => measureStage({ stage, file, warmUp, tickNanos: shape.tickNanos }),
      });
    }
  }
  return rows;
}

/** The whole program's memory for days of different lengths. */
async function memoryRows({ events, isLong }: BenchArguments): Promise<BenchRow[]> {
  const lengths = [Math.ceil(events / 3), events, ...(isLong ? [events * 2] : [])];
  const rows: BenchRow[] = [];
  for (const length of lengths) {
    const { path, sha256 } = await benchDay(length, 'dbn');
    rows.push({
      key: `memory ${length} events`,
      dataSha256: sha256,
      measure: () => measureProgram(path, TRADING),
    });
  }
  return rows;
}
