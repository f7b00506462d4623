/** A field of a message as it is written: a boolean as 1 or 0, `undefined` as an empty field, which says "not set". */
export type FieldValue = string | number | boolean | undefined;

/** How a double that is not set is told where an empty field would be read as nothing. */
export const UNSET_DOUBLE = '1.7976931348623157E308';
/** The same of an integer. */
export const UNSET_INTEGER = 2_147_483_647;

const LENGTH_BYTES = 4;
/** What a client says before anything else; a length and the versions that it speaks follow. */
const PREAMBLE = Buffer.from('API\0');
/** A client that announces a longer message is none. */
const LONGEST_FRAME = 0xff_ffff;

/** A message as it goes over the wire: its length in four bytes, big-endian, then every field ended by a zero byte. */
export function encodeFrame(fields: readonly FieldValue[]): Buffer {
  const body = Buffer.from(`${fields.map(textOf).join('\0')}\0`);
  const head = Buffer.alloc(LENGTH_BYTES);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

function textOf(value: FieldValue): string {
  if (value === undefined) return '';
  if (typeof value === 'boolean') return value ? '1' : '0';
  return String(value);
}

/** Cuts what a client sends into its first word and its messages, however the bytes arrive. */
export class FrameReader {
  readonly #onVersions: (versions: string) => void;
  readonly #onFields: (fields: readonly string[]) => void;
  #rest: Buffer = Buffer.alloc(0);
  #isGreeted = false;

  /**
   * @param onVersions Told the versions that the client speaks: `v100..193`.
   * @param onFields Told each message, its id first.
   */
  constructor(
    onVersions: (versions: string) => void,
    onFields: (fields: readonly string[]) => void,
  ) {
    this.#onVersions = onVersions;
    this.#onFields = onFields;
  }

  /** @throws {RangeError} If this cannot be a client of the protocol. */
  push(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    if (!this.#isGreeted) {
      const seen = this.#rest.subarray(0, PREAMBLE.length);
      if (!PREAMBLE.subarray(0, seen.length).equals(seen))
        throw new RangeError('this is no client of the TWS API');
      const versions = this.#take(PREAMBLE.length);
      if (versions === undefined) return;
      this.#isGreeted = true;
      this.#onVersions(versions.toString());
    }
    for (;;) {
      const body = this.#take(0);
      if (body === undefined) return;
      this.#onFields(body.toString().split('\0').slice(0, -1));
    }
  }

  /** The next whole body after `skipped` bytes; `undefined` while it has not come. */
  #take(skipped: number): Buffer | undefined {
    const start = skipped + LENGTH_BYTES;
    if (this.#rest.length < start) return undefined;
    const length = this.#rest.readUInt32BE(skipped);
    if (length > LONGEST_FRAME) throw new RangeError(`a message of ${length} bytes is none`);
    if (this.#rest.length < start + length) return undefined;
    const body = this.#rest.subarray(start, start + length);
    this.#rest = this.#rest.subarray(start + length);
    return body;
  }
}
