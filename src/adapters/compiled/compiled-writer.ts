import { crc32 } from 'node:zlib';
import { type CompactEvents, EVENT_WORDS } from '../../domain/event.ts';
import { createAtomicFile } from '../../platform/atomic-file.ts';
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
  const file = await createAtomicFile(path);
  // what the header says is known at the end
  await file.write(new Uint8Array(HEADER_BYTES));
  return {
    write: ({ events, sequences, ids, wholes }) =>
      file.write(encodeBlock([events, sequences, ids, wholes])),
    async commit(header) {
      await file.write(encodeBlock([]));
      await file.rewriteStart(encodeHeader(header));
      await file.commit();
    },
    discard: () => file.discard(),
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
  words[3] = (wholes?.length ?? 0) / EVENT_WORDS;
  words[4] = crc32(bytes.subarray(BLOCK_HEAD_WORDS * 4));
  words[5] = length * 4;
  return bytes;
}
