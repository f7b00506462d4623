import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { fc, test } from '@fast-check/vitest';
import { afterAll, beforeAll, expect } from 'vitest';
import { openDbnFeed } from '../../../src/adapters/databento/dbn-feed.ts';
import { openDbnWriter } from '../../../src/adapters/databento/dbn-writer.ts';
import { EVENT_WORDS, MBO_HEAD } from '../../../src/domain/event.ts';
import { dayOf } from '../../../src/domain/time.ts';
import { temporaryFolder } from '../../support/dbn.builder.ts';
import { drain } from '../../support/event-lines.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.dispose());

const record = fc
  .array(fc.integer(), { minLength: EVENT_WORDS - 2, maxLength: EVENT_WORDS - 2 })
  .map((rest) => [MBO_HEAD, 7, ...rest]);

test.prop(
  {
    records: fc.array(record, { maxLength: 40 }),
    batchSize: fc.integer({ min: 1, max: 7 }),
    cuts: fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 5 }),
  },
  { numRuns: 25 },
)(
  'what is written is read back, however it is cut into batches and zstd frames',
  async ({ records, batchSize, cuts }) => {
    const plain = join(await folder.file('marker', ''), '..', 'events.dbn');
    const writer = await openDbnWriter(plain, {
      dataset: 'XNAS.ITCH',
      symbol: 'ABC',
      instrumentId: 7,
      day: dayOf(2025, 10, 15),
    });
    for (let from = 0; from < records.length; from += batchSize) {
      const part = records.slice(from, from + batchSize);
      await writer.write({ words: Int32Array.from(part.flat()), count: part.length });
    }
    await writer.close();
    const bytes = await readFile(plain);
    const places = [
      0,
      ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b),
      bytes.length,
    ];
    const frames = places
      .slice(1)
      .map((to, index) => zstdCompressSync(bytes.subarray(places[index], to)));
    const compressed = await folder.file('frames', Buffer.concat(frames));
    const expected = { words: Int32Array.from(records.flat()), count: records.length };
    expect([
      await drain(await openDbnFeed({ files: [plain] })),
      await drain(await openDbnFeed({ files: [compressed] })),
    ]).toEqual([expected, expected]);
  },
);
