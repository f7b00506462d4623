import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DbnStream } from '../../../../src/adapters/databento/dbn-stream.ts';
import { encodeMetadata } from '../../../../src/adapters/databento/encode-metadata.ts';
import { encodeRecord } from '../../../../src/adapters/databento/records/dbn-record.ts';
import { readRecords } from '../../../../src/adapters/databento/records/read-records.ts';
import { openByteSource } from '../../../../src/platform/byte-source.ts';
import { testData } from '../../../support/test-data.ts';

const ROOTS = ['dbn', 'mbo', 'futures'].flatMap((name) => testData(name) ?? []);

async function bytesOf(path: string): Promise<Buffer> {
  const source = await openByteSource(path);
  const parts: Buffer[] = [];
  try {
    for (;;) {
      const part = Buffer.alloc(1 << 20);
      const filled = await source.read(part);
      parts.push(part.subarray(0, filled));
      if (filled < part.length) return Buffer.concat(parts);
    }
  } finally {
    await source.close();
  }
}

describe.skipIf(ROOTS.length < 3)('every shared DBN file (needs shared/data)', () => {
  test('is written again byte for byte from what was read of it', async () => {
    const files = ROOTS.flatMap((root) =>
      readdirSync(root, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.dbn(\.frag)?(\.zst)?$/.test(name))
        .map((name) => join(root, name)),
    );
    const different: string[] = [];
    let records = 0;
    for (const path of files) {
      const fragmentVersion = path.includes('.frag') ? 3 : undefined;
      const stream = await DbnStream.open(path, fragmentVersion);
      await stream.close();
      const { metadata } = stream;
      const parts = metadata === undefined ? [] : [encodeMetadata(metadata)];
      for await (const record of readRecords(path, fragmentVersion)) {
        parts.push(encodeRecord(record));
        records++;
      }
      if (!Buffer.concat(parts).equals(await bytesOf(path))) different.push(path);
    }
    expect([different, files.length, records]).toEqual([[], 258, 80_666]);
  }, 30_000);
});
