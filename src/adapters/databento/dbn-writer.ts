import type { EventBatch } from '../../domain/event.ts';
import { EVENT_BYTES } from '../../domain/event.ts';
import type { DayNumber, SessionTime } from '../../domain/time.ts';
import { formatDay, NS_PER_DAY, toEpochWords } from '../../domain/time.ts';
import { type ByteSink, createAtomicFile } from '../../platform/atomic-file.ts';
import { compressTo } from '../../platform/zstd-compress.ts';
import {
  FIXED_METADATA_END,
  PRELUDE_BYTES,
  SCHEMA_MBO,
  STYPE_INSTRUMENT_ID,
  STYPE_RAW_SYMBOL,
  SYMBOL_BYTES,
} from './dbn-format.ts';

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
  const metadata = encodeMetadata(header);
  const file = await createAtomicFile(path);
  const writer = new BlockWriter(path.endsWith('.zst') ? compressTo(file) : file);
  await writer.append(metadata);
  return {
    write: ({ words, count }) =>
      writer.append(new Uint8Array(words.buffer, words.byteOffset, count * EVENT_BYTES)),
    close: () => writer.close(),
    abort: () => writer.abort(),
  };
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

function encodeMetadata(header: DbnFileHeader): Uint8Array {
  const { day, startNs = 0, endNs = NS_PER_DAY } = header;
  // symbols, partial, not found, mappings: a count each; one symbol; one mapping with one interval
  const used = FIXED_METADATA_END + 4 * 4 + SYMBOL_BYTES + SYMBOL_BYTES + 4 + 4 + 4 + SYMBOL_BYTES;
  const total = Math.ceil(used / 8) * 8;
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  const text = (value: string, offset: number, length: number) => {
    const encoded = new TextEncoder().encode(value);
    if (encoded.length > length) throw new RangeError(`"${value}" is longer than ${length} bytes`);
    bytes.set(encoded, offset);
  };
  const moment = (time: SessionTime, offset: number) => {
    const [low, high] = toEpochWords(day, time);
    view.setInt32(offset, low, true);
    view.setInt32(offset + 4, high, true);
  };
  text('DBN', 0, 3);
  view.setUint8(3, 3);
  view.setUint32(4, total - PRELUDE_BYTES, true);
  text(header.dataset, 8, 16);
  view.setUint16(24, SCHEMA_MBO, true);
  moment(startNs, 26);
  moment(endNs, 34);
  view.setUint8(50, STYPE_RAW_SYMBOL);
  view.setUint8(51, STYPE_INSTRUMENT_ID);
  view.setUint16(53, SYMBOL_BYTES, true);
  let at = FIXED_METADATA_END;
  const count = (value: number) => {
    view.setUint32(at, value, true);
    at += 4;
  };
  const symbol = (value: string) => {
    text(value, at, SYMBOL_BYTES - 1);
    at += SYMBOL_BYTES;
  };
  count(1);
  symbol(header.symbol);
  count(0);
  count(0);
  count(1);
  symbol(header.symbol);
  count(1);
  count(dateOf(day + Math.floor(startNs / NS_PER_DAY)));
  count(dateOf(day + Math.ceil(endNs / NS_PER_DAY)));
  symbol(String(header.instrumentId));
  return bytes;
}

/** The day as the number YYYYMMDD. */
function dateOf(day: DayNumber): number {
  return Number(formatDay(day, ''));
}
