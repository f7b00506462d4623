import type { Question } from '../brain/port.ts';
import {
  ACTION_CLEAR,
  ACTION_STATUS,
  ACTION_TRADE,
  EVENT_WORDS,
  type EventBatch,
  eventPriceOf,
  eventTimeOf,
  FLAG_CROSS,
  FLAG_LAST,
  FLAG_MAYBE_BAD_BOOK,
  FLAG_SNAPSHOT,
  hasPrice,
  SIDE_ASK,
  SIDE_BID,
  STATUS_TRADING,
  WORD_SEQUENCE,
  WORD_SIZE,
  WORD_TAGS,
} from '../domain/event.ts';
import { MICROS_PER_UNIT, toDollars } from '../domain/money.ts';
import type { PriceNanos } from '../domain/price.ts';
import {
  formatTimestamp,
  NS_PER_MINUTE,
  NS_PER_MS,
  NS_PER_SECOND,
  type SessionTime,
  toEpochWords,
} from '../domain/time.ts';
import { OrderDesk } from '../execution/order-desk.ts';
import { Portfolio } from '../execution/portfolio.ts';
import { NO_TICK } from '../market/book/book-side.ts';
import {
  SETTLE_ALWAYS,
  SETTLE_BEYOND,
  SETTLE_NEVER,
  SETTLE_ON_TOUCH,
} from '../market/book/layout.ts';
import type { OrderBook } from '../market/book/order-book.ts';
import type { StreamState } from '../market/book/stream-state.ts';
import type { MarketAnalysis } from '../market/market-analysis.ts';
import type { Halt, RiskContext } from '../risk/risk-context.ts';
import { RiskGate } from '../risk/risk-gate.ts';
import { AccountView } from './account-view.ts';
import type { EngineCheckpoint } from './checkpoint.ts';
import { DecisionMaker } from './decision-maker.ts';
import { createDeskJournal } from './desk-journal.ts';
import { type FeedFault, FeedWatch } from './feed-watch.ts';
import type { MatchedVenue } from './matched-venue.ts';
import { effectFactsAt, questionAt, questionFactsAt, riskContextOf } from './moment.ts';
import { ScriptPlayer } from './script-player.ts';
import { SessionClock } from './session-clock.ts';
import type { TradingEngineOptions } from './trading-engine-options.ts';

const NEVER = Number.POSITIVE_INFINITY;

/**
 * The engine: one writer, one thread. Events go in in feed order; book, analyzers, exchange and everything that is due by
 * market time happen in one order that rests on the data alone, however the events are batched or paced.
 *
 * What shares a time stamp happens at once: whatever is due at a time happens after the last event of that time, and
 * never inside an event group. Of things due at one time: arrivals at the venue, its reports, the desk's timers, a
 * decision's effect, the script, the snapshot.
 */
export class TradingEngine {
  readonly desk: OrderDesk;
  readonly account: AccountView;
  readonly risk: RiskGate;
  readonly decisions: DecisionMaker | undefined;
  /** Whether the feed can be believed. */
  readonly feedWatch: FeedWatch;
  readonly options: TradingEngineOptions;
  /** Events applied, and trades among them. */
  events = 0;
  trades = 0;
  /** Moments that a reader may step to: counted by the engine, read by the runner. */
  snapshots = 0;
  fills = 0;

  // of the options, what every time stamp asks for
  readonly #venue: MatchedVenue;
  readonly #analysis: MarketAnalysis;
  readonly #book: OrderBook;
  readonly #script: ScriptPlayer;
  readonly #session: SessionClock;
  /** Plain orders alone: nothing is added to them, no flattening either. */
  readonly #isScripted: boolean;
  readonly #baseLow: number;
  readonly #baseHigh: number;
  readonly #snapshotNs: number;
  readonly #stream: StreamState;
  /** The latest time that anything happened at. */
  #clock: SessionTime = Number.NEGATIVE_INFINITY;
  #firstTs: SessionTime | undefined;
  #nextDue: SessionTime = Number.NEGATIVE_INFINITY;
  #nextSnapshot: SessionTime;
  #isVenueHalted = false;
  #isRebuilding = false;
  /** The last event began the book anew: the sequence of the next may be any. */
  #isAfterSnapshot = true;
  #nextEquityAt: SessionTime = Number.NEGATIVE_INFINITY;
  #isEnded = false;
  /** Nothing is decided or sent any more: the last reports are counted. */
  #isClosed = false;
  #isSettled = true;

  constructor(options: TradingEngineOptions) {
    this.options = options;
    const { settings, instrument, recorder, venue } = options;
    this.#venue = venue;
    this.#analysis = options.analysis;
    this.#book = options.book;
    [this.#baseLow, this.#baseHigh] = toEpochWords(options.day, 0);
    this.#stream = options.book.stream;
    this.#stream.begin(options.groupEnds === 'sequence', this.#baseLow, this.#baseHigh);
    this.#snapshotNs = settings.engine.snapshotMs * NS_PER_MS;
    this.#nextSnapshot = options.window.from;
    this.feedWatch = new FeedWatch(settings.risk.staleSecs);
    this.risk = new RiskGate(settings.risk, settings.profile.maxSpread, options.carried);
    const portfolio = new Portfolio(instrument, options.day);
    this.desk = new OrderDesk({
      venue,
      risk: this.risk,
      portfolio,
      market: { riskContext: () => this.#riskContext(), touch: () => this.touch() },
      listener: createDeskJournal(
        recorder,
        () => this.clock,
        {
          onTraded: (ts) => this.#onTraded(ts),
          onViolation: (rule) => this.halt('INVARIANT', `invariant violated: ${rule}`),
        },
        portfolio,
      ),
      idPrefix: options.present?.idPrefix ?? '',
      positionBefore: options.present?.positionBefore ?? 0,
      entryTimeoutSecs: settings.execution.entryTimeoutSecs,
      multiplier: instrument.multiplier,
    });
    recorder.onJournalFailure = (problem) => this.halt('JOURNAL', problem);
    this.#script = new ScriptPlayer(options.script, this.desk);
    this.#session = new SessionClock(options.schedule, settings.risk.flattenAt);
    this.#isScripted = options.script.length > 0;
    this.account = new AccountView({
      desk: this.desk,
      venue,
      instrument,
      account: settings.account,
      risk: settings.risk,
      carried: options.carried,
    });
    this.decisions =
      options.brain === undefined
        ? undefined
        : new DecisionMaker({
            brain: options.brain,
            validator: options.validator,
            desk: this.desk,
            recorder,
            market: {
              questionFacts: (ts) => questionFactsAt(ts, this),
              effectFacts: (ts) => effectFactsAt(ts, this),
            },
            runId: options.runId,
            day: options.day,
            fixedLatencyMs: settings.brain.decisionLatencyMs,
            marketWaits: options.present === undefined,
          });
  }

  /** The latest market time reached; the window's beginning while there was none. */
  get clock(): SessionTime {
    return Number.isFinite(this.#clock) ? this.#clock : this.options.window.from;
  }

  /** Time of the last event. */
  get lastEventTs(): SessionTime {
    return this.#stream.now;
  }

  /** Settles when a brain that is thinking has answered; the engine takes no event before. */
  get waiting(): Promise<void> | undefined {
    return this.decisions?.waiting;
  }

  /** True when the window's end is reached: no more events are wanted. */
  get isOver(): boolean {
    return this.#isEnded;
  }

  /** True when the risk gate takes the data for stale: the feed was out of order, or is silent in the session. */
  get isFeedDoubtful(): boolean {
    const { clock } = this;
    if (this.feedWatch.faultAt(clock) !== undefined) return true;
    if (this.options.present?.feedTrouble() !== undefined) return true;
    const { session } = this.options.schedule.dayAt(clock);
    const isOpen = session !== null && clock >= session.open && clock < session.close;
    const { staleSecs } = this.options.settings.risk;
    return isOpen && clock - this.#stream.now > staleSecs * NS_PER_SECOND;
  }

  get isVenueHalted(): boolean {
    return this.#isVenueHalted;
  }

  /**
   * Applies events from `from` on, as far as market time `until`, and stops at the first end of a time stamp after `most`
   * of them. Returns the index of the first event not taken: the batch's count, or less when the next event is later,
   * enough were taken, the window is over, or the brain is thinking.
   */
  advance(batch: EventBatch, from: number, until: SessionTime, most: number): number {
    const stream = this.#stream;
    const venue = this.#venue;
    if (batch.compact !== undefined) this.#book.compact.open(batch.compact, from);
    for (let i = from; i < batch.count; ) {
      if (stream.hasCore && !this.#isRebuilding && !venue.needsEveryEvent) {
        i = this.#runCore(batch, i, until, from + most);
        if (i >= batch.count) break;
        if (stream.isAtEnd) {
          const ts = this.#timeOf(batch, i);
          if (!this.#passEnd(ts, until, i - from >= most)) return i;
          // what was due at the end of the time stamp is done; the core may go on with the same event
          if (ts <= this.#dueOf(until)) continue;
        }
      }
      if (!this.#take(batch, i, until, i - from >= most)) return i;
      i++;
    }
    return batch.count;
  }

  /** When an event of a batch happens, the next one to take. */
  #timeOf({ words, compact }: EventBatch, index: number): SessionTime {
    if (compact === undefined)
      return eventTimeOf(words, index * EVENT_WORDS, this.#baseLow, this.#baseHigh);
    const reader = this.#book.compact;
    const elapsed = reader.elapsed(compact, index);
    if (elapsed !== undefined) return this.#stream.now + elapsed;
    return eventTimeOf(reader.expand(compact, index), 0, this.#baseLow, this.#baseHigh);
  }

  /** The latest time of an event before which nothing else has to happen. */
  #dueOf(until: SessionTime): SessionTime {
    return Math.min(this.#nextDue, until, this.options.window.to, this.#session.nextEdge - 1);
  }

  /** The next event is at `ts`, a new time stamp, and no group is open. False when it has to wait for another call. */
  #passEnd(ts: SessionTime, until: SessionTime, isEnough: boolean): boolean {
    const { window } = this.options;
    if (ts > window.to && until >= window.to) {
      // the market went on: what is due up to the window's end still happens
      if (this.#endTimeStamp(window.to + 1)) this.#isEnded = true;
      return false;
    }
    if (ts > until || isEnough) {
      this.settle();
      return false;
    }
    return this.#endTimeStamp(ts);
  }

  /** Lets the book's core take what is plain, and catches up with it. Returns the first event that it did not take. */
  #runCore(batch: EventBatch, from: number, until: SessionTime, most: number): number {
    const stream = this.#stream;
    const analysis = this.#analysis;
    const venue = this.#venue;
    const due = this.#dueOf(until);
    const reached = stream.now;
    if (analysis.hasTraded || venue.watchesQuotes || this.desk.portfolio.position !== 0) {
      this.#book.tradeWatch.measureAll();
      stream.settleOn(analysis.hasTraded ? SETTLE_ALWAYS : SETTLE_ON_TOUCH, this.#isSettled);
    } else {
      analysis.letPass(reached, due);
      stream.settleOn(analysis.watchesTouch ? SETTLE_BEYOND : SETTLE_NEVER, this.#isSettled);
    }
    const next = stream.run(batch, from, most, due);
    this.events += next - from;
    if (next > from) this.#isAfterSnapshot = false;
    const { now } = stream;
    if (now > reached) this.#onReached(now);
    const { trades } = stream;
    if (trades > 0) {
      const words = batch.compact?.wholes ?? batch.words;
      const { passed } = stream;
      for (let k = 0; k < trades; k++) {
        this.#onTrade(
          words,
          stream.tradeAt(k) * EVENT_WORDS,
          stream.tradeTimeAt(k),
          stream.tradeBidBefore(k),
          stream.tradeAskBefore(k),
        );
        if (k === passed - 1) analysis.passBy();
      }
    }
    return next;
  }

  /** Takes one event, whatever it is. False when it has to wait for another call. */
  #take(batch: EventBatch, i: number, until: SessionTime, isEnough: boolean): boolean {
    const stream = this.#stream;
    const { groupEnds, window } = this.options;
    const book = this.#book;
    const venue = this.#venue;
    const bySequence = groupEnds === 'sequence';
    const { compact } = batch;
    const words = compact === undefined ? batch.words : book.compact.expand(compact, i);
    const offset = compact === undefined ? i * EVENT_WORDS : 0;
    const elapsed = compact === undefined ? undefined : book.compact.elapsed(compact, i);
    let ts =
      elapsed === undefined
        ? eventTimeOf(words, offset, this.#baseLow, this.#baseHigh)
        : stream.now + elapsed;
    const sequence = words[offset + WORD_SEQUENCE] ?? 0;
    if (bySequence && sequence !== stream.sequence) stream.isGroupOpen = false;
    const backNs = stream.now - ts;
    if (ts > stream.now) {
      if (!stream.isGroupOpen) {
        if (!this.#passEnd(ts, until, isEnough)) return false;
      } else if (ts > window.to) {
        this.#isEnded = true;
        return false;
      }
      stream.reach(ts);
      this.#onReached(ts);
    } else {
      // the older orders of a snapshot happen at the time already reached
      ts = stream.now;
    }
    const tags = words[offset + WORD_TAGS] ?? 0;
    const action = (tags >> 16) & 0xff;
    if ((tags & FLAG_SNAPSHOT) !== 0 || action === ACTION_CLEAR) this.#isAfterSnapshot = true;
    else this.#watchFeed(tags, backNs, sequence - stream.sequence, ts);
    if (action === ACTION_TRADE)
      this.#onTrade(words, offset, ts, stream.bidBefore, stream.askBefore);
    else if (action === ACTION_STATUS) this.#onStatus(words, offset, ts);
    if (venue.isWatching || action === ACTION_STATUS) {
      venue.onEvent(words, offset, ts);
      this.#onVenueMoved();
    }
    book.apply(words, offset, ts);
    if ((tags & FLAG_SNAPSHOT) === 0) {
      stream.isGroupOpen = bySequence || (tags & FLAG_LAST) === 0;
      if (this.#isRebuilding || action === ACTION_CLEAR)
        this.#isRebuilding = action === ACTION_CLEAR;
    } else {
      // a snapshot's orders belong to no group, but its last record may end one
      if ((tags & FLAG_LAST) !== 0) stream.isGroupOpen = false;
      if (action === ACTION_CLEAR) this.#isRebuilding = true;
    }
    stream.sequence = sequence;
    if (compact !== undefined) book.compact.pass(compact, i);
    this.events++;
    return true;
  }

  /** An event that comes after `stepped` sequences, `backNs` before the time reached where that is positive. */
  #watchFeed(tags: number, backNs: number, stepped: number, ts: SessionTime): void {
    // sequences have 32 bits: what is less than half of them away is before or after
    const isBack = !this.#isAfterSnapshot && (stepped | 0) < 0;
    this.#isAfterSnapshot = false;
    const fault: FeedFault | undefined =
      (tags & FLAG_MAYBE_BAD_BOOK) !== 0
        ? 'gap'
        : backNs > 0 && Number.isFinite(backNs)
          ? 'time-back'
          : isBack
            ? 'sequence-back'
            : undefined;
    if (fault === undefined) return;
    const text = this.feedWatch.onFault(fault, ts, backNs);
    if (text !== undefined) this.options.recorder.observer.onAlarm('warning', text, ts);
  }

  /** Does what is due up to and with `until`, when no event comes before or at that time. */
  advanceClock(until: SessionTime): void {
    if (this.#isEnded) return;
    if (this.#stream.isGroupOpen && this.options.groupEnds === 'last-flag') return;
    this.#endTimeStamp(until + 1);
  }

  /** No more events come: the last time stamp is over, and what is due by then happens. */
  closeFeed(): void {
    // the window's end cut an event group off: what is due stays undone, as inside any other
    if (this.#isEnded && this.#stream.isGroupOpen) return;
    this.#stream.isGroupOpen = false;
    this.#endTimeStamp(this.#stream.now + 1);
  }

  /**
   * The data or the window is over: what is on its way is settled as it stands, and nothing new begins.
   *
   * @param reason `undefined`: the run is left, and may be taken up again; its journal stays open.
   */
  end(reason: string | undefined): void {
    const { venue, recorder } = this.options;
    this.closeFeed();
    this.#isEnded = true;
    this.#isClosed = true;
    this.decisions?.onSessionEnd(this.clock);
    this.desk.close();
    venue.expireAll(this.clock);
    this.desk.takeReports(NEVER);
    this.#pushEquity(this.clock);
    if (reason !== undefined) recorder.write(this.clock, { type: 'run-ended', reason });
  }

  /** Stops opening; the reason is journalled and shown. */
  halt(code: Halt['code'], reason: string): void {
    if (!this.risk.haltTrading({ code, reason })) return;
    this.options.recorder.write(this.clock, { type: 'halted', code, reason });
    this.options.recorder.observer.onAlarm('critical', `trading halted: ${reason}`, this.clock);
  }

  /** Lifts a halt; after one for the daily loss its limit counts from here. Returns whether there was one. */
  resetHalt(): boolean {
    const { halt } = this.risk;
    if (halt === undefined) return false;
    const isLoss = halt.code === 'DAILY_LOSS';
    if (isLoss) this.account.resetLoss(this.closingPrice());
    this.risk.resetHalt();
    const more = isLoss ? { lossFromMicros: this.account.dailyMicros(this.closingPrice()) } : {};
    this.options.recorder.write(this.clock, { type: 'halt-reset', reason: 'by hand', ...more });
    return true;
  }

  /** What was sent outside the loop may be due at once. */
  wake(): void {
    this.#nextDue = Number.NEGATIVE_INFINITY;
  }

  /** Best bid and ask in 1e-9 units. */
  touch(): { readonly bid: PriceNanos | null; readonly ask: PriceNanos | null } {
    const { bids, asks, tickNanos } = this.#book;
    return {
      bid: bids.best === NO_TICK ? null : bids.best * tickNanos,
      ask: asks.best === NO_TICK ? null : asks.best * tickNanos,
    };
  }

  /** What the position could be closed at now: the bid for a long, the ask for a short; the last trade where there is none. */
  closingPrice(position = this.desk.portfolio.position): PriceNanos | null {
    const { bid, ask } = this.touch();
    if (position === 0) return null;
    return (position > 0 ? bid : ask) ?? this.options.analysis.metrics.last;
  }

  /** Market time moves on to `next`: measures what ended, does what is due. False when it must wait for the brain. */
  #endTimeStamp(next: SessionTime): boolean {
    this.settle();
    if (this.#nextDue < next) {
      this.#runDue(next);
      if (this.waiting !== undefined) return false;
    }
    return true;
  }

  /** Measures the end of the time stamp reached. Called by itself; call it before looking at the market in between. */
  settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    const analysis = this.#analysis;
    const venue = this.#venue;
    if (analysis.needsSettle) analysis.settle(this.#stream.now);
    if (venue.isWatching) {
      venue.onQuotes(this.#stream.now);
      this.#onVenueMoved();
    }
    const { portfolio } = this.desk;
    if (portfolio.position !== 0) {
      const price = this.closingPrice();
      if (price !== null) portfolio.mark(price);
    }
    this.#stream.noteSettled();
  }

  /** Market time has reached `ts`, a new time stamp. */
  #onReached(ts: SessionTime): void {
    this.#isSettled = false;
    if (ts > this.#clock) this.#clock = ts;
    this.#firstTs ??= ts;
    if (ts >= this.#session.nextEdge) this.#onSessionEdge(ts);
  }

  /** The venue may have something due earlier than before, and may watch for something else. */
  #onVenueMoved(): void {
    const venue = this.#venue;
    this.#nextDue = Math.min(this.#nextDue, venue.nextArrival, venue.nextReport);
    venue.watchOn(this.#stream);
  }

  /** Does everything that is due before `limit`, in the order of time. */
  #runDue(limit: SessionTime): void {
    const venue = this.#venue;
    for (;;) {
      const scriptAt = this.#script.nextAt;
      const effectAt = this.decisions?.nextEffect ?? NEVER;
      const due = Math.min(
        venue.nextArrival,
        venue.nextReport,
        this.desk.nextTimer,
        effectAt,
        scriptAt,
        this.#nextSnapshot,
      );
      this.#nextDue = due;
      if (due >= limit) {
        venue.watchOn(this.#stream);
        return;
      }
      this.#stream.forgetSettled();
      if (due > this.#clock) this.#clock = due;
      if (venue.nextArrival <= due)
        venue.handleArrival(this.#stream.sequence >>> 0, this.options.analysis.metrics.last);
      else if (venue.nextReport <= due) this.desk.takeReports(due);
      else if (this.desk.nextTimer <= due) this.desk.runTimers(due);
      else if (effectAt <= due) this.decisions?.onEffectTime();
      else if (scriptAt <= due) this.#script.playNext(due);
      else this.#onSnapshot(due);
      if (this.waiting !== undefined) return;
    }
  }

  #onSnapshot(ts: SessionTime): void {
    const { window } = this.options;
    this.#nextSnapshot = ts + this.#snapshotNs > window.to ? NEVER : ts + this.#snapshotNs;
    // nothing to see before the first event
    if (this.#firstTs === undefined) return;
    this.snapshots++;
    this.#checkDailyLoss();
    // what still works could open a position that no journal knows of
    if (this.risk.halt?.code === 'JOURNAL') this.desk.cancelEntries(ts, 'no journal');
    if (!this.#isScripted && ts >= this.#session.flattenAt) this.#flattenForClose(ts);
    if (ts >= this.#nextEquityAt) this.#pushEquity(ts);
    this.decisions?.onSnapshot(this.question(ts), this.risk.isPaused);
  }

  /** The state at `ts`, as a brain is asked about it. */
  question(ts: SessionTime): Question {
    return questionAt(ts, this);
  }

  #riskContext(): RiskContext {
    return riskContextOf(this, {
      // before the first event it is the empty book that tells
      eventAgeNs: this.#firstTs === undefined ? 0 : this.clock - this.#stream.now,
      isRebuilding: this.#isRebuilding,
    });
  }

  #onTrade(
    words: Int32Array,
    offset: number,
    ts: SessionTime,
    bidBefore: number,
    askBefore: number,
  ): void {
    if (!hasPrice(words, offset)) {
      this.options.book.anomalies.refusedPrices++;
      return;
    }
    const tags = words[offset + WORD_TAGS] ?? 0;
    const side = tags >>> 24;
    this.trades++;
    this.#analysis.onTrade(
      ts,
      eventPriceOf(words, offset),
      (words[offset + WORD_SIZE] ?? 0) >>> 0,
      side === SIDE_BID ? 1 : side === SIDE_ASK ? -1 : 0,
      (tags & FLAG_CROSS) !== 0,
      bidBefore,
      askBefore,
    );
  }

  #onStatus(words: Int32Array, offset: number, ts: SessionTime): void {
    const status = words[offset + WORD_SIZE] ?? STATUS_TRADING;
    this.#isVenueHalted = status !== STATUS_TRADING;
    this.options.analysis.onStatus(ts, status);
    const text = this.#isVenueHalted
      ? 'the venue halted the instrument'
      : 'the instrument trades again';
    this.options.recorder.observer.onAlarm('warning', text, ts);
  }

  /** The trading day turned, or its session opened or closed. */
  #onSessionEdge(ts: SessionTime): void {
    const { hasDayTurned, isFirstDay, isOpen } = this.#session.reach(ts);
    if (hasDayTurned) {
      const { carried, schedule } = this.options;
      const ofDay = carried?.date === schedule.dayAt(ts).date ? carried : undefined;
      if (!isFirstDay) {
        this.risk.startSession(ofDay);
        this.options.brain?.startSession?.();
      }
      // the first day was begun with the engine; a run that was taken up has traded on it since
      if (!isFirstDay || ofDay !== carried) this.account.startDay(this.closingPrice(), ofDay);
    }
    if (this.options.instrument.kind !== 'future') return;
    this.options.venue.setOpen(isOpen, ts);
    this.#onVenueMoved();
  }

  #flattenForClose(ts: SessionTime): void {
    if (this.desk.portfolio.position === 0 && !this.desk.orders.hasWorking) return;
    this.desk.flatten(ts, 'session-end');
  }

  #checkDailyLoss(): void {
    const { settings } = this.options;
    if (this.#isScripted || !settings.risk.enabled) return;
    const { halt } = this.risk;
    // every other halt closes the position itself; after these two it is held, and its loss still counts
    if (halt !== undefined && halt.code !== 'INVARIANT' && halt.code !== 'JOURNAL') return;
    const closing = this.closingPrice();
    if (this.account.lossMicros(closing) > -settings.risk.dailyLossUsd * MICROS_PER_UNIT) return;
    const daily = this.account.dailyMicros(closing);
    this.halt(
      'DAILY_LOSS',
      `day's result ${toDollars(daily).toFixed(2)} reached the limit of -${settings.risk.dailyLossUsd}`,
    );
    if (this.desk.portfolio.position !== 0 || this.desk.orders.hasWorking)
      this.desk.flatten(this.clock, 'daily-loss');
  }

  #onTraded(ts: SessionTime): void {
    this.fills++;
    this.#pushEquity(ts);
    if (!this.#isClosed) this.#checkDailyLoss();
  }

  #pushEquity(ts: SessionTime): void {
    if (this.#firstTs === undefined) return;
    this.#nextEquityAt = (Math.floor(ts / NS_PER_MINUTE) + 1) * NS_PER_MINUTE;
    const equity = toDollars(this.account.resultMicros(this.closingPrice()));
    this.options.recorder.equity.push({ ts: formatTimestamp(this.options.day, ts), equity });
  }

  /** From the first event to the latest moment, nanoseconds. */
  get spanNs(): number {
    return this.#firstTs === undefined
      ? 0
      : this.#clock - Math.max(this.#firstTs, Math.min(this.options.window.from, this.#clock));
  }
  /** False inside a time stamp: more events of it may come. Where it is true `capture` can be called. */
  get isAtEnd(): boolean {
    return this.#isSettled;
  }

  /**
   * A copy of all of it, as it stands at the end of a time stamp: where `advance` returned because the next event is later
   * or enough were taken, before the first event, or after `end`.
   *
   * @throws {Error} Inside a time stamp (call `settle` where it is known to be over), while the brain thinks, or where the
   * brain has no copies.
   */
  capture(): EngineCheckpoint {
    if (!this.#isSettled) throw new Error('a time stamp that is not over cannot be copied');
    const { analysis, book, brain, recorder, venue } = this.options;
    if (brain !== undefined && (brain.capture === undefined || brain.restore === undefined))
      throw new Error(`what the brain ${brain.provider} remembers cannot be copied`);
    return {
      progress: {
        events: this.events,
        trades: this.trades,
        snapshots: this.snapshots,
        fills: this.fills,
        clock: this.#clock,
        firstTs: this.#firstTs,
        nextDue: this.#nextDue,
        nextSnapshot: this.#nextSnapshot,
        nextEquityAt: this.#nextEquityAt,
        isVenueHalted: this.#isVenueHalted,
        isRebuilding: this.#isRebuilding,
        isAfterSnapshot: this.#isAfterSnapshot,
        isEnded: this.#isEnded,
        isClosed: this.#isClosed,
      },
      // the decisions first: of a brain that thinks there is no copy
      decisions: this.decisions?.capture(),
      brain: brain?.capture?.(),
      book: book.capture(),
      analysis: analysis.capture(),
      feedWatch: this.feedWatch.capture(),
      desk: this.desk.capture(),
      account: this.account.capture(),
      risk: this.risk.capture(),
      session: this.#session.capture(),
      script: this.#script.capture(),
      venue: venue.capture(),
      recorder: recorder.capture(),
    };
  }

  /**
   * Becomes what `capture` copied of an engine with the same options, this one or another. Event number `progress.events` of the
   * feed comes next, in a batch of its own or inside one; a block of a compiled day has to be the same block.
   */
  restore(checkpoint: EngineCheckpoint): void {
    const { analysis, book, brain, recorder, venue } = this.options;
    const { progress } = checkpoint;
    this.events = progress.events;
    this.trades = progress.trades;
    this.snapshots = progress.snapshots;
    this.fills = progress.fills;
    this.#clock = progress.clock;
    this.#firstTs = progress.firstTs;
    this.#nextDue = progress.nextDue;
    this.#nextSnapshot = progress.nextSnapshot;
    this.#nextEquityAt = progress.nextEquityAt;
    this.#isVenueHalted = progress.isVenueHalted;
    this.#isRebuilding = progress.isRebuilding;
    this.#isAfterSnapshot = progress.isAfterSnapshot;
    this.#isEnded = progress.isEnded;
    this.#isClosed = progress.isClosed;
    this.#isSettled = true;
    if (checkpoint.decisions !== undefined) this.decisions?.restore(checkpoint.decisions);
    brain?.restore?.(checkpoint.brain);
    book.restore(checkpoint.book);
    analysis.restore(checkpoint.analysis);
    this.feedWatch.restore(checkpoint.feedWatch);
    this.desk.restore(checkpoint.desk);
    this.account.restore(checkpoint.account);
    this.risk.restore(checkpoint.risk);
    this.#session.restore(checkpoint.session);
    this.#script.restore(checkpoint.script);
    venue.restore(checkpoint.venue);
    recorder.restore(checkpoint.recorder);
  }
}
