import type { Readable } from 'node:stream';
import { type Entry, open, type ZipFile } from 'yauzl';

export interface ZipEntry {
  readonly name: string;
  /** Uncompressed size. */
  readonly bytes: number;
}

/** A zip archive opened for reading; several entries may be read at once. */
export interface Zip {
  readonly entries: readonly ZipEntry[];
  /** The content of the entry of that name. */
  read(name: string): Promise<Readable>;
  close(): Promise<void>;
}

/** Opens an archive and lists it. Rejects when the file can't be opened or its directory is damaged. */
export async function openZip(path: string): Promise<Zip> {
  const file = await new Promise<ZipFile>((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false }, (error, opened) => {
      if (error === null) resolve(opened);
      else reject(error);
    });
  });
  const entries = await listOf(file).catch((error: unknown) => {
    file.close();
    throw error;
  });
  return {
    entries: entries.map((entry) => ({ name: entry.fileName, bytes: entry.uncompressedSize })),
    read: (name) =>
      new Promise((resolve, reject) => {
        const entry = entries.find((each) => each.fileName === name);
        if (entry === undefined) {
          reject(new RangeError(`the archive has no entry ${name}`));
          return;
        }
        file.openReadStream(entry, (error, stream) => {
          if (error === null) resolve(stream);
          else reject(error);
        });
      }),
    async close() {
      file.close();
    },
  };
}

function listOf(file: ZipFile): Promise<Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    file.on('entry', (entry: Entry) => {
      entries.push(entry);
      file.readEntry();
    });
    file.on('end', () => resolve(entries));
    file.on('error', reject);
    file.readEntry();
  });
}
