import { type DayNumber, dayOf, weekdayOf } from './time.ts';
import { nthWeekday } from './zone.ts';

/** The US holidays that exchanges keep, and the days beside them on which they close early. */
export type HolidayName = keyof typeof DATES;

const SUNDAY = 0;
const MONDAY = 1;
const THURSDAY = 4;
const FRIDAY = 5;
const SATURDAY = 6;

const DATES = {
  // on a Saturday it is not made up for: the year's books close on the Friday
  'new-year': (year: number) => sundayToMonday(dayOf(year, 1, 1)),
  'martin-luther-king': (year: number) => nthWeekday(year, 1, MONDAY, 3),
  washington: (year: number) => nthWeekday(year, 2, MONDAY, 3),
  'good-friday': goodFridayOf,
  memorial: (year: number) => nthWeekday(year, 5, MONDAY, -1),
  juneteenth: (year: number) => observed(dayOf(year, 6, 19)),
  /** The day before Independence Day, where that is a Tuesday to Friday. */
  'independence-eve': (year: number) => eveOf(dayOf(year, 7, 4)),
  independence: (year: number) => observed(dayOf(year, 7, 4)),
  labor: (year: number) => nthWeekday(year, 9, MONDAY, 1),
  thanksgiving: (year: number) => nthWeekday(year, 11, THURSDAY, 4),
  'thanksgiving-friday': (year: number) => nthWeekday(year, 11, THURSDAY, 4) + 1,
  /** 24 December, where Christmas is a Tuesday to Friday. */
  'christmas-eve': (year: number) => eveOf(dayOf(year, 12, 25)),
  christmas: (year: number) => observed(dayOf(year, 12, 25)),
} as const satisfies Record<string, (year: number) => DayNumber | undefined>;

/** Whether a calendar's file may name it. */
export function isHolidayName(text: string): text is HolidayName {
  return Object.hasOwn(DATES, text);
}

/** The weekday on which a year keeps a holiday; `undefined` in a year without it. */
export function holidayOf(name: HolidayName, year: number): DayNumber | undefined {
  return DATES[name](year);
}

function observed(day: DayNumber): DayNumber {
  return weekdayOf(day) === SATURDAY ? day - 1 : sundayToMonday(day);
}

function sundayToMonday(day: DayNumber): DayNumber {
  return weekdayOf(day) === SUNDAY ? day + 1 : day;
}

function eveOf(holiday: DayNumber): DayNumber | undefined {
  const weekday = weekdayOf(holiday);
  return weekday > MONDAY && weekday <= FRIDAY ? holiday - 1 : undefined;
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
