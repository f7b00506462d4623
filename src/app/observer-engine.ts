import type { Brain } from '../brain/port.ts';
import { Preflight } from '../brain/validation/preflight.ts';
import { RunRecorder } from '../engine/run-recorder.ts';
import { TradingEngine } from '../engine/trading-engine.ts';
import type { TradingEngineOptions } from '../engine/trading-engine-options.ts';
import type { FeedDescription } from '../feeds/port.ts';
import { createExchange, type MarketParts, type SessionPlan } from './session-setup.ts';

/** The engine of a run that trades nothing and keeps nothing. `brain`: who looks on, if anybody. */
export function createObserverEngine(
  plan: SessionPlan,
  market: MarketParts,
  feed: FeedDescription,
  window: TradingEngineOptions['window'],
  brain?: Brain,
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
    runId: 'observation',
    settings,
    instrument,
    day,
    schedule: market.schedule,
    window,
    groupEnds: feed.groupEnds,
    book: market.book,
    analysis: market.analysis,
    venue: createExchange(plan, market.book, feed),
    recorder: new RunRecorder({ append: nothing }, observer, false),
    brain,
    validator: new Preflight(settings.validation, settings.brain),
    script: [],
  });
}
