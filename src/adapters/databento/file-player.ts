import {
  ACTION_TRADE,
  EVENT_WORDS,
  type EventBatch,
  FLAG_LAST,
  FLAG_SNAPSHOT,
  MBO_HEAD,
  packTags,
  WORD_INSTRUMENT,
  WORD_SEQUENCE,
  WORD_TAGS,
  WORD_TS_EVENT_HIGH,
  WORD_TS_EVENT_LOW,
  WORD_TS_RECV_HIGH,
  WORD_TS_RECV_LOW,
} from '../../domain/event.ts';
import type { DayNumber } from '../../domain/time.ts';
import type { LevelTranslator } from '../../feeds/level-translator.ts';
import { FeedError } from '../../feeds/port.ts';
import { RTYPE_MBP_1, RTYPE_STATUS, RTYPE_SYMBOL_MAPPING, recordTypeName } from './dbn-format.ts';
import type { DbnStream, RecordBlock } from './dbn-stream.ts';
import { type EventSource, sourceAmong, sourceOfSchema } from './event-source.ts';
import { InstrumentChoice } from './instrument-choice.ts';
import { checkStatusLength, dayAt, STATUS_WORDS, type StatusTranslator } from './status-events.ts';
import { mappingSymbols } from './symbol-mapping.ts';

const WORD = 4_294_967_296;

/** What was met, by record type. */
export class Tally {
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

/** Where a file's player stands, as `goTo` takes it. */
export interface FilePlace {
  /** Of the first record of the block that comes next. */
  readonly offset: number;
  readonly lastTags: number;
  readonly lastSequence: number;
  readonly status: number;
}

/** The events of one instrument in one file. */
export class FilePlayer {
  readonly stream: DbnStream;
  readonly choice: InstrumentChoice;
  /** What events are made of. */
  wanted: EventSource = sourceAmong(new Set(), false);
  /** UNIX seconds of the file's first record, where `look` saw one. */
  firstSeconds = 0;
  #looked: RecordBlock | undefined;
  readonly #tsOutWords: number;
  /** Goes on from file to file. */
  readonly statuses: StatusTranslator;
  /** Tags and sequence of the last event that was handed on. */
  #lastTags = FLAG_LAST;
  #lastSequence = 0;
  #place: FilePlace | undefined;

  constructor(
    stream: DbnStream,
    asked: { readonly symbol?: string | undefined; readonly instrumentId?: number | undefined },
    statuses: StatusTranslator,
  ) {
    this.stream = stream;
    this.choice = new InstrumentChoice(stream.file, asked, stream.metadata);
    this.#tsOutWords = stream.metadata?.hasTsOut === true ? 2 : 0;
    this.statuses = statuses;
    this.wanted = sourceOfSchema(stream.metadata?.schema ?? '') ?? this.wanted;
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
    let hasQuotes = false;
    for (let at = from; at < to; ) {
      const length = this.stream.recordWords(at);
      if (at + length > to) break;
      const type = typeOf(words, at);
      types.add(type);
      if (type === RTYPE_SYMBOL_MAPPING) this.#onMapping(words, at, length);
      else if (type === RTYPE_MBP_1) hasQuotes ||= ((words[at + 7] ?? 0) & 0xff) !== ACTION_TRADE;
      at += length;
    }
    if (metadata?.schema === undefined) this.wanted = sourceAmong(types, hasQuotes);
    if (this.choice.isOpen) this.#askRecords(this.#looked);
  }

  /** The next block's events, perhaps none; `undefined` at the end. */
  async next(tally: Tally, translator: LevelTranslator): Promise<EventBatch | undefined> {
    const block = this.#looked ?? (await this.stream.next());
    this.#looked = undefined;
    if (block === undefined) return undefined;
    this.#place =
      this.wanted.depth === 'orders' && this.stream.canGoTo
        ? {
            offset: this.stream.offsetOf(block.from),
            lastTags: this.#lastTags,
            lastSequence: this.#lastSequence,
            status: this.statuses.status,
          }
        : undefined;
    switch (this.wanted.depth) {
      case 'orders':
        return this.#orders(block, tally);
      case 'levels':
        return this.#levels(block, tally, translator);
      case 'trades':
        return this.#trades(block, tally);
    }
  }

  /** Where the last block began; `undefined` where the file cannot be gone back in: it is compressed, or is translated. */
  get place(): FilePlace | undefined {
    return this.#place;
  }

  /** The next block is the one that began at a place of this file. */
  async goTo({ offset, lastTags, lastSequence, status }: FilePlace): Promise<void> {
    await this.stream.goTo(offset);
    this.#looked = undefined;
    this.#lastTags = lastTags;
    this.#lastSequence = lastSequence;
    this.statuses.status = status;
  }

  close(): Promise<void> {
    return this.stream.close();
  }

  /** Handed on where they lie; what is not wanted is closed up from the first such record on. */
  #orders({ words, from, to }: RecordBlock, tally: Tally): EventBatch {
    let at = this.#tsOutWords === 0 ? this.#plainRun(words, from, to) : from;
    tally.records += (at - from) / EVENT_WORDS;
    let events = words;
    let first = from;
    let end = at;
    while (at < to) {
      const length = this.stream.recordWords(at);
      if (at + length > to) {
        this.stream.keepFrom(at);
        break;
      }
      if (typeOf(words, at) === RTYPE_STATUS) {
        // an event is longer than a status record: where that would run into records not read yet, events move
        if (events === words && end + EVENT_WORDS > at) {
          events = new Int32Array(end - from + Math.ceil((to - at) / STATUS_WORDS) * EVENT_WORDS);
          events.set(words.subarray(from, end));
          end -= from;
          first = 0;
        }
        this.#noteLast(events, first, end);
        if (this.#putStatus(words, at, length, events, end, tally)) end += EVENT_WORDS;
      } else if (this.#isWanted(words, at, length, tally)) {
        if (events === words) words.copyWithin(end, at, at + EVENT_WORDS);
        else events.set(words.subarray(at, at + EVENT_WORDS), end);
        events[end] = ((events[end] ?? 0) & ~0xff) | EVENT_WORDS;
        end += EVENT_WORDS;
      }
      at += length;
    }
    this.#noteLast(events, first, end);
    return { words: events.subarray(first, end), count: (end - first) / EVENT_WORDS };
  }

  #noteLast(events: Int32Array, first: number, end: number): void {
    if (end === first) return;
    this.#lastTags = events[end - EVENT_WORDS + WORD_TAGS] ?? 0;
    this.#lastSequence = events[end - EVENT_WORDS + WORD_SEQUENCE] ?? 0;
  }

  /** Writes the event of a status record to `events[end]` where it changes something. */
  #putStatus(
    words: Int32Array,
    at: number,
    length: number,
    events: Int32Array,
    end: number,
    tally: Tally,
  ): boolean {
    checkStatusLength(this.stream, at, length, STATUS_WORDS + this.#tsOutWords);
    tally.records++;
    // inside a snapshot it is no end of one, inside an event group none of that
    const flags =
      (this.#lastTags & FLAG_SNAPSHOT) !== 0 ? FLAG_SNAPSHOT : this.#lastTags & FLAG_LAST;
    const isEvent =
      this.choice.isChosen(words[at + WORD_INSTRUMENT] ?? 0, dayAt(words, at + 4)) &&
      this.statuses.translate(words, at, events, end, flags, this.#lastSequence);
    if (!isEvent) tally.skip(RTYPE_STATUS);
    return isEvent;
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
    const events = new Int32Array(Math.ceil((to - from) / STATUS_WORDS) * EVENT_WORDS);
    let end = 0;
    for (let at = from; at < to; ) {
      const length = this.stream.recordWords(at);
      if (at + length > to) {
        this.stream.keepFrom(at);
        break;
      }
      if (typeOf(words, at) === RTYPE_STATUS) {
        this.#noteLast(events, 0, end);
        if (this.#putStatus(words, at, length, events, end, tally)) end += EVENT_WORDS;
      } else if (this.#isWanted(words, at, length, tally)) {
        writeTrade(events, end, words, at);
        end += EVENT_WORDS;
      }
      at += length;
    }
    this.#noteLast(events, 0, end);
    return { words: events.subarray(0, end), count: end / EVENT_WORDS };
  }

  #levels({ words, from, to }: RecordBlock, tally: Tally, translator: LevelTranslator): EventBatch {
    const status = new Int32Array(EVENT_WORDS);
    for (let at = from; at < to; ) {
      const length = this.stream.recordWords(at);
      if (at + length > to) {
        this.stream.keepFrom(at);
        break;
      }
      if (typeOf(words, at) === RTYPE_STATUS) {
        this.#lastTags = translator.isGroupOpen ? 0 : FLAG_LAST;
        this.#lastSequence = translator.lastSequence;
        if (this.#putStatus(words, at, length, status, 0, tally)) translator.put(status);
      } else if (this.#isWanted(words, at, length, tally)) translator.onRecord(words, at);
      at += length;
    }
    return translator.takeBatch();
  }

  #isWanted(words: Int32Array, at: number, length: number, tally: Tally): boolean {
    tally.records++;
    const type = typeOf(words, at);
    const { rtype, words: expected } = this.wanted;
    if (type !== rtype) {
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
    return dayAt(words, at + (this.wanted.depth === 'orders' ? WORD_TS_RECV_LOW : 8));
  }

  #askRecords({ words, from, to }: RecordBlock): void {
    for (let at = from; at < to; ) {
      const length = this.stream.recordWords(at);
      if (at + length > to) return;
      if (typeOf(words, at) === this.wanted.rtype)
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

/** A record of schema trades (or tbbo, whose first words are the same) as an event. It is its own group: what else happened in the venue's group is not in the file. */
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
