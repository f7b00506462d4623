import type { LargePrint, MarketState } from '../../domain/market-state.ts';
import { type PriceNanos, toPriceNumber } from '../../domain/price.ts';
import type { AnalyzerSettings } from '../../domain/settings.ts';
import { NS_PER_SECOND, type SessionTime } from '../../domain/time.ts';
import { type PriceVolumeState, PriceVolumeSum } from '../price-volume-sum.ts';
import { LogWindow, type TradeLog } from '../trade-log.ts';

/** Prints kept for the screen, as a ring: a power of two, and at least the 200 that it shows. */
const KEPT_PRINTS = 256;
const PACE_SECONDS = 60;

/** A print of the tape: the trades of one aggressor order, joined. */
export interface JoinedPrint {
  /** Counts from 1 over the run. */
  sequence: number;
  ts: SessionTime;
  /** The trades' price where it is one, else their mean to 4 decimals. */
  price: PriceNanos;
  size: number;
  /** +1 bought, -1 sold, 0 not known. */
  sign: number;
  trades: number;
}

/** The print that trades of one side at one time stamp are joined into. */
interface OpenPrint {
  print: JoinedPrint | null;
  /** Its copy among the large ones, once it is large. */
  large: JoinedPrint | null;
  /** Its trades, once their prices differ. */
  readonly sum: PriceVolumeSum;
  hasOnePrice: boolean;
}

/** A copy of a tape, as `restore` takes it. */
export interface TapeState {
  /** The kept prints, oldest first. */
  readonly prints: readonly Readonly<JoinedPrint>[];
  readonly count: number;
  readonly large: readonly Readonly<JoinedPrint>[];
  readonly openTs: number;
  /** By sign; the prints by their sequence, 0 for none. */
  readonly open: readonly {
    readonly print: number;
    readonly large: number;
    readonly sum: PriceVolumeState;
    readonly hasOnePrice: boolean;
  }[];
}

/** Speed, direction and size of what trades. */
export class TapeStream {
  readonly #log: TradeLog;
  readonly #settings: AnalyzerSettings['tape'];
  readonly #window: LogWindow;
  /** Reused over and over; print n stands at n modulo the length. */
  readonly #prints: JoinedPrint[] = Array.from({ length: KEPT_PRINTS }, createPrint);
  #count = 0;
  /** The newest large prints, oldest first, at most as many as are shown. */
  readonly #large: JoinedPrint[] = [];
  #openTs = Number.NaN;
  /** By sign: sold, not known, bought. */
  readonly #open: readonly [OpenPrint, OpenPrint, OpenPrint] = [
    createOpenPrint(),
    createOpenPrint(),
    createOpenPrint(),
  ];

  constructor(log: TradeLog, settings: AnalyzerSettings['tape']) {
    this.#log = log;
    this.#settings = settings;
    this.#window = new LogWindow(log, settings.windowSecs * NS_PER_SECOND);
  }

  /** Joins a trade, with its aggressor decided, to the print of its time stamp and side. */
  onTrade(ts: SessionTime, price: PriceNanos, size: number, sign: number): void {
    if (ts !== this.#openTs) {
      this.#openTs = ts;
      this.#open[0].print = null;
      this.#open[1].print = null;
      this.#open[2].print = null;
    }
    const open = sign > 0 ? this.#open[2] : sign < 0 ? this.#open[0] : this.#open[1];
    const { print } = open;
    if (print === null) {
      this.#begin(open, ts, price, size, sign);
      return;
    }
    if (!open.hasOnePrice || price !== print.price) {
      if (open.hasOnePrice) open.sum.add(print.price, print.size);
      open.hasOnePrice = false;
      open.sum.add(price, size);
      print.price = open.sum.mean() ?? price;
    }
    print.size += size;
    print.trades++;
    this.#noteIfLarge(open, print);
  }

  /** TAPE_VELOCITY_TPS, not rounded. */
  velocity(ts: SessionTime): number {
    const { windowSecs } = this.#settings;
    return (this.#log.end - this.#window.firstAt(ts)) / windowSecs;
  }

  /** TAPE_VELOCITY. */
  velocityLabel(ts: SessionTime): MarketState['TAPE_VELOCITY'] {
    const velocity = this.velocity(ts);
    if (velocity < this.#settings.mediumTps) return 'LOW';
    return velocity > this.#settings.highTps ? 'HIGH' : 'MEDIUM';
  }

  /** TAPE_SENTIMENT. */
  sentiment(ts: SessionTime): MarketState['TAPE_SENTIMENT'] {
    const { sentimentShare, sentimentMinTrades } = this.#settings;
    const first = this.#window.firstAt(ts);
    const classified = this.#log.classifiedFrom(first);
    if (classified < sentimentMinTrades || classified === 0) return 'NEUTRAL';
    const bought = this.#log.boughtFrom(first);
    const sold = this.#log.soldFrom(first);
    if (bought / (bought + sold) >= sentimentShare) return 'AGGRESSIVE_BUYING';
    return sold / (bought + sold) >= sentimentShare ? 'AGGRESSIVE_SELLING' : 'NEUTRAL';
  }

  /** TAPE_DELTA_1S, TAPE_DELTA_5S. */
  delta(ts: SessionTime, seconds: number): number {
    const first = this.#log.firstAfter(ts - seconds * NS_PER_SECOND);
    return this.#log.boughtFrom(first) - this.#log.soldFrom(first);
  }

  /** LARGE_PRINTS_1M; at one time stamp the print whose first trade came later is the newer one. */
  largePrints(ts: SessionTime): LargePrint[] {
    const since = ts - this.#settings.largePrintWindowSecs * NS_PER_SECOND;
    const shown: LargePrint[] = [];
    for (const print of this.#large.toReversed()) {
      if (print.ts <= since) break;
      shown.push({
        price: toPriceNumber(print.price),
        size: print.size,
        side: print.sign === 0 ? null : print.sign > 0 ? 'BUY' : 'SELL',
        secs_ago: Math.floor((ts - print.ts) / NS_PER_SECOND),
      });
    }
    return shown;
  }

  /** The latest joined prints, newest first, as copies; the last 256 are known. */
  prints(limit: number): JoinedPrint[] {
    const prints: JoinedPrint[] = [];
    const oldest = Math.max(0, this.#count - Math.min(limit, KEPT_PRINTS));
    for (let sequence = this.#count; sequence > oldest; sequence--) {
      prints.push({ ...(this.#prints[sequence & (KEPT_PRINTS - 1)] ?? createPrint()) });
    }
    return prints;
  }

  /** The latest trades one by one, newest first, as far as the log keeps them; numbered apart from the joined prints. */
  trades(limit: number): JoinedPrint[] {
    const log = this.#log;
    const trades: JoinedPrint[] = [];
    for (let i = log.end - 1; i >= Math.max(log.begin, log.end - limit); i--) {
      trades.push({
        sequence: i + 1,
        ts: log.timeAt(i),
        price: log.priceAt(i),
        size: log.sizeAt(i),
        sign: log.signAt(i),
        trades: 1,
      });
    }
    return trades;
  }

  /** Trades in each of the last 60 seconds, oldest first. */
  pace(ts: SessionTime): number[] {
    const bounds: number[] = [];
    for (let ago = PACE_SECONDS; ago >= 0; ago--) {
      bounds.push(this.#log.firstAfter(ts - ago * NS_PER_SECOND));
    }
    return bounds.slice(1).map((bound, i) => bound - (bounds[i] ?? bound));
  }

  /** A copy of all of it; the log is copied by its owner. */
  capture(): TapeState {
    return {
      prints: this.prints(KEPT_PRINTS).toReversed(),
      count: this.#count,
      large: this.#large.map((print) => ({ ...print })),
      openTs: this.#openTs,
      open: this.#open.map(({ print, large, sum, hasOnePrice }) => ({
        print: print?.sequence ?? 0,
        large: large?.sequence ?? 0,
        sum: sum.capture(),
        hasOnePrice,
      })),
    };
  }

  /** Becomes what `capture` copied; the log has to be that of the same moment. */
  restore(state: TapeState): void {
    this.#count = state.count;
    for (const print of state.prints) Object.assign(this.#slot(print.sequence), print);
    this.#large.length = 0;
    for (const print of state.large) this.#large.push({ ...print });
    this.#openTs = state.openTs;
    for (const [i, open] of this.#open.entries()) {
      const from = state.open[i];
      if (from === undefined) continue;
      open.print = from.print === 0 ? null : this.#slot(from.print);
      const large = this.#large.find(({ sequence }) => sequence === from.large);
      // one that is no longer among those shown stays large, and comes back no more
      open.large = from.large === 0 ? null : (large ?? { ...createPrint(), sequence: from.large });
      open.sum.restore(from.sum);
      open.hasOnePrice = from.hasOnePrice;
    }
    this.#window.reset();
  }

  #slot(sequence: number): JoinedPrint {
    return this.#prints[sequence & (KEPT_PRINTS - 1)] ?? createPrint();
  }

  #begin(open: OpenPrint, ts: SessionTime, price: PriceNanos, size: number, sign: number): void {
    const sequence = ++this.#count;
    const print = this.#slot(sequence);
    print.sequence = sequence;
    print.ts = ts;
    print.price = price;
    print.size = size;
    print.sign = sign;
    print.trades = 1;
    open.print = print;
    open.large = null;
    open.hasOnePrice = true;
    open.sum.clear();
    this.#noteIfLarge(open, print);
  }

  #noteIfLarge(open: OpenPrint, print: JoinedPrint): void {
    if (print.size <= this.#settings.largePrintSize) return;
    if (open.large !== null) {
      Object.assign(open.large, print);
      return;
    }
    open.large = { ...print };
    // a print that began earlier at this time stamp may grow large later
    let at = this.#large.length;
    while (at > 0 && (this.#large[at - 1]?.sequence ?? 0) > print.sequence) at--;
    this.#large.splice(at, 0, open.large);
    if (this.#large.length > this.#settings.largePrintCount) this.#large.shift();
  }
}

function createOpenPrint(): OpenPrint {
  return { print: null, large: null, sum: new PriceVolumeSum(), hasOnePrice: true };
}

function createPrint(): JoinedPrint {
  return { sequence: 0, ts: 0, price: 0, size: 0, sign: 0, trades: 0 };
}
