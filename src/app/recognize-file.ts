import { basename } from 'node:path';
import { parseLobsterName } from '../adapters/lobster/lobster-files.ts';
import { FeedError } from '../feeds/port.ts';
import { type ByteSource, DamagedFileError, openByteSource } from '../platform/byte-source.ts';
import { reasonOf } from '../platform/file-errors.ts';

export type FileKind = 'dbn' | 'dbn-fragment' | 'lobster';

const HEAD_BYTES = 4096;
const SUPPORTED =
  'give a .dbn or .dbn.zst file of Databento (schema mbo or trades), or a LOBSTER zip or message file';

/**
 * Tells what a file is by its content, and where that says nothing by LOBSTER's file name.
 *
 * @throws {FeedError} If it can't be opened or is nothing that events can be read from.
 */
export async function recognizeFile(path: string): Promise<FileKind> {
  const source = await openByteSource(path).catch((error: unknown) => {
    throw unopened(path, error);
  });
  try {
    const head = await headOf(path, source);
    const text = head.toString('latin1');
    if (text.startsWith('DBN')) return 'dbn';
    if (text.startsWith('PK\x03\x04') || parseLobsterName(path) !== undefined) return 'lobster';
    if (/\.dbn\.frag(?:\.zst)?$/.test(path)) return 'dbn-fragment';
    throw new FeedError(path, 0, problemOf(path, head, text));
  } finally {
    await source.close();
  }
}

async function headOf(path: string, source: ByteSource): Promise<Buffer> {
  const head = Buffer.alloc(HEAD_BYTES);
  try {
    return head.subarray(0, await source.read(head));
  } catch (error) {
    if (!(error instanceof DamagedFileError)) throw unopened(path, error);
    throw new FeedError(
      path,
      error.delivered,
      `${error.message}; the file is damaged: download or copy it again`,
      { cause: error },
    );
  }
}

function problemOf(path: string, head: Buffer, text: string): string {
  if (head.length === 0) return `the file is empty; ${SUPPORTED}`;
  if (head[0] === 0x1f && head[1] === 0x8b)
    return `is compressed with gzip, which no supported feed is; ${SUPPORTED}`;
  const firstLine = text.slice(0, text.search(/\r?\n|$/));
  if (/\bopen\b.*\bhigh\b.*\blow\b.*\bclose\b/i.test(firstLine)) {
    return `holds bars, and there is no order flow in minute bars; ${SUPPORTED}`;
  }
  if (/\.csv$/i.test(path)) {
    return `is a CSV file that is not named as LOBSTER names its own (${basename(path)}); ${SUPPORTED}`;
  }
  return `is of no kind that events can be read from; ${SUPPORTED}`;
}

function unopened(path: string, error: unknown): FeedError {
  return new FeedError(path, undefined, `can't be opened: ${reasonOf(error)}`, { cause: error });
}
