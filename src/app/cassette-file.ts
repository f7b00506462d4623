import { closeSync, openSync, writeSync } from 'node:fs';
import { constants, zstdCompressSync } from 'node:zlib';
import { type Cassette, CassetteError, parseCassette } from '../brain/cassette/cassette-line.ts';
import { openByteSource } from '../platform/byte-source.ts';
import { reasonOf } from '../platform/file-errors.ts';

const PIECE_BYTES = 1 << 20;

/**
 * Writes a cassette: JSON lines in zstd frames, one frame a write, so that what an answer cost is on the disk when it is used,
 * and a run that is killed leaves a cassette that can be read.
 */
export class CassetteWriter {
  readonly #descriptor: number;

  /** @throws {CassetteError} If the file exists or cannot be made: a recording is never written over. */
  constructor(path: string) {
    try {
      this.#descriptor = openSync(path, 'wx');
    } catch (error) {
      throw new CassetteError(`${path} cannot become a new cassette: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }

  write(lines: readonly string[]): void {
    const frame = zstdCompressSync(`${lines.join('\n')}\n`, {
      params: {
        [constants.ZSTD_c_compressionLevel]: 9,
        [constants.ZSTD_c_checksumFlag]: 1,
      },
    });
    for (let written = 0; written < frame.length; )
      written += writeSync(this.#descriptor, frame, written);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Reads a cassette. @throws {CassetteError} If there is none, or it is damaged. */
export async function readCassette(path: string): Promise<Cassette> {
  try {
    const source = await openByteSource(path);
    try {
      const decoder = new TextDecoder('utf-8', { fatal: true });
      let text = '';
      const piece = new Uint8Array(PIECE_BYTES);
      for (;;) {
        const count = await source.read(piece);
        text += decoder.decode(piece.subarray(0, count), { stream: true });
        if (count < piece.length) return parseCassette(text + decoder.decode());
      }
    } finally {
      await source.close();
    }
  } catch (error) {
    throw new CassetteError(`${path}: ${reasonOf(error)}`, { cause: error });
  }
}
