import type { Brain, Question } from '../brain/port.ts';
import { unaskedAnswer } from '../brain/unasked-answer.ts';
import type { ResolvedConfig } from '../config/load-config.ts';
import type { SessionTime } from '../domain/time.ts';
import { createBookCore } from './book-core.ts';
import { createObserverEngine } from './observer-engine.ts';
import { findSessionFiles } from './open-feed.ts';
import {
  chosenSymbol,
  createMarket,
  openSessionFeed,
  planSession,
  type SessionPlan,
} from './session-setup.ts';

/** When to look: from the first snapshot to the last. */
export interface ObservedWindow {
  readonly from: SessionTime;
  readonly to: SessionTime;
}

export interface ObservationOptions {
  readonly data: readonly string[];
  readonly settings: ResolvedConfig;
  /** `session`: the regular session of the day, all of the data on a day without one. */
  readonly windowOf: (plan: SessionPlan, session: ObservedWindow) => ObservedWindow;
  /** Told every snapshot as a run's brain would be, of an account that never trades. Valid only while it is called. */
  readonly onSnapshot: (question: Question, plan: SessionPlan) => void;
}

/**
 * Plays data through the engine of a run with a brain that only looks on.
 *
 * @throws {FeedError} If the data are damaged.
 */
export async function observeMarket(options: ObservationOptions): Promise<SessionPlan> {
  const { data, settings, onSnapshot } = options;
  const feed = await openSessionFeed(await findSessionFiles(data), chosenSymbol(settings));
  try {
    const plan = planSession(feed.description, settings);
    const market = createMarket(plan, feed.description, createBookCore());
    const { start, end, session } = market.calendar.dayOn(plan.day, plan.day);
    const window = options.windowOf(plan, {
      from: session?.open ?? start,
      to: session?.close ?? end,
    });
    const brain = onlooker((question) => onSnapshot(question, plan));
    const engine = createObserverEngine(plan, market, feed.description, window, brain);
    for (let batch = await feed.next(); batch !== undefined; batch = await feed.next()) {
      if (engine.advance(batch, 0, window.to, batch.count) < batch.count) break;
    }
    engine.advanceClock(window.to);
    return plan;
  } finally {
    await feed.close();
  }
}

const NOTHING = Object.freeze(
  unaskedAnswer([{ tool: 'wait', arguments: { reasoning: 'looks on' } }]),
);

function onlooker(observe: Brain['observe']): Brain {
  return {
    provider: 'rules',
    model: null,
    intervalMs: Number.MAX_SAFE_INTEGER,
    rules: { long: [], short: [] },
    conditions: { long: {}, short: {} },
    observe,
    ask: () => NOTHING,
  };
}
