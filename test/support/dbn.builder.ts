import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface MetadataParts {
  readonly version?: number;
  readonly dataset?: string;
  readonly schema?: number;
  readonly start?: bigint;
  readonly end?: bigint;
  readonly stypeIn?: number;
  readonly tsOut?: boolean;
  /** Symbol to its ids by day. */
  readonly mappings?: Readonly<
    Record<string, readonly (readonly [from: number, to: number, id: string])[]>
  >;
}

export const DAY_START = 1_760_486_400_000_000_000n;
const UNDEFINED = 0xffff_ffff_ffff_ffffn;

/** The bytes of a DBN file's head, field by field from the published layout. */
export function metadataBytes(parts: MetadataParts): Buffer {
  const {
    version = 3,
    dataset = 'XNAS.ITCH',
    schema = 0,
    start = DAY_START,
    end = UNDEFINED,
  } = parts;
  const length = version === 1 ? 22 : 71;
  const fixed = Buffer.alloc(112);
  fixed.write('DBN', 0, 'latin1');
  fixed[3] = version;
  fixed.write(dataset, 8, 'latin1');
  fixed.writeUInt16LE(schema, 24);
  fixed.writeBigUInt64LE(start, 26);
  fixed.writeBigUInt64LE(end, 34);
  const stypes = version === 1 ? 58 : 50;
  if (version === 1) fixed.writeBigUInt64LE(UNDEFINED, 50);
  else fixed.writeUInt16LE(length, 53);
  fixed[stypes] = parts.stypeIn ?? 1;
  fixed[stypes + 2] = parts.tsOut === true ? 1 : 0;
  const symbol = (text: string) => {
    const field = Buffer.alloc(length);
    field.write(text, 'latin1');
    return field;
  };
  const count = (value: number) => {
    const field = Buffer.alloc(4);
    field.writeUInt32LE(value);
    return field;
  };
  const mappings = Object.entries(parts.mappings ?? { TSLA: [[20_251_015, 20_251_016, '7']] });
  const body = Buffer.concat([
    fixed,
    count(mappings.length),
    ...mappings.map(([name]) => symbol(name)),
    count(0),
    count(0),
    count(mappings.length),
    ...mappings.flatMap(([name, intervals]) => [
      symbol(name),
      count(intervals.length),
      ...intervals.flatMap(([from, to, id]) => [count(from), count(to), symbol(id)]),
    ]),
  ]);
  const padded =
    version === 3 ? Buffer.concat([body, Buffer.alloc((8 - (body.length % 8)) % 8)]) : body;
  padded.writeUInt32LE(padded.length - 8, 4);
  return padded;
}

function head(words: number, type: number, instrument: number, ts: bigint): Buffer {
  const record = Buffer.alloc(words * 4);
  record[0] = words;
  record[1] = type;
  record.writeUInt16LE(2, 2);
  record.writeUInt32LE(instrument, 4);
  record.writeBigUInt64LE(ts, 8);
  return record;
}

/** An add of `size` at 100.01, its order id and sequence the same. */
export function mboRecord(
  sequence: number,
  instrument = 7,
  options: { tsOut?: boolean; ts?: bigint } = {},
): Buffer {
  const ts = options.ts ?? DAY_START + BigInt(sequence);
  const record = head(options.tsOut === true ? 16 : 14, 0xa0, instrument, ts);
  record.writeBigUInt64LE(BigInt(sequence), 16);
  record.writeBigInt64LE(100_010_000_000n, 24);
  record.writeUInt32LE(100, 32);
  record[36] = 128;
  record.write('AB', 38, 'latin1');
  record.writeBigUInt64LE(ts + 5n, 40);
  record.writeInt32LE(5, 48);
  record.writeUInt32LE(sequence, 52);
  return record;
}

export function tradeRecord(sequence: number, instrument = 7, side = 'B'): Buffer {
  const record = head(12, 0x00, instrument, DAY_START + BigInt(sequence));
  record.writeBigInt64LE(100_020_000_000n, 16);
  record.writeUInt32LE(300, 24);
  record.write(`T${side}`, 28, 'latin1');
  record[30] = 2;
  record.writeBigUInt64LE(DAY_START + BigInt(sequence) + 9n, 32);
  record.writeInt32LE(9, 40);
  record.writeUInt32LE(sequence, 44);
  return record;
}

/** A record of schema mbp-1: bid 100.00 and ask 100.01 of these sizes; one of a trade is of 50 at 100.00, bought. */
export function bestRecord(
  sequence: number,
  options: { readonly bid?: number; readonly ask?: number; readonly action?: 'A' | 'T' } = {},
): Buffer {
  const { bid = 300, ask = 200, action = 'A' } = options;
  const record = head(20, 0x01, 7, DAY_START + BigInt(sequence));
  record.writeBigInt64LE(100_000_000_000n, 16);
  record.writeUInt32LE(50, 24);
  record.write(`${action}B`, 28, 'latin1');
  record[30] = 130;
  record.writeBigUInt64LE(DAY_START + BigInt(sequence) + 9n, 32);
  record.writeUInt32LE(sequence, 44);
  record.writeBigInt64LE(100_000_000_000n, 48);
  record.writeBigInt64LE(100_010_000_000n, 56);
  record.writeUInt32LE(bid, 64);
  record.writeUInt32LE(ask, 68);
  record.writeUInt32LE(3, 72);
  record.writeUInt32LE(2, 76);
  return record;
}

/** A record of any type with nothing in it. */
export function blankRecord(type: number, words: number): Buffer {
  return head(words, type, 7, DAY_START);
}

export function mappingRecord(instrument: number, asked: string, resolved: string): Buffer {
  const record = head(44, 0x16, instrument, DAY_START);
  record.write(asked, 17, 'latin1');
  record.write(resolved, 89, 'latin1');
  return record;
}

/** A folder of this test's own, removed when `dispose` is called. */
export async function temporaryFolder(): Promise<{
  file(name: string, content: Buffer | string): Promise<string>;
  dispose(): Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'fsd-test-'));
  return {
    async file(name, content) {
      const path = join(folder, name);
      await writeFile(path, content);
      return path;
    },
    dispose: () => rm(folder, { recursive: true }),
  };
}
