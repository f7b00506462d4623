import {
  FIXED_METADATA_END,
  MIXED_SCHEMA,
  PRELUDE_BYTES,
  SCHEMA_NAMES,
  SYMBOL_BYTES,
  SYMBOL_BYTES_V1,
  UNDEFINED_TS,
} from './dbn-format.ts';
import type { DbnMetadata } from './dbn-metadata.ts';

/**
 * The head of a DBN file, from its first byte to the first record. Same metadata, same bytes.
 *
 * @throws {RangeError} If a text has no room, or the schema is none of DBN's.
 */
export function encodeMetadata(metadata: DbnMetadata): Uint8Array {
  const { version, symbols, partial, notFound, mappings } = metadata;
  const symbolBytes = version === 1 ? SYMBOL_BYTES_V1 : SYMBOL_BYTES;
  const lists = [symbols, partial, notFound];
  const used =
    FIXED_METADATA_END +
    lists.reduce((sum, list) => sum + 4 + list.length * symbolBytes, 0) +
    mappings.reduce(
      (sum, { intervals }) => sum + symbolBytes + 4 + intervals.length * (8 + symbolBytes),
      4,
    );
  // version 3 aligns its records
  const bytes = new Uint8Array(version === 3 ? Math.ceil(used / 8) * 8 : used);
  const writer = new Writer(bytes);
  writer.text('DBN', 0, 3);
  writer.view.setUint8(3, version);
  writer.view.setUint32(4, bytes.length - PRELUDE_BYTES, true);
  writeFixed(writer, metadata);
  writer.next = FIXED_METADATA_END;
  for (const list of lists) {
    writer.count(list.length);
    for (const symbol of list) writer.symbol(symbol, symbolBytes);
  }
  writer.count(mappings.length);
  for (const { rawSymbol, intervals } of mappings) {
    writer.symbol(rawSymbol, symbolBytes);
    writer.count(intervals.length);
    for (const { startDate, endDate, symbol } of intervals) {
      writer.count(startDate);
      writer.count(endDate);
      writer.symbol(symbol, symbolBytes);
    }
  }
  return bytes;
}

function writeFixed({ view, text }: Writer, metadata: DbnMetadata): void {
  const { version, schema, startNs = 0n, endNs = UNDEFINED_TS } = metadata;
  const schemaId =
    schema === undefined ? MIXED_SCHEMA : (SCHEMA_NAMES as readonly string[]).indexOf(schema);
  if (schemaId < 0) throw new RangeError(`schema ${schema} is none of DBN's`);
  text(metadata.dataset, 8, 16);
  view.setUint16(24, schemaId, true);
  view.setBigUint64(26, startNs, true);
  view.setBigUint64(34, endNs, true);
  view.setBigUint64(42, metadata.limit, true);
  const stypes = version === 1 ? 58 : 50;
  if (version === 1) view.setBigUint64(50, metadata.recordCount ?? UNDEFINED_TS, true);
  else view.setUint16(53, SYMBOL_BYTES, true);
  view.setUint8(stypes, metadata.stypeIn);
  view.setUint8(stypes + 1, metadata.stypeOut);
  view.setUint8(stypes + 2, metadata.hasTsOut ? 1 : 0);
}

/** Writes from `next` on, or where it is told. */
class Writer {
  next = 0;
  readonly view: DataView;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }

  readonly text = (value: string, offset: number, room: number): void => {
    const encoded = new TextEncoder().encode(value);
    if (encoded.length > room) throw new RangeError(`"${value}" is longer than ${room} bytes`);
    this.#bytes.set(encoded, offset);
  };

  count(value: number): void {
    this.view.setUint32(this.next, value, true);
    this.next += 4;
  }

  /** A symbol ends with a zero byte. */
  symbol(value: string, bytes: number): void {
    this.text(value, this.next, bytes - 1);
    this.next += bytes;
  }
}
