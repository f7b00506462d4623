/** The metadata at the head of a DBN file, versions 1 to 3: databento/dbn 0.54.0, rust/dbn/src/decode/dbn/fsm.rs, 2026-11. */
import { FeedError } from '../../feeds/port.ts';
import {
  FIXED_METADATA_END,
  MIXED_SCHEMA,
  PRELUDE_BYTES,
  SCHEMA_NAMES,
  SYMBOL_BYTES_V1,
  UNDEFINED_TS,
} from './dbn-format.ts';

export type DbnVersion = 1 | 2 | 3;

/** What a symbol stands for over some days. Dates are numbers YYYYMMDD, the end exclusive. */
export interface MappingInterval {
  readonly startDate: number;
  readonly endDate: number;
  readonly symbol: string;
}

export interface SymbolMapping {
  readonly rawSymbol: string;
  readonly intervals: readonly MappingInterval[];
}

export interface DbnMetadata {
  readonly version: DbnVersion;
  readonly dataset: string;
  /** `undefined` where the file mixes schemas. */
  readonly schema: string | undefined;
  /** Epoch nanoseconds; `undefined` where the file doesn't say. `endNs` is exclusive. */
  readonly startNs: bigint | undefined;
  readonly endNs: bigint | undefined;
  /** Records asked for at most; 0 is no limit. */
  readonly limit: bigint;
  /** Version 1 has room for it; `undefined` where it is not told. */
  readonly recordCount?: bigint | undefined;
  /** Ids of symbol types; 255 is none. */
  readonly stypeIn: number;
  readonly stypeOut: number;
  /** Every record carries 8 more bytes at its end: when it was sent. */
  readonly hasTsOut: boolean;
  readonly symbols: readonly string[];
  readonly partial: readonly string[];
  readonly notFound: readonly string[];
  readonly mappings: readonly SymbolMapping[];
}

const MAX_SYMBOL_BYTES = 4096;
const TELL = 'download or copy the file again';

/**
 * Reads the first 8 bytes of a file.
 *
 * @returns The version and the metadata's length after these 8 bytes.
 * @throws {FeedError} If they are not DBN's, or tell a version that is not known.
 */
export function decodePrelude(
  file: string,
  bytes: Uint8Array,
): { version: DbnVersion; length: number } {
  if (bytes.length === 0) throw new FeedError(file, 0, `the file is empty; ${TELL}`);
  const magic = String.fromCharCode(...bytes.subarray(0, 3));
  if (magic !== 'DBN'.slice(0, bytes.length)) {
    const found = [...bytes.subarray(0, 4)]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(' ');
    throw new FeedError(
      file,
      0,
      `begins with ${found} and not with "DBN"; give a .dbn or .dbn.zst file of Databento`,
    );
  }
  if (bytes.length < PRELUDE_BYTES) {
    throw new FeedError(
      file,
      bytes.length,
      `ends inside the first ${PRELUDE_BYTES} bytes; ${TELL}`,
    );
  }
  const version = bytes[3] ?? 0;
  if (version !== 1 && version !== 2 && version !== 3) {
    throw new FeedError(
      file,
      3,
      `DBN version ${version} is not known (1 to 3 are); ask Databento for version 3`,
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
  if (length < FIXED_METADATA_END - PRELUDE_BYTES) {
    throw new FeedError(
      file,
      4,
      `metadata of ${length} bytes is shorter than its fixed part; ${TELL}`,
    );
  }
  return { version, length };
}

/**
 * Reads the metadata's body.
 *
 * @param bytes The body alone, whole: it begins at byte 8 of the file.
 * @throws {FeedError} If a list runs out of the body, or the body holds what no version has.
 */
export function decodeMetadata(file: string, version: DbnVersion, bytes: Uint8Array): DbnMetadata {
  const reader = new BodyReader(file, bytes);
  const dataset = reader.text(8, 16);
  const schemaId = reader.view.getUint16(reader.at(24), true);
  const schema = SCHEMA_NAMES[schemaId];
  if (schema === undefined && schemaId !== MIXED_SCHEMA) {
    throw new FeedError(file, 24, `schema ${schemaId} is not known; ask Databento for mbo`);
  }
  // version 1 has a record count before the symbol types, later ones the length of a symbol after them
  const stypes = version === 1 ? 58 : 50;
  const symbolBytes = version === 1 ? SYMBOL_BYTES_V1 : reader.view.getUint16(reader.at(53), true);
  if (symbolBytes === 0 || symbolBytes > MAX_SYMBOL_BYTES) {
    throw new FeedError(
      file,
      53,
      `a symbol length of ${symbolBytes} bytes makes no sense; ${TELL}`,
    );
  }
  const definitionLength = reader.view.getUint32(reader.at(108), true);
  if (definitionLength !== 0) {
    throw new FeedError(
      file,
      108,
      `has a schema definition of ${definitionLength} bytes, which no DBN version uses; ${TELL}`,
    );
  }
  const list = () => reader.list(symbolBytes, () => reader.symbol(symbolBytes));
  const symbols = list();
  const partial = list();
  const notFound = list();
  const mappings = reader.list(symbolBytes + 4, () => ({
    rawSymbol: reader.symbol(symbolBytes),
    intervals: reader.list(symbolBytes + 8, () => ({
      startDate: reader.count(),
      endDate: reader.count(),
      symbol: reader.symbol(symbolBytes),
    })),
  }));
  return {
    version,
    dataset,
    schema,
    startNs: reader.moment(26),
    endNs: reader.moment(34),
    limit: reader.view.getBigUint64(reader.at(42), true),
    recordCount: version === 1 ? reader.countOrNone(50) : undefined,
    stypeIn: reader.view.getUint8(reader.at(stypes)),
    stypeOut: reader.view.getUint8(reader.at(stypes + 1)),
    hasTsOut: reader.view.getUint8(reader.at(stypes + 2)) !== 0,
    symbols,
    partial,
    notFound,
    mappings,
  };
}

/** Offsets are those of the file. */
class BodyReader {
  readonly view: DataView;
  readonly #file: string;
  readonly #bytes: Uint8Array;
  #next = FIXED_METADATA_END;

  constructor(file: string, bytes: Uint8Array) {
    this.#file = file;
    this.#bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  at(offset: number): number {
    return offset - PRELUDE_BYTES;
  }

  text(offset: number, length: number): string {
    const field = this.#bytes.subarray(this.at(offset), this.at(offset) + length);
    const end = field.indexOf(0);
    return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
  }

  moment(offset: number): bigint | undefined {
    const value = this.view.getBigUint64(this.at(offset), true);
    // a live capture that began now says 0
    return value === UNDEFINED_TS || value === 0n ? undefined : value;
  }

  countOrNone(offset: number): bigint | undefined {
    const value = this.view.getBigUint64(this.at(offset), true);
    return value === UNDEFINED_TS ? undefined : value;
  }

  count(): number {
    this.#need(4);
    const value = this.view.getUint32(this.at(this.#next), true);
    this.#next += 4;
    return value;
  }

  symbol(length: number): string {
    this.#need(length);
    const value = this.text(this.#next, length);
    this.#next += length;
    return value;
  }

  /** A count and as many items. */
  list<Item>(leastItemBytes: number, item: () => Item): Item[] {
    const count = this.count();
    // asked before anything is read, so that a wild count costs nothing
    this.#need(count * leastItemBytes);
    return Array.from({ length: count }, item);
  }

  #need(bytes: number): void {
    const left = this.#bytes.length - this.at(this.#next);
    if (bytes > left) {
      throw new FeedError(
        this.#file,
        this.#next,
        `a list of the metadata needs ${bytes} bytes and ${left} are left; ${TELL}`,
      );
    }
  }
}
