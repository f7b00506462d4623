import { type FileHandle, open } from 'node:fs/promises';
import { constants, createZstdDecompress, type ZstdDecompress } from 'node:zlib';
import { isZstd, ZstdFrameWalker } from './zstd-frames.ts';

/** A file read from its start to its end, decompressed when it is zstd by its first bytes, whatever its name. */
export interface ByteSource {
  readonly compression: 'none' | 'zstd';
  /** Size of the file as it lies on the disk. */
  readonly fileBytes: number;
  /** How much of that has been taken up. */
  readonly fileBytesRead: number;
  /** Zstd frames met so far, skippable ones left out. */
  readonly frames: number;
  /**
   * Fills `target` and resolves with the number of bytes, which is less than asked for only at the end.
   * One call at a time. Rejects with a `DamagedFileError` when the compressed data is damaged or ends too early.
   */
  read(target: Uint8Array): Promise<number>;
  /** The next read begins at this byte of the file. No call of `read` may be under way. Only where nothing is decompressed. */
  seek?(offset: number): void;
  close(): Promise<void>;
}

/** The file's bytes can't be decompressed. */
export class DamagedFileError extends Error {
  override readonly name = 'DamagedFileError';
  /** Bytes that came out before the trouble. */
  readonly delivered: number;

  constructor(problem: string, delivered: number, options?: ErrorOptions) {
    super(problem, options);
    this.delivered = delivered;
  }
}

/** Large pieces, so that the thread pool is not left waiting for this thread while the engine handles a batch. */
const INPUT_BYTES = 1 << 20;
const OUTPUT_BYTES = 1 << 20;
/** How much is decompressed ahead of the reader, about. */
const AHEAD_BYTES = 1 << 22;

/** Opens a file. Rejects with node's own error where it can't be opened. */
export async function openByteSource(path: string): Promise<ByteSource> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const start = new Uint8Array(4);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    return isZstd(start.subarray(0, bytesRead))
      ? new ZstdSource(file, size)
      : new PlainSource(file, size);
  } catch (error) {
    await file.close();
    throw error;
  }
}

class PlainSource implements ByteSource {
  readonly compression = 'none';
  readonly fileBytes: number;
  readonly frames = 0;
  fileBytesRead = 0;
  readonly #file: FileHandle;

  constructor(file: FileHandle, fileBytes: number) {
    this.#file = file;
    this.fileBytes = fileBytes;
  }

  async read(target: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < target.length) {
      const { bytesRead } = await this.#file.read(
        target,
        filled,
        target.length - filled,
        this.fileBytesRead,
      );
      if (bytesRead === 0) break;
      filled += bytesRead;
      this.fileBytesRead += bytesRead;
    }
    return filled;
  }

  seek(offset: number): void {
    this.fileBytesRead = offset;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

class ZstdSource implements ByteSource {
  readonly compression = 'zstd';
  readonly fileBytes: number;
  fileBytesRead = 0;
  readonly #file: FileHandle;
  readonly #walker = new ZstdFrameWalker();
  readonly #chunks: AsyncGenerator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);
  #used = 0;
  #delivered = 0;
  #input: Uint8Array = new Uint8Array(0);
  #inputUsed = 0;

  constructor(file: FileHandle, fileBytes: number) {
    this.#file = file;
    this.fileBytes = fileBytes;
    this.#chunks = this.#decompress();
  }

  get frames(): number {
    return this.#walker.frames;
  }

  async read(target: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < target.length) {
      if (this.#used === this.#chunk.length) {
        const next = await this.#chunks.next();
        if (next.done === true) break;
        this.#chunk = next.value;
        this.#used = 0;
      }
      const part = Math.min(target.length - filled, this.#chunk.length - this.#used);
      target.set(this.#chunk.subarray(this.#used, this.#used + part), filled);
      this.#used += part;
      filled += part;
      this.#delivered += part;
    }
    return filled;
  }

  async close(): Promise<void> {
    await this.#chunks.return(undefined);
    await this.#file.close();
  }

  /** Every frame's content, in pieces. A frame's last input goes in before the next frame's decompressor is made. */
  async *#decompress(): AsyncGenerator<Uint8Array> {
    try {
      while (await this.#fillInput()) {
        const begun: Uint8Array[] = [];
        do begun.push(this.#takeInput());
        while (this.#walker.kind === 'unknown' && (await this.#fillInput()));
        if (this.#walker.kind === 'data') yield* this.#decompressFrame(begun);
        else await this.#passOver();
      }
    } catch (error) {
      throw this.#toDamage(error);
    }
  }

  async *#decompressFrame(begun: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
    const decompressor = createZstdDecompress({
      chunkSize: OUTPUT_BYTES,
      params: { [constants.ZSTD_d_windowLogMax]: 31 },
    });
    const feeding = this.#feed(decompressor, begun);
    // told by the await below; until then the decompressor's own end may come first
    feeding.catch(() => undefined);
    try {
      const output = new OutputQueue(decompressor);
      for (let chunk = await output.next(); chunk !== undefined; chunk = await output.next())
        yield chunk;
      await feeding;
    } finally {
      decompressor.destroy();
    }
  }

  async #feed(decompressor: ZstdDecompress, begun: readonly Uint8Array[]): Promise<void> {
    try {
      for (const piece of begun) await write(decompressor, piece);
      while (!this.#walker.isBetweenFrames) {
        await this.#needInput();
        await write(decompressor, this.#takeInput());
      }
      decompressor.end();
    } catch (error) {
      decompressor.destroy(error as Error);
      throw error;
    }
  }

  async #passOver(): Promise<void> {
    while (!this.#walker.isBetweenFrames) {
      await this.#needInput();
      this.#takeInput();
    }
  }

  /** The input at hand as far as the frame at hand goes. */
  #takeInput(): Uint8Array {
    const from = this.#inputUsed;
    this.#inputUsed = this.#walker.advance(this.#input, from);
    return this.#input.subarray(from, this.#inputUsed);
  }

  async #needInput(): Promise<void> {
    if (!(await this.#fillInput())) throw new RangeError('the file ends inside a zstd frame');
  }

  /** True when there is input to go on with. */
  async #fillInput(): Promise<boolean> {
    if (this.#inputUsed < this.#input.length) return true;
    const buffer = new Uint8Array(
      Math.min(INPUT_BYTES, Math.max(1, this.fileBytes - this.fileBytesRead)),
    );
    const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, this.fileBytesRead);
    this.fileBytesRead += bytesRead;
    this.#input = buffer.subarray(0, bytesRead);
    this.#inputUsed = 0;
    return bytesRead > 0;
  }

  #toDamage(error: unknown): DamagedFileError {
    const reason = error instanceof Error ? error.message : String(error);
    const where = this.fileBytesRead - this.#input.length + this.#inputUsed;
    return new DamagedFileError(
      `${reason} (zstd frame ${this.frames}, at or before byte ${where} of ${this.fileBytes} compressed)`,
      this.#delivered,
      { cause: error },
    );
  }
}

/** What a decompressor puts out, taken from it as it comes: its own iterator would copy chunks together. */
class OutputQueue {
  readonly #decompressor: ZstdDecompress;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #isAtEnd = false;
  #failure: Error | undefined;
  #wake: () => void = () => undefined;

  constructor(decompressor: ZstdDecompress) {
    this.#decompressor = decompressor;
    decompressor.on('data', (chunk: Uint8Array) => {
      this.#chunks.push(chunk);
      this.#bytes += chunk.length;
      if (this.#bytes >= AHEAD_BYTES) decompressor.pause();
      this.#wake();
    });
    decompressor.on('end', () => {
      this.#isAtEnd = true;
      this.#wake();
    });
    decompressor.on('error', (error) => {
      this.#failure = error;
      this.#wake();
    });
  }

  async next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) {
        this.#bytes -= chunk.length;
        if (this.#bytes < AHEAD_BYTES && this.#decompressor.isPaused()) this.#decompressor.resume();
        return chunk;
      }
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#isAtEnd) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

function write(decompressor: ZstdDecompress, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    decompressor.write(bytes, (error) => {
      if (error === null || error === undefined) resolve();
      else reject(error);
    });
  });
}
