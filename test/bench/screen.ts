/**
 * node bin/with-node.mjs test/bench/screen.ts [COLUMNSxROWS] [SECONDS]
 *
 * What the screen costs: CPU of the process and bytes a frame in a pseudo-terminal, at 30 updates a second from frames
 * made beforehand; and the time from a key to the changed screen. Linux only (reads /proc).
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { fakeFrame, fakeNotices } from '../support/fake-engine.ts';
import '../support/tsx-hook.ts';
import { TerminalProgram } from '../support/terminal.ts';

const self = fileURLToPath(import.meta.url);
const UPDATES_PER_SECOND = 30;

async function child(sentTo: string): Promise<void> {
  const { runScreen } = await import('../../src/tui/run-screen.tsx');
  const frames = Array.from({ length: 900 }, (_, i) => fakeFrame(i, { situation: 'long' }));
  const notices = fakeNotices();
  let at = 0;
  await runScreen({
    messages: (listener) => {
      for (const notice of notices) listener(notice);
      const timer = setInterval(() => {
        const frame = frames[at % frames.length];
        if (frame !== undefined) listener(frame);
        at++;
      }, 1_000 / UPDATES_PER_SECOND);
      return () => clearInterval(timer);
    },
    send: () => appendFileSync(sentTo, `${performance.timeOrigin + performance.now()}\n`),
    setView: () => undefined,
    terminal: { stdin: process.stdin, stdout: process.stdout },
    options: { theme: 'dark', ascii: false, color: 'truecolor' },
    reportLines: () => [],
  });
}

/** CPU time of a process with all its threads (`stat`), or of its main thread alone (`task/PID/stat`). */
function cpuSeconds(pid: number, file: string): number {
  const fields = readFileSync(`/proc/${pid}/${file}`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const ticks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}

async function parent(size: string, seconds: number): Promise<void> {
  const [columns = 160, rows = 45] = size.split('x').map(Number);
  const folder = mkdtempSync(join(tmpdir(), 'screen-bench-'));
  const sentTo = join(folder, 'sent');
  const started = performance.now();
  const program = new TerminalProgram(
    [self, 'child', sentTo],
    { columns, rows },
    { NODE_ENV: 'production' },
  );
  await program.until((text) => text.includes('PRICE'));
  const first = performance.now() - started;
  await pause(2_000);
  const thread = `task/${program.pid}/stat`;
  const ui = cpuSeconds(program.pid, thread);
  const [cpu, bytes, from] = [
    cpuSeconds(program.pid, 'stat'),
    program.written.length,
    performance.now(),
  ];
  const frames = program.written.split('\u001B[?2026h').length;
  await pause(seconds * 1_000);
  const spent = (performance.now() - from) / 1_000;
  const shown = program.written.split('\u001B[?2026h').length - frames;
  const used = (cpuSeconds(program.pid, 'stat') - cpu) / spent;
  const usedByThread = (cpuSeconds(program.pid, thread) - ui) / spent;
  const size_ =
    (Buffer.byteLength(program.written) - Buffer.byteLength(program.written.slice(0, bytes))) /
    shown;
  const delays: number[] = [];
  for (let i = 0; i < 40; i++) {
    const isOpening = i % 2 === 0;
    const pressed = performance.now();
    program.press('?');
    await program.until((text) => text.includes('Esc closes') === isOpening);
    delays.push(performance.now() - pressed);
    await pause(40);
  }
  delays.sort((a, b) => a - b);
  const pressed: number[] = [];
  for (let i = 0; i < 200; i++) {
    pressed.push(performance.timeOrigin + performance.now());
    program.press('C');
    await pause(50 + ((i * 13) % 29));
  }
  await pause(100);
  const sent = readFileSync(sentTo, 'utf8').trim().split('\n').map(Number);
  rmSync(folder, { recursive: true });
  const orders = sent.map((at, i) => at - (pressed[i] ?? at)).sort((a, b) => a - b);
  process.stdout.write(
    `${size}: CPU of the UI thread ${(usedByThread * 100).toFixed(1)} % of a core, of the process ${(used * 100).toFixed(1)} %, ${(shown / spent).toFixed(1)} frames/s, ` +
      `${(size_ / 1_000).toFixed(2)} kB/frame, first frame ${first.toFixed(0)} ms (with JSX compiled on the way), ` +
      `key to screen p50 ${delays[20]?.toFixed(0)} ms, p99 ${delays.at(-1)?.toFixed(0)} ms, ` +
      `key to command p50 ${orders[100]?.toFixed(1)} ms, p99 ${orders[197]?.toFixed(1)} ms\n`,
  );
  program.press('\u0003');
  program.press('\u0003');
  await program.exited;
}

if (process.argv[2] === 'child') await child(process.argv[3] ?? '');
else {
  await parent(process.argv[2] ?? '160x45', Number(process.argv[3] ?? 8));
  process.exit();
}
