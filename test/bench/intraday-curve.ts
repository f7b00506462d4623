/**
 * Makes a curve of config/curves from minute bars: the mean, over the full sessions that pass the checks of `data history`,
 * of the share of the session's volume traded by the end of each minute.
 *
 *     node bin/with-node.mjs test/bench/intraday-curve.ts NAME FILE [FROM TO]...
 *
 * Prints the file, its `source` to be completed by hand. Shares do not depend on the volume's unit, but on whose volume it
 * is: choose spans of one kind.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readBarFile } from '../../src/adapters/bars/bar-file.ts';
import { barSessionsOf } from '../../src/adapters/bars/bar-sessions.ts';
import { type CalendarData, TradingCalendar } from '../../src/domain/calendar.ts';
import { formatDay, parseDay } from '../../src/domain/time.ts';

const [name = '', path = '', ...spans] = process.argv.slice(2);
const calendarFile = new URL('../../config/calendars/us-equities.json', import.meta.url);
const calendar = new TradingCalendar(
  JSON.parse(readFileSync(calendarFile, 'utf8')) as CalendarData,
);
const file = await readBarFile(path);

const pairs =
  spans.length === 0
    ? [['', '']]
    : spans.flatMap((from, at) => (at % 2 === 0 ? [[from, spans[at + 1] ?? '']] : []));
const sessions = pairs.flatMap(([from = '', to = '']) => {
  const read = barSessionsOf(file, {
    calendar,
    from: parseDay(from),
    to: parseDay(to),
    stamp: undefined,
  });
  if ('problem' in read) throw new Error(`${from}: ${read.problem}`);
  return read.sessions;
});
const full = sessions.filter(({ date }) => !calendar.dayOn(date, date).isShort);
const minutes = full[0]?.cumulative.length ?? 0;
const shares = Array.from({ length: minutes }, (_, minute) => {
  const sum = full.reduce((total, { cumulative }) => {
    return total + (cumulative[minute] ?? 0) / (cumulative.at(-1) ?? 1);
  }, 0);
  return Math.round((sum / full.length) * 1e6) / 1e6;
});
const [first] = full;
const last = full.at(-1);
process.stdout.write(
  `${JSON.stringify({
    name,
    calendar: 'us-equities',
    source: `Mean over ${full.length} full regular sessions from ${formatDay(first?.date ?? 0)} to ${formatDay(last?.date ?? 0)} of ${basename(path)}.`,
    unit: 'share of the session’s volume, cumulative, at the end of each minute after the open',
    cumulativeShares: shares,
  })}\n`,
);
