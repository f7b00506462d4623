import { copyFileSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCompiledFeed } from '../../src/adapters/compiled/compiled-feed.ts';
import {
  BLOCK_HEAD_BYTES,
  COMPILED_ENDING,
  HEADER_BYTES,
} from '../../src/adapters/compiled/compiled-format.ts';
import { compileFile, findCompiledDay } from '../../src/app/compiled-day.ts';
import { generateData } from '../../src/app/data-generate.ts';
import { GENERATED_DAY, loadCalendar } from '../../src/app/session-setup.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { TradingCalendar } from '../../src/domain/calendar.ts';
import { FeedError } from '../../src/feeds/port.ts';
import { sha256OfFile } from '../../src/platform/sha256.ts';
import { metadataBytes, tradeRecord } from '../support/dbn.builder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const EVENTS = 40_000;
/** Databento's number of the schema. */
const TRADES = 4;
const SESSION = { symbol: 'TSLA', day: GENERATED_DAY, tickNanos: 10_000_000 };
const nothing = (): void => {};

async function compiledDay(name = 'TSLA-20251015.dbn') {
  const folder = temporaryFolder();
  const file = join(folder, name);
  const calendar = new TradingCalendar(loadCalendar('us-equities'));
  await generateData({ out: file, events: EVENTS, session: GENERATED_DAY, calendar });
  const settings = loadConfig({ workingFolder: folder, environment: {} });
  const summary = await compileFile(file, settings, nothing);
  return { folder, file, settings, summary };
}

async function readAll(path: string) {
  const feed = await openCompiledFeed(path, ['x']);
  let events = 0;
  try {
    for (let batch = await feed.next(); batch !== undefined; batch = await feed.next())
      events += batch.count;
    return { events, description: feed.description };
  } finally {
    await feed.close();
  }
}

test.for(['TSLA-20251015.dbn', 'TSLA-20251015.dbn.zst'])(
  'compiles %s whole, in about half of its room',
  async (name) => {
    const { file, summary } = await compiledDay(name);
    const { events, description } = await readAll(file + COMPILED_ENDING);
    expect([events, summary.events]).toEqual([EVENTS, EVENTS]);
    expect(description).toMatchObject({
      symbol: 'TSLA',
      day: GENERATED_DAY,
      groupEnds: 'sequence',
    });
    if (!name.endsWith('.zst')) expect(summary.bytes).toBeLessThan(summary.sourceBytes * 0.55);
  },
);

test('stands for its file until the file changes, another is meant, or it was made for another tick', async () => {
  const { file } = await compiledDay();
  const digest = await sha256OfFile(file);
  expect(await findCompiledDay([file], SESSION)).toEqual({
    path: file + COMPILED_ENDING,
    sha256s: [digest],
  });
  expect(await findCompiledDay([file], { ...SESSION, tickNanos: 5_000_000 })).toBeUndefined();
  expect(await findCompiledDay([file], { ...SESSION, symbol: 'AAPL' })).toBeUndefined();
  expect(await findCompiledDay([file], { ...SESSION, day: GENERATED_DAY + 1 })).toBeUndefined();
  expect(await findCompiledDay([file, file], SESSION)).toBeUndefined();
  const other = `${file}.other`;
  copyFileSync(file, other);
  renameSync(other, file);
  expect(await findCompiledDay([file], SESSION)).toBeUndefined();
});

test('does not stand for a file that was touched after it was made', async () => {
  const { file } = await compiledDay();
  const later = Date.now() / 1000 + 60;
  utimesSync(file, later, later);
  expect(await findCompiledDay([file], SESSION)).toBeUndefined();
});

test('a damaged one is told with its place, never read as if it were whole', async () => {
  const { file } = await compiledDay();
  const path = file + COMPILED_ENDING;
  const whole = readFileSync(path);
  const damages: (readonly [Buffer, RegExp])[] = [
    [
      flipped(whole, HEADER_BYTES + BLOCK_HEAD_BYTES + 100),
      /byte \d+: a checksum does not fit.*data compile/,
    ],
    [flipped(whole, HEADER_BYTES + 5), /byte \d+: a block's head is not sound/],
    [whole.subarray(0, whole.length - BLOCK_HEAD_BYTES), /it ends inside a block/],
    [whole.subarray(0, HEADER_BYTES + 10), /it has no blocks/],
  ];
  for (const [bytes, says] of damages) {
    writeFileSync(path, bytes);
    await expect(readAll(path)).rejects.toThrow(says);
    await expect(readAll(path)).rejects.toThrow(FeedError);
  }
  writeFileSync(path, flipped(whole, 40));
  expect(await findCompiledDay([file], SESSION)).toBeUndefined();
  await expect(readAll(path)).rejects.toThrow(/header is not sound/);
});

test('without single orders there is nothing to compile', async () => {
  const bytes = Buffer.concat([metadataBytes({ schema: TRADES }), tradeRecord(4)]);
  const folder = temporaryFolder({ 'trades.dbn': bytes });
  const settings = loadConfig({ workingFolder: folder, environment: {} });
  await expect(compileFile(join(folder, 'trades.dbn'), settings, nothing)).rejects.toThrow(
    /knows no single orders/,
  );
});

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0x55;
  return copy;
}
