import type { MarketState } from '../../domain/market-state.ts';
import type { PriceNanos } from '../../domain/price.ts';
import type { AnalyzerSettings } from '../../domain/settings.ts';
import { NS_PER_MINUTE, type SessionTime } from '../../domain/time.ts';
import { NO_TICK } from '../book/book-side.ts';
import { PriceVolumeSum } from '../price-volume-sum.ts';
import { TickTable } from '../tick-table.ts';
import type { TradeLog } from '../trade-log.ts';

const TOTAL = 0;
const SOLD = 1;
const BOUGHT = 2;

interface ValueArea {
  readonly high: number;
  readonly low: number;
}

/** Where the session's volume lies. */
export class VolumeProfile {
  readonly #tickNanos: number;
  readonly #settings: AnalyzerSettings['volumeProfile'];
  readonly #log: TradeLog;
  /** The session's trades with their mean; MarketMetrics adds to it. */
  readonly #session: PriceVolumeSum;
  readonly #volumes = new TickTable(3);
  #most = 0;
  /** The ticks that have the most, in the order they reached it. */
  #fullest: number[] = [];
  #area: ValueArea | null = null;
  #areaVolume = -1;

  /** The session's trades of the last minutes: numbers `#recentFrom` to `#sessionEnd` of the log. */
  readonly #recent = new TickTable(1);
  readonly #recentSum = new PriceVolumeSum();
  #recentFrom = 0;
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
  }

  startDay(): void {
    this.#volumes.clear();
    this.#most = 0;
    this.#fullest = [];
    this.#areaVolume = -1;
    this.#recent.clear();
    this.#recentSum.clear();
    this.#recentFrom = this.#log.end;
    this.#sessionEnd = this.#log.end;
  }

  /** Lets go of trades that are too old; call before the log may drop them. */
  advance(ts: SessionTime): void {
    const since = ts - this.#settings.developingMins * NS_PER_MINUTE;
    const log = this.#log;
    while (this.#recentFrom < this.#sessionEnd && log.timeAt(this.#recentFrom) <= since) {
      const size = log.sizeAt(this.#recentFrom);
      this.#recent.add(log.tickAt(this.#recentFrom), TOTAL, -size);
      this.#recentSum.remove(log.priceAt(this.#recentFrom), size);
      this.#recentFrom++;
    }
  }

  /** A trade of the session, the log's latest. */
  onTrade(price: PriceNanos, tick: number, size: number, sign: number): void {
    const volume = this.#volumes.add(tick, TOTAL, size);
    if (sign !== 0) this.#volumes.add(tick, sign > 0 ? BOUGHT : SOLD, size);
    if (volume > this.#most) {
      this.#most = volume;
      this.#fullest.length = 0;
      this.#fullest.push(tick);
    } else if (volume === this.#most) this.#fullest.push(tick);
    // between the last session trade and this one there may be others only when a session began anew
    if (this.#recentFrom === this.#sessionEnd) this.#recentFrom = this.#log.end - 1;
    this.#recent.add(tick, TOTAL, size);
    this.#recentSum.add(price, size);
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

  /** VP_DEVELOPING_POC. */
  developingPoc(ts: SessionTime): PriceNanos | null {
    this.advance(ts);
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
    return this.#volumes.at(tick, TOTAL);
  }

  soldAt(tick: number): number {
    return this.#volumes.at(tick, SOLD);
  }

  boughtAt(tick: number): number {
    return this.#volumes.at(tick, BOUGHT);
  }

  #pocTick(): number | null {
    return nearestToMean(this.#fullest, this.#session, this.#tickNanos);
  }

  #valueArea(): ValueArea | null {
    if (this.#areaVolume !== this.#session.volume) {
      const poc = this.#pocTick();
      this.#area = poc === null ? null : this.#grow(poc);
      this.#areaVolume = this.#session.volume;
    }
    return this.#area;
  }

  #grow(poc: number): ValueArea {
    const table = this.#volumes;
    const total = this.#session.volume;
    let inside = table.at(poc, TOTAL);
    let high = poc;
    let low = poc;
    const up = table.walk(TOTAL);
    const down = table.walk(TOTAL);
    while (inside / total < this.#settings.valueAreaShare) {
      const above = up.pairAt(high + 1);
      const below = down.pairAt(low - 2);
      if (above === 0 && below === 0) {
        const steps = this.#emptySteps(high, low);
        high += 2 * steps;
        low -= 2 * steps;
        continue;
      }
      if (above >= below) high += 2;
      if (below >= above) low -= 2;
      inside += (above >= below ? above : 0) + (below >= above ? below : 0);
    }
    return {
      high: table.below(high + 1),
      low: table.above(low - 1),
    };
  }

  /** How many times two empty ticks follow on both sides at once. */
  #emptySteps(high: number, low: number): number {
    const above = this.#volumes.above(high);
    const below = this.#volumes.below(low);
    const stepsAbove =
      above === NO_TICK ? Number.POSITIVE_INFINITY : Math.floor((above - high - 1) / 2);
    const stepsBelow =
      below === NO_TICK ? Number.POSITIVE_INFINITY : Math.floor((low - below - 1) / 2);
    return Math.min(stepsAbove, stepsBelow);
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
