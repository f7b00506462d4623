import { Preflight } from '../brain/validation/preflight.ts';
import type { ResolvedConfig } from '../config/load-config.ts';
import type { AccountState, ActiveOrder, MarketState } from '../domain/market-state.ts';
import { formatTimestamp, type SessionTime } from '../domain/time.ts';
import { RunRecorder } from '../engine/run-recorder.ts';
import { TradingEngine } from '../engine/trading-engine.ts';
import { depthWarningsOf } from '../feeds/depth-label.ts';
import type { FeedDescription } from '../feeds/port.ts';
import { findSessionFiles } from './open-feed.ts';
import {
  chosenSymbol,
  createExchange,
  createMarket,
  type MarketParts,
  openSessionFeed,
  parseAt,
  planSession,
  type SessionPlan,
} from './session-setup.ts';

/** The snapshot at a moment: every event up to and with it applied. The account is one that has not traded. */
export interface StateAt {
  readonly ts: string;
  /** What is not known of the book, a line each. */
  readonly notes: readonly string[];
  readonly state: {
    readonly MARKET_STATE: MarketState;
    readonly ACCOUNT_STATE: AccountState;
    readonly ACTIVE_ORDERS: readonly ActiveOrder[];
  };
}

/**
 * MARKET_STATE at `at`, by the code that a run uses.
 *
 * @throws {FeedError} If the data are damaged or `at` is no time.
 */
export async function marketStateAt(question: {
  readonly data: readonly string[];
  readonly settings: ResolvedConfig;
  /** TIME of the command line. */
  readonly at: string;
}): Promise<StateAt> {
  const { data, settings, at } = question;
  const feed = await openSessionFeed(await findSessionFiles(data), chosenSymbol(settings));
  try {
    const plan = planSession(feed.description, settings);
    const market = createMarket(plan, feed.description);
    const until = parseAt(at, data, plan);
    const engine = createObserver(plan, market, feed.description, until);
    for (let batch = await feed.next(); batch !== undefined; batch = await feed.next()) {
      if (engine.advance(batch, 0, until, batch.count) < batch.count) break;
    }
    engine.settle();
    const { account, orders } = engine.question(until);
    return {
      ts: formatTimestamp(plan.day, until),
      notes: depthWarningsOf(feed.description, plan.settings.execution.queueModel),
      state: {
        MARKET_STATE: market.analysis.state(until),
        ACCOUNT_STATE: account,
        ACTIVE_ORDERS: orders,
      },
    };
  } finally {
    await feed.close();
  }
}

/** The engine of a run, with nobody to decide and nothing to play: it measures and does nothing else. */
function createObserver(
  plan: SessionPlan,
  market: MarketParts,
  feed: FeedDescription,
  until: SessionTime,
): TradingEngine {
  const { settings, instrument, day } = plan;
  const nothing = (): void => {};
  const observer = {
    onDecision: nothing,
    onFill: nothing,
    onTrip: nothing,
    onOrderEvent: nothing,
    onAlarm: nothing,
  };
  return new TradingEngine({
    runId: 'state',
    settings,
    instrument,
    day,
    schedule: market.schedule,
    window: { from: until, to: until },
    groupEnds: feed.groupEnds,
    book: market.book,
    analysis: market.analysis,
    venue: createExchange(plan, market.book, feed),
    recorder: new RunRecorder({ append: nothing }, observer, false),
    brain: undefined,
    validator: new Preflight(settings.validation, settings.brain),
    script: [],
  });
}
