/**
 * The values that DBN's fields have, each with how it is read, written and shown. Little-endian everywhere.
 *
 * 64-bit integers are bigints, prices (units of 1e-9) and moments (epoch nanoseconds) among them: limits such as
 * 999,999,999 and undefined marks lie beyond what a double holds exactly, and one rule is safer than a union of two
 * number types. The engine's feed does not go through here. A field's mark for "nothing" is read as `undefined`.
 *
 * Texts are read byte by byte as ISO 8859-1: DBN's are ASCII, and nothing else can be lost either.
 */
import { formatTimestamp, NS_PER_DAY } from '../../../domain/time.ts';

export interface FieldType<Value> {
  /** Databento's name of it: `u32`, `price`, `text[71]`. */
  readonly name: string;
  readonly bytes: number;
  read(view: DataView, at: number): Value;
  /** @throws {RangeError} If the field has no room for the value. */
  write(view: DataView, at: number, value: Value): void;
  /** The value for people and JSON: prices as decimals, moments in ISO 8601, wide integers as text, nothing as `null`. */
  show(value: Value): unknown;
  /** Where the value ends within the field; what lies behind is padding. All of it by default. */
  endOf?(view: DataView, at: number): number;
  /** Bytes within the field that tell nothing. */
  readonly gaps?: readonly number[];
}

type Getter = 'getUint8' | 'getInt8' | 'getUint16' | 'getInt16' | 'getUint32' | 'getInt32';
type Setter = 'setUint8' | 'setInt8' | 'setUint16' | 'setInt16' | 'setUint32' | 'setInt32';

function integer(
  name: string,
  bytes: number,
  getter: Getter,
  setter: Setter,
): FieldType<number> & { readonly max: number } {
  const isSigned = name.startsWith('i');
  const max = 2 ** (bytes * 8 - (isSigned ? 1 : 0)) - 1;
  const min = isSigned ? -max - 1 : 0;
  return {
    name,
    bytes,
    max,
    read: (view, at) => view[getter](at, true),
    write(view, at, value) {
      if (!Number.isInteger(value) || value < min || value > max)
        throw new RangeError(`${value} does not fit into ${name}`);
      view[setter](at, value, true);
    },
    show: (value) => value,
  };
}

export const u8 = integer('u8', 1, 'getUint8', 'setUint8');
export const i8 = integer('i8', 1, 'getInt8', 'setInt8');
export const u16 = integer('u16', 2, 'getUint16', 'setUint16');
export const i16 = integer('i16', 2, 'getInt16', 'setInt16');
export const u32 = integer('u32', 4, 'getUint32', 'setUint32');
export const i32 = integer('i32', 4, 'getInt32', 'setInt32');

export const u64: FieldType<bigint> = {
  name: 'u64',
  bytes: 8,
  read: (view, at) => view.getBigUint64(at, true),
  write(view, at, value) {
    if (BigInt.asUintN(64, value) !== value) throw new RangeError(`${value} does not fit into u64`);
    view.setBigUint64(at, value, true);
  },
  show: String,
};

export const i64: FieldType<bigint> = {
  name: 'i64',
  bytes: 8,
  read: (view, at) => view.getBigInt64(at, true),
  write(view, at, value) {
    if (BigInt.asIntN(64, value) !== value) throw new RangeError(`${value} does not fit into i64`);
    view.setBigInt64(at, value, true);
  },
  show: String,
};

/** A u32 where another version of the record has a u64. */
export const wideU32: FieldType<bigint> = {
  name: 'u32',
  bytes: 4,
  read: (view, at) => BigInt(u32.read(view, at)),
  write: (view, at, value) => u32.write(view, at, Number(value)),
  show: String,
};

/** A type whose value `none` says that there is nothing. */
export function optional<Value extends number | bigint | string>(
  type: FieldType<Value>,
  none: Value,
  name = type.name,
): FieldType<Value | undefined> {
  return {
    name,
    bytes: type.bytes,
    read(view, at) {
      const value = type.read(view, at);
      return value === none ? undefined : value;
    },
    write(view, at, value) {
      if (value === none) throw new RangeError(`${none} stands for nothing: give undefined`);
      type.write(view, at, value === undefined ? none : value);
    },
    show: (value) => (value === undefined ? null : type.show(value)),
  };
}

/** An integer type whose largest value says that there is nothing, as DBN has it all over. */
export function upTo(type: FieldType<number> & { readonly max: number }) {
  return optional(type, type.max);
}

/** Units of 1e-9 of the currency or of what is counted; `undefined` where none is told. */
export const price = optional({ ...i64, show: formatBillionths }, 0x7fff_ffff_ffff_ffffn, 'price');

/** Nanoseconds since 1970 UTC; `undefined` where none is told. */
export const moment = optional({ ...u64, show: formatMoment }, 0xffff_ffff_ffff_ffffn, 'moment');

/** One letter; `undefined` for a zero byte. */
export const letter = optional<string>(
  {
    name: 'letter',
    bytes: 1,
    read: (view, at) => String.fromCharCode(view.getUint8(at)),
    write(view, at, value) {
      const code = value.length === 1 ? value.charCodeAt(0) : 256;
      if (code > 255) throw new RangeError(`"${value}" is not one letter`);
      view.setUint8(at, code);
    },
    show: (value) => value,
  },
  '\0',
);

/** Letters up to the first zero byte, or as many as there is room for. */
export function text(bytes: number): FieldType<string> {
  const endOf = (view: DataView, at: number): number => {
    let length = 0;
    while (length < bytes && view.getUint8(at + length) !== 0) length++;
    return length;
  };
  return {
    name: `text[${bytes}]`,
    bytes,
    read: (view, at) =>
      Buffer.from(view.buffer, view.byteOffset + at, endOf(view, at)).toString('latin1'),
    write(view, at, value) {
      const codes = value.split('').map((each) => each.charCodeAt(0));
      if (value.length > bytes || codes.some((code) => code === 0 || code > 255))
        throw new RangeError(`"${value}" does not fit into ${bytes} bytes`);
      codes.forEach((code, index) => {
        view.setUint8(at + index, code);
      });
    },
    show: (value) => value,
    endOf,
  };
}

function formatBillionths(value: bigint): string {
  const digits = String(value < 0n ? -value : value).padStart(10, '0');
  const decimals = digits.slice(-9).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -9)}${decimals === '' ? '' : `.${decimals}`}`;
}

function formatMoment(value: bigint): string {
  const perDay = BigInt(NS_PER_DAY);
  return formatTimestamp(Number(value / perDay), Number(value % perDay));
}
