import { FeedError } from '../../../feeds/port.ts';
import { recordTypeName } from '../dbn-format.ts';
import { DEFINITION_LAYOUTS, type DefinitionRecord } from './definition-layouts.ts';
import { GATEWAY_LAYOUTS, type GatewayRecord } from './gateway-layouts.ts';
import { MARKET_LAYOUTS, type MarketRecord } from './market-layouts.ts';
import type { RecordLayout } from './record-layout.ts';
import {
  type ImbalanceRecord,
  type StatisticRecord,
  type StatusRecord,
  VENUE_LAYOUTS,
} from './venue-layouts.ts';

/** A record of any kind and version of DBN, told apart by `type`, and by `version` where the layouts differ. */
export type DbnRecord =
  | MarketRecord
  | DefinitionRecord
  | StatusRecord
  | ImbalanceRecord
  | StatisticRecord
  | GatewayRecord;

/** Every layout of every version. */
export const RECORD_LAYOUTS: readonly RecordLayout<DbnRecord>[] = [
  ...MARKET_LAYOUTS,
  ...DEFINITION_LAYOUTS,
  ...VENUE_LAYOUTS,
  ...GATEWAY_LAYOUTS,
];

/** By rtype; of one type the lengths of all versions differ, so the length tells the version. */
const BY_RTYPE = new Map<number, RecordLayout<DbnRecord>[]>();
const BY_NAME = new Map<string, RecordLayout<DbnRecord>>();
for (const layout of RECORD_LAYOUTS) {
  for (const [rtype, name] of layout.typeNames) {
    BY_RTYPE.set(rtype, [...(BY_RTYPE.get(rtype) ?? []), layout]);
    BY_NAME.set(`${name} ${layout.version}`, layout);
  }
}

const TS_OUT_BYTES = 8;

/** Where a record stands, for what is said of a damaged one. */
interface RecordPlace {
  readonly file: string;
  /** In the decompressed file. */
  readonly byteOffset: number;
  /** Whether records end with the time of sending; `undefined` where nothing tells it: then their length does. */
  readonly hasTsOut: boolean | undefined;
}

/**
 * Reads the record at `at` of `view`, all of whose bytes are there.
 *
 * @returns `undefined` for a type that is not known.
 * @throws {FeedError} If a known type has a length that no version gives it.
 */
export function decodeRecord(
  view: DataView,
  at: number,
  { file, byteOffset, hasTsOut }: RecordPlace,
): DbnRecord | undefined {
  const length = view.getUint8(at) * 4;
  const rtype = view.getUint8(at + 1);
  const layouts = BY_RTYPE.get(rtype);
  if (layouts === undefined) return undefined;
  const layout = layouts.find(
    ({ bytes }) =>
      (hasTsOut !== true && length === bytes) ||
      (hasTsOut !== false && length === bytes + TS_OUT_BYTES),
  );
  if (layout !== undefined) return layout.decode(view, at);
  const expected = layouts.map(({ bytes }) => bytes + (hasTsOut === true ? TS_OUT_BYTES : 0));
  throw new FeedError(
    file,
    byteOffset,
    `a record of type ${recordTypeName(rtype)} has ${length} bytes and not ${expected.join(' or ')}; the file is damaged: download or copy it again`,
  );
}

/**
 * The bytes of a record, as they stand in a file.
 *
 * @throws {RangeError} If a field has no room for its value.
 */
export function encodeRecord(record: DbnRecord): Uint8Array {
  return layoutOf(record).encode(record);
}

/** The record as JSON has it: prices as decimals, moments in ISO 8601, 64-bit integers as text; without padding. */
export function showRecord(record: DbnRecord): Record<string, unknown> {
  return layoutOf(record).show(record);
}

function layoutOf({ type, version }: DbnRecord): RecordLayout<DbnRecord> {
  const layout = BY_NAME.get(`${type} ${version}`);
  if (layout === undefined) throw new RangeError(`no record ${type} of version ${version}`);
  return layout;
}
