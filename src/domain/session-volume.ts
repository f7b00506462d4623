import type { DayNumber } from './time.ts';

/** What one session of the past traded, minute by minute. */
export interface SessionVolume {
  /** Its trading day. */
  readonly date: DayNumber;
  /** Whose volume it is: Databento's dataset, LOBSTER, or what the user named for bars. Volumes of different ones do not compare. */
  readonly dataset: string;
  /** Shares or contracts traded up to the end of each minute after the open. */
  readonly cumulative: readonly number[];
}

/** Turns the volume of each minute into the volume up to its end. */
export function cumulate(perMinute: readonly number[]): number[] {
  let sum = 0;
  return perMinute.map((volume) => {
    sum += volume;
    return sum;
  });
}

/** The latest `most` sessions of a dataset before a trading day, oldest first: what a run of that day may know. */
export function sessionsBefore(
  sessions: readonly SessionVolume[],
  dataset: string,
  day: DayNumber,
  most: number,
): readonly SessionVolume[] {
  return sessions
    .filter((session) => session.dataset === dataset && session.date < day)
    .toSorted((a, b) => a.date - b.date)
    .slice(-most);
}
