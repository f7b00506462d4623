/**
 * A paper run in a process of its own that trades by hand without rest: `trader.ts PORT LOGS SYMBOL SPEED SEED`. It is killed, or told by
 * a line on its input to close everything and end. Says `ready RUN MS` once it agrees with the broker, MS after its start.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../../src/domain/random.ts';
import type { EngineCommand } from '../../../src/engine/protocol.ts';
import { bracketOf, startAt } from '../../support/broker-rig.ts';

const STEP_MS = 40;

const [port = '', logs = '', symbol = '', speed = '', seed = ''] = process.argv.slice(2);
const random = new Random(Number(seed));
const settings = [
  `symbol=${symbol}`,
  'risk.maxSpread=5',
  'risk.maxSpreadOpenDrive=5',
  'risk.dailyTrades=100000',
  'risk.ordersPerSession=100000',
  'risk.ordersPerSecond=100',
  'risk.dailyLossUsd=100000',
  'risk.staleSecs=600',
  'profile.minRvol=1000000',
];
const rig = await startAt(Number(port), { logs, speed: Number(speed), settings });
let isToEnd = false;
process.stdin.once('data', () => {
  isToEnd = true;
});
await rig.see(({ broker }) => broker?.connection === 'connected', 'the broker is not agreed with');
process.stdout.write(`ready ${rig.handle.runId} ${Math.round(performance.now())}\n`);

while (!isToEnd) {
  await sleep(STEP_MS);
  rig.handle.send(nextCommand());
}
for (;;) {
  rig.handle.send({ name: 'flatten' });
  await sleep(200);
  const { frame } = rig;
  if (frame?.account.POSITION === 0 && frame.orders.length === 0) break;
}
const result = await rig.stop();
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);

function nextCommand(): EngineCommand {
  const step = Math.floor(random.float() * 10);
  const price = rig.frame?.ladder[0]?.price ?? 0;
  if (step < 4)
    return { ...bracketOf(step % 2 === 0 ? 'buy' : 'sell'), quantity: 50 } as EngineCommand;
  if (step < 6) return { name: 'stop-to-break-even' };
  if (step < 7) return { name: 'cancel-entries' };
  if (step < 8) return { name: 'move-target', price };
  return { name: 'flatten' };
}
