import { createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { type DayNumber, parseDay } from '../../domain/time.ts';
import { FeedError } from '../../feeds/port.ts';
import { reasonOf } from '../../platform/file-errors.ts';
import { openZip, type Zip } from '../../platform/zip.ts';
import { NumberRows } from './number-rows.ts';

/** What a LOBSTER file's name says: SYMBOL_YYYY-MM-DD_START_END_message_LEVELS.csv. */
export interface LobsterName {
  readonly symbol: string;
  readonly date: DayNumber;
  readonly kind: 'message' | 'orderbook';
  /** Levels a side that the orderbook file has. */
  readonly levels: number;
}

/** A message file and the order book after each of its messages, opened. */
export interface LobsterFiles {
  readonly name: LobsterName;
  /** Nanoseconds after midnight, type, order id, size, price in 1e-4, direction. */
  readonly messages: NumberRows;
  /** For every level: ask price, ask size, bid price, bid size. */
  readonly rows: NumberRows;
  /** Bytes of both, uncompressed. */
  readonly totalBytes: number;
  close(): Promise<void>;
}

const MESSAGE_COLUMNS = 6;
export const COLUMNS_PER_LEVEL = 4;
const CHUNK_BYTES = 1 << 18;

/** Reads a file's name. Returns `undefined` when it is not one of LOBSTER's. */
export function parseLobsterName(path: string): LobsterName | undefined {
  const match = /^(.+)_(\d{4}-\d{2}-\d{2})_\d+_\d+_(message|orderbook)_(\d{1,4})\.csv$/.exec(
    basename(path),
  );
  if (match === null) return undefined;
  const [, symbol = '', day = '', kind, levels] = match;
  const date = parseDay(day);
  if (date === undefined || Number(levels) === 0) return undefined;
  return {
    symbol,
    date,
    kind: kind === 'message' ? 'message' : 'orderbook',
    levels: Number(levels),
  };
}

/**
 * Opens a LOBSTER zip, or a message file with its orderbook file beside it.
 *
 * @throws {FeedError} If a file of the pair is missing or can't be opened.
 */
export async function openLobsterFiles(path: string): Promise<LobsterFiles> {
  return parseLobsterName(path) === undefined ? openFromZip(path) : openFromFolder(path);
}

async function openFromFolder(path: string): Promise<LobsterFiles> {
  const name = parseLobsterName(path);
  if (name?.kind !== 'message') {
    throw new FeedError(path, undefined, 'is an orderbook file; give the message file beside it');
  }
  const orderbook = join(dirname(path), orderbookNameOf(path));
  await access(path).catch((error: unknown) => {
    throw new FeedError(path, undefined, `can't be opened: ${reasonOf(error)}`, { cause: error });
  });
  await access(orderbook).catch((error: unknown) => {
    throw missingOrderbook(path, error);
  });
  const sizes = [(await stat(path)).size, (await stat(orderbook)).size];
  const streams = [path, orderbook].map((each) =>
    createReadStream(each, { highWaterMark: CHUNK_BYTES }),
  );
  return assemble(name, path, streams, sizes, async () => undefined);
}

async function openFromZip(path: string): Promise<LobsterFiles> {
  const zip = await openZipOrTell(path);
  try {
    const messages = zip.entries.filter(
      (entry) => parseLobsterName(entry.name)?.kind === 'message',
    );
    const [message] = messages;
    const name = parseLobsterName(message?.name ?? '');
    if (message === undefined || name === undefined) {
      throw new FeedError(
        path,
        undefined,
        'holds no LOBSTER message file; give a zip with a message and an orderbook file',
      );
    }
    if (messages.length > 1) {
      throw new FeedError(
        path,
        undefined,
        `holds ${messages.length} message files; unpack it and give one of them`,
      );
    }
    const orderbookName = orderbookNameOf(message.name);
    const orderbook = zip.entries.find((entry) => basename(entry.name) === orderbookName);
    if (orderbook === undefined) throw missingOrderbook(path);
    const streams = [await zip.read(message.name), await zip.read(orderbook.name)];
    return assemble(name, message.name, streams, [message.bytes, orderbook.bytes], () =>
      zip.close(),
    );
  } catch (error) {
    await zip.close();
    throw error;
  }
}

async function openZipOrTell(path: string): Promise<Zip> {
  return openZip(path).catch((error: unknown) => {
    throw new FeedError(
      path,
      undefined,
      `can't be opened as a zip: ${reasonOf(error)}; download or copy it again`,
      { cause: error },
    );
  });
}

function assemble(
  name: LobsterName,
  messagePath: string,
  streams: readonly Readable[],
  sizes: readonly number[],
  close: () => Promise<void>,
): LobsterFiles {
  const [messages, rows] = streams.map((stream, index) => {
    const file = index === 0 ? basename(messagePath) : orderbookNameOf(messagePath);
    return new NumberRows(file, chunksOf(file, stream), {
      columns: index === 0 ? MESSAGE_COLUMNS : name.levels * COLUMNS_PER_LEVEL,
      mayHaveMore: index === 0,
      beginsWithSeconds: index === 0,
    });
  });
  if (messages === undefined || rows === undefined)
    throw new RangeError('a pair of streams is needed');
  return {
    name,
    messages,
    rows,
    totalBytes: (sizes[0] ?? 0) + (sizes[1] ?? 0),
    async close() {
      for (const stream of streams) stream.destroy();
      await close();
    },
  };
}

async function* chunksOf(file: string, stream: Readable): AsyncGenerator<Uint8Array> {
  let read = 0;
  try {
    for await (const chunk of stream) {
      const bytes = chunk as Uint8Array;
      yield bytes;
      read += bytes.length;
    }
  } catch (error) {
    throw new FeedError(
      file,
      read,
      `can't be read: ${reasonOf(error)}; download or copy it again`,
      { cause: error },
    );
  }
}

function orderbookNameOf(messagePath: string): string {
  return basename(messagePath).replace(/_message_(\d+\.csv)$/, '_orderbook_$1');
}

function missingOrderbook(path: string, cause?: unknown): FeedError {
  return new FeedError(
    path,
    undefined,
    "has no orderbook file beside it, without which levels that come back into the file's window are lost; put the _orderbook_ file of the same name there",
    { cause },
  );
}
