import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  type DbnRecord,
  decodeRecord,
  encodeRecord,
  RECORD_LAYOUTS,
  showRecord,
} from '../../../../src/adapters/databento/records/dbn-record.ts';
import { readRecords } from '../../../../src/adapters/databento/records/read-records.ts';
import { FeedError } from '../../../../src/feeds/port.ts';
import { testData } from '../../../support/test-data.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/databento-dbn/', import.meta.url));
const LAYOUT_FILE = testData('expected', 'dbn_layout.txt');

/** What "nothing" is in the file, by type. */
const NONE: Readonly<Record<string, string>> = {
  u8: '255',
  i8: '127',
  u16: '65535',
  i16: '32767',
  u32: '4294967295',
  i32: '2147483647',
  i64: '9223372036854775807',
  price: '9223372036854775807',
  moment: '18446744073709551615',
};

/** A record as databento-dbn tells it: Databento's names, integers as text, levels one by one. */
function asVendor(record: DbnRecord): Record<string, string> {
  const layout = RECORD_LAYOUTS.find(
    ({ typeNames, version }) =>
      version === record.version && [...typeNames.values()].includes(record.type),
  );
  type Told = number | bigint | string | undefined;
  const { padding: _padding, ...fields } = record;
  const values: Record<string, Told | readonly Readonly<Record<string, Told>>[]> = fields;
  const told: Record<string, string> = {};
  for (const { name, vendorName, type } of layout?.fields ?? []) {
    const value = values[name];
    if (typeof value === 'object') {
      value.forEach((level, index) => {
        for (const [part, each] of Object.entries(level)) {
          const [, side = '', what = ''] = /^(bid|ask)(\w+)$/.exec(part) ?? [];
          const short = { Price: 'px', Size: 'sz', Count: 'ct', Publisher: 'pb' }[what] ?? what;
          const key = `${side}_${short}_${String(index).padStart(2, '0')}`;
          told[key] = each === undefined ? (NONE['price'] ?? '') : String(each);
        }
      });
    } else {
      told[vendorName] = value === undefined ? (NONE[type.name] ?? '') : String(value);
    }
  }
  return told;
}

describe.for([1, 2, 3] as const)('every kind of version %i', (version) => {
  test('has the values that databento-dbn reads', async () => {
    const file = `all-kinds.v${version}.dbn`;
    const rows = readFileSync(`${FIXTURES}values.jsonl`, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>)
      .filter((row) => row['file'] === file);
    const ours: Record<string, string>[] = [];
    for await (const record of readRecords(`${FIXTURES}${file}`)) ours.push(asVendor(record));
    expect(rows.length).toBe(66);
    expect(ours).toEqual(
      rows.map(({ file: _file, class: _class, rtype: _rtype, ...values }) => values),
    );
  });
});

describe.skipIf(LAYOUT_FILE === undefined)('the tables (need shared/data)', () => {
  test('have every field of the published layouts, where it stands and as long as it is', () => {
    const published = parseLayouts(readFileSync(LAYOUT_FILE ?? '', 'utf8'));
    const ours = RECORD_LAYOUTS.map(
      ({ bytes, fields }) =>
        `${bytes}: ${fields
          .map(({ vendorName, offset, type }) =>
            [offset, offset < 16 ? 'hd' : vendorName, type.bytes].join(' '),
          )
          .sort()
          .join(', ')}`,
    );
    // the header is one field there
    const missing = ours.filter((layout) => !published.has(layout));
    expect([missing, published.size]).toEqual([[], RECORD_LAYOUTS.length]);
  });
});

function parseLayouts(text: string): Set<string> {
  const bytesOf: Readonly<Record<string, number>> = {
    u16: 2,
    i16: 2,
    u32: 4,
    i32: 4,
    u64: 8,
    i64: 8,
    BidAskPair: 32,
    ConsolidatedBidAskPair: 32,
  };
  const lengthOf: Readonly<Record<string, number>> = {
    SYM: 71,
    SYM_V1: 22,
    SYM_V2: 71,
    AST: 11,
    AST_V1: 7,
    AST_V2: 7,
  };
  const layouts = new Set<string>();
  for (const line of text.split('\n')) {
    const match = /^\w+(?:Msg\w*) \((\d+) bytes, length byte \d+\): (.*)$/.exec(line);
    if (match === null) continue;
    const fields = ['2 hd 2', '4 hd 4', '8 hd 8'];
    for (const part of (match[2] ?? '').split(', ')) {
      const [, offset = '', name = '', type = ''] = /^(\d+) (\w+):(.*)$/.exec(part) ?? [];
      if (name === 'hd' || name.startsWith('_')) continue;
      const [, each = type, count = '1'] = /^\[(\w+); (\w+)\]$/.exec(type) ?? [];
      fields.push(`${offset} ${name} ${(bytesOf[each] ?? 1) * (lengthOf[count] ?? Number(count))}`);
    }
    layouts.add(`${match[1]}: ${fields.sort().join(', ')}`);
  }
  return layouts;
}

const STATUS: DbnRecord = {
  type: 'status',
  version: 1,
  publisherId: 1,
  instrumentId: 7,
  tsEvent: 1_760_486_400_000_000_001n,
  tsRecv: undefined,
  action: 8,
  reason: 50,
  tradingEvent: 0,
  isTrading: 'N',
  isQuoting: '~',
  isShortSellRestricted: undefined,
};

function decode(bytes: Uint8Array, hasTsOut: boolean | undefined): DbnRecord | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return decodeRecord(view, 0, { file: 'day.dbn', byteOffset: 4711, hasTsOut });
}

describe('a record', () => {
  test('is shown with decimals, ISO times and null for nothing', () => {
    const bar: DbnRecord = {
      type: 'ohlcv-1m',
      version: 1,
      publisherId: 1,
      instrumentId: 7,
      tsEvent: 1_760_486_400_000_000_001n,
      open: 4_810_250_000_000n,
      high: -1n,
      low: undefined,
      close: 999_999_999_000_000_000n,
      volume: 18_000_000_000_000_000_000n,
      tsOut: 0n,
    };
    expect(showRecord(bar)).toEqual({
      type: 'ohlcv-1m',
      version: 1,
      publisherId: 1,
      instrumentId: 7,
      tsEvent: '2025-10-15T00:00:00.000000001Z',
      open: '4810.25',
      high: '-0.000000001',
      low: null,
      close: '999999999',
      volume: '18000000000000000000',
      tsOut: '1970-01-01T00:00:00.000000000Z',
    });
  });

  test('keeps the time of sending, which its length tells where nothing else does', () => {
    const sent: DbnRecord = { ...STATUS, tsOut: 5n };
    const bytes = encodeRecord(sent);
    expect([bytes.length, decode(bytes, true), decode(bytes, undefined)]).toEqual([48, sent, sent]);
  });

  test('keeps the bytes that no field tells of', () => {
    const bytes = encodeRecord(STATUS);
    bytes[39] = 0xab;
    const decoded = decode(bytes, false);
    expect(decoded).toEqual({ ...STATUS, padding: [[39, 0xab]] });
    expect(encodeRecord(decoded ?? STATUS)).toEqual(bytes);
  });

  test('of an unknown type is none', () => {
    const bytes = encodeRecord(STATUS);
    bytes[1] = 0x7f;
    expect(decode(bytes, false)).toBeUndefined();
  });

  test.for([
    { words: 9, hasTsOut: false, expected: '36 bytes and not 40' },
    { words: 12, hasTsOut: false, expected: '48 bytes and not 40' },
    { words: 10, hasTsOut: true, expected: '40 bytes and not 48' },
  ])(
    'of $words words is refused with its place, when ts_out is $hasTsOut',
    ({ words, hasTsOut, expected }) => {
      const bytes = new Uint8Array(64);
      bytes.set([words, 0x12]);
      expect(() => decode(bytes, hasTsOut)).toThrow(FeedError);
      expect(() => decode(bytes, hasTsOut)).toThrow(
        `day.dbn: byte 4711: a record of type status has ${expected}`,
      );
    },
  );

  test.for<[string, Partial<Record<string, unknown>>]>([
    ['65536 does not fit into u16', { action: 65_536 }],
    [
      '255 stands for nothing',
      {
        type: 'mbo',
        channelId: 255,
        orderId: 1n,
        price: 1n,
        size: 1,
        flags: 0,
        side: 'B',
        tsInDelta: 0,
        sequence: 1,
        action: 'A',
      },
    ],
    ['"YY" is not one letter', { isTrading: 'YY' }],
    ['-1 does not fit into u64', { tsRecv: -1n }],
    ['no record status of version 3', { version: 3 }],
  ])('that has no room for its value says so: %s', ([problem, change]) => {
    expect(() => encodeRecord({ ...STATUS, ...change } as DbnRecord)).toThrow(problem);
  });

  test('that is too long a text says so', () => {
    const message = {
      type: 'error',
      version: 1,
      publisherId: 0,
      instrumentId: 0,
      tsEvent: 1n,
    } as const;
    expect(() => encodeRecord({ ...message, text: 'x'.repeat(65) })).toThrow('into 64 bytes');
    expect(() => encodeRecord({ ...message, text: 'a\0b' })).toThrow('into 64 bytes');
  });
});
