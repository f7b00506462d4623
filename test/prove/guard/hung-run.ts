import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { journalPath } from '../../../src/journal/store/run-index.ts';
import { readJournal } from '../../../src/journal/store/sqlite-journal.ts';
import { morningGateway, spawnChild, startAt, until } from '../../support/broker-rig.ts';
import type { Violations } from '../proof.ts';

/** A run that still took its position for open would try to close it again after a second. */
const RETRY_MS = 1_200;

/**
 * A whole run with engine and journal buys, is stopped until its guard has closed, woken, killed and started again: it learns of what was closed
 * while it slept, so does its next start, and one exit is sent in all.
 */
export async function proveHungRun(logs: string, violations: Violations): Promise<void> {
  const gateway = await morningGateway();
  const child = spawnChild(gateway.port, logs, 'buy', 250.01, ['broker.guardPatienceMs=500']);
  try {
    const runId = await child.ready;
    await until(() => gateway.position === 100, 'the child does not buy');
    child.process.kill('SIGSTOP');
    await until(() => gateway.position === 0, 'the guard does not close');
    child.process.kill('SIGCONT');
    const entries = () => readJournal(journalPath(logs, runId)).entries;
    const hasLearned = (): boolean =>
      entries().some(
        ({ body }) => body.type === 'order-submitted' && body.order.id.includes('guard-'),
      );
    await until(hasLearned, 'the run does not learn of it');
    await sleep(RETRY_MS);
    const isHalted = entries().some(({ body }) => body.type === 'halted');
    violations.expectEqual('a run that hung is halted', isHalted, true);
    child.process.kill('SIGKILL');
    await child.gone;

    const rig = await startAt(gateway.port, { logs });
    try {
      await rig.ready();
      const frame = await rig.see(({ account }) => account.DAILY_PL < 0, 'no loss');
      violations.expectEqual('the same run', rig.handle.runId, runId);
      const { account, orders } = frame;
      violations.expectEqual('it is flat', [account.POSITION, orders], [0, []]);
    } finally {
      await rig.stop();
    }
    const sold = gateway.orders
      .filter(({ terms, filled }) => terms.side === 'sell' && filled > 0)
      .map(({ filled }) => filled);
    violations.expectEqual('closed once', sold, [100]);
  } catch (error) {
    violations.note(String(error));
  } finally {
    if (child.process.exitCode === null && child.process.signalCode === null) {
      child.process.kill('SIGKILL');
      await once(child.process, 'exit');
    }
    await gateway.close();
  }
}
