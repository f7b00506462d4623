import { expect, test } from 'vitest';
import { SessionSchedule } from '../../src/domain/session-schedule.ts';
import { formatClock, NS_PER_HOUR, parseDay } from '../../src/domain/time.ts';
import { SessionClock } from '../../src/engine/session-clock.ts';
import { readCalendar } from '../support/market-rig.ts';

/** Every edge from `hour` UTC of the date on, as the exchange's clock shows it, with whether trading is open from there. */
function edgesOf(
  name: 'us-equities' | 'cme-globex',
  date: string,
  hour: number,
  flattenAt: string,
) {
  const schedule = new SessionSchedule(readCalendar(name), parseDay(date) ?? Number.NaN);
  const clock = new SessionClock(schedule, flattenAt);
  const told = (ts: number): string => formatClock(ts + schedule.zoneOffsetAt(ts)).slice(0, 5);
  const edges: string[] = [];
  let ts = hour * NS_PER_HOUR;
  let flatten = '';
  do {
    const { isOpen, hasDayTurned } = clock.reach(ts);
    edges.push(`${told(ts)} ${isOpen ? 'open' : 'shut'}${hasDayTurned ? ' turn' : ''}`);
    if (hasDayTurned && flatten === '') flatten = told(clock.flattenAt);
    ts = clock.nextEdge;
  } while (edges.length < 8 && ts < 30 * NS_PER_HOUR);
  return { edges: edges.join(', '), flatten };
}

test('a share opens and closes once', () => {
  expect(edgesOf('us-equities', '2025-10-15', 5, '15:55')).toEqual({
    edges: '01:00 shut turn, 09:30 open, 16:00 shut, 00:00 shut turn',
    flatten: '15:55',
  });
});

test('an equity index future of 2014 pauses at 15:15 and closes at 16:15', () => {
  expect(edgesOf('cme-globex', '2014-06-11', 12, '15:55')).toEqual({
    edges: '07:00 open turn, 15:15 shut, 15:30 open, 16:15 shut, 17:00 open turn',
    flatten: '15:55',
  });
});

test('one of 2012 closes at 15:15, so that it is flattened as long before as it otherwise is before 16:00', () => {
  expect(edgesOf('cme-globex', '2012-06-13', 12, '15:55')).toEqual({
    edges: '07:00 open turn, 15:15 shut, 15:30 open turn, 16:30 shut, 17:00 open',
    flatten: '15:10',
  });
});

test('one that halts at noon is flattened as long before', () => {
  expect(edgesOf('cme-globex', '2025-01-20', 12, '15:55')).toEqual({
    edges: '06:00 open turn, 12:00 shut, 17:00 open turn',
    flatten: '11:55',
  });
});
