import { describe, expect, test } from 'vitest';
import { type CalendarData, TradingCalendar } from '../../src/domain/calendar.ts';
import { SessionSchedule } from '../../src/domain/session-schedule.ts';
import {
  dayOf,
  formatClock,
  formatDay,
  NS_PER_HOUR,
  parseDay,
  parseTimestamp,
} from '../../src/domain/time.ts';
import { fromZoneClock, zoneOffsetAt } from '../../src/domain/zone.ts';
import { readCalendar } from '../support/market-rig.ts';

const equities = readCalendar('us-equities');
const globex = readCalendar('cme-globex');
const energy = readCalendar('cme-globex-energy-metals');
const fx = readCalendar('cme-globex-fx');

/** Full holidays and days that end at 13:00: PyPI's exchange_calendars 4.13.2 (XNYS); 2027 and 2028 NYSE Group's release of 2025-12-23. */
const NYSE_YEARS = [
  [2010, '01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24', '11-26'],
  [2011, '01-17 02-21 04-22 05-30 07-04 09-05 11-24 12-26', '11-25'],
  [2012, '01-02 01-16 02-20 04-06 05-28 07-04 09-03 10-29 10-30 11-22 12-25', '07-03 11-23 12-24'],
  [2013, '01-01 01-21 02-18 03-29 05-27 07-04 09-02 11-28 12-25', '07-03 11-29 12-24'],
  [2014, '01-01 01-20 02-17 04-18 05-26 07-04 09-01 11-27 12-25', '07-03 11-28 12-24'],
  [2015, '01-01 01-19 02-16 04-03 05-25 07-03 09-07 11-26 12-25', '11-27 12-24'],
  [2016, '01-01 01-18 02-15 03-25 05-30 07-04 09-05 11-24 12-26', '11-25'],
  [2017, '01-02 01-16 02-20 04-14 05-29 07-04 09-04 11-23 12-25', '07-03 11-24'],
  [2018, '01-01 01-15 02-19 03-30 05-28 07-04 09-03 11-22 12-05 12-25', '07-03 11-23 12-24'],
  [2019, '01-01 01-21 02-18 04-19 05-27 07-04 09-02 11-28 12-25', '07-03 11-29 12-24'],
  [2020, '01-01 01-20 02-17 04-10 05-25 07-03 09-07 11-26 12-25', '11-27 12-24'],
  [2021, '01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24', '11-26'],
  [2022, '01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26', '11-25'],
  [2023, '01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25', '07-03 11-24'],
  [2024, '01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25', '07-03 11-29 12-24'],
  [2025, '01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25', '07-03 11-28 12-24'],
  [2026, '01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25', '11-27 12-24'],
  [2027, '01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24', '11-26'],
  [2028, '01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25', '07-03 11-24'],
] as const;

function day(text: string): number {
  return parseDay(text) ?? Number.NaN;
}

/** Weekdays of a year without a session, and the days that end early with their close by the exchange's clock. */
function specialDays(calendar: TradingCalendar, year: number): { closed: string; early: string } {
  const closed: string[] = [];
  const early: string[] = [];
  for (let date = dayOf(year, 1, 1); date < dayOf(year + 1, 1, 1); date++) {
    const { session, isShort } = calendar.dayOn(date, date);
    const isWeekend = [3, 2].includes(((date % 7) + 7) % 7);
    expect(isWeekend && session !== null, formatDay(date)).toBe(false);
    const name = formatDay(date).slice(5);
    if (session === null && !isWeekend) closed.push(name);
    if (session !== null && isShort) {
      const clock = session.close + zoneOffsetAt(calendar.zone, date, session.close);
      early.push(`${name} ${clock / NS_PER_HOUR}`);
    }
  }
  return { closed: closed.join(' '), early: early.join(', ') };
}

describe('NYSE and Nasdaq', () => {
  test.for(NYSE_YEARS)('closes in %i as published', ([year, closed, halfDays]) => {
    const early = `${halfDays.replaceAll(' ', ' 13, ')} 13`;
    expect(specialDays(equities, year)).toEqual({ closed, early });
  });

  test('has a session of 6.5 hours on the UTC clock of summer and of winter', () => {
    const summer = equities.dayOn(day('2025-10-15'), day('2025-10-15'));
    const winter = equities.dayOn(day('2025-12-15'), day('2025-12-15'));
    expect([summer.session, winter.session]).toEqual([
      { open: 13.5 * NS_PER_HOUR, close: 20 * NS_PER_HOUR },
      { open: 14.5 * NS_PER_HOUR, close: 21 * NS_PER_HOUR },
    ]);
  });

  test('turns its day at midnight of New York', () => {
    const base = day('2025-10-15');
    const dates = [4 * NS_PER_HOUR - 1, 4 * NS_PER_HOUR].map((ts) =>
      equities.tradingDayOf(base, ts),
    );
    expect(dates.map((date) => formatDay(date))).toEqual(['2025-10-14', '2025-10-15']);
  });
});

describe('CME Globex', () => {
  test('closes and halts in 2026 as its schedule says', () => {
    expect(specialDays(globex, 2026)).toEqual({
      closed: '01-01 12-25',
      early:
        '01-19 12, 02-16 12, 04-03 8.25, 05-25 12, 06-19 12, 07-03 12, 09-07 12, 11-26 12, 11-27 12.25, 12-24 12.25',
    });
  });

  test('is closed on a Good Friday without a jobs report', () => {
    expect(globex.dayOn(day('2024-03-29'), day('2024-03-29')).session).toBeNull();
  });

  test('halted at 10:30 before 2014', () => {
    const { session } = globex.dayOn(day('2013-05-27'), day('2013-05-27'));
    expect(session).toEqual({ open: -2 * NS_PER_HOUR, close: 15.5 * NS_PER_HOUR });
  });

  test('opens the day after Christmas on Christmas at 17:00 Chicago', () => {
    const base = day('2023-12-25');
    const ts = 23 * NS_PER_HOUR;
    const trading = globex.dayOn(globex.tradingDayOf(base, ts), base);
    expect({ ...trading, date: formatDay(trading.date) }).toEqual({
      date: '2023-12-26',
      start: ts,
      end: ts + 24 * NS_PER_HOUR,
      session: { open: ts, close: ts + 23 * NS_PER_HOUR },
      isShort: false,
      breaks: [],
      tradeDate: day('2023-12-26'),
    });
  });
});

/** A Globex day in words of Chicago's clock: `open-close`, with its pauses, or `closed`. */
function hoursOf(calendar: TradingCalendar, date: string): string {
  const base = day(date);
  const { session, breaks } = calendar.dayOn(base, base);
  if (session === null) return 'closed';
  const clock = (ts: number): string =>
    formatClock(ts + zoneOffsetAt(calendar.zone, base, ts)).slice(0, 5);
  const pauses = breaks.map(({ from, to }) => ` without ${clock(from)}-${clock(to)}`).join('');
  return `${clock(session.open)}-${clock(session.close)}${pauses}`;
}

describe('the hours of CME Globex over the years', () => {
  // CME Group's notices named in config/calendars/cme-globex.json
  test.for([
    ['2012-11-15', '15:30-15:15 without 16:30-17:00'],
    ['2012-11-12', '17:00-15:15'],
    ['2012-11-16', '15:30-15:15 without 16:30-17:00'],
    ['2012-11-19', '17:00-16:15 without 15:15-15:30'],
    ['2015-09-18', '17:00-16:15 without 15:15-15:30'],
    ['2015-09-21', '17:00-16:00 without 15:15-15:30'],
    ['2021-06-25', '17:00-16:00 without 15:15-15:30'],
    ['2021-06-28', '17:00-16:00'],
    ['2012-10-29', '17:00-08:15'],
    ['2012-10-30', '17:00-08:15'],
    ['2013-07-03', '17:00-12:15'],
    ['2013-07-04', '17:00-10:30'],
    ['2013-12-24', '17:00-12:15'],
    ['2017-07-03', '17:00-12:15'],
    ['2017-07-04', '17:00-12:00'],
    ['2018-12-05', '17:00-08:30'],
    ['2025-01-09', '17:00-08:30'],
    ['2025-01-20', '17:00-12:00'],
    ['2025-09-01', '17:00-12:00'],
  ] as const)('equity index on %s: %s', ([date, hours]) => {
    expect(hoursOf(globex, date)).toBe(hours);
  });

  test.for([
    ['2013-07-03', '17:00-16:15'],
    ['2013-07-04', '17:00-12:15'],
    ['2013-12-24', '17:00-12:45'],
    ['2015-09-18', '17:00-16:15'],
    ['2017-07-04', '17:00-12:00'],
    ['2018-12-05', '17:00-16:00'],
    ['2021-04-02', 'closed'],
    ['2025-01-09', '17:00-16:00'],
    ['2025-09-01', '17:00-13:30'],
    ['2026-01-19', '17:00-13:30'],
    ['2026-06-19', '17:00-12:00'],
    ['2026-07-03', '17:00-12:00'],
    ['2026-09-07', '17:00-13:30'],
    ['2026-11-27', '17:00-13:45'],
  ] as const)('energy and metals on %s: %s', ([date, hours]) => {
    expect(hoursOf(energy, date)).toBe(hours);
  });

  test.for([
    ['2013-07-03', '17:00-16:00'],
    ['2013-07-04', '17:00-12:00'],
    ['2013-12-24', '17:00-12:15'],
    ['2021-04-02', '17:00-10:15'],
    ['2024-03-29', 'closed'],
    ['2025-01-09', '17:00-16:00'],
    ['2026-01-19', '17:00-16:00'],
  ] as const)('FX on %s: %s', ([date, hours]) => {
    expect(hoursOf(fx, date)).toBe(hours);
  });

  // cme-2006, cme-2013-07 and cme-2026 of the calendar's sources
  test.for([
    [globex, '2026-01-19', '2026-01-20'],
    [fx, '2026-01-19', '2026-01-20'],
    [globex, '2013-07-04', '2013-07-05'],
    [energy, '2026-06-19', '2026-06-22'],
    [globex, '2026-11-26', '2026-11-27'],
    [globex, '2026-11-27', '2026-11-27'],
    [globex, '2026-11-25', '2026-11-25'],
  ] as const)(
    '%s books a holiday’s trades for the next trading day',
    ([calendar, date, booked]) => {
      const base = day(date);
      expect(formatDay(calendar.dayOn(base, base).tradeDate)).toBe(booked);
    },
  );

  test('15:30 of Chicago began the next trading day until the hours of 2012-11-19, and 17:00 since', () => {
    const dates = ['2012-11-15', '2012-11-16', '2012-11-19'].flatMap((date) =>
      [15.4, 15.5, 16.9, 17].map((hour) => {
        const base = day(date);
        const ts = fromZoneClock('America/Chicago', base, hour * NS_PER_HOUR, base);
        return formatDay(globex.tradingDayOf(base, ts)).slice(5);
      }),
    );
    expect(dates.join(' ')).toBe(
      '11-15 11-16 11-16 11-16 11-16 11-17 11-17 11-17 11-19 11-19 11-19 11-20',
    );
  });
});

describe('what is not certain', () => {
  test.for([
    [equities, '2015-03-03', undefined],
    [equities, '2031-03-03', /cover 2010 to 2028/],
    [equities, '2009-03-03', /cover 2010 to 2028/],
    [energy, '2025-12-24', /read for 2013 and 2026 only/],
    [energy, '2026-12-24', undefined],
    [globex, '2026-04-03', /by the rule/],
    [globex, '2012-09-04', /an evening that follows a shortened day/],
    [globex, '2012-09-05', undefined],
    [globex, '2012-09-10', undefined],
    [globex, '2014-09-02', undefined],
  ] as const)('is said of %s on %s', ([calendar, date, doubt]) => {
    const told = calendar.doubtOn(day(date));
    if (doubt === undefined) expect(told).toBeUndefined();
    else expect(told).toMatch(doubt);
  });
});

describe('TIME_SESSION', () => {
  const label = (calendar: TradingCalendar, date: string, clock: string): string => {
    const ts = parseTimestamp(`${date}T${clock}`, day(date)) ?? Number.NaN;
    return new SessionSchedule(calendar, day(date)).timeSessionAt(ts);
  };

  test.for([
    ['00:00:00', 'PRE_MARKET'],
    ['09:29:59.999999999', 'PRE_MARKET'],
    ['09:30:00', 'OPEN_DRIVE'],
    ['10:00:00', 'MORNING'],
    ['11:30:00', 'MIDDAY'],
    ['14:00:00', 'AFTERNOON'],
    ['15:30:00', 'POWER_HOUR'],
    ['15:59:59.999999999', 'POWER_HOUR'],
    ['16:00:00', 'AFTER_HOURS'],
    ['23:59:59', 'AFTER_HOURS'],
  ] as const)('of a share at %s is %s', ([clock, name]) => {
    expect(label(equities, '2025-10-15', `${clock}-04:00`)).toBe(name);
  });

  test.for([
    ['2025-11-28', '12:29:59', 'MIDDAY'],
    ['2025-11-28', '12:30:00', 'POWER_HOUR'],
    ['2025-11-28', '13:00:00', 'AFTER_HOURS'],
    ['2025-11-27', '11:00:00', 'CLOSED'],
    ['2025-11-29', '11:00:00', 'CLOSED'],
  ] as const)('on %s at %s is %s', ([date, clock, name]) => {
    expect(label(equities, date, `${clock}-05:00`)).toBe(name);
  });

  test.for([
    ['2024-06-30', '17:59:59', 'CLOSED'],
    ['2024-06-30', '18:00:00', 'PRE_MARKET'],
    ['2024-07-01', '03:00:00', 'PRE_MARKET'],
    ['2024-07-01', '09:30:00', 'OPEN_DRIVE'],
    ['2024-07-01', '16:30:00', 'AFTER_HOURS'],
    ['2024-07-01', '18:00:00', 'PRE_MARKET'],
    ['2024-07-05', '18:00:00', 'CLOSED'],
    ['2024-07-04', '12:45:00', 'POWER_HOUR'],
    ['2024-07-04', '13:00:00', 'AFTER_HOURS'],
    ['2024-12-24', '23:00:00', 'CLOSED'],
    ['2023-04-07', '09:20:00', 'AFTER_HOURS'],
  ] as const)('of a future on %s at %s in New York is %s', ([date, clock, name]) => {
    const offset = date.startsWith('2024-12') ? '-05:00' : '-04:00';
    expect(label(globex, date, `${clock}${offset}`)).toBe(name);
  });

  test('follows a moment back to an earlier day', () => {
    const schedule = new SessionSchedule(equities, day('2025-10-15'));
    const names = [15, 15 - 24 * 3, 15].map((hour) => schedule.timeSessionAt(hour * NS_PER_HOUR));
    expect(names).toEqual(['MORNING', 'CLOSED', 'MORNING']);
  });
});

describe('the exchange clock', () => {
  test.for(['America/New_York', 'America/Chicago'] as const)(
    'of %s agrees with ICU, hour by hour',
    (zone) => {
      const format = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        hourCycle: 'h23',
        hour: 'numeric',
        day: 'numeric',
      });
      for (let date = dayOf(2010, 1, 1); date < dayOf(2029, 1, 1); date += 1) {
        const isNearSwitch = [3, 11].includes(Number(formatDay(date).slice(5, 7)));
        for (let hour = 0; hour < 24; hour += isNearSwitch ? 1 : 12) {
          const local = hour + zoneOffsetAt(zone, date, hour * NS_PER_HOUR) / NS_PER_HOUR;
          const parts = Object.fromEntries(
            format.formatToParts((date * 24 + hour) * 3_600_000).map((p) => [p.type, p.value]),
          );
          const expected = `${Number(parts['day'])} ${Number(parts['hour'])}`;
          const shown = `${Number(formatDay(date + Math.floor(local / 24)).slice(8))} ${((local % 24) + 24) % 24}`;
          if (shown !== expected) expect(shown, `${formatDay(date)} ${hour}h`).toBe(expected);
        }
      }
    },
  );

  test('is turned back into the moment it shows', () => {
    const base = day('2025-03-09');
    const clocks = [0, 1, 3, 12].map((hour) =>
      fromZoneClock('America/New_York', base, hour * NS_PER_HOUR, base),
    );
    expect(clocks.map((ts) => ts / NS_PER_HOUR)).toEqual([5, 6, 7, 16]);
  });

  test('answers in times of any base day', () => {
    const base = day('2025-10-10');
    const { session } = equities.dayOn(day('2025-10-15'), base);
    expect(session?.open).toBe((5 * 24 + 13.5) * NS_PER_HOUR);
  });
});

const SMALL: CalendarData = {
  calendar: 'us-equities',
  title: 'a small one',
  zone: 'America/New_York',
  covers: { from: 2010, to: 2028 },
  sources: { here: 'this test' },
  hours: [{ from: '2010-01-01', turn: '00:00', open: '09:30', close: '16:00', source: ['here'] }],
  holidays: [{ holiday: 'christmas', close: null, source: ['here'] }],
  days: [{ date: '2025-02-28', close: '13:00', why: 'a try', source: ['here'] }],
};

test.for([
  ['a day', { days: [{ date: '2025-02-30', close: null, why: 'a slip', source: ['here'] }] }],
  ['a time', { days: [{ date: '2025-02-28', close: '25:00', why: 'a slip', source: ['here'] }] }],
  ['a holiday', { holidays: [{ holiday: 'xmas', close: null, source: ['here'] }] }],
  ['a source', { holidays: [{ holiday: 'christmas', close: null, source: ['there'] }] }],
  ['a row without source', { holidays: [{ holiday: 'christmas', close: null, source: [] }] }],
  ['no hours at all', { hours: [] }],
] as const)('refuses %s that does not exist', ([, part]) => {
  expect(() => new TradingCalendar(SMALL)).not.toThrow();
  expect(() => new TradingCalendar({ ...SMALL, ...part })).toThrow(RangeError);
});
