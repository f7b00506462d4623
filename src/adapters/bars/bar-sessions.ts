import type { TradingCalendar } from '../../domain/calendar.ts';
import { cumulate } from '../../domain/session-volume.ts';
import { type DayNumber, formatDay, NS_PER_MINUTE } from '../../domain/time.ts';
import { zoneOffsetAt } from '../../domain/zone.ts';
import type { Bar, BarFile } from './bar-file.ts';

/** Which bars of a file are wanted, and how they are to be read. */
export interface BarReading {
  readonly calendar: TradingCalendar;
  /** Trading days, both included. */
  readonly from: DayNumber | undefined;
  readonly to: DayNumber | undefined;
  /** Whether a stamp is its bar's start or end; `undefined`: the file must show it. */
  readonly stamp: 'start' | 'end' | undefined;
}

/** A session as its bars have it. */
interface BarSession {
  readonly date: DayNumber;
  readonly cumulative: readonly number[];
}

/** What the bars of a file come to: sessions, or why none can be had; in either case what was met on the way. */
export type BarSessions = {
  /** Facts that a reader of the result should know, one a line. */
  readonly notes: readonly string[];
  /** Days whose bars are not used, with the reason. */
  readonly leftOut: readonly { readonly date: string; readonly why: string }[];
} & ({ readonly sessions: readonly BarSession[] } | { readonly problem: string });

/** A day's bars that lie in its session, each in its place. */
interface DayBars {
  readonly date: DayNumber;
  /** Volume of each bar of the session in order; `undefined` where there is none. */
  readonly volumes: readonly (number | undefined)[];
  readonly total: number;
  readonly firstOpen: number;
  readonly lastClose: number;
}

interface Session {
  readonly date: DayNumber;
  /** Nanoseconds after midnight of the exchange's clock. */
  readonly open: number;
  readonly close: number;
}

/** The share of a session's bars that must be there. */
const MIN_PRESENT = 0.95;
/** A bar between the first and the last with more of the session's volume than this is an error. */
const MAX_BAR_SHARE = 1 / 3;
/** Neighbouring sessions whose volumes differ by more than this were counted in different units, or at other venues. */
const MAX_RATIO = 8;
/** A price that moves by more than this from one session to the next: a split, most likely. */
const MAX_PRICE_RATIO = 1.4;

/**
 * Turns bars into sessions of volume by minute, and checks them: order, step, stamps, hours, doubles, gaps, outliers, and
 * whether the unit of the volume stays the same. A bar of several minutes is spread evenly over them.
 */
export function barSessionsOf(file: BarFile, reading: BarReading): BarSessions {
  const { calendar, from, to } = reading;
  const bars = file.bars.filter(
    ({ day }) => (from === undefined || day >= from) && (to === undefined || day <= to),
  );
  const notes: string[] = [];
  const leftOut = new Map<DayNumber, string>();
  if (file.isDescending) notes.push('the latest bar came first; put in order');
  for (const { line, day, problem } of file.badLines) {
    notes.push(`line ${line}: ${problem}`);
    if (day !== undefined) leftOut.set(day, `line ${line} is no bar`);
  }
  const end = (problem: string): BarSessions => ({ notes, leftOut: listed(leftOut), problem });

  const step = stepOf(bars);
  if (step === undefined)
    return end('has no two bars of one day from which their length could be told');
  if (step % NS_PER_MINUTE !== 0)
    return end(`has bars of ${step / 1e9} s; whole minutes are needed`);
  if (step > NS_PER_MINUTE) {
    notes.push(`bars of ${step / NS_PER_MINUTE} minutes, each spread evenly over them`);
  }
  const byDay = Map.groupBy(bars, ({ day }) => day);
  const sessions = new Map<DayNumber, Session>();
  for (const day of byDay.keys()) {
    const session = sessionOn(calendar, day);
    if (session === undefined) leftOut.set(day, 'the exchange was closed');
    else if (!leftOut.has(day)) sessions.set(day, session);
  }
  const stamp = reading.stamp ?? stampOf(byDay, sessions);
  if (stamp === undefined) {
    return end(
      'does not show whether its bars are stamped at their start or their end; say it with --bar-stamp',
    );
  }
  if (stamp === 'end') notes.push('bars are stamped at their end');

  const days: DayBars[] = [];
  let outside = 0;
  for (const [date, ofDay] of byDay) {
    const session = sessions.get(date);
    if (session === undefined) continue;
    const placed = placeBars(ofDay, session, step, stamp === 'end' ? step : 0);
    outside += placed.outside;
    if ('problem' in placed) leftOut.set(date, placed.problem);
    else days.push(placed.day);
  }
  if (outside > 0) notes.push(`${outside} bars outside the regular session, not counted`);
  const gaps = days.filter(({ volumes }) => volumes.includes(undefined));
  if (gaps.length > 0) {
    const missing = gaps.reduce((sum, { volumes }) => sum + missingIn(volumes), 0);
    notes.push(
      `${missing} bars missing on ${gaps.length} of the days used; counted as without trades`,
    );
  }
  notes.push(...priceJumps(days));
  const changes = unitChanges(days);
  if (changes.length > 0) {
    return end(
      `the volume's unit or source changes: ${changes.join('; ')}. Volumes on its two sides do not compare: choose days with --from and --to`,
    );
  }
  return {
    notes,
    leftOut: listed(leftOut),
    sessions: days.map(({ date, volumes }) => ({
      date,
      cumulative: cumulate(volumes.flatMap((volume) => spread(volume ?? 0, step / NS_PER_MINUTE))),
    })),
  };
}

function sessionOn(calendar: TradingCalendar, date: DayNumber): Session | undefined {
  const { session } = calendar.dayOn(date, date);
  if (session === null) return undefined;
  const clock = (ts: number): number => ts + zoneOffsetAt(calendar.zone, date, ts);
  return { date, open: clock(session.open), close: clock(session.close) };
}

/** The commonest distance between a day's bars. */
function stepOf(bars: readonly Bar[]): number | undefined {
  const counts = new Map<number, number>();
  bars.forEach((bar, index) => {
    const previous = bars[index - 1];
    if (previous?.day !== bar.day || previous.stamp === bar.stamp) return;
    const step = bar.stamp - previous.stamp;
    counts.set(step, (counts.get(step) ?? 0) + 1);
  });
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}

/** Bars stamped at their start have one at the open and seldom one at the close; stamped at their end, the reverse. */
function stampOf(
  byDay: ReadonlyMap<DayNumber, readonly Bar[]>,
  sessions: ReadonlyMap<DayNumber, Session>,
): 'start' | 'end' | undefined {
  let opens = 0;
  let closes = 0;
  for (const [day, { open, close }] of sessions) {
    const stamps = byDay.get(day)?.map(({ stamp }) => stamp) ?? [];
    if (stamps.includes(open)) opens++;
    if (stamps.includes(close)) closes++;
  }
  const isMost = (count: number): boolean => count > 0 && count >= 0.9 * sessions.size;
  const isFew = (count: number): boolean => count <= 0.5 * sessions.size;
  if (isMost(opens) && isFew(closes)) return 'start';
  return isMost(closes) && isFew(opens) ? 'end' : undefined;
}

function placeBars(
  bars: readonly Bar[],
  { date, open, close }: Session,
  step: number,
  lead: number,
): { readonly outside: number } & ({ readonly problem: string } | { readonly day: DayBars }) {
  const inside = bars.filter(({ stamp }) => stamp - lead >= open && stamp - lead < close);
  const outside = bars.length - inside.length;
  const volumes: (number | undefined)[] = Array.from({ length: Math.ceil((close - open) / step) });
  for (const { stamp, volume, line } of inside) {
    const place = (stamp - lead - open) / step;
    if (!Number.isInteger(place))
      return { outside, problem: `line ${line} is not on the step of the others` };
    if (volumes[place] !== undefined)
      return { outside, problem: `line ${line} is a second bar of its time` };
    volumes[place] = volume;
  }
  const missing = missingIn(volumes);
  if (missing > (1 - MIN_PRESENT) * volumes.length) {
    return { outside, problem: `${missing} of ${volumes.length} bars are missing` };
  }
  const total = volumes.reduce<number>((sum, volume) => sum + (volume ?? 0), 0);
  if (total === 0) return { outside, problem: 'nothing traded' };
  const outlier = volumes.slice(1, -1).find((volume) => (volume ?? 0) > MAX_BAR_SHARE * total);
  if (outlier !== undefined) {
    return { outside, problem: `a bar has ${outlier} of the day's volume of ${total}` };
  }
  return {
    outside,
    day: {
      date,
      volumes,
      total,
      firstOpen: inside[0]?.open ?? 0,
      lastClose: inside.at(-1)?.close ?? 0,
    },
  };
}

function missingIn(volumes: readonly (number | undefined)[]): number {
  return volumes.filter((volume) => volume === undefined).length;
}

/** Volume a bar, so that half days compare with full ones. */
function levelOf({ total, volumes }: DayBars): number {
  return total / volumes.length;
}

function unitChanges(days: readonly DayBars[]): string[] {
  return days.flatMap((day, index) => {
    const previous = days[index - 1];
    if (previous === undefined) return [];
    const ratio = levelOf(day) / levelOf(previous);
    if (ratio <= MAX_RATIO && ratio >= 1 / MAX_RATIO) return [];
    return [
      `on ${formatDay(day.date)} from ${rounded(previous.total)} to ${rounded(day.total)} a session`,
    ];
  });
}

function priceJumps(days: readonly DayBars[]): string[] {
  return days.flatMap((day, index) => {
    const previous = days[index - 1];
    if (previous === undefined) return [];
    const ratio = day.firstOpen / previous.lastClose;
    if (ratio <= MAX_PRICE_RATIO && ratio >= 1 / MAX_PRICE_RATIO) return [];
    return [
      `on ${formatDay(day.date)} the price goes from ${previous.lastClose} to ${day.firstOpen}: after a split the volumes before it count other shares`,
    ];
  });
}

function spread(volume: number, minutes: number): number[] {
  return Array.from({ length: minutes }, () => volume / minutes);
}

function rounded(volume: number): string {
  return Math.round(volume).toLocaleString('en-US');
}

function listed(leftOut: ReadonlyMap<DayNumber, string>): { date: string; why: string }[] {
  return [...leftOut]
    .toSorted(([a], [b]) => a - b)
    .map(([date, why]) => ({ date: formatDay(date), why }));
}
