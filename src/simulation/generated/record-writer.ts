import {
  EVENT_WORDS,
  type EventBatch,
  MBO_HEAD,
  packTags,
  WORD_HEAD,
  WORD_INSTRUMENT,
  WORD_ORDER_HIGH,
  WORD_ORDER_LOW,
  WORD_PRICE_HIGH,
  WORD_PRICE_LOW,
  WORD_SEQUENCE,
  WORD_SIZE,
  WORD_TAGS,
  WORD_TS_EVENT_HIGH,
  WORD_TS_EVENT_LOW,
  WORD_TS_IN_DELTA,
  WORD_TS_RECV_HIGH,
  WORD_TS_RECV_LOW,
} from '../../domain/event.ts';
import { UNDEFINED_PRICE_HIGH, UNDEFINED_PRICE_LOW } from '../../domain/price.ts';
import { type DayNumber, type SessionTime, toEpochWords } from '../../domain/time.ts';

const WORD = 4_294_967_296;
/** XNAS.ITCH.XNAS in Databento's list of publishers. */
const PUBLISHER_XNAS = 2;

/** Writes event records into chunks that are handed over whole: time and sequence once a message, then its records. */
export class RecordWriter {
  /** Records in the present chunk. */
  count = 0;

  readonly #capacity: number;
  readonly #head: number;
  readonly #instrument: number;
  readonly #baseLow: number;
  readonly #baseHigh: number;
  #words: Int32Array;
  #eventLow = 0;
  #eventHigh = 0;
  #recvLow = 0;
  #recvHigh = 0;
  #lag = 0;
  #recv = 0;
  #sequence = 0;

  /** @param capacity Records of a chunk; the owner hands it over before it overflows. */
  constructor(capacity: number, instrumentId: number, day: DayNumber) {
    const [low, high] = toEpochWords(day, 0);
    this.#capacity = capacity;
    this.#head = MBO_HEAD | (PUBLISHER_XNAS << 16);
    this.#instrument = instrumentId;
    this.#baseLow = low >>> 0;
    this.#baseHigh = high;
    this.#words = new Int32Array(capacity * EVENT_WORDS);
  }

  /** Begins a message: `lag` nanoseconds later it is received, or with the one before where that came later. */
  begin(time: SessionTime, lag: number, sequence: number): void {
    const recv = Math.max(this.#recv, time + lag);
    const eventSum = this.#baseLow + time;
    const eventCarry = Math.floor(eventSum / WORD);
    const recvSum = this.#baseLow + recv;
    const recvCarry = Math.floor(recvSum / WORD);
    this.#eventLow = (eventSum - eventCarry * WORD) | 0;
    this.#eventHigh = this.#baseHigh + eventCarry;
    this.#recvLow = (recvSum - recvCarry * WORD) | 0;
    this.#recvHigh = this.#baseHigh + recvCarry;
    this.#recv = recv;
    this.#lag = recv - time;
    this.#sequence = sequence;
  }

  put(
    action: number,
    side: number,
    flags: number,
    idLow: number,
    idHigh: number,
    priceNanos: number,
    size: number,
  ): void {
    const high = Math.floor(priceNanos / WORD);
    this.#write(action, side, flags, idLow, idHigh, (priceNanos - high * WORD) | 0, high, size);
  }

  /** A record without order, price and size. */
  putBare(action: number, side: number, flags: number): void {
    this.#write(action, side, flags, 0, 0, UNDEFINED_PRICE_LOW, UNDEFINED_PRICE_HIGH, 0);
  }

  /** Hands the chunk over and begins another. */
  take(): EventBatch {
    const batch = { words: this.#words, count: this.count };
    this.#words = new Int32Array(this.#capacity * EVENT_WORDS);
    this.count = 0;
    return batch;
  }

  #write(
    action: number,
    side: number,
    flags: number,
    idLow: number,
    idHigh: number,
    priceLow: number,
    priceHigh: number,
    size: number,
  ): void {
    const words = this.#words;
    const at = this.count * EVENT_WORDS;
    words[at + WORD_HEAD] = this.#head;
    words[at + WORD_INSTRUMENT] = this.#instrument;
    words[at + WORD_TS_EVENT_LOW] = this.#eventLow;
    words[at + WORD_TS_EVENT_HIGH] = this.#eventHigh;
    words[at + WORD_ORDER_LOW] = idLow;
    words[at + WORD_ORDER_HIGH] = idHigh;
    words[at + WORD_PRICE_LOW] = priceLow;
    words[at + WORD_PRICE_HIGH] = priceHigh;
    words[at + WORD_SIZE] = size;
    words[at + WORD_TAGS] = packTags(action, side, flags);
    words[at + WORD_TS_RECV_LOW] = this.#recvLow;
    words[at + WORD_TS_RECV_HIGH] = this.#recvHigh;
    words[at + WORD_TS_IN_DELTA] = this.#lag;
    words[at + WORD_SEQUENCE] = this.#sequence;
    this.count += 1;
  }
}
