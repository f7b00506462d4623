import type { DbnVersion } from '../dbn-metadata.ts';
import { DbnStream } from '../dbn-stream.ts';
import { type DbnRecord, decodeRecord } from './dbn-record.ts';

/**
 * The records of a file, one by one, in file order. Those of unknown types are left out; `summarizeDbn` counts them.
 *
 * @param fragmentVersion Given for a file without metadata; the records' lengths tell their versions.
 * @throws {FeedError} If the file is damaged.
 */
export async function* readRecords(
  path: string,
  fragmentVersion?: DbnVersion,
): AsyncGenerator<DbnRecord> {
  const stream = await DbnStream.open(path, fragmentVersion);
  const { file, metadata } = stream;
  try {
    for (let block = await stream.next(); block !== undefined; block = await stream.next()) {
      const { words, from, to } = block;
      const view = new DataView(words.buffer, words.byteOffset, words.byteLength);
      for (let at = from; at < to; ) {
        const length = stream.recordWords(at);
        if (at + length > to) {
          stream.keepFrom(at);
          break;
        }
        const byteOffset = stream.offsetOf(at);
        const record = decodeRecord(view, at * 4, {
          file,
          byteOffset,
          hasTsOut: metadata?.hasTsOut,
        });
        if (record !== undefined) yield record;
        at += length;
      }
    }
  } finally {
    await stream.close();
  }
}
