import type { FootprintBar, FootprintImbalance } from '../../domain/market-state.ts';
import { type PriceNanos, roundRatio, toPriceNumber } from '../../domain/price.ts';
import type { AnalyzerSettings } from '../../domain/settings.ts';
import { NS_PER_MINUTE, type SessionTime } from '../../domain/time.ts';
import { NO_TICK } from '../book/book-side.ts';
import { TickTable, type TickTableState } from '../tick-table.ts';

const TOTAL = 0;
const SOLD = 1;
const BOUGHT = 2;

/** What traded at one price of a bar. `volume` also counts what has no side. */
export interface FootprintRow {
  readonly price: PriceNanos;
  readonly sold: number;
  readonly bought: number;
  readonly volume: number;
}

/** A completed one-minute bar with all its prices, lowest first. */
export interface CompletedBar {
  /** When its minute began. */
  readonly start: SessionTime;
  readonly open: PriceNanos;
  readonly high: PriceNanos;
  readonly low: PriceNanos;
  readonly close: PriceNanos;
  readonly delta: number;
  readonly volume: number;
  readonly rows: readonly FootprintRow[];
}

/** A copy of a tracker, as `restore` takes it. */
export interface FootprintState {
  /** The completed bars themselves: nothing changes them. */
  readonly bars: readonly CompletedBar[];
  readonly table: TickTableState;
  readonly lowTick: number;
  readonly highTick: number;
  readonly start: SessionTime;
  readonly open: PriceNanos;
  readonly high: PriceNanos;
  readonly low: PriceNanos;
  readonly close: PriceNanos;
  readonly delta: number;
  readonly volume: number;
  readonly swingLow: PriceNanos | null;
  readonly swingHigh: PriceNanos | null;
}

const EMPTY_BAR: FootprintBar = {
  open: null,
  high: null,
  low: null,
  close: null,
  delta: 0,
  volume: 0,
  delta_pct: null,
  poc: null,
  imbalances: [],
};

/** One-minute bars, aligned to the clock minute, with what was bought and sold at each price. */
export class FootprintTracker {
  /** Completed bars, oldest first; a minute without a trade has none. */
  readonly bars: CompletedBar[] = [];
  readonly #tickNanos: number;
  readonly #settings: AnalyzerSettings['footprint'];
  readonly #table = new TickTable(3);
  /** Where the bar in progress traded. */
  #lowTick = 0;
  #highTick = 0;
  #start = Number.NEGATIVE_INFINITY;
  #open = 0;
  #high = 0;
  #low = 0;
  #close = 0;
  #delta = 0;
  #volume = 0;
  #swingLow: PriceNanos | null = null;
  #swingHigh: PriceNanos | null = null;

  constructor(tickNanos: number, settings: AnalyzerSettings['footprint']) {
    this.#tickNanos = tickNanos;
    this.#settings = settings;
  }

  onTrade(ts: SessionTime, price: PriceNanos, tick: number, size: number, sign: number): void {
    this.advance(ts);
    if (this.#volume === 0) {
      this.#start = Math.floor(ts / NS_PER_MINUTE) * NS_PER_MINUTE;
      this.#open = price;
      this.#high = price;
      this.#low = price;
      this.#lowTick = tick;
      this.#highTick = tick;
    }
    if (price > this.#high) {
      this.#high = price;
      this.#highTick = tick;
    }
    if (price < this.#low) {
      this.#low = price;
      this.#lowTick = tick;
    }
    this.#close = price;
    this.#volume += size;
    this.#delta += sign * size;
    this.#table.add(tick, TOTAL, size);
    if (sign !== 0) this.#table.add(tick, sign > 0 ? BOUGHT : SOLD, size);
  }

  /** Completes the bar whose minute is over at `ts`. */
  advance(ts: SessionTime): void {
    if (this.#volume === 0 || ts < this.#start + NS_PER_MINUTE) return;
    this.bars.push(this.#bar());
    this.#table.clearBetween(this.#lowTick, this.#highTick);
    this.#delta = 0;
    this.#volume = 0;
    this.#findSwing();
  }

  /** FOOTPRINT_CURR_BAR. */
  current(ts: SessionTime): FootprintBar {
    this.advance(ts);
    if (this.#volume === 0) return EMPTY_BAR;
    return {
      open: toPriceNumber(this.#open),
      high: toPriceNumber(this.#high),
      low: toPriceNumber(this.#low),
      close: toPriceNumber(this.#close),
      delta: this.#delta,
      volume: this.#volume,
      delta_pct: roundRatio((100 * this.#delta) / this.#volume),
      poc: toPriceNumber(this.#pocTick() * this.#tickNanos),
      imbalances: this.#imbalances(),
    };
  }

  /** What was bought less what was sold in the bar in progress at `ts`. */
  delta(ts: SessionTime): number {
    this.advance(ts);
    return this.#delta;
  }

  /** The bar in progress at `ts` with all its prices, or `null` before its first trade. */
  inProgress(ts: SessionTime): CompletedBar | null {
    this.advance(ts);
    return this.#volume === 0 ? null : this.#bar();
  }

  /** A copy of all of it. */
  capture(): FootprintState {
    return {
      bars: [...this.bars],
      table: this.#table.capture(),
      lowTick: this.#lowTick,
      highTick: this.#highTick,
      start: this.#start,
      open: this.#open,
      high: this.#high,
      low: this.#low,
      close: this.#close,
      delta: this.#delta,
      volume: this.#volume,
      swingLow: this.#swingLow,
      swingHigh: this.#swingHigh,
    };
  }

  /** Becomes what `capture` copied. */
  restore(state: FootprintState): void {
    this.bars.splice(0, Number.POSITIVE_INFINITY, ...state.bars);
    this.#table.restore(state.table);
    this.#lowTick = state.lowTick;
    this.#highTick = state.highTick;
    this.#start = state.start;
    this.#open = state.open;
    this.#high = state.high;
    this.#low = state.low;
    this.#close = state.close;
    this.#delta = state.delta;
    this.#volume = state.volume;
    this.#swingLow = state.swingLow;
    this.#swingHigh = state.swingHigh;
  }

  #bar(): CompletedBar {
    return {
      start: this.#start,
      open: this.#open,
      high: this.#high,
      low: this.#low,
      close: this.#close,
      delta: this.#delta,
      volume: this.#volume,
      rows: this.#rows(),
    };
  }

  /**
   * The last swing low: the low of the latest completed bar that lies below the lows of the bars before and after it,
   * all three complete. Minutes without a trade have no bar and are passed over. `null` before the first one.
   */
  lastSwingLow(ts: SessionTime): PriceNanos | null {
    this.advance(ts);
    return this.#swingLow;
  }

  /** The last swing high, the mirror image of `lastSwingLow`. */
  lastSwingHigh(ts: SessionTime): PriceNanos | null {
    this.advance(ts);
    return this.#swingHigh;
  }

  /** The tick with most volume; of equals the one nearest to the close, then the lower. */
  #pocTick(): number {
    let best = NO_TICK;
    let distance = Number.POSITIVE_INFINITY;
    for (const tick of this.#table.fullest()) {
      const away = Math.abs(tick * this.#tickNanos - this.#close);
      if (away < distance) {
        best = tick;
        distance = away;
      }
    }
    return best;
  }

  #imbalances(): FootprintImbalance[] {
    const { imbalanceRatio, imbalanceMinSize, imbalanceCount } = this.#settings;
    const found: { exact: number; row: FootprintRow }[] = [];
    for (const row of this.#rows()) {
      const larger = Math.max(row.sold, row.bought);
      const smaller = Math.min(row.sold, row.bought);
      if (larger < imbalanceMinSize || larger <= imbalanceRatio * smaller) continue;
      found.push({ exact: larger / Math.max(smaller, 1), row });
    }
    found.sort((a, b) => b.exact - a.exact || b.row.price - a.row.price);
    return found.slice(0, imbalanceCount).map(({ exact, row }) => ({
      price: toPriceNumber(row.price),
      bid_vol: row.sold,
      ask_vol: row.bought,
      ratio: roundRatio(exact),
    }));
  }

  #rows(): FootprintRow[] {
    const table = this.#table;
    const rows: FootprintRow[] = [];
    for (let tick = table.lowest(); tick !== NO_TICK; tick = table.above(tick)) {
      rows.push({
        price: tick * this.#tickNanos,
        sold: table.at(tick, SOLD),
        bought: table.at(tick, BOUGHT),
        volume: table.at(tick, TOTAL),
      });
    }
    return rows;
  }

  #findSwing(): void {
    const [before, middle, after] = this.bars.slice(-3);
    if (before === undefined || middle === undefined || after === undefined) return;
    if (middle.low < before.low && middle.low < after.low) this.#swingLow = middle.low;
    if (middle.high > before.high && middle.high > after.high) this.#swingHigh = middle.high;
  }
}
