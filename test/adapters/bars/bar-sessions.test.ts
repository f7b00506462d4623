import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readBarFile } from '../../../src/adapters/bars/bar-file.ts';
import { type BarReading, barSessionsOf } from '../../../src/adapters/bars/bar-sessions.ts';
import { formatDay, parseDay } from '../../../src/domain/time.ts';
import { FeedError } from '../../../src/feeds/port.ts';
import { readCalendar } from '../../support/market-rig.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { testData } from '../../support/test-data.ts';

const HEADING = 'datetime,open,high,low,close,volume';

interface Made {
  readonly minutes?: number;
  readonly first?: number;
  readonly step?: number;
  readonly price?: number;
  readonly volume?: (index: number) => number;
}

/** Lines of one day's bars, in order; `first` is the first stamp in minutes after midnight. */
function barsOf(date: string, made: Made = {}): string[] {
  const { minutes = 390, first = 570, step = 1, price = 100, volume = () => 1000 } = made;
  return Array.from({ length: minutes / step }, (_, index) => {
    const at = first + index * step;
    const clock = `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}:00`;
    return `${date} ${clock},${price},${price + 1},${price - 1},${price},${volume(index)}`;
  });
}

async function read(lines: readonly string[], reading: Partial<BarReading> = {}) {
  const path = join(
    temporaryFolder({ 'bars.csv': `${[HEADING, ...lines].join('\n')}\n` }),
    'bars.csv',
  );
  return barSessionsOf(await readBarFile(path), { ...FREE, ...reading });
}

const FREE: BarReading = {
  calendar: readCalendar('us-equities'),
  from: undefined,
  to: undefined,
  stamp: undefined,
};

function datesOf(result: Awaited<ReturnType<typeof read>>): string[] {
  if ('problem' in result) throw new Error(result.problem);
  return result.sessions.map(({ date }) => formatDay(date));
}

function curveOf(result: Awaited<ReturnType<typeof read>>): readonly number[] {
  if ('problem' in result) throw new Error(result.problem);
  return result.sessions[0]?.cumulative ?? [];
}

const A = '2025-10-14';
const B = '2025-10-15';
const C = '2025-10-16';

test('bars stamped at their start, at their end and latest first come to the same volumes', async () => {
  const volume = (index: number): number => 100 + index;
  const atStart = await read(barsOf(A, { volume }));
  const atEnd = await read(barsOf(A, { volume, first: 571 }).toReversed());
  expect(curveOf(atStart).slice(0, 3)).toEqual([100, 201, 303]);
  expect(curveOf(atStart)).toHaveLength(390);
  expect(curveOf(atEnd)).toEqual(curveOf(atStart));
  expect(atEnd.notes).toEqual([
    'the latest bar came first; put in order',
    'bars are stamped at their end',
  ]);
});

test('a bar of five minutes is spread evenly, and one of gzip is read like any other', async () => {
  const lines = barsOf(A, { step: 5, volume: () => 500 });
  const path = join(temporaryFolder(), 'bars.csv.gz');
  writeFileSync(path, gzipSync(`${[HEADING, ...lines].join('\n')}\n`));
  const result = barSessionsOf(await readBarFile(path), FREE);
  expect(curveOf(result).slice(0, 6)).toEqual([100, 200, 300, 400, 500, 600]);
  expect(result.notes).toEqual(['bars of 5 minutes, each spread evenly over them']);
});

test('a half day ends at 13:00, whatever bars come after it', async () => {
  const result = await read([...barsOf('2025-11-26'), ...barsOf('2025-11-28', { minutes: 215 })]);
  if ('problem' in result) throw new Error(result.problem);
  expect(result.sessions.map(({ cumulative }) => cumulative.length)).toEqual([390, 210]);
  expect(result.notes).toEqual(['5 bars outside the regular session, not counted']);
});

test('a few missing minutes count as without trades, and many leave the day out', async () => {
  const few = barsOf(A).filter((_, index) => index % 40 !== 7);
  const many = barsOf(B).filter((_, index) => index % 10 !== 7);
  const result = await read([...few, ...many]);
  expect(datesOf(result)).toEqual([A]);
  expect(curveOf(result).slice(5, 9)).toEqual([6000, 7000, 7000, 8000]);
  expect(result.notes).toEqual([
    '10 bars missing on 1 of the days used; counted as without trades',
  ]);
  expect(result.leftOut).toEqual([{ date: B, why: '39 of 390 bars are missing' }]);
});

test.for([
  ['a double', [...barsOf(B), `${B} 10:00:00,1,1,1,1,5`], /is a second bar of its time/],
  ['an outlier', barsOf(B, { volume: (i) => (i === 5 ? 9e9 : 1000) }), /a bar has 9000000000 of/],
  ['no price', [...barsOf(B).slice(1), `${B} 09:30:00,10,9,8,9,5`], /line 781 is no bar/],
  ['no number', [...barsOf(B).slice(1), `${B} 09:30:00,10,11,9,10,many`], /line 781 is no bar/],
  ['a negative', [...barsOf(B).slice(1), `${B} 09:30:00,10,11,9,10,-5`], /line 781 is no bar/],
  ['off the step', [...barsOf(B), `${B} 10:00:30,100,101,99,100,5`], /not on the step/],
  ['no trades', barsOf(B, { volume: () => 0 }), /nothing traded/],
] as const)('%s leaves its day out and the others in', async ([, lines, why]) => {
  const result = await read([...barsOf(A), ...lines]);
  expect(datesOf(result)).toEqual([A]);
  expect(result.leftOut).toEqual([{ date: B, why: expect.stringMatching(why) }]);
});

test('a day on which the exchange was closed is left out', async () => {
  const result = await read([...barsOf(A), ...barsOf('2025-11-27')]);
  expect(datesOf(result)).toEqual([A]);
  expect(result.leftOut).toEqual([{ date: '2025-11-27', why: 'the exchange was closed' }]);
});

test.for([
  ['larger', 9000],
  ['smaller', 100],
] as const)(
  'a %s unit on some days is a problem, until days of one unit are chosen',
  async ([, volume]) => {
    const lines = [
      ...barsOf(A),
      ...barsOf(B, { volume: () => volume }),
      ...barsOf(C, { volume: () => volume }),
    ];
    const mixed = await read(lines);
    expect('problem' in mixed && mixed.problem).toMatch(
      /unit or source changes: on 2025-10-15 from 390,000 to .*choose days with --from and --to/,
    );
    expect(datesOf(await read(lines, { from: parseDay(B) }))).toEqual([B, C]);
    expect(datesOf(await read(lines, { to: parseDay(A) }))).toEqual([A]);
  },
);

test('a half day beside a busy one is no change of unit', async () => {
  const half = barsOf('2025-11-28', { minutes: 210, volume: () => 400 });
  const result = await read([...barsOf('2025-11-26', { volume: () => 3000 }), ...half]);
  expect(datesOf(result)).toEqual(['2025-11-26', '2025-11-28']);
});

test('a split shows in the price', async () => {
  const result = await read([...barsOf(A, { price: 300 }), ...barsOf(B)]);
  expect(result.notes).toEqual([
    'on 2025-10-15 the price goes from 300 to 100: after a split the volumes before it count other shares',
  ]);
});

test('bars of the whole day do not show how they are stamped, so it must be said', async () => {
  const lines = barsOf(A, { first: 540, minutes: 480 });
  const untold = await read(lines);
  expect('problem' in untold && untold.problem).toMatch(/stamped at their start or their end/);
  const volume = (index: number): number => index;
  const known = barsOf(A, { first: 540, minutes: 480, volume });
  expect(curveOf(await read(known, { stamp: 'start' }))[0]).toBe(30);
  expect(curveOf(await read(known, { stamp: 'end' }))[0]).toBe(31);
});

test.for([
  ['time,open,high,low\n', /lacks close, volume/],
  ['a,b\n', /lacks datetime, open/],
  ['', /lacks datetime/],
] as const)('a file headed %j is refused', async ([text, problem]) => {
  const path = join(temporaryFolder({ 'x.csv': text }), 'x.csv');
  await expect(readBarFile(path)).rejects.toThrow(problem);
  await expect(readBarFile(path)).rejects.toThrow(FeedError);
});

const BARS = testData('bars');

describe.skipIf(BARS === undefined)('the real bars (needs the shared data)', () => {
  const readReal = async (name: string, reading: Partial<BarReading> = {}) =>
    barSessionsOf(await readBarFile(join(BARS ?? '', name)), { ...FREE, ...reading });

  test('SPY: three changes of unit speak up; between them lie whole sessions', async () => {
    const spy = 'SPY_1min_2025-09-15_2026-03-19.csv.gz';
    const all = await readReal(spy);
    expect('problem' in all && all.problem.match(/on \d{4}-\d\d-\d\d/g)).toEqual([
      'on 2026-01-22',
      'on 2026-03-09',
      'on 2026-03-12',
    ]);
    expect(all.leftOut).toEqual([{ date: '2025-12-26', why: '22 of 390 bars are missing' }]);
    const part = await readReal(spy, { from: parseDay('2026-01-22'), to: parseDay('2026-03-06') });
    expect(datesOf(part)).toHaveLength(31);
  });

  test('TSLA, one minute: latest first, stamped at the end', async () => {
    const result = await readReal('TSLA_1min_2019-02-11_15.csv');
    expect(datesOf(result)).toHaveLength(5);
    expect(result.notes).toEqual([
      'the latest bar came first; put in order',
      'bars are stamped at their end',
      '4 bars missing on 3 of the days used; counted as without trades',
    ]);
  });

  test('TSLA, five minutes: the last days are in another unit', async () => {
    const tsla = 'TSLA_5min_2025-05-12_2026-03-12.csv.gz';
    const all = await readReal(tsla);
    expect('problem' in all && all.problem).toMatch(/on 2026-03-10 from 51,260,575 to 614,480/);
    const part = datesOf(await readReal(tsla, { to: parseDay('2026-03-09') }));
    expect([part.length, part[0], part.at(-1)]).toEqual([207, '2025-05-12', '2026-03-09']);
  });
});
