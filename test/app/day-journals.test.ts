import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { DayJournalError, readDaySoFar } from '../../src/app/day-journals.ts';
import { journalPath } from '../../src/journal/store/run-index.ts';
import { DAY } from '../support/engine-rig.ts';
import { STOCK } from '../support/market-rig.ts';
import {
  filledOrder,
  HALTED_BY_KILL,
  HALTED_BY_LOSS,
  recordPaperRun,
} from '../support/paper-journals.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function read(logsFolder: string, mode: 'paper' | 'live' = 'paper', date = DAY) {
  return readDaySoFar({ logsFolder, mode, date, instrument: STOCK });
}

/** 100 bought at 250.00 and sold at 249.00: 100 lost and 2 of commission. */
const LOSING_TRIP = [...filledOrder('1', 100, 250), ...filledOrder('2', -100, 249)];

describe('the day so far', () => {
  test('is nothing where there are no journals', () => {
    expect(read(temporaryFolder())).toEqual({
      carried: {
        date: DAY,
        runs: [],
        halts: [],
        trades: 0,
        orders: 0,
        resultMicros: 0,
        lossFromMicros: 0,
      },
      shares: [],
    });
  });

  test('is the sum of the runs in the order begun, killed ones by the fills that they were told of', () => {
    const logs = temporaryFolder();
    recordPaperRun(logs, { id: 'z', startedAt: '2025-10-15T14:00:00.000Z', bodies: LOSING_TRIP });
    recordPaperRun(logs, {
      id: 'a',
      startedAt: '2025-10-15T15:00:00.000Z',
      // killed before it wrote what the last fill made of the position
      bodies: [...LOSING_TRIP, ...filledOrder('3', -50, 249)],
    });
    const { carried, shares } = read(logs);
    expect(carried).toMatchObject({
      runs: ['z', 'a'],
      trades: 3,
      orders: 5,
      resultMicros: -205_000_000,
    });
    expect(shares).toEqual([
      { run: 'z', trades: 1, orders: 2, resultMicros: -102_000_000, position: 0 },
      { run: 'a', trades: 2, orders: 3, resultMicros: -103_000_000, position: -50 },
    ]);
  });

  test('an execution that was told twice counts once, a turn from long to short is another trip', () => {
    const logs = temporaryFolder();
    const [order, report] = filledOrder('1', 100, 250);
    if (order === undefined || report === undefined) throw new Error('no order');
    recordPaperRun(logs, {
      id: 'a',
      startedAt: '2025-10-15T14:00:00.000Z',
      bodies: [order, report, report, ...filledOrder('2', -150, 250)],
    });
    expect(read(logs).shares).toEqual([
      { run: 'a', trades: 2, orders: 2, resultMicros: -2_000_000, position: -50 },
    ]);
  });

  test.for([
    ['of another mode', { mode: 'live' }],
    ['of a simulation', { mode: 'simulation' }],
    ['of another instrument', { symbol: 'AAPL' }],
    ['of another day', { date: DAY - 1 }],
    ['of a later day', { date: DAY + 1 }],
  ] as const)('has no part of a run %s', ([, changes]) => {
    const logs = temporaryFolder();
    const bodies = [...LOSING_TRIP, HALTED_BY_LOSS];
    recordPaperRun(logs, { id: 'a', startedAt: '2025-10-15T14:00:00.000Z', bodies, ...changes });
    expect(read(logs).carried).toMatchObject({ runs: [], trades: 0, halts: [] });
  });
});

describe('a halt', () => {
  const loss = { id: 'a', startedAt: '2025-10-15T14:00:00.000Z', bodies: [HALTED_BY_LOSS] };

  test('stands until a reset, of its own run or of a later one that knew it', () => {
    const logs = temporaryFolder();
    recordPaperRun(logs, loss);
    const { carried } = read(logs);
    expect(carried.halts).toEqual([
      {
        code: 'DAILY_LOSS',
        reason: 'day’s result reached the limit',
        run: 'a',
        sequence: 2,
      },
    ]);
    recordPaperRun(logs, {
      id: 'b',
      startedAt: '2025-10-15T15:00:00.000Z',
      header: { carried },
      bodies: [{ type: 'halt-reset', reason: 'by hand', lossFromMicros: -7 }],
    });
    expect(read(logs).carried).toMatchObject({ halts: [], lossFromMicros: -7 });
  });

  test('that came after a reset was made is not lifted by it, whatever the clocks say', () => {
    const logs = temporaryFolder();
    recordPaperRun(logs, {
      ...loss,
      bodies: [HALTED_BY_KILL, { type: 'halt-reset', reason: 'by hand' }, HALTED_BY_KILL],
    });
    // made between the two, while the run was going
    recordPaperRun(logs, {
      id: 'r',
      startedAt: '2025-10-15T15:00:00.000Z',
      bodies: [{ type: 'halt-reset', reason: 'seen', lifts: [{ run: 'a', sequence: 2 }] }],
    });
    expect(read(logs).carried.halts).toMatchObject([{ code: 'KILL', run: 'a', sequence: 4 }]);
  });

  test('for the daily loss ends with its day, a kill lasts into later ones until somebody resets it', () => {
    const logs = temporaryFolder();
    const bodies = [HALTED_BY_LOSS, HALTED_BY_KILL];
    recordPaperRun(logs, { ...loss, date: DAY - 3, bodies });
    const { carried } = read(logs);
    expect(carried).toMatchObject({ runs: [], halts: [{ code: 'KILL', run: 'a', sequence: 3 }] });
    // a day between, which knew of it and did nothing about it
    recordPaperRun(logs, { ...loss, id: 'b', date: DAY - 1, bodies: [], header: { carried } });
    expect(read(logs).carried.halts).toEqual(carried.halts);
    recordPaperRun(logs, {
      id: 'c',
      startedAt: '2025-10-15T15:00:00.000Z',
      header: { carried },
      bodies: [{ type: 'halt-reset', reason: 'by hand' }],
    });
    expect(read(logs).carried.halts).toEqual([]);
  });
});

describe('a journal that cannot be read', () => {
  const run = { id: 'a', startedAt: '2025-10-15T14:00:00.000Z', bodies: LOSING_TRIP };

  test('stops the start, with the file and what to do', () => {
    const logs = temporaryFolder();
    const path = recordPaperRun(logs, run);
    writeFileSync(path, 'no database');
    expect(() => read(logs)).toThrow(DayJournalError);
    expect(() => read(logs)).toThrow(path);
    expect(() => read(logs)).toThrow('restore the files or move them out of the folder');
  });

  test('nor does one that lost its end, its middle, or its header', () => {
    for (const spoil of [
      (path: string) => truncateSync(path, readFileSync(path).length - 4096),
      (path: string) => change(path, 'delete from entries where sequence = 2'),
      (path: string) => change(path, "update entries set body = '{' where sequence = 2"),
      // a figure alone: a loss made smaller
      (path: string) =>
        change(path, "update entries set body = replace(body, '249000000000', '250000000000')"),
      (path: string) => change(path, "delete from documents where name = 'header'"),
    ]) {
      const logs = temporaryFolder();
      spoil(recordPaperRun(logs, run));
      expect(() => read(logs), spoil.toString()).toThrow(DayJournalError);
    }
  });

  test('is none where a run was killed before it had written anything', () => {
    const logs = temporaryFolder();
    recordPaperRun(logs, run);
    mkdirSync(join(logs, 'journal'), { recursive: true });
    writeFileSync(journalPath(logs, 'b'), '');
    const empty = new DatabaseSync(journalPath(logs, 'c'));
    empty.exec('pragma journal_mode = wal');
    empty.close();
    expect(read(logs).carried.runs).toEqual(['a']);
  });
});

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  const triggers = database.prepare("select name from sqlite_master where type = 'trigger'").all();
  for (const { name } of triggers) database.exec(`drop trigger ${String(name)}`);
  database.exec(sql);
  database.close();
}
