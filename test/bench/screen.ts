/**
 * node bin/with-node.mjs test/bench/screen.ts [COLUMNSxROWS] [SECONDS] [--save]
 *
 * What the screen of the built program costs in a pseudo-terminal, with a generated market behind it, while that plays a hundred
 * times as fast as the market, as fast as it goes, and before a terminal that reads only a tenth of the time:
 * CPU of the UI thread, bytes a frame, frames a second, first frame, key to the changed screen, key to the command
 * leaving for the engine's thread. The goals are those of the public specification "screen". Linux only (reads /proc).
 * `--save` keeps the result in test/bench/results/screen-DATE-MACHINE.json.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildProgram, PROGRAM } from '../support/built-program.ts';
import { screenLines, TerminalProgram } from '../support/terminal.ts';
import { thisCommit, thisMachine } from './machine.ts';

const FRAME = '\u001B[?2026h';
const STARTS = 5;
const KEYS = 200;
const GOALS = {
  uiCpuPercent: 10,
  kilobytesAFrame: 6,
  keyToScreenP99Ms: 50,
  keyToCommandP99Ms: 5,
  firstFrameMs: 300,
} as const;

type Figures = Readonly<Record<string, number>>;

/** A program whose screen is looked at each time it has changed. */
class LiveScreen extends TerminalProgram {
  #onDrawn: () => void = () => undefined;

  /** Milliseconds until the screen passes `check`. */
  async msUntil(check: (text: string) => boolean, from = performance.now()): Promise<number> {
    while (!check(screenLines(this.terminal).join('\n'))) {
      if (performance.now() - from > 10_000) throw new Error('not seen within 10 s');
      await new Promise<void>((resolve) => {
        this.#onDrawn = resolve;
        setTimeout(resolve, 200).unref();
      });
    }
    return performance.now() - from;
  }

  protected override async draw(data: string): Promise<void> {
    await super.draw(data);
    this.#onDrawn();
  }
}

/** CPU seconds of a process's main thread, which is the screen's. */
function uiSeconds(pid: number): number {
  const fields =
    readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const ticks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return Math.round(value * 10) / 10;
}

interface Place {
  readonly size: { readonly columns: number; readonly rows: number };
  readonly folder: string;
}

async function start({ size, folder }: Place, speed: string, trace?: string): Promise<LiveScreen> {
  const program = new LiveScreen(
    [PROGRAM, '--sim', '--speed', speed, '--set', 'brain.provider=rules'],
    size,
    trace === undefined ? {} : { FSD_SCREEN_TRACE: trace },
    folder,
  );
  await program.msUntil((text) => text.includes('open drive') || text.includes('morning'));
  program.press('\u001B');
  return program;
}

async function firstFrame(place: Place): Promise<Figures> {
  const times: number[] = [];
  // the first start fills Node's compile cache
  for (let i = 0; i <= STARTS; i++) {
    const from = performance.now();
    const program = new LiveScreen([PROGRAM, '--sim'], place.size, {}, place.folder);
    const time = await program.msUntil((text) => text.includes('1 ladder'), from);
    if (i > 0) times.push(time);
    program.kill('SIGKILL');
    await program.exited;
  }
  return { firstFrameMs: quantile(times, 0.5), slowestFirstFrameMs: quantile(times, 1) };
}

async function costs(place: Place, speed: string, seconds: number): Promise<Figures> {
  const program = await start(place, speed);
  await pause(1_500);
  const [from, cpu] = [performance.now(), uiSeconds(program.pid)];
  const before = program.written.length;
  await pause(seconds * 1_000);
  const spent = (performance.now() - from) / 1_000;
  const used = (uiSeconds(program.pid) - cpu) / spent;
  const written = program.written.slice(before);
  const frames = written.split(FRAME).length - 1;
  const delays: number[] = [];
  for (let i = 0; i < 60; i++) {
    const pressed = performance.now();
    program.press('?');
    delays.push(
      await program.msUntil((text) => text.includes('Esc closes') === (i % 2 === 0), pressed),
    );
    await pause(20 + ((i * 13) % 29));
  }
  program.kill('SIGKILL');
  await program.exited;
  return {
    uiCpuPercent: Math.round(used * 1_000) / 10,
    framesASecond: Math.round((frames / spent) * 10) / 10,
    kilobytesAFrame: Math.round(Buffer.byteLength(written) / Math.max(1, frames) / 10) / 100,
    keyToScreenP50Ms: quantile(delays, 0.5),
    keyToScreenP99Ms: quantile(delays, 0.99),
  };
}

async function keyToCommand(place: Place, speed: string, isSlow: boolean): Promise<Figures> {
  const trace = join(place.folder, `trace-${speed}-${isSlow}`);
  const program = await start(place, speed, trace);
  const reading = setInterval(() => {
    if (!isSlow) return;
    program.stall(false);
    setTimeout(() => program.stall(true), 10);
  }, 100);
  const pressed: number[] = [];
  for (let i = 0; i < KEYS; i++) {
    pressed.push(performance.timeOrigin + performance.now());
    program.press('C');
    await pause(20 + ((i * 13) % 29));
  }
  await pause(500);
  clearInterval(reading);
  program.kill('SIGKILL');
  const sent = readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{"sent"'))
    .map((line) => (JSON.parse(line) as { at: number }).at);
  if (sent.length !== KEYS) throw new Error(`${KEYS} keys, ${sent.length} commands`);
  const delays = sent.map((at, i) => at - (pressed[i] ?? at));
  return { keyToCommandP50Ms: quantile(delays, 0.5), keyToCommandP99Ms: quantile(delays, 0.99) };
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { save: { type: 'boolean', default: false } },
});
const [columns = 160, rows = 45] = (positionals[0] ?? '160x45').split('x').map(Number);
const seconds = Number(positionals[1] ?? 8);
buildProgram();
const folder = mkdtempSync(join(tmpdir(), 'screen-bench-'));
const place: Place = { size: { columns, rows }, folder };
const measured: Record<string, Figures> = { start: await firstFrame(place) };
for (const [name, speed] of [
  ['100x', '100'],
  ['full speed', 'max'],
] as const)
  measured[name] = {
    ...(await costs(place, speed, seconds)),
    ...(await keyToCommand(place, speed, false)),
  };
measured['100x, slow terminal'] = await keyToCommand(place, '100', true);
rmSync(folder, { recursive: true, force: true });

const result = {
  savedAt: new Date().toISOString(),
  commit: thisCommit(),
  node: process.version,
  machine: thisMachine(),
  size: `${columns}x${rows}`,
  seconds,
  goals: GOALS,
  measured,
};
for (const [name, figures] of Object.entries(measured)) {
  const told = Object.entries(figures).map(([figure, value]) => {
    const goal = Object.entries(GOALS).find(([known]) => known === figure)?.[1];
    if (goal === undefined) return `${figure} ${value}`;
    return `${figure} ${value} (goal ${goal}${value <= goal ? '' : ', MISSED'})`;
  });
  process.stdout.write(`${name}: ${told.join(', ')}\n`);
}
if (values.save) {
  const name = `screen-${result.savedAt.slice(0, 10)}-${result.machine.id}.json`;
  const path = fileURLToPath(new URL(`results/${name}`, import.meta.url));
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(`saved as test/bench/results/${name}\n`);
}
process.exit();
