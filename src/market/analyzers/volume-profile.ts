import type { MarketState } from '../../domain/market-state.ts';
import type { PriceNanos } from '../../domain/price.ts';
import type { AnalyzerSettings } from '../../domain/settings.ts';
import { NS_PER_MINUTE, type SessionTime } from '../../domain/time.ts';
import { PriceVolumeSum } from '../price-volume-sum.ts';
import { TickTable, type TickTableState } from '../tick-table.ts';
import type { TradeLog } from '../trade-log.ts';
import { WindowTally } from '../window-tally.ts';
import { ValueArea } from './value-area.ts';

const SOLD = 0;
const BOUGHT = 1;

/** A copy of a profile, as `restore` takes it. */
export interface VolumeProfileState {
  readonly totals: TickTableState;
  readonly sides: TickTableState;
  readonly most: number;
  readonly fullest: readonly number[];
  readonly sessionBegin: number;
  readonly sessionEnd: number;
}

/** Where the session's volume lies. */
export class VolumeProfile {
  readonly #tickNanos: number;
  readonly #settings: AnalyzerSettings['volumeProfile'];
  readonly #log: TradeLog;
  /** The session's trades with their mean; MarketMetrics adds to it. */
  readonly #session: PriceVolumeSum;
  /** All that traded at a tick, and what of it was sold and bought: apart, as the value area walks along the first. */
  readonly #totals = new TickTable(1);
  readonly #sides = new TickTable(2);
  #most = 0;
  /** The ticks that have the most, in the order they reached it. */
  #fullest: number[] = [];
  readonly #area: ValueArea;
  /** Volume of the session when the area was found. */
  #areaVolume = -1;

  /** The session's trades of the last minutes, as of the latest question. */
  readonly #recent = new TickTable(1);
  readonly #recentSum = new PriceVolumeSum();
  readonly #tally: WindowTally;
  /** The session's trades are numbers `#sessionBegin` to `#sessionEnd` (exclusive) of the log. */
  #sessionBegin = 0;
  #sessionEnd = 0;

  constructor(
    tickNanos: number,
    session: PriceVolumeSum,
    log: TradeLog,
    settings: AnalyzerSettings['volumeProfile'],
  ) {
    this.#tickNanos = tickNanos;
    this.#session = session;
    this.#log = log;
    this.#settings = settings;
    this.#area = new ValueArea(this.#totals, settings.valueAreaShare);
    this.#tally = new WindowTally(
      log,
      () => {
        this.#recent.clear();
        this.#recentSum.clear();
      },
      (index, direction) => this.#countRecent(index, direction),
    );
  }

  startDay(): void {
    this.#totals.clear();
    this.#sides.clear();
    this.#most = 0;
    this.#fullest = [];
    this.#area.clear();
    this.#areaVolume = -1;
    this.#tally.reset();
    this.#sessionBegin = this.#log.end;
    this.#sessionEnd = this.#log.end;
  }

  /** A trade of the session, the log's latest. */
  onTrade(tick: number, size: number, sign: number): void {
    const volume = this.#totals.add(tick, 0, size);
    this.#area.onTrade(tick);
    if (sign !== 0) this.#sides.add(tick, sign > 0 ? BOUGHT : SOLD, size);
    if (volume > this.#most) {
      this.#most = volume;
      this.#fullest.length = 0;
      this.#fullest.push(tick);
    } else if (volume === this.#most) this.#fullest.push(tick);
    // others may have come between the day's beginning and its session's first trade, but not later
    if (this.#sessionBegin === this.#sessionEnd) this.#sessionBegin = this.#log.end - 1;
    this.#sessionEnd = this.#log.end;
  }

  /** VP_POC. */
  poc(): PriceNanos | null {
    const tick = this.#pocTick();
    return tick === null ? null : tick * this.#tickNanos;
  }

  /** VP_VAH. */
  valueAreaHigh(): PriceNanos | null {
    const area = this.#valueArea();
    return area === null ? null : area.high * this.#tickNanos;
  }

  /** VP_VAL. */
  valueAreaLow(): PriceNanos | null {
    const area = this.#valueArea();
    return area === null ? null : area.low * this.#tickNanos;
  }

  /**
   * Whether the value area goes past `tick`, as far as a stop behind its edge is concerned: VP_VAL lies below it
   * (`sign` 1) or VP_VAH above it (`sign` -1), or there is none. Costs less than the edge itself.
   */
  isAreaPast(sign: 1 | -1, tick: number): boolean {
    const { volume } = this.#session;
    const area = this.#area;
    if (this.#areaVolume === volume) return sign > 0 ? area.low < tick : area.high > tick;
    const poc = this.#pocTick();
    if (poc === null) return true;
    return sign > 0 ? area.isLowBelow(tick, poc, volume) : area.isHighAbove(tick, poc, volume);
  }

  /** VP_DEVELOPING_POC. */
  developingPoc(ts: SessionTime): PriceNanos | null {
    const since = ts - this.#settings.developingMins * NS_PER_MINUTE;
    const first = Math.max(this.#log.firstAfter(since), this.#sessionBegin);
    this.#tally.reach(first, this.#sessionEnd);
    const tick = nearestToMean(this.#recent.fullest(), this.#recentSum, this.#tickNanos);
    return tick === null ? null : tick * this.#tickNanos;
  }

  /** PRICE_VS_POC. */
  locationOf(last: PriceNanos | null): MarketState['PRICE_VS_POC'] {
    const poc = this.poc();
    if (last === null || poc === null) return null;
    if (Math.abs(last - poc) <= this.#tickNanos) return 'AT_POC';
    return last > poc ? 'ABOVE' : 'BELOW';
  }

  /** The session's volume at a tick, all of it; sold into the bid and bought from the ask leave out what has no side. */
  volumeAt(tick: number): number {
    return this.#totals.at(tick, 0);
  }

  soldAt(tick: number): number {
    return this.#sides.at(tick, SOLD);
  }

  boughtAt(tick: number): number {
    return this.#sides.at(tick, BOUGHT);
  }

  /** A copy of all of it; the session's sum is MarketMetrics' to copy. */
  capture(): VolumeProfileState {
    return {
      totals: this.#totals.capture(),
      sides: this.#sides.capture(),
      most: this.#most,
      fullest: [...this.#fullest],
      sessionBegin: this.#sessionBegin,
      sessionEnd: this.#sessionEnd,
    };
  }

  /** Becomes what `capture` copied; the log and the session's sum have to be those of the same moment. */
  restore(state: VolumeProfileState): void {
    this.#totals.restore(state.totals);
    this.#sides.restore(state.sides);
    this.#most = state.most;
    this.#fullest = [...state.fullest];
    this.#area.clear();
    this.#areaVolume = -1;
    this.#tally.reset();
    this.#sessionBegin = state.sessionBegin;
    this.#sessionEnd = state.sessionEnd;
  }

  #countRecent(index: number, direction: 1 | -1): void {
    const log = this.#log;
    const size = log.sizeAt(index);
    this.#recent.add(log.tickAt(index), 0, direction * size);
    if (direction > 0) this.#recentSum.add(log.priceAt(index), size);
    else this.#recentSum.remove(log.priceAt(index), size);
  }

  #pocTick(): number | null {
    return nearestToMean(this.#fullest, this.#session, this.#tickNanos);
  }

  /** The value area as it stands, or `null` while nothing traded. */
  #valueArea(): ValueArea | null {
    const { volume } = this.#session;
    if (this.#areaVolume !== volume) {
      const poc = this.#pocTick();
      if (poc === null) return null;
      this.#area.find(poc, volume);
      this.#areaVolume = volume;
    }
    return this.#area;
  }
}

/** Of ticks with the same volume the one nearest to the mean price, then the lower; `null` of none. */
function nearestToMean(
  ticks: readonly number[],
  sum: PriceVolumeSum,
  tickNanos: number,
): number | null {
  let nearest: number | null = null;
  for (const tick of ticks) {
    if (nearest === null) {
      nearest = tick;
      continue;
    }
    const low = Math.min(nearest, tick);
    const high = Math.max(nearest, tick);
    nearest = sum.compareMean((low + high) * tickNanos) > 0 ? high : low;
  }
  return nearest;
}
