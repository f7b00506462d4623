import type { Brain, Question, RawCall } from '../brain/port.ts';
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
  /** Trades where it is there, at most once a snapshot, and without the limits of risk: nothing is at stake. */
  readonly decide?: (question: Question) => RawCall | undefined;
  /** What became of what it did. */
  readonly onOutcome?: Brain['onOutcome'];
}

/**
 * Plays data through the engine of a run with a brain that only looks on.
 *
 * @throws {FeedError} If the data are damaged.
 */
export async function observeMarket(options: ObservationOptions): Promise<SessionPlan> {
  const { data, settings, onSnapshot, decide } = options;
  const feed = await openSessionFeed(await findSessionFiles(data), chosenSymbol(settings));
  try {
    const plan = planSession(feed.description, settings);
    const market = createMarket(plan, feed.description, createBookCore());
    const { start, end, session } = market.calendar.dayOn(plan.day, plan.day);
    const window = options.windowOf(plan, {
      from: session?.open ?? start,
      to: session?.close ?? end,
    });
    const observe = (question: Question) => onSnapshot(question, plan);
    const { snapshotMs } = plan.settings.engine;
    const brain =
      decide === undefined
        ? onlooker(observe)
        : { ...onlooker(observe), ...trading(decide, snapshotMs, options.onOutcome) };
    const played = decide === undefined ? plan : withoutLimits(plan);
    const engine = createObserverEngine(played, market, feed.description, window, brain);
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

function trading(
  decide: (question: Question) => RawCall | undefined,
  intervalMs: number,
  onOutcome: Brain['onOutcome'],
): Pick<Brain, 'ask' | 'intervalMs' | 'onOutcome'> {
  return {
    intervalMs,
    ask(question) {
      const call = decide(question);
      return call === undefined ? NOTHING : unaskedAnswer([call]);
    },
    ...(onOutcome === undefined ? {} : { onOutcome }),
  };
}

/** Hours, stale data and a halted stock still count; how much is traded and lost does not. */
function withoutLimits(plan: SessionPlan): SessionPlan {
  const { settings } = plan;
  const most = Number.MAX_SAFE_INTEGER / 1e9;
  const risk = {
    ...settings.risk,
    dailyLossUsd: most,
    dailyTrades: most,
    ordersPerSecond: most,
    ordersPerSession: most,
    maxSpread: most,
    maxSpreadOpenDrive: most,
    maxNotionalUsd: most,
    maxPosition: most,
  };
  return { ...plan, settings: { ...settings, risk } };
}

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
