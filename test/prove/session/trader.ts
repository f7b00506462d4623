/**
 * node trader.ts PLAN: a paper run without a screen, in a process of its own that may be killed at any moment. Prints `ready RUN` when
 * broker and journal agree and the market is there. A line `finish` on its input closes what is open and ends the run.
 */
import { flushCompileCache } from 'node:module';
import { createInterface } from 'node:readline';
import { startBrokerRun } from '../../../src/app/broker/start-broker-run.ts';
import type { RunHandle } from '../../../src/app/run.ts';
import type { Frame } from '../../../src/engine/protocol.ts';
import { settingsOf, type TraderPlan } from './trader-plan.ts';

const plan = JSON.parse(process.argv[2] ?? '') as TraderPlan;
const handle = await startBrokerRun(
  {
    mode: 'paper',
    settings: settingsOf(plan),
    data: [],
    date: undefined,
    from: undefined,
    to: undefined,
    speed: plan.speed,
    ordersFile: undefined,
    environment: {},
    recordFile: undefined,
    cassetteFile: undefined,
    resume: 'auto',
    isHeadless: true,
    output: 'json',
    reportFile: undefined,
    hasColor: false,
  },
  { confirmResume: async () => true, confirmLive: async () => false },
);
if (handle === undefined) throw new Error('a paper run needs no confirmation');
follow(handle);
const outcome = await handle.finished;
process.stdout.write(
  `ended ${JSON.stringify('kind' in outcome ? { failure: outcome.text } : { position: outcome.account.position, warnings: outcome.warnings, halted: outcome.halted, trades: outcome.trades.length })}\n`,
);
process.exit();

function follow(run: RunHandle): void {
  let isReady = false;
  let frame: Frame | undefined;
  run.subscribe((message) => {
    if (message.type === 'alarm' && message.level !== 'info')
      process.stdout.write(`alarm ${message.clock} ${message.text}\n`);
    if (message.type !== 'frame') return;
    frame = message;
    const { broker, feed } = message;
    if (isReady || broker?.connection !== 'connected' || feed.state !== 'live') return;
    isReady = true;
    // it may not live to its end
    flushCompileCache();
    process.stdout.write(`ready ${run.runId}\n`);
  });
  run.view({ ladderRows: 0, ladderCenter: null, framesPerSecond: 20 });
  createInterface({ input: process.stdin }).on('line', (line) => {
    if (line !== 'finish') return;
    // nothing new is opened from here on
    run.send({ name: 'pause-brain' });
    const close = setInterval(() => {
      const isOpen = frame === undefined || frame.account.POSITION !== 0 || frame.orders.length > 0;
      if (isOpen) run.send({ name: 'flatten' });
      else {
        clearInterval(close);
        run.send({ name: 'stop' });
      }
    }, 500);
  });
}
