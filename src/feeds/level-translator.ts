import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_CLEAR,
  ACTION_FILL,
  ACTION_MODIFY,
  ACTION_NONE,
  ACTION_TRADE,
  EVENT_WORDS,
  type EventBatch,
  FLAG_BAD_TS_RECV,
  FLAG_LAST,
  FLAG_LEVEL,
  FLAG_MAYBE_BAD_BOOK,
  FLAG_SNAPSHOT,
  MBO_HEAD,
  packTags,
  SIDE_ASK,
  SIDE_BID,
  SIDE_NONE,
  WORD_TAGS,
} from '../domain/event.ts';
import { LevelWindow } from './level-window.ts';

/** Word of a record of schema mbp-1 or mbp-10 where its first level stands, and words of a level. */
const FIRST_LEVEL = 12;
const LEVEL_WORDS = 8;
const WORD = 4_294_967_296;
/** Set in the high word of an ask's id; no price reaches this bit. */
const ASK_BIT = 0x40000000;
const NOTHING: EventBatch = { words: new Int32Array(0), count: 0 };
const KEPT_FLAGS = FLAG_BAD_TS_RECV | FLAG_MAYBE_BAD_BOOK;

/**
 * Turns records of schema mbp-1 and mbp-10 (https://databento.com/docs/schemas/mbp-10) into market events.
 *
 * Such a record holds the best N levels of both sides as they stand after its event (a trade's: as they stood before its
 * effect, which a later record of the same time shows). A level is one order of the book: its id is its price with a bit
 * for the side, its size the level's, and word 12 of its A and M is the number of orders there, 0 where that is not told.
 * Each record is held against the one before it:
 *
 * - a level that is there now, or larger: A, or M, which adds the difference alone (FLAG_LEVEL);
 * - one that is smaller or gone: M or C;
 * - one that only came into the window's far end or left it: A or C flagged as snapshot, for nobody did anything;
 * - a trade whose aggressor is told: T, and F of the level that it traded with, so that what that level loses at this
 *   time is known as traded and not pulled.
 *
 * A record that changes nothing is an N, so that time and sequence are told. A group ends where a record is flagged LAST,
 * and also before a record of another time: the one with the flag may have been about a level that the file doesn't hold.
 */
export class LevelTranslator {
  readonly #bids: LevelWindow;
  readonly #asks: LevelWindow;
  #words: Int32Array<ArrayBuffer> = new Int32Array(64 * EVENT_WORDS);
  #count = 0;
  /** Events of groups that have ended. */
  #ended = 0;
  /** The levels of the record before, word by word. */
  readonly #last: Int32Array;
  /** Sequence of the last record. */
  lastSequence = 0;
  /** Nothing is known of the book yet, or no longer: what the next record shows was there already. */
  #isFresh = true;
  /** The record at hand; its memory is the stream's, who uses it again. */
  #record: Int32Array = new Int32Array(0);
  #at = 0;
  #flags = 0;
  #timeLow = 0;
  #timeHigh = 0;

  /** @param levels Levels a side that the records hold: 1 or 10. */
  constructor(levels: number) {
    this.#bids = new LevelWindow(1, levels);
    this.#asks = new LevelWindow(-1, levels);
    this.#last = new Int32Array(levels * LEVEL_WORDS);
  }

  /** What happens now until the next record is not in the data: its book is not compared with the one before. */
  onGap(): void {
    this.#endGroup();
    this.#isFresh = true;
  }

  /** Whether the last event's group may go on. */
  get isGroupOpen(): boolean {
    return this.#count > this.#ended;
  }

  /** Puts an event of another kind in, a change of the trading status, whole as it is. */
  put(event: Int32Array): void {
    const isOpen = this.isGroupOpen;
    const to = this.#count * EVENT_WORDS;
    if (to === this.#words.length) this.#grow();
    this.#words.set(event, to);
    this.#count++;
    if (!isOpen) this.#ended = this.#count;
  }

  /**
   * The book is not known any more. Puts the event in that says so, a clear: the next record's levels are added without a
   * word on who did it.
   */
  forgetBook(clear: Int32Array): void {
    this.#endGroup();
    this.put(clear);
    this.#bids.clear();
    this.#asks.clear();
    this.#last.fill(0);
    this.#isFresh = true;
  }

  /** Translates the record at `words[at]`. */
  onRecord(words: Int32Array, at: number): void {
    const low = words[at + 2] ?? 0;
    const high = words[at + 3] ?? 0;
    if (low !== this.#timeLow || high !== this.#timeHigh) this.#endGroup();
    this.#timeLow = low;
    this.#timeHigh = high;
    this.#record = words;
    this.#at = at;
    this.lastSequence = words[at + 11] ?? 0;
    const tags = words[at + 7] ?? 0;
    const flags = (tags >> 16) & 0xff;
    this.#flags = (flags & KEPT_FLAGS) | FLAG_LEVEL;
    const before = this.#count;
    const action = tags & 0xff;
    if (action === ACTION_TRADE) this.#onTrade((tags >> 8) & 0xff);
    else if (action === ACTION_CLEAR) this.#onClear();
    if (this.#isFresh || !this.#isSameBook()) this.#onBook();
    if (this.#count === before) this.#emit(ACTION_NONE, SIDE_NONE, 0, 0, 0, 0);
    if ((flags & FLAG_LAST) !== 0) this.#endGroup();
  }

  /** Hands over the groups that have ended; with `all`, at the end of the data, the last one too. */
  takeBatch(all = false): EventBatch {
    if (all) this.#endGroup();
    if (this.#ended === 0) return NOTHING;
    const batch = {
      words: this.#words.subarray(0, this.#ended * EVENT_WORDS),
      count: this.#ended,
    };
    const rest = this.#words.subarray(this.#ended * EVENT_WORDS, this.#count * EVENT_WORDS);
    // the batch belongs to whoever took it
    const next = new Int32Array(this.#words.length);
    next.set(rest);
    this.#words = next;
    this.#count -= this.#ended;
    this.#ended = 0;
    return batch;
  }

  #endGroup(): void {
    if (this.#count === this.#ended) return;
    const at = (this.#count - 1) * EVENT_WORDS + WORD_TAGS;
    this.#words[at] = (this.#words[at] ?? 0) | FLAG_LAST;
    this.#ended = this.#count;
  }

  #onTrade(side: number): void {
    const words = this.#record;
    const at = this.#at;
    const price = (words[at + 5] ?? 0) * WORD + ((words[at + 4] ?? 0) >>> 0);
    const size = words[at + 6] ?? 0;
    this.#emit(ACTION_TRADE, side, 0, price, size, 0);
    if (side === SIDE_BID) this.#emit(ACTION_FILL, SIDE_ASK, 0, price, size, 0);
    else if (side === SIDE_ASK) this.#emit(ACTION_FILL, SIDE_BID, 0, price, size, 0);
  }

  #onClear(): void {
    this.#emit(ACTION_CLEAR, SIDE_NONE, 0, 0, 0, 0);
    this.#bids.clear();
    this.#asks.clear();
    this.#last.fill(0);
  }

  #isSameBook(): boolean {
    const from = this.#at + FIRST_LEVEL;
    for (let i = 0; i < this.#last.length; i++)
      if (this.#record[from + i] !== this.#last[i]) return false;
    return true;
  }

  /** Notes the record's levels, and tells what changed: first what came, so that the window is never too small, then what went. */
  #onBook(): void {
    const from = this.#at + FIRST_LEVEL;
    this.#last.set(this.#record.subarray(from, from + this.#last.length));
    if (this.#isFresh) this.#forget();
    this.#isFresh = false;
    this.#bids.read(this.#record, from, 0);
    this.#asks.read(this.#record, from, 1);
    this.#tellAdded(this.#bids, SIDE_BID);
    this.#tellAdded(this.#asks, SIDE_ASK);
    this.#tellTaken(this.#bids, SIDE_BID);
    this.#tellTaken(this.#asks, SIDE_ASK);
  }

  /** Takes every level out without a word on who did it. */
  #forget(): void {
    for (const [window, side] of [
      [this.#bids, SIDE_BID],
      [this.#asks, SIDE_ASK],
    ] as const) {
      for (let i = 0; i < window.count; i++)
        this.#emit(ACTION_CANCEL, side, FLAG_SNAPSHOT, window.priceAt(i), window.sizeAt(i), 0);
      window.clear();
      window.isComplete = false;
    }
  }

  #tellAdded(window: LevelWindow, side: number): void {
    for (let i = 0; i < window.count; i++) {
      const price = window.priceAt(i);
      const size = window.sizeAt(i);
      const orders = window.ordersAt(i);
      const old = window.before(price);
      if (old < 0) {
        const flags = window.wasBeyond(price) ? FLAG_SNAPSHOT : 0;
        this.#emit(ACTION_ADD, side, flags, price, size, orders);
      } else if (size > window.sizeBefore(old)) {
        this.#emit(ACTION_MODIFY, side, 0, price, size, orders);
      }
    }
  }

  #tellTaken(window: LevelWindow, side: number): void {
    for (let old = 0; old < window.countBefore; old++) {
      const price = window.priceBefore(old);
      const size = window.sizeBefore(old);
      const now = window.find(price);
      if (now < 0) {
        const flags = window.isBeyond(price) ? FLAG_SNAPSHOT : 0;
        this.#emit(ACTION_CANCEL, side, flags, price, size, 0);
      } else if (
        window.sizeAt(now) < size ||
        (window.sizeAt(now) === size && window.ordersAt(now) !== window.ordersBefore(old))
      ) {
        // the same size with another number of orders is told too: it changes nothing but that number
        const orders = window.ordersAt(now);
        this.#emit(ACTION_MODIFY, side, 0, price, window.sizeAt(now), orders);
      }
    }
  }

  /** @param price In 1e-9. @param orders Orders at the level. */
  #emit(
    action: number,
    side: number,
    flags: number,
    price: number,
    size: number,
    orders: number,
  ): void {
    const to = this.#count * EVENT_WORDS;
    if (to === this.#words.length) this.#grow();
    this.#count++;
    const events = this.#words;
    const words = this.#record;
    const at = this.#at;
    const high = Math.floor(price / WORD);
    const low = price - high * WORD;
    const isLevel = action !== ACTION_TRADE && side !== SIDE_NONE;
    events[to] = ((words[at] ?? 0) & ~0xffff) | MBO_HEAD;
    events[to + 1] = words[at + 1] ?? 0;
    events[to + 2] = words[at + 2] ?? 0;
    events[to + 3] = words[at + 3] ?? 0;
    events[to + 4] = isLevel ? low : 0;
    events[to + 5] = isLevel ? (side === SIDE_ASK ? high ^ ASK_BIT : high) : 0;
    events[to + 6] = low;
    events[to + 7] = high;
    events[to + 8] = size;
    events[to + WORD_TAGS] = packTags(action, side, flags | this.#flags);
    events[to + 10] = words[at + 8] ?? 0;
    events[to + 11] = words[at + 9] ?? 0;
    events[to + 12] = orders;
    events[to + 13] = words[at + 11] ?? 0;
  }

  #grow(): void {
    const larger = new Int32Array(this.#words.length * 2);
    larger.set(this.#words);
    this.#words = larger;
  }
}
