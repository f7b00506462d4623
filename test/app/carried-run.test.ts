import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DayJournalError } from '../../src/app/day-journals.ts';
import { startRun } from '../../src/app/run.ts';
import { GENERATED_DAY } from '../../src/app/session-setup.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { RunResult } from '../../src/domain/run.ts';
import { parseClock } from '../../src/domain/time.ts';
import { journalPath, recordedRuns } from '../../src/journal/store/run-index.ts';
import { readJournal, SqliteJournal } from '../../src/journal/store/sqlite-journal.ts';
import { filledOrder, HALTED_BY_KILL, recordPaperRun } from '../support/paper-journals.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The first minute of a generated market, in its thread. On paper without a broker: the thread is the same. */
async function run(logs: string, mode: 'paper' | 'simulation', resume?: 'auto') {
  const assignments = [`paths.logs=${logs}`, `paths.cache=${logs}/cache`];
  const handle = await startRun({
    mode,
    settings: loadConfig({ workingFolder: logs, environment: {}, assignments }),
    data: [],
    date: undefined,
    from: parseClock('09:30'),
    to: parseClock('09:31'),
    speed: 'max',
    ordersFile: undefined,
    isHeadless: true,
    output: 'json',
    reportFile: undefined,
    hasColor: false,
    environment: {},
    recordFile: undefined,
    cassetteFile: undefined,
    resume,
  });
  const result = (await handle.finished) as RunResult;
  const { entries } = readJournal(journalPath(logs, handle.runId));
  const [first] = entries.map(({ body }) => body);
  return { id: handle.runId, result, header: first?.type === 'run-started' ? first.header : {} };
}

/** A paper run that lost 102 dollars, was stopped by the kill switch, and then killed. */
function killed(): string {
  const logs = temporaryFolder();
  recordPaperRun(logs, {
    id: 'earlier',
    startedAt: '2025-10-15T13:31:00.000Z',
    date: GENERATED_DAY,
    bodies: [...filledOrder('1', 100, 250), ...filledOrder('2', -100, 249), HALTED_BY_KILL],
  });
  return logs;
}

test('a paper run goes on with its day: halted, with its result, and says so in its journal', async () => {
  const logs = killed();
  const first = await run(logs, 'paper');
  expect(first.result).toMatchObject({
    halted: 'KILL: kill switch',
    account: { startEquity: 99_898, endEquity: 99_898, netPl: 0 },
  });
  expect(first.result.warnings).toEqual(
    expect.arrayContaining([
      'the day goes on from 1 earlier run: 1 round trips opened, result -102.00',
      'trading was halted at the start: KILL: kill switch (run earlier)',
    ]),
  );
  expect(first.header['carried']).toMatchObject({
    runs: ['earlier'],
    halts: [{ code: 'KILL', run: 'earlier', sequence: 6 }],
    trades: 1,
    orders: 2,
    resultMicros: -102_000_000,
  });
  // one that is gone on with counts on from what it began with, whatever else the day has seen since
  const stopped = temporaryFolder();
  const copy = SqliteJournal.create(journalPath(stopped, first.id));
  for (const entry of readJournal(journalPath(logs, first.id)).entries.slice(0, 1))
    copy.append(entry, true);
  copy.close();
  recordPaperRun(stopped, {
    id: 'later',
    startedAt: '2025-10-15T20:00:00.000Z',
    date: GENERATED_DAY,
    bodies: filledOrder('1', 100, 250),
  });
  const resumed = await run(stopped, 'paper', 'auto');
  expect(resumed.id).toBe(first.id);
  expect(resumed.header).toEqual(first.header);
  expect(resumed.result.journalSha256).toBe(first.result.journalSha256);
}, 30_000);

test('a simulation is a day of its own', async () => {
  const { result, header } = await run(killed(), 'simulation');
  expect(result).toMatchObject({ halted: null, account: { startEquity: 100_000 } });
  expect(header).not.toHaveProperty('carried');
}, 30_000);

test('a paper run is not started on counters that cannot be read', async () => {
  const logs = killed();
  const torn = join(logs, 'journal', 'torn.sqlite');
  writeFileSync(torn, 'torn');
  await expect(run(logs, 'paper')).rejects.toThrow(DayJournalError);
  await expect(run(logs, 'paper')).rejects.toThrow(torn);
  expect(recordedRuns(logs)).toHaveLength(2);
});
