import { open, rename, unlink } from 'node:fs/promises';

/** Somewhere bytes go in order. Exactly one of `commit` and `discard` ends it. */
export interface ByteSink {
  /** Resolves when `bytes` may be reused. */
  write(bytes: Uint8Array): Promise<void>;
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/** A file in the making, whose beginning may be written again once the rest is known. */
export interface AtomicFile extends ByteSink {
  /** Puts `bytes` in the place of the file's first ones. Where `write` goes on does not change. */
  rewriteStart(bytes: Uint8Array): Promise<void>;
}

/**
 * Creates a file that appears under its name only when it is whole: a run killed before `commit` leaves what stood there.
 * What is written until then is in `PATH.PID.partial`.
 */
export async function createAtomicFile(path: string): Promise<AtomicFile> {
  const partial = `${path}.${process.pid}.partial`;
  const handle = await open(partial, 'w');
  return {
    async write(bytes) {
      let written = 0;
      while (written < bytes.length) {
        const { bytesWritten } = await handle.write(bytes, written, bytes.length - written);
        written += bytesWritten;
      }
    },
    async rewriteStart(bytes) {
      // a place of its own leaves the file's position where it is
      let written = 0;
      while (written < bytes.length) {
        const { bytesWritten } = await handle.write(
          bytes,
          written,
          bytes.length - written,
          written,
        );
        written += bytesWritten;
      }
    },
    async commit() {
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
