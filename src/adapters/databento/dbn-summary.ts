import { FLAG_BAD_TS_RECV, FLAG_MAYBE_BAD_BOOK, FLAG_SNAPSHOT } from '../../domain/event.ts';
import { UNDEFINED_PRICE_HIGH, UNDEFINED_PRICE_LOW } from '../../domain/price.ts';
import { RTYPE_MBO, RTYPE_SYMBOL_MAPPING, recordTypeName } from './dbn-format.ts';
import type { DbnMetadata, DbnVersion } from './dbn-metadata.ts';
import { DbnStream, type RecordBlock } from './dbn-stream.ts';
import { listedInstruments } from './instrument-choice.ts';
import { decodeRecord } from './records/dbn-record.ts';
import { SideCollector, type SideSummary } from './side-summary.ts';
import { mappingSymbols } from './symbol-mapping.ts';

/** What stands in a DBN file, counted over all of it. Moments are epoch nanoseconds. */
export interface DbnSummary {
  readonly metadata: DbnMetadata | undefined;
  readonly symbols: readonly string[];
  /** First and last record in file order that tells a time, snapshots left out unless there is nothing else. */
  readonly firstNs: bigint | undefined;
  readonly lastNs: bigint | undefined;
  readonly records: number;
  readonly byType: Readonly<Record<string, number>>;
  /** Of records that have them, by Databento's letters. */
  readonly byAction: Readonly<Record<string, number>>;
  readonly bySide: Readonly<Record<string, number>>;
  /**
   * Places where the sequence leaves numbers out, and how many numbers; `undefined` where sequences are those of a channel
   * that more instruments share, so that holes say nothing.
   */
  readonly gaps: { readonly jumps: number; readonly missing: number } | undefined;
  readonly anomalies: Readonly<Record<string, number>>;
  readonly side: SideSummary;
  /** Bytes before the records, and of the records. */
  readonly headBytes: number;
  readonly bodyBytes: number;
  readonly fileBytes: number;
  readonly compression: 'none' | 'zstd';
  readonly frames: number;
}

/** Words of a record type's fields, counted from its beginning. */
interface Layout {
  /** The word with action and side, and the bits that the action begins at. */
  readonly tags?: readonly [word: number, actionShift: number, flagsShift: number];
  readonly tsRecv?: number;
  readonly price?: number;
  readonly size?: number;
  readonly sequence?: number;
}

const MBO: Layout = { tags: [9, 16, 0], tsRecv: 10, price: 6, size: 8, sequence: 13 };
const TRADE_LIKE: Layout = { tags: [7, 0, 16], tsRecv: 8, price: 4, size: 6, sequence: 11 };
const LAYOUTS: ReadonlyMap<number, Layout> = new Map([
  [RTYPE_MBO, MBO],
  [0x00, TRADE_LIKE],
  [0x01, TRADE_LIKE],
  [0x0a, TRADE_LIKE],
  [0xb1, { tags: [7, 0, 16], tsRecv: 8, price: 4, size: 6 }],
  [0xc2, { tags: [7, 0, 16], tsRecv: 8, price: 4, size: 6 }],
  [0xc0, { tsRecv: 8 }],
  [0xc1, { tsRecv: 8 }],
  [0xc3, { tsRecv: 8 }],
  [0xc4, { tsRecv: 8 }],
  [0x12, { tsRecv: 4 }],
  [0x13, { tsRecv: 4 }],
  [0x14, { tsRecv: 4 }],
  [0x18, { tsRecv: 4 }],
]);
const PLAIN: Layout = {};
/** Definition, statistics, status, imbalance, error, system: few, and each tells something of its own. */
const SIDE_TYPES: ReadonlySet<number> = new Set([0x12, 0x13, 0x14, 0x15, 0x17, 0x18]);
const BIG_SIZE = 2_147_483_648;
/** A sequence is the file's own when at least this share of its steps leaves nothing out. */
const DENSE_SHARE = 0.99;
const ADD = 'A'.charCodeAt(0);
const MODIFY = 'M'.charCodeAt(0);
const TRADE = 'T'.charCodeAt(0);
const FILL = 'F'.charCodeAt(0);

/**
 * Reads a file to its end and counts what stands in it.
 *
 * @throws {FeedError} If the file is damaged.
 */
export async function summarizeDbn(
  path: string,
  fragmentVersion?: DbnVersion,
): Promise<DbnSummary> {
  const stream = await DbnStream.open(path, fragmentVersion);
  try {
    const counter = new Counter(stream);
    for (let block = await stream.next(); block !== undefined; block = await stream.next())
      counter.onBlock(block);
    return counter.summary();
  } finally {
    await stream.close();
  }
}

class Counter {
  readonly #stream: DbnStream;
  readonly #types = new Float64Array(256);
  readonly #actions = new Float64Array(256);
  readonly #sides = new Float64Array(256);
  readonly #mapped = new Set<string>();
  readonly #side = new SideCollector();
  #records = 0;
  readonly #tsEvent = new LastTime();
  readonly #snapshotEvent = new LastTime();
  readonly #tsRecv = new LastTime();
  #sequence = -1;
  #steps = 0;
  #jumps = 0;
  #missing = 0;
  #sequenceBackwards = 0;
  #zeroSizes = 0;
  #bigSizes = 0;
  #undefinedPrices = 0;
  #badTsRecv = 0;
  #maybeBadBook = 0;

  constructor(stream: DbnStream) {
    this.#stream = stream;
  }

  onBlock({ words, from, to }: RecordBlock): void {
    for (let at = from; at < to; ) {
      const length = this.#stream.recordWords(at);
      if (at + length > to) {
        this.#stream.keepFrom(at);
        return;
      }
      this.#onRecord(words, at, length);
      at += length;
    }
  }

  summary(): DbnSummary {
    const { metadata, source, headBytes, bodyBytes } = this.#stream;
    const listed = [...listedInstruments(metadata).keys()];
    const times = this.#tsEvent.first === undefined ? this.#snapshotEvent : this.#tsEvent;
    return {
      metadata,
      symbols: [
        ...new Set([...(listed.length > 0 ? listed : (metadata?.symbols ?? [])), ...this.#mapped]),
      ],
      firstNs: times.first,
      lastNs: times.last,
      records: this.#records,
      byType: named(this.#types, recordTypeName),
      byAction: named(this.#actions, String.fromCharCode),
      bySide: named(this.#sides, String.fromCharCode),
      gaps:
        this.#steps > 0 && this.#jumps <= this.#steps * (1 - DENSE_SHARE)
          ? { jumps: this.#jumps, missing: this.#missing }
          : undefined,
      anomalies: {
        tsEventBackwards: this.#tsEvent.backwards,
        tsRecvBackwards: this.#tsRecv.backwards,
        sequenceBackwards: this.#sequenceBackwards,
        zeroSizes: this.#zeroSizes,
        sizesFrom2To31: this.#bigSizes,
        undefinedPrices: this.#undefinedPrices,
        badTsRecv: this.#badTsRecv,
        maybeBadBook: this.#maybeBadBook,
      },
      side: this.#side.summary(),
      headBytes,
      bodyBytes,
      fileBytes: source.fileBytes,
      compression: source.compression,
      frames: source.frames,
    };
  }

  #onRecord(words: Int32Array, at: number, length: number): void {
    const type = ((words[at] ?? 0) >> 8) & 0xff;
    this.#records++;
    bump(this.#types, type);
    if (type === RTYPE_SYMBOL_MAPPING) {
      const hasTsOut = this.#stream.metadata?.hasTsOut === true;
      const name = mappingSymbols(words, at, length * 4, hasTsOut).at(-1);
      if (name !== undefined) this.#mapped.add(name);
      return;
    }
    if (type !== RTYPE_MBO && SIDE_TYPES.has(type)) this.#onSide(words, at);
    const layout = type === RTYPE_MBO ? MBO : (LAYOUTS.get(type) ?? PLAIN);
    const flags = layout.tags === undefined ? 0 : this.#onTags(words, at, layout, layout.tags);
    const isSnapshot = (flags & FLAG_SNAPSHOT) !== 0;
    (isSnapshot ? this.#snapshotEvent : this.#tsEvent).push(words[at + 2] ?? 0, words[at + 3] ?? 0);
    if (isSnapshot) return;
    if (layout.tsRecv !== undefined)
      this.#tsRecv.push(words[at + layout.tsRecv] ?? 0, words[at + layout.tsRecv + 1] ?? 0);
    if (layout.sequence !== undefined) this.#onSequence((words[at + layout.sequence] ?? 0) >>> 0);
  }

  #onSide(words: Int32Array, at: number): void {
    const view = new DataView(words.buffer, words.byteOffset, words.byteLength);
    const record = decodeRecord(view, at * 4, {
      file: this.#stream.file,
      byteOffset: this.#stream.offsetOf(at),
      hasTsOut: this.#stream.metadata?.hasTsOut,
    });
    if (record !== undefined) this.#side.onRecord(record);
  }

  #onTags(
    words: Int32Array,
    at: number,
    layout: Layout,
    [word, actionShift, flagsShift]: readonly [number, number, number],
  ): number {
    const tags = words[at + word] ?? 0;
    const action = (tags >> actionShift) & 0xff;
    const flags = (tags >> flagsShift) & 0xff;
    bump(this.#actions, action);
    bump(this.#sides, (tags >> (actionShift + 8)) & 0xff);
    if ((flags & FLAG_BAD_TS_RECV) !== 0) this.#badTsRecv++;
    if ((flags & FLAG_MAYBE_BAD_BOOK) !== 0) this.#maybeBadBook++;
    if (action === ADD || action === MODIFY || action === TRADE || action === FILL) {
      const size = (words[at + (layout.size ?? 0)] ?? 0) >>> 0;
      const price = at + (layout.price ?? 0);
      if (size === 0) this.#zeroSizes++;
      else if (size >= BIG_SIZE) this.#bigSizes++;
      if (words[price] === UNDEFINED_PRICE_LOW && words[price + 1] === UNDEFINED_PRICE_HIGH)
        this.#undefinedPrices++;
    }
    return flags;
  }

  #onSequence(sequence: number): void {
    const last = this.#sequence;
    this.#sequence = sequence;
    if (last < 0) return;
    this.#steps++;
    if (sequence < last) this.#sequenceBackwards++;
    else if (sequence > last + 1) {
      this.#jumps++;
      this.#missing += sequence - last - 1;
    }
  }
}

/** First, last and how often it went back, of 64-bit times in two words. Undefined ones (all bits set) and 0 are left out. */
class LastTime {
  backwards = 0;
  #firstLow = 0;
  #firstHigh = 0;
  #low = 0;
  #high = 0;

  get first(): bigint | undefined {
    return asMoment(this.#firstLow, this.#firstHigh);
  }

  get last(): bigint | undefined {
    return asMoment(this.#low, this.#high);
  }

  push(low: number, high: number): void {
    if (high === 0 || high === -1) return;
    if (this.#high === 0) {
      this.#firstLow = low;
      this.#firstHigh = high;
    } else if (high < this.#high || (high === this.#high && low >>> 0 < this.#low >>> 0)) {
      this.backwards++;
    }
    this.#low = low;
    this.#high = high;
  }
}

function asMoment(low: number, high: number): bigint | undefined {
  return high === 0 ? undefined : (BigInt(high) << 32n) | BigInt(low >>> 0);
}

function bump(counts: Float64Array, index: number): void {
  counts[index] = (counts[index] ?? 0) + 1;
}

function named(counts: Float64Array, nameOf: (index: number) => string): Record<string, number> {
  const result: Record<string, number> = {};
  counts.forEach((count, index) => {
    if (count > 0) result[nameOf(index)] = count;
  });
  return result;
}
