import { type HolidayName, holidayOf, isHolidayName } from './holidays.ts';
import type { Instrument } from './instrument.ts';
import {
  civilOf,
  type DayNumber,
  NS_PER_DAY,
  parseClock,
  parseDay,
  type SessionTime,
  weekdayOf,
} from './time.ts';
import { fromZoneClock, type Zone, zoneOffsetAt } from './zone.ts';

export type CalendarName = Instrument['calendar'];

/*
 * A calendar's file, config/calendars/NAME.json. Every row names its `source`, by the names in `sources`; one whose
 * figures were not read for its days says so in `estimate`. A CLOCK is `HH:MM` of the exchange's zone on the trading
 * day, with `previous ` before it on the day before.
 */

/** The hours of an ordinary trading day, from a date on. */
export interface CalendarHours {
  readonly from: string;
  /** CLOCK at which the trading day begins: what happens from there on belongs to it. */
  readonly turn: string;
  readonly open: string;
  readonly close: string;
  /** CLOCK of the open after a day that was closed or shortened, where that is another. */
  readonly openAfterPause?: string;
  /** What of that was not read, where the pause is a shortened day's and not a weekend's. */
  readonly openAfterShortEstimate?: string;
  /** CLOCKs between which the session pauses. */
  readonly breaks?: readonly (readonly [string, string])[];
  readonly source: readonly string[];
}

/** What a holiday does, between two dates (both included). */
export interface HolidayRule {
  readonly holiday: string;
  readonly from?: string;
  readonly to?: string;
  /** CLOCK; `null`: there is no session; `regular`: it ends as always. */
  readonly close: string | null;
  /** `next`: what trades on the day is booked for the next trading day (the exchange's trade date). */
  readonly trade?: 'next';
  readonly source: readonly string[];
  readonly estimate?: string;
}

/** A day that no rule gives; it goes before the rules. */
export interface CalendarException {
  readonly date: string;
  readonly close: string | null;
  readonly why: string;
  readonly trade?: 'next';
  readonly source: readonly string[];
  readonly estimate?: string;
}

export interface CalendarData {
  readonly calendar: CalendarName;
  readonly title: string;
  readonly zone: Zone;
  /** The years that the sources were read for. */
  readonly covers: { readonly from: number; readonly to: number };
  readonly sources: Readonly<Record<string, string>>;
  /** Oldest first; the first row holds before its date too. */
  readonly hours: readonly CalendarHours[];
  readonly holidays: readonly HolidayRule[];
  readonly days: readonly CalendarException[];
}

/** A span of session times, half-open. */
export interface TimeSpan {
  readonly from: SessionTime;
  readonly to: SessionTime;
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
  /** Pauses inside the session, in order. */
  readonly breaks: readonly TimeSpan[];
  /** The date that its trades are booked for: a later one on holidays on which futures trade. */
  readonly tradeDate: DayNumber;
}

/** A row of hours, read. Nanoseconds after midnight of the trading day by the zone's clock; negative on the day before. */
interface Hours {
  readonly from: DayNumber;
  readonly turn: number;
  readonly open: number;
  readonly openAfterPause: number;
  readonly close: number;
  readonly breaks: readonly (readonly [number, number])[];
  readonly openEstimate: string | undefined;
}

/** A day that is not an ordinary one. */
interface SpecialDay {
  /** NO_SESSION, REGULAR, or nanoseconds after midnight. */
  readonly close: number;
  readonly isBookedNext: boolean;
  readonly estimate: string | undefined;
}

interface Rule extends SpecialDay {
  readonly holiday: HolidayName;
  readonly from: DayNumber;
  readonly to: DayNumber;
}

const SUNDAY = 0;
const SATURDAY = 6;
const NO_SESSION = Number.NEGATIVE_INFINITY;
const REGULAR = Number.POSITIVE_INFINITY;
const PREVIOUS = 'previous ';

/** The trading days of an exchange's products: weekdays, less what the rows of its data file close or shorten. */
export class TradingCalendar {
  readonly name: CalendarName;
  readonly zone: Zone;
  readonly #covers: CalendarData['covers'];
  readonly #hours: readonly Hours[];
  readonly #rules: readonly Rule[];
  readonly #exceptions = new Map<DayNumber, SpecialDay>();
  /** By year, what its rules make of its days. */
  readonly #years = new Map<number, ReadonlyMap<DayNumber, SpecialDay>>();

  /** @throws {RangeError} If a row names a day, a time, a holiday or a source that does not exist. */
  constructor(data: CalendarData) {
    this.name = data.calendar;
    this.zone = data.zone;
    this.#covers = data.covers;
    const reader = new RowReader(data);
    this.#hours = data.hours.map((row) => reader.hours(row));
    if (this.#hours.length === 0) throw new RangeError(`${data.calendar}: there are no hours`);
    this.#rules = data.holidays.map((row) => reader.rule(row));
    for (const row of data.days) this.#exceptions.set(reader.day(row.date), reader.special(row));
  }

  /** The date of the trading day that a moment, as a time of `base`, belongs to. */
  tradingDayOf(base: DayNumber, time: SessionTime): DayNumber {
    const clock = time + zoneOffsetAt(this.zone, base, time);
    const days = Math.floor(clock / NS_PER_DAY);
    const next = base + days + 1;
    return clock - (days + 1) * NS_PER_DAY >= this.#hoursOf(next).turn ? next : next - 1;
  }

  /** The trading day called `date`, in times of `base`. */
  dayOn(date: DayNumber, base: DayNumber): TradingDay {
    const hours = this.#hoursOf(date);
    const at = (clock: number): SessionTime => fromZoneClock(this.zone, date, clock, base);
    const closes = this.#closeOf(date);
    const opens = this.#isOrdinary(date - 1) ? hours.open : hours.openAfterPause;
    return {
      date,
      start: at(hours.turn),
      end: fromZoneClock(this.zone, date + 1, this.#hoursOf(date + 1).turn, base),
      session: closes === NO_SESSION ? null : { open: at(opens), close: at(closes) },
      isShort: closes !== NO_SESSION && closes < hours.close,
      breaks: hours.breaks
        .filter(([from, to]) => from >= opens && to <= closes)
        .map(([from, to]) => ({ from: at(from), to: at(to) })),
      tradeDate: this.#tradeDateOf(date),
    };
  }

  /** What is not certain about the hours of a trading day, in words; `undefined` where nothing is known against them. */
  doubtOn(date: DayNumber): string | undefined {
    const { year } = civilOf(date);
    const { from, to } = this.#covers;
    if (year < from || year > to) return `the calendar's sources cover ${from} to ${to} only`;
    const special = this.#specialOn(date);
    if (special?.estimate !== undefined) return special.estimate;
    const isAfterShort = !isWeekend(date - 1) && !this.#isOrdinary(date - 1);
    return isAfterShort && special === undefined ? this.#hoursOf(date).openEstimate : undefined;
  }

  #hoursOf(date: DayNumber): Hours {
    const hours = this.#hours.findLast(({ from }) => from <= date) ?? this.#hours[0];
    if (hours === undefined) throw new RangeError('a calendar has hours');
    return hours;
  }

  /** When the session ends, nanoseconds after midnight, or NO_SESSION. */
  #closeOf(date: DayNumber): number {
    const close = this.#specialOn(date)?.close ?? (isWeekend(date) ? NO_SESSION : REGULAR);
    return close === REGULAR ? this.#hoursOf(date).close : close;
  }

  /** A day whose session ends as always, so that the next one's begins as always. */
  #isOrdinary(date: DayNumber): boolean {
    return this.#closeOf(date) === this.#hoursOf(date).close;
  }

  #tradeDateOf(date: DayNumber): DayNumber {
    if (this.#specialOn(date)?.isBookedNext !== true) return date;
    for (let next = date + 1; ; next++) {
      if (this.#closeOf(next) !== NO_SESSION && this.#specialOn(next)?.isBookedNext !== true)
        return next;
    }
  }

  #specialOn(date: DayNumber): SpecialDay | undefined {
    const exception = this.#exceptions.get(date);
    if (exception !== undefined) return exception;
    const { year } = civilOf(date);
    let special = this.#years.get(year);
    if (special === undefined) {
      special = this.#specialDaysOf(year);
      this.#years.set(year, special);
    }
    return special.get(date);
  }

  #specialDaysOf(year: number): ReadonlyMap<DayNumber, SpecialDay> {
    const days = new Map<DayNumber, SpecialDay>();
    for (const rule of this.#rules) {
      const day = holidayOf(rule.holiday, year);
      if (day !== undefined && day >= rule.from && day <= rule.to) days.set(day, rule);
    }
    return days;
  }
}

/** Reads rows of a calendar's file, and says which one is wrong. */
class RowReader {
  readonly #data: CalendarData;

  constructor(data: CalendarData) {
    this.#data = data;
  }

  hours(row: CalendarHours): Hours {
    this.#checkSources(row.source, row.from);
    const open = this.#clock(row.open);
    return {
      from: this.day(row.from),
      turn: this.#clock(row.turn),
      open,
      openAfterPause: row.openAfterPause === undefined ? open : this.#clock(row.openAfterPause),
      close: this.#clock(row.close),
      breaks: (row.breaks ?? []).map(([from, to]) => [this.#clock(from), this.#clock(to)]),
      openEstimate: row.openAfterShortEstimate,
    };
  }

  rule(row: HolidayRule): Rule {
    const { holiday, from, to } = row;
    if (!isHolidayName(holiday)) throw this.#wrong(`${holiday} is no holiday`);
    return {
      ...this.special(row),
      holiday,
      from: from === undefined ? Number.NEGATIVE_INFINITY : this.day(from),
      to: to === undefined ? Number.POSITIVE_INFINITY : this.day(to),
    };
  }

  special(row: Pick<HolidayRule, 'close' | 'trade' | 'source' | 'estimate'>): SpecialDay {
    this.#checkSources(row.source, row.close ?? 'closed');
    return {
      close:
        row.close === null
          ? NO_SESSION
          : row.close === 'regular'
            ? REGULAR
            : this.#clock(row.close),
      isBookedNext: row.trade === 'next',
      estimate: row.estimate,
    };
  }

  day(text: string): DayNumber {
    const day = parseDay(text);
    if (day === undefined) throw this.#wrong(`${text} is no date`);
    return day;
  }

  #clock(text: string): number {
    const isBefore = text.startsWith(PREVIOUS);
    const clock = parseClock(isBefore ? text.slice(PREVIOUS.length) : text);
    if (clock === undefined) throw this.#wrong(`${text} is no time of day`);
    return isBefore ? clock - NS_PER_DAY : clock;
  }

  #checkSources(names: readonly string[], row: string): void {
    const unknown = names.find((name) => !Object.hasOwn(this.#data.sources, name));
    if (unknown !== undefined) throw this.#wrong(`${row}: there is no source ${unknown}`);
    if (names.length === 0) throw this.#wrong(`${row} names no source`);
  }

  #wrong(problem: string): RangeError {
    return new RangeError(`${this.#data.calendar}: ${problem}`);
  }
}

function isWeekend(date: DayNumber): boolean {
  const weekday = weekdayOf(date);
  return weekday === SATURDAY || weekday === SUNDAY;
}
