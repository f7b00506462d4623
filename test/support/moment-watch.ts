import {
  ACTION_TRADE,
  EVENT_WORDS,
  type EventBatch,
  FLAG_LAST,
  FLAG_SNAPSHOT,
  WORD_SEQUENCE,
  WORD_SIZE,
  WORD_TAGS,
  WORD_TS_EVENT_HIGH,
  WORD_TS_EVENT_LOW,
} from '../../src/domain/event.ts';
import {
  type DayNumber,
  fromEpochWords,
  NS_PER_SECOND,
  toEpochWords,
} from '../../src/domain/time.ts';
import type { MatchedVenue } from '../../src/engine/matched-venue.ts';
import type { TradingEngine } from '../../src/engine/trading-engine.ts';
import type { FeedDescription } from '../../src/feeds/port.ts';
import type { MarketAnalysis } from '../../src/market/market-analysis.ts';
import type { SimulatedExchange } from '../../src/simulation/exchange/simulated-exchange.ts';
import { type EngineRigOptions, engineRig } from './engine-rig.ts';

/** Where a stream may be looked at: worked out from the records alone, without the engine. */
export interface Borders {
  /** Whether something may happen once n events are applied. */
  readonly isAllowed: (n: number) => boolean;
  /** Time reached once n events are applied. */
  readonly reached: (n: number) => number;
  /** How many events are applied at each end of a time stamp in which something traded. */
  readonly tradedEnds: readonly number[];
}

/**
 * The borders of a stream as the specification has them: a time stamp ends where time goes on, and at CME (and in
 * LOBSTER's and levels' events) only behind the record flagged LAST, on Nasdaq only where the sequence changes. A snapshot's
 * orders belong to no group, but its last record may end one. Time that runs back stands still.
 */
export function bordersOf(
  { words, count }: EventBatch,
  day: DayNumber,
  groupEnds: FeedDescription['groupEnds'],
): Borders {
  const [low, high] = toEpochWords(day, 0);
  const word = (i: number, offset: number): number => words[i * EVENT_WORDS + offset] ?? 0;
  const reached = [Number.NEGATIVE_INFINITY];
  const allowed = [true];
  const tradedEnds: number[] = [];
  let isOpen = false;
  let hasTraded = false;
  for (let i = 0; i < count; i++) {
    const tags = word(i, WORD_TAGS);
    const isNewSequence = i === 0 || word(i, WORD_SEQUENCE) !== word(i - 1, WORD_SEQUENCE);
    if (groupEnds === 'sequence' && isNewSequence) isOpen = false;
    const before = reached[i] ?? 0;
    const stamp = fromEpochWords(
      word(i, WORD_TS_EVENT_LOW),
      word(i, WORD_TS_EVENT_HIGH),
      low,
      high,
    );
    // whether this event begins a time stamp says what was allowed before it
    allowed[i] = i === 0 || (stamp > before && !isOpen);
    if (allowed[i] && hasTraded) {
      tradedEnds.push(i);
      hasTraded = false;
    }
    reached.push(Math.max(before, stamp));
    if ((tags & FLAG_SNAPSHOT) === 0) isOpen = groupEnds === 'sequence' || (tags & FLAG_LAST) === 0;
    else if ((tags & FLAG_LAST) !== 0) isOpen = false;
    if (((tags >> 16) & 0xff) === ACTION_TRADE && word(i, WORD_SIZE) !== 0) hasTraded = true;
  }
  allowed[count] = true;
  return {
    isAllowed: (n) => allowed[n] ?? false,
    reached: (n) => reached[n] ?? Number.NaN,
    tradedEnds,
  };
}

/** What a watched engine did at wrong moments, and how often it did what. */
export interface Watch {
  readonly wrong: string[];
  readonly counts: Map<string, number>;
  /** Events applied when the market was measured, and when that found or ended an absorption. */
  readonly measured: Set<number>;
  readonly telling: Set<number>;
}

/**
 * An engine all of whose acting is held against the stream's borders: messages at the exchange, the venue's reports, timers,
 * the script's and the brain's questions and effects, journal entries, measuring the market, looking at it.
 *
 * `stream` is all of what will be played, whatever it is played as.
 */
export function watchedRig(
  stream: EventBatch,
  options: EngineRigOptions & { readonly day: DayNumber },
) {
  const { groupEnds = 'last-flag' } = options;
  const borders = bordersOf(stream, options.day, groupEnds);
  const watch: Watch = { wrong: [], counts: new Map(), measured: new Set(), telling: new Set() };
  let engine: TradingEngine | undefined;
  // at its end a run counts the last reports, wherever the data or the window broke off
  let isEnding = false;
  const look = (what: string): void => {
    const n = engine?.events ?? 0;
    watch.counts.set(what, (watch.counts.get(what) ?? 0) + 1);
    if (engine === undefined || n === 0 || isEnding) return;
    if (!borders.isAllowed(n))
      watch.wrong.push(`${what} inside the time stamp or group of event ${n}`);
    if (n < stream.count && engine.clock >= borders.reached(n + 1))
      watch.wrong.push(`${what} after event ${n}'s time has come, which is not applied`);
    if (engine.lastEventTs !== borders.reached(n))
      watch.wrong.push(
        `${what} at ${engine.lastEventTs}, and event ${n - 1} was at ${borders.reached(n)}`,
      );
  };
  const inner = options.brain;
  const brain =
    inner === undefined
      ? undefined
      : {
          ...inner,
          ask(...parts: Parameters<typeof inner.ask>) {
            look('question');
            return inner.ask(...parts);
          },
          observe(...parts: Parameters<typeof inner.observe>) {
            look('observation');
            inner.observe(...parts);
          },
        };
  const rig = engineRig({
    ...options,
    ...(brain === undefined ? {} : { brain }),
    venue: (exchange) => watchVenue(exchange, look),
  });
  engine = rig.engine;
  const { analyzers } = rig.engine.options.settings;
  const lastsNs = analyzers.absorption.lastsSecs * NS_PER_SECOND;
  watchAnalysis(rig.analysis, look, lastsNs, (isTelling) => {
    watch.measured.add(rig.engine.events);
    if (isTelling) watch.telling.add(rig.engine.events);
  });
  const { recorder } = rig;
  const { write } = recorder;
  recorder.write = (...parts: Parameters<typeof write>) => {
    look(`journal ${parts[1].type}`);
    return write.apply(recorder, parts);
  };
  const { desk } = rig.engine;
  const { close, runTimers, takeReports } = desk;
  desk.close = () => {
    isEnding = true;
    close.call(desk);
  };
  const { decisions } = rig.engine;
  if (decisions !== undefined) {
    const { onEffectTime, onSessionEnd } = decisions;
    decisions.onEffectTime = () => {
      look('effect');
      onEffectTime.call(decisions);
    };
    decisions.onSessionEnd = (ts) => {
      isEnding = true;
      onSessionEnd.call(decisions, ts);
    };
  }
  desk.runTimers = (now) => {
    look('timer');
    runTimers.call(desk, now);
  };
  desk.takeReports = (now) => {
    look('reports');
    takeReports.call(desk, now);
  };
  return { ...rig, watch, borders };
}

/** A fill of a resting order comes with the event that makes it; what an order does on arrival and stops on quotes do not. */
function watchVenue(exchange: SimulatedExchange, look: (what: string) => void): MatchedVenue {
  const { handleArrival, onQuotes } = exchange;
  exchange.handleArrival = (sequence, last) => {
    look('arrival');
    handleArrival.call(exchange, sequence, last);
  };
  exchange.onQuotes = (ts) => {
    look('quotes');
    onQuotes.call(exchange, ts);
  };
  return exchange;
}

/** @param onMeasured Told whether an absorption was found, found again, or ended by something else than its age. */
function watchAnalysis(
  analysis: MarketAnalysis,
  look: (what: string) => void,
  lastsNs: number,
  onMeasured: (isTelling: boolean) => void,
): void {
  const { settle, view } = analysis;
  const lasting = (ts: number): string => {
    const { absorption } = analysis;
    if (!absorption.isWatching) return '[]';
    return JSON.stringify(absorption.capture().lasting.filter(({ found }) => found > ts - lastsNs));
  };
  analysis.settle = (ts) => {
    look('measurement');
    const before = lasting(ts);
    settle.call(analysis, ts);
    onMeasured(lasting(ts) !== before);
  };
  analysis.view = (ts) => {
    look('view');
    return view.call(analysis, ts);
  };
}
