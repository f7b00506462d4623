import {
  ACTION_TRADE,
  EVENT_WORDS,
  type EventBatch,
  FLAG_LAST,
  MBO_HEAD,
  packTags,
  WORD_INSTRUMENT,
  WORD_TS_EVENT_HIGH,
  WORD_TS_EVENT_LOW,
  WORD_TS_RECV_HIGH,
  WORD_TS_RECV_LOW,
} from '../../domain/event.ts';
import type { DayNumber } from '../../domain/time.ts';
import { type Feed, type FeedCounts, type FeedDescription, FeedError } from '../../feeds/port.ts';
import { RTYPE_MBO, RTYPE_SYMBOL_MAPPING, RTYPE_TRADES, recordTypeName } from './dbn-format.ts';
import type { DbnMetadata, DbnVersion } from './dbn-metadata.ts';
import { DbnStream, type RecordBlock } from './dbn-stream.ts';
import { InstrumentChoice } from './instrument-choice.ts';
import { mappingSymbols } from './symbol-mapping.ts';

export interface DbnFeedOptions {
  /** Paths, in the order of their time. */
  readonly files: readonly string[];
  /** Which instrument, where a file holds several. */
  readonly symbol?: string | undefined;
  readonly instrumentId?: number | undefined;
  /** The trading day of a moment, UNIX seconds; the UTC day by default. */
  readonly tradingDayOf?: ((dataset: string, epochSeconds: number) => DayNumber) | undefined;
  /** For files without metadata (`.frag`): the version of their records. */
  readonly fragmentVersion?: DbnVersion | undefined;
}

const TRADE_WORDS = 12;
const SECONDS_PER_DAY = 86_400;
const WORD = 4_294_967_296;
/** Datasets of Nasdaq's exchanges begin so; there several records of one event are flagged LAST. */
const NASDAQ = /^(?:XNAS|XBOS|XPSX)\./;

/**
 * Opens one or several DBN files as one feed of one instrument's events.
 *
 * Of `mbo` files every record is handed on as it is; of `trades` files each becomes a trade event that is its own event
 * group. Records of other types are skipped and counted. A file that mixes types gives its MBO records, or its trades where it has none.
 *
 * @throws {FeedError} If a file is not sound at its head, is of another schema, or the instrument is not clear.
 */
export async function openDbnFeed(options: DbnFeedOptions): Promise<Feed> {
  const [first] = options.files;
  if (first === undefined) throw new FeedError('', undefined, 'no file was given');
  const metadata: (DbnMetadata | undefined)[] = [];
  let totalBytes = 0;
  for (const path of options.files) {
    const stream = await DbnStream.open(path, options.fragmentVersion);
    totalBytes += stream.source.fileBytes;
    metadata.push(stream.metadata);
    await stream.close();
    checkSchema(stream);
    checkDataset(stream, metadata[0]);
  }
  const player = await openPlayer(first, options);
  return new DbnFeed(options, player, describe(options, player, metadata, totalBytes));
}

async function openPlayer(path: string, options: DbnFeedOptions): Promise<FilePlayer> {
  const stream = await DbnStream.open(path, options.fragmentVersion);
  try {
    const player = new FilePlayer(stream, options);
    await player.look();
    return player;
  } catch (error) {
    await stream.close();
    throw error;
  }
}

function checkSchema({ file, metadata }: DbnStream): void {
  const schema = metadata?.schema;
  if (schema === undefined || schema === 'mbo' || schema === 'trades') return;
  throw new FeedError(
    file,
    24,
    `holds ${schema} and no order flow; ask Databento for schema mbo (or trades)`,
  );
}

function checkDataset({ file, metadata }: DbnStream, first: DbnMetadata | undefined): void {
  if (metadata?.dataset === first?.dataset) return;
  throw new FeedError(
    file,
    8,
    `is of dataset ${metadata?.dataset}, the first file of ${first?.dataset}; play them one by one`,
  );
}

function describe(
  options: DbnFeedOptions,
  player: FilePlayer,
  metadata: readonly (DbnMetadata | undefined)[],
  totalBytes: number,
): FeedDescription {
  const dataset = metadata[0]?.dataset ?? '';
  const last = metadata.at(-1);
  const end = last?.endNs !== undefined ? last.endNs - 1n : last?.startNs;
  const seconds = end === undefined ? player.firstSeconds : Number(end / 1_000_000_000n);
  return {
    format: 'dbn',
    source: options.files,
    symbol: player.choice.symbol ?? '',
    dataset,
    day: options.tradingDayOf?.(dataset, seconds) ?? Math.floor(seconds / SECONDS_PER_DAY),
    groupEnds: NASDAQ.test(dataset) ? 'sequence' : 'last-flag',
    depth: player.wanted === RTYPE_MBO ? 'orders' : 'trades',
    totalBytes,
  };
}

class DbnFeed implements Feed {
  readonly description: FeedDescription;
  readonly #options: DbnFeedOptions;
  readonly #tally = new Tally();
  #player: FilePlayer | undefined;
  #fileIndex = 0;
  #finishedBytes = 0;

  constructor(options: DbnFeedOptions, player: FilePlayer, description: FeedDescription) {
    this.#options = options;
    this.#player = player;
    this.description = description;
  }

  get counts(): FeedCounts {
    return {
      records: this.#tally.records,
      bytesRead: this.#finishedBytes + (this.#player?.stream.source.fileBytesRead ?? 0),
      skipped: this.#tally.skipped(),
    };
  }

  async next(): Promise<EventBatch | undefined> {
    while (this.#player !== undefined) {
      const batch = await this.#player.next(this.#tally);
      if (batch === undefined) await this.#openNextFile(this.#player);
      else if (batch.count > 0) return batch;
    }
    return undefined;
  }

  async close(): Promise<void> {
    await this.#player?.close();
    this.#player = undefined;
  }

  async #openNextFile(finished: FilePlayer): Promise<void> {
    this.#player = undefined;
    this.#finishedBytes += finished.stream.source.fileBytes;
    await finished.close();
    this.#fileIndex++;
    const path = this.#options.files[this.#fileIndex];
    if (path === undefined) return;
    const symbol = this.#options.symbol ?? finished.choice.symbol;
    this.#player = await openPlayer(path, { ...this.#options, symbol });
  }
}

/** What was met, by record type. */
class Tally {
  records = 0;
  otherInstruments = 0;
  readonly #skipped = new Float64Array(256);

  skip(rtype: number): void {
    this.#skipped[rtype] = (this.#skipped[rtype] ?? 0) + 1;
  }

  skipped(): Record<string, number> {
    const named: Record<string, number> = {};
    this.#skipped.forEach((count, rtype) => {
      if (count > 0) named[recordTypeName(rtype)] = count;
    });
    if (this.otherInstruments > 0) named['other-instruments'] = this.otherInstruments;
    return named;
  }
}

/** The events of one file. */
class FilePlayer {
  readonly stream: DbnStream;
  readonly choice: InstrumentChoice;
  /** The record type that events are made of. */
  wanted = RTYPE_MBO;
  /** UNIX seconds of the file's first record, where `look` saw one. */
  firstSeconds = 0;
  #looked: RecordBlock | undefined;
  readonly #tsOutWords: number;

  constructor(
    stream: DbnStream,
    asked: { readonly symbol?: string | undefined; readonly instrumentId?: number | undefined },
  ) {
    this.stream = stream;
    this.choice = new InstrumentChoice(stream.file, asked, stream.metadata);
    this.#tsOutWords = stream.metadata?.hasTsOut === true ? 2 : 0;
    if (stream.metadata?.schema === 'trades') this.wanted = RTYPE_TRADES;
  }

  /** Looks into the first block for what the metadata leaves open: which types are there, and whose. */
  async look(): Promise<void> {
    const { metadata } = this.stream;
    if (metadata?.schema !== undefined && !this.choice.isOpen && metadata.startNs !== undefined)
      return;
    this.#looked = await this.stream.next();
    if (this.#looked === undefined) return;
    const { words, from, to } = this.#looked;
    this.firstSeconds = secondsAt(words, from + WORD_TS_EVENT_LOW);
    const types = new Set<number>();
    for (let at = from; at < to; ) {
      const length = this.stream.recordWords(at);
      if (at + length > to) break;
      const type = typeOf(words, at);
      types.add(type);
      if (type === RTYPE_SYMBOL_MAPPING) this.#onMapping(words, at, length);
      at += length;
    }
    if (metadata?.schema === undefined && !types.has(RTYPE_MBO) && types.has(RTYPE_TRADES))
      this.wanted = RTYPE_TRADES;
    if (this.choice.isOpen) this.#askRecords(this.#looked);
  }

  /** The next block's events, perhaps none; `undefined` at the end. */
  async next(tally: Tally): Promise<EventBatch | undefined> {
    const block = this.#looked ?? (await this.stream.next());
    this.#looked = undefined;
    if (block === undefined) return undefined;
    return this.wanted === RTYPE_MBO ? this.#orders(block, tally) : this.#trades(block, tally);
  }

  close(): Promise<void> {
    return this.stream.close();
  }

  /** Handed on where they lie; what is not wanted is closed up from the first such record on. */
  #orders({ words, from, to }: RecordBlock, tally: Tally): EventBatch {
    let at = this.#tsOutWords === 0 ? this.#plainRun(words, from, to) : from;
    tally.records += (at - from) / EVENT_WORDS;
    let end = at;
    while (at < to) {
      const length = this.stream.recordWords(at);
      if (at + length > to) {
        this.stream.keepFrom(at);
        break;
      }
      if (this.#isWanted(words, at, length, EVENT_WORDS, tally)) {
        words.copyWithin(end, at, at + EVENT_WORDS);
        words[end] = ((words[end] ?? 0) & ~0xff) | EVENT_WORDS;
        end += EVENT_WORDS;
      }
      at += length;
    }
    return { words: words.subarray(from, end), count: (end - from) / EVENT_WORDS };
  }

  /** Where the run of wanted MBO records that the block begins with ends. */
  #plainRun(words: Int32Array, from: number, to: number): number {
    const id = this.choice.onlyId;
    if (id === undefined) return from;
    const last = to - EVENT_WORDS;
    let at = from;
    while (
      at <= last &&
      ((words[at] ?? 0) & 0xffff) === MBO_HEAD &&
      words[at + WORD_INSTRUMENT] === id
    )
      at += EVENT_WORDS;
    return at;
  }

  #trades({ words, from, to }: RecordBlock, tally: Tally): EventBatch {
    const events = new Int32Array(Math.ceil((to - from) / TRADE_WORDS) * EVENT_WORDS);
    let end = 0;
    for (let at = from; at < to; ) {
      const length = this.stream.recordWords(at);
      if (at + length > to) {
        this.stream.keepFrom(at);
        break;
      }
      if (this.#isWanted(words, at, length, TRADE_WORDS, tally)) {
        writeTrade(events, end, words, at);
        end += EVENT_WORDS;
      }
      at += length;
    }
    return { words: events.subarray(0, end), count: end / EVENT_WORDS };
  }

  #isWanted(
    words: Int32Array,
    at: number,
    length: number,
    expected: number,
    tally: Tally,
  ): boolean {
    tally.records++;
    const type = typeOf(words, at);
    if (type !== this.wanted) {
      if (type === RTYPE_SYMBOL_MAPPING) this.#onMapping(words, at, length);
      tally.skip(type);
      return false;
    }
    if (length !== expected + this.#tsOutWords) {
      throw new FeedError(
        this.stream.file,
        this.stream.offsetOf(at),
        `a record of type ${recordTypeName(type)} has ${length * 4} bytes and not ${(expected + this.#tsOutWords) * 4}; the file is damaged: download or copy it again`,
      );
    }
    if (this.choice.accepts(words[at + WORD_INSTRUMENT] ?? 0, this.#dayOf(words, at))) return true;
    tally.otherInstruments++;
    return false;
  }

  #onMapping(words: Int32Array, at: number, length: number): void {
    const symbols = mappingSymbols(words, at, length * 4, this.#tsOutWords > 0);
    this.choice.onMapping(words[at + WORD_INSTRUMENT] ?? 0, symbols);
  }

  /** Mappings go by the day of ts_recv. */
  #dayOf(words: Int32Array, at: number): DayNumber {
    return Math.floor(
      secondsAt(words, at + (this.wanted === RTYPE_MBO ? WORD_TS_RECV_LOW : 8)) / SECONDS_PER_DAY,
    );
  }

  #askRecords({ words, from, to }: RecordBlock): void {
    for (let at = from; at < to; ) {
      const length = this.stream.recordWords(at);
      if (at + length > to) return;
      if (typeOf(words, at) === this.wanted)
        this.choice.accepts(words[at + WORD_INSTRUMENT] ?? 0, this.#dayOf(words, at));
      at += length;
    }
  }
}

function typeOf(words: Int32Array, at: number): number {
  return ((words[at] ?? 0) >> 8) & 0xff;
}

/** UNIX seconds of the nanoseconds in two words, near enough for a day. */
function secondsAt(words: Int32Array, at: number): number {
  return (
    ((words[at + WORD_TS_EVENT_HIGH - WORD_TS_EVENT_LOW] ?? 0) * WORD + ((words[at] ?? 0) >>> 0)) /
    1e9
  );
}

/** A trades record (48 bytes) as an event. It is its own group: what else happened in the venue's group is not in the file. */
function writeTrade(events: Int32Array, to: number, words: Int32Array, from: number): void {
  const tags = words[from + 7] ?? 0;
  const flags = (tags >> 16) & 0xff;
  events[to] = ((words[from] ?? 0) & ~0xffff) | MBO_HEAD;
  events[to + WORD_INSTRUMENT] = words[from + 1] ?? 0;
  events[to + WORD_TS_EVENT_LOW] = words[from + 2] ?? 0;
  events[to + WORD_TS_EVENT_HIGH] = words[from + 3] ?? 0;
  for (let field = 0; field < 3; field++) events[to + 6 + field] = words[from + 4 + field] ?? 0;
  events[to + 9] = packTags(ACTION_TRADE, (tags >> 8) & 0xff, flags | FLAG_LAST);
  events[to + WORD_TS_RECV_LOW] = words[from + 8] ?? 0;
  events[to + WORD_TS_RECV_HIGH] = words[from + 9] ?? 0;
  events[to + 12] = words[from + 10] ?? 0;
  events[to + 13] = words[from + 11] ?? 0;
}
