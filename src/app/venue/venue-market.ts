import type { TimedReport } from '../../adapters/venue-link/protocol.ts';
import { Preflight } from '../../brain/validation/preflight.ts';
import type { EventBatch } from '../../domain/event.ts';
import type { SessionTime } from '../../domain/time.ts';
import type { MatchedVenue } from '../../engine/matched-venue.ts';
import { RunRecorder } from '../../engine/run-recorder.ts';
import { TradingEngine } from '../../engine/trading-engine.ts';
import type { Feed } from '../../feeds/port.ts';
import type { SimulatedExchange } from '../../simulation/exchange/simulated-exchange.ts';
import { createBookCore } from '../book-core.ts';
import { createMarket, createPlainExchange, type SessionPlan } from '../session-setup.ts';

/**
 * The market at which a simulated exchange works orders of another process: feed position, clock, book and exchange. It is the
 * trader's own engine with nobody to decide and its reports taken out at the exchange, so that both sides play the data alike.
 */
export class VenueMarket {
  readonly exchange: SimulatedExchange;
  readonly #engine: TradingEngine;
  readonly #feed: Feed;
  #batch: EventBatch | undefined;
  #index = 0;
  #isFeedOver = false;

  constructor(options: {
    readonly session: SessionPlan;
    readonly feed: Feed;
    readonly window: { readonly from: SessionTime; readonly to: SessionTime };
  }) {
    const { session, feed, window } = options;
    const { settings, instrument, day } = session;
    const market = createMarket(session, feed.description, createBookCore());
    this.#feed = feed;
    this.exchange = createPlainExchange(session, market.book, feed.description);
    const nothing = (): void => undefined;
    this.#engine = new TradingEngine({
      runId: 'venue',
      settings,
      instrument,
      day,
      schedule: market.schedule,
      window,
      groupEnds: feed.description.groupEnds,
      book: market.book,
      analysis: market.analysis,
      venue: withoutReports(this.exchange),
      recorder: new RunRecorder(
        { append: nothing },
        {
          onDecision: nothing,
          onFill: nothing,
          onTrip: nothing,
          onOrderEvent: nothing,
          onAlarm: nothing,
        },
        false,
      ),
      brain: undefined,
      validator: new Preflight(settings.validation, settings.brain),
      script: [],
    });
  }

  /** Plays every event up to and with `to`, and does what is due at the exchange by then. */
  async advance(to: SessionTime): Promise<void> {
    const engine = this.#engine;
    engine.wake();
    while (!engine.isOver && !this.#isFeedOver) {
      if (this.#batch === undefined || this.#index >= this.#batch.count) {
        this.#batch = await this.#feed.next();
        this.#index = 0;
        if (this.#batch === undefined) {
          this.#isFeedOver = true;
          engine.closeFeed();
          return;
        }
      }
      const { count } = this.#batch;
      this.#index = engine.advance(this.#batch, this.#index, to, count);
      if (this.#index < count) {
        if (!engine.isOver) engine.advanceClock(to);
        return;
      }
    }
  }

  /** The market stops: what still works expires. */
  async finish(at: SessionTime): Promise<void> {
    await this.advance(at);
    this.exchange.expireAll(at);
  }

  /** Messages are on their way to the exchange. */
  get isBusy(): boolean {
    return this.exchange.nextArrival !== Number.POSITIVE_INFINITY;
  }

  /** Every report that was made since the last call, with when it is known. */
  takeReports(): TimedReport[] {
    const taken: TimedReport[] = [];
    for (;;) {
      const knownAt = this.exchange.nextReport;
      const report = this.exchange.takeReport(knownAt);
      if (report === undefined) return taken;
      taken.push({ knownAt, report });
    }
  }
}

/** The exchange as the market's engine sees it: its reports are for somebody else. */
function withoutReports(exchange: SimulatedExchange): MatchedVenue {
  return {
    get isWatching() {
      return exchange.isWatching;
    },
    get needsEveryEvent() {
      return exchange.needsEveryEvent;
    },
    get watchesQuotes() {
      return exchange.watchesQuotes;
    },
    get nextArrival() {
      return exchange.nextArrival;
    },
    nextReport: Number.POSITIVE_INFINITY,
    takeReport: () => undefined,
    takeNotice: () => undefined,
    requestTruth: (now) => exchange.requestTruth(now),
    submit: (order, now) => exchange.submit(order, now),
    modify: (change, now) => exchange.modify(change, now),
    cancel: (id, now) => exchange.cancel(id, now),
    queueAhead: (id) => exchange.queueAhead(id),
    estimatedAhead: (id) => exchange.estimatedAhead(id),
    watchOn: (stream) => exchange.watchOn(stream),
    handleArrival: (sequence, last) => exchange.handleArrival(sequence, last),
    onEvent: (words, offset, ts) => exchange.onEvent(words, offset, ts),
    onQuotes: (ts) => exchange.onQuotes(ts),
    setOpen: (isOpen, ts) => exchange.setOpen(isOpen, ts),
    expireAll: (ts) => exchange.expireAll(ts),
    capture: () => exchange.capture(),
    restore: () => {
      throw new Error('a venue does not go back');
    },
  };
}
