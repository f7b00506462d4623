import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dailyRisk, renderDailyRisk, resetDailyHalt } from '../../src/app/daily-risk.ts';
import { pastRuns } from '../../src/app/past-runs.ts';
import { riskCommand, riskResetCommand, riskStatusCommand } from '../../src/cli/commands/risk.ts';
import { runProgram } from '../../src/cli/program.ts';
import { JournalLock } from '../../src/journal/store/journal-lock.ts';
import { journalPath, recordedRuns } from '../../src/journal/store/run-index.ts';
import { readJournal } from '../../src/journal/store/sqlite-journal.ts';
import { capturedTerminal } from '../support/captured-terminal.ts';
import {
  filledOrder,
  HALTED_BY_KILL,
  HALTED_BY_LOSS,
  recordPaperRun,
} from '../support/paper-journals.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const HANDLERS = {
  dailyRisk: async (question: Parameters<typeof dailyRisk>[0]) => dailyRisk(question),
  resetDailyHalt: async (...given: Parameters<typeof resetDailyHalt>) => resetDailyHalt(...given),
  renderDailyRisk: async (risk: Parameters<typeof renderDailyRisk>[0]) => renderDailyRisk(risk),
};
const COMMANDS = [riskCommand, riskStatusCommand(HANDLERS), riskResetCommand(HANDLERS)];

async function risk(folder: string, ...words: string[]) {
  const terminal = capturedTerminal(folder);
  const code = await runProgram(['risk', ...words], terminal, COMMANDS, '1.2.3');
  return { code, ...terminal.written };
}

/** A run of the day that lost 602 dollars, was halted for it, and killed. */
function halted() {
  const folder = temporaryFolder();
  recordPaperRun(join(folder, 'logs'), {
    id: 'lost',
    startedAt: '2025-10-15T14:00:00.000Z',
    bodies: [...filledOrder('1', 100, 250), ...filledOrder('2', -100, 244), HALTED_BY_LOSS],
  });
  return folder;
}

const STATUS = [
  'paper TSLA, trading day 2025-10-15',
  '',
  'halted: DAILY_LOSS: day’s result reached the limit (run lost, entry 6)',
  'round trips  1 of 10',
  'orders       2 of 200',
  'result       -602.00, loss limit 500.00',
  '',
  'run lost: 1 round trips, 2 orders, -602.00',
  '',
].join('\n');

test('risk status shows the day’s counters and halts, and the runs that they come from', async () => {
  const folder = halted();
  expect(await risk(folder, 'status', '--date', '20251015')).toEqual({
    code: 0,
    stdout: STATUS,
    stderr: '',
  });
  const { stdout } = await risk(folder, 'status', '--date', '20251015', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    mode: 'paper',
    symbol: 'TSLA',
    session: '2025-10-15',
    halts: [{ code: 'DAILY_LOSS', run: 'lost', entry: 6 }],
    trades: 1,
    result: -602,
    runs: [{ run: 'lost', trades: 1, orders: 2, result: -602, position: 0 }],
  });
});

test('risk status of a day, mode or symbol without runs says so', async () => {
  const folder = halted();
  for (const words of [
    ['--date', '20251016'],
    ['--date', '20251015', '--mode', 'live'],
    ['--date', '20251015', '--symbol', 'AAPL'],
    [],
  ]) {
    const { code, stdout } = await risk(folder, 'status', ...words);
    expect([code, stdout]).toEqual([0, expect.stringContaining('not halted\nround trips  0 of')]);
    expect(stdout).toContain('no run of the day has left a journal');
  }
});

test.for([[[]], [['--reason', ' ']]] as const)(
  'risk reset %j is refused without a reason and changes nothing',
  async ([words]) => {
    const folder = halted();
    const { code, stderr } = await risk(folder, 'reset', '--date', '20251015', ...words);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--reason')]);
    expect((await risk(folder, 'status', '--date', '20251015')).stdout).toBe(STATUS);
  },
);

test('risk reset writes a journal that the next run honours, and gives the loss limit anew', async () => {
  const folder = halted();
  const asked = ['--date', '20251015', '--reason', 'a fat finger, talked about'];
  const { code, stdout, stderr } = await risk(folder, 'reset', ...asked);
  expect([code, stderr]).toEqual([0, 'Halt reset: the next run may open again.\n']);
  expect(stdout).toContain('not halted');
  expect(stdout).toContain('result       -602.00, loss limit 500.00, counted from -602.00');
  const logs = join(folder, 'logs');
  const written = recordedRuns(logs).find(({ id }) => id !== 'lost');
  const { entries } = readJournal(written?.path ?? '');
  expect(entries.map(({ body }) => body)).toMatchObject([
    { type: 'run-started', header: { purpose: 'halt-reset', mode: 'paper', symbol: 'TSLA' } },
    {
      type: 'halt-reset',
      reason: 'a fat finger, talked about',
      lifts: [{ run: 'lost', sequence: 6 }],
      lossFromMicros: -602_000_000,
    },
    { type: 'run-ended' },
  ]);
  expect(pastRuns(logs).find(({ id }) => id === written?.id)?.state).toBe('reset');
  // nothing is left to reset: no success is told, and nothing is written
  const again = await risk(folder, 'reset', ...asked);
  expect(again).toMatchObject({ code: 2, stdout: '' });
  expect(again.stderr).toContain('nothing is halted on 2025-10-15 for TSLA in paper runs');
  expect(recordedRuns(logs)).toHaveLength(2);
});

test('risk reset of a kill over a daily loss says that the other one stands', async () => {
  const folder = halted();
  recordPaperRun(join(folder, 'logs'), {
    id: 'killed',
    startedAt: '2025-10-15T15:00:00.000Z',
    bodies: [HALTED_BY_KILL],
  });
  const { code, stdout, stderr } = await risk(
    folder,
    'reset',
    '--date',
    '20251015',
    '--reason',
    'looked into',
  );
  expect([code, stderr]).toEqual([
    0,
    'Halt reset, but another one stands: DAILY_LOSS: day’s result reached the limit\n',
  ]);
  expect(stdout).toContain('halted: DAILY_LOSS');
  expect(stdout).not.toContain('KILL');
});

test('risk reset leaves a program that is running to its own command', async () => {
  const folder = halted();
  const lock = JournalLock.take(journalPath(join(folder, 'logs'), 'lost'));
  const asked = ['reset', '--date', '20251015', '--reason', 'x'];
  const { code, stderr } = await risk(folder, ...asked);
  expect([code, stderr]).toEqual([2, expect.stringContaining('the run lost is still going')]);
  expect((await risk(folder, 'status', '--date', '20251015')).stdout).toBe(STATUS);
  lock.release();
  expect((await risk(folder, ...asked)).code).toBe(0);
});

test('a damaged journal is bad data to both, by name', async () => {
  const folder = halted();
  const logs = join(folder, 'logs');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(join(logs, 'journal', 'torn.sqlite'), 'torn');
  for (const words of [['status'], ['reset', '--reason', 'x']]) {
    const { code, stdout, stderr } = await risk(folder, ...words, '--date', '20251015');
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('torn.sqlite');
    expect(stderr).toContain('move them out of the folder');
  }
});

test('risk alone still prints its table, and another word after it is refused', async () => {
  const folder = temporaryFolder();
  expect((await risk(folder)).stdout).toContain('DAILY_LOSS');
  expect((await risk(folder, 'statsu')).stderr).toContain('did you mean risk status?');
});
