import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DbnMetadata } from '../../../src/adapters/databento/dbn-metadata.ts';
import { DbnStream } from '../../../src/adapters/databento/dbn-stream.ts';
import { openDbnWriter, openRecordWriter } from '../../../src/adapters/databento/dbn-writer.ts';
import type { DbnRecord } from '../../../src/adapters/databento/records/dbn-record.ts';
import { readRecords } from '../../../src/adapters/databento/records/read-records.ts';
import { EVENT_WORDS, MBO_HEAD } from '../../../src/domain/event.ts';
import { dayOf } from '../../../src/domain/time.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dbn-writer-'));
});
afterAll(() => rm(folder, { recursive: true }));

const header = {
  dataset: 'XNAS.ITCH',
  symbol: 'TSLA',
  instrumentId: 16_244,
  day: dayOf(2025, 10, 15),
};

function events(count: number): Int32Array {
  const words = new Int32Array(count * EVENT_WORDS);
  let state = 1;
  for (let index = 0; index < words.length; index++) {
    state = Math.imul(state, 1_664_525) + 1_013_904_223;
    words[index] = index % EVENT_WORDS === 0 ? MBO_HEAD | (2 << 16) : state >> (index % 20);
  }
  return words;
}

async function write(name: string, words: Int32Array, batchSize: number): Promise<Buffer> {
  const path = join(folder, name);
  const writer = await openDbnWriter(path, header);
  const count = words.length / EVENT_WORDS;
  for (let from = 0; from < count; from += batchSize) {
    const to = Math.min(count, from + batchSize);
    await writer.write({
      words: words.subarray(from * EVENT_WORDS, to * EVENT_WORDS),
      count: to - from,
    });
  }
  await writer.close();
  return readFile(path);
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

test('writes the metadata of version 3 and the words as they are', async () => {
  const words = events(3);
  const bytes = await write('plain.dbn', words, 2);
  const body = 8 + bytes.readUInt32LE(4);
  const text = (at: number, length: number) =>
    bytes.toString('latin1', at, at + length).replaceAll('\0', '');
  const interval = 112 + 4 + 71 + 4 + 4 + 4 + 71 + 4;
  expect({
    magic: text(0, 3),
    version: bytes[3],
    aligned: body % 8,
    dataset: text(8, 16),
    schema: bytes.readUInt16LE(24),
    start: bytes.readBigUInt64LE(26),
    end: bytes.readBigUInt64LE(34),
    limit: bytes.readBigUInt64LE(42),
    stypes: [bytes[50], bytes[51], bytes[52]],
    symbolBytes: bytes.readUInt16LE(53),
    definitionLength: bytes.readUInt32LE(108),
    symbols: [bytes.readUInt32LE(112), text(116, 71)],
    dates: [bytes.readUInt32LE(interval), bytes.readUInt32LE(interval + 4)],
    mapped: text(interval + 8, 71),
    records: new Int32Array(
      bytes.buffer.slice(bytes.byteOffset + body, bytes.byteOffset + bytes.length),
    ),
  }).toEqual({
    magic: 'DBN',
    version: 3,
    aligned: 0,
    dataset: 'XNAS.ITCH',
    schema: 0,
    start: 1_760_486_400_000_000_000n,
    end: 1_760_572_800_000_000_000n,
    limit: 0n,
    stypes: [1, 0, 0],
    symbolBytes: 71,
    definitionLength: 0,
    symbols: [1, 'TSLA'],
    dates: [20_251_015, 20_251_016],
    mapped: '16244',
    records: words,
  });
});

test('gives the same bytes however the events are cut into batches', async () => {
  const words = events(60_000);
  const plain = await write('a.dbn', words, 60_000);
  const compressed = await write('b.dbn.zst', words, 777);
  expect([
    hash(zstdDecompressSync(compressed)),
    hash(await write('c.dbn.zst', words, 60_000)),
  ]).toEqual([hash(plain), hash(compressed)]);
  expect(compressed.length).toBeLessThan(plain.length);
});

test.for(['kept.dbn', 'kept.dbn.zst'])(
  'leaves what stood under the name when %s is aborted',
  async (name) => {
    const path = join(folder, name);
    await writeFile(path, 'before');
    const writer = await openDbnWriter(path, header);
    await writer.write({ words: events(50_000), count: 50_000 });
    await writer.abort();
    expect(await readFile(path, 'utf8')).toBe('before');
    expect((await readdir(folder)).filter((entry) => entry.includes('partial'))).toEqual([]);
  },
);

test('refuses a symbol that the format has no room for', async () => {
  await expect(
    openDbnWriter(join(folder, 'x.dbn'), { ...header, symbol: 'X'.repeat(71) }),
  ).rejects.toThrow('longer than 70 bytes');
});

describe('a file of records of several kinds', () => {
  const metadata: DbnMetadata = {
    version: 3,
    dataset: 'GLBX.MDP3',
    schema: undefined,
    startNs: 1_760_486_400_000_000_000n,
    endNs: undefined,
    limit: 0n,
    recordCount: undefined,
    stypeIn: 255,
    stypeOut: 0,
    hasTsOut: true,
    symbols: ['ES.c.0', 'NQ.c.0'],
    partial: ['CL.c.0'],
    notFound: ['XX'],
    mappings: [
      {
        rawSymbol: 'ES.c.0',
        intervals: [{ startDate: 20_251_015, endDate: 20_251_016, symbol: '7' }],
      },
      { rawSymbol: 'NQ.c.0', intervals: [] },
    ],
  };
  const head = { publisherId: 1, instrumentId: 7, tsEvent: 5n, tsOut: 9n };
  const records: readonly DbnRecord[] = [
    { ...head, type: 'system', version: 2, text: 'Heartbeat', code: 0 },
    {
      ...head,
      type: 'ohlcv-1s',
      version: 1,
      open: 1n,
      high: 2n,
      low: -1n,
      close: undefined,
      volume: 9n,
    },
  ];

  test.for([1, 2, 3] as const)('is read back, head and records, as version %i', async (version) => {
    const path = join(folder, `mixed.v${version}.dbn.zst`);
    const writer = await openRecordWriter(path, { ...metadata, version });
    for (const record of records) await writer.write(record);
    await writer.close();
    const stream = await DbnStream.open(path);
    await stream.close();
    const read: DbnRecord[] = [];
    for await (const record of readRecords(path)) read.push(record);
    expect([stream.metadata, read]).toEqual([{ ...metadata, version }, records]);
  });

  test('refuses a record without the time of sending that the others have, and goes on', async () => {
    const path = join(folder, 'refused.dbn');
    const writer = await openRecordWriter(path, metadata);
    const [first] = records;
    const { tsOut: _tsOut, ...bare } = first ?? raise();
    await expect(writer.write(bare as DbnRecord)).rejects.toThrow('time of sending');
    await writer.write(first ?? raise());
    await writer.close();
    const read: DbnRecord[] = [];
    for await (const record of readRecords(path)) read.push(record);
    expect(read).toEqual([first]);
  });

  test('refuses a schema that is none', async () => {
    const path = join(folder, 'none.dbn');
    await expect(openRecordWriter(path, { ...metadata, schema: 'candles' })).rejects.toThrow(
      "candles is none of DBN's",
    );
  });
});

function raise(): never {
  throw new Error('there are records');
}
