import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { journalPath } from '../../src/journal/store/run-index.ts';
import { readJournal } from '../../src/journal/store/sqlite-journal.ts';
import { verifyJournal } from '../../src/journal/store/verify-journal.ts';
import { type TraderOutcome, writePlan } from '../prove/crash/crash-plan.ts';
import { planDay } from '../prove/crash/trading-day.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TRADER = new URL('../prove/crash/trader.ts', import.meta.url).pathname;

/** Plays a plan in a process that can make no file larger than so many blocks of 512 bytes. */
function tradeWithin(blocks: number | 'unlimited', path: string): TraderOutcome {
  const { stdout, stderr } = spawnSync(
    '/bin/sh',
    ['-c', `ulimit -f ${blocks}; exec "$0" "$@"`, process.execPath, TRADER, path],
    { encoding: 'utf8' },
  );
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as TraderOutcome;
}

test.skipIf(!existsSync('/bin/sh'))(
  'a day on a disk that fills up comes to its end: nothing new is opened, what is open is closed, and it is told',
  async () => {
    const folder = temporaryFolder();
    const plan = await planDay(folder, 5, 6_000);
    const path = join(folder, 'plan');
    writePlan(path, { plan, dieAt: 0 });
    const outcome = tradeWithin(512, path);
    expect(outcome.failure).toBeUndefined();
    expect(outcome.alarms).toContainEqual(
      expect.stringMatching(/cannot be written: .*; nothing new is opened, stops and exits still/),
    );
    expect(outcome.halted).toMatch(/^JOURNAL: /);
    expect(outcome.warnings).toEqual([
      expect.stringMatching(/^the journal of this run is not complete: /),
    ]);
    expect(outcome.position).toBe(0);
    const journal = journalPath(plan.logsFolder, plan.runId);
    expect(verifyJournal(journal)).toMatchObject({ state: 'whole' });
    const { entries } = readJournal(journal);
    const bodies = entries.map(({ body }) => body.type);
    expect(bodies).toContain('order-submitted');
    expect(bodies).not.toContain('run-ended');
    // the same day with room for all of it trades more
    writePlan(path, { plan: { ...plan, logsFolder: join(folder, 'more') }, dieAt: 0 });
    expect(tradeWithin('unlimited', path).trades).toBeGreaterThan(outcome.trades ?? 0);
  },
  30_000,
);

test.skipIf(!existsSync('/sys/kernel'))(
  'where no journal can be made no run begins, and it is said',
  async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'plan');
    const plan = await planDay(folder, 5, 200);
    writePlan(path, { plan: { ...plan, logsFolder: '/sys/kernel/logs' }, dieAt: 0 });
    expect(tradeWithin('unlimited', path).failure).toMatch(
      /^\/sys\/kernel\/logs\/journal\/.* cannot become a new journal: /,
    );
  },
);
