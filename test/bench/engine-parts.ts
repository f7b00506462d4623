import { join } from 'node:path';
import type { MarketParts, SessionPlan } from '../../src/app/session-setup.ts';
import type { Instrument } from '../../src/domain/instrument.ts';
import type { TradingEngine } from '../../src/engine/trading-engine.ts';
import type { Feed } from '../../src/feeds/port.ts';
import type { Journal } from '../../src/journal/entry.ts';
import type { OrderBook } from '../../src/market/book/order-book.ts';
import type { Release } from './release.ts';

/** Feed, plan and market of a file, as the program makes them. */
export interface Session {
  readonly feed: Feed;
  readonly plan: SessionPlan;
  readonly market: MarketParts;
  readonly book: OrderBook;
}

export async function openSession(
  program: Release,
  file: string,
  settings: readonly string[],
  tickNanos: number | undefined,
): Promise<Session> {
  const feed = await program.openSessionFeed([file], undefined);
  const resolved = program.loadConfig({
    workingFolder: process.cwd(),
    environment: {},
    assignments: settings,
  });
  const asPlanned = program.planSession(feed.description, resolved);
  const instrument: Instrument =
    tickNanos === undefined ? asPlanned.instrument : { ...asPlanned.instrument, tickNanos };
  const plan = { ...asPlanned, instrument };
  const market = program.createMarket(plan, feed.description, program.createBookCore());
  return { feed, plan, market, book: market.book };
}

/**
 * The real engine on a session: with the rules brain and the journal's files in `logsFolder`, or, without that folder,
 * with nobody who decides and nothing that is kept: book and analyzers in the engine's own loop.
 */
export function createEngine(
  program: Release,
  { feed, plan, market }: Session,
  logsFolder: string | undefined,
): { readonly engine: TradingEngine; close(): void } {
  const { settings, instrument, day } = plan;
  const { start, end, session } = market.calendar.dayOn(day, day);
  const runId = 'bench';
  const nothing = (): void => undefined;
  const store =
    logsFolder === undefined
      ? undefined
      : program.SqliteJournal.create(join(logsFolder, `${runId}.db`));
  const log =
    logsFolder === undefined ? undefined : new program.DecisionLog(logsFolder, runId, day);
  const journal: Journal =
    store === undefined || log === undefined
      ? { append: nothing }
      : new program.FanOutJournal([
          store,
          log,
          new program.JournalHasher(program.createSha256(), runId),
        ]);
  const recorder = new program.RunRecorder(
    journal,
    {
      onDecision: nothing,
      onFill: nothing,
      onTrip: (trade) => log?.appendTrade(trade),
      onOrderEvent: nothing,
      onAlarm: nothing,
    },
    false,
  );
  const engine = new program.TradingEngine({
    runId,
    settings,
    instrument,
    day,
    schedule: market.schedule,
    window: { from: session?.open ?? start, to: session?.close ?? end },
    groupEnds: feed.description.groupEnds,
    book: market.book,
    analysis: market.analysis,
    venue: program.createExchange(plan, market.book, feed.description),
    recorder,
    brain:
      logsFolder === undefined
        ? undefined
        : new program.RulesBrain(settings.profile, settings.brain.size, settings.engine.snapshotMs),
    validator: new program.Preflight(settings.validation, settings.brain),
    script: [],
  });
  return {
    engine,
    close() {
      log?.close();
      store?.close();
    },
  };
}
