import type { Brain, Validator } from '../brain/port.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { SessionSchedule } from '../domain/session-schedule.ts';
import type { EngineSettings } from '../domain/settings.ts';
import type { DayNumber, SessionTime } from '../domain/time.ts';
import type { FeedDescription } from '../feeds/port.ts';
import type { OrderBook } from '../market/book/order-book.ts';
import type { MarketAnalysis } from '../market/market-analysis.ts';
import type { CarriedDay } from '../risk/carried-day.ts';
import type { MatchedVenue } from './matched-venue.ts';
import type { ScriptAction } from './order-script.ts';
import type { RunRecorder } from './run-recorder.ts';

export interface TradingEngineOptions {
  readonly runId: string;
  readonly settings: EngineSettings;
  readonly instrument: Instrument;
  readonly day: DayNumber;
  readonly schedule: SessionSchedule;
  /** When the run trades; what the feed has before it builds the book. */
  readonly window: { readonly from: SessionTime; readonly to: SessionTime };
  readonly groupEnds: FeedDescription['groupEnds'];
  readonly book: OrderBook;
  readonly analysis: MarketAnalysis;
  readonly venue: MatchedVenue;
  readonly recorder: RunRecorder;
  /** Who decides; a script's orders are played instead of asking anybody. */
  readonly brain: Brain | undefined;
  readonly validator: Validator;
  readonly script: readonly ScriptAction[];
  /** Given in a run of the present: what is known of its feed, its venue and its account beside the market. */
  readonly present?: Present;
  /** What earlier runs of the same trading day leave; nothing by default. */
  readonly carried?: CarriedDay;
}

/** What a run of the present has that a recorded one has not. */
export interface Present {
  /** What the ids of the run's orders begin with: unlike those of any other run that the venue has seen. */
  readonly idPrefix: string;
  /** What the account held before the run, bought less sold: shown, and not touched. */
  readonly positionBefore: number;
  /** False in a live run that nobody has confirmed. */
  readonly isArmed: boolean;
  /** Why the feed cannot be relied on now; `undefined` while it can. */
  feedTrouble(): string | undefined;
  /** Why the venue cannot be reached now; `undefined` while it can. */
  venueTrouble(): string | undefined;
}
