/**
 * DBN's numbers: schemas, symbol types, record types and sizes.
 * Read from databento/dbn 0.54.0 (rust/dbn/src/enums.rs, record.rs, compat.rs), 2026-11.
 */

/** Schema names by their ids in the metadata. */
export const SCHEMA_NAMES = [
  'mbo',
  'mbp-1',
  'mbp-10',
  'tbbo',
  'trades',
  'ohlcv-1s',
  'ohlcv-1m',
  'ohlcv-1h',
  'ohlcv-1d',
  'definition',
  'statistics',
  'status',
  'imbalance',
  'ohlcv-eod',
  'cmbp-1',
  'cbbo-1s',
  'cbbo-1m',
  'tcbbo',
  'bbo-1s',
  'bbo-1m',
] as const;

/** Schema id of a file that mixes schemas, as live captures do. */
export const MIXED_SCHEMA = 65_535;
/** A time that is not told. */
export const UNDEFINED_TS = 0xffff_ffff_ffff_ffffn;

export const STYPE_INSTRUMENT_ID = 0;
export const STYPE_RAW_SYMBOL = 1;

/** Bytes before the metadata's body: "DBN", version, length. */
export const PRELUDE_BYTES = 8;
/** Where the metadata's symbol lists begin, in every version. */
export const FIXED_METADATA_END = 112;
/** Length of a symbol in version 1, which doesn't say it, and in versions 2 and 3. */
export const SYMBOL_BYTES_V1 = 22;
export const SYMBOL_BYTES = 71;

export const RTYPE_TRADES = 0x00;
export const RTYPE_MBP_1 = 0x01;
export const RTYPE_MBP_10 = 0x0a;
export const RTYPE_STATUS = 0x12;
export const RTYPE_SYMBOL_MAPPING = 0x16;
export const RTYPE_MBO = 0xa0;

const RTYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [0x00, 'trades'],
  [0x01, 'mbp-1'],
  [0x0a, 'mbp-10'],
  [0x11, 'ohlcv-deprecated'],
  [0x12, 'status'],
  [0x13, 'definition'],
  [0x14, 'imbalance'],
  [0x15, 'error'],
  [0x16, 'symbol-mapping'],
  [0x17, 'system'],
  [0x18, 'statistics'],
  [0x20, 'ohlcv-1s'],
  [0x21, 'ohlcv-1m'],
  [0x22, 'ohlcv-1h'],
  [0x23, 'ohlcv-1d'],
  [0x24, 'ohlcv-eod'],
  [0xa0, 'mbo'],
  [0xb1, 'cmbp-1'],
  [0xc0, 'cbbo-1s'],
  [0xc1, 'cbbo-1m'],
  [0xc2, 'tcbbo'],
  [0xc3, 'bbo-1s'],
  [0xc4, 'bbo-1m'],
]);

/** A record type's name, `unknown-0xNN` for one that is not known. */
export function recordTypeName(rtype: number): string {
  return RTYPE_NAMES.get(rtype) ?? `unknown-0x${rtype.toString(16).padStart(2, '0')}`;
}
