import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { playRun } from '../../src/app/play-run.ts';
import type { RunPlan } from '../../src/app/run-plan.ts';
import { Random } from '../../src/domain/random.ts';
import type { RunResult } from '../../src/domain/run.ts';
import type { EngineMessage } from '../../src/engine/protocol.ts';
import { journalPath } from '../../src/journal/store/run-index.ts';
import { readJournal } from '../../src/journal/store/sqlite-journal.ts';
import { verifyJournal } from '../../src/journal/store/verify-journal.ts';
import { setFaultHook } from '../../src/platform/fault-point.ts';
import { restlessRules } from '../prove/crash/restless-rules.ts';
import { planDay } from '../prove/crash/trading-day.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const POINTS = 50;

/** Plays a plan in this process. */
async function play(plan: RunPlan): Promise<RunResult> {
  const { port1, port2 } = new MessageChannel();
  let last: EngineMessage | undefined;
  port1.on('message', (message: EngineMessage) => {
    last = message;
  });
  const closed = new Promise((resolve) => port1.on('close', resolve));
  port1.postMessage({ type: 'data-hashed', sha256: '' });
  await playRun(port2, plan, async () => ({ brain: restlessRules(1), close() {} }));
  await closed;
  if (last?.type === 'run-ended') return last.result;
  throw new Error(last?.type === 'run-failed' ? last.text : `the run ended with ${last?.type}`);
}

/** What a kill leaves: the files as they are, and no process that could finish them. */
function copyJournal(plan: RunPlan, logsFolder: string): RunPlan {
  const from = journalPath(plan.logsFolder, plan.runId);
  const to = journalPath(logsFolder, plan.runId);
  mkdirSync(dirname(to), { recursive: true });
  for (const ending of ['', '-wal'])
    if (existsSync(from + ending)) copyFileSync(from + ending, to + ending);
  return { ...plan, logsFolder, isResumed: true };
}

/** A day that is played once, with the files copied at fault points spread over it. */
async function interruptedDay(folder: string, points: number) {
  const plan = await planDay(folder, 5, 2_000);
  let passed = 0;
  setFaultHook(() => passed++);
  onTestFinished(() => setFaultHook(undefined));
  await play({ ...plan, logsFolder: join(folder, 'counted') });
  // how often it waits and writes differs a little from play to play: the last few are left out
  const every = (passed * 0.9) / points;
  const stopped: RunPlan[] = [];
  passed = 0;
  setFaultHook(() => {
    passed++;
    if (stopped.length < points && passed >= (stopped.length + 0.5) * every)
      stopped.push(copyJournal(plan, join(folder, `stopped-${passed}`)));
  });
  const whole = await play(plan);
  setFaultHook(undefined);
  return { plan, whole, stopped };
}

test('from the files that a kill leaves at any of fifty points a run goes on to the same end', async () => {
  const { plan, whole, stopped } = await interruptedDay(temporaryFolder(), POINTS);
  expect(whole.trades.length).toBeGreaterThan(1);
  expect(stopped).toHaveLength(POINTS);
  const { entries } = readJournal(journalPath(plan.logsFolder, plan.runId));
  const kept = new Set<number>();
  for (const resumed of stopped) {
    const path = journalPath(resumed.logsFolder, resumed.runId);
    const before = verifyJournal(path);
    // before the first transaction there is nothing to go on with
    if (before.state !== 'whole' || before.entries === 0) continue;
    kept.add(before.entries);
    const { journalSha256, trades, account } = await play(resumed);
    expect({ journalSha256, trades, account }).toEqual({
      journalSha256: whole.journalSha256,
      trades: whole.trades,
      account: whole.account,
    });
    expect(readJournal(path).entries).toEqual(entries);
    expect(verifyJournal(path)).toMatchObject({ state: 'whole' });
  }
  expect(kept.size).toBeGreaterThan(POINTS / 3);
}, 60_000);

test('torn, garbled and missing last pages of the write-ahead log cost the last entries, and no more', async () => {
  const { plan, whole, stopped } = await interruptedDay(temporaryFolder(), 6);
  const random = new Random(3);
  const lengths: number[] = [];
  for (const [turn, resumed] of stopped.slice(2).entries()) {
    const path = journalPath(resumed.logsFolder, resumed.runId);
    const wal = readFileSync(`${path}-wal`);
    const before = verifyJournal(path);
    if (before.state !== 'whole') throw new Error('the copy is not whole');
    const cut = wal.length - 1 - Math.floor(random.float() * 12_000);
    if (turn % 2 === 0) writeFileSync(`${path}-wal`, wal.subarray(0, cut));
    else
      writeFileSync(
        `${path}-wal`,
        Buffer.concat([wal.subarray(0, cut), wal.subarray(cut).fill(0x5a)]),
      );
    writeFileSync(`${path}-shm`, '');
    const torn = verifyJournal(path);
    expect(torn.state).toBe('whole');
    if (torn.state !== 'whole') continue;
    lengths.push(before.entries - torn.entries);
    const { journalSha256 } = await play(resumed);
    expect(journalSha256).toBe(whole.journalSha256);
  }
  expect(Math.max(...lengths)).toBeGreaterThan(0);
  expect(statSync(journalPath(plan.logsFolder, plan.runId)).size).toBeGreaterThan(0);
}, 60_000);
