import type { TradingDay } from '../domain/calendar.ts';
import type { SessionSchedule } from '../domain/session-schedule.ts';
import { type DayNumber, NS_PER_HOUR, parseClock, type SessionTime } from '../domain/time.ts';
import { fromZoneClock } from '../domain/zone.ts';

const NEVER = Number.POSITIVE_INFINITY;
const USUAL_CLOSE = 16 * NS_PER_HOUR;

/** Where a moment stands in its trading day. */
export interface SessionPhase {
  readonly hasDayTurned: boolean;
  readonly isFirstDay: boolean;
  /** Inside the regular session and none of its pauses. */
  readonly isOpen: boolean;
}

/** A copy of what a clock remembers, as `restore` takes it. */
export interface SessionClockState {
  readonly flattenAt: SessionTime;
  readonly nextEdge: SessionTime;
  readonly date: DayNumber | undefined;
}

/** Tells when the trading day turns, its session opens and closes, and when positions have to be closed. */
export class SessionClock {
  /** From when on a position has to be closed; infinite where there is no session. */
  flattenAt: SessionTime = NEVER;
  /** The next moment at which `reach` has something to tell; asked for at every time stamp, so a plain field. */
  nextEdge: SessionTime = Number.NEGATIVE_INFINITY;

  readonly #schedule: SessionSchedule;
  /** `HH:MM` of the exchange's clock, nanoseconds after midnight; `undefined`: never. */
  readonly #flattenClock: number | undefined;
  #date: DayNumber | undefined;

  constructor(schedule: SessionSchedule, flattenAt: string) {
    this.#schedule = schedule;
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
    this.nextEdge = this.#edgesOf(day).find((edge) => edge > ts) ?? day.end;
    const isOpen =
      session !== null &&
      ts >= session.open &&
      ts < session.close &&
      !day.breaks.some(({ from, to }) => ts >= from && ts < to);
    return { hasDayTurned, isFirstDay, isOpen };
  }

  /** A copy of all of it. */
  capture(): SessionClockState {
    return { flattenAt: this.flattenAt, nextEdge: this.nextEdge, date: this.#date };
  }

  /** Becomes what `capture` copied of a clock of the same schedule. */
  restore({ flattenAt, nextEdge, date }: SessionClockState): void {
    this.flattenAt = flattenAt;
    this.nextEdge = nextEdge;
    this.#date = date;
  }

  /** In order. */
  #edgesOf({ session, breaks }: TradingDay): readonly SessionTime[] {
    if (session === null) return [];
    return [session.open, ...breaks.flatMap(({ from, to }) => [from, to]), session.close];
  }

  /** `risk.flattenAt`; on a day that closes before 16:00 as long before its close. */
  #flattenTime({ session, date }: TradingDay): SessionTime {
    if (session === null || this.#flattenClock === undefined) return NEVER;
    const { base, zone } = this.#schedule;
    const at = fromZoneClock(zone, date, this.#flattenClock, base);
    return Math.min(at, session.close - (USUAL_CLOSE - this.#flattenClock));
  }
}
