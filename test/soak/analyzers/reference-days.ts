import type { ReferenceDay } from '../../support/reference-state.ts';

const MS = 1_000_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Days that the soaks reach on which a market does not keep its usual hours: closed, or closed at 13:00 in New York. */
const SPECIAL = {
  stock: new Map([
    ['2025-11-27', 'closed'],
    ['2025-11-28', 'short'],
  ]),
  future: new Map([['2023-12-25', 'closed']]),
} as const;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Wall clock of a zone as if it were UTC, milliseconds: what the platform's own zone data say. */
function clockAt(zone: string, epochMs: number): number {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  formats.set(zone, format);
  const parts = Object.fromEntries(
    format.formatToParts(epochMs).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** When a zone's clock shows `clockMs` (as `clockAt` tells it). */
function whenShows(zone: string, clockMs: number): number {
  let epochMs = clockMs;
  for (let i = 0; i < 3; i++) epochMs += clockMs - clockAt(zone, epochMs);
  return epochMs;
}

/**
 * Trading days by the specification's words and the platform's zone data, without the project's calendars.
 *
 * @param baseMs Midnight UTC that session times count from.
 */
export function referenceDays(
  kind: 'stock' | 'future',
  baseMs: number,
): (ts: number) => ReferenceDay {
  const zone = kind === 'stock' ? 'America/New_York' : 'America/Chicago';
  // the futures' day turns at 17:00: seven hours later it would be midnight
  const turn = kind === 'stock' ? 0 : 7 * HOUR_MS;
  let latest: ReferenceDay | undefined;
  return (ts) => {
    if (latest !== undefined && ts >= latest.start && ts < latest.end) return latest;
    const clock = clockAt(zone, Math.floor((baseMs * MS + ts) / MS)) + turn;
    const date = Math.floor(clock / DAY_MS) * DAY_MS;
    const at = (in_: string, clockMs: number): number => (whenShows(in_, clockMs) - baseMs) * MS;
    const weekday = new Date(date).getUTCDay();
    const special = SPECIAL[kind].get(new Date(date).toISOString().slice(0, 10));
    const isClosed = weekday === 0 || weekday === 6 || special === 'closed';
    const open = kind === 'stock' ? at(zone, date + 9.5 * HOUR_MS) : at(zone, date - turn);
    const close = at(zone, date + (special === 'short' ? 13 : 16) * HOUR_MS);
    latest = {
      start: at(zone, date - turn),
      end: at(zone, date + DAY_MS - turn),
      open: isClosed ? Number.NaN : open,
      close: isClosed ? Number.NaN : close,
      midnight: at('America/New_York', date),
      isShort: special === 'short',
    };
    return latest;
  };
}
