import { basename } from 'node:path';
import { TradingCalendar } from '../domain/calendar.ts';
import type { ComparedDay, Comparison } from '../domain/comparison.ts';
import { formatDay } from '../domain/time.ts';
import { type FeedDescription, FeedError } from '../feeds/port.ts';
import { compareDays, type MeasuredDay } from '../market/statistics/compare-days.ts';
import { MarketStatistics } from '../market/statistics/market-statistics.ts';
import {
  renderComparisonJson,
  renderComparisonMarkdown,
  renderComparisonText,
} from '../reports/render-comparison.ts';
import { GeneratedMarket } from '../simulation/generated/generated-market.ts';
import { generatedDay } from './data-generate.ts';
import {
  calendarOf,
  GENERATED_DAY,
  instrumentOf,
  loadCalendar,
  openSessionFeed,
} from './session-setup.ts';

/** What `data compare` was asked for. */
export interface CompareDataOptions {
  readonly files: readonly string[];
  readonly generated: readonly { readonly seed: number; readonly profile?: string }[];
  /** Events of a generated day; the profile's own by default. */
  readonly events?: number;
  /** Best levels a side whose events count; by default the fewest that a day's data know, else all. */
  readonly window?: number;
}

/** A day that can be read from its beginning. */
interface Source {
  readonly day: ComparedDay;
  readonly isTradesOnly: boolean;
  measure(window: number | undefined): Promise<MarketStatistics>;
}

const RENDERINGS = {
  text: renderComparisonText,
  md: renderComparisonMarkdown,
  json: renderComparisonJson,
} as const;

const BATCH = 16_384;

/**
 * Measures days one after the other and holds each against the first.
 *
 * @throws {FeedError} If a file is damaged, of no known kind, or of a day without a session.
 * @throws {RangeError} If there is no such profile.
 */
export async function compareData(options: CompareDataOptions): Promise<Comparison> {
  const sources: Source[] = [];
  for (const path of options.files) sources.push(await fileSource(path));
  for (const { seed, profile } of options.generated)
    sources.push(generatedSource(seed, profile, options.events));
  const known = sources.flatMap(({ day }) => (day.levels === null ? [] : [day.levels]));
  const fewest = known.length === 0 ? undefined : Math.min(...known);
  const window = options.window ?? fewest;
  const measured: MeasuredDay[] = [];
  for (const source of sources) {
    measured.push({
      statistics: await source.measure(window),
      levels: source.day.levels ?? undefined,
      isTradesOnly: source.isTradesOnly,
    });
  }
  return {
    window: window ?? null,
    days: sources.map(({ day }) => day),
    rows: compareDays(measured),
  };
}

export function renderComparison(comparison: Comparison, format: keyof typeof RENDERINGS): string {
  return RENDERINGS[format](comparison);
}

async function fileSource(path: string): Promise<Source> {
  const feed = await openSessionFeed([path], undefined);
  await feed.close();
  const { description } = feed;
  const hours = hoursOf(path, description);
  return {
    day: {
      name: basename(path),
      levels: description.levels ?? null,
      symbol: description.symbol,
      date: formatDay(description.day),
    },
    isTradesOnly: description.depth === 'trades',
    async measure(window) {
      const again = await openSessionFeed([path], undefined);
      const statistics = new MarketStatistics({
        day: description.day,
        tickNanos: instrumentOf(description.symbol, description.dataset).instrument.tickNanos,
        ...hours,
        ...(window === undefined ? {} : { window }),
      });
      try {
        for (let batch = await again.next(); batch !== undefined; batch = await again.next())
          statistics.add(batch);
      } finally {
        await again.close();
      }
      statistics.end();
      return statistics;
    },
  };
}

function generatedSource(
  seed: number,
  profile: string | undefined,
  events: number | undefined,
): Source {
  const calendar = new TradingCalendar(loadCalendar('us-equities'));
  const options = generatedDay({ seed, profile, events, session: GENERATED_DAY, calendar });
  return {
    day: {
      name: `generated, seed ${seed}${profile === undefined ? '' : `, profile ${profile}`}`,
      levels: null,
      symbol: options.symbol,
      date: formatDay(options.day),
    },
    isTradesOnly: false,
    async measure(window) {
      const market = new GeneratedMarket(options);
      const statistics = new MarketStatistics({
        day: options.day,
        tickNanos: options.tickNanos,
        open: options.sessionOpen,
        close: options.sessionClose,
        ...(window === undefined ? {} : { window }),
      });
      for (let batch = market.next(BATCH); batch; batch = market.next(BATCH)) statistics.add(batch);
      statistics.end();
      return statistics;
    },
  };
}

function hoursOf(
  path: string,
  { dataset, day }: FeedDescription,
): { readonly open: number; readonly close: number } {
  const calendar = new TradingCalendar(loadCalendar(calendarOf(dataset)));
  const { session } = calendar.dayOn(day, day);
  if (session !== null) return session;
  throw new FeedError(path, undefined, `${formatDay(day)} has no session to measure`);
}
