/**
 * Time. Inside the engine a moment is a `SessionTime`: nanoseconds since the midnight UTC that begins the
 * session's calendar day, exact in a double for 104 days either way. With the day it gives an absolute time.
 */

/** Nanoseconds since midnight UTC of the run's session day. Negative before it. */
export type SessionTime = number;

/** Days since 1970-01-01. */
export type DayNumber = number;

export const NS_PER_US = 1_000;
export const NS_PER_MS = 1_000_000;
export const NS_PER_SECOND = 1_000_000_000;
export const NS_PER_MINUTE = 60 * NS_PER_SECOND;
export const NS_PER_HOUR = 60 * NS_PER_MINUTE;
export const NS_PER_DAY = 24 * NS_PER_HOUR;

const WORD = 4_294_967_296;

/** The day of a civil date of the Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
export function dayOf(year: number, month: number, date: number): DayNumber {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + date - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The civil date of a day, after the same source. */
export function civilOf(day: DayNumber): { year: number; month: number; date: number } {
  const z = day + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    date: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
  };
}

/** 0 for Sunday to 6 for Saturday. */
export function weekdayOf(day: DayNumber): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** `YYYY-MM-DD`, or `YYYYMMDD` with an empty separator. */
export function formatDay(day: DayNumber, separator = '-'): string {
  const { year, month, date } = civilOf(day);
  return [String(year).padStart(4, '0'), pad2(month), pad2(date)].join(separator);
}

/** Reads `YYYY-MM-DD` or `YYYYMMDD`. Returns `undefined` for anything else, and for a date that does not exist. */
export function parseDay(text: string): DayNumber | undefined {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const day = dayOf(Number(match[1]), Number(match[2]), Number(match[3]));
  return formatDay(day, '') === `${match[1]}${match[2]}${match[3]}` ? day : undefined;
}

/** ISO 8601 in UTC with nine decimals: 2025-10-15T13:30:00.000000000Z. */
export function formatTimestamp(day: DayNumber, time: SessionTime): string {
  const extraDays = Math.floor(time / NS_PER_DAY);
  return `${formatDay(day + extraDays)}T${formatClock(time - extraDays * NS_PER_DAY, 9)}Z`;
}

/** `HH:MM:SS`, with `decimals` places of a second, of a time within one day. */
export function formatClock(time: number, decimals = 0): string {
  const inDay = ((time % NS_PER_DAY) + NS_PER_DAY) % NS_PER_DAY;
  const seconds = Math.floor(inDay / NS_PER_SECOND);
  const text = `${pad2(Math.floor(seconds / 3600))}:${pad2(Math.floor(seconds / 60) % 60)}:${pad2(seconds % 60)}`;
  if (decimals === 0) return text;
  return `${text}.${String(inDay - seconds * NS_PER_SECOND)
    .padStart(9, '0')
    .slice(0, decimals)}`;
}

/** Reads ISO 8601 in UTC or with an offset, up to nine decimals, as a time of `day`'s session. */
export function parseTimestamp(text: string, day: DayNumber): SessionTime | undefined {
  const match =
    /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:\d{2})$/.exec(text);
  if (match === null) return undefined;
  const [, date = '', clock = '', zone = 'Z'] = match;
  const civil = parseDay(date);
  const inDay = parseClock(clock);
  if (civil === undefined || inDay === undefined) return undefined;
  const offset =
    zone === 'Z'
      ? 0
      : (zone.startsWith('-') ? -1 : 1) *
        (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)));
  return (civil - day) * NS_PER_DAY + inDay - offset * NS_PER_MINUTE;
}

/** Reads `HH:MM[:SS[.fffffffff]]` as nanoseconds since midnight. */
export function parseClock(text: string): number | undefined {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?$/.exec(text);
  if (match === null) return undefined;
  const [, hours, minutes, seconds = '0', fraction = ''] = match;
  if (Number(hours) > 24 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  return (
    Number(hours) * NS_PER_HOUR +
    Number(minutes) * NS_PER_MINUTE +
    Number(seconds) * NS_PER_SECOND +
    Number(fraction.padEnd(9, '0'))
  );
}

/** The two signed 32-bit words of a UNIX time in nanoseconds, low first: how DBN records carry it. */
export function toEpochWords(day: DayNumber, time: SessionTime): [low: number, high: number] {
  // 64-bit value as hi * 2^32 + lo, worked in two exact halves: seconds need 31 bits, nanoseconds 30
  const seconds = Math.floor(time / NS_PER_SECOND);
  const nanos = time - seconds * NS_PER_SECOND;
  const total = BigInt(day * 86_400 + seconds) * 1_000_000_000n + BigInt(nanos);
  return [Number(BigInt.asIntN(32, total)), Number(BigInt.asIntN(32, total >> 32n))];
}

/** The epoch nanoseconds in two words as a time of the session whose day begins at `baseLow`, `baseHigh`. Exact. */
export function fromEpochWords(
  low: number,
  high: number,
  baseLow: number,
  baseHigh: number,
): SessionTime {
  return (high - baseHigh) * WORD + ((low >>> 0) - (baseLow >>> 0));
}

function pad2(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
