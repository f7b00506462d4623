import { open, rename, unlink } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { CompactEvents } from '../../domain/event.ts';
import {
  BLOCK_HEAD_WORDS,
  BLOCK_MAGIC,
  type CompiledHeader,
  encodeHeader,
  HEADER_BYTES,
} from './compiled-format.ts';

/** Writes a compiled day; it appears under its name only when it is whole. Exactly one of `commit` and `discard` ends it. */
export interface CompiledWriter {
  /** Resolves when the block's arrays may be used again. */
  write(block: CompactEvents): Promise<void>;
  commit(header: CompiledHeader): Promise<void>;
  discard(): Promise<void>;
}

/** Creates the file; rejects with node's own error where that can't be done. */
export async function createCompiledWriter(path: string): Promise<CompiledWriter> {
  const partial = `${path}.${process.pid}.partial`;
  const handle = await open(partial, 'w');
  let at = HEADER_BYTES;
  const put = async (bytes: Uint8Array): Promise<void> => {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done);
      done += bytesWritten;
    }
    at += bytes.length;
  };
  return {
    async write({ events, sequences, ids, wholes }) {
      await put(encodeBlock([events, sequences, ids, wholes]));
    },
    async commit(header) {
      await put(encodeBlock([]));
      await handle.write(encodeHeader(header), 0, HEADER_BYTES, 0);
      await handle.sync();
      await handle.close();
      await rename(partial, path);
    },
    async discard() {
      await handle.close();
      await unlink(partial);
    },
  };
}

/** Head and arrays of a block in one piece: events, sequences, ids, wholes; none of a block that ends the file. */
function encodeBlock(arrays: readonly Int32Array[]): Uint8Array {
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const words = new Int32Array(BLOCK_HEAD_WORDS + length);
  let at = BLOCK_HEAD_WORDS;
  for (const array of arrays) {
    words.set(array, at);
    at += array.length;
  }
  const bytes = new Uint8Array(words.buffer);
  const [, sequences, ids, wholes] = arrays;
  words[0] = BLOCK_MAGIC;
  words[1] = sequences?.length ?? 0;
  words[2] = (ids?.length ?? 0) / 2;
  words[3] = (wholes?.length ?? 0) / 14;
  words[4] = crc32(bytes.subarray(BLOCK_HEAD_WORDS * 4));
  words[5] = length * 4;
  return bytes;
}
