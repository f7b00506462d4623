import { expect, test } from 'vitest';
import { SessionTallies } from '../../../src/app/history/session-tally.ts';
import {
  type DayNumber,
  dayOf,
  NS_PER_DAY,
  NS_PER_HOUR,
  NS_PER_MINUTE,
} from '../../../src/domain/time.ts';
import { EventBatchBuilder } from '../../support/event-batch.builder.ts';
import { readCalendar } from '../../support/market-rig.ts';

/** A Wednesday of summer; 13:30 UTC is the open of New York, 22:00 UTC the turn of Chicago. */
const DAY = dayOf(2025, 10, 15);
const OPEN = 13.5 * NS_PER_HOUR;

/** One trade of `size` in the middle of every minute from `from` to before `to`, in minutes after the open. */
function trades(from: number, to: number, size = 10, day: DayNumber = DAY, open = OPEN) {
  const events = new EventBatchBuilder(day);
  for (let minute = from; minute < to; minute++)
    events.print(open + (minute + 0.5) * NS_PER_MINUTE, 'buy', 100, size);
  return events.build();
}

function stocks(areGapsTold = true): SessionTallies {
  return new SessionTallies(readCalendar('us-equities'), areGapsTold);
}

test('a whole session is its volume up to the end of each minute', () => {
  const tallies = stocks();
  tallies.fileReader(DAY)(trades(-30, 420));
  const [session, ...others] = tallies.sessions();
  expect(others).toEqual([]);
  expect(session).toMatchObject({ date: DAY, problem: undefined });
  expect(session?.cumulative).toEqual(
    Array.from({ length: 390 }, (_, minute) => 10 * (minute + 1)),
  );
});

test('a session may lie in two files, but not twice', () => {
  const split = stocks();
  split.fileReader(DAY)(trades(0, 200));
  split.fileReader(DAY)(trades(200, 390));
  const overlapping = stocks();
  overlapping.fileReader(DAY)(trades(0, 201));
  overlapping.fileReader(DAY)(trades(200, 390));
  const [whole] = split.sessions();
  expect([whole?.problem, whole?.cumulative.at(-1)]).toEqual([undefined, 3900]);
  expect(overlapping.sessions()[0]?.problem).toBe('two files have the same time of it');
});

test.for([
  [5, 390, 'the data begin 5 minutes after the open'],
  [4, 390, undefined],
  [0, 385, 'the data end 5 minutes before the close'],
  [0, 386, undefined],
] as const)('data from minute %i to %i: %s', ([from, to, problem]) => {
  const tallies = stocks();
  tallies.fileReader(DAY)(trades(from, to));
  expect(tallies.sessions()[0]?.problem).toBe(problem);
});

test('a gap is a gap where every order is told, and quiet where trades are', () => {
  for (const [areGapsTold, problem] of [
    [true, '20 of its 390 minutes have no event'],
    [false, undefined],
  ] as const) {
    const tallies = stocks(areGapsTold);
    const take = tallies.fileReader(DAY);
    take(trades(0, 100));
    take(trades(120, 390));
    expect(tallies.sessions()[0]?.problem).toBe(problem);
  }
});

test('a future’s session begins in the file of the day before, and its pause is no gap', () => {
  // trade date 2014-06-11: 17:00 to 16:15 of Chicago, UTC-5, without 15:15 to 15:30
  const calendar = readCalendar('cme-globex');
  const day = dayOf(2014, 6, 11);
  const evening = 22 * NS_PER_HOUR;
  const tallies = new SessionTallies(calendar, true);
  tallies.fileReader(day - 1)(trades(0, 120, 1, day - 1, evening));
  const rest = tallies.fileReader(day);
  // an hour without trades and the pause: together more than the twentieth that may be silent
  rest(trades(120, 1000, 1, day, evening - NS_PER_DAY));
  rest(trades(1060, 22.25 * 60, 1, day, evening - NS_PER_DAY));
  rest(trades(22.5 * 60, 23.25 * 60, 1, day, evening - NS_PER_DAY));
  const [session] = tallies.sessions();
  expect(session).toMatchObject({ date: day, problem: undefined });
  expect(session?.cumulative).toHaveLength(23.25 * 60);
  expect(session?.cumulative.at(-1)).toBe(22 * 60);
});
