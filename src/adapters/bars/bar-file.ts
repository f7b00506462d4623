import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { type DayNumber, parseClock, parseDay } from '../../domain/time.ts';
import { FeedError } from '../../feeds/port.ts';
import { reasonOf } from '../../platform/file-errors.ts';

/** A bar as its line has it. */
export interface Bar {
  readonly day: DayNumber;
  /** Its stamp, nanoseconds after midnight by the exchange's clock: of its start or its end, which the file does not say. */
  readonly stamp: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Line of the file, from 1. */
  readonly line: number;
}

export interface BarFile {
  /** In the order of their time. */
  readonly bars: readonly Bar[];
  /** The file had the latest first. */
  readonly isDescending: boolean;
  /** Lines that are no bar, with what is wrong. */
  readonly badLines: readonly {
    readonly line: number;
    readonly day?: DayNumber;
    readonly problem: string;
  }[];
}

const COLUMNS = ['open', 'high', 'low', 'close', 'volume'] as const;
const TIME_COLUMNS = ['datetime', 'timestamp', 'date', 'time'];
const STAMP = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)$/;
const GZIP = [0x1f, 0x8b] as const;

/**
 * Reads minute bars from a CSV file, plain or gzip: a heading with a time column (`datetime`, `timestamp`, `date` or
 * `time`), `open`, `high`, `low`, `close` and `volume`; times `YYYY-MM-DD HH:MM[:SS]` by the exchange's clock.
 *
 * @throws {FeedError} If it cannot be read, or its heading is another.
 */
export async function readBarFile(path: string): Promise<BarFile> {
  const text = await textOf(path);
  const [heading = '', ...lines] = text.split(/\r?\n/);
  const names = heading.split(',').map((name) => name.trim().toLowerCase());
  const timeAt = names.findIndex((name) => TIME_COLUMNS.includes(name));
  const at = COLUMNS.map((name) => names.indexOf(name));
  const missing = COLUMNS.filter((_, index) => at[index] === -1);
  if (timeAt < 0 || missing.length > 0) {
    throw new FeedError(
      path,
      0,
      `is no file of bars: its heading lacks ${[...(timeAt < 0 ? ['datetime'] : []), ...missing].join(', ')}`,
    );
  }
  const bars: Bar[] = [];
  const badLines: { line: number; day?: DayNumber; problem: string }[] = [];
  lines.forEach((content, index) => {
    if (content === '') return;
    const line = index + 2;
    const cells = content.split(',');
    const bar = barOf(
      cells[timeAt]?.trim() ?? '',
      at.map((column) => cells[column]?.trim() ?? ''),
      line,
    );
    if ('problem' in bar) badLines.push({ line, ...bar });
    else bars.push(bar);
  });
  const [first] = bars;
  const last = bars.at(-1);
  const isDescending = first !== undefined && last !== undefined && timeOrder(first, last) > 0;
  return { bars: bars.toSorted(timeOrder), isDescending, badLines };
}

async function textOf(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    return (bytes[0] === GZIP[0] && bytes[1] === GZIP[1] ? gunzipSync(bytes) : bytes).toString(
      'utf8',
    );
  } catch (error) {
    throw new FeedError(path, undefined, `can't be read: ${reasonOf(error)}`, { cause: error });
  }
}

function barOf(
  time: string,
  cells: readonly string[],
  line: number,
): Bar | { readonly day?: DayNumber; readonly problem: string } {
  const [, date = '', clock = ''] = STAMP.exec(time) ?? [];
  const day = parseDay(date);
  const stamp = parseClock(clock);
  if (day === undefined || stamp === undefined) {
    return { problem: `"${time}" is no YYYY-MM-DD HH:MM[:SS]` };
  }
  const bad = cells.findIndex((cell) => cell === '' || !Number.isFinite(Number(cell)));
  if (bad >= 0) return { day, problem: `${COLUMNS[bad] ?? ''} "${cells[bad] ?? ''}" is no number` };
  const [open = 0, high = 0, low = 0, close = 0, volume = 0] = cells.map(Number);
  if (volume < 0) return { day, problem: `volume ${volume} is negative` };
  if (low <= 0 || low > Math.min(open, close) || high < Math.max(open, close)) {
    return {
      day,
      problem: `open ${open}, high ${high}, low ${low}, close ${close} are no prices of one bar`,
    };
  }
  return { day, stamp, open, high, low, close, volume, line };
}

function timeOrder(a: Bar, b: Bar): number {
  return a.day - b.day || a.stamp - b.stamp;
}
