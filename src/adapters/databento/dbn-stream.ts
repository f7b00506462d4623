import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FeedError } from '../../feeds/port.ts';
import { type ByteSource, DamagedFileError, openByteSource } from '../../platform/byte-source.ts';
import { reasonOf } from '../../platform/file-errors.ts';
import { PRELUDE_BYTES, recordTypeName } from './dbn-format.ts';
import {
  type DbnMetadata,
  type DbnVersion,
  decodeMetadata,
  decodePrelude,
} from './dbn-metadata.ts';

/**
 * Part of a file's records. They stand in `words` from `from` on, the last one perhaps cut by `to`.
 * The block is its receiver's until two more have been asked for; then its memory is used again.
 */
export interface RecordBlock {
  readonly words: Int32Array;
  readonly from: number;
  readonly to: number;
}

/** 16,384 MBO records, about half a millisecond of an engine's work: a file of nothing else is never cut inside a record. */
const BLOCK_BYTES = 16_384 * 56;
/** Room before a block for the record that the one before it ends with: at most 255 words. */
const HEADROOM_BYTES = 1024;
/** One that is worked on, the one read ahead, and the one before, whose end may still be needed. */
const BUFFERS = 3;
const METADATA_STEP = 1 << 20;
const HEADER_WORDS = 4;

/**
 * The records of one DBN file of any version and schema, read ahead by one block while the last one is worked on.
 *
 * The caller walks each block by the records' length bytes, with `recordWords` for every record that it doesn't know
 * to be sound, and says where it stopped with `keepFrom` before it asks for the next block.
 */
export class DbnStream {
  readonly file: string;
  readonly source: ByteSource;
  /** `undefined` for a fragment: records without metadata. */
  readonly metadata: DbnMetadata | undefined;
  /** Bytes before the first record. */
  readonly headBytes: number;
  /** Bytes of records handed out so far, cut ones not counted twice. */
  bodyBytes = 0;

  readonly #leastWords: number;
  /** Used in turn: fresh memory for every block would cost more than reading it does. */
  readonly #buffers: Buffer<ArrayBuffer>[] = [];
  #turn = 0;
  #ahead: Promise<Int32Array> | undefined;
  #block: RecordBlock | undefined;
  #kept = 0;
  #strayBytes = 0;

  private constructor(
    file: string,
    source: ByteSource,
    bodyStart: number,
    metadata: DbnMetadata | undefined,
  ) {
    this.file = file;
    this.source = source;
    this.metadata = metadata;
    this.headBytes = bodyStart;
    this.#leastWords = HEADER_WORDS + (metadata?.hasTsOut === true ? 2 : 0);
  }

  /**
   * Opens a file and reads its metadata.
   *
   * @param fragmentVersion Given for a file without metadata: the version that its records have.
   * @throws {FeedError} If the file can't be opened or its metadata is not sound.
   */
  static async open(path: string, fragmentVersion?: DbnVersion): Promise<DbnStream> {
    const file = basename(path);
    const source = await openByteSource(path).catch((error: unknown) => {
      throw new FeedError(path, undefined, `can't be opened: ${reasonOf(error)}`, { cause: error });
    });
    try {
      if (fragmentVersion !== undefined) return new DbnStream(file, source, 0, undefined);
      const prelude = await readUpTo(file, source, PRELUDE_BYTES, 0);
      const { version, length } = decodePrelude(file, prelude);
      const body = await readUpTo(file, source, length, PRELUDE_BYTES);
      if (body.length < length) {
        throw new FeedError(
          file,
          4,
          `the metadata says it has ${length} bytes and the file ends after ${body.length} of them; download or copy the file again`,
        );
      }
      return new DbnStream(
        file,
        source,
        PRELUDE_BYTES + length,
        decodeMetadata(file, version, body),
      );
    } catch (error) {
      await source.close();
      throw error;
    }
  }

  /** Says that the record at `word` of the last block is not used up: the next block begins with it. */
  keepFrom(word: number): void {
    this.#kept = word;
  }

  /**
   * The next block, or `undefined` at the end.
   *
   * @throws {FeedError} If the file ends inside a record or its compressed data is damaged.
   */
  async next(): Promise<RecordBlock | undefined> {
    const last = this.#block;
    this.#ahead ??= this.#read();
    const words = await this.#ahead;
    const keptWords = last === undefined ? 0 : last.to - this.#kept;
    const data = HEADROOM_BYTES / 4;
    if (words.length === data) {
      if (keptWords > 0 || this.#strayBytes > 0) throw this.#endsInside(this.#kept);
      return undefined;
    }
    this.#ahead = this.#read();
    // next() reports it; until then nobody waits for it
    this.#ahead.catch(() => undefined);
    // a turn of the event loop sends the read ahead to the thread pool before the caller keeps this thread busy
    await nextTurn();
    const from = data - keptWords;
    if (last !== undefined && keptWords > 0)
      words.set(last.words.subarray(this.#kept, last.to), from);
    this.bodyBytes += (words.length - data) * 4;
    this.#block = { words, from, to: words.length };
    this.#kept = words.length;
    return this.#block;
  }

  /** True when `goTo` can be called: the file is not compressed. */
  get canGoTo(): boolean {
    return this.source.seek !== undefined;
  }

  /** The next block begins with the record at this offset in the file. */
  async goTo(offset: number): Promise<void> {
    await this.#ahead?.catch(() => undefined);
    this.source.seek?.(offset);
    this.bodyBytes = offset - this.headBytes;
    this.#ahead = undefined;
    this.#block = undefined;
    this.#kept = 0;
    this.#strayBytes = 0;
  }

  /** Offset in the decompressed file of a word of the last block. */
  offsetOf(word: number): number {
    return this.headBytes + this.bodyBytes - ((this.#block?.to ?? 0) - word) * 4;
  }

  /**
   * Length of the record at `word`, in words.
   *
   * @throws {FeedError} If it is less than a record's header.
   */
  recordWords(word: number): number {
    const head = this.#block?.words[word] ?? 0;
    const length = head & 0xff;
    if (length < this.#leastWords) {
      throw new FeedError(
        this.file,
        this.offsetOf(word),
        `a record of ${length * 4} bytes is shorter than its header (type 0x${((head >> 8) & 0xff).toString(16)}); the file is damaged: download or copy it again`,
      );
    }
    return length;
  }

  async close(): Promise<void> {
    await this.#ahead?.catch(() => undefined);
    await this.source.close();
  }

  #endsInside(word: number): FeedError {
    const head = this.#block?.words[word];
    const what =
      head === undefined
        ? 'record'
        : `record of type ${recordTypeName((head >> 8) & 0xff)} and ${(head & 0xff) * 4} bytes`;
    return new FeedError(
      this.file,
      this.offsetOf(word),
      `the file ends inside a ${what}; it was cut: download or copy it again`,
    );
  }

  #nextBuffer(): Buffer<ArrayBuffer> {
    // not filled with zeros: what the file doesn't fill is cut off
    const buffer =
      this.#buffers[this.#turn] ?? Buffer.allocUnsafeSlow(HEADROOM_BYTES + BLOCK_BYTES);
    this.#buffers[this.#turn] = buffer;
    this.#turn = (this.#turn + 1) % BUFFERS;
    return buffer;
  }

  async #read(): Promise<Int32Array> {
    const buffer = this.#nextBuffer();
    const filled = await read(
      this.file,
      this.source,
      buffer.subarray(HEADROOM_BYTES),
      this.headBytes,
    );
    // records are whole words: the rest is part of one that was cut
    this.#strayBytes = Math.max(this.#strayBytes, filled % 4);
    return new Int32Array(buffer.buffer, 0, (HEADROOM_BYTES + filled - (filled % 4)) / 4);
  }
}

async function readUpTo(
  file: string,
  source: ByteSource,
  length: number,
  offset: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let has = 0;
  // in steps, so that a wild length doesn't cost its memory
  while (has < length) {
    const part = new Uint8Array(Math.min(METADATA_STEP, length - has));
    const filled = await read(file, source, part, offset);
    parts.push(part.subarray(0, filled));
    has += filled;
    if (filled < part.length) break;
  }
  return Buffer.concat(parts);
}

async function read(
  file: string,
  source: ByteSource,
  target: Uint8Array,
  offset: number,
): Promise<number> {
  try {
    return await source.read(target);
  } catch (error) {
    if (error instanceof DamagedFileError) {
      const where = Math.max(offset, error.delivered);
      throw new FeedError(
        file,
        where,
        `${error.message}; the file is damaged: download or copy it again`,
        { cause: error },
      );
    }
    throw new FeedError(file, undefined, `can't be read: ${reasonOf(error)}`, { cause: error });
  }
}
