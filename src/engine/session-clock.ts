import type { TradingDay } from '../domain/calendar.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { SessionSchedule } from '../domain/session-schedule.ts';
import { type DayNumber, NS_PER_HOUR, parseClock, type SessionTime } from '../domain/time.ts';
import { fromZoneClock } from '../domain/zone.ts';

const NEVER = Number.POSITIVE_INFINITY;
const USUAL_CLOSE = 16 * NS_PER_HOUR;

/** Where a moment stands in its trading day. */
export interface SessionPhase {
  readonly hasDayTurned: boolean;
  readonly isFirstDay: boolean;
  /** Inside the regular session. */
  readonly isOpen: boolean;
}

/** Tells when the trading day turns, its session opens and closes, and when positions have to be closed. */
export class SessionClock {
  /** From when on a position has to be closed; infinite where there is no session. */
  flattenAt: SessionTime = NEVER;
  /** The next moment at which `reach` has something to tell; asked for at every time stamp, so a plain field. */
  nextEdge: SessionTime = Number.NEGATIVE_INFINITY;

  readonly #schedule: SessionSchedule;
  readonly #instrument: Instrument;
  /** `HH:MM` of the exchange's clock, nanoseconds after midnight; `undefined`: never. */
  readonly #flattenClock: number | undefined;
  #date: DayNumber | undefined;

  constructor(schedule: SessionSchedule, instrument: Instrument, flattenAt: string) {
    this.#schedule = schedule;
    this.#instrument = instrument;
    this.#flattenClock = parseClock(flattenAt);
  }

  /** Market time has reached `ts`, at or past `nextEdge`. */
  reach(ts: SessionTime): SessionPhase {
    const day = this.#schedule.dayAt(ts);
    const { session } = day;
    const hasDayTurned = day.date !== this.#date;
    const isFirstDay = this.#date === undefined;
    if (hasDayTurned) {
      this.#date = day.date;
      this.flattenAt = this.#flattenTime(day);
    }
    const isOpen = session !== null && ts >= session.open && ts < session.close;
    if (session === null || ts >= session.close) this.nextEdge = day.end;
    else this.nextEdge = isOpen ? session.close : session.open;
    return { hasDayTurned, isFirstDay, isOpen };
  }

  /** `risk.flattenAt` of a full day; on a short one as long before the close. */
  #flattenTime({ session, date, isShort }: TradingDay): SessionTime {
    if (session === null || this.#flattenClock === undefined) return NEVER;
    const zone =
      this.#instrument.calendar === 'us-equities' ? 'America/New_York' : 'America/Chicago';
    const { base } = this.#schedule;
    const at = fromZoneClock(zone, date, this.#flattenClock, base);
    return isShort ? session.close - (fromZoneClock(zone, date, USUAL_CLOSE, base) - at) : at;
  }
}
