import type { TradingCalendar } from './calendar.ts';
import {
  type DayNumber,
  NS_PER_DAY,
  parseClock,
  parseTimestamp,
  type SessionTime,
} from './time.ts';
import { fromZoneClock } from './zone.ts';

/** Whether `text` is a TIME of the command line, whatever the day. */
export function isMarketTime(text: string): boolean {
  return parseClock(text) !== undefined || parseTimestamp(text, 0) !== undefined;
}

/**
 * Reads a TIME of the command line: `HH:MM[:SS[.fffffffff]]` of the exchange's clock on the trading day `day`, whose
 * evening before belongs to it in futures; or ISO 8601. The result is a time of `day`.
 */
export function parseMarketTime(
  text: string,
  day: DayNumber,
  calendar: TradingCalendar,
): SessionTime | undefined {
  const clock = parseClock(text);
  return clock === undefined ? parseTimestamp(text, day) : marketTimeOf(clock, day, calendar);
}

/** The same for a clock that is read already, in nanoseconds after midnight. */
export function marketTimeOf(
  clock: number,
  day: DayNumber,
  calendar: TradingCalendar,
): SessionTime {
  const time = fromZoneClock(calendar.zone, day, clock, day);
  if (time < calendar.dayOn(day, day).end || clock === NS_PER_DAY) return time;
  // 18:00 of a futures day is the evening before
  return fromZoneClock(calendar.zone, day - 1, clock, day);
}
