import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyDbn, verifyLobster } from '../../src/app/data-verify.ts';
import { openZip } from '../../src/platform/zip.ts';
import { DAY_START, metadataBytes, temporaryFolder } from '../support/dbn.builder.ts';
import { testData } from '../support/test-data.ts';
import { zipBytes } from '../support/zip.builder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.dispose());

interface Order {
  readonly side: 'B' | 'A';
  readonly cents: number;
  size: number;
}

interface Level {
  readonly cents: number;
  size: number;
  orders: number;
}

/** A day of 3,000 events and the best ten levels after each, kept the slow and obvious way. */
function makeDay() {
  const orders = new Map<number, Order>();
  const records: Buffer[] = [];
  const states: { sequence: number; bids: Level[]; asks: Level[] }[] = [];
  let state = 5;
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return Math.floor(((state >>> 8) / 2 ** 24) * below);
  };
  for (let sequence = 1; sequence <= 3000; sequence++) {
    const known = [...orders.keys()];
    const cancels = known.length > 60 || (known.length > 5 && random(2) === 0);
    const id = cancels ? (known[random(known.length)] ?? 0) : sequence;
    const side = random(2) === 0 ? 'B' : 'A';
    const order = orders.get(id) ?? {
      side,
      cents: 10_000 + (side === 'B' ? -1 : 1) * (1 + random(40)),
      size: 100 + random(5),
    };
    const size = cancels ? 1 + random(order.size) : order.size;
    if (cancels) order.size -= size;
    if (order.size === 0) orders.delete(id);
    else orders.set(id, order);
    const record = Buffer.alloc(56);
    record.writeUInt32LE(0x0002a00e, 0);
    record.writeUInt32LE(7, 4);
    record.writeBigUInt64LE(DAY_START + BigInt(sequence) * 1_000_000n, 8);
    record.writeBigUInt64LE(BigInt(id), 16);
    record.writeBigInt64LE(BigInt(order.cents) * 10_000_000n, 24);
    record.writeUInt32LE(size, 32);
    record[36] = 128;
    record.write(`${cancels ? 'C' : 'A'}${order.side}`, 38, 'latin1');
    record.writeUInt32LE(sequence, 52);
    records.push(record);
    states.push({ sequence, bids: bestOf(orders, 'B'), asks: bestOf(orders, 'A') });
  }
  return { mbo: Buffer.concat([metadataBytes({}), ...records]), states };
}

function bestOf(orders: ReadonlyMap<number, Order>, side: 'B' | 'A'): Level[] {
  const levels = new Map<number, Level>();
  for (const order of orders.values()) {
    if (order.side !== side) continue;
    const level = levels.get(order.cents) ?? { cents: order.cents, size: 0, orders: 0 };
    level.size += order.size;
    level.orders++;
    levels.set(order.cents, level);
  }
  return [...levels.values()]
    .sort((a, b) => (side === 'B' ? b.cents - a.cents : a.cents - b.cents))
    .slice(0, 10);
}

const UNDEFINED_PRICE = 0x7fff_ffff_ffff_ffffn;

function mbp10(states: ReturnType<typeof makeDay>['states']): Buffer {
  const records = states.map(({ sequence, bids, asks }) => {
    const record = Buffer.alloc(368);
    record.writeUInt32LE(0x00020a5c, 0);
    record.writeUInt32LE(7, 4);
    record.writeUInt32LE(sequence, 44);
    for (let level = 0; level < 10; level++) {
      const at = 48 + level * 32;
      [bids[level], asks[level]].forEach((each, side) => {
        record.writeBigInt64LE(
          each === undefined ? UNDEFINED_PRICE : BigInt(each.cents) * 10_000_000n,
          at + side * 8,
        );
        record.writeUInt32LE(each?.size ?? 0, at + 16 + side * 4);
        record.writeUInt32LE(each?.orders ?? 0, at + 24 + side * 4);
      });
    }
    return record;
  });
  return Buffer.concat([metadataBytes({ schema: 2 }), ...records]);
}

function csv(
  states: ReturnType<typeof makeDay>['states'],
  priceOf: (cents: number) => string,
): string {
  const names = ['ts_event', 'sequence'];
  for (let level = 0; level < 10; level++) {
    const suffix = String(level).padStart(2, '0');
    for (const side of ['bid', 'ask'])
      names.push(`${side}_px_${suffix}`, `${side}_sz_${suffix}`, `${side}_ct_${suffix}`);
  }
  const rows = states.map(({ sequence, bids, asks }) => {
    const fields: (string | number)[] = ['x', sequence];
    for (let level = 0; level < 10; level++) {
      for (const each of [bids[level], asks[level]]) {
        fields.push(
          each === undefined ? '' : priceOf(each.cents),
          each?.size ?? 0,
          each?.orders ?? 0,
        );
      }
    }
    return fields.join(',');
  });
  return [names.join(','), ...rows].join('\n');
}

describe('market by order against market by price', () => {
  const { mbo, states } = makeDay();
  const truths: Record<string, Buffer | string> = {
    'truth.dbn': mbp10(states),
    'decimals.csv': csv(states, (cents) => (cents / 100).toFixed(2)),
    'nanos.csv': csv(states, (cents) => `${cents}0000000`),
  };

  test.for(Object.keys(truths))('finds no difference to %s of the same events', async (name) => {
    const file = await folder.file('day.dbn', mbo);
    const truth = await folder.file(name, truths[name] ?? '');
    expect(await verifyDbn([file], truth)).toEqual({ rows: 3000, mismatches: 0, first: null });
  });

  test('compares the last of rows with one sequence', async () => {
    const doubled = states.flatMap((each) => [{ ...each, bids: [] }, each]);
    const file = await folder.file('day.dbn', mbo);
    const truth = await folder.file('doubled.dbn', mbp10(doubled));
    expect(await verifyDbn([file], truth)).toEqual({ rows: 3000, mismatches: 0, first: null });
  });

  test('says where the first difference is', async () => {
    const changed = structuredClone(states);
    const level = changed[1999]?.asks[3];
    if (level === undefined) throw new Error('the made day is too thin');
    const { cents, size, orders } = level;
    level.orders++;
    const file = await folder.file('day.dbn', mbo);
    const truth = await folder.file('changed.dbn', mbp10(changed));
    expect(await verifyDbn([file], truth)).toEqual({
      rows: 3000,
      mismatches: 1,
      first: {
        row: 2000,
        sequence: 2000,
        ts: '2025-10-15T00:00:02.000000000Z',
        side: 'ask',
        level: 4,
        expected: [(cents / 100).toFixed(2), size, orders + 1],
        found: [(cents / 100).toFixed(2), size, orders],
      },
    });
  });

  test('sees an event that is missing', async () => {
    const at = metadataBytes({}).length + 500 * 56;
    const file = await folder.file(
      'short.dbn',
      Buffer.concat([mbo.subarray(0, at), mbo.subarray(at + 56)]),
    );
    const truth = await folder.file('truth.dbn', mbp10(states));
    const { mismatches, first } = await verifyDbn([file], truth);
    expect([mismatches > 0, first?.row]).toEqual([true, 501]);
  });

  test.for([
    { name: 'other.dbn', content: metadataBytes({ schema: 2 }), says: 'holds no mbp-10 records' },
    {
      name: 'bars.csv',
      content: 'time,open,high,low,close\n1,2,3,4,5',
      says: 'has no columns sequence, bid_px_00',
    },
    {
      name: 'empty.csv',
      content: 'sequence,bid_px_00,bid_sz_00,ask_px_00,ask_sz_00\n',
      says: 'holds no rows to compare with',
    },
    {
      name: 'words.csv',
      content: 'sequence,bid_px_00,bid_sz_00,ask_px_00,ask_sz_00\n1,2.5,x,2.6,1\n',
      says: 'row 1, column 3: "x" is no number',
    },
  ])('refuses $name as the truth', async ({ name, content, says }) => {
    const file = await folder.file('day.dbn', mbo);
    const truth = await folder.file(name, content);
    await expect(verifyDbn([file], truth)).rejects.toThrow(says);
  });
});

const samples = {
  goog: 'LOBSTER_SampleFile_GOOG_2012-06-21_5.zip',
  aapl: 'LOBSTER_SampleFile_AAPL_2012-06-21_1.zip',
};

describe.skipIf(testData('lobster') === undefined)(
  'a LOBSTER day against its orderbook file (needs shared/data)',
  () => {
    test.for([
      { file: samples.goog, rows: 112_673 },
      { file: samples.aapl, rows: 118_497 },
    ])('finds every row of $file', async ({ file, rows }) => {
      expect(await verifyLobster(testData('lobster', file) ?? '')).toEqual({
        rows,
        mismatches: 0,
        first: null,
      });
    });

    async function contents(): Promise<{ names: string[]; texts: string[] }> {
      const zip = await openZip(testData('lobster', samples.goog) ?? '');
      const names = ['message', 'orderbook'].map(
        (kind) => zip.entries.find(({ name }) => name.includes(kind))?.name ?? '',
      );
      const texts: string[] = [];
      for (const name of names) {
        const parts: Buffer[] = [];
        for await (const part of await zip.read(name)) parts.push(part as Buffer);
        texts.push(Buffer.concat(parts).toString('latin1'));
      }
      await zip.close();
      return { names, texts };
    }

    test('sees one changed message and one changed row', async () => {
      const { names, texts } = await contents();
      const lines = texts.map((text) => text.split('\n'));
      const changedMessage = lines[0]?.map((line, at) =>
        at === 9 ? line.replace(/^([^,]*,[^,]*,[^,]*),(\d+)/, '$1,1$2') : line,
      );
      const changedRow = lines[1]?.map((line, at) =>
        at === 49_999 ? line.replace(/^(\d+),(\d+)/, '$1,9$2') : line,
      );
      const verifyZip = async (message: string[] = [], rows: string[] = []) =>
        verifyLobster(
          await folder.file(
            'changed.zip',
            zipBytes({ [names[0] ?? '']: message.join('\n'), [names[1] ?? '']: rows.join('\n') }),
          ),
        );
      const byMessage = await verifyZip(changedMessage, lines[1]);
      const byRow = await verifyZip(lines[0], changedRow);
      expect([byMessage.mismatches > 0, byMessage.first?.row]).toEqual([true, 10]);
      expect([byRow.mismatches, byRow.first?.row, byRow.first?.side, byRow.first?.level]).toEqual([
        1,
        50_000,
        'ask',
        1,
      ]);
    });
  },
);

test.skipIf(testData('dbn') === undefined)(
  'reads a real mbp-10 file as the truth (needs shared/data)',
  async () => {
    const mbo = testData('dbn', 'databento-cpp', 'test_data.mbo.v3.dbn') ?? '';
    const truth = testData('dbn', 'databento-cpp', 'test_data.mbp-10.v3.dbn.zst') ?? '';
    // the two files hold two events each, not the whole day: every row differs
    expect(readFileSync(truth).length).toBeGreaterThan(0);
    const { rows, mismatches } = await verifyDbn([mbo], truth);
    expect([rows, mismatches]).toEqual([2, 2]);
  },
);
