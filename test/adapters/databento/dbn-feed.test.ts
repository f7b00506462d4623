import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DbnFeedOptions, openDbnFeed } from '../../../src/adapters/databento/dbn-feed.ts';
import {
  ACTION_TRADE,
  EVENT_WORDS,
  MBO_HEAD,
  packTags,
  SIDE_BID,
} from '../../../src/domain/event.ts';
import { dayOf } from '../../../src/domain/time.ts';
import { FeedError } from '../../../src/feeds/port.ts';
import {
  bestRecord,
  blankRecord,
  DAY_START,
  mappingRecord,
  mboRecord,
  metadataBytes,
  temporaryFolder,
  tradeRecord,
} from '../../support/dbn.builder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.dispose());

const MIXED = 65_535;
const TRADES = 4;
const MBP_1 = 1;
const TBBO = 3;

async function play(content: Buffer | readonly Buffer[], options: Partial<DbnFeedOptions> = {}) {
  const contents = Array.isArray(content) ? content : [content as Buffer];
  const files = await Promise.all(
    contents.map((bytes, index) => folder.file(`day${index}.dbn`, bytes)),
  );
  const feed = await openDbnFeed({ files, ...options });
  const words: number[] = [];
  try {
    for (;;) {
      const batch = await feed.next();
      if (batch === undefined) break;
      for (const word of batch.words.subarray(0, batch.count * EVENT_WORDS)) words.push(word);
    }
  } finally {
    await feed.close();
  }
  const sequences = words.filter((_, index) => index % EVENT_WORDS === 13);
  return { feed, words, sequences };
}

/** Events in words: sequence, action, side, price, size, flags. */
function linesOf(words: readonly number[]): string[] {
  const letter = (code: number) => String.fromCharCode(code & 0xff);
  return Array.from({ length: words.length / EVENT_WORDS }, (_, index) => {
    const event = words.slice(index * EVENT_WORDS, (index + 1) * EVENT_WORDS);
    const tags = event[9] ?? 0;
    const price = ((event[7] ?? 0) * 4_294_967_296 + ((event[6] ?? 0) >>> 0)) / 1e9;
    const flags = [
      ...((tags & 32) === 0 ? [] : ['snapshot']),
      ...((tags & 128) === 0 ? [] : ['last']),
    ];
    return [
      event[13],
      letter(tags >> 16),
      letter(tags >>> 24),
      price.toFixed(2),
      event[8],
      ...flags,
    ].join(' ');
  });
}

function wordsOf(...records: Buffer[]): number[] {
  const bytes = Buffer.concat(records);
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readInt32LE(index * 4));
}

describe('events', () => {
  test.for([1, 2, 3])('are the records of a version %i file, word for word', async (version) => {
    const records = [mboRecord(1), mboRecord(2), mboRecord(3)];
    const { feed, words } = await play(Buffer.concat([metadataBytes({ version }), ...records]));
    expect(words).toEqual(wordsOf(...records));
    expect(feed.description).toEqual({
      format: 'dbn',
      source: feed.description.source,
      symbol: 'TSLA',
      dataset: 'XNAS.ITCH',
      day: dayOf(2025, 10, 15),
      groupEnds: 'sequence',
      depth: 'orders',
      totalBytes: metadataBytes({ version }).length + 3 * 56,
    });
    expect(feed.counts).toEqual({
      records: 3,
      bytesRead: feed.description.totalBytes,
      skipped: {},
    });
  });

  test('are the same from a compressed file of two frames that are cut inside a record', async () => {
    const plain = Buffer.concat([metadataBytes({}), mboRecord(1), mboRecord(2)]);
    const cut = plain.length - 70;
    const frames = Buffer.concat([
      zstdCompressSync(plain.subarray(0, cut)),
      zstdCompressSync(plain.subarray(cut)),
    ]);
    expect((await play(frames)).words).toEqual(wordsOf(mboRecord(1), mboRecord(2)));
  });

  test('lose the time of sending that live captures add', async () => {
    const records = [mboRecord(1, 7, { tsOut: true }), mboRecord(2, 7, { tsOut: true })];
    const { words } = await play(Buffer.concat([metadataBytes({ tsOut: true }), ...records]));
    expect(words).toEqual(wordsOf(mboRecord(1), mboRecord(2)));
  });

  test('leave out other types and other instruments, counted by name', async () => {
    const body = [
      blankRecord(0x17, 80),
      mboRecord(1),
      blankRecord(0x12, 10),
      mboRecord(2, 8),
      mboRecord(3),
      blankRecord(0x77, 5),
      mboRecord(4),
      tradeRecord(5),
    ];
    const mappings = {
      TSLA: [[20_251_015, 20_251_016, '7']],
      NVDA: [[20_251_015, 20_251_016, '8']],
    } as const;
    const { feed, words } = await play(
      Buffer.concat([metadataBytes({ schema: MIXED, mappings }), ...body]),
      { symbol: 'tsla' },
    );
    expect(words).toEqual(wordsOf(mboRecord(1), mboRecord(3), mboRecord(4)));
    expect(feed.counts).toEqual({
      records: 8,
      bytesRead: feed.description.totalBytes,
      skipped: { system: 1, status: 1, 'unknown-0x77': 1, trades: 1, 'other-instruments': 1 },
    });
  });

  test('of trades become trade events, each a group of its own', async () => {
    const { feed, words } = await play(
      Buffer.concat([metadataBytes({ schema: TRADES }), tradeRecord(4), tradeRecord(5)]),
    );
    const low = (value: bigint) => Number(BigInt.asIntN(32, value));
    const event = (sequence: bigint) => [
      MBO_HEAD | (2 << 16),
      7,
      low(DAY_START + sequence),
      low((DAY_START + sequence) >> 32n),
      0,
      0,
      low(100_020_000_000n),
      low(100_020_000_000n >> 32n),
      300,
      packTags(ACTION_TRADE, SIDE_BID, 130),
      low(DAY_START + sequence + 9n),
      low((DAY_START + sequence + 9n) >> 32n),
      9,
      Number(sequence),
    ];
    expect(words).toEqual([...event(4n), ...event(5n)]);
    expect(feed.description.depth).toBe('trades');
  });

  test('of the best level are told with their depth, and each record is a group', async () => {
    const { feed, words } = await play(
      Buffer.concat([
        metadataBytes({ schema: MBP_1 }),
        bestRecord(1, { bid: 300, ask: 200 }),
        bestRecord(2, { bid: 250, ask: 200 }),
      ]),
    );
    expect(feed.description).toMatchObject({ depth: 'levels', levels: 1 });
    expect(linesOf(words)).toEqual([
      '1 A B 100.00 300 snapshot',
      '1 A A 100.01 200 snapshot last',
      '2 M B 100.00 250 last',
    ]);
  });

  test('of trades with their quotes are the trades alone', async () => {
    const quoted = [bestRecord(1, { action: 'T' }), bestRecord(2, { action: 'T' })];
    const { feed, words } = await play(Buffer.concat([metadataBytes({ schema: TBBO }), ...quoted]));
    expect(feed.description.depth).toBe('trades');
    expect(feed.description).not.toHaveProperty('levels');
    expect(linesOf(words)).toEqual(['1 T B 100.00 50 last', '2 T B 100.00 50 last']);
  });

  test('of a capture that does not tell its schema are made of what tells most', async () => {
    const head = metadataBytes({ schema: MIXED });
    const depthOf = async (...records: Buffer[]) =>
      (await play(Buffer.concat([head, ...records]))).feed.description.depth;
    expect([
      await depthOf(tradeRecord(1), bestRecord(2), mboRecord(3)),
      await depthOf(tradeRecord(1), bestRecord(2)),
      await depthOf(bestRecord(1, { action: 'T' })),
      await depthOf(tradeRecord(1)),
    ]).toEqual(['orders', 'levels', 'trades', 'trades']);
  });

  test('of the book between two files are unseen: what is another there is nobody’s doing', async () => {
    const day = (record: Buffer) => Buffer.concat([metadataBytes({ schema: MBP_1 }), record]);
    const { words } = await play([day(bestRecord(1, {})), day(bestRecord(2, { bid: 70 }))]);
    expect(linesOf(words)).toEqual([
      '1 A B 100.00 300 snapshot',
      '1 A A 100.01 200 snapshot last',
      '2 C B 100.00 300 snapshot',
      '2 C A 100.01 200 snapshot',
      '2 A B 100.00 70 snapshot',
      '2 A A 100.01 200 snapshot last',
    ]);
  });

  test('of files that tell different things are not played together', async () => {
    const days = [metadataBytes({}), metadataBytes({ schema: MBP_1 })];
    await expect(play(days)).rejects.toThrow(
      'day1.dbn: byte 24: holds mbp-1, the first file mbo; play them one by one',
    );
  });

  test('run on over block borders that cut records', async () => {
    const records: Buffer[] = [];
    for (let sequence = 0; sequence < 70_000; sequence++) {
      records.push(sequence % 1000 === 7 ? blankRecord(0x17, 80) : mboRecord(sequence));
    }
    const { sequences } = await play(Buffer.concat([metadataBytes({}), ...records]));
    expect(sequences).toEqual(
      Array.from({ length: 70_000 }, (_, at) => at).filter((at) => at % 1000 !== 7),
    );
  });

  test('of several files follow each other', async () => {
    const file = (first: number, end: bigint) =>
      Buffer.concat([metadataBytes({ end }), mboRecord(first), mboRecord(first + 1)]);
    const days = [file(1, DAY_START + 1n), file(3, DAY_START + 86_400_000_000_000n * 2n)];
    const { feed, sequences } = await play(days);
    expect(sequences).toEqual([1, 2, 3, 4]);
    expect(feed.description.day).toBe(dayOf(2025, 10, 16));
  });

  test('are none where a file ends after its metadata', async () => {
    expect((await play(metadataBytes({}))).words).toEqual([]);
  });

  test('of a fragment are read when its version is told', async () => {
    const { feed, words } = await play(mboRecord(9), { fragmentVersion: 3 });
    expect(words).toEqual(wordsOf(mboRecord(9)));
    expect(feed.description).toMatchObject({
      symbol: '7',
      dataset: '',
      day: dayOf(2025, 10, 15),
      groupEnds: 'last-flag',
    });
  });
});

describe('the trading day', () => {
  test('is asked for the last moment of the last file', async () => {
    const asked: unknown[] = [];
    const tradingDayOf = (dataset: string, seconds: number) => {
      asked.push([dataset, seconds]);
      return 42;
    };
    const bytes = metadataBytes({ dataset: 'GLBX.MDP3', end: DAY_START + 60_000_000_000n });
    const { feed } = await play(bytes, { tradingDayOf });
    expect([asked, feed.description.day, feed.description.groupEnds]).toEqual([
      [['GLBX.MDP3', Number(DAY_START / 1_000_000_000n) + 59]],
      42,
      'last-flag',
    ]);
  });
});

describe('the instrument', () => {
  const two = {
    TSLA: [
      [20_251_015, 20_251_016, '7'],
      [20_251_016, 20_251_017, '8'],
    ],
    NVDA: [
      [20_251_015, 20_251_016, '8'],
      [20_251_016, 20_251_017, '7'],
    ],
  } as const;

  test('must be named where the metadata lists several', async () => {
    await expect(play(metadataBytes({ mappings: two }))).rejects.toThrow(
      'day0.dbn: holds several instruments: TSLA, NVDA; choose one with --symbol',
    );
  });

  test('must be one that is there', async () => {
    await expect(play(metadataBytes({ mappings: two }), { symbol: 'AMD' })).rejects.toThrow(
      'holds TSLA, NVDA and not AMD',
    );
  });

  test('has the id that its symbol had on the day of the record', async () => {
    const nextDay = DAY_START + 86_400_000_000_000n;
    const body = [
      mboRecord(1, 7),
      mboRecord(2, 8),
      mboRecord(3, 7, { ts: nextDay }),
      mboRecord(4, 8, { ts: nextDay }),
    ];
    const { sequences } = await play(Buffer.concat([metadataBytes({ mappings: two }), ...body]), {
      symbol: 'TSLA',
    });
    expect(sequences).toEqual([1, 4]);
  });

  test('can be asked for by id', async () => {
    const body = [mboRecord(1, 7), mboRecord(2, 8)];
    const { feed, sequences } = await play(
      Buffer.concat([metadataBytes({ mappings: two }), ...body]),
      { instrumentId: 8 },
    );
    expect([feed.description.symbol, sequences]).toEqual(['TSLA', [2]]);
  });

  test('is found through mapping records where the metadata lists none', async () => {
    const body = [
      mappingRecord(8, 'NVDA', 'NVDA'),
      mappingRecord(7, 'TSLA', 'TSLA'),
      mboRecord(1, 8),
      mboRecord(2, 7),
    ];
    const bytes = Buffer.concat([metadataBytes({ schema: MIXED, mappings: {} }), ...body]);
    const { feed, sequences } = await play(bytes, { symbol: 'TSLA' });
    expect([feed.description.symbol, sequences]).toEqual(['TSLA', [2]]);
    await expect(play(bytes)).rejects.toThrow(
      'holds several instruments: NVDA, TSLA; choose one with --symbol',
    );
  });
});

describe('damage', () => {
  const sound = Buffer.concat([metadataBytes({}), mboRecord(1), mboRecord(2)]);
  const body = metadataBytes({}).length;
  const changed = (at: number, value: number) => {
    const copy = Buffer.from(sound);
    copy[at] = value;
    return copy;
  };
  test.for([
    { name: 'an empty file', bytes: Buffer.alloc(0), offset: 0, says: 'the file is empty' },
    {
      name: 'a wrong magic',
      bytes: changed(0, 0x58),
      offset: 0,
      says: 'begins with 58 42 4e 03 and not with "DBN"',
    },
    {
      name: 'a file cut in its first bytes',
      bytes: sound.subarray(0, 5),
      offset: 5,
      says: 'ends inside the first 8 bytes',
    },
    {
      name: 'an unknown version',
      bytes: changed(3, 9),
      offset: 3,
      says: 'DBN version 9 is not known',
    },
    {
      name: 'metadata too short',
      bytes: changed(4, 90).fill(0, 5, 8),
      offset: 4,
      says: 'shorter than its fixed part',
    },
    {
      name: 'metadata longer than the file',
      bytes: changed(7, 0xff),
      offset: 4,
      says: 'and the file ends after',
    },
    {
      name: 'a schema definition',
      bytes: changed(108, 4),
      offset: 108,
      says: 'has a schema definition of 4 bytes',
    },
    {
      name: 'a list that runs out of the metadata',
      bytes: changed(113, 0xff),
      offset: 116,
      says: 'a list of the metadata needs',
    },
    {
      name: 'an unknown schema',
      bytes: changed(24, 99),
      offset: 24,
      says: 'schema 99 is not known',
    },
    { name: 'bars', bytes: changed(24, 6), offset: 24, says: 'holds ohlcv-1m and no order flow' },
    {
      name: 'a length byte of 0',
      bytes: changed(body + 56, 0),
      offset: body + 56,
      says: 'a record of 0 bytes is shorter than its header',
    },
    {
      name: 'a length byte below the header',
      bytes: changed(body, 3),
      offset: body,
      says: 'a record of 12 bytes is shorter',
    },
    {
      name: 'an MBO record of another length',
      bytes: changed(body, 28),
      offset: body,
      says: 'has 112 bytes and not 56',
    },
    {
      name: 'a file cut in a record',
      bytes: sound.subarray(0, sound.length - 20),
      offset: body + 56,
      says: 'ends inside a record of type mbo',
    },
    {
      name: 'a file cut in a word',
      bytes: sound.subarray(0, body + 57),
      offset: body + 56,
      says: 'ends inside a record',
    },
    {
      name: 'a damaged zstd frame',
      bytes: zstdCompressSync(sound).subarray(0, 60),
      offset: undefined,
      says: 'ends inside a zstd frame',
    },
  ])('of $name is told with its place', async ({ bytes, offset, says }) => {
    const error: unknown = await play(bytes).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FeedError);
    const { file, byteOffset, message } = error as FeedError;
    expect({ file, byteOffset: offset === undefined ? undefined : byteOffset }).toEqual({
      file: 'day0.dbn',
      byteOffset: offset,
    });
    expect(message).toContain(says);
    expect(message).toMatch(/; .*(?:download|give|ask)/);
  });

  test('of a missing file is told by its path', async () => {
    await expect(openDbnFeed({ files: ['no/such.dbn'] })).rejects.toThrow(
      "no/such.dbn: can't be opened: there is no such file",
    );
  });

  test('of a second dataset is refused', async () => {
    await expect(
      play([metadataBytes({}), metadataBytes({ dataset: 'GLBX.MDP3' })]),
    ).rejects.toThrow('day1.dbn: byte 8: is of dataset GLBX.MDP3, the first file of XNAS.ITCH');
  });
});
