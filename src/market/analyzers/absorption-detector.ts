import type { PriceNanos } from '../../domain/price.ts';
import type { AnalyzerSettings } from '../../domain/settings.ts';
import { NS_PER_SECOND, type SessionTime } from '../../domain/time.ts';
import { type BookSide, NO_TICK } from '../book/book-side.ts';
import type { OrderBook } from '../book/order-book.ts';
import { TickTable } from '../tick-table.ts';
import { LogWindow, type TradeLog } from '../trade-log.ts';
import { WindowTally } from '../window-tally.ts';

/** Levels whose mean size the volume is held against: public specification "market state". */
export const TOUCH_LEVELS = 5;

const LOWEST_TICK = -2_147_483_648;
const HIGHEST_TICK = 2_147_483_647;

/** Absorption found at a level. */
interface Absorption {
  /** +1 at a bid, -1 at an ask. */
  readonly side: 1 | -1;
  readonly tick: number;
  found: SessionTime;
  /** Number of the print that it was found at. */
  print: number;
}

/** A copy of a detector, as `restore` takes it. */
export interface AbsorptionState {
  readonly lasting: readonly Readonly<Absorption>[];
  readonly bestBid: number;
  readonly bestAsk: number;
}

/** The absorption that lasts, as the snapshot tells it. */
export interface AbsorptionView {
  readonly side: 'BID' | 'ASK';
  readonly price: PriceNanos;
}

/**
 * Finds levels at which aggressors are stuck: public specification "market state", section AbsorptionDetector.
 *
 * It measures the end of a time stamp, when all of its events are in the book and in the log.
 */
export class AbsorptionDetector {
  readonly #book: OrderBook;
  readonly #log: TradeLog;
  readonly #settings: AnalyzerSettings['absorption'];
  readonly #windowNs: number;
  readonly #lastsNs: number;
  readonly #window: LogWindow;
  /** The window as it will be when the trades that may pass by are over. */
  readonly #windowAhead: LogWindow;
  /** Sold (column 0) and bought (1) by tick over the window, as of the latest search. */
  readonly #volumes = new TickTable(2);
  readonly #tally: WindowTally;
  /** First trade of the window, at the latest search. */
  #from = 0;
  /** Levels that a search has looked at. */
  readonly #seen: number[] = [];
  /** One at most for each side and level; what is too old may still be here, and is told to nobody. */
  readonly #lasting: Absorption[] = [];
  /** The touch that the lasting ones were last held against. */
  #bestBid = NO_TICK;
  #bestAsk = NO_TICK;
  /** When the first of the lasting ones becomes too old, or earlier. */
  #nextTooOld = Number.POSITIVE_INFINITY;

  constructor(book: OrderBook, log: TradeLog, settings: AnalyzerSettings['absorption']) {
    this.#book = book;
    this.#log = log;
    this.#settings = settings;
    this.#windowNs = settings.windowSecs * NS_PER_SECOND;
    this.#lastsNs = settings.lastsSecs * NS_PER_SECOND;
    this.#window = new LogWindow(log, this.#windowNs);
    this.#windowAhead = new LogWindow(log, this.#windowNs);
    this.#tally = new WindowTally(
      log,
      () => {
        this.#volumes.clear();
        book.tradeWatch.clear();
      },
      (index, direction) => this.#count(index, direction),
    );
  }

  /** True while an absorption may last, which the touch alone can end. */
  get isWatching(): boolean {
    return this.#lasting.length > 0;
  }

  /**
   * Measures the end of time stamp `ts`; its trades are those of the log from number `firstTrade` on.
   *
   * Without a trade, only another best bid or ask can end what lasts, so a time stamp that has neither may be left out.
   */
  settle(ts: SessionTime, firstTrade: number): void {
    const bestBid = this.#book.bids.best;
    const bestAsk = this.#book.asks.best;
    if (firstTrade >= this.#log.end) {
      const isSameTouch = bestBid === this.#bestBid && bestAsk === this.#bestAsk;
      if (isSameTouch && ts < this.#nextTooOld) return;
      if (this.#lasting.length > 0) this.#end(ts, firstTrade);
    } else {
      if (this.#lasting.length > 0) this.#end(ts, firstTrade);
      const { minVolume } = this.#settings;
      const from = this.#window.firstAt(ts);
      const log = this.#log;
      if (log.soldFrom(from) >= minVolume || log.boughtFrom(from) >= minVolume) {
        this.#from = from;
        this.#tally.reach(from, log.end);
        this.#search(ts, firstTrade);
      }
    }
    this.#bestBid = bestBid;
    this.#bestAsk = bestAsk;
  }

  /** Lets the book's core pass by the trades up to `due` of which nothing can come here; all up to `now` are in the log. */
  letPass(now: SessionTime, due: SessionTime): void {
    const log = this.#log;
    this.#tally.reach(this.#window.firstAt(now), log.end);
    const from = this.#windowAhead.firstAt(due);
    let low = LOWEST_TICK;
    let high = HIGHEST_TICK;
    for (const { side, tick } of this.#lasting) {
      const away = 2 * this.#toleranceOf(tick);
      if (side > 0) low = Math.max(low, tick - away);
      else high = Math.min(high, tick + away);
    }
    this.#book.tradeWatch.measureWithin({
      low,
      high,
      sold: log.soldFrom(from),
      bought: log.boughtFrom(from),
      levelVolume: this.#settings.minVolume,
      levelShare: this.#settings.volumeShare,
    });
  }

  /** The latest that is not too old at `ts`, settled or not; of those found at one time stamp, that of the later print. */
  latest(ts: SessionTime): AbsorptionView | null {
    if (this.#lasting.length === 0) return null;
    const since = ts - this.#lastsNs;
    let latest: Absorption | null = null;
    for (const absorption of this.#lasting) {
      if (absorption.found <= since) continue;
      if (latest === null || absorption.print > latest.print) latest = absorption;
    }
    if (latest === null) return null;
    return {
      side: latest.side > 0 ? 'BID' : 'ASK',
      price: latest.tick * this.#book.tickNanos,
    };
  }

  /** A copy of all of it. */
  capture(): AbsorptionState {
    return {
      lasting: this.#lasting.map((entry) => ({ ...entry })),
      bestBid: this.#bestBid,
      bestAsk: this.#bestAsk,
    };
  }

  /** Becomes what `capture` copied; book and log have to be those of the same moment. */
  restore(state: AbsorptionState): void {
    this.#window.reset();
    this.#windowAhead.reset();
    this.#tally.reset();
    this.#lasting.length = 0;
    for (const entry of state.lasting) this.#lasting.push({ ...entry });
    this.#bestBid = state.bestBid;
    this.#bestAsk = state.bestAsk;
    this.#nextTooOld = this.#firstTooOld();
  }

  /** Drops what is over: 30 s old, passed by a trade or the touch, or without any touch. */
  #end(ts: SessionTime, firstTrade: number): void {
    const log = this.#log;
    let lowest = Number.POSITIVE_INFINITY;
    let highest = Number.NEGATIVE_INFINITY;
    for (let i = firstTrade; i < log.end; i++) {
      const tick = log.tickAt(i);
      if (tick < lowest) lowest = tick;
      if (tick > highest) highest = tick;
    }
    for (let i = this.#lasting.length - 1; i >= 0; i--) {
      const absorption = this.#lasting[i];
      if (absorption !== undefined && this.#isOver(absorption, ts, lowest, highest)) {
        this.#lasting.splice(i, 1);
      }
    }
    this.#nextTooOld = this.#firstTooOld();
  }

  #firstTooOld(): SessionTime {
    let oldest = Number.POSITIVE_INFINITY;
    for (const { found } of this.#lasting) oldest = Math.min(oldest, found);
    return oldest + this.#lastsNs;
  }

  #isOver(absorption: Absorption, ts: SessionTime, lowest: number, highest: number): boolean {
    const { side, tick, found } = absorption;
    const best = side > 0 ? this.#book.bids.best : this.#book.asks.best;
    if (found <= ts - this.#lastsNs || best === NO_TICK) return true;
    const worst = side > 0 ? Math.min(lowest, best) : Math.max(highest, best);
    return side * (tick - worst) >= 2 * this.#toleranceOf(tick);
  }

  /** Looks at every level that traded at this time stamp, the later print first. */
  #search(ts: SessionTime, firstTrade: number): void {
    const log = this.#log;
    // written over each time, and never shortened: that would give its memory back
    const seen = this.#seen;
    let count = 0;
    let latestTick = Number.NaN;
    let latestSign = 0;
    for (let i = log.end - 1; i >= firstTrade; i--) {
      const sign = log.signAt(i);
      const tick = log.tickAt(i);
      if (sign === 0 || (tick === latestTick && sign === latestSign)) continue;
      latestTick = tick;
      latestSign = sign;
      // whole ticks times two leave the last bit to the side
      const key = tick * 2 + (sign > 0 ? 1 : 0);
      let known = 0;
      while (known < count && seen[known] !== key) known++;
      if (known < count) continue;
      seen[count] = key;
      count++;
      // sellers are absorbed by a bid, buyers by an ask
      const side = sign > 0 ? -1 : 1;
      if (this.#isAbsorbed(ts, side, tick)) this.#note(ts, side, tick, i);
    }
  }

  #isAbsorbed(ts: SessionTime, side: 1 | -1, tick: number): boolean {
    const { minVolume, levelMultiple, volumeShare, maxShrinkShare, minAgeSecs } = this.#settings;
    const volume = this.#volumes.at(tick, side > 0 ? 0 : 1);
    const all = side > 0 ? this.#log.soldFrom(this.#from) : this.#log.boughtFrom(this.#from);
    if (volume < minVolume || volume < volumeShare * all) return false;
    const levels: BookSide = side > 0 ? this.#book.bids : this.#book.asks;
    const tolerance = this.#toleranceOf(tick);
    if (levels.best === NO_TICK || side * (tick - levels.best) > tolerance) return false;
    const count = Math.min(TOUCH_LEVELS, levels.levels);
    if (volume * count < levelMultiple * levels.sumOfBest(TOUCH_LEVELS)) return false;
    const first = this.#firstAt(tick, -side);
    const began = this.#log.timeAt(first);
    if (began > ts - minAgeSecs * NS_PER_SECOND) return false;
    if (this.#passedSince(began, side, tick, tolerance)) return false;
    const shrunk = -this.#book.netSince(side, tick, ts - this.#windowNs);
    return shrunk <= maxShrinkShare * volume;
  }

  /** The first trade of the window with this aggressor at a tick. */
  #firstAt(tick: number, sign: number): number {
    let at = this.#from;
    while (this.#log.signAt(at) !== sign || this.#log.tickAt(at) !== tick) at++;
    return at;
  }

  /** Whether something traded more than the tolerance beyond the level from `began` on. */
  #passedSince(began: SessionTime, side: 1 | -1, tick: number, tolerance: number): boolean {
    const log = this.#log;
    for (let i = log.end - 1; i >= this.#from && log.timeAt(i) >= began; i--) {
      if (side * (tick - log.tickAt(i)) > tolerance) return true;
    }
    return false;
  }

  #note(ts: SessionTime, side: 1 | -1, tick: number, print: number): void {
    const known = this.#lasting.find((entry) => entry.side === side && entry.tick === tick);
    if (known === undefined) {
      this.#lasting.push({ side, tick, found: ts, print });
      this.#nextTooOld = Math.min(this.#nextTooOld, ts + this.#lastsNs);
      return;
    }
    known.found = ts;
    known.print = print;
  }

  /** In whole ticks, at least one. */
  #toleranceOf(tick: number): number {
    // 0.02 % has no exact double: a hair more, so that a whole number of ticks is not cut by one
    return Math.max(1, Math.floor((Math.abs(tick) * this.#settings.tolerancePct) / 100 + 1e-9));
  }

  #count(index: number, direction: 1 | -1): void {
    const sign = this.#log.signAt(index);
    if (sign === 0) return;
    const size = direction * this.#log.sizeAt(index);
    const tick = this.#log.tickAt(index);
    this.#volumes.add(tick, sign > 0 ? 1 : 0, size);
    this.#book.tradeWatch.add(tick, sign > 0 ? 1 : 0, size);
  }
}
