import type { DbnVersion } from '../dbn-metadata.ts';
import { type FieldType, moment, u8, u16, u32, u64 } from './field-type.ts';

/** A field wherever it stands: its type, Databento's name for it, and what it means. */
export interface FieldSpec<Value> {
  readonly type: FieldType<Value>;
  readonly vendorName: string;
  readonly meaning: string;
}

export function field<Value>(
  type: FieldType<Value>,
  vendorName: string,
  meaning: string,
): FieldSpec<Value> {
  return { type, vendorName, meaning };
}

type FieldSpecs = Readonly<Record<string, FieldSpec<unknown>>>;
type ValueOf<Spec> = Spec extends FieldSpec<infer Value> ? Value : never;
/** Where each field stands; with its own type where it has another room in this version. */
type Offsets<Fields extends FieldSpecs> = {
  readonly [Name in keyof Fields]?: number | readonly [number, FieldType<ValueOf<Fields[Name]>>];
};

/** A byte that is not zero although no field tells of it: its offset in the record, and its value. */
export type PaddingByte = readonly [offset: number, byte: number];

/** What every record has. */
export interface RecordHead<Type extends string, Version extends DbnVersion> {
  readonly type: Type;
  /** The DBN version that brought this layout: later ones have it too, up to the next number of the same type. */
  readonly version: Version;
  /** Whose record it is: Databento's number of a dataset and venue. */
  readonly publisherId: number;
  readonly instrumentId: number;
  /** When the venue's engine took it up; of some gateway messages when it was sent. */
  readonly tsEvent: bigint | undefined;
  /** When Databento's gateway sent it; in live captures that were asked for it. */
  readonly tsOut?: bigint;
  /**
   * Reserved bytes and tails of texts that are not zero: Databento's own files have such (the action behind a `bbo`
   * record, for one). They mean nothing to a reader and are kept so that writing gives the same bytes.
   */
  readonly padding?: readonly PaddingByte[];
}

/** A field of one layout. */
interface PlacedField extends FieldSpec<unknown> {
  readonly name: string;
  readonly offset: number;
}

const TS_OUT_BYTES = 8;

/** The fields that stand at the beginning of every record; the length and the type come before them. */
const HEAD: FieldSpecs = {
  publisherId: field(u16, 'publisher_id', 'Databento’s number of the dataset and venue'),
  instrumentId: field(u32, 'instrument_id', 'number of the instrument'),
  tsEvent: field(moment, 'ts_event', 'when the venue’s engine took it up'),
};
const HEAD_OFFSETS = { publisherId: 2, instrumentId: 4, tsEvent: 8 };

/** One kind of record in one version: where its fields stand. Reading and writing are made from it. */
export class RecordLayout<Record> {
  /** Type names by rtype: layouts that differ in nothing but their interval share one. */
  readonly typeNames: ReadonlyMap<number, string>;
  readonly version: DbnVersion;
  /** Without the time of sending. */
  readonly bytes: number;
  readonly fields: readonly PlacedField[];
  /** Type mark for `RecordOf`. */
  declare readonly record: Record;
  readonly #rtypes: ReadonlyMap<string, number>;
  /** Offsets that no field covers. */
  readonly #free: readonly number[];
  readonly #texts: readonly PlacedField[];

  constructor(
    types: Readonly<globalThis.Record<string, number>>,
    version: DbnVersion,
    bytes: number,
    fields: readonly PlacedField[],
  ) {
    this.typeNames = new Map(Object.entries(types).map(([name, rtype]) => [rtype, name]));
    this.#rtypes = new Map(Object.entries(types));
    this.version = version;
    this.bytes = bytes;
    this.fields = fields;
    const covered = new Set<number>([0, 1]);
    for (const { offset, type, name } of fields) {
      for (let at = offset; at < offset + type.bytes; at++) {
        if (covered.has(at) || at >= bytes)
          throw new RangeError(`${name} at ${offset} overlaps another field or the record’s end`);
        covered.add(at);
      }
    }
    this.#free = [
      ...uncovered(bytes, covered),
      ...fields.flatMap(({ offset, type }) => (type.gaps ?? []).map((gap) => offset + gap)),
    ];
    this.#texts = fields.filter(({ type }) => type.endOf !== undefined);
  }

  /** Reads the record at `at`, whose length byte was checked: it is this layout’s, or has the time of sending at its end. */
  decode(view: DataView, at: number): Record {
    const rtype = view.getUint8(at + 1);
    const record: globalThis.Record<string, unknown> = {
      type: this.typeNames.get(rtype) ?? '',
      version: this.version,
    };
    for (const { name, offset, type } of this.fields) record[name] = type.read(view, at + offset);
    if (view.getUint8(at) * 4 > this.bytes)
      record['tsOut'] = view.getBigUint64(at + this.bytes, true);
    const padding = this.#paddingAt(view, at);
    if (padding.length > 0) record['padding'] = padding;
    return record as Record;
  }

  /** @throws {RangeError} If a field has no room for its value. */
  encode(record: RecordHead<string, DbnVersion>): Uint8Array {
    const { tsOut } = record;
    const values: globalThis.Record<string, unknown> = { ...record };
    const bytes = new Uint8Array(this.bytes + (tsOut === undefined ? 0 : TS_OUT_BYTES));
    const view = new DataView(bytes.buffer);
    u8.write(view, 0, bytes.length / 4);
    u8.write(view, 1, this.#rtypes.get(record.type) ?? -1);
    for (const { name, offset, type } of this.fields) type.write(view, offset, values[name]);
    for (const [offset, byte] of record.padding ?? []) u8.write(view, offset, byte);
    if (tsOut !== undefined) u64.write(view, this.bytes, tsOut);
    return bytes;
  }

  /** The record for people and JSON, without its padding. */
  show(record: RecordHead<string, DbnVersion>): globalThis.Record<string, unknown> {
    const values: globalThis.Record<string, unknown> = { ...record };
    const shown: globalThis.Record<string, unknown> = {
      type: record.type,
      version: record.version,
    };
    for (const { name, type } of this.fields) shown[name] = type.show(values[name]);
    if (record.tsOut !== undefined) shown['tsOut'] = moment.show(record.tsOut);
    return shown;
  }

  #paddingAt(view: DataView, at: number): PaddingByte[] {
    const padding: PaddingByte[] = [];
    const look = (offset: number): void => {
      const byte = view.getUint8(at + offset);
      if (byte !== 0) padding.push([offset, byte]);
    };
    for (const offset of this.#free) look(offset);
    for (const { offset, type } of this.#texts) {
      const end = type.endOf?.(view, at + offset) ?? type.bytes;
      for (let behind = end; behind < type.bytes; behind++) look(offset + behind);
    }
    return padding;
  }
}

/** The type of a layout’s records. */
export type RecordOf<Layout extends { readonly record: unknown }> = Layout['record'];

/** Puts a layout together. @throws {RangeError} If fields overlap: the table is wrong. */
export function recordLayout<
  const Types extends Readonly<Record<string, number>>,
  const Version extends DbnVersion,
  Fields extends FieldSpecs,
  const Places extends Offsets<Fields>,
>(
  types: Types,
  version: Version,
  bytes: number,
  fields: Fields,
  places: Places,
): RecordLayout<
  RecordHead<keyof Types & string, Version> & {
    readonly [Name in keyof Places & keyof Fields]: ValueOf<Fields[Name]>;
  }
> {
  return new RecordLayout(types, version, bytes, [
    ...placed(HEAD, HEAD_OFFSETS),
    ...placed(fields, places),
  ]);
}

function placed(
  fields: FieldSpecs,
  places: Readonly<Record<string, number | readonly [number, FieldType<unknown>] | undefined>>,
): PlacedField[] {
  return Object.entries(places).flatMap(([name, place]) => {
    const spec = fields[name];
    if (spec === undefined || place === undefined) return [];
    const [offset, type] = typeof place === 'number' ? [place, spec.type] : place;
    return [{ ...spec, name, offset, type }];
  });
}

/** A group of fields that stands several times behind another, as the levels of a book do. */
export function repeated<Fields extends FieldSpecs, const Places extends Offsets<Fields>>(
  count: number,
  bytesEach: number,
  fields: Fields,
  places: Places,
): FieldType<
  readonly { readonly [Name in keyof Places & keyof Fields]: ValueOf<Fields[Name]> }[]
> & {
  readonly parts: readonly PlacedField[];
} {
  type Group = { readonly [Name in keyof Places & keyof Fields]: ValueOf<Fields[Name]> };
  const parts = placed(fields, places);
  const each = Array.from({ length: count }, (_, index) => index * bytesEach);
  const covered = new Set(
    parts.flatMap(({ offset, type }) => Array.from({ length: type.bytes }, (_, at) => offset + at)),
  );
  const gaps = uncovered(bytesEach, covered);
  return {
    name: `group[${count}]`,
    bytes: count * bytesEach,
    parts,
    gaps: each.flatMap((start) => gaps.map((gap) => start + gap)),
    read: (view, at) =>
      each.map(
        (start) =>
          Object.fromEntries(
            parts.map(({ name, offset, type }) => [name, type.read(view, at + start + offset)]),
          ) as Group,
      ),
    write(view, at, groups) {
      if (groups.length !== count) throw new RangeError(`${groups.length} groups and not ${count}`);
      groups.forEach((group, index) => {
        for (const { name, offset, type } of parts)
          type.write(view, at + index * bytesEach + offset, group[name as keyof Group]);
      });
    },
    show: (groups) =>
      groups.map((group) =>
        Object.fromEntries(
          parts.map(({ name, type }) => [name, type.show(group[name as keyof Group])]),
        ),
      ),
  };
}

function uncovered(bytes: number, covered: ReadonlySet<number>): number[] {
  return Array.from({ length: bytes }, (_, at) => at).filter((at) => !covered.has(at));
}
