import type { TradingCalendar, TradingDay } from '../../domain/calendar.ts';
import {
  ACTION_TRADE,
  EVENT_WORDS,
  type EventBatch,
  eventTimeOf,
  FLAG_SNAPSHOT,
  WORD_SIZE,
  WORD_TAGS,
} from '../../domain/event.ts';
import { SessionSchedule } from '../../domain/session-schedule.ts';
import { cumulate } from '../../domain/session-volume.ts';
import {
  type DayNumber,
  NS_PER_DAY,
  NS_PER_MINUTE,
  type SessionTime,
  toEpochWords,
} from '../../domain/time.ts';

/** A session as its events have it. */
export interface TalliedSession {
  readonly date: DayNumber;
  readonly cumulative: readonly number[];
  /** Why it must not be used; `undefined` where it is whole. */
  readonly problem: string | undefined;
}

interface Tally {
  readonly minutes: number[];
  /** Minutes in which anything happened. */
  readonly isAlive: boolean[];
  /** Of the file that is being read, and of those before it, as times of the trading day's own date. */
  first: number;
  last: number;
  lastBefore: number;
  isOverlapping: boolean;
}

/** A session's data may begin so long after its open and end so long before its close. */
const EDGE_MINUTES = 5;
/** The share of a session's minutes in which an order book's feed must have events. */
const MIN_ALIVE = 0.95;

/**
 * Volume by minute of every session that files have, by the rules of MARKET_STATE: each trade counts in the session of its
 * trading day, and time never runs back. A session may be spread over files.
 */
export class SessionTallies {
  readonly #tallies = new Map<DayNumber, Tally>();
  readonly #calendar: TradingCalendar;
  readonly #areGapsTold: boolean;

  /** @param areGapsTold Whether a minute without any event is a gap: so where every order is told, not where trades are. */
  constructor(calendar: TradingCalendar, areGapsTold: boolean) {
    this.#calendar = calendar;
    this.#areGapsTold = areGapsTold;
  }

  /** Begins a file whose times count from midnight of `base`. Returns what takes its batches. */
  fileReader(base: DayNumber): (batch: EventBatch) => void {
    const schedule = new SessionSchedule(this.#calendar, base);
    for (const tally of this.#tallies.values()) {
      tally.lastBefore = Math.max(tally.lastBefore, tally.last);
      tally.first = Number.POSITIVE_INFINITY;
      tally.last = Number.NEGATIVE_INFINITY;
    }
    const [baseLow, baseHigh] = toEpochWords(base, 0);
    let now = Number.NEGATIVE_INFINITY;
    return ({ words, count }) => {
      for (let at = 0; at < count * EVENT_WORDS; at += EVENT_WORDS) {
        const tags = words[at + WORD_TAGS] ?? 0;
        if ((tags & FLAG_SNAPSHOT) !== 0) continue;
        now = Math.max(now, eventTimeOf(words, at, baseLow, baseHigh));
        const isTrade = ((tags >> 16) & 0xff) === ACTION_TRADE;
        this.#take(schedule, now, isTrade ? (words[at + WORD_SIZE] ?? 0) >>> 0 : 0);
      }
    };
  }

  /** Every session met, oldest first. */
  sessions(): TalliedSession[] {
    return [...this.#tallies]
      .toSorted(([a], [b]) => a - b)
      .map(([date, tally]) => ({
        date,
        cumulative: cumulate(tally.minutes),
        problem: this.#problemOf(tally, this.#calendar.dayOn(date, date)),
      }));
  }

  #take(schedule: SessionSchedule, ts: SessionTime, volume: number): void {
    const { date, session } = schedule.dayAt(ts);
    if (session === null || ts < session.open || ts >= session.close) return;
    const tally = this.#tallyOf(date, Math.ceil((session.close - session.open) / NS_PER_MINUTE));
    const minute = Math.floor((ts - session.open) / NS_PER_MINUTE);
    tally.minutes[minute] = (tally.minutes[minute] ?? 0) + volume;
    tally.isAlive[minute] = true;
    const own = ts - (date - schedule.base) * NS_PER_DAY;
    tally.first = Math.min(tally.first, own);
    tally.last = Math.max(tally.last, own);
    if (tally.first <= tally.lastBefore) tally.isOverlapping = true;
  }

  #tallyOf(date: DayNumber, minutes: number): Tally {
    let tally = this.#tallies.get(date);
    if (tally === undefined) {
      tally = {
        minutes: Array.from({ length: minutes }, () => 0),
        isAlive: Array.from({ length: minutes }, () => false),
        first: Number.POSITIVE_INFINITY,
        last: Number.NEGATIVE_INFINITY,
        lastBefore: Number.NEGATIVE_INFINITY,
        isOverlapping: false,
      };
      this.#tallies.set(date, tally);
    }
    return tally;
  }

  #problemOf(tally: Tally, { session, breaks }: TradingDay): string | undefined {
    if (tally.isOverlapping) return 'two files have the same time of it';
    const { isAlive } = tally;
    const first = isAlive.indexOf(true);
    const last = isAlive.lastIndexOf(true);
    if (first >= EDGE_MINUTES) return `the data begin ${first} minutes after the open`;
    const missingEnd = isAlive.length - 1 - last;
    if (missingEnd >= EDGE_MINUTES) return `the data end ${missingEnd} minutes before the close`;
    const open = session?.open ?? 0;
    const isInBreak = (minute: number): boolean =>
      breaks.some(({ from, to }) => {
        const at = open + minute * NS_PER_MINUTE;
        return at >= from && at < to;
      });
    const silent = isAlive.filter((alive, minute) => !alive && !isInBreak(minute)).length;
    if (this.#areGapsTold && silent > (1 - MIN_ALIVE) * isAlive.length)
      return `${silent} of its ${isAlive.length} minutes have no event`;
    if (tally.minutes.every((volume) => volume === 0)) return 'nothing traded';
    return undefined;
  }
}
