import { join, resolve } from 'node:path';
import { configFolders, PACKAGE_CONFIG_FOLDER } from '../config/config-folder.ts';
import { loadIntradayCurve } from '../config/curves.ts';
import { configSha256Of, toEngineSettings } from '../config/engine-settings.ts';
import { type InstrumentEntry, loadInstruments } from '../config/instruments.ts';
import type { ResolvedConfig } from '../config/load-config.ts';
import { type CalendarData, type CalendarName, TradingCalendar } from '../domain/calendar.ts';
import type { Instrument, InstrumentDefinition } from '../domain/instrument.ts';
import { parseMarketTime } from '../domain/market-time.ts';
import { Random } from '../domain/random.ts';
import { SessionSchedule } from '../domain/session-schedule.ts';
import type { EngineSettings } from '../domain/settings.ts';
import { type DayNumber, dayOf, NS_PER_SECOND, type SessionTime } from '../domain/time.ts';
import { type Feed, type FeedDescription, FeedError } from '../feeds/port.ts';
import type { VolumeHistory } from '../market/analyzers/relative-volume.ts';
import type { BookCore } from '../market/book/book-memory.ts';
import { OrderBook } from '../market/book/order-book.ts';
import { MarketAnalysis } from '../market/market-analysis.ts';
import { readJsonFile } from '../platform/json-file.ts';
import { ShadowedExchange } from '../simulation/assumptions/shadowed-exchange.ts';
import type { Variant } from '../simulation/assumptions/variants.ts';
import { SimulatedExchange } from '../simulation/exchange/simulated-exchange.ts';
import { defineInstrument } from './define-instrument.ts';
import { type KnownHistory, knownHistory, readHistory } from './history/history-store.ts';
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
  /** The file whose definition of the instrument counts; `undefined` where the configured one does. */
  readonly definedBy: string | undefined;
  /** One line where definition and configuration contradict each other. */
  readonly contradiction: string | undefined;
  readonly settings: EngineSettings;
  readonly configSha256: string;
  readonly day: DayNumber;
  readonly calendar: CalendarData;
  /** Volume of earlier sessions, and the curve that stands in for it. */
  readonly history: VolumeHistory;
  /** What the earlier sessions are, for the run's header. */
  readonly historyHeader: KnownHistory['header'];
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

/**
 * The instrument that a dataset means by a symbol. `definition`: its feed's own.
 *
 * @throws {ConfigError} If it is a future that neither config/instruments nor the feed defines.
 */
export function instrumentOf(
  symbol: string,
  dataset: string,
  definition?: InstrumentDefinition,
): InstrumentEntry {
  const market = calendarOf(dataset) === 'us-equities' ? 'stocks' : 'futures';
  return loadInstruments(configFolders(process.cwd())).entryOf(symbol, market, definition);
}

/**
 * Finds instrument, settings, calendar and earlier volume for what a feed says of itself. Its own definition of the
 * instrument counts.
 *
 * @throws {ConfigError} If the instrument is not known, {FeedError} if its volume history was damaged.
 */
export function planSession(
  feed: Pick<FeedDescription, 'symbol' | 'dataset' | 'day' | 'definition'>,
  resolved: ResolvedConfig,
): SessionPlan {
  const entry = instrumentOf(feed.symbol, feed.dataset, feed.definition);
  const { config } = resolved.forInstrument(entry);
  const settings = toEngineSettings(config);
  const { metrics } = settings.analyzers;
  const stored = readHistory(resolve(config.paths.cache), feed.symbol);
  const { sessions, header } = knownHistory(stored, feed.dataset, feed.day, metrics.rvolSessions);
  const defined = defineInstrument(entry, feed.definition);
  return {
    ...defined,
    settings,
    configSha256: configSha256Of(settings),
    day: feed.day,
    calendar: loadCalendar(entry.instrument.calendar),
    history: {
      sessions: sessions.map(({ cumulative }) => cumulative),
      intradayCurve: loadIntradayCurve(
        metrics.intradayCurve,
        entry.instrument.calendar,
        configFolders(process.cwd()),
      ),
    },
    historyHeader: header,
  };
}

/** The parts of a session that measure the market. */
export interface MarketParts {
  readonly calendar: TradingCalendar;
  readonly schedule: SessionSchedule;
  readonly book: OrderBook;
  readonly analysis: MarketAnalysis;
}

/** What a feed knows of the book. */
type FeedDepth = Pick<FeedDescription, 'depth' | 'levels'>;
type FeedNature = FeedDepth & Pick<FeedDescription, 'groupEnds'>;

/** Builds book and analyzers for a plan and what its feed knows. */
export function createMarket(
  plan: SessionPlan,
  { depth, levels }: FeedDepth,
  core?: BookCore,
): MarketParts {
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
    history: plan.history,
    knownLevels: depth === 'levels' ? levels : undefined,
  });
  return { calendar, schedule, book, analysis };
}

/** A file that ships with the program: its absence is a broken installation, not a user's mistake. */
function readShipped(name: string): unknown {
  const path = join(PACKAGE_CONFIG_FOLDER, name);
  const reading = readJsonFile(path);
  if ('problem' in reading) throw new Error(`${path}: ${reading.problem}`);
  return reading.json;
}

/** The simulated exchange that a plan's orders are played at, with those of other assumptions beside it. */
export function createExchange(
  plan: SessionPlan,
  book: OrderBook,
  nature: FeedNature,
): SimulatedExchange | ShadowedExchange {
  const { instrument, settings, day } = plan;
  const { execution, latency } = settings;
  const create = (variant: Variant) => createPlainExchange(plan, book, nature, variant);
  return settings.engine.assumptions
    ? new ShadowedExchange({ create, instrument, day, execution, latency })
    : create({});
}

/** The exchange alone: nothing is followed under other assumptions. */
export function createPlainExchange(
  { instrument, settings, day }: SessionPlan,
  book: OrderBook,
  { depth, levels, groupEnds }: FeedNature,
  variant: Variant = {},
): SimulatedExchange {
  const { execution, latency, seed } = settings;
  return new SimulatedExchange({
    book,
    instrument,
    execution,
    latency: { ...latency, orderMs: variant.orderMs ?? latency.orderMs },
    random: new Random(seed),
    day,
    depth,
    knownLevels: levels,
    groupEnds,
    fillModel: variant.fillModel ?? 'queue',
  });
}
