import { createBookCore } from '../../../src/app/book-core.ts';
import { openFeed } from '../../../src/app/open-feed.ts';
import { tradingDayOf } from '../../../src/app/session-setup.ts';
import {
  ACTION_STATUS,
  ACTION_TRADE,
  EVENT_WORDS,
  type EventBatch,
  eventPriceOf,
  eventTimeOf,
  FLAG_CROSS,
  SIDE_ASK,
  SIDE_BID,
  WORD_SIZE,
  WORD_TAGS,
} from '../../../src/domain/event.ts';
import type { Instrument } from '../../../src/domain/instrument.ts';
import type { MarketState } from '../../../src/domain/market-state.ts';
import { Random } from '../../../src/domain/random.ts';
import { SessionSchedule } from '../../../src/domain/session-schedule.ts';
import { type DayNumber, dayOf, NS_PER_HOUR, toEpochWords } from '../../../src/domain/time.ts';
import { OrderBook } from '../../../src/market/book/order-book.ts';
import { MarketAnalysis } from '../../../src/market/market-analysis.ts';
import { GeneratedMarket } from '../../../src/simulation/generated/generated-market.ts';
import { ALL_PROFILES, TYPICAL_PROFILE } from '../../../src/simulation/generated/market-profile.ts';
import { SPEC_ANALYZERS } from '../../support/analyzer-settings.ts';
import { compactBlocks } from '../../support/compact-blocks.ts';
import { engineRig, settingsWith } from '../../support/engine-rig.ts';
import { drain } from '../../support/event-lines.ts';
import { readCalendar, STOCK } from '../../support/market-rig.ts';
import { comparable, referenceState } from '../../support/reference-state.ts';
import { testData } from '../../support/test-data.ts';
import { referenceDays } from './reference-days.ts';
import { ReferenceMarket } from './reference-market.ts';
import { wildStream } from './wild-stream.ts';

export interface SoakOptions {
  readonly events: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

export interface SoakResult {
  readonly violations: number;
  readonly [figure: string]: unknown;
}

export type Soak = (options: SoakOptions) => Promise<SoakResult>;

const EPISODE_EVENTS = 4000;
/** Lengths that the rules have limits at. */
const LIMITS = [1e9, 5e9, 10e9, 30e9, 60e9, 900e9];
const MOST_TOLD = 20;
const FUTURE: Instrument = {
  symbol: 'ESH4',
  kind: 'future',
  calendar: 'cme-globex',
  tickNanos: 250_000_000,
  multiplier: 50,
};
/** Thursdays and Fridays before the clocks change, a usual day, and the half day after Thanksgiving. */
const DAYS = [dayOf(2025, 3, 7), dayOf(2025, 10, 31), dayOf(2025, 10, 15), dayOf(2025, 11, 26)];
const MARKETS = [
  { kind: 'stock', tickNanos: 10_000_000, middle: 25_000 },
  { kind: 'stock', tickNanos: 10_000_000, middle: 99_900_000 },
  { kind: 'stock', tickNanos: 100_000, middle: 60 },
  { kind: 'stock', tickNanos: 100_000, middle: 8_000_000 },
  { kind: 'future', tickNanos: 250_000_000, middle: 19_240 },
] as const;

/** A stream with what it is of. */
interface Episode {
  readonly name: string;
  readonly batch: EventBatch;
  readonly day: DayNumber;
  readonly instrument: Instrument;
  readonly groupEnds: 'last-flag' | 'sequence';
}

/** A moment to look, and how many events are applied by then. */
interface Moment {
  readonly ts: number;
  readonly applied: number;
}

/**
 * Plays episodes of several kinds of market and compares every field of MARKET_STATE with the slow reading of the
 * specification at random moments and at the end: as the engine computes it (with the core and without, compiled, cut into
 * batches at random), and as an analysis and a book do that became copies of others on the way.
 */
export const soakAnalyzers: Soak = async ({ events, seed, say }) => {
  const random = new Random(seed);
  const tally = new Tally(say);
  for (let number = 0; tally.events < events; number++) {
    const most = Math.min(EPISODE_EVENTS, events - tally.events);
    tally.play(
      number % 6 === 5 ? generated(random, most, number) : wild(random, most, number),
      random,
    );
    if (number % 25 === 24)
      say(`${tally.events} events, ${tally.compared} states, ${tally.violations} violations`);
  }
  // the real files come on top, where they are at hand and there is time for them
  if (events >= 200_000)
    for (const episode of await realEpisodes()) tally.play(episode, random, 60);
  return tally.result();
};

class Tally {
  events = 0;
  compared = 0;
  violations = 0;
  readonly #say: (line: string) => void;
  readonly #kinds: Record<string, number> = {};
  readonly #seen: Record<string, number> = {};

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  play(episode: Episode, random: Random, looks = 50): void {
    const { batch, name } = episode;
    const kind = name.split(' ')[0] ?? '';
    this.#kinds[kind] = (this.#kinds[kind] ?? 0) + batch.count;
    this.events += batch.count;
    const sessions = sessionsOf(random);
    const { moments, expected } = readSlowly(episode, sessions, random, looks);
    for (const state of expected) this.#note(state);
    for (const [way, found] of [
      ['engine', engineStates(episode, sessions, moments, random)],
      ['copies', copiedStates(episode, sessions, moments, random)],
    ] as const) {
      for (const [i, state] of expected.entries())
        this.#compare(`${name}, ${way}, ${moments[i]?.ts}`, found[i], state);
    }
  }

  result(): SoakResult {
    const { events, compared, violations } = this;
    return { events, compared, violations, kinds: this.#kinds, seen: this.#seen };
  }

  #compare(where: string, found: MarketState | undefined, expected: MarketState): void {
    this.compared++;
    if (found === undefined) {
      this.#violate(`${where}: no state`);
      return;
    }
    for (const [field, value] of Object.entries(comparable(expected))) {
      const own = JSON.stringify(comparable(found)[field as keyof MarketState]);
      const other = JSON.stringify(value);
      if (own !== other) this.#violate(`${where}: ${field} is ${own}, not ${other}`);
    }
    const fields = Object.keys(expected).sort().join();
    if (Object.keys(found).sort().join() !== fields) this.#violate(`${where}: other fields`);
  }

  #violate(text: string): void {
    this.violations++;
    if (this.violations <= MOST_TOLD) this.#say(`VIOLATION ${text}`);
  }

  /** What the states hold, so that a soak that compares nothing but nulls is seen. */
  #note(state: MarketState): void {
    const found = [
      ['absorption', state.ABSORPTION_DETECTED],
      ['walls', state.DOM_WALLS.length > 0],
      ['large prints', state.LARGE_PRINTS_1M.length > 0],
      ['imbalances', state.FOOTPRINT_CURR_BAR.imbalances.length > 0],
      ['breakouts', state.HOD_LOD_LOC === 'BREAKOUT' || state.HOD_LOD_LOC === 'BREAKDOWN'],
      ['value areas', state.VP_VAH !== null],
      ['slopes', state.CVD_SLOPE_5M !== null],
      ['relative volumes', state.RVOL_DAY !== null],
      ['crossed or locked', state.SPREAD !== null && state.SPREAD <= 0],
      ['a side empty', state.SPREAD === null],
      [
        'outside the session',
        !['OPEN_DRIVE', 'MORNING', 'MIDDAY', 'AFTERNOON', 'POWER_HOUR'].includes(
          state.TIME_SESSION,
        ),
      ],
    ] as const;
    for (const [name, is] of found) if (is) this.#seen[name] = (this.#seen[name] ?? 0) + 1;
  }
}

function wild(random: Random, count: number, number: number): Episode {
  const market = MARKETS[random.below(MARKETS.length)] ?? MARKETS[0];
  // what the futures do about Thanksgiving is in the project's calendar alone
  const day = DAYS[random.below(market.kind === 'future' ? 3 : DAYS.length)] ?? 0;
  // by New York's summer clock: the open, the close, the turn of the stocks' day and of the futures'
  const hour =
    [13.49, 13.5, 14.49, 15, 19.98, 17.99, 20.99, 27.99, 28.99, 21.99, 22.99, 8][
      random.below(12)
    ] ?? 15;
  const batch = wildStream(random, {
    day,
    begin: Math.round(hour * NS_PER_HOUR),
    count,
    tickNanos: market.tickNanos,
    middle: market.middle,
    lowest: 1,
    silenceHours: random.below(3) === 0 ? 60 : 3,
  });
  const instrument: Instrument =
    market.kind === 'stock' ? { ...STOCK, tickNanos: market.tickNanos } : FUTURE;
  return { name: `wild ${number}`, batch, day, instrument, groupEnds: 'last-flag' };
}

function generated(random: Random, count: number, number: number): Episode {
  const profile = ALL_PROFILES[random.below(ALL_PROFILES.length)] ?? TYPICAL_PROFILE;
  const day = DAYS[2] ?? 0;
  const open = 13.5 * NS_PER_HOUR;
  const market = new GeneratedMarket({
    symbol: STOCK.symbol,
    day,
    begin: open - 5e9,
    sessionOpen: open,
    sessionClose: open + (1 + random.below(20)) * 60e9,
    seed: 1 + random.below(1e9),
    events: 40_000,
    startPriceNanos: profile.startPriceNanos,
    tickNanos: STOCK.tickNanos,
    scenario: [],
    profile,
  });
  const words = new Int32Array(count * EVENT_WORDS);
  let end = 0;
  for (let batch = market.next(4096); batch && end < words.length; batch = market.next(4096)) {
    const part = batch.words.subarray(0, Math.min(batch.count * EVENT_WORDS, words.length - end));
    words.set(part, end);
    end += part.length;
  }
  const batch = { words: words.slice(0, end), count: end / EVENT_WORDS };
  return {
    name: `generated-${profile.name} ${number}`,
    batch,
    day,
    instrument: STOCK,
    groupEnds: 'sequence',
  };
}

async function realEpisodes(): Promise<Episode[]> {
  const files = [
    ['ES', testData('mbo', 'esh4-glbx-mdp3-20231225.mbo.dbn.zst'), FUTURE],
    ['GOOG', testData('lobster', 'LOBSTER_SampleFile_GOOG_2012-06-21_5.zip'), STOCK],
    ['AAPL', testData('lobster', 'LOBSTER_SampleFile_AAPL_2012-06-21_1.zip'), STOCK],
  ] as const;
  const episodes: Episode[] = [];
  for (const [name, path, instrument] of files) {
    if (path === undefined) continue;
    const feed = await openFeed({ paths: [path], symbol: undefined, tradingDayOf });
    const { day, groupEnds } = feed.description;
    const batch = await drain(feed);
    episodes.push({ name: `${name} real`, batch, day, groupEnds, instrument });
  }
  return episodes;
}

/** Volumes of earlier sessions; now and then too few. */
function sessionsOf(random: Random): number[][] {
  return Array.from({ length: random.below(40) }, () => {
    let sum = 0;
    return Array.from({ length: 390 }, () => (sum += random.below(50)));
  });
}

/** Chooses moments between time stamps and groups, and reads the state at each slowly. */
function readSlowly(
  { batch, day, instrument, groupEnds }: Episode,
  sessions: readonly (readonly number[])[],
  random: Random,
  looks: number,
): { readonly moments: Moment[]; readonly expected: MarketState[] } {
  const view = new DataView(batch.words.buffer, batch.words.byteOffset);
  const midnight = BigInt(day) * 86_400_000_000_000n;
  const market = new ReferenceMarket({
    symbol: instrument.symbol,
    tickNanos: instrument.tickNanos,
    dayAt: referenceDays(instrument.kind === 'future' ? 'future' : 'stock', day * 86_400_000),
    sessions,
  });
  const wanted = new Set(Array.from({ length: looks }, () => random.below(batch.count)));
  wanted.add(batch.count - 1);
  // books are written down where a moment comes soon: in the last 45 s before it
  const near = nearMoments(batch, day, wanted);
  const moments: Moment[] = [];
  const expected: MarketState[] = [];
  let isWanted = false;
  for (let i = 0; i < batch.count; i++) {
    // the first book written down stands on the one before it
    const isFirstNear = near[i] === 1 && market.books.at(-1)?.ts !== market.now;
    if (isFirstNear && Number.isFinite(market.now) && timeOf(batch, i, day) > market.now)
      market.endTimeStamp();
    market.take(view, i * EVENT_WORDS * 4, midnight);
    isWanted ||= wanted.has(i);
    const next = i + 1 < batch.count ? timeOf(batch, i + 1, day) : market.now + 90e9;
    // inside a group nothing is measured, though its time went on: none of these streams' groups spans time stamps but at CME
    if (next <= market.now || !isBorder(batch, i, groupEnds)) continue;
    if (near[i] === 1) market.endTimeStamp();
    if (!isWanted) continue;
    isWanted = false;
    const later = [
      ...LIMITS.filter((ns) => market.now + ns < next),
      (next - market.now) * random.float(),
    ];
    for (const ts of [
      market.now,
      market.now + Math.floor(later[random.below(later.length)] ?? 0),
    ]) {
      if (moments.at(-1)?.ts === ts) continue;
      moments.push({ ts, applied: i + 1 });
      expected.push(referenceState(market, ts));
    }
  }
  return { moments, expected };
}

function isBorder({ words, count }: EventBatch, i: number, groupEnds: string): boolean {
  if (i + 1 >= count) return true;
  if (groupEnds === 'sequence')
    return words[i * EVENT_WORDS + 13] !== words[(i + 1) * EVENT_WORDS + 13];
  return ((words[i * EVENT_WORDS + WORD_TAGS] ?? 0) & 160) !== 0;
}

/** 1 for each event whose time stamp is that of a wanted one, or less than a minute before one. */
function nearMoments(batch: EventBatch, day: DayNumber, wanted: ReadonlySet<number>): Uint8Array {
  const near = new Uint8Array(batch.count);
  const times = new Float64Array(batch.count);
  let reached = Number.NEGATIVE_INFINITY;
  let asked = Number.NaN;
  for (let i = 0; i < batch.count; i++) {
    reached = Math.max(reached, timeOf(batch, i, day));
    times[i] = reached;
    if (wanted.has(i)) asked = reached;
    if (reached === asked) near[i] = 1;
  }
  let next = Number.POSITIVE_INFINITY;
  for (let i = batch.count - 1; i >= 0; i--) {
    const ts = times[i] ?? 0;
    if (wanted.has(i)) next = ts;
    if (ts >= next - 60e9) near[i] = 1;
  }
  return near;
}

function timeOf({ words }: EventBatch, i: number, day: DayNumber): number {
  return eventTimeOf(words, i * EVENT_WORDS, ...toEpochWords(day, 0));
}

function scheduleOf(instrument: Instrument, day: DayNumber): SessionSchedule {
  return new SessionSchedule(readCalendar(instrument.calendar), day);
}

/** The states as the engine has them, its events handed on in one of many ways. */
function engineStates(
  { batch, day, instrument, groupEnds }: Episode,
  sessions: readonly (readonly number[])[],
  moments: readonly Moment[],
  random: Random,
): MarketState[] {
  const { engine, analysis } = engineRig({
    settings: { ...settingsWith(), analyzers: SPEC_ANALYZERS },
    instrument,
    day,
    groupEnds,
    hasCore: random.below(4) > 0,
    history: { sessions, intradayCurve: null },
    window: { from: (moments[0]?.ts ?? 0) - 1, to: 1e15 },
  });
  const parts =
    random.below(3) === 0
      ? compactBlocks(batch, instrument.tickNanos, toEpochWords(day, 0), 1 + random.below(3000))
      : cutAtRandom(batch, random);
  const states: MarketState[] = [];
  let at = 0;
  const look = (): void => {
    for (let m = moments[at]; m !== undefined && m.applied === engine.events; m = moments[at]) {
      engine.settle();
      states.push(analysis.state(m.ts));
      at++;
    }
  };
  for (const part of parts) {
    for (let index = 0; index < part.count; ) {
      const until = moments[at]?.ts ?? Number.POSITIVE_INFINITY;
      const most = random.below(3) === 0 ? 1 + random.below(500) : part.count;
      const next = engine.advance(part, index, until, most);
      if (next === index || engine.events === moments[at]?.applied) look();
      index = next;
    }
  }
  look();
  return states;
}

function cutAtRandom({ words, count }: EventBatch, random: Random): EventBatch[] {
  const parts: EventBatch[] = [];
  const most = [7, 300, 5000, count][random.below(4)] ?? count;
  for (let from = 0; from < count; ) {
    const to = Math.min(count, from + 1 + random.below(most));
    parts.push({ words: words.slice(from * EVENT_WORDS, to * EVENT_WORDS), count: to - from });
    from = to;
  }
  return parts;
}

/** A book and an analysis, driven by hand. */
class Pair {
  readonly book: OrderBook;
  readonly analysis: MarketAnalysis;

  constructor(
    { instrument, day }: Episode,
    sessions: readonly (readonly number[])[],
    hasCore: boolean,
  ) {
    this.book = new OrderBook(instrument.tickNanos, 10, hasCore ? createBookCore() : undefined);
    this.analysis = new MarketAnalysis({
      instrument,
      book: this.book,
      settings: SPEC_ANALYZERS,
      schedule: scheduleOf(instrument, day),
      history: { sessions, intradayCurve: null },
    });
  }

  take({ batch }: Episode, i: number, ts: number): void {
    const { words } = batch;
    const offset = i * EVENT_WORDS;
    const { stream } = this.book;
    if (ts > stream.now) stream.reach(ts);
    const tags = words[offset + WORD_TAGS] ?? 0;
    const action = (tags >> 16) & 0xff;
    const size = (words[offset + WORD_SIZE] ?? 0) >>> 0;
    const side = tags >>> 24;
    const sign = side === SIDE_BID ? 1 : side === SIDE_ASK ? -1 : 0;
    const { bidBefore, askBefore } = stream;
    const isCross = (tags & FLAG_CROSS) !== 0;
    const price = eventPriceOf(words, offset);
    if (action === ACTION_TRADE && price < 9e18)
      this.analysis.onTrade(ts, price, size, sign, isCross, bidBefore, askBefore);
    else if (action === ACTION_STATUS) this.analysis.onStatus(ts, size);
    this.book.apply(words, offset, ts);
  }

  settle(): void {
    if (this.analysis.needsSettle) this.analysis.settle(this.book.stream.now);
  }
}

/** The states of a pair that becomes a copy now and then: of itself, by way of one with another past. */
function copiedStates(
  episode: Episode,
  sessions: readonly (readonly number[])[],
  moments: readonly Moment[],
  random: Random,
): MarketState[] {
  const { batch, day, groupEnds } = episode;
  const hasCore = random.below(2) === 0;
  const cuts = new Set(Array.from({ length: 3 }, () => random.below(batch.count)));
  const states: MarketState[] = [];
  let pair = new Pair(episode, sessions, hasCore);
  let at = 0;
  let now = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < batch.count; i++) {
    now = Math.max(now, timeOf(batch, i, day));
    pair.take(episode, i, now);
    const next = i + 1 < batch.count ? timeOf(batch, i + 1, day) : Number.POSITIVE_INFINITY;
    if (next > now && isBorder(batch, i, groupEnds)) pair.settle();
    for (let m = moments[at]; m !== undefined && m.applied === i + 1; m = moments[at]) {
      states.push(pair.analysis.state(m.ts));
      at++;
    }
    if (!cuts.has(i)) continue;
    const other = new Pair(episode, sessions, hasCore);
    const from = random.below(batch.count);
    for (let k = from; k < Math.min(batch.count, from + 300); k++)
      other.take(episode, k, Math.max(other.book.stream.now, timeOf(batch, k, day)));
    const [book, analysis] = [pair.book.capture(), pair.analysis.capture()];
    // what goes on afterwards is not in the copy
    for (let k = i + 1; k < Math.min(batch.count, i + 50); k++)
      pair.take(episode, k, Math.max(pair.book.stream.now, timeOf(batch, k, day)));
    other.book.restore(book);
    other.analysis.restore(analysis);
    pair = other;
  }
  return states;
}
