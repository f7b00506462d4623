/**
 * The fast form of a day, as `data compile` writes it beside the file: a header of HEADER_BYTES (magic, length and CRC-32 of
 * the JSON that follows, padded with zeros), then blocks, each with a head of BLOCK_HEAD_WORDS words and its arrays one
 * after the other: events, sequences, ids, whole events. A block without events ends the file. All little-endian.
 *
 * A block's head: BLOCK_MAGIC, events, ids, whole events, CRC-32 of the arrays, bytes of the arrays, 0, 0.
 */
import { crc32 } from 'node:zlib';
import { COMPACT_BLOCK_EVENTS, COMPACT_WORDS } from '../../domain/compact-layout.ts';
import { EVENT_WORDS } from '../../domain/event.ts';
import type { FeedDescription } from '../../feeds/port.ts';

/** Raised whenever the layout, or what a block says, changes: a file of another version is made anew. */
export const COMPILED_VERSION = 4;
/** Ending of the name that a compiled day has beside its file. */
export const COMPILED_ENDING = '.fsd';
export const HEADER_BYTES = 16_384;
export const BLOCK_HEAD_WORDS = 8;
export const BLOCK_HEAD_BYTES = BLOCK_HEAD_WORDS * 4;
export const BLOCK_MAGIC = 0x4b4c4246;
/** Arrays of a block at most. */
export const MOST_BLOCK_BYTES = COMPACT_BLOCK_EVENTS * (COMPACT_WORDS + 1 + 2 + EVENT_WORDS) * 4;

const MAGIC = 'FSDDAY\r\n';
const JSON_AT = 16;

/** A file that a compiled day was made of, as it was then. */
export interface CompiledSource {
  readonly name: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly sha256: string;
}

export interface CompiledHeader {
  readonly version: number;
  /** What the feed said of itself, without the paths. */
  readonly description: Omit<FeedDescription, 'source' | 'definition'>;
  readonly tickNanos: number;
  readonly slots: number;
  readonly events: number;
  readonly sources: readonly CompiledSource[];
}

/** @throws {RangeError} If it does not fit: the sources' names are too long. */
export function encodeHeader(header: CompiledHeader): Buffer {
  const json = Buffer.from(JSON.stringify(header), 'utf8');
  if (json.length > HEADER_BYTES - JSON_AT)
    throw new RangeError(`the header has ${json.length} bytes`);
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.write(MAGIC, 0, 'latin1');
  bytes.writeUInt32LE(json.length, 8);
  bytes.writeUInt32LE(crc32(json), 12);
  json.copy(bytes, JSON_AT);
  return bytes;
}

/** Reads a header; `undefined` where it is damaged, of another version, or no such file's. */
export function decodeHeader(bytes: Buffer): CompiledHeader | undefined {
  if (bytes.length < HEADER_BYTES || bytes.toString('latin1', 0, 8) !== MAGIC) return undefined;
  const length = bytes.readUInt32LE(8);
  if (length > HEADER_BYTES - JSON_AT) return undefined;
  const json = bytes.subarray(JSON_AT, JSON_AT + length);
  if (crc32(json) !== bytes.readUInt32LE(12)) return undefined;
  const header = JSON.parse(json.toString('utf8')) as CompiledHeader;
  return header.version === COMPILED_VERSION ? header : undefined;
}
