import { NS_PER_SECOND, parseDay, parseTimestamp, type SessionTime } from '../domain/time.ts';

/** Nanoseconds of a report's time stamp from the day that `reference` falls on, exact within a hundred days of it. */
export function nanosOf(ts: string, reference: string): SessionTime {
  const day = parseDay(reference.slice(0, 10));
  const time = day === undefined ? undefined : parseTimestamp(ts, day);
  if (time === undefined) throw new RangeError(`not a time stamp: ${ts}`);
  return time;
}

/** Seconds from one time stamp to a later one. */
export function secondsBetween(from: string, to: string): number {
  return (nanosOf(to, from) - nanosOf(from, from)) / NS_PER_SECOND;
}
