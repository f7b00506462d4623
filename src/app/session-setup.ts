import { join } from 'node:path';
import { configFolders, PACKAGE_CONFIG_FOLDER } from '../config/config-folder.ts';
import { configSha256Of, toEngineSettings } from '../config/engine-settings.ts';
import { loadInstruments } from '../config/instruments.ts';
import type { ResolvedConfig } from '../config/load-config.ts';
import { type CalendarData, type CalendarName, TradingCalendar } from '../domain/calendar.ts';
import type { Instrument } from '../domain/instrument.ts';
import { parseMarketTime } from '../domain/market-time.ts';
import { Random } from '../domain/random.ts';
import { SessionSchedule } from '../domain/session-schedule.ts';
import type { EngineSettings } from '../domain/settings.ts';
import { type DayNumber, dayOf, NS_PER_SECOND, type SessionTime } from '../domain/time.ts';
import { type Feed, type FeedDescription, FeedError } from '../feeds/port.ts';
import type { BookCore } from '../market/book/book-memory.ts';
import { OrderBook } from '../market/book/order-book.ts';
import { MarketAnalysis } from '../market/market-analysis.ts';
import { readJsonFile } from '../platform/json-file.ts';
import { SimulatedExchange } from '../simulation/exchange/simulated-exchange.ts';
import { openFeed } from './open-feed.ts';

const SECONDS_PER_DAY = 86_400;

/** A generated market's day when none is asked for: an ordinary Wednesday. */
export const GENERATED_DAY = dayOf(2025, 10, 15);

/** A calendar of config/calendars, as data. */
export function loadCalendar(name: CalendarName): CalendarData {
  return readShipped(join('calendars', `${name}.json`)) as CalendarData;
}

/** Which calendar a dataset follows: CME's Globex its own, everything else that is read here US stocks. */
export function calendarOf(dataset: string): CalendarName {
  return dataset.startsWith('GLBX.') ? 'cme-globex' : 'us-equities';
}

/** The trading day of a moment, for feeds that must name their own. */
export function tradingDayOf(dataset: string, epochSeconds: number): DayNumber {
  const base = Math.floor(epochSeconds / SECONDS_PER_DAY);
  const calendar = new TradingCalendar(loadCalendar(calendarOf(dataset)));
  return calendar.tradingDayOf(base, (epochSeconds - base * SECONDS_PER_DAY) * NS_PER_SECOND);
}

/** What a session rests on besides its feed: plain data, so that it can go to another thread. */
export interface SessionPlan {
  readonly instrument: Instrument;
  readonly settings: EngineSettings;
  readonly configSha256: string;
  readonly day: DayNumber;
  readonly calendar: CalendarData;
  readonly intradayCurve: readonly number[] | null;
}

/** The symbol to look for in files: the one that the user chose, else the files' own. */
export function chosenSymbol({ isSymbolChosen, config }: ResolvedConfig): string | undefined {
  return isSymbolChosen ? config.symbol : undefined;
}

/**
 * Opens files for one instrument.
 *
 * @throws {FeedError} As `openFeed` does.
 */
export function openSessionFeed(
  paths: readonly string[],
  symbol: string | undefined,
): Promise<Feed> {
  return openFeed({ paths, symbol, tradingDayOf });
}

/**
 * Reads `--at`, a TIME of the command line, for a session.
 *
 * @throws {FeedError} If it is none.
 */
export function parseAt(
  text: string,
  data: readonly string[],
  { day, calendar }: SessionPlan,
): SessionTime {
  const time = parseMarketTime(text, day, new TradingCalendar(calendar));
  if (time !== undefined) return time;
  throw new FeedError(
    data.join(', '),
    undefined,
    `--at ${text} is no time: HH:MM[:SS[.fffffffff]] or ISO 8601`,
  );
}

/** Finds instrument, settings and calendar for what a feed says of itself. */
export function planSession(
  feed: Pick<FeedDescription, 'symbol' | 'dataset' | 'day'>,
  resolved: ResolvedConfig,
): SessionPlan {
  const calendar = calendarOf(feed.dataset);
  const instruments = loadInstruments(configFolders(process.cwd()));
  const entry = instruments.entryOf(feed.symbol, calendar === 'cme-globex' ? 'futures' : 'stocks');
  const settings = toEngineSettings(resolved.forInstrument(entry).config);
  return {
    instrument: entry.instrument,
    settings,
    configSha256: configSha256Of(settings),
    day: feed.day,
    calendar: loadCalendar(entry.instrument.calendar),
    intradayCurve: calendar === 'us-equities' ? loadIntradayCurve() : null,
  };
}

/** The parts of a session that measure the market. */
export interface MarketParts {
  readonly calendar: TradingCalendar;
  readonly schedule: SessionSchedule;
  readonly book: OrderBook;
  readonly analysis: MarketAnalysis;
}

/** Builds book and analyzers for a plan. */
export function createMarket(plan: SessionPlan, core?: BookCore): MarketParts {
  const { instrument, settings, day } = plan;
  const calendar = new TradingCalendar(plan.calendar);
  const schedule = new SessionSchedule(calendar, day);
  const { absorption, book: bookSettings } = settings.analyzers;
  const book = new OrderBook(
    instrument.tickNanos,
    Math.max(absorption.windowSecs, bookSettings.flowWindowSecs),
    core,
  );
  const analysis = new MarketAnalysis({
    instrument,
    book,
    settings: settings.analyzers,
    schedule,
    history: { sessions: [], intradayCurve: plan.intradayCurve },
  });
  return { calendar, schedule, book, analysis };
}

function loadIntradayCurve(): readonly number[] {
  const curve = readShipped(join('curves', 'us-equities-intraday.json')) as {
    readonly cumulativeShares: readonly number[];
  };
  return curve.cumulativeShares;
}

/** A file that ships with the program: its absence is a broken installation, not a user's mistake. */
function readShipped(name: string): unknown {
  const path = join(PACKAGE_CONFIG_FOLDER, name);
  const reading = readJsonFile(path);
  if ('problem' in reading) throw new Error(`${path}: ${reading.problem}`);
  return reading.json;
}

/** The simulated exchange that a plan's orders are played at. */
export function createExchange(
  { instrument, settings, day }: SessionPlan,
  book: OrderBook,
): SimulatedExchange {
  return new SimulatedExchange({
    book,
    instrument,
    execution: settings.execution,
    latency: settings.latency,
    random: new Random(settings.seed),
    day,
  });
}
