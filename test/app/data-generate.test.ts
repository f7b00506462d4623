import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDbnFeed } from '../../src/adapters/databento/dbn-feed.ts';
import { ensureDemoSession, generateData } from '../../src/app/data-generate.ts';
import { findSessionFiles, openFeed } from '../../src/app/open-feed.ts';
import type { PlantedTruth } from '../../src/app/planted-truth.ts';
import {
  ACTION_STATUS,
  EVENT_WORDS,
  eventTimeOf,
  WORD_SIZE,
  WORD_TAGS,
} from '../../src/domain/event.ts';
import { dayOf, formatTimestamp, toEpochWords } from '../../src/domain/time.ts';
import type { PlantKind } from '../../src/simulation/generated/plant.ts';
import { readCalendar } from '../support/market-rig.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CALENDAR = readCalendar('us-equities');
const SESSION = dayOf(2025, 10, 15);

function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

async function countOf(path: string): Promise<number> {
  const feed = await openDbnFeed({ files: [path] });
  let count = 0;
  for (let batch = await feed.next(); batch; batch = await feed.next()) count += batch.count;
  await feed.close();
  return count;
}

describe('data generate', () => {
  test.for(['day.dbn', 'day.dbn.zst'])(
    'writes %s, the same bytes for the same arguments',
    async (name) => {
      const folder = temporaryFolder();
      const [one, two, other] = ['1', '2', '3'].map((part) => join(folder, `${part}-${name}`));
      const options = {
        session: SESSION,
        events: 20_000,
        symbol: 'NVDA',
        seed: 3,
        calendar: CALENDAR,
      };
      await generateData({ ...options, out: one ?? '' });
      await generateData({ ...options, out: two ?? '' });
      await generateData({ ...options, out: other ?? '', seed: 4 });
      expect(digestOf(two ?? '')).toBe(digestOf(one ?? ''));
      expect(digestOf(other ?? '')).not.toBe(digestOf(one ?? ''));
      expect(await countOf(one ?? '')).toBe(20_000);
    },
  );

  test('writes a file that a feed describes by its own symbol and day', async () => {
    const path = join(temporaryFolder(), 'day.dbn.zst');
    await generateData({
      out: path,
      session: SESSION,
      events: 1000,
      symbol: 'NVDA',
      calendar: CALENDAR,
    });
    const feed = await openDbnFeed({ files: [path] });
    expect(feed.description).toMatchObject({
      symbol: 'NVDA',
      dataset: 'XNAS.ITCH',
      day: SESSION,
      groupEnds: 'sequence',
    });
    await feed.close();
  });

  test('tells its progress up to the end', async () => {
    const told: number[] = [];
    await generateData({
      out: join(temporaryFolder(), 'day.dbn'),
      session: SESSION,
      events: 50_000,
      calendar: CALENDAR,
      onProgress: ({ written }) => told.push(written),
    });
    expect(told.at(-1)).toBe(50_000);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  });

  test('plants events, and tells the truth about them beside the file; halts go into a status file', async () => {
    const folder = temporaryFolder();
    const options = { session: SESSION, events: 60_000, calendar: CALENDAR };
    const plant: readonly (readonly [PlantKind, number])[] = [
      ['sweep', 2],
      ['halt', 1],
    ];
    const out = join(folder, 'day.mbo.dbn');
    const truth = join(folder, 'truth.json');
    await generateData({ ...options, plant, truth, out });
    const told = JSON.parse(readFileSync(truth, 'utf8')) as PlantedTruth[];
    expect(told.map(({ kind }) => kind).toSorted()).toEqual(['halt', 'sweep', 'sweep']);
    const halt = told.find(({ kind }) => kind === 'halt');
    const feed = await openFeed({
      paths: await findSessionFiles([out]),
      symbol: undefined,
      tradingDayOf: () => SESSION,
    });
    const statuses: [number, string][] = [];
    let count = 0;
    const [low, high] = toEpochWords(SESSION, 0);
    for (let batch = await feed.next(); batch; batch = await feed.next()) {
      count += batch.count;
      for (let at = 0; at < batch.count * EVENT_WORDS; at += EVENT_WORDS) {
        if ((((batch.words[at + WORD_TAGS] ?? 0) >> 16) & 0xff) !== ACTION_STATUS) continue;
        const ts = formatTimestamp(SESSION, eventTimeOf(batch.words, at, low, high));
        statuses.push([batch.words[at + WORD_SIZE] ?? -1, ts]);
      }
    }
    await feed.close();
    expect(count).toBe(60_000);
    expect(statuses.map(([status]) => status)).toEqual([1, 2, 0]);
    expect(statuses[0]?.[1]).toBe(halt?.start);
    expect((statuses[2]?.[1] ?? '') < (halt?.end ?? '')).toBe(true);
    await expect(generateData({ ...options, plant, out: join(folder, 'day.dbn') })).rejects.toThrow(
      'name them NAME.mbo.dbn',
    );
  });

  test.for<[string, { session?: number; events?: number }]>([
    ['2025-12-25 has no session', { session: dayOf(2025, 12, 25) }],
    ['events is 0; a whole number above 0 is needed', { events: 0 }],
  ])('says why it cannot: %s', async ([problem, change]) => {
    const folder = temporaryFolder();
    const options = {
      out: join(folder, 'day.dbn'),
      session: SESSION,
      calendar: CALENDAR,
      ...change,
    };
    await expect(generateData(options)).rejects.toThrow(new RangeError(problem));
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the demo session', () => {
  test('is made once, kept, and made again when it was damaged', async () => {
    const folder = join(temporaryFolder(), 'cache');
    const path = await ensureDemoSession(folder);
    const digest = digestOf(path);
    const { mtimeMs, ino } = statSync(path);
    expect(await ensureDemoSession(folder)).toBe(path);
    expect([statSync(path).mtimeMs, statSync(path).ino]).toEqual([mtimeMs, ino]);
    truncateSync(path, 1000);
    expect(digestOf(await ensureDemoSession(folder))).toBe(digest);
    writeFileSync(`${path}.sha256`, 'no digest');
    expect(digestOf(await ensureDemoSession(folder))).toBe(digest);
    expect(await countOf(path)).toBe(600_000);
  }, 20_000);
});
