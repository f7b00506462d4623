import { constants, createZstdCompress } from 'node:zlib';
import type { ByteSink } from './atomic-file.ts';

const CHUNK_BYTES = 1 << 20;

/**
 * Compresses what is written into one zstd frame with a checksum and hands it to `target`, on libuv's threads.
 * The bytes depend on how the input is cut into writes: equal writes give equal bytes.
 */
export function compressTo(target: ByteSink): ByteSink {
  const compressor = createZstdCompress({
    chunkSize: CHUNK_BYTES,
    params: {
      [constants.ZSTD_c_compressionLevel]: 3,
      [constants.ZSTD_c_checksumFlag]: 1,
    },
  });
  const drained = drain(compressor, target);
  // a failure is reported to whoever writes or commits next
  drained.catch(() => undefined);
  const settle = (
    error: Error | null | undefined,
    resolve: () => void,
    reject: (why: unknown) => void,
  ) => {
    if (error === null || error === undefined) resolve();
    // the target's own failure tears the stream down: tell that one
    else drained.then(() => reject(error), reject);
  };
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        compressor.write(bytes, (error) => settle(error, resolve, reject));
      }),
    async commit() {
      compressor.end();
      await drained;
      await target.commit();
    },
    async discard() {
      compressor.destroy();
      await drained.catch(() => undefined);
      await target.discard();
    },
  };
}

async function drain(source: AsyncIterable<Uint8Array>, target: ByteSink): Promise<void> {
  for await (const chunk of source) await target.write(chunk);
}
