import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CALENDAR_NAMES } from '../../src/domain/instrument.ts';
import { dayOf, NS_PER_DAY, NS_PER_HOUR, weekdayOf } from '../../src/domain/time.ts';
import { fromZoneClock, nthWeekday, type Zone, zoneOffsetAt } from '../../src/domain/zone.ts';
import { readCalendar } from '../support/market-rig.ts';

const FIRST = dayOf(2010, 1, 1);
const LAST = dayOf(2028, 12, 31);
const anyDay = fc.integer({ min: FIRST, max: LAST });

describe.each(CALENDAR_NAMES)('the trading days of %s, 2010 to 2028', (name) => {
  const calendar = readCalendar(name);

  test('follow each other without gap or overlap, and their sessions lie inside them in order', () => {
    let lastClose = Number.NEGATIVE_INFINITY;
    for (let date = FIRST; date <= LAST; date++) {
      const shift = (date - FIRST) * NS_PER_DAY;
      const { start, end, session, breaks, tradeDate } = calendar.dayOn(date, date);
      const next = calendar.dayOn(date + 1, date);
      expect(next.start).toBe(end);
      expect(start).toBeLessThan(end);
      expect(tradeDate).toBeGreaterThanOrEqual(date);
      if (session === null) continue;
      expect(weekdayOf(date) % 6).not.toBe(0);
      expect(session.open).toBeGreaterThanOrEqual(start);
      expect(session.close).toBeGreaterThan(session.open);
      expect(session.close).toBeLessThanOrEqual(end);
      let from = session.open;
      for (const pause of breaks) {
        expect(pause.from).toBeGreaterThanOrEqual(from);
        expect(pause.to).toBeGreaterThan(pause.from);
        from = pause.to;
      }
      expect(session.close).toBeGreaterThan(from);
      expect(shift + session.open).toBeGreaterThanOrEqual(lastClose);
      lastClose = shift + session.close;
    }
  });

  test('never run back, and every moment lies in the day it is said to belong to', () => {
    fc.assert(
      fc.property(
        anyDay,
        fc.integer({ min: -3 * NS_PER_DAY, max: 3 * NS_PER_DAY }),
        fc.integer({ min: 0, max: 30 * NS_PER_HOUR }),
        (base, time, later) => {
          const date = calendar.tradingDayOf(base, time);
          const { start, end } = calendar.dayOn(date, base);
          expect(time).toBeGreaterThanOrEqual(start);
          expect(time).toBeLessThan(end);
          expect(calendar.tradingDayOf(base, time + later)).toBeGreaterThanOrEqual(date);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('are the same whatever day their times are told in', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -40, max: 40 }), (date, offset) => {
        const here = calendar.dayOn(date, date);
        const there = calendar.dayOn(date, date + offset);
        expect(there.start + offset * NS_PER_DAY).toBe(here.start);
        expect(there.session?.close).toBe(
          here.session === null ? undefined : here.session.close - offset * NS_PER_DAY,
        );
      }),
      { numRuns: 300 },
    );
  });
});

// Energy Policy Act of 2005, section 110
describe.each([
  ['America/New_York', 5],
  ['America/Chicago', 6],
] as const)('the clock of %s', (zone: Zone, standard) => {
  test('goes forward at 02:00 of March’s second Sunday and back at 02:00 of November’s first, to the nanosecond', () => {
    for (let year = 2010; year <= 2028; year++) {
      const spring = nthWeekday(year, 3, 0, 2);
      const autumn = nthWeekday(year, 11, 0, 1);
      const forward = (2 + standard) * NS_PER_HOUR;
      const back = (2 + standard - 1) * NS_PER_HOUR;
      const offsets = [
        zoneOffsetAt(zone, spring, forward - 1),
        zoneOffsetAt(zone, spring, forward),
        zoneOffsetAt(zone, autumn, back - 1),
        zoneOffsetAt(zone, autumn, back),
      ].map((offset) => offset / NS_PER_HOUR);
      expect(offsets, String(year)).toEqual([-standard, 1 - standard, 1 - standard, -standard]);
    }
  });

  test('is read back as the moment it shows, but for the hour that is skipped or comes twice', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -NS_PER_DAY, max: 2 * NS_PER_DAY }), (base, time) => {
        const clock = time + zoneOffsetAt(zone, base, time);
        const back = fromZoneClock(zone, base, clock, base);
        // the second of two equal hours is read as the first
        expect([0, NS_PER_HOUR]).toContain(time - back);
      }),
      { numRuns: 500 },
    );
  });
});
