import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DbnStream } from '../../../src/adapters/databento/dbn-stream.ts';
import { ZstdFrameWalker } from '../../../src/platform/zstd-frames.ts';
import { testData } from '../../support/test-data.ts';

const folders = ['dbn', 'mbo', 'futures']
  .map((name) => testData(name))
  .filter((path) => path !== undefined);
const files = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.dbn(\.frag)?(\.zst)?$/.test(name))
    .map((name) => join(folder, name)),
);

/** The whole content by another way: node's one-shot decompressor, frame by frame. */
function contentOf(path: string): Buffer {
  const bytes = readFileSync(path);
  if (!path.endsWith('.zst')) return bytes;
  const walker = new ZstdFrameWalker();
  const parts: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const to = walker.advance(bytes, from);
    if (walker.kind === 'data') parts.push(zstdDecompressSync(bytes.subarray(from, to)));
    from = to;
  }
  return Buffer.concat(parts);
}

async function readAll(path: string) {
  const stream = await DbnStream.open(path, path.includes('.frag') ? 1 : undefined);
  const types: Record<string, number> = {};
  let records = 0;
  try {
    for (;;) {
      const block = await stream.next();
      if (block === undefined) break;
      for (let at = block.from; at < block.to; ) {
        const length = stream.recordWords(at);
        if (at + length > block.to) {
          stream.keepFrom(at);
          break;
        }
        const type = ((block.words[at] ?? 0) >> 8) & 0xff;
        types[type] = (types[type] ?? 0) + 1;
        records++;
        at += length;
      }
    }
  } finally {
    await stream.close();
  }
  return {
    records,
    types,
    bodyBytes: stream.bodyBytes,
    unread: stream.source.fileBytes - stream.source.fileBytesRead,
  };
}

function readSlowly(content: Buffer, isFragment: boolean) {
  const from = isFragment ? 0 : 8 + content.readUInt32LE(4);
  const types: Record<string, number> = {};
  let records = 0;
  let at = from;
  for (; at < content.length; at += (content[at] ?? 0) * 4) {
    const type = content[at + 1] ?? 0;
    types[type] = (types[type] ?? 0) + 1;
    records++;
  }
  return { records, types, bodyBytes: at - from, unread: content.length - at };
}

describe.skipIf(files.length === 0)('every DBN file of the test data (needs shared/data)', () => {
  test('is read to its last byte', async () => {
    for (const path of files) {
      expect({ path, ...(await readAll(path)) }).toEqual({
        path,
        ...readSlowly(contentOf(path), path.includes('.frag')),
      });
    }
    expect(files.length).toBeGreaterThan(200);
  });

  test('has the metadata that its maker wrote', async () => {
    const path = testData('mbo', 'esh4-glbx-mdp3-20231225.mbo.dbn.zst') ?? '';
    const stream = await DbnStream.open(path);
    await stream.close();
    expect(stream.metadata).toEqual({
      version: 1,
      dataset: 'GLBX.MDP3',
      schema: 'mbo',
      startNs: 1_703_462_400_000_000_000n,
      endNs: 1_703_548_800_000_000_000n,
      limit: 0n,
      stypeIn: 1,
      stypeOut: 0,
      hasTsOut: false,
      symbols: ['ESH4'],
      partial: [],
      notFound: [],
      mappings: [
        {
          rawSymbol: 'ESH4',
          intervals: [{ startDate: 20_231_225, endDate: 20_231_226, symbol: '17077' }],
        },
      ],
    });
  });
});
