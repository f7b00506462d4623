import { EVENT_WORDS, type EventBatch } from '../../domain/event.ts';
import type { PriceNanos } from '../../domain/price.ts';
import { Random } from '../../domain/random.ts';
import { BUY, SELL } from '../../domain/side.ts';
import { type DayNumber, NS_PER_MS, type SessionTime } from '../../domain/time.ts';
import { Activity } from './activity.ts';
import { ArrivalClock } from './arrival-clock.ts';
import { BookShape, behind } from './book-shape.ts';
import { FairValue } from './fair-value.ts';
import { GeneratedExchange } from './generated-exchange.ts';
import { calmed, type MarketProfile, TYPICAL_PROFILE } from './market-profile.ts';
import { type MatchingBook, NONE } from './matching-book.ts';
import { type Phase, phasesOf } from './phase.ts';
import type { Plant, PlantedEvent } from './plant.ts';
import { Planter } from './planter.ts';
import { logNormalDraws, QUANTILE_SHIFT } from './quantiles.ts';
import { drawScenario, type Stretch } from './scenario.ts';
import { SignHabit } from './sign-habit.ts';
import { TradeLedger } from './trade-ledger.ts';
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
  /** What kind of stock it is; the TSLA-like one by default. */
  readonly profile?: MarketProfile;
  /** Aggressive orders against those of the profile's ordinary day, 1. */
  readonly tradeFactor?: number;
  /** Free movement of price, spread and pace against the profile's, 1. */
  readonly wander?: number;
  /** Planted stretches from the open on; drawn from the seed where there are none. */
  readonly scenario?: readonly Stretch[];
  /** Single events to plant; with them, and no scenario, the rest of the day is quiet. */
  readonly plants?: readonly Plant[];
}

/** Raised whenever equal options give other events than before: names of kept files contain it. */
export const GENERATOR_VERSION = 2;
/** The instrument's number in the records. */
export const GENERATED_INSTRUMENT_ID = 16_244;
export const GENERATED_DATASET = 'XNAS.ITCH';

const HALF_WORD = 2_147_483_648;
const CHUNK_RECORDS = 16_384;
const NEAR_LEVELS = 24;
/** Size that an absorbing level is kept at, and of each order that refills it. */
const ABSORBER_SIZE = 700;
const REFILL_SIZE = 300;
/** Below it the ladder would have no room for a day's moves. */
const LEAST_TICKS = 1000;
/** Places that an order looks at before it stays away. */
const TRIES = 4;
/** How much two draws of a wanted quote differ, in ticks. */
const QUOTE_JITTER = 0.4;

/**
 * A stock's session, made up: participants whose quotes and aggressive orders follow a fair value that wanders, drifts,
 * presses and turns as profile and scenario say, at an exchange with its own matching book.
 */
export class GeneratedMarket {
  /** What was planted: the truth that analyzers and rules are checked against. */
  readonly scenario: readonly Stretch[];

  readonly #profile: MarketProfile;
  readonly #random: Random;
  readonly #clock: ArrivalClock;
  readonly #flow: FairValue;
  readonly #exchange: GeneratedExchange;
  readonly #book: MatchingBook;
  readonly #shape: BookShape;
  readonly #walls: WallKeeper;
  readonly #signs: SignHabit;
  readonly #planter: Planter | undefined;
  /** Age of a canceled order, in orders that came after it. */
  readonly #cancelAges: Int32Array;
  readonly #open: SessionTime;
  readonly #tradeFactor: number;
  readonly #targetOrders: number;
  readonly #buildGapNs: number;
  #building: number;
  #crossed = false;
  /** The last message of the flow was an aggressive order. */
  #hasTraded = false;
  #pending: EventBatch | undefined;
  #pendingTaken = 0;

  /** @throws {RangeError} If the start price is below 1,000 ticks. */
  constructor(options: GeneratedMarketOptions) {
    const { symbol, begin, sessionOpen, sessionClose, seed, events, tickNanos } = options;
    const profile = calmed(options.profile ?? TYPICAL_PROFILE, options.wander ?? 1);
    const random = new Random(seed).fork(hashOf(symbol));
    const startTicks = Math.round(options.startPriceNanos / tickNanos);
    if (startTicks < LEAST_TICKS) {
      throw new RangeError(`the start price is ${startTicks} ticks; ${LEAST_TICKS} are needed`);
    }
    const { plants = [] } = options;
    const laid = options.scenario ?? quietDay(plants, sessionOpen, sessionClose);
    this.scenario = laid ?? drawScenario(random.fork(1), sessionOpen, sessionClose);
    const isLaid = laid !== undefined;
    const drive = isLaid ? 1 : profile.drive;
    const phases = phasesOf(this.scenario, begin, sessionOpen, random.fork(2), drive);
    const activity = new Activity(begin, sessionClose, profile.clustering, random.fork(8));
    this.#profile = profile;
    this.#random = random.fork(3);
    this.#clock = new ArrivalClock({
      begin,
      open: sessionOpen,
      end: sessionClose,
      phases,
      profile,
      activity,
      random: random.fork(4),
    });
    this.#flow = new FairValue({
      startTicks: startTicks + 0.4,
      phases,
      profile,
      activity,
      isLaid,
      random: random.fork(5),
    });
    this.#walls = new WallKeeper(random.fork(6));
    const ledger = plants.length === 0 ? undefined : new TradeLedger(sessionOpen, tickNanos);
    this.#exchange = new GeneratedExchange({
      ledger,
      day: options.day,
      instrumentId: GENERATED_INSTRUMENT_ID,
      levels: startTicks * 2,
      tickNanos,
      events,
      chunkRecords: CHUNK_RECORDS,
      random: random.fork(7),
    });
    this.#book = this.#exchange.book;
    this.#shape = new BookShape(profile);
    this.#signs = new SignHabit(profile.signMemory, this.#random);
    this.#cancelAges = logNormalDraws(profile.cancelAge.median, profile.cancelAge.sigma);
    this.#open = sessionOpen;
    this.#tradeFactor = (options.tradeFactor ?? 1) * profile.tradeFactor;
    this.#targetOrders = Math.min(profile.liveOrders, Math.max(400, Math.floor(events / 50)));
    this.#building = Math.floor(this.#targetOrders * 0.6);
    this.#buildGapNs = Math.min(2 * NS_PER_MS, ((sessionOpen - begin) * 0.3) / this.#building);
    this.#planter =
      ledger === undefined
        ? undefined
        : new Planter(plants, {
            exchange: this.#exchange,
            flow: this.#flow,
            ledger,
            random: random.fork(9),
          });
    this.#exchange.clear(begin);
  }

  /** The single events planted so far, as they happened. */
  get planted(): readonly PlantedEvent[] {
    return this.#planter?.planted ?? [];
  }

  /** At most `maxRecords` further events, or `undefined` when all were handed over. A batch may end inside a group. */
  next(maxRecords: number): EventBatch | undefined {
    if (this.#pending === undefined) {
      const exchange = this.#exchange;
      while (exchange.left > 0 && !exchange.hasChunk) this.#step();
      this.#pending = exchange.take();
      this.#pendingTaken = 0;
      if (this.#pending === undefined) return undefined;
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
    this.#clock.advance(this.#exchange.left);
    const { time } = this.#clock;
    const planter = this.#planter;
    if (planter !== undefined) {
      while (planter.nextAt <= time && this.#exchange.left > 0) {
        if (this.#flow.advance(planter.nextAt)) this.#enter(this.#flow.phase);
        planter.play();
      }
      if (planter.isHalted || this.#exchange.left <= 0) return;
    }
    if (this.#flow.advance(time)) this.#enter(this.#flow.phase);
    if (!this.#crossed && time >= this.#open) this.#cross();
    else if (!this.#tendKeptOrders(time)) this.#act();
  }

  #act(): void {
    const { phase } = this.#flow;
    const draw = this.#random.float();
    const { tradeAgain } = this.#profile;
    const tradeShare = this.#hasTraded
      ? tradeAgain
      : phase.tradeShare * this.#tradeFactor * (1 - tradeAgain);
    this.#hasTraded = draw < tradeShare;
    if (this.#hasTraded) {
      this.#trade(this.#signs.next(phase.buyShare));
      return;
    }
    if (draw < this.#profile.followShare && this.#followValue()) return;
    const missing = (this.#targetOrders - this.#book.live) / this.#targetOrders;
    const addShare = Math.min(0.9, Math.max(0.1, 0.5 + 4 * missing));
    if (this.#random.float() < addShare) this.#addAnywhere();
    else if (this.#random.float() < this.#profile.replaceShare) this.#replace();
    else this.#cancelSome();
  }

  // --- what a new phase brings

  #enter(phase: Phase): void {
    const book = this.#book;
    if (phase.absorber !== 0 && book.bestBid >= 0 && book.bestAsk < book.levels) {
      this.#flow.hold(phase.absorber, phase.absorber === BUY ? book.bestBid : book.bestAsk);
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
    this.#exchange.printUnseen(this.#clock.time, tick * this.#exchange.tickNanos, 2_400);
    this.#flow.noteTrade(tick);
  }

  /** Walls and absorbing levels. True when a message was spent on them. */
  #tendKeptOrders(time: SessionTime): boolean {
    const book = this.#book;
    const { heldTick, phase } = this.#flow;
    if (phase.absorber !== 0 && heldTick !== NONE && book.sizeAt(heldTick) < ABSORBER_SIZE) {
      if (this.#exchange.fits(phase.absorber, heldTick)) {
        book.kept[this.#add(phase.absorber, heldTick, REFILL_SIZE)] = 1;
        return true;
      }
    }
    if (time < this.#open || !this.#profile.hasWalls) return false;
    const stale = this.#walls.nextStale(time, book);
    if (stale !== undefined) {
      this.#exchange.cancel(time, stale);
      return true;
    }
    const wanted = this.#walls.nextOrder(time, book, phase);
    if (wanted === undefined || !this.#exchange.fits(wanted.side, wanted.tick)) return false;
    this.#walls.placed(this.#add(wanted.side, wanted.tick, wanted.size), book);
    return true;
  }

  // --- quotes

  /** Brings the touch to the fair value: stale quotes are canceled or taken, missing ones added. */
  #followValue(): boolean {
    const book = this.#book;
    const { value, half, heldTick } = this.#flow;
    const slack = this.#profile.spread.slack * half;
    const distance = half + (this.#random.float() - 0.5) * QUOTE_JITTER;
    const side = this.#random.uint32() < HALF_WORD ? BUY : SELL;
    const wantedBid = Math.floor(value - distance);
    const wantedAsk = Math.ceil(value + distance);
    const best = side === BUY ? book.bestBid : book.bestAsk;
    const isStale = side === BUY ? best > wantedBid + slack : best < wantedAsk - slack;
    if (isStale && best >= 0 && best < book.levels && best !== heldTick) {
      const slot = this.#anyOf(best);
      // the patient hold out a while, then most of them leave, too
      if (book.kept[slot] === 1 && this.#random.float() > 0.2) return false;
      if (book.kept[slot] === 1 && this.#random.float() < 0.3) this.#trade(-side);
      else this.#exchange.cancel(this.#clock.time, slot);
      return true;
    }
    const isBehind = side === BUY ? best < wantedBid - slack : best > wantedAsk + slack;
    if (!isBehind) return false;
    const tick =
      side === BUY ? Math.min(wantedBid, book.bestAsk - 1) : Math.max(wantedAsk, book.bestBid + 1);
    if (!this.#exchange.fits(side, tick)) return false;
    this.#add(side, tick, this.#shape.orderSize(this.#random.uint32()));
    return true;
  }

  /** Where a side's touch belongs, without crossing the other's: where it is, if that is near enough. */
  #touchOf(side: number): number {
    const { value, half } = this.#flow;
    const book = this.#book;
    const best = side === BUY ? book.bestBid : book.bestAsk;
    if (!this.#profile.isDense && Math.abs(value - side * half - best) <= half) return best;
    // a dense book's touch is the tick beside the value
    const distance = this.#profile.isDense ? 0.5 : half;
    return side === BUY
      ? Math.min(Math.floor(value - distance), book.bestAsk - 1)
      : Math.max(Math.ceil(value + distance), book.bestBid + 1);
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
    const spread = book.bestAsk - book.bestBid;
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const distance = this.#shape.distance(this.#random, spread);
      const tick = behind(side, touch, distance);
      if (!this.#exchange.fits(side, tick)) continue;
      // the last try may overfill a level: somebody will leave it
      const room = this.#shape.targetOf(tick, distance, lean) * (attempt === TRIES - 1 ? 1.4 : 1);
      if (book.sizeAt(tick) + size / 2 <= room) return tick;
    }
    return NONE;
  }

  /** Takes an order out, most often a young one, sooner where there is too much than where there is too little. */
  #cancelSome(): void {
    const book = this.#book;
    const { partShare } = this.#profile;
    const surplus = this.#random.float() < 0.35 ? this.#surplusOrder() : NONE;
    const slot = surplus === NONE ? this.#recentOrder() : surplus;
    if (slot === NONE || book.kept[slot] === 1) return;
    if (surplus === NONE && this.#isThin(slot)) return;
    const size = book.size[slot] ?? 0;
    const { time } = this.#clock;
    if (size > 1 && this.#random.float() < partShare)
      this.#exchange.cancel(time, slot, 1 + this.#random.below(size - 1));
    else this.#exchange.cancel(time, slot);
  }

  #replace(): void {
    const slot = this.#recentOrder();
    const book = this.#book;
    if (slot === NONE || book.kept[slot] === 1 || this.#isThin(slot) || this.#exchange.left < 2)
      return;
    const side = book.side[slot] ?? BUY;
    const size = this.#shape.orderSize(this.#random.uint32());
    const tick = this.#placeFor(side, size);
    if (tick !== NONE) this.#exchange.replace(this.#clock.time, slot, side, tick, size);
  }

  /** An order of a near level that holds more than is wanted there. */
  #surplusOrder(): number {
    const side = this.#random.uint32() < HALF_WORD ? BUY : SELL;
    const distance = this.#random.below(NEAR_LEVELS);
    const tick = behind(side, this.#touchOf(side), distance);
    if (tick < 0 || tick >= this.#book.levels) return NONE;
    const lean = side === BUY ? this.#flow.bidLean : this.#flow.askLean;
    const wanted = this.#shape.targetOf(tick, distance, lean);
    return this.#book.sizeAt(tick) > wanted * 1.1 ? this.#anyOf(tick) : NONE;
  }

  #isThin(slot: number): boolean {
    if (!this.#profile.isDense) return false;
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
    const age = this.#cancelAges[this.#random.uint32() >>> QUANTILE_SHIFT] ?? 0;
    for (let step = 0; step < 32; step += 1) {
      const slot = this.#exchange.slotOf(this.#exchange.added - 1 - age - step);
      if (slot !== NONE) return slot;
    }
    return book.liveAt(this.#random.below(book.live));
  }

  // --- trades

  #trade(side: number): void {
    const book = this.#book;
    if (book.bestBid < 0 || book.bestAsk >= book.levels) return;
    if (this.#random.float() < this.#profile.hiddenShare) {
      this.#tradeHidden();
      return;
    }
    const { heldTick } = this.#flow;
    const { walkShare, walkTicks } = this.#profile;
    const best = side === BUY ? book.bestAsk : book.bestBid;
    const quantity = this.#shape.aggressorSize(this.#random);
    const reach = best === heldTick || this.#random.float() >= walkShare ? 0 : walkTicks;
    // a held level outlasts every order that hits it
    if (best === heldTick && book.sizeAt(best) <= quantity) return;
    this.#execute(side, quantity, best + side * reach);
  }

  #execute(side: number, quantity: number, limit: number): void {
    const { firstTick, lastTick, filled } = this.#exchange.execute(
      this.#clock.time,
      side,
      quantity,
      limit,
    );
    if (filled > 0 && this.#crossed) {
      this.#flow.noteTrade(firstTick);
      this.#flow.noteTrade(lastTick);
    }
    this.#flow.nudge((lastTick - firstTick) * 0.1);
  }

  /** Against an order that nobody sees, inside the spread: at the very middle, or at the tick beside the touch. */
  #tradeHidden(): void {
    const { bestBid, bestAsk } = this.#book;
    const { tickNanos } = this.#exchange;
    const spread = bestAsk - bestBid;
    const middle = Math.floor(((bestBid + bestAsk) * tickNanos) / 2);
    const buys = this.#random.float() < this.#flow.phase.buyShare;
    const inside = (buys ? bestAsk - 1 : bestBid + 1) * tickNanos;
    const price = spread > 2 && this.#random.float() < 0.6 ? inside : middle;
    const size = this.#shape.hiddenSize(this.#random);
    this.#exchange.printUnseen(this.#clock.time, price, size);
    if (this.#crossed) this.#flow.noteTrade(price / tickNanos);
  }

  #add(side: number, tick: number, size: number): number {
    return this.#exchange.add(this.#clock.time, side, tick, size);
  }
}

/** A day on which nothing happens but what is planted. */
function quietDay(
  plants: readonly Plant[],
  from: SessionTime,
  to: SessionTime,
): Stretch[] | undefined {
  return plants.length === 0 ? undefined : [{ from, to, kind: 'quiet', ticks: 0 }];
}

/** FNV-1a of the text (Fowler, Noll and Vo). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash >>> 0;
}
