import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_CLEAR,
  ACTION_FILL,
  ACTION_STATUS,
  ACTION_TRADE,
  type EventBatch,
  FLAG_BAD_TS_RECV,
  FLAG_LAST,
  SIDE_ASK,
  SIDE_BID,
  SIDE_NONE,
} from '../../domain/event.ts';
import type { PriceNanos } from '../../domain/price.ts';
import type { Random } from '../../domain/random.ts';
import { BUY } from '../../domain/side.ts';
import { type DayNumber, NS_PER_US, type SessionTime } from '../../domain/time.ts';
import { MatchingBook, NONE } from './matching-book.ts';
import { RecordWriter } from './record-writer.ts';
import type { TradeLedger } from './trade-ledger.ts';

const WORD = 4_294_967_296;
/** Databento's "publisher specific" bit, which most records of XNAS carry beside LAST. */
const FLAG_PUBLISHER = 2;
/** Prints of one aggressive order at most. */
const MAX_PRINTS = 160;
const CAPACITY = 1 << 15;
/** Orders back to which the youngest are remembered. */
const RECENT = 1 << 16;

export interface GeneratedExchangeOptions {
  readonly day: DayNumber;
  readonly instrumentId: number;
  /** Ticks of the ladder. */
  readonly levels: number;
  readonly tickNanos: number;
  /** Records to be written in all. */
  readonly events: number;
  /** Records of a chunk that is handed over, about. */
  readonly chunkRecords: number;
  readonly random: Random;
  /** Is told every print. */
  readonly ledger?: TradeLedger | undefined;
}

/** What an aggressive order met. */
export interface Execution {
  /** Shares that traded. */
  readonly filled: number;
  /** Ticks of the first and the last print; equal where nothing traded. */
  readonly firstTick: number;
  readonly lastTick: number;
  /** Shares by print, in their order. */
  readonly sizes: readonly number[];
  readonly ticks: readonly number[];
}

/**
 * The made-up exchange: its matching book, and the records that it sends. Everything that happens goes through here, so
 * that the feed agrees with the book. The records follow the grammar of Databento's XNAS.ITCH: no modifies; a replaced
 * order is a cancel and an add, an execution a trade, a fill and a cancel, of one sequence each; a hidden execution is a
 * trade without side and order.
 */
export class GeneratedExchange {
  readonly book: MatchingBook;
  readonly tickNanos: number;
  /** Records still to be written. */
  left: number;
  /** Orders ever added. */
  added = 0;

  readonly #random: Random;
  readonly #writer: RecordWriter;
  readonly #chunkRecords: number;
  readonly #ledger: TradeLedger | undefined;
  /** The time stamp at hand, and the touch as it stood before it. */
  #time = Number.NEGATIVE_INFINITY;
  #bidBefore = NONE;
  #askBefore: number;
  /** The slot of each young order, by its number. */
  readonly #recent = new Int32Array(RECENT);
  #sequence = 100_000;
  /** Flags of the present message's records, where it is the last of its group. */
  #flags = 0;
  /** As Nasdaq's reference numbers: above 2^32 by mid-morning of a busy day, here from the first. */
  #orderId = 2 * WORD + 1_000_003;

  constructor(options: GeneratedExchangeOptions) {
    const { chunkRecords, instrumentId, day } = options;
    this.book = new MatchingBook(options.levels, CAPACITY);
    this.tickNanos = options.tickNanos;
    this.left = options.events;
    this.#random = options.random;
    this.#chunkRecords = chunkRecords;
    this.#ledger = options.ledger;
    this.#askBefore = options.levels;
    this.#writer = new RecordWriter(chunkRecords + 3 * MAX_PRINTS, instrumentId, day);
  }

  /** Enough records wait to be taken. */
  get hasChunk(): boolean {
    return this.#writer.count >= this.#chunkRecords;
  }

  /** The records that wait, if any. */
  take(): EventBatch | undefined {
    return this.#writer.count === 0 ? undefined : this.#writer.take();
  }

  /** The day's first record: the book is empty. */
  clear(time: SessionTime): void {
    this.#begin(time);
    this.#writer.putBare(ACTION_CLEAR, SIDE_NONE, FLAG_BAD_TS_RECV);
    this.left -= 1;
  }

  /** An order may rest there: on the ladder, behind the other side's best price, with room in the book. */
  fits(side: number, tick: number): boolean {
    const { book } = this;
    if (tick < 1 || tick >= book.levels || book.isFull) return false;
    return side === BUY ? tick < book.bestAsk : tick > book.bestBid;
  }

  /** The slot of the `number`-th order, or NONE where it is gone or too old. */
  slotOf(number: number): number {
    if (number < 0 || this.added - number > RECENT) return NONE;
    const slot = this.#recent[number & (RECENT - 1)] ?? 0;
    return this.book.born[slot] === number && (this.book.size[slot] ?? 0) > 0 ? slot : NONE;
  }

  /** Adds an order that `fits`. Returns its slot. */
  add(time: SessionTime, side: number, tick: number, size: number): number {
    this.#begin(time);
    return this.#place(side, tick, size);
  }

  cancel(time: SessionTime, slot: number, quantity = this.book.size[slot] ?? 0): void {
    this.#begin(time);
    this.#putOrder(ACTION_CANCEL, slot, this.#flags, quantity);
    this.book.reduce(slot, quantity);
  }

  /** Cancels an order and adds another in one message. Two records must be left. */
  replace(time: SessionTime, slot: number, side: number, tick: number, size: number): void {
    this.#begin(time);
    const old = this.book.size[slot] ?? 0;
    this.#putOrder(ACTION_CANCEL, slot, 0, old);
    this.book.reduce(slot, old);
    this.#place(side, tick, size);
  }

  /** Matches an aggressive order against the book, front of the queue first, no further than `limit`. */
  execute(time: SessionTime, side: number, quantity: number, limit: number): Execution {
    const { book } = this;
    const resting = -side;
    const firstTick = side === BUY ? book.bestAsk : book.bestBid;
    const sizes: number[] = [];
    const ticks: number[] = [];
    let tick = firstTick;
    let open = quantity;
    let prints = Math.min(MAX_PRINTS, Math.floor(this.left / 3));
    while (
      open > 0 &&
      prints > 0 &&
      tick >= 0 &&
      tick < book.levels &&
      (limit - tick) * side >= 0
    ) {
      const slot = book.frontOf(tick);
      const size = book.size[slot] ?? 0;
      const filled = Math.min(open, size);
      open -= filled;
      prints -= 1;
      const empties = book.sizeAt(tick) === filled;
      const next = empties ? book.nextLevel(resting, tick) : tick;
      const isLast =
        open === 0 || prints === 0 || next < 0 || next >= book.levels || (limit - next) * side < 0;
      this.#begin(time);
      const flags = isLast ? this.#flags : 0;
      this.#print(side === BUY ? SIDE_BID : SIDE_ASK, flags, tick * this.tickNanos, filled);
      this.#putOrder(ACTION_FILL, slot, flags, filled);
      this.#putOrder(ACTION_CANCEL, slot, flags, filled);
      book.reduce(slot, filled);
      sizes.push(filled);
      ticks.push(tick);
      tick = next;
    }
    return {
      filled: quantity - open,
      firstTick,
      lastTick: ticks.at(-1) ?? firstTick,
      sizes,
      ticks,
    };
  }

  /** A print without side and order: an auction, or an order that nobody saw. */
  printUnseen(time: SessionTime, priceNanos: PriceNanos, size: number): void {
    this.#begin(time);
    this.#print(SIDE_NONE, this.#flags, priceNanos, size);
  }

  /** The trading status changed to one of the STATUS_ values of domain/event.ts. */
  status(time: SessionTime, status: number): void {
    this.#begin(time);
    this.#writer.put(ACTION_STATUS, SIDE_NONE, FLAG_LAST, 0, 0, 0, status);
    this.left -= 1;
  }

  #place(side: number, tick: number, size: number): number {
    this.#orderId += 1 + (this.#random.uint32() & 31);
    const high = Math.floor(this.#orderId / WORD);
    const slot = this.book.add(side, tick, size, (this.#orderId - high * WORD) | 0, high);
    this.#recent[this.added & (RECENT - 1)] = slot;
    this.added += 1;
    this.#putOrder(ACTION_ADD, slot, this.#flags, size);
    return slot;
  }

  #begin(time: SessionTime): void {
    if (time > this.#time) {
      this.#time = time;
      this.#bidBefore = this.book.bestBid;
      this.#askBefore = this.book.bestAsk;
    }
    const draw = this.#random.uint32();
    // other stocks share the sequence; a fraction of a millisecond to the receiver, seldom more
    this.#sequence += 1 + (draw & 63);
    const wait = (draw >>> 8) / (1 << 24);
    // ten of eleven have both bits
    this.#flags = ((draw >>> 6) & 0x7f) < 12 ? FLAG_LAST : FLAG_LAST | FLAG_PUBLISHER;
    const lag = Math.floor((110 + 300 * wait * wait) * NS_PER_US);
    this.#writer.begin(time, lag, this.#sequence);
  }

  #putOrder(action: number, slot: number, flags: number, size: number): void {
    const { book } = this;
    this.#writer.put(
      action,
      book.side[slot] === BUY ? SIDE_BID : SIDE_ASK,
      flags,
      book.idLow[slot] ?? 0,
      book.idHigh[slot] ?? 0,
      (book.tick[slot] ?? 0) * this.tickNanos,
      size,
    );
    this.left -= 1;
  }

  #print(side: number, flags: number, priceNanos: PriceNanos, size: number): void {
    this.#writer.put(ACTION_TRADE, side, flags, 0, 0, priceNanos, size);
    this.left -= 1;
    this.#ledger?.onPrint(
      this.#time,
      side,
      priceNanos,
      size,
      this.#bidBefore,
      this.#askBefore,
      this.book.levels,
    );
  }
}
