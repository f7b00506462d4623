import {
  civilOf,
  type DayNumber,
  dayOf,
  NS_PER_DAY,
  NS_PER_HOUR,
  type SessionTime,
  weekdayOf,
} from './time.ts';

/** The two exchange clocks that the calendars need. */
export type Zone = 'America/New_York' | 'America/Chicago';

const STANDARD_OFFSET: Readonly<Record<Zone, number>> = {
  'America/New_York': -5 * NS_PER_HOUR,
  'America/Chicago': -6 * NS_PER_HOUR,
};

const SUNDAY = 0;
const SWITCH_CLOCK = 2 * NS_PER_HOUR;

/** The `nth` weekday of a month, counted from 1; -1 is the month's last. */
export function nthWeekday(year: number, month: number, weekday: number, nth: number): DayNumber {
  if (nth < 0) {
    const last = dayOf(month === 12 ? year + 1 : year, month === 12 ? 1 : month + 1, 1) - 1;
    return last - ((weekdayOf(last) - weekday + 7) % 7);
  }
  const first = dayOf(year, month, 1);
  return first + ((weekday - weekdayOf(first) + 7) % 7) + (nth - 1) * 7;
}

/**
 * What to add to UTC for the clock of `zone`, in nanoseconds, at a moment given as a time of `day`.
 *
 * @see Energy Policy Act of 2005, section 110: second Sunday of March to first Sunday of November, 02:00; from 2007 on.
 */
export function zoneOffsetAt(zone: Zone, day: DayNumber, time: SessionTime): number {
  const standard = STANDARD_OFFSET[zone];
  const { year } = civilOf(day + Math.floor(time / NS_PER_DAY));
  const starts = nthWeekday(year, 3, SUNDAY, 2);
  const ends = nthWeekday(year, 11, SUNDAY, 1);
  // differences of days stay exact in a double; nanoseconds since 1970 would not
  const sinceStart = (day - starts) * NS_PER_DAY + time - (SWITCH_CLOCK - standard);
  const untilEnd = (ends - day) * NS_PER_DAY - time + (SWITCH_CLOCK - standard - NS_PER_HOUR);
  return sinceStart >= 0 && untilEnd > 0 ? standard + NS_PER_HOUR : standard;
}

/**
 * The moment at which the clock of `zone` shows `clock` nanoseconds after midnight of `date`, as a time of `day`.
 * An hour that comes twice is the first one; one that is skipped is read as standard time.
 */
export function fromZoneClock(
  zone: Zone,
  date: DayNumber,
  clock: number,
  day: DayNumber,
): SessionTime {
  const asUtc = (date - day) * NS_PER_DAY + clock;
  const daylight = asUtc - STANDARD_OFFSET[zone] - NS_PER_HOUR;
  if (zoneOffsetAt(zone, day, daylight) !== STANDARD_OFFSET[zone]) return daylight;
  return asUtc - STANDARD_OFFSET[zone];
}
