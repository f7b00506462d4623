import { open } from 'node:fs/promises';

/** Reads whole lines that were added to a file since the last time. The file may be missing, replaced or cut short. */
export class GrowingFile {
  readonly #path: string;
  #inode: number | undefined;
  #offset = 0;
  #partial: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
  }

  /** New lines since the last call, without their ends; a line that is not whole yet comes with a later call. */
  async readLines(): Promise<readonly string[]> {
    let file: Awaited<ReturnType<typeof open>>;
    try {
      file = await open(this.#path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      // the next file of this name may be given the same inode
      this.#begin(undefined);
      return [];
    }
    try {
      const { ino, size } = await file.stat();
      if (ino !== this.#inode || size < this.#offset) {
        this.#begin(ino);
      }
      if (size === this.#offset) return [];
      const bytes = Buffer.alloc(size - this.#offset);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, this.#offset);
      this.#offset += bytesRead;
      const all = Buffer.concat([this.#partial, bytes.subarray(0, bytesRead)]);
      // cut at the last line's end as bytes: a character may be cut in two there
      const end = all.lastIndexOf(0x0a) + 1;
      this.#partial = Buffer.from(all.subarray(end));
      return end === 0 ? [] : all.toString('utf8', 0, end - 1).split('\n');
    } finally {
      await file.close();
    }
  }

  #begin(inode: number | undefined): void {
    this.#inode = inode;
    this.#offset = 0;
    this.#partial = Buffer.alloc(0);
  }
}
