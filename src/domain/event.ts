/**
 * The market event, as every feed delivers it and the engine reads it: Databento's 56-byte MBO record, little-endian,
 * as 14 words of an `Int32Array` (https://databento.com/docs/schemas-and-data-formats/mbo). Other feeds translate
 * into it. Word offsets:
 *
 *     0 length, rtype, publisher   1 instrument   2-3 ts_event   4-5 order id   6-7 price, 1e-9
 *     8 size (unsigned)   9 flags, channel, action, side (a byte each)   10-11 ts_recv   12 ts_in_delta   13 sequence
 *
 * Where a feed tells levels, each is one order, flagged FLAG_LEVEL, and word 12 of its A and M is the number of orders there.
 *
 * Actions and sides are the ASCII codes below. A, C, M and R change the book; T and F do not: the C or M after them does.
 */
import { type PriceNanos, UNDEFINED_PRICE_HIGH, UNDEFINED_PRICE_LOW } from './price.ts';
import { fromEpochWords, type SessionTime } from './time.ts';

/** Words of one event. */
export const EVENT_WORDS = 14;
export const EVENT_BYTES = EVENT_WORDS * 4;

export const WORD_HEAD = 0;
export const WORD_INSTRUMENT = 1;
export const WORD_TS_EVENT_LOW = 2;
export const WORD_TS_EVENT_HIGH = 3;
export const WORD_ORDER_LOW = 4;
export const WORD_ORDER_HIGH = 5;
export const WORD_PRICE_LOW = 6;
export const WORD_PRICE_HIGH = 7;
export const WORD_SIZE = 8;
export const WORD_TAGS = 9;
export const WORD_TS_RECV_LOW = 10;
export const WORD_TS_RECV_HIGH = 11;
export const WORD_TS_IN_DELTA = 12;
export const WORD_SEQUENCE = 13;

/** Low half of word 0 of an MBO record: length byte 14, rtype 0xa0. */
export const MBO_HEAD = 0xa00e;

export const ACTION_ADD = 0x41;
export const ACTION_CANCEL = 0x43;
export const ACTION_MODIFY = 0x4d;
export const ACTION_CLEAR = 0x52;
export const ACTION_TRADE = 0x54;
export const ACTION_FILL = 0x46;
export const ACTION_NONE = 0x4e;
/** Not Databento's: the instrument's trading status changed; `size` is one of the STATUS_ values. */
export const ACTION_STATUS = 0x53;

export const STATUS_TRADING = 0;
export const STATUS_HALTED = 1;
/** Orders are taken, nothing is matched: before an auction that opens or resumes trading. */
export const STATUS_QUOTING = 2;

/** 'A': an ask, or a seller as the aggressor of a trade. */
export const SIDE_ASK = 0x41;
/** 'B': a bid, or a buyer as the aggressor of a trade. */
export const SIDE_BID = 0x42;
/** 'N': no side is told. */
export const SIDE_NONE = 0x4e;

/** Last record of an event group. */
export const FLAG_LAST = 128;
/** The order stands for a whole side's best level (replaces that side). */
export const FLAG_TOP_OF_BOOK = 64;
export const FLAG_SNAPSHOT = 32;
/** The order stands for a whole price level: a larger size of an M is more at its back, and no new place. */
export const FLAG_LEVEL = 16;
export const FLAG_BAD_TS_RECV = 8;
export const FLAG_MAYBE_BAD_BOOK = 4;
/** Not Databento's (bit 0 is unused there): the trade is an auction's cross. */
export const FLAG_CROSS = 1;

/** Packs word 9. */
export function packTags(action: number, side: number, flags: number, channel = 0): number {
  return flags | (channel << 8) | (action << 16) | (side << 24);
}

/** A block of a compiled day. Layout: src/domain/compact-layout.ts. */
export interface CompactEvents {
  /** COMPACT_WORDS an event. */
  readonly events: Int32Array;
  /** The ids of the adds, in their order, two words each. */
  readonly ids: Int32Array;
  /** The venue's sequence of every event. */
  readonly sequences: Int32Array;
  /** What is not in short form, EVENT_WORDS each, in its order. */
  readonly wholes: Int32Array;
  /** Slots that the whole day needs. */
  readonly slots: number;
}

/**
 * A run of events in feed order: `count` records from the array's start. Of a compiled day `words` is empty and `compact`
 * has them. Valid until the feed is asked for the next one, which may take its place.
 */
export interface EventBatch {
  readonly words: Int32Array;
  readonly count: number;
  readonly compact?: CompactEvents;
}

/** Price of the event at `words[offset]`, 1e-9 units. */
export function eventPriceOf(words: Int32Array, offset: number): PriceNanos {
  return (
    (words[offset + WORD_PRICE_HIGH] ?? 0) * 4_294_967_296 +
    ((words[offset + WORD_PRICE_LOW] ?? 0) >>> 0)
  );
}

/** Whether the event at `words[offset]` tells a price. */
export function hasPrice(words: Int32Array, offset: number): boolean {
  return (
    words[offset + WORD_PRICE_HIGH] !== UNDEFINED_PRICE_HIGH ||
    words[offset + WORD_PRICE_LOW] !== UNDEFINED_PRICE_LOW
  );
}

/** When the event at `words[offset]` happened, as a time of the session whose day begins at `baseLow`, `baseHigh`. */
export function eventTimeOf(
  words: Int32Array,
  offset: number,
  baseLow: number,
  baseHigh: number,
): SessionTime {
  return fromEpochWords(
    words[offset + WORD_TS_EVENT_LOW] ?? 0,
    words[offset + WORD_TS_EVENT_HIGH] ?? 0,
    baseLow,
    baseHigh,
  );
}
