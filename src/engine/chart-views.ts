import type { AnalyzerSettings } from '../domain/settings.ts';
import { NS_PER_MINUTE, type SessionTime } from '../domain/time.ts';
import type { CompletedBar } from '../market/analyzers/footprint-tracker.ts';
import { ValueArea } from '../market/analyzers/value-area.ts';
import type { MarketAnalysis } from '../market/market-analysis.ts';
import { TickTable } from '../market/tick-table.ts';
import { PriceGrid } from './price-grid.ts';
import type {
  FootprintBarView,
  FootprintView,
  FootprintWish,
  ProfileView,
  ProfileWish,
} from './protocol.ts';

/** What was sold, bought and traded in all in a row of a chart. */
interface RowVolume {
  sold: number;
  bought: number;
  volume: number;
}

/** POC and value area of a span of bars, in ticks. */
interface RangeFigures {
  readonly key: string;
  readonly table: TickTable;
  readonly total: number;
  readonly poc: number;
  readonly low: number;
  readonly high: number;
}

const SOLD = 1;
const BOUGHT = 2;

/** Footprint and volume profile as front ends draw them, from what the analyzers keep. Computed when asked for only. */
export class ChartViews {
  readonly #analysis: MarketAnalysis;
  readonly #tickNanos: number;
  readonly #settings: AnalyzerSettings;
  readonly #footprintGrid = new PriceGrid();
  readonly #profileGrid = new PriceGrid();
  /** The last span of bars that was added up. */
  #range: RangeFigures | undefined;

  constructor(analysis: MarketAnalysis, tickNanos: number, settings: AnalyzerSettings) {
    this.#analysis = analysis;
    this.#tickNanos = tickNanos;
    this.#settings = settings;
  }

  /** The last bars, or `null` before the first trade. */
  footprint({ bars: count, rows }: FootprintWish, ts: SessionTime): FootprintView | null {
    const bars = this.#lastBars(count, ts);
    const grid = this.#footprintGrid;
    if (bars.length === 0 || rows < 1) return null;
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { rows: traded } of bars) {
      low = Math.min(low, this.#tickOf(traded[0]?.price ?? low));
      high = Math.max(high, this.#tickOf(traded.at(-1)?.price ?? high));
    }
    grid.fit(low, high, rows);
    const current = this.#analysis.footprint.inProgress(ts);
    return {
      ticksPerRow: grid.ticksPerRow,
      topPrice: grid.topTick * this.#tickNanos,
      rows,
      bars: bars.map((bar) => this.#barView(bar, bar.start !== current?.start)),
    };
  }

  /** The profile of the range asked for; all zero where nothing traded in it. */
  profile({ rows, range }: ProfileWish, ts: SessionTime): ProfileView | null {
    if (rows < 1) return null;
    if (range.kind === 'session') return this.#sessionProfile(rows, range);
    const bars =
      range.kind === 'visible'
        ? this.#lastBars(range.bars, ts)
        : this.#barsBetween(range.from, range.to ?? ts, ts);
    return this.#barsProfile(rows, range, bars, ts);
  }

  #tickOf(price: number): number {
    return Math.floor(price / this.#tickNanos);
  }

  #lastBars(count: number, ts: SessionTime): CompletedBar[] {
    const { footprint } = this.#analysis;
    const current = footprint.inProgress(ts);
    const complete = Math.max(0, count - (current === null ? 0 : 1));
    const bars = complete === 0 ? [] : footprint.bars.slice(-complete);
    return current === null ? bars : [...bars, current];
  }

  /** Bars whose minute began in `[from, to]`. */
  #barsBetween(from: SessionTime, to: SessionTime, ts: SessionTime): CompletedBar[] {
    const { footprint } = this.#analysis;
    const current = footprint.inProgress(ts);
    const all = current === null ? footprint.bars : [...footprint.bars, current];
    const first = Math.floor(from / NS_PER_MINUTE) * NS_PER_MINUTE;
    return all.filter(({ start }) => start >= first && start <= to);
  }

  #barView(bar: CompletedBar, isComplete: boolean): FootprintBarView {
    const grid = this.#footprintGrid;
    const rows = new Map<number, RowVolume>();
    let poc = bar.rows[0];
    for (const traded of bar.rows) {
      const row = grid.rowOf(this.#tickOf(traded.price));
      const sum = rows.get(row) ?? { sold: 0, bought: 0, volume: 0 };
      sum.sold += traded.sold;
      sum.bought += traded.bought;
      sum.volume += traded.volume;
      rows.set(row, sum);
      const away = (price: number) => Math.abs(price - bar.close);
      const isNearer = traded.volume === poc?.volume && away(traded.price) < away(poc.price);
      if (poc === undefined || traded.volume > poc.volume || isNearer) poc = traded;
    }
    const cells: number[] = [];
    for (const [row, { sold, bought, volume }] of [...rows].reverse())
      cells.push(row, sold, bought, volume, this.#imbalanceOf(sold, bought));
    const { start, open, high, low, close, delta, volume } = bar;
    const pocRow = grid.rowOf(this.#tickOf(poc?.price ?? close));
    return { start, isComplete, open, high, low, close, delta, volume, pocRow, cells };
  }

  /** By the footprint's rule, of what one row holds: -1 sold, +1 bought. */
  #imbalanceOf(sold: number, bought: number): number {
    const { imbalanceRatio, imbalanceMinSize } = this.#settings.footprint;
    const larger = Math.max(sold, bought);
    if (larger < imbalanceMinSize || larger <= imbalanceRatio * Math.min(sold, bought)) return 0;
    return sold > bought ? -1 : 1;
  }

  #sessionProfile(rows: number, range: ProfileView['range']): ProfileView {
    const { profile, metrics } = this.#analysis;
    const { low, high } = metrics;
    if (low === null || high === null) return emptyProfile(rows, range);
    const [from, to] = [this.#tickOf(low), this.#tickOf(high)];
    return {
      range,
      from: null,
      to: null,
      ...this.#rowsOf(rows, from, to, (tick) => ({
        sold: profile.soldAt(tick),
        bought: profile.boughtAt(tick),
        volume: profile.volumeAt(tick),
      })),
      poc: profile.poc(),
      vah: profile.valueAreaHigh(),
      val: profile.valueAreaLow(),
    };
  }

  #barsProfile(
    rows: number,
    range: ProfileView['range'],
    bars: readonly CompletedBar[],
    ts: SessionTime,
  ): ProfileView {
    const [first, last] = [bars[0], bars.at(-1)];
    if (first === undefined || last === undefined) return emptyProfile(rows, range);
    const { table, poc, low, high } = this.#figuresOf(bars, first, last);
    const lowest = this.#tickOf(Math.min(...bars.map((bar) => bar.low)));
    const highest = this.#tickOf(Math.max(...bars.map((bar) => bar.high)));
    return {
      range,
      from: first.start,
      to: Math.min(ts, last.start + NS_PER_MINUTE),
      ...this.#rowsOf(rows, lowest, highest, (tick) => ({
        sold: table.at(tick, SOLD),
        bought: table.at(tick, BOUGHT),
        volume: table.at(tick, 0),
      })),
      poc: poc * this.#tickNanos,
      vah: high * this.#tickNanos,
      val: low * this.#tickNanos,
    };
  }

  /** Adds the bars up, unless they are those of the last time. */
  #figuresOf(bars: readonly CompletedBar[], first: CompletedBar, last: CompletedBar): RangeFigures {
    const key = `${first.start} ${last.start} ${bars.length} ${last.volume}`;
    if (this.#range?.key === key) return this.#range;
    const table = new TickTable(3);
    let [total, weighted] = [0, 0];
    for (const { price, sold, bought, volume } of bars.flatMap((bar) => bar.rows)) {
      const tick = this.#tickOf(price);
      table.add(tick, 0, volume);
      table.add(tick, SOLD, sold);
      table.add(tick, BOUGHT, bought);
      total += volume;
      weighted += tick * volume;
    }
    const poc = nearestTo(weighted / total, table.fullest());
    const area = new ValueArea(table, this.#settings.volumeProfile.valueAreaShare);
    area.find(poc, total);
    this.#range = { key, table, total, poc, low: area.low, high: area.high };
    return this.#range;
  }

  #rowsOf(
    rows: number,
    low: number,
    high: number,
    volumeAt: (tick: number) => RowVolume,
  ): Pick<ProfileView, 'ticksPerRow' | 'topPrice' | 'sold' | 'bought' | 'volume' | 'total'> {
    const grid = this.#profileGrid;
    grid.fit(low, high, rows);
    const [sold, bought, volume] = [zeros(rows), zeros(rows), zeros(rows)];
    let total = 0;
    for (let tick = low; tick <= high; tick++) {
      const at = volumeAt(tick);
      if (at.volume === 0) continue;
      const row = grid.rowOf(tick);
      sold[row] = (sold[row] ?? 0) + at.sold;
      bought[row] = (bought[row] ?? 0) + at.bought;
      volume[row] = (volume[row] ?? 0) + at.volume;
      total += at.volume;
    }
    const topPrice = grid.topTick * this.#tickNanos;
    return { ticksPerRow: grid.ticksPerRow, topPrice, sold, bought, volume, total };
  }
}

function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}

/** Of ticks with the same volume the one nearest to the mean, then the lower. */
function nearestTo(mean: number, ticks: readonly number[]): number {
  return ticks.reduce((best, tick) => {
    const closer = Math.abs(tick - mean) - Math.abs(best - mean);
    return closer < 0 || (closer === 0 && tick < best) ? tick : best;
  });
}

function emptyProfile(rows: number, range: ProfileView['range']): ProfileView {
  const none = zeros(rows);
  return {
    range,
    from: null,
    to: null,
    ticksPerRow: 1,
    topPrice: 0,
    sold: none,
    bought: none,
    volume: none,
    total: 0,
    poc: null,
    vah: null,
    val: null,
  };
}
