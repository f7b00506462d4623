/** node trader.ts PLAN: plays a run as the program does, and dies at a fault point if the plan says so. */
import { writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { MessageChannel } from 'node:worker_threads';
import { playRun } from '../../../src/app/play-run.ts';
import type { EngineMessage } from '../../../src/engine/protocol.ts';
import { setFaultHook } from '../../../src/platform/fault-point.ts';
import { readPlan, type TraderOutcome } from './crash-plan.ts';
import { restlessRules } from './restless-rules.ts';

const { plan, dieAt } = readPlan(process.argv[2] ?? '');
let passed = 0;
setFaultHook(() => {
  passed++;
  if (passed === dieAt) process.kill(process.pid, 'SIGKILL');
});

const { port1, port2 } = new MessageChannel();
const alarms: string[] = [];
let ended: EngineMessage | undefined;
port1.on('message', (message: EngineMessage) => {
  if (message.type === 'alarm') {
    alarms.push(message.text);
    // told at once: it may be dead before its end
    if (message.text.startsWith('the run is where it stopped'))
      writeSync(1, `recovered ${performance.now()}\n`);
  }
  if (message.type === 'run-ended' || message.type === 'run-failed') ended = message;
});
port1.postMessage({ type: 'data-hashed', sha256: 'of the proof' });
// what was posted comes before the port closes
const closed = new Promise((resolve) => port1.on('close', resolve));
await playRun(port2, plan, async () => ({ brain: restlessRules(1.5), close() {} }));
await closed;

const result = ended?.type === 'run-ended' ? ended.result : undefined;
const outcome: TraderOutcome = {
  failure: ended?.type === 'run-failed' ? ended.text : undefined,
  passed,
  journalSha256: result?.journalSha256,
  position: result?.account.position,
  trades: result?.trades.length,
  netPl: result?.account.netPl,
  halted: result?.halted,
  warnings: result?.warnings,
  alarms,
};
process.stdout.write(`${JSON.stringify(outcome)}\n`);
