import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { generateData } from '../../src/app/data-generate.ts';
import { findResumable, type ResumableRun } from '../../src/app/resumable-run.ts';
import { startRun } from '../../src/app/run.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { RunResult } from '../../src/domain/run.ts';
import { journalPath, recordedRuns } from '../../src/journal/store/run-index.ts';
import { readJournal, SqliteJournal } from '../../src/journal/store/sqlite-journal.ts';
import { verifyJournal } from '../../src/journal/store/verify-journal.ts';
import { DAY } from '../support/engine-rig.ts';
import { journalEntries } from '../support/journal-entries.ts';
import { readCalendar } from '../support/market-rig.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Buys and sells by turns, half a minute apart. */
const orders = Array.from({ length: 40 }, (_, k) =>
  JSON.stringify({
    at: `2025-10-15T${k < 30 ? '13' : '14'}:${String((30 + k) % 60).padStart(2, '0')}:05.5Z`,
    id: `o${k}`,
    action: 'place',
    side: k % 2 === 0 ? 'buy' : 'sell',
    type: 'market',
    quantity: 10,
  }),
).join('\n');

async function dayIn(folder: string): Promise<string> {
  const path = join(folder, 'TSLA.dbn');
  await generateData({
    out: path,
    symbol: 'TSLA',
    session: DAY,
    calendar: readCalendar('us-equities'),
    events: 20_000,
    seed: 5,
  });
  return path;
}

interface Asked {
  readonly logs: string;
  readonly seed?: number;
  readonly resume?: 'auto' | 'ask';
  readonly confirm?: (run: ResumableRun) => Promise<boolean>;
}

async function run(folder: string, data: string, asked: Asked) {
  const { logs, seed = 7, resume, confirm } = asked;
  const assignments = [
    `paths.logs=${logs}`,
    `paths.cache=${folder}/cache`,
    'brain.provider=script',
    'risk.enabled=false',
    `seed=${seed}`,
  ];
  const handle = await startRun(
    {
      mode: 'backtest',
      settings: loadConfig({ workingFolder: folder, environment: {}, assignments }),
      data: [data],
      date: undefined,
      from: undefined,
      to: undefined,
      speed: 'max',
      ordersFile: join(folder, 'orders.jsonl'),
      environment: {},
      recordFile: undefined,
      cassetteFile: undefined,
      resume,
      isHeadless: true,
      output: 'json',
      reportFile: undefined,
      hasColor: false,
    },
    confirm,
  );
  const outcome = await handle.finished;
  return { handle, outcome };
}

function lasting(outcome: Awaited<ReturnType<typeof run>>['outcome']) {
  if ('kind' in outcome) throw new Error(outcome.text);
  const { events, ...rest } = outcome satisfies RunResult;
  return { ...rest, count: events.count };
}

/** The first entries of a run, as a kill would have left them, and some lines of its logs. */
function stoppedAfter(whole: string, count: number, lines: number): string {
  const logs = temporaryFolder();
  const [recorded] = recordedRuns(whole);
  if (recorded === undefined) throw new Error('no run was recorded');
  const journal = SqliteJournal.create(journalPath(logs, recorded.id));
  for (const entry of readJournal(recorded.path).entries.slice(0, count))
    journal.append(entry, false);
  journal.close();
  if (lines > 0) {
    const text = readFileSync(join(whole, 'trades-20251015.jsonl'), 'utf8').split('\n');
    // the last one was cut off
    const kept = [...text.slice(0, lines), text[lines]?.slice(0, 20)].join('\n');
    writeFileSync(join(logs, 'trades-20251015.jsonl'), kept);
  }
  return logs;
}

/** Whole lines of a log, each once. */
function linesOf(logs: string): readonly string[] {
  const text = readFileSync(join(logs, 'trades-20251015.jsonl'), 'utf8');
  // a closed trade may come after lines that were later: it comes again by playing
  return text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .sort();
}

test('a run that stopped goes on to the result, the journal and the logs of one that did not', async () => {
  const folder = temporaryFolder({ 'orders.jsonl': orders });
  const data = await dayIn(folder);
  const whole = join(folder, 'whole');
  const first = await run(folder, data, { logs: whole });
  expect(lasting(first.outcome).trades.length).toBe(20);
  const [recorded] = recordedRuns(whole);
  const entries = readJournal(recorded?.path ?? '').entries;
  for (const [count, lines] of [
    [1, 0],
    [90, 40],
    // the log had more than the journal
    [30, 60],
  ] as const) {
    const logs = stoppedAfter(whole, count, lines);
    const resumed = await run(folder, data, { logs, resume: 'auto' });
    expect(resumed.handle.resumed).toMatchObject({ id: first.handle.runId, entries: count });
    expect(lasting(resumed.outcome)).toEqual(lasting(first.outcome));
    const path = journalPath(logs, first.handle.runId);
    expect(readJournal(path).entries.slice(1)).toEqual(entries.slice(1));
    expect(verifyJournal(path)).toMatchObject({
      state: 'whole',
      documents: ['header', 'resumed-1', 'result'],
    });
    expect(linesOf(logs)).toEqual(linesOf(whole));
  }
}, 30_000);

test('whoever is asked may say no: a new run begins; so it does where no run stopped', async () => {
  const folder = temporaryFolder({ 'orders.jsonl': orders });
  const data = await dayIn(folder);
  const whole = join(folder, 'whole');
  const first = await run(folder, data, { logs: whole, resume: 'auto' });
  expect(first.handle.resumed).toBeUndefined();
  const logs = stoppedAfter(whole, 50, 0);
  const asked: ResumableRun[] = [];
  const confirm = async (found: ResumableRun) => asked.push(found) > 1;
  const anew = await run(folder, data, { logs, resume: 'ask', confirm });
  expect(anew.handle.runId).not.toBe(first.handle.runId);
  expect(asked).toMatchObject([{ id: first.handle.runId, entries: 50, halted: null }]);
  const goneOn = await run(folder, data, { logs, resume: 'ask', confirm });
  expect(goneOn.handle.runId).toBe(first.handle.runId);
  // with another seed it is another run
  const other = await run(folder, data, {
    logs: stoppedAfter(whole, 50, 0),
    resume: 'auto',
    seed: 8,
  });
  expect(other.handle.resumed).toBeUndefined();
}, 30_000);

test('other orders than before are found out, and the journal stays as it is', async () => {
  const folder = temporaryFolder({ 'orders.jsonl': orders });
  const data = await dayIn(folder);
  const whole = join(folder, 'whole');
  await run(folder, data, { logs: whole });
  const logs = stoppedAfter(whole, 50, 0);
  writeFileSync(join(folder, 'orders.jsonl'), orders.replace('"quantity":10', '"quantity":11'));
  const { handle, outcome } = await run(folder, data, { logs, resume: 'auto' });
  expect(outcome).toMatchObject({
    kind: 'data',
    text: expect.stringMatching(/entry \d+ of its journal does not come again/),
  });
  const path = journalPath(logs, handle.runId);
  expect(readJournal(path).entries).toHaveLength(50);
  expect(verifyJournal(path)).toMatchObject({ state: 'whole' });
});

test('a journal that is being written, or is damaged, is not gone on with', () => {
  const logs = temporaryFolder();
  const path = journalPath(logs, 'r-1');
  const key = {
    mode: 'backtest',
    symbol: 'TSLA',
    session: '2025-10-15',
    seed: 7,
    configSha256: 'c',
    provider: 'rules',
  } as const;
  const journal = SqliteJournal.create(path);
  for (const entry of journalEntries('r-1', key)) journal.append(entry, true);
  expect(findResumable(logs, key)).toBeUndefined();
  journal.close();
  expect(findResumable(logs, key)).toMatchObject({ id: 'r-1', entries: 7 });
  expect(findResumable(logs, { ...key, configSha256: 'd' })).toBeUndefined();
  const database = new DatabaseSync(path);
  database.exec("insert into documents values ('more', '{}', 3, '')");
  database.close();
  expect(() => findResumable(logs, key)).toThrow('fsd-tui journal verify r-1');
});
