import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeRecord } from '../../src/adapters/databento/records/dbn-record.ts';
import { dataInfo, firstRecords } from '../../src/app/data-info.ts';
import {
  blankRecord,
  DAY_START,
  mappingRecord,
  mboRecord,
  metadataBytes,
  temporaryFolder,
  tradeRecord,
} from '../support/dbn.builder.ts';
import { definitionRecord, statusRecord } from '../support/dbn-records.ts';
import { testData } from '../support/test-data.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.dispose());

const CLEAN = {
  tsEventBackwards: 0,
  tsRecvBackwards: 0,
  sequenceBackwards: 0,
  zeroSizes: 0,
  sizesFrom2To31: 0,
  undefinedPrices: 0,
  badTsRecv: 0,
  maybeBadBook: 0,
};

function changed(record: Buffer, change: (record: Buffer) => void): Buffer {
  change(record);
  return record;
}

test('describes a compressed DBN file of several frames and record types', async () => {
  const plain = Buffer.concat([
    metadataBytes({ schema: 65_535, mappings: {} }),
    mappingRecord(7, 'TSLA', 'TSLA'),
    mboRecord(1),
    mboRecord(2),
    tradeRecord(3, 7, 'A'),
    blankRecord(0x99, 6),
  ]);
  const frames = [plain.subarray(0, 100), plain.subarray(100, 300), plain.subarray(300)].map(
    (part) => zstdCompressSync(part),
  );
  const path = await folder.file('live.dbn.zst', Buffer.concat(frames));
  expect(await dataInfo(path)).toEqual({
    format: 'dbn',
    version: 3,
    schema: 'mixed',
    dataset: 'XNAS.ITCH',
    symbols: ['TSLA'],
    firstEvent: '2025-10-15T00:00:00.000000001Z',
    lastEvent: '2025-10-15T00:00:00.000000000Z',
    records: 5,
    byType: { trades: 1, 'symbol-mapping': 1, 'unknown-0x99': 1, mbo: 2 },
    byAction: { A: 2, T: 1 },
    bySide: { A: 1, B: 2 },
    gaps: { jumps: 0, missing: 0 },
    anomalies: { ...CLEAN, tsEventBackwards: 1 },
    compression: 'zstd',
    compressedBytes: Buffer.concat(frames).length,
    uncompressedBytes: plain.length,
    frames: 3,
  });
});

test("counts gaps where the sequence is the file's own, and says nothing of them where it is a channel's", async () => {
  const own = Array.from({ length: 300 }, (_, at) => mboRecord(at < 150 ? at + 1 : at + 11));
  const shared = Array.from({ length: 300 }, (_, at) => mboRecord(at * 7));
  const gapsOf = async (records: readonly Buffer[]) =>
    (await dataInfo(await folder.file('gaps.dbn', Buffer.concat([metadataBytes({}), ...records]))))
      .gaps;
  expect([await gapsOf(own), await gapsOf(shared)]).toEqual([{ jumps: 1, missing: 10 }, null]);
});

test('counts what is odd', async () => {
  const records = [
    mboRecord(5),
    mboRecord(4),
    changed(mboRecord(6), (record) => record.writeUInt32LE(0, 32)),
    changed(mboRecord(7), (record) => record.writeUInt32LE(0x8000_0000, 32)),
    changed(mboRecord(8), (record) => record.writeBigInt64LE(0x7fff_ffff_ffff_ffffn, 24)),
    changed(mboRecord(9), (record) => record.writeUInt8(8 + 4, 36)),
  ];
  const path = await folder.file('odd.dbn', Buffer.concat([metadataBytes({}), ...records]));
  expect((await dataInfo(path)).anomalies).toEqual({
    tsEventBackwards: 1,
    tsRecvBackwards: 1,
    sequenceBackwards: 1,
    zeroSizes: 1,
    sizesFrom2To31: 1,
    undefinedPrices: 1,
    badTsRecv: 1,
    maybeBadBook: 1,
  });
});

test.for([
  { name: 'a.v2.dbn.frag', version: undefined, told: 2 },
  { name: 'a.dbn.frag', version: undefined, told: null },
  { name: 'a.dbn.frag', version: 1 as const, told: 1 },
])(
  'reads a fragment without metadata: $name, version $version',
  async ({ name, version, told }) => {
    const path = await folder.file(name, mboRecord(3));
    expect(await dataInfo(path, version)).toMatchObject({
      version: told,
      schema: null,
      dataset: null,
      symbols: [],
      records: 1,
      byType: { mbo: 1 },
    });
  },
);

test('describes an empty body', async () => {
  const path = await folder.file('none.dbn', metadataBytes({}));
  expect(await dataInfo(path)).toMatchObject({
    records: 0,
    firstEvent: null,
    lastEvent: null,
    byType: {},
    gaps: null,
  });
});

test('describes a LOBSTER pair', async () => {
  const messages = '34200.5,1,11,100,1000000,1\n34201,3,11,100,1000000,1\n34202,7,0,0,-1,-1\n';
  const rows = '1000200,50,1000000,100\n1000200,50,999900,70\n1000200,50,999900,70\n';
  const path = await folder.file('ABC_2012-06-21_34200000_57600000_message_1.csv', messages);
  await folder.file('ABC_2012-06-21_34200000_57600000_orderbook_1.csv', rows);
  expect(await dataInfo(path)).toEqual({
    format: 'lobster',
    version: null,
    schema: 'message, orderbook of 1 level',
    dataset: 'LOBSTER',
    symbols: ['ABC'],
    firstEvent: '2012-06-21T13:30:00.500000000Z',
    lastEvent: '2012-06-21T13:30:02.000000000Z',
    records: 3,
    byType: { new: 1, delete: 1, halt: 1 },
    byAction: { A: 1, C: 1, S: 1 },
    bySide: { B: 2, N: 1 },
    gaps: null,
    anomalies: {
      timeBackwards: 0,
      unknownOrders: 0,
      overdrawn: 0,
      rowDifferences: 0,
      windowEvents: 2,
    },
    compression: 'none',
    compressedBytes: null,
    uncompressedBytes: messages.length + rows.length,
    frames: null,
  });
});

const HEAD = { publisherId: 1, instrumentId: 7, tsEvent: DAY_START };
const mixed = (...records: readonly Uint8Array[]) =>
  folder.file('side.dbn', Buffer.concat([metadataBytes({ schema: 65_535 }), ...records]));

describe('what stands beside orders and trades', () => {
  test('definitions are told with what trading needs of them', async () => {
    const others = Array.from({ length: 22 }, (_, at) =>
      definitionRecord({ rawSymbol: `C${at}`, instrumentClass: 'C', strikePrice: 5_000_000_000n }),
    );
    const path = await mixed(
      definitionRecord(),
      definitionRecord({
        minPriceIncrement: 100_000_000n,
        minPriceIncrementAmount: 5_000_000_000n,
        expiration: DAY_START,
      }),
      definitionRecord({
        rawSymbol: 'SPREAD',
        instrumentClass: 'S',
        legCount: 2,
        legIndex: 1,
        legRawSymbol: 'ESH6',
        legSide: 'A',
      }),
      ...others,
    );
    const { definitions } = await dataInfo(path);
    expect({ ...definitions, instruments: definitions?.instruments.slice(0, 3) }).toEqual({
      count: 25,
      byClass: { future: 2, 'future-spread': 1, call: 22 },
      instruments: [
        // the last one of an instrument
        expect.objectContaining({
          symbol: 'ESZ5',
          class: 'future',
          tick: '0.1',
          contractSize: '50',
          multiplier: 50,
          currency: 'USD',
          expiration: '2025-10-15T00:00:00.000000000Z',
        }),
        expect.objectContaining({
          symbol: 'SPREAD',
          legCount: 2,
          legIndex: 1,
          legRawSymbol: 'ESH6',
          legSide: 'A',
        }),
        expect.objectContaining({ symbol: 'C0', class: 'call', strikePrice: '5' }),
      ],
      notShown: 4,
    });
    expect(definitions?.instruments).toHaveLength(20);
    expect(Object.keys(definitions?.instruments[0] ?? {})).not.toContain('strikePrice');
  });

  test('status changes, the last statistics, imbalances and messages are told', async () => {
    const statistic = (price: bigint | undefined, quantity: bigint | undefined, statType: number) =>
      encodeRecord({
        ...HEAD,
        type: 'statistics',
        version: 3,
        tsRecv: DAY_START,
        tsRef: undefined,
        price,
        quantity,
        sequence: 1,
        tsInDelta: 0,
        statType,
        channelId: 1,
        updateAction: price === 3n ? 2 : 1,
        statFlags: 0,
      });
    const imbalance = encodeRecord({
      ...HEAD,
      type: 'imbalance',
      version: 1,
      tsRecv: DAY_START,
      referencePrice: 522_190_000_000n,
      auctionTime: undefined,
      continuousClearingPrice: undefined,
      auctionClearingPrice: undefined,
      shortSaleFillingPrice: undefined,
      indicativeMatchPrice: undefined,
      upperCollar: undefined,
      lowerCollar: undefined,
      pairedQuantity: 72_144,
      totalImbalance: 0,
      marketImbalance: undefined,
      unpairedQuantity: undefined,
      auctionType: 'O',
      side: 'N',
      auctionStatus: 0,
      freezeStatus: 0,
      extensions: 0,
      unpairedSide: 'N',
      significantImbalance: '~',
    });
    const heartbeat = encodeRecord({
      ...HEAD,
      type: 'system',
      version: 2,
      text: 'Heartbeat',
      code: 0,
    });
    const failure = encodeRecord({ ...HEAD, type: 'error', version: 1, text: 'no such symbol' });
    const path = await mixed(
      statusRecord(DAY_START, 'halt', { reason: 50, isTrading: 'N' }),
      statusRecord(DAY_START + 1n, 'trading', { reason: 999 }),
      statistic(1_000_000_000n, undefined, 3),
      statistic(3n, undefined, 3),
      statistic(undefined, 2n ** 40n, 9),
      imbalance,
      imbalance,
      heartbeat,
      heartbeat,
      failure,
    );
    const { status, statistics, imbalance: imbalances, messages } = await dataInfo(path);
    const tsEvent = '2025-10-15T00:00:00.000000000Z';
    expect({ status, statistics, imbalances, messages }).toEqual({
      status: {
        byAction: { halt: 1, trading: 1 },
        changes: [
          {
            tsEvent,
            instrumentId: '7',
            action: 'halt',
            reason: 'limit-up-limit-down-pause',
            isTrading: 'N',
            isQuoting: '~',
            isShortSellRestricted: '~',
          },
          {
            tsEvent: tsEvent.replace('0Z', '1Z'),
            instrumentId: '7',
            action: 'trading',
            reason: 'reason-999',
            isTrading: '~',
            isQuoting: '~',
            isShortSellRestricted: '~',
          },
        ],
        notShown: 0,
      },
      statistics: {
        byType: { 'settlement-price': 2, 'open-interest': 1 },
        last: [
          {
            statistic: 'settlement-price',
            instrumentId: '7',
            price: '0.000000003',
            tsEvent,
            takenBack: true,
          },
          { statistic: 'open-interest', instrumentId: '7', quantity: '1099511627776', tsEvent },
        ],
        notShown: 0,
      },
      imbalances: {
        count: 2,
        byAuctionType: { O: 2 },
        bySide: { N: 2 },
        last: {
          tsEvent,
          instrumentId: '7',
          referencePrice: '522.19',
          pairedQuantity: 72_144,
          totalImbalance: 0,
          side: 'N',
        },
      },
      messages: { Heartbeat: 2, 'error: no such symbol': 1 },
    });
  });
});

describe('the first records', () => {
  async function firstOf(path: string, most: number) {
    const records: object[] = [];
    for await (const record of firstRecords(path, most)) records.push(record);
    return records;
  }

  test('are typed and as many as were asked for, unknown ones left out', async () => {
    const path = await mixed(mboRecord(1), blankRecord(0x99, 6), tradeRecord(2), mboRecord(3));
    expect(await firstOf(path, 2)).toMatchObject([
      { type: 'mbo', price: '100.01', sequence: 1, tsEvent: '2025-10-15T00:00:00.000000001Z' },
      { type: 'trades', price: '100.02', size: 300 },
    ]);
    expect(await firstOf(path, 99)).toHaveLength(3);
  });

  test('of a fragment need no metadata, and of what is no DBN file there are none', async () => {
    const fragment = await folder.file('a.dbn.frag', mboRecord(3));
    expect(await firstOf(fragment, 5)).toMatchObject([{ type: 'mbo', sequence: 3 }]);
    const name = 'ABC_2012-06-21_34200000_57600000_message_1.csv';
    await expect(firstOf(await folder.file(name, ''), 5)).rejects.toThrow('is no DBN file');
  });
});

describe.skipIf(testData('mbo') === undefined)('real files (needs shared/data)', () => {
  test('describes the ESH4 day as its README counts it', async () => {
    const info = await dataInfo(testData('mbo', 'esh4-glbx-mdp3-20231225.mbo.dbn.zst') ?? '');
    expect(info).toMatchObject({
      version: 1,
      schema: 'mbo',
      dataset: 'GLBX.MDP3',
      symbols: ['ESH4'],
      records: 68_792,
      byType: { mbo: 68_792 },
      byAction: { T: 2973, F: 6371 },
      compression: 'zstd',
      compressedBytes: 997_238,
      frames: 2,
    });
  });

  test("describes every file of Databento's own tests", async () => {
    const root = testData('dbn') ?? '';
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.dbn(\.frag)?(\.zst)?$/.test(name),
    );
    const unnamed: string[] = [];
    let records = 0;
    for (const name of files) {
      const info = await dataInfo(join(root, name));
      records += info.records;
      if (Object.keys(info.byType).some((type) => type.startsWith('unknown'))) unnamed.push(name);
    }
    expect([unnamed, records > files.length]).toEqual([[], true]);
  });
});
