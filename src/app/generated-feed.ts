import { TradingCalendar } from '../domain/calendar.ts';
import { formatDay, NS_PER_MINUTE } from '../domain/time.ts';
import { type Feed, FeedError } from '../feeds/port.ts';
import { GeneratedMarket } from '../simulation/generated/generated-market.ts';
import { TYPICAL_PROFILE } from '../simulation/generated/market-profile.ts';
import type { SessionPlan } from './session-setup.ts';

const BATCH = 16_384;

/** The generated market as a feed: a whole regular session, made while it is played. The same seed, the same day. */
export function openGeneratedFeed({ instrument, settings, day, calendar }: SessionPlan): Feed {
  const { session, start } = new TradingCalendar(calendar).dayOn(day, day);
  if (session === null) {
    throw new FeedError(
      'generated market',
      undefined,
      `there is no session on ${formatDay(day)}; choose another day with --date`,
    );
  }
  const market = new GeneratedMarket({
    events: TYPICAL_PROFILE.events,
    startPriceNanos: TYPICAL_PROFILE.startPriceNanos,
    symbol: instrument.symbol,
    day,
    begin: Math.max(start, session.open - 2 * NS_PER_MINUTE),
    sessionOpen: session.open,
    sessionClose: session.close,
    seed: settings.seed,
    tickNanos: instrument.tickNanos,
  });
  let records = 0;
  return {
    description: {
      format: 'generated',
      source: [`seed ${settings.seed}`],
      symbol: instrument.symbol,
      dataset: 'GENERATED',
      day,
      groupEnds: 'sequence',
      depth: 'orders',
      totalBytes: 0,
    },
    get counts() {
      return { records, bytesRead: 0, skipped: {} };
    },
    async next() {
      const batch = market.next(BATCH);
      records += batch?.count ?? 0;
      return batch;
    },
    async close() {},
  };
}
