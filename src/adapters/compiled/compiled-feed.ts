import { crc32 } from 'node:zlib';
import { COMPACT_BLOCK_EVENTS, COMPACT_WORDS } from '../../domain/compact-layout.ts';
import { EVENT_WORDS, type EventBatch } from '../../domain/event.ts';
import { FeedPlaces } from '../../feeds/feed-places.ts';
import { type Feed, type FeedCounts, type FeedDescription, FeedError } from '../../feeds/port.ts';
import { type ByteSource, openByteSource } from '../../platform/byte-source.ts';
import {
  BLOCK_HEAD_BYTES,
  BLOCK_HEAD_WORDS,
  BLOCK_MAGIC,
  type CompiledHeader,
  decodeHeader,
  HEADER_BYTES,
  MOST_BLOCK_BYTES,
} from './compiled-format.ts';

const NO_WORDS = new Int32Array(0);
/** One that is worked on, and the one read ahead. */
const BUFFERS = 2;

interface BlockHead {
  readonly events: number;
  readonly ids: number;
  readonly wholes: number;
  readonly crc: number;
  readonly bytes: number;
}

/** Reads the header of a compiled day; `undefined` where there is no such file, or none of this version. */
export async function readCompiledHeader(path: string): Promise<CompiledHeader | undefined> {
  let source: ByteSource;
  try {
    source = await openByteSource(path);
  } catch {
    return undefined;
  }
  try {
    const bytes = Buffer.alloc(HEADER_BYTES);
    return (await source.read(bytes)) === HEADER_BYTES ? decodeHeader(bytes) : undefined;
  } finally {
    await source.close();
  }
}

/**
 * Opens a compiled day as a feed. `files`: what it was made of, for the description.
 *
 * @throws {FeedError} If its header is not sound.
 */
export async function openCompiledFeed(path: string, files: readonly string[]): Promise<Feed> {
  const header = await readCompiledHeader(path);
  if (header === undefined) throw damaged(path, 0, 'its header is not sound');
  const source = await openByteSource(path);
  await source.read(Buffer.alloc(HEADER_BYTES));
  return new CompiledFeed(path, source, header, files);
}

class CompiledFeed implements Feed {
  readonly description: FeedDescription;
  readonly #path: string;
  readonly #source: ByteSource;
  readonly #slots: number;
  readonly #buffers = Array.from({ length: BUFFERS }, () =>
    Buffer.allocUnsafeSlow(MOST_BLOCK_BYTES + BLOCK_HEAD_BYTES),
  );
  #turn = 0;
  #records = 0;
  /** What stands after the header and the blocks handed out: a block's head, or where the file should end. */
  #offset = HEADER_BYTES;
  readonly #places = new FeedPlaces<number>();
  #head: BlockHead | undefined;
  #ahead: Promise<{ readonly buffer: Buffer<ArrayBuffer>; readonly filled: number }> | undefined;

  constructor(path: string, source: ByteSource, header: CompiledHeader, files: readonly string[]) {
    this.#path = path;
    this.#source = source;
    this.#slots = header.slots;
    this.description = { ...header.description, source: files, totalBytes: source.fileBytes };
  }

  get counts(): FeedCounts {
    return { records: this.#records, bytesRead: this.#source.fileBytesRead, skipped: {} };
  }

  async next(): Promise<EventBatch | undefined> {
    this.#head ??= await this.#readFirstHead();
    const head = this.#head;
    if (head.events === 0) return undefined;
    const { buffer, filled } = await (this.#ahead ?? this.#read(head));
    if (filled < head.bytes + BLOCK_HEAD_BYTES)
      throw damaged(this.#path, this.#offset, 'it ends inside a block');
    const following = this.#decode(new Int32Array(buffer.buffer, head.bytes, BLOCK_HEAD_WORDS));
    this.#ahead = following.events === 0 ? undefined : this.#read(following);
    // told by the next call; until then nobody waits for it
    this.#ahead?.catch(() => undefined);
    if (crc32(buffer.subarray(0, head.bytes)) !== head.crc)
      throw damaged(this.#path, this.#offset, 'a checksum does not fit');
    const { events, ids, wholes } = head;
    const sequencesAt = events * COMPACT_WORDS * 4;
    const idsAt = sequencesAt + events * 4;
    const wholesAt = idsAt + ids * 8;
    this.#places.note(this.#records, this.#offset);
    this.#offset += head.bytes + BLOCK_HEAD_BYTES;
    this.#head = following;
    this.#records += events;
    return {
      words: NO_WORDS,
      count: events,
      compact: {
        events: new Int32Array(buffer.buffer, 0, events * COMPACT_WORDS),
        sequences: new Int32Array(buffer.buffer, sequencesAt, events),
        ids: new Int32Array(buffer.buffer, idsAt, ids * 2),
        wholes: new Int32Array(buffer.buffer, wholesAt, wholes * EVENT_WORDS),
        slots: this.#slots,
      },
    };
  }

  async seek(events: number): Promise<number | undefined> {
    const found = this.#places.find(events);
    if (found === undefined || this.#source.seek === undefined) return undefined;
    await this.#ahead?.catch(() => undefined);
    this.#source.seek(found.place);
    this.#ahead = undefined;
    this.#head = undefined;
    this.#offset = found.place;
    this.#records = found.events;
    return found.events;
  }

  async close(): Promise<void> {
    await this.#ahead?.catch(() => undefined);
    await this.#source.close();
  }

  async #readFirstHead(): Promise<BlockHead> {
    const bytes = Buffer.allocUnsafeSlow(BLOCK_HEAD_BYTES);
    if ((await this.#source.read(bytes)) < BLOCK_HEAD_BYTES)
      throw damaged(this.#path, this.#offset, 'it has no blocks');
    return this.#decode(new Int32Array(bytes.buffer, 0, BLOCK_HEAD_WORDS));
  }

  /** Reads a block's arrays, and the head of the next one with them. */
  async #read(
    head: BlockHead,
  ): Promise<{ readonly buffer: Buffer<ArrayBuffer>; readonly filled: number }> {
    const buffer = this.#buffers[this.#turn] ?? Buffer.allocUnsafeSlow(0);
    this.#turn = (this.#turn + 1) % BUFFERS;
    const filled = await this.#source.read(buffer.subarray(0, head.bytes + BLOCK_HEAD_BYTES));
    return { buffer, filled };
  }

  #decode(words: Int32Array): BlockHead {
    const [magic = 0, events = 0, ids = 0, wholes = 0, crc = 0, bytes = 0] = words;
    const expected = (events * (COMPACT_WORDS + 1) + ids * 2 + wholes * EVENT_WORDS) * 4;
    const isSound =
      magic === BLOCK_MAGIC &&
      events >= 0 &&
      events <= COMPACT_BLOCK_EVENTS &&
      ids >= 0 &&
      ids + wholes <= events &&
      wholes >= 0 &&
      bytes === expected;
    if (!isSound) throw damaged(this.#path, this.#offset, "a block's head is not sound");
    return { events, ids, wholes, crc: crc >>> 0, bytes };
  }
}

function damaged(path: string, offset: number, problem: string): FeedError {
  return new FeedError(
    path,
    offset,
    `${problem}; the compiled day is damaged: delete it, or make it anew with data compile`,
  );
}
