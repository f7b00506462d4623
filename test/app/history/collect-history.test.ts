import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generateData } from '../../../src/app/data-generate.ts';
import { collectHistory, type HistoryQuestion } from '../../../src/app/history/collect-history.ts';
import { readHistory } from '../../../src/app/history/history-store.ts';
import { marketStateAt } from '../../../src/app/market-state-at.ts';
import { createMarket, openSessionFeed, planSession } from '../../../src/app/session-setup.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { EVENT_WORDS, eventPriceOf, WORD_SIZE, WORD_TAGS } from '../../../src/domain/event.ts';
import { dayOf, formatDay } from '../../../src/domain/time.ts';
import { readCalendar } from '../../support/market-rig.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { testData } from '../../support/test-data.ts';

/** Six trading days of a week and a Monday. */
const DATES = [6, 7, 8, 9, 10, 13].map((date) => dayOf(2025, 10, date));

const PLAIN: Omit<HistoryQuestion, 'files' | 'cacheFolder'> = {
  symbol: undefined,
  dataset: undefined,
  from: undefined,
  to: undefined,
  barStamp: undefined,
  isDryRun: false,
};

async function generateDays(folder: string, symbol = 'TSLA'): Promise<string[]> {
  const calendar = readCalendar('us-equities');
  const files: string[] = [];
  for (const session of DATES) {
    const out = join(folder, `${symbol}-${formatDay(session, '')}.dbn`);
    await generateData({ out, events: 20_000, session, symbol, seed: session, calendar });
    files.push(out);
  }
  return files;
}

function settingsIn(folder: string) {
  const assignments = [`paths.cache=${join(folder, 'cache')}`];
  return loadConfig({ workingFolder: folder, environment: {}, assignments });
}

async function rvolOf(folder: string, file: string, at = '10:15:30'): Promise<number | null> {
  const { state } = await marketStateAt({ data: [file], settings: settingsIn(folder), at });
  return state.MARKET_STATE.RVOL_DAY;
}

test('RVOL_DAY rests on the five sessions before the run’s day, and no later one changes it', async () => {
  const folder = temporaryFolder();
  const files = await generateDays(folder);
  const cacheFolder = join(folder, 'cache');
  const sixth = files[5] ?? '';
  expect(await rvolOf(folder, sixth)).toBeNull();

  const { collected, known } = await collectHistory({
    ...PLAIN,
    files: files.slice(0, 5),
    cacheFolder,
  });
  expect(collected).toMatchObject([{ symbol: 'TSLA', sessions: 5, leftOut: [] }]);
  expect(known).toMatchObject([
    { symbol: 'TSLA', sessions: 5, first: '2025-10-06', last: '2025-10-10' },
  ]);
  const rvol = await rvolOf(folder, sixth);

  // the sixth day's own volume, collected afterwards, is the numerator
  await collectHistory({ ...PLAIN, files: [sixth], cacheFolder });
  const stored = readHistory(cacheFolder, 'TSLA');
  const usual = stored.slice(0, 5).map(({ cumulative }) => {
    const [before = 0, after = 0] = cumulative.slice(44, 46);
    return (before + after) / 2;
  });
  const today = stored[5]?.cumulative ?? [];
  const mean = usual.reduce((sum, value) => sum + value, 0) / 5;
  expect(rvol).toBeGreaterThanOrEqual((today[44] ?? 0) / mean - 1e-4);
  expect(rvol).toBeLessThanOrEqual((today[45] ?? 0) / mean + 1e-4);
  expect(await rvolOf(folder, sixth)).toBe(rvol);
  // of the first day nothing is known before it
  expect(await rvolOf(folder, files[0] ?? '')).toBeNull();
});

test('the same file again, another folder order and a second collection change nothing', async () => {
  const folder = temporaryFolder();
  const files = await generateDays(folder);
  const [one, other] = [join(folder, 'one'), join(folder, 'other')];
  await collectHistory({ ...PLAIN, files, cacheFolder: one });
  await collectHistory({ ...PLAIN, files: [...files.toReversed(), ...files], cacheFolder: other });
  const plain = (cacheFolder: string) =>
    readHistory(cacheFolder, 'TSLA').map(({ date, cumulative }) => ({ date, cumulative }));
  expect(plain(other)).toEqual(plain(one));
  expect(plain(one)).toHaveLength(6);
});

test('a dry run keeps nothing', async () => {
  const folder = temporaryFolder();
  const [file = ''] = await generateDays(folder);
  const question = { ...PLAIN, files: [file], cacheFolder: join(folder, 'cache'), isDryRun: true };
  const { collected, known } = await collectHistory(question);
  expect([collected[0]?.sessions, known]).toEqual([1, []]);
});

test('bars must say whose they are; then they stand beside sessions of the same dataset', async () => {
  const lines = Array.from({ length: 390 }, (_, minute) => {
    const at = 570 + minute;
    return `2025-10-03 ${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')},9,9,9,9,10`;
  });
  const folder = temporaryFolder({
    'bars.csv': `datetime,open,high,low,close,volume\n${lines.join('\n')}\n`,
  });
  const question = { ...PLAIN, files: [join(folder, 'bars.csv')], cacheFolder: join(folder, 'c') };
  await expect(collectHistory({ ...question, symbol: 'SPY' })).rejects.toThrow(/--dataset/);
  await collectHistory({ ...question, symbol: 'SPY', dataset: 'XNAS.ITCH' });
  expect(readHistory(join(folder, 'c'), 'SPY')).toMatchObject([
    { dataset: 'XNAS.ITCH', from: 'bars', files: [{ name: 'bars.csv' }] },
  ]);
});

describe('real days (needs the shared data)', () => {
  const goog = testData('lobster', 'LOBSTER_SampleFile_GOOG_2012-06-21_5.zip');
  const es = testData('mbo', 'esh4-glbx-mdp3-20231225.mbo.dbn.zst');
  test.skipIf(goog === undefined)('GOOG: the volume is that of MARKET_STATE', async () => {
    const folder = temporaryFolder();
    const cacheFolder = join(folder, 'goog');
    await collectHistory({ ...PLAIN, files: [goog ?? ''], cacheFolder });
    const [stored] = readHistory(cacheFolder, 'GOOG');
    const feed = await openSessionFeed([goog ?? ''], undefined);
    const { analysis } = createMarket(
      planSession(feed.description, settingsIn(folder)),
      feed.description,
    );
    const { session } = readCalendar('us-equities').dayOn(
      feed.description.day,
      feed.description.day,
    );
    let volume = 0;
    for (let batch = await feed.next(); batch !== undefined; batch = await feed.next()) {
      for (let at = 0; at < batch.count * EVENT_WORDS; at += EVENT_WORDS) {
        if ((((batch.words[at + WORD_TAGS] ?? 0) >> 16) & 0xff) !== 0x54) continue;
        volume += (batch.words[at + WORD_SIZE] ?? 0) >>> 0;
        const ts = (session?.open ?? 0) + 1e9;
        analysis.onTrade(
          ts,
          eventPriceOf(batch.words, at),
          batch.words[at + WORD_SIZE] ?? 0,
          0,
          false,
          0,
          0,
        );
      }
    }
    await feed.close();
    expect(stored?.cumulative.at(-1)).toBe(volume);
    expect(analysis.metrics.session.volume).toBe(volume);
  });

  test.skipIf(es === undefined)('ES: an hour of a session is no session', async () => {
    const { collected } = await collectHistory({
      ...PLAIN,
      files: [es ?? ''],
      cacheFolder: temporaryFolder(),
    });
    expect(collected).toMatchObject([
      {
        symbol: 'ESH4',
        sessions: 0,
        leftOut: [{ date: '2023-12-26', why: 'the data end 1320 minutes before the close' }],
      },
    ]);
  });
});
