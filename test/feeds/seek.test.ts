import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCompiledFeed } from '../../src/adapters/compiled/compiled-feed.ts';
import { COMPILED_ENDING } from '../../src/adapters/compiled/compiled-format.ts';
import { openDbnFeed } from '../../src/adapters/databento/dbn-feed.ts';
import { compileFile } from '../../src/app/compiled-day.ts';
import { generateData } from '../../src/app/data-generate.ts';
import { GENERATED_DAY, loadCalendar } from '../../src/app/session-setup.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { TradingCalendar } from '../../src/domain/calendar.ts';
import { EVENT_WORDS, type EventBatch } from '../../src/domain/event.ts';
import { Random } from '../../src/domain/random.ts';
import type { Feed } from '../../src/feeds/port.ts';
import { RereadFeed, type Spool } from '../../src/feeds/reread-feed.ts';
import { SpoolFile } from '../../src/platform/spool-file.ts';
import { DAY_START, mboRecord, metadataBytes } from '../support/dbn.builder.ts';
import { statusRecord } from '../support/dbn-records.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const EVENTS = 70_000;
const calendar = new TradingCalendar(loadCalendar('us-equities'));

/** Two files of one instrument with a status change before every order, and with records of another in the second. */
function twoFiles(folder: string): string[] {
  const mappings = { TSLA: [[20_251_015, 20_251_016, '7']] } as const;
  return ['one.dbn', 'two.dbn'].map((name, file) => {
    const records = [metadataBytes({ mappings })];
    for (let k = 1; k <= 25_000; k++) {
      const sequence = file * 25_000 + k;
      const ts = DAY_START + BigInt(sequence) * 1000n;
      records.push(statusRecord(ts - 500n, k % 2 === 0 ? 'trading' : 'halt'));
      const record = mboRecord(sequence, file === 1 && k % 9 === 0 ? 8 : 7, { ts });
      // groups of one and of three
      if (k % 4 < 2) record[36] = 0;
      records.push(record);
    }
    const path = join(folder, name);
    writeFileSync(path, Buffer.concat(records));
    return path;
  });
}

/** How each feed is opened, and whether it goes back by itself. */
async function openers(): Promise<Record<string, readonly [() => Promise<Feed>, boolean]>> {
  const folder = temporaryFolder();
  const plain = join(folder, 'TSLA-20251015.dbn');
  await generateData({ out: plain, events: EVENTS, session: GENERATED_DAY, calendar });
  const packed = join(folder, 'packed.dbn.zst');
  await generateData({ out: packed, events: EVENTS, session: GENERATED_DAY, calendar });
  const settings = loadConfig({ workingFolder: folder, environment: {} });
  await compileFile(plain, settings, () => undefined);
  const files = twoFiles(folder);
  return {
    plain: [() => openDbnFeed({ files: [plain] }), true],
    files: [() => openDbnFeed({ files }), true],
    compiled: [() => openCompiledFeed(plain + COMPILED_ENDING, [plain]), true],
    zstd: [() => openDbnFeed({ files: [packed] }), false],
  };
}

/** Each event of a batch as text; of a compiled one its 16 bytes, for its ids stand apart. */
function linesOf({ words, count, compact }: EventBatch): string[] {
  const size = compact === undefined ? EVENT_WORDS : 4;
  const all = compact?.events ?? words;
  return Array.from({ length: count }, (_, index) =>
    all.subarray(index * size, (index + 1) * size).join(' '),
  );
}

/** A spool that takes so many batches and then no more. */
function spoolOf(folder: string, most: number): Spool {
  const file = SpoolFile.in(folder);
  if (file === undefined) throw new Error('no spool');
  let taken = 0;
  return {
    append: (words) => (taken++ < most ? file.append(words) : undefined),
    read: (place, count) => file.read(place, count),
    close: () => file.close(),
  };
}

test.for([
  ['plain', 0],
  ['files', 0],
  ['compiled', 0],
  ['zstd', 0],
  ['zstd', 3],
  ['zstd', 1000],
] as const)(
  'a feed of kind %s, %i batches of it spooled, goes to any place where it has been, and on from there to its end',
  async ([kind, spooled]) => {
    const [open, goesBack] = (await openers())[kind] ?? [];
    if (open === undefined) throw new Error('no such feed');
    const expected: string[] = [];
    const whole = await open();
    for (let batch = await whole.next(); batch !== undefined; batch = await whole.next())
      expected.push(...linesOf(batch));
    await whole.close();
    expect(expected.length).toBeGreaterThan(35_000);

    const alone = await open();
    await alone.next();
    await alone.next();
    expect((await alone.seek?.(20_000)) !== undefined).toBe(goesBack);
    await alone.close();

    const random = new Random(4);
    let opened = 0;
    const counted = (): Promise<Feed> => {
      opened++;
      return open();
    };
    const spool = spooled === 0 ? undefined : spoolOf(temporaryFolder(), spooled);
    const feed = await RereadFeed.of(counted, spool);
    let furthest = 0;
    for (let turn = 0; turn < 14; turn++) {
      const to = random.below(furthest + 1);
      let at = await feed.seek(to);
      expect(at).toBeLessThanOrEqual(to);
      // to the end now and then, which is gone back from, too
      const most = turn % 5 === 4 ? Number.POSITIVE_INFINITY : 1 + random.below(3);
      for (let taken = 0; taken < most; ) {
        const batch = await feed.next();
        if (batch === undefined) break;
        const lines = linesOf(batch);
        expect(lines.join('\n') === expected.slice(at, at + lines.length).join('\n')).toBe(true);
        at += batch.count;
        if (at > to) taken++;
      }
      if (most === Number.POSITIVE_INFINITY) expect(at).toBe(expected.length);
      furthest = Math.max(furthest, at);
    }
    await feed.close();
    // what goes back by itself, or by its spool, is never opened again
    expect(opened > 1).toBe(kind === 'zstd' && spooled < 1000);
  },
);
