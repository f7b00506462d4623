/**
 * node bin/with-node.mjs test/bench/order-latency.ts [KEYS]
 *
 * Key to the socket: how long after a key press at the terminal the first message to the broker leaves the program. The built program
 * trades on paper in a pseudo-terminal of 160 by 45 and draws, while the fake gateway plays a generated market; keys buy a bracket and
 * flatten it by turns. Goal of the public specification "screen": p99 at most 5 ms.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { buildProgram, PROGRAM } from '../support/built-program.ts';
import { screenLines, TerminalProgram } from '../support/terminal.ts';

const GOAL_P99_MS = 5;
const LOST_MS = 1_000;
/** Until what a key did is over: its fills and cancels are no answer to the next one. */
const REST_MS = 250;
const SIZE = { columns: 160, rows: 45 };

const keys = Number(process.argv[2] ?? 200);
buildProgram();
const folder = mkdtempSync(join(tmpdir(), 'fsd-latency-'));
const gateway = spawn(
  process.execPath,
  [PROGRAM, 'fake-gateway', '--sim', '--port', '0', '--from', '09:45'],
  { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
);
const gatewayPort = await said(gateway.stderr, /listens on port (\d+)/);
const tap = spawn(process.execPath, [
  fileURLToPath(new URL('order-tap.ts', import.meta.url)),
  gatewayPort,
]);
const passed: number[] = [];
const tapPort = await said(tap.stdout, /listens (\d+)/);
tap.stdout.on('data', (bytes: Buffer) => {
  passed.push(...bytes.toString().trim().split('\n').map(Number));
});
const settings = [
  `broker.paperPort=${tapPort}`,
  'risk.dailyTrades=100000',
  'risk.ordersPerSession=100000',
  'risk.ordersPerSecond=100',
  'risk.maxSpread=5',
  'risk.maxSpreadOpenDrive=5',
  'profile.minRvol=1000000',
  'manual.size=1',
];
const program = new TerminalProgram(
  [PROGRAM, '--paper', ...settings.flatMap((setting) => ['--set', setting])],
  SIZE,
  { FSD_SCREEN_TRACE: join(folder, 'trace') },
  folder,
);
try {
  await untilShown('broker connected');
  await untilShown('feed live');
  // the welcome goes, and the brain rests: what it closes by itself leaves the next key nothing to do
  program.press('\u001B');
  program.press('p');
  await pause(2_000);
  const delays: number[] = [];
  const pressedAt: number[] = [];
  let lost = 0;
  for (let i = 0; i < keys; i++) {
    passed.length = 0;
    const pressed = performance.timeOrigin + performance.now();
    pressedAt.push(pressed);
    program.press(i % 2 === 0 ? 'b' : 'x');
    const until = performance.now() + LOST_MS;
    while (passed.length === 0 && performance.now() < until) await pause(1);
    const [first] = passed;
    if (first === undefined) lost++;
    else delays.push(first - pressed);
    await pause(REST_MS + ((i * 13) % 29));
  }
  const toCommand = commandTimes(join(folder, 'trace')).flatMap((sent) => {
    const pressed = pressedAt.findLast((each) => each <= sent);
    return pressed === undefined ? [] : sent - pressed;
  });
  const keyToSocket = figuresOf(delays);
  const figures = { keys, lost, keyToSocket, keyToCommand: figuresOf(toCommand) };
  process.stdout.write(`${JSON.stringify({ ...figures, goalP99Ms: GOAL_P99_MS })}\n`);
  if (keyToSocket.p99Ms > GOAL_P99_MS || delays.length < keys / 2) process.exitCode = 1;
} finally {
  program.kill('SIGTERM');
  await program.exited;
  tap.kill();
  gateway.kill();
  rmSync(folder, { recursive: true, force: true });
}

/** When commands left for the engine's thread, ms since 1970, by the trace of the screen. */
function commandTimes(trace: string): number[] {
  return readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{"sent"'))
    .map((line) => (JSON.parse(line) as { readonly at: number }).at);
}

function figuresOf(delays: readonly number[]) {
  const sorted = delays.toSorted((a, b) => a - b);
  const at = (share: number): number => {
    const place = Math.min(sorted.length - 1, Math.floor(sorted.length * share));
    return Math.round((sorted[place] ?? 0) * 100) / 100;
  };
  return { p50Ms: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99), mostMs: at(1) };
}

function said(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  const timer = setTimeout(() => reject(new Error(`not said: ${pattern} in ${text}`)), 30_000);
  stream.on('data', (bytes: Buffer) => {
    text += bytes.toString();
    const found = pattern.exec(text)?.[1];
    if (found === undefined) return;
    clearTimeout(timer);
    resolve(found);
  });
  return promise;
}

async function untilShown(text: string): Promise<void> {
  const end = performance.now() + 20_000;
  while (!screenLines(program.terminal).join('\n').includes(text)) {
    if (performance.now() > end)
      throw new Error(`not on the screen: ${text}\n${screenLines(program.terminal).join('\n')}`);
    await pause(20);
  }
}
