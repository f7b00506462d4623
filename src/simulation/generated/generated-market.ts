import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_CLEAR,
  ACTION_FILL,
  ACTION_TRADE,
  EVENT_WORDS,
  type EventBatch,
  FLAG_BAD_TS_RECV,
  FLAG_LAST,
  SIDE_ASK,
  SIDE_BID,
  SIDE_NONE,
} from '../../domain/event.ts';
import type { PriceNanos } from '../../domain/price.ts';
import { Random } from '../../domain/random.ts';
import { BUY, SELL } from '../../domain/side.ts';
import { type DayNumber, NS_PER_MS, NS_PER_US, type SessionTime } from '../../domain/time.ts';
import { ArrivalClock } from './arrival-clock.ts';
import { BookShape, behind } from './book-shape.ts';
import { FairValue } from './fair-value.ts';
import { MatchingBook, NONE } from './matching-book.ts';
import { type Phase, phasesOf } from './phase.ts';
import { logNormalDraws, QUANTILE_SHIFT } from './quantiles.ts';
import { RecordWriter } from './record-writer.ts';
import { drawScenario, type Stretch } from './scenario.ts';
import { WallKeeper } from './wall-keeper.ts';

/** What to generate. Equal options give equal events. */
export interface GeneratedMarketOptions {
  readonly symbol: string;
  readonly day: DayNumber;
  /** First order of the morning. */
  readonly begin: SessionTime;
  readonly sessionOpen: SessionTime;
  /** End of the events, exclusive. */
  readonly sessionClose: SessionTime;
  readonly seed: number;
  /** Records in all, exactly; at least 1. */
  readonly events: number;
  readonly startPriceNanos: PriceNanos;
  readonly tickNanos: number;
  /** Aggressive orders against those of an ordinary day, 1. */
  readonly tradeFactor?: number;
  /** Planted stretches from the open on; drawn from the seed where there are none. */
  readonly scenario?: readonly Stretch[];
}

/** Raised whenever equal options give other events than before: names of kept files contain it. */
export const GENERATOR_VERSION = 1;
/** The instrument's number in the records. */
export const GENERATED_INSTRUMENT_ID = 16_244;
export const GENERATED_DATASET = 'XNAS.ITCH';

/** A TSLA-like stock's busy day, where nothing else is asked for. */
export const TYPICAL_DAY = {
  events: 10_000_000,
  startPriceNanos: 250_000_000_000,
  tickNanos: 10_000_000,
} as const;

const WORD = 4_294_967_296;
/** Databento's "publisher specific" bit, which most records of XNAS carry beside LAST. */
const FLAG_PUBLISHER = 2;
const CHUNK_RECORDS = 16_384;
/** Prints of one aggressive order at most. */
const MAX_PRINTS = 160;
const MAX_LIVE_ORDERS = 12_000;
const CAPACITY = 1 << 15;
/** Orders back to which the youngest are remembered, for cancels that mostly hit young orders. */
const RECENT = 1 << 16;
/** Age of a canceled order, in orders that came after it: median, and standard deviation of the logarithm. */
const CANCEL_AGES = logNormalDraws(60, 2.4);
const NEAR_LEVELS = 24;
/** Size that an absorbing level is kept at, and of each order that refills it. */
const ABSORBER_SIZE = 700;
const REFILL_SIZE = 300;
const HIDDEN_SHARE = 0.22;
/** Below it the ladder would have no room for a day's moves. */
const LEAST_TICKS = 1000;
/** Places that an order looks at before it stays away. */
const TRIES = 4;

/**
 * A stock's session, made up: an exchange with its own matching book, whose quotes and aggressive orders follow a fair
 * value that drifts, presses and turns as the scenario says. The records follow the grammar of Databento's XNAS.ITCH:
 * no modifies; a replaced order is a cancel and an add, an execution a trade, a fill and a cancel, of one sequence each;
 * a hidden execution is a trade without side and order.
 */
export class GeneratedMarket {
  /** What was planted: the truth that analyzers and rules are checked against. */
  readonly scenario: readonly Stretch[];

  readonly #random: Random;
  readonly #clock: ArrivalClock;
  readonly #flow: FairValue;
  readonly #book: MatchingBook;
  readonly #shape = new BookShape();
  readonly #walls: WallKeeper;
  readonly #writer: RecordWriter;
  readonly #recent = new Int32Array(RECENT);
  readonly #tickNanos: number;
  readonly #open: SessionTime;
  readonly #tradeFactor: number;
  readonly #targetOrders: number;
  readonly #buildGapNs: number;
  #building: number;
  #added = 0;
  #left: number;
  #sequence = 100_000;
  /** Flags of the present message's records, where it is the last of its group. */
  #flags = 0;
  /** As Nasdaq's reference numbers: above 2^32 by mid-morning of a busy day, here from the first. */
  #orderId = 2 * WORD + 1_000_003;
  #crossed = false;
  #absorberTick = NONE;
  #pending: EventBatch | undefined;
  #pendingTaken = 0;

  /** @throws {RangeError} If the start price is below 1,000 ticks. */
  constructor(options: GeneratedMarketOptions) {
    const { symbol, begin, sessionOpen, sessionClose, seed, events, tickNanos } = options;
    const random = new Random(seed).fork(hashOf(symbol));
    const startTicks = Math.round(options.startPriceNanos / tickNanos);
    if (startTicks < LEAST_TICKS) {
      throw new RangeError(`the start price is ${startTicks} ticks; ${LEAST_TICKS} are needed`);
    }
    this.scenario = options.scenario ?? drawScenario(random.fork(1), sessionOpen, sessionClose);
    const phases = phasesOf(this.scenario, begin, sessionOpen, random.fork(2));
    this.#random = random.fork(3);
    this.#clock = new ArrivalClock(begin, sessionOpen, sessionClose, phases, random.fork(4));
    this.#flow = new FairValue(startTicks + 0.4, phases, random.fork(5));
    this.#walls = new WallKeeper(random.fork(6));
    this.#book = new MatchingBook(startTicks * 2, CAPACITY);
    this.#writer = new RecordWriter(
      CHUNK_RECORDS + 3 * MAX_PRINTS,
      GENERATED_INSTRUMENT_ID,
      options.day,
    );
    this.#tickNanos = tickNanos;
    this.#open = sessionOpen;
    this.#tradeFactor = options.tradeFactor ?? 1;
    this.#left = events;
    this.#targetOrders = Math.min(MAX_LIVE_ORDERS, Math.max(400, Math.floor(events / 50)));
    this.#building = Math.floor(this.#targetOrders * 0.6);
    this.#buildGapNs = Math.min(2 * NS_PER_MS, ((sessionOpen - begin) * 0.3) / this.#building);
    this.#begin();
    this.#writer.putBare(ACTION_CLEAR, SIDE_NONE, FLAG_BAD_TS_RECV);
    this.#left -= 1;
  }

  /** At most `maxRecords` further events, or `undefined` when all were handed over. A batch may end inside a group. */
  next(maxRecords: number): EventBatch | undefined {
    if (this.#pending === undefined) {
      while (this.#left > 0 && this.#writer.count < CHUNK_RECORDS) this.#step();
      if (this.#writer.count === 0) return undefined;
      this.#pending = this.#writer.take();
      this.#pendingTaken = 0;
    }
    const { words, count } = this.#pending;
    const taken = this.#pendingTaken;
    const given = Math.min(maxRecords, count - taken);
    const part =
      given === count ? words : words.slice(taken * EVENT_WORDS, (taken + given) * EVENT_WORDS);
    this.#pendingTaken = taken + given;
    if (this.#pendingTaken === count) this.#pending = undefined;
    return { words: part, count: given };
  }

  /** One message of the exchange, or nothing where the draw does not fit the book. */
  #step(): void {
    if (this.#building > 0) {
      this.#building -= 1;
      this.#clock.wait(this.#buildGapNs);
      this.#addAnywhere();
      return;
    }
    this.#clock.advance(this.#left);
    const time = this.#clock.time;
    if (this.#flow.advance(time)) this.#enter(this.#flow.phase);
    if (!this.#crossed && time >= this.#open) this.#cross();
    else if (!this.#tendKeptOrders(time)) this.#act();
  }

  #act(): void {
    const { phase } = this.#flow;
    const draw = this.#random.float();
    if (draw < phase.tradeShare * this.#tradeFactor) {
      this.#trade(this.#random.float() < phase.buyShare ? BUY : SELL);
      return;
    }
    if (draw < 0.4 && this.#followValue()) return;
    const missing = (this.#targetOrders - this.#book.live) / this.#targetOrders;
    const addShare = Math.min(0.9, Math.max(0.1, 0.5 + 4 * missing));
    if (this.#random.float() < addShare) this.#addAnywhere();
    else if (this.#random.float() < 0.1) this.#replace();
    else this.#cancelSome();
  }

  // --- what a new phase brings

  #enter(phase: Phase): void {
    this.#absorberTick = NONE;
    const book = this.#book;
    if (phase.absorber !== 0 && book.bestBid >= 0 && book.bestAsk < book.levels) {
      const isBid = phase.absorber === BUY;
      const tick = isBid ? book.bestBid : book.bestAsk;
      this.#absorberTick = tick;
      if (isBid) this.#flow.confine(tick + 0.7, tick + 1.9);
      else this.#flow.confine(tick - 1.9, tick - 0.7);
    }
    if (phase.sweepLevels !== 0) {
      const side = Math.sign(phase.sweepLevels);
      const best = side === BUY ? book.bestAsk : book.bestBid;
      this.#execute(side, Number.MAX_SAFE_INTEGER, best + phase.sweepLevels - side);
      this.#flow.jump(phase.sweepLevels);
    }
  }

  /** The opening cross: a print without side. */
  #cross(): void {
    this.#crossed = true;
    const tick = Math.round(this.#flow.value);
    this.#begin();
    this.#print(SIDE_NONE, this.#flags, tick * this.#tickNanos, 2_400);
    this.#flow.noteTrade(tick);
  }

  /** Walls and absorbing levels. True when a message was spent on them. */
  #tendKeptOrders(time: SessionTime): boolean {
    const book = this.#book;
    const absorber = this.#absorberTick;
    if (absorber !== NONE && book.sizeAt(absorber) < ABSORBER_SIZE) {
      const side = this.#flow.phase.absorber;
      if (this.#fits(side, absorber)) {
        book.kept[this.#add(side, absorber, REFILL_SIZE)] = 1;
        return true;
      }
    }
    if (time < this.#open) return false;
    const stale = this.#walls.nextStale(time, book);
    if (stale !== undefined) {
      this.#cancel(stale);
      return true;
    }
    const wanted = this.#walls.nextOrder(time, book, this.#flow.phase);
    if (wanted === undefined || !this.#fits(wanted.side, wanted.tick)) return false;
    this.#walls.placed(this.#add(wanted.side, wanted.tick, wanted.size), book);
    return true;
  }

  // --- quotes

  /** Brings the touch to the fair value: stale quotes are canceled or taken, missing ones added. */
  #followValue(): boolean {
    const book = this.#book;
    const { value, phase } = this.#flow;
    const half = phase.halfSpread + (this.#random.float() - 0.5) * 0.4;
    const side = this.#random.uint32() < WORD / 2 ? BUY : SELL;
    const wantedBid = Math.floor(value - half);
    const wantedAsk = Math.ceil(value + half);
    const best = side === BUY ? book.bestBid : book.bestAsk;
    const isStale = side === BUY ? best > wantedBid : best < wantedAsk;
    if (isStale && best >= 0 && best < book.levels && best !== this.#absorberTick) {
      const slot = this.#anyOf(best);
      // the patient hold out a while, then most of them leave, too
      if (book.kept[slot] === 1 && this.#random.float() > 0.2) return false;
      if (book.kept[slot] === 1 && this.#random.float() < 0.3) this.#trade(-side);
      else this.#cancel(slot);
      return true;
    }
    const isBehind = side === BUY ? best < wantedBid : best > wantedAsk;
    if (!isBehind) return false;
    const tick =
      side === BUY ? Math.min(wantedBid, book.bestAsk - 1) : Math.max(wantedAsk, book.bestBid + 1);
    if (!this.#fits(side, tick)) return false;
    this.#add(side, tick, this.#shape.orderSize(this.#random.uint32()));
    return true;
  }

  /** Where a side's touch belongs, without crossing the other's. */
  #touchOf(side: number): number {
    const { value } = this.#flow;
    return side === BUY
      ? Math.min(Math.floor(value - 0.5), this.#book.bestAsk - 1)
      : Math.max(Math.ceil(value + 0.5), this.#book.bestBid + 1);
  }

  #addAnywhere(): void {
    const draw = this.#random.uint32();
    const side = (draw & 1) === 0 ? BUY : SELL;
    const size = this.#shape.orderSize(draw);
    const tick = this.#placeFor(side, size);
    if (tick !== NONE) this.#add(side, tick, size);
  }

  /** A tick with room for the order, after a few tries. */
  #placeFor(side: number, size: number): number {
    const book = this.#book;
    const touch = this.#touchOf(side);
    const lean = side === BUY ? this.#flow.bidLean : this.#flow.askLean;
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const distance = this.#shape.distance(this.#random);
      const tick = behind(side, touch, distance);
      if (!this.#fits(side, tick)) continue;
      // the last try may overfill a level: somebody will leave it
      const room = this.#shape.targetOf(tick, distance, lean) * (attempt === TRIES - 1 ? 1.4 : 1);
      if (book.sizeAt(tick) + size / 2 <= room) return tick;
    }
    return NONE;
  }

  /** Takes an order out, most often a young one, sooner where there is too much than where there is too little. */
  #cancelSome(): void {
    const book = this.#book;
    const surplus = this.#random.float() < 0.35 ? this.#surplusOrder() : NONE;
    const slot = surplus === NONE ? this.#recentOrder() : surplus;
    if (slot === NONE || book.kept[slot] === 1) return;
    if (surplus === NONE && this.#isThin(slot)) return;
    const size = book.size[slot] ?? 0;
    if (size > 1 && this.#random.float() < 0.04)
      this.#cancelPart(slot, 1 + this.#random.below(size - 1));
    else this.#cancel(slot);
  }

  #replace(): void {
    const slot = this.#recentOrder();
    const book = this.#book;
    if (slot === NONE || book.kept[slot] === 1 || this.#isThin(slot) || this.#left < 2) return;
    const side = book.side[slot] ?? BUY;
    const size = this.#shape.orderSize(this.#random.uint32());
    const tick = this.#placeFor(side, size);
    if (tick === NONE) return;
    this.#begin();
    this.#putOrder(ACTION_CANCEL, slot, 0, book.size[slot] ?? 0);
    book.reduce(slot, book.size[slot] ?? 0);
    this.#place(side, tick, size);
  }

  /** An order of a near level that holds more than is wanted there. */
  #surplusOrder(): number {
    const side = this.#random.uint32() < WORD / 2 ? BUY : SELL;
    const distance = this.#random.below(NEAR_LEVELS);
    const tick = behind(side, this.#touchOf(side), distance);
    if (tick < 0 || tick >= this.#book.levels) return NONE;
    const lean = side === BUY ? this.#flow.bidLean : this.#flow.askLean;
    const wanted = this.#shape.targetOf(tick, distance, lean);
    return this.#book.sizeAt(tick) > wanted * 1.1 ? this.#anyOf(tick) : NONE;
  }

  #isThin(slot: number): boolean {
    const tick = this.#book.tick[slot] ?? 0;
    const side = this.#book.side[slot] ?? BUY;
    const distance = (this.#touchOf(side) - tick) * side;
    if (distance < 0 || distance >= NEAR_LEVELS) return false;
    const lean = side === BUY ? this.#flow.bidLean : this.#flow.askLean;
    return this.#book.sizeAt(tick) < this.#shape.targetOf(tick, distance, lean) * 0.75;
  }

  /** One of the youngest three at a tick, passing over kept ones where it can. */
  #anyOf(tick: number): number {
    const book = this.#book;
    let slot = book.backOf(tick);
    let steps = this.#random.below(3);
    while (slot !== NONE && (steps > 0 || book.kept[slot] === 1)) {
      const before = book.beforeOf(slot);
      if (before === NONE) break;
      slot = before;
      steps -= 1;
    }
    return slot;
  }

  /** An order by its age, log-normal in orders that came after it; any order where none of that age is left. */
  #recentOrder(): number {
    const book = this.#book;
    if (book.live === 0) return NONE;
    const age = CANCEL_AGES[this.#random.uint32() >>> QUANTILE_SHIFT] ?? 0;
    for (let step = 0; step < 32; step += 1) {
      const number = this.#added - 1 - age - step;
      if (number < 0 || age + step >= RECENT) break;
      const slot = this.#recent[number & (RECENT - 1)] ?? 0;
      if (book.born[slot] === number && (book.size[slot] ?? 0) > 0) return slot;
    }
    return book.liveAt(this.#random.below(book.live));
  }

  // --- trades

  #trade(side: number): void {
    const book = this.#book;
    if (book.bestBid < 0 || book.bestAsk >= book.levels) return;
    if (this.#random.float() < HIDDEN_SHARE) {
      this.#tradeHidden();
      return;
    }
    const best = side === BUY ? book.bestAsk : book.bestBid;
    const quantity = this.#shape.aggressorSize(this.#random);
    const reach = best === this.#absorberTick || this.#random.float() < 0.85 ? 0 : 2;
    // an absorber's level outlasts every order that hits it
    if (best === this.#absorberTick && book.sizeAt(best) <= quantity) return;
    this.#execute(side, quantity, best + side * reach);
  }

  /** Matches an aggressive order against the book, front of the queue first, no further than `limit`. */
  #execute(side: number, quantity: number, limit: number): void {
    const book = this.#book;
    const resting = -side;
    const first = side === BUY ? book.bestAsk : book.bestBid;
    let tick = first;
    let open = quantity;
    let prints = Math.min(MAX_PRINTS, Math.floor(this.#left / 3));
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
      this.#begin();
      const flags = isLast ? this.#flags : 0;
      this.#print(side === BUY ? SIDE_BID : SIDE_ASK, flags, tick * this.#tickNanos, filled);
      this.#putOrder(ACTION_FILL, slot, flags, filled);
      this.#putOrder(ACTION_CANCEL, slot, flags, filled);
      book.reduce(slot, filled);
      if (this.#crossed) this.#flow.noteTrade(tick);
      tick = next;
    }
    this.#flow.nudge((tick - first) * 0.1);
  }

  /** Against an order that nobody sees, inside the spread: at the very middle, or at the tick beside the touch. */
  #tradeHidden(): void {
    const book = this.#book;
    const { bestBid, bestAsk } = book;
    const spread = bestAsk - bestBid;
    const middle = Math.floor(((bestBid + bestAsk) * this.#tickNanos) / 2);
    const buys = this.#random.float() < this.#flow.phase.buyShare;
    const inside = (buys ? bestAsk - 1 : bestBid + 1) * this.#tickNanos;
    const price = spread > 2 && this.#random.float() < 0.6 ? inside : middle;
    this.#begin();
    this.#print(SIDE_NONE, this.#flags, price, this.#shape.aggressorSize(this.#random));
    if (this.#crossed) this.#flow.noteTrade(price / this.#tickNanos);
  }

  // --- records

  #add(side: number, tick: number, size: number): number {
    this.#begin();
    return this.#place(side, tick, size);
  }

  #place(side: number, tick: number, size: number): number {
    this.#orderId += 1 + (this.#random.uint32() & 31);
    const high = Math.floor(this.#orderId / WORD);
    const slot = this.#book.add(side, tick, size, (this.#orderId - high * WORD) | 0, high);
    this.#recent[this.#added & (RECENT - 1)] = slot;
    this.#added += 1;
    this.#putOrder(ACTION_ADD, slot, this.#flags, size);
    return slot;
  }

  #cancel(slot: number): void {
    this.#cancelPart(slot, this.#book.size[slot] ?? 0);
  }

  #cancelPart(slot: number, quantity: number): void {
    this.#begin();
    this.#putOrder(ACTION_CANCEL, slot, this.#flags, quantity);
    this.#book.reduce(slot, quantity);
  }

  /** An order may rest there: on the ladder, behind the other side's best price, with room in the book. */
  #fits(side: number, tick: number): boolean {
    const book = this.#book;
    if (tick < 1 || tick >= book.levels || book.isFull) return false;
    return side === BUY ? tick < book.bestAsk : tick > book.bestBid;
  }

  #begin(): void {
    const draw = this.#random.uint32();
    // other stocks share the sequence; a fraction of a millisecond to the receiver, seldom more
    this.#sequence += 1 + (draw & 63);
    const wait = (draw >>> 8) / (1 << 24);
    // ten of eleven have both bits
    this.#flags = ((draw >>> 6) & 0x7f) < 12 ? FLAG_LAST : FLAG_LAST | FLAG_PUBLISHER;
    const lag = Math.floor((110 + 300 * wait * wait) * NS_PER_US);
    this.#writer.begin(this.#clock.time, lag, this.#sequence);
  }

  #putOrder(action: number, slot: number, flags: number, size: number): void {
    const book = this.#book;
    this.#writer.put(
      action,
      book.side[slot] === BUY ? SIDE_BID : SIDE_ASK,
      flags,
      book.idLow[slot] ?? 0,
      book.idHigh[slot] ?? 0,
      (book.tick[slot] ?? 0) * this.#tickNanos,
      size,
    );
    this.#left -= 1;
  }

  #print(side: number, flags: number, priceNanos: PriceNanos, size: number): void {
    this.#writer.put(ACTION_TRADE, side, flags, 0, 0, priceNanos, size);
    this.#left -= 1;
  }
}

/** FNV-1a of the text (Fowler, Noll and Vo). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash >>> 0;
}
