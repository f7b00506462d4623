import { fileURLToPath } from 'node:url';
import { createBookCore } from '../../src/app/book-core.ts';
import type { Answer, Brain, Question, RawCall } from '../../src/brain/port.ts';
import { unaskedAnswer } from '../../src/brain/unasked-answer.ts';
import { Preflight } from '../../src/brain/validation/preflight.ts';
import { toEngineSettings } from '../../src/config/engine-settings.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { DecisionRecord } from '../../src/domain/decision.ts';
import type { EventBatch } from '../../src/domain/event.ts';
import type { Instrument } from '../../src/domain/instrument.ts';
import { Random } from '../../src/domain/random.ts';
import { SessionSchedule } from '../../src/domain/session-schedule.ts';
import type { EngineSettings } from '../../src/domain/settings.ts';
import { type DayNumber, dayOf, NS_PER_MINUTE, NS_PER_SECOND } from '../../src/domain/time.ts';
import type { MatchedVenue } from '../../src/engine/matched-venue.ts';
import type { ScriptAction } from '../../src/engine/order-script.ts';
import { type RunObserver, RunRecorder } from '../../src/engine/run-recorder.ts';
import { TradingEngine } from '../../src/engine/trading-engine.ts';
import type { Present } from '../../src/engine/trading-engine-options.ts';
import type { FeedDescription } from '../../src/feeds/port.ts';
import { encodeBody } from '../../src/journal/codec.ts';
import type { Journal, JournalEntry } from '../../src/journal/entry.ts';
import type { VolumeHistory } from '../../src/market/analyzers/relative-volume.ts';
import { OrderBook } from '../../src/market/book/order-book.ts';
import { MarketAnalysis } from '../../src/market/market-analysis.ts';
import type { CarriedDay } from '../../src/risk/carried-day.ts';
import type { Variant } from '../../src/simulation/assumptions/variants.ts';
import { SimulatedExchange } from '../../src/simulation/exchange/simulated-exchange.ts';
import { GeneratedMarket } from '../../src/simulation/generated/generated-market.ts';
import { readCalendar, STOCK } from './market-rig.ts';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** A Wednesday; 09:30 in New York is 13:30 UTC. */
export const DAY = dayOf(2025, 10, 15);
export const OPEN = 13.5 * 3600 * NS_PER_SECOND;

/** The shipped settings with `key=value` changes, as a run gets them. */
export function settingsWith(...assignments: string[]): EngineSettings {
  const { config } = loadConfig({ workingFolder: projectRoot, environment: {}, assignments });
  return toEngineSettings(config);
}

/** Limits out of the way of a brain that trades all the time. */
export const FREE_LIMITS = [
  'risk.dailyTrades=100000',
  'risk.ordersPerSecond=1000',
  'risk.ordersPerSession=1000000',
  'risk.dailyLossUsd=1000000',
  'risk.maxSpread=1',
  'risk.maxSpreadOpenDrive=1',
];

export interface EngineRigOptions {
  readonly settings?: EngineSettings;
  readonly day?: DayNumber;
  readonly instrument?: Instrument;
  readonly window?: { readonly from: number; readonly to: number };
  readonly groupEnds?: FeedDescription['groupEnds'];
  readonly brain?: Brain;
  readonly script?: readonly ScriptAction[];
  /** False: every event goes through the book's classes, none through its core. */
  readonly hasCore?: boolean;
  /** The feed tells the best so many levels a side. */
  readonly levels?: number;
  /** What is known of other days' volume. */
  readonly history?: VolumeHistory;
  /** In the place of one that keeps `entries`. */
  readonly journal?: Journal;
  /** An intent is in the journal before it is sent. */
  readonly isDurable?: boolean;
  /** What earlier runs of the day leave. */
  readonly carried?: CarriedDay;
  /** Given: a run of the present. */
  readonly present?: Present;
  /** Told everything that a front end is told. */
  readonly observer?: RunObserver;
  /** Stands between the engine and the exchange, to look on. */
  readonly venue?: (
    exchange: SimulatedExchange,
    create: (variant: Variant) => SimulatedExchange,
  ) => MatchedVenue;
}

/** An engine with the real book, exchange and gates, and a journal in memory. */
export function engineRig(options: EngineRigOptions = {}) {
  const { day = DAY, instrument = STOCK, settings = settingsWith() } = options;
  const schedule = new SessionSchedule(readCalendar(instrument.calendar), day);
  const core = options.hasCore === false ? undefined : createBookCore();
  const book = new OrderBook(instrument.tickNanos, 10, core);
  const { history = { sessions: [], intradayCurve: null } } = options;
  const analysis = new MarketAnalysis({
    instrument,
    book,
    settings: settings.analyzers,
    schedule,
    history,
    knownLevels: options.levels,
  });
  const entries: JournalEntry[] = [];
  const decisions: DecisionRecord[] = [];
  const alarms: string[] = [];
  const nothing = (): void => {};
  const recorder = new RunRecorder(
    options.journal ?? {
      // kept as text, so that nothing that changes later changes the past
      append: ({ sequence, ts, body }) => {
        entries.push({ sequence, ts, body: JSON.parse(encodeBody(body)) });
      },
    },
    options.observer ?? {
      onDecision: (decision) => decisions.push(decision),
      onFill: nothing,
      onTrip: nothing,
      onOrderEvent: nothing,
      onAlarm: (_level, text) => alarms.push(text),
    },
    options.isDurable ?? false,
  );
  const createExchange = ({ fillModel, orderMs }: Variant): SimulatedExchange =>
    new SimulatedExchange({
      book,
      instrument,
      execution: settings.execution,
      latency: { ...settings.latency, orderMs: orderMs ?? settings.latency.orderMs },
      random: new Random(settings.seed),
      day,
      depth: options.levels === undefined ? 'orders' : 'levels',
      knownLevels: options.levels,
      groupEnds: options.groupEnds ?? 'last-flag',
      fillModel: fillModel ?? 'queue',
    });
  const engine = new TradingEngine({
    runId: 'r',
    settings,
    instrument,
    day,
    schedule,
    window: options.window ?? { from: OPEN, to: OPEN + 6.5 * 3600 * NS_PER_SECOND },
    groupEnds: options.groupEnds ?? 'last-flag',
    book,
    analysis,
    venue: options.venue?.(createExchange({}), createExchange) ?? createExchange({}),
    recorder,
    brain: options.brain,
    validator: new Preflight(settings.validation, settings.brain),
    script: options.script ?? [],
    ...(options.carried === undefined ? {} : { carried: options.carried }),
    ...(options.present === undefined ? {} : { present: options.present }),
  });
  return { engine, entries, decisions, alarms, recorder, book, analysis };
}

/** Bodies of one type, in order. */
export function bodiesOf<Type extends JournalEntry['body']['type']>(
  entries: readonly JournalEntry[],
  type: Type,
): Extract<JournalEntry['body'], { type: Type }>[] {
  return entries
    .map(({ body }) => body)
    .filter((body): body is Extract<JournalEntry['body'], { type: Type }> => body.type === type);
}

/** Plays a batch to the end of the data. */
export function playAll(engine: TradingEngine, batch: EventBatch): void {
  engine.advance(batch, 0, Number.POSITIVE_INFINITY, batch.count);
  engine.end('end of the data');
}

/** As `playAll`, with a brain that takes its time: the market stands still while it thinks. */
export async function playThinking(
  engine: TradingEngine,
  batch: EventBatch,
  from = 0,
): Promise<void> {
  const settle = async (): Promise<void> => {
    await engine.waiting;
    engine.wake();
  };
  for (let at = from; at < batch.count && !engine.isOver; ) {
    at = engine.advance(batch, at, Number.POSITIVE_INFINITY, batch.count);
    if (engine.waiting !== undefined) await settle();
  }
  for (engine.closeFeed(); engine.waiting !== undefined; engine.closeFeed()) await settle();
  engine.end('end of the data');
}

export function answerOf(...calls: RawCall[]): Answer {
  return unaskedAnswer(calls);
}

/** A brain that a test decides for. Every question is kept as plain data. */
export function brainOf(
  decide: (question: Question) => Answer | Promise<Answer>,
  more: Partial<Pick<Brain, 'model' | 'provider' | 'intervalMs' | 'capture' | 'restore'>> = {},
): Brain & { readonly asked: number[]; readonly seen: number[] } {
  const asked: number[] = [];
  const seen: number[] = [];
  return {
    provider: 'rules',
    model: null,
    intervalMs: 200,
    ...more,
    rules: { long: [], short: [] },
    conditions: { long: {}, short: {} },
    asked,
    seen,
    observe(question) {
      seen.push(question.ts);
    },
    ask(question) {
      asked.push(question.ts);
      return decide(question);
    },
  };
}

export const WAIT = { tool: 'wait', arguments: { reasoning: '' } };

/** Enters at the touch whenever it is flat, long and short in turn, and leaves after a while: a lot of trading. */
export function restlessBrain(holdSecs = 1): ReturnType<typeof brainOf> {
  let opened = 0;
  let isLong = false;
  const memory = {
    capture: (): unknown => [opened, isLong],
    restore(copy: unknown): void {
      [opened, isLong] = copy as [number, boolean];
    },
  };
  return brainOf((question) => {
    const { market, account, ts } = question;
    if (account.POSITION !== 0) {
      const isOld = ts - opened >= holdSecs * NS_PER_SECOND;
      return answerOf(isOld ? { tool: 'exit_position', arguments: { reasoning: 'old' } } : WAIT);
    }
    const bid = market.BID_STACK[0]?.[0];
    const ask = market.ASK_STACK[0]?.[0];
    if (bid === undefined || ask === undefined) return answerOf(WAIT);
    opened = ts;
    isLong = !isLong;
    const sign = isLong ? 1 : -1;
    // every third rests at its own side, so that queue and time-outs count as well
    const rests = Math.round(ts / 2e8) % 3 === 0;
    const limit = isLong === rests ? bid : ask;
    const price = (ticks: number): number => Math.round(limit * 100 + sign * ticks) / 100;
    return answerOf({
      tool: isLong ? 'enter_long' : 'enter_short',
      arguments: {
        limit_price: limit,
        stop_loss: price(-10),
        profit_target: price(20),
        size: 20,
        conviction: null,
        reasoning: '',
      },
    });
  }, memory);
}

/** A short session of the generated market as one batch. */
export function generatedBatch(events: number, minutes: number, seed = 3): EventBatch {
  const market = new GeneratedMarket({
    symbol: 'TSLA',
    day: DAY,
    begin: OPEN - 10 * NS_PER_SECOND,
    sessionOpen: OPEN,
    sessionClose: OPEN + minutes * NS_PER_MINUTE,
    seed,
    events,
    tradeFactor: 1.5,
    startPriceNanos: 250_000_000_000,
    tickNanos: STOCK.tickNanos,
    scenario: [],
  });
  const parts: Int32Array[] = [];
  let count = 0;
  for (let batch = market.next(16_384); batch; batch = market.next(16_384)) {
    parts.push(batch.words.slice(0, batch.count * 14));
    count += batch.count;
  }
  const words = new Int32Array(count * 14);
  let at = 0;
  for (const part of parts) {
    words.set(part, at);
    at += part.length;
  }
  return { words, count };
}
