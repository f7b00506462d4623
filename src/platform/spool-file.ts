import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Numbers put aside on the disk for the time of a run, in a file that no name leads to: it is gone however the process ends. */
export class SpoolFile {
  readonly #descriptor: number;
  #bytes = 0;
  #isWritable = true;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** `undefined` where no file can be made in the folder. */
  static in(folder: string): SpoolFile | undefined {
    const path = join(folder, `fsd-tui-spool-${process.pid}-${spools++}`);
    try {
      const descriptor = openSync(path, 'wx+', 0o600);
      unlinkSync(path);
      return new SpoolFile(descriptor);
    } catch {
      return undefined;
    }
  }

  /** Puts words at the end and returns where they stand; `undefined` once the disk takes no more. */
  append(words: Int32Array): number | undefined {
    if (!this.#isWritable) return undefined;
    const place = this.#bytes;
    const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    try {
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done, place + done);
    } catch {
      this.#isWritable = false;
      return undefined;
    }
    this.#bytes += bytes.length;
    return place;
  }

  /** So many words from a place that `append` returned. */
  read(place: number, count: number): Int32Array {
    const words = new Int32Array(count);
    const bytes = new Uint8Array(words.buffer);
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(this.#descriptor, bytes, done, bytes.length - done, place + done);
      if (read === 0) throw new Error('the spool ends before what was put there');
      done += read;
    }
    return words;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

let spools = 0;
