import { SIDE_BID, SIDE_NONE } from '../../domain/event.ts';
import type { PriceNanos } from '../../domain/price.ts';
import { NS_PER_MINUTE, NS_PER_SECOND, type SessionTime } from '../../domain/time.ts';

/** A print without a side this soon after an open or a resumption is an auction's. */
const AUCTION_NS = 5 * NS_PER_SECOND;

/** What had been traded at a moment, as the exchange knows it: of the session, but for the minute. */
export interface LedgerFigures {
  readonly ts: SessionTime;
  readonly volume: number;
  /** Bought less sold by aggressors; prints without a side by the quotes before them. */
  readonly signedVolume: number;
  /** Sum of price (1e-9) times shares. */
  readonly notional: bigint;
  readonly high: PriceNanos | null;
  readonly low: PriceNanos | null;
  /** Ticks at which most was traded; several when equal. */
  readonly busiestTicks: readonly number[];
  /** Of the clock minute in progress. */
  readonly minuteVolume: number;
  readonly minuteDelta: number;
}

/** The exchange's own book-keeping of its trades: what the analyzers must arrive at. */
export class TradeLedger {
  high: PriceNanos | null = null;
  low: PriceNanos | null = null;
  /** When the high and the low were first traded. */
  highSince: SessionTime = 0;
  lowSince: SessionTime = 0;

  readonly #open: SessionTime;
  readonly #tickNanos: number;
  readonly #volumeByTick = new Map<number, number>();
  #resumed = Number.NEGATIVE_INFINITY;
  #volume = 0;
  #signedVolume = 0;
  #notional = 0n;
  #minute = 0;
  #minuteVolume = 0;
  #minuteDelta = 0;

  constructor(open: SessionTime, tickNanos: number) {
    this.#open = open;
    this.#tickNanos = tickNanos;
  }

  onResumed(ts: SessionTime): void {
    this.#resumed = ts;
  }

  /** @param bid Best bid in ticks, or below 0, as the book stood before this time stamp; `ask` likewise, `levels` for none. */
  onPrint(
    ts: SessionTime,
    side: number,
    price: PriceNanos,
    size: number,
    bid: number,
    ask: number,
    levels: number,
  ): void {
    const hasQuotes = bid >= 0 && ask < levels;
    const sign =
      side === SIDE_NONE
        ? this.#inferred(ts, price, hasQuotes ? bid + ask : Number.NaN)
        : side === SIDE_BID
          ? 1
          : -1;
    this.#reach(ts);
    this.#minuteVolume += size;
    this.#minuteDelta += sign * size;
    if (ts < this.#open) return;
    this.#volume += size;
    this.#signedVolume += sign * size;
    this.#notional += BigInt(price) * BigInt(size);
    const tick = Math.floor(price / this.#tickNanos);
    this.#volumeByTick.set(tick, (this.#volumeByTick.get(tick) ?? 0) + size);
    if (this.high === null || price > this.high) {
      this.high = price;
      this.highSince = ts;
    }
    if (this.low === null || price < this.low) {
      this.low = price;
      this.lowSince = ts;
    }
  }

  figures(ts: SessionTime): LedgerFigures {
    this.#reach(ts);
    let most = 0;
    let busiestTicks: number[] = [];
    for (const [tick, volume] of this.#volumeByTick) {
      if (volume > most) busiestTicks = [];
      if (volume >= most) busiestTicks.push(tick);
      most = Math.max(most, volume);
    }
    return {
      ts,
      volume: this.#volume,
      signedVolume: this.#signedVolume,
      notional: this.#notional,
      high: this.high,
      low: this.low,
      busiestTicks: busiestTicks.toSorted((a, b) => a - b),
      minuteVolume: this.#minuteVolume,
      minuteDelta: this.#minuteDelta,
    };
  }

  #reach(ts: SessionTime): void {
    const minute = Math.floor(ts / NS_PER_MINUTE);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#minuteVolume = 0;
    this.#minuteDelta = 0;
  }

  #inferred(ts: SessionTime, price: PriceNanos, sumOfTicks: number): number {
    for (const auction of [this.#open, this.#resumed])
      if (ts >= auction && ts < auction + AUCTION_NS) return 0;
    const beyond = 2 * price - sumOfTicks * this.#tickNanos;
    return beyond > 0 ? 1 : beyond < 0 ? -1 : 0;
  }
}
