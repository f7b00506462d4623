import type { ResolvedConfig } from '../config/load-config.ts';
import type { AccountState, ActiveOrder, MarketState } from '../domain/market-state.ts';
import { formatTimestamp } from '../domain/time.ts';
import { depthWarningsOf } from '../feeds/depth-label.ts';
import { createObserverEngine } from './observer-engine.ts';
import { findSessionFiles } from './open-feed.ts';
import {
  chosenSymbol,
  createMarket,
  openSessionFeed,
  parseAt,
  planSession,
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
    const engine = createObserverEngine(plan, market, feed.description, { from: until, to: until });
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
