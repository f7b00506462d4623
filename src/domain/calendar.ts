import type { Instrument } from './instrument.ts';
import {
  civilOf,
  type DayNumber,
  dayOf,
  NS_PER_DAY,
  NS_PER_HOUR,
  NS_PER_MINUTE,
  parseClock,
  parseDay,
  type SessionTime,
  weekdayOf,
} from './time.ts';
import { fromZoneClock, nthWeekday, type Zone, zoneOffsetAt } from './zone.ts';

export type CalendarName = Instrument['calendar'];

/** A day that no rule gives, as config/calendars/*.json lists it. */
export interface CalendarException {
  /** `YYYY-MM-DD`, the trading day. */
  readonly date: string;
  /** When its session ends, `HH:MM` of the exchange's clock (Chicago's for futures); `null`: there is no session. */
  readonly close: string | null;
  readonly why: string;
}

/** A calendar's file: the exceptions, and where they come from. */
export interface CalendarData {
  readonly calendar: CalendarName;
  readonly covers: { readonly from: number; readonly to: number };
  readonly source: readonly string[];
  readonly days: readonly CalendarException[];
}

/** A trading day as times of some base day: what happens at `start` or later and before `end` belongs to it. */
export interface TradingDay {
  /** The date it is called by. */
  readonly date: DayNumber;
  readonly start: SessionTime;
  readonly end: SessionTime;
  /** The regular session, half-open; `null` on a day without one. */
  readonly session: { readonly open: SessionTime; readonly close: SessionTime } | null;
  /** The session ends before its usual time. */
  readonly isShort: boolean;
}

interface Hours {
  readonly zone: Zone;
  /** All in nanoseconds after midnight of the trading day, by the zone's clock. */
  readonly turn: number;
  readonly open: number;
  readonly close: number;
}

const HOURS: Readonly<Record<CalendarName, Hours>> = {
  'us-equities': {
    zone: 'America/New_York',
    turn: 0,
    open: 9 * NS_PER_HOUR + 30 * NS_PER_MINUTE,
    close: 16 * NS_PER_HOUR,
  },
  // the trading day begins at 17:00 the evening before
  'cme-globex': {
    zone: 'America/Chicago',
    turn: -7 * NS_PER_HOUR,
    open: -7 * NS_PER_HOUR,
    close: 16 * NS_PER_HOUR,
  },
};

const SUNDAY = 0;
const MONDAY = 1;
const THURSDAY = 4;
const FRIDAY = 5;
const SATURDAY = 6;
const NO_SESSION = -1;

/** The trading days of an exchange: weekdays, less what its rules close or shorten, less the exceptions of its data file. */
export class TradingCalendar {
  readonly name: CalendarName;
  readonly zone: Zone;
  readonly #hours: Hours;
  readonly #exceptions = new Map<DayNumber, number>();
  /** Close of every day that is not an ordinary one, by year. */
  readonly #years = new Map<number, ReadonlyMap<DayNumber, number>>();

  /** @throws {RangeError} If a day of the data is no date or its close no time of day. */
  constructor(data: CalendarData) {
    this.name = data.calendar;
    this.#hours = HOURS[data.calendar];
    this.zone = this.#hours.zone;
    for (const { date, close } of data.days) {
      const day = parseDay(date);
      const at = close === null ? NO_SESSION : parseClock(close);
      if (day === undefined || at === undefined) {
        throw new RangeError(
          `${data.calendar}: ${date} ${close ?? ''} is no date with a time of day`,
        );
      }
      this.#exceptions.set(day, at);
    }
  }

  /** The date of the trading day that a moment, as a time of `base`, belongs to. */
  tradingDayOf(base: DayNumber, time: SessionTime): DayNumber {
    const clock = time + zoneOffsetAt(this.zone, base, time) - this.#hours.turn;
    return base + Math.floor(clock / NS_PER_DAY);
  }

  /** The trading day called `date`, in times of `base`. */
  dayOn(date: DayNumber, base: DayNumber): TradingDay {
    const { zone, turn, open, close } = this.#hours;
    const closes = this.#closeOf(date);
    return {
      date,
      start: fromZoneClock(zone, date, turn, base),
      end: fromZoneClock(zone, date + 1, turn, base),
      session:
        closes === NO_SESSION
          ? null
          : {
              open: fromZoneClock(zone, date, open, base),
              close: fromZoneClock(zone, date, closes, base),
            },
      isShort: closes !== NO_SESSION && closes < close,
    };
  }

  #closeOf(date: DayNumber): number {
    const exception = this.#exceptions.get(date);
    if (exception !== undefined) return exception;
    const weekday = weekdayOf(date);
    if (weekday === SATURDAY || weekday === SUNDAY) return NO_SESSION;
    const { year } = civilOf(date);
    let special = this.#years.get(year);
    if (special === undefined) {
      special = this.name === 'us-equities' ? equityRules(year) : globexRules(year);
      this.#years.set(year, special);
    }
    return special.get(date) ?? this.#hours.close;
  }
}

/** NYSE and Nasdaq (NYSE Rule 7.2 and the half days of NYSE Group's yearly releases). */
function equityRules(year: number): ReadonlyMap<DayNumber, number> {
  const halfDay = 13 * NS_PER_HOUR;
  const days = new Map<DayNumber, number>();
  for (const day of shortBeforeHolidays(year)) days.set(day, halfDay);
  for (const day of fullHolidays(year)) days.set(day, NO_SESSION);
  for (const day of tradedHolidays(year)) days.set(day, NO_SESSION);
  return days;
}

/** Globex equity index products (CME Group's yearly holiday schedules): closed, or halted early by Chicago's clock. */
function globexRules(year: number): ReadonlyMap<DayNumber, number> {
  const noon = 12 * NS_PER_HOUR;
  const early = 10 * NS_PER_HOUR + 30 * NS_PER_MINUTE;
  const days = new Map<DayNumber, number>();
  for (const day of shortBeforeHolidays(year)) days.set(day, noon + 15 * NS_PER_MINUTE);
  for (const day of tradedHolidays(year)) {
    // the halt was at 10:30 up to Presidents' Day of 2014
    const isEarly = year < 2014 || (year === 2014 && civilOf(day).month <= 2);
    days.set(day, isEarly ? early : noon);
  }
  for (const day of fullHolidays(year)) days.set(day, NO_SESSION);
  return days;
}

/** Closed everywhere. */
function fullHolidays(year: number): DayNumber[] {
  const newYear = dayOf(year, 1, 1);
  return [
    // on a Saturday it is not made up for: the year's books close on the Friday
    weekdayOf(newYear) === SUNDAY ? newYear + 1 : newYear,
    goodFridayOf(year),
    observed(dayOf(year, 12, 25)),
  ];
}

/** Holidays on which shares do not trade and futures halt early. */
function tradedHolidays(year: number): DayNumber[] {
  const days = [
    nthWeekday(year, 1, MONDAY, 3),
    nthWeekday(year, 2, MONDAY, 3),
    nthWeekday(year, 5, MONDAY, -1),
    observed(dayOf(year, 7, 4)),
    nthWeekday(year, 9, MONDAY, 1),
    nthWeekday(year, 11, THURSDAY, 4),
  ];
  if (year >= 2022) days.push(observed(dayOf(year, 6, 19)));
  return days;
}

/** Half days: the day after Thanksgiving, the day before Independence Day (Tuesday to Friday), a trading Christmas Eve. */
function shortBeforeHolidays(year: number): DayNumber[] {
  const days = [nthWeekday(year, 11, THURSDAY, 4) + 1];
  const christmasEve = dayOf(year, 12, 24);
  const weekday = weekdayOf(christmasEve);
  if (weekday >= MONDAY && weekday <= THURSDAY) days.push(christmasEve);
  const independenceDay = dayOf(year, 7, 4);
  const holidayWeekday = weekdayOf(independenceDay);
  if (holidayWeekday > MONDAY && holidayWeekday <= FRIDAY) days.push(independenceDay - 1);
  return days;
}

function observed(day: DayNumber): DayNumber {
  const weekday = weekdayOf(day);
  if (weekday === SATURDAY) return day - 1;
  return weekday === SUNDAY ? day + 1 : day;
}

/** Two days before Easter Sunday (Meeus, "Astronomical Algorithms", chapter 8: the Gregorian Easter). */
function goodFridayOf(year: number): DayNumber {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const ofCentury = year % 100;
  const correction = Math.floor((century + 8) / 25);
  const epact =
    (19 * golden +
      century -
      Math.floor(century / 4) -
      Math.floor((century - correction + 1) / 3) +
      15) %
    30;
  const weekday =
    (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - epact - (ofCentury % 4)) % 7;
  const shift = Math.floor((golden + 11 * epact + 22 * weekday) / 451);
  const marchDate = epact + weekday - 7 * shift + 22;
  return dayOf(year, 3, 1) + marchDate - 1 - 2;
}
