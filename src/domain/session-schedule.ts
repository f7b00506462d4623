import type { TradingCalendar, TradingDay } from './calendar.ts';
import type { TimeSession } from './market-state.ts';
import { type DayNumber, NS_PER_DAY, NS_PER_MINUTE, type SessionTime } from './time.ts';
import { type Zone, zoneOffsetAt } from './zone.ts';

/** Ends of the parts of a full day and of a half day, in minutes of New York's clock. */
const PARTS: readonly (readonly [end: number, name: TimeSession])[] = [
  [570, 'PRE_MARKET'],
  [600, 'OPEN_DRIVE'],
  [690, 'MORNING'],
  [840, 'MIDDAY'],
  [930, 'AFTERNOON'],
  [960, 'POWER_HOUR'],
];
const HALF_DAY_PARTS: readonly (readonly [end: number, name: TimeSession])[] = [
  [570, 'PRE_MARKET'],
  [600, 'OPEN_DRIVE'],
  [690, 'MORNING'],
  [750, 'MIDDAY'],
  [780, 'POWER_HOUR'],
];

/** The calendar in session times of one base day. */
export class SessionSchedule {
  readonly base: DayNumber;
  readonly #calendar: TradingCalendar;
  #latest: TradingDay;

  constructor(calendar: TradingCalendar, base: DayNumber) {
    this.#calendar = calendar;
    this.base = base;
    this.#latest = calendar.dayOn(base, base);
  }

  /** The exchange's zone. */
  get zone(): Zone {
    return this.#calendar.zone;
  }

  /** The trading day that `ts` belongs to. Cheap when it is the one of the last question. */
  dayAt(ts: SessionTime): TradingDay {
    if (ts < this.#latest.start || ts >= this.#latest.end) {
      this.#latest = this.#calendar.dayOn(this.#calendar.tradingDayOf(this.base, ts), this.base);
    }
    return this.#latest;
  }

  /** What to add to UTC for the exchange's own clock (Chicago's for futures), in nanoseconds. */
  zoneOffsetAt(ts: SessionTime): number {
    return zoneOffsetAt(this.#calendar.zone, this.base, ts);
  }

  /**
   * The part of the trading day by New York's clock: public specification "market state", table TIME_SESSION.
   * A futures day that halts early counts as a half day, and is AFTER_HOURS from its halt where that is before 13:00.
   */
  timeSessionAt(ts: SessionTime): TimeSession {
    const day = this.dayAt(ts);
    if (day.session === null) return 'CLOSED';
    if (day.isShort && ts >= day.session.close) return 'AFTER_HOURS';
    const clock =
      ts + zoneOffsetAt('America/New_York', this.base, ts) - (day.date - this.base) * NS_PER_DAY;
    for (const [end, name] of day.isShort ? HALF_DAY_PARTS : PARTS) {
      if (clock < end * NS_PER_MINUTE) return name;
    }
    return 'AFTER_HOURS';
  }
}
