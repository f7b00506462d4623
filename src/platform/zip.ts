import { finished, PassThrough, type Readable } from 'node:stream';
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
  const sources = new Set<Readable>();
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
          if (error === null) resolve(shielded(stream, sources));
          else reject(error);
        });
      }),
    async close() {
      // one that nobody reads any more runs empty: yauzl breaks when a stream is destroyed with a read in flight
      await Promise.all(
        [...sources].map(
          (source) =>
            new Promise<void>((resolve) => {
              finished(source, () => resolve());
              source.unpipe();
              source.resume();
            }),
        ),
      );
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

/** The source's content through a stream that may be destroyed at any time. */
function shielded(source: Readable, sources: Set<Readable>): Readable {
  const through = new PassThrough({ highWaterMark: 1 << 18 });
  sources.add(source);
  source.on('error', (error) => through.destroy(error));
  source.on('close', () => sources.delete(source));
  return source.pipe(through);
}
