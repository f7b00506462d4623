import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { zstdCompressSync } from 'node:zlib';
import { fc, test } from '@fast-check/vitest';
import { afterAll, beforeAll, expect } from 'vitest';
import { openDbnFeed } from '../../../src/adapters/databento/dbn-feed.ts';
import { summarizeDbn } from '../../../src/adapters/databento/dbn-summary.ts';
import { readRecords } from '../../../src/adapters/databento/records/read-records.ts';
import { FeedError } from '../../../src/feeds/port.ts';
import { temporaryFolder } from '../../support/dbn.builder.ts';
import { drain } from '../../support/event-lines.ts';

const WHOLE = [1, 2, 3].map((version) =>
  readFileSync(
    fileURLToPath(
      new URL(`../../fixtures/databento-dbn/all-kinds.v${version}.dbn`, import.meta.url),
    ),
  ),
);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.dispose());

/** How an attempt to read a file to its end came out. */
async function outcomeOf(read: () => Promise<unknown>): Promise<'read' | FeedError> {
  try {
    await read();
    return 'read';
  } catch (error) {
    if (error instanceof FeedError) return error;
    throw error;
  }
}

async function outcomesOf(path: string): Promise<readonly ('read' | FeedError)[]> {
  return Promise.all([
    outcomeOf(async () => {
      for await (const _ of readRecords(path));
    }),
    outcomeOf(async () => drain(await openDbnFeed({ files: [path], instrumentId: 7 }))),
    outcomeOf(() => summarizeDbn(path)),
  ]);
}

const place = fc.nat({ max: 9000 });

test.prop(
  {
    version: fc.constantFrom(0, 1, 2),
    cut: fc.option(place, { freq: 2 }),
    changes: fc.array(fc.tuple(place, fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
    isCompressed: fc.boolean(),
    isCutCompressed: fc.boolean(),
  },
  { numRuns: 50 },
)(
  'a file that was cut or changed anywhere is read, or refused with its name and the place',
  async ({ version, cut, changes, isCompressed, isCutCompressed }) => {
    const plain = Buffer.from(WHOLE[version] ?? []);
    for (const [at, byte] of changes) if (at < plain.length) plain[at] = byte;
    const cutAt = Math.min(cut ?? plain.length, plain.length);
    const bytes = isCompressed ? zstdCompressSync(plain) : plain;
    // either the data end early, or their compressed form does
    const given = isCutCompressed
      ? bytes.subarray(0, Math.floor((bytes.length * cutAt) / plain.length))
      : isCompressed
        ? zstdCompressSync(plain.subarray(0, cutAt))
        : plain.subarray(0, cutAt);
    const path = await folder.file('damaged.dbn', given);
    for (const outcome of await outcomesOf(path)) {
      if (outcome === 'read') continue;
      expect(outcome.file).toContain('damaged.dbn');
      expect(outcome.message).not.toMatch(/undefined|NaN/);
    }
  },
  20_000,
);

test.prop({ version: fc.constantFrom(0, 1, 2), cut: fc.nat({ max: 8000 }) }, { numRuns: 40 })(
  'a file that ends inside a record is refused at the record’s first byte',
  async ({ version, cut }) => {
    const whole = WHOLE[version] ?? Buffer.alloc(0);
    const head = 8 + whole.readUInt32LE(4);
    const cutAt = head + (cut % (whole.length - head));
    let start = head;
    while (start + (whole[start] ?? 0) * 4 <= cutAt) start += (whole[start] ?? 0) * 4;
    const path = await folder.file('cut.dbn', whole.subarray(0, cutAt));
    const [outcome] = await outcomesOf(path);
    expect(outcome === 'read' ? undefined : outcome?.byteOffset).toBe(
      start === cutAt ? undefined : start,
    );
  },
  20_000,
);
