import type { EventBatch } from '../../domain/event.ts';
import { EVENT_BYTES } from '../../domain/event.ts';
import type { DayNumber, SessionTime } from '../../domain/time.ts';
import { formatDay, NS_PER_DAY, toEpochWords } from '../../domain/time.ts';
import { type ByteSink, createAtomicFile } from '../../platform/atomic-file.ts';
import { compressTo } from '../../platform/zstd-compress.ts';
import { STYPE_INSTRUMENT_ID, STYPE_RAW_SYMBOL } from './dbn-format.ts';
import type { DbnMetadata } from './dbn-metadata.ts';
import { encodeMetadata } from './encode-metadata.ts';
import { type DbnRecord, encodeRecord } from './records/dbn-record.ts';

/** What the file says of itself. */
export interface DbnFileHeader {
  /** Databento's dataset, at most 16 characters. */
  readonly dataset: string;
  /** At most 70 characters. */
  readonly symbol: string;
  readonly instrumentId: number;
  /** The session's calendar day; `startNs` and `endNs` count from its midnight UTC. */
  readonly day: DayNumber;
  /** First moment of the file; the day's midnight by default. */
  readonly startNs?: SessionTime;
  /** End, exclusive; the next midnight by default. */
  readonly endNs?: SessionTime;
}

/** A DBN file being written. Exactly one of `close` and `abort` ends it. */
export interface DbnWriter {
  /** Takes the events over before it resolves; wait for it before the next one. */
  write(batch: EventBatch): Promise<void>;
  /** Writes the rest; only then the file appears under its name. */
  close(): Promise<void>;
  /** Leaves nothing behind. */
  abort(): Promise<void>;
}

/** Written in pieces of this size whatever the batches are, so that equal events give equal compressed bytes. */
const BLOCK_BYTES = 1 << 20;

/** Opens a DBN version 3 file of MBO records, compressed where its name ends in `.zst`. Same input, same bytes. */
export async function openDbnWriter(path: string, header: DbnFileHeader): Promise<DbnWriter> {
  const writer = await openBlocks(path, dayMetadata(header, 'mbo'));
  return {
    write: ({ words, count }) =>
      writer.append(new Uint8Array(words.buffer, words.byteOffset, count * EVENT_BYTES)),
    close: () => writer.close(),
    abort: () => writer.abort(),
  };
}

/** A DBN file of records of any kinds being written. Exactly one of `close` and `abort` ends it. */
export interface DbnRecordWriter {
  /**
   * Waits for the disk now and then: wait for it before the next one.
   *
   * @throws {RangeError} If a field has no room for its value, or the record has a time of sending and the metadata say
   * that none has, or the other way round. Nothing of the record is written then.
   */
  write(record: DbnRecord): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}

/**
 * Opens a DBN file for records of any kinds, compressed where its name ends in `.zst`. Layouts are written as the records
 * have them; what the metadata say of the version is the caller's to keep true.
 */
export async function openRecordWriter(
  path: string,
  metadata: DbnMetadata,
): Promise<DbnRecordWriter> {
  const writer = await openBlocks(path, metadata);
  return {
    async write(record) {
      if ((record.tsOut !== undefined) !== metadata.hasTsOut)
        throw new RangeError('a time of sending stands in all records of a file or in none');
      await writer.append(encodeRecord(record));
    },
    close: () => writer.close(),
    abort: () => writer.abort(),
  };
}

async function openBlocks(path: string, metadata: DbnMetadata): Promise<BlockWriter> {
  const head = encodeMetadata(metadata);
  const file = await createAtomicFile(path);
  const writer = new BlockWriter(path.endsWith('.zst') ? compressTo(file) : file);
  await writer.append(head);
  return writer;
}

/** Fills one block while the sink still works on the other. */
class BlockWriter {
  readonly #sink: ByteSink;
  #block = new Uint8Array(BLOCK_BYTES);
  #spare = new Uint8Array(BLOCK_BYTES);
  #filled = 0;
  #pending: Promise<void> = Promise.resolve();

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  async append(bytes: Uint8Array): Promise<void> {
    let taken = 0;
    while (taken < bytes.length) {
      const part = Math.min(bytes.length - taken, BLOCK_BYTES - this.#filled);
      this.#block.set(bytes.subarray(taken, taken + part), this.#filled);
      this.#filled += part;
      taken += part;
      if (this.#filled === BLOCK_BYTES) await this.#flush();
    }
  }

  async close(): Promise<void> {
    if (this.#filled > 0) await this.#flush();
    await this.#pending;
    await this.#sink.commit();
  }

  async abort(): Promise<void> {
    await this.#pending.catch(() => undefined);
    await this.#sink.discard();
  }

  async #flush(): Promise<void> {
    await this.#pending;
    const full = this.#block.subarray(0, this.#filled);
    this.#block = this.#spare;
    this.#spare = new Uint8Array(full.buffer);
    this.#filled = 0;
    this.#pending = this.#sink.write(full);
    // whoever awaits it next is told
    this.#pending.catch(() => undefined);
  }
}

/** The metadata of a version 3 file of one instrument's day. */
export function dayMetadata(header: DbnFileHeader, schema: string): DbnMetadata {
  const { day, startNs = 0, endNs = NS_PER_DAY, symbol } = header;
  const moment = (time: SessionTime): bigint => {
    const [low, high] = toEpochWords(day, time);
    return (BigInt(high) << 32n) | BigInt(low >>> 0);
  };
  return {
    version: 3,
    dataset: header.dataset,
    schema,
    startNs: moment(startNs),
    endNs: moment(endNs),
    limit: 0n,
    stypeIn: STYPE_RAW_SYMBOL,
    stypeOut: STYPE_INSTRUMENT_ID,
    hasTsOut: false,
    symbols: [symbol],
    partial: [],
    notFound: [],
    mappings: [
      {
        rawSymbol: symbol,
        intervals: [
          {
            startDate: dateOf(day + Math.floor(startNs / NS_PER_DAY)),
            endDate: dateOf(day + Math.ceil(endNs / NS_PER_DAY)),
            symbol: String(header.instrumentId),
          },
        ],
      },
    ],
  };
}

/** The day as the number YYYYMMDD. */
function dateOf(day: DayNumber): number {
  return Number(formatDay(day, ''));
}
