import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Answer, Brain } from '../../src/brain/port.ts';
import { RulesBrain } from '../../src/brain/rules/rules-brain.ts';
import {
  ACTION_CLEAR,
  ACTION_STATUS,
  EVENT_WORDS,
  type EventBatch,
  FLAG_LAST,
  FLAG_SNAPSHOT,
  packTags,
  SIDE_NONE,
  STATUS_HALTED,
  STATUS_TRADING,
  WORD_SEQUENCE,
  WORD_SIZE,
  WORD_TAGS,
} from '../../src/domain/event.ts';
import { toEpochWords } from '../../src/domain/time.ts';
import { bytesOf, type EngineCheckpoint } from '../../src/engine/checkpoint.ts';
import type { ScriptAction } from '../../src/engine/order-script.ts';
import { runResultOf } from '../../src/engine/run-result.ts';
import type { TradingEngine } from '../../src/engine/trading-engine.ts';
import { compactBlocks } from '../support/compact-blocks.ts';
import {
  answerOf,
  brainOf,
  DAY,
  engineRig,
  FREE_LIMITS,
  generatedBatch,
  OPEN,
  restlessBrain,
  settingsWith,
  WAIT,
} from '../support/engine-rig.ts';
import { levelBatchOf } from '../support/level-records.ts';
import { STOCK } from '../support/market-rig.ts';

const CLEARED_AT = 11_000;
const REBUILT_OVER = 400;
const batch = interrupted(generatedBatch(16_000, 3));
/** As a feed hands them on: in pieces, as blocks of a compiled day, as ten levels a side. */
const FEEDS = {
  plain: piecesOf(batch, 5_003),
  compiled: compactBlocks(batch, STOCK.tickNanos, toEpochWords(DAY, 0), 7_001),
  levels: piecesOf(levelBatchOf(batch, STOCK.tickNanos, 10), 5_003),
} as const;
type FeedName = keyof typeof FEEDS;

/** Plain orders that stop, rest, change and go, again and again. */
const script: ScriptAction[] = [];
for (let k = 0; k < 60; k++) {
  const at = OPEN + 5e9 + k * 3.3e9 + 123_456;
  const common = { action: 'place', quantity: 10, tif: 'day' } as const;
  script.push({ ...common, at, id: `b${k}`, side: 'buy', type: 'market' });
  const stopPrice = 250e9 + (k % 9) * 2e7;
  script.push({ ...common, at: at + 5e8, id: `s${k}`, side: 'sell', type: 'stop', stopPrice });
  const price = 249.9e9 - (k % 7) * 1e7;
  script.push({ ...common, at: at + 6e8, id: `l${k}`, side: 'buy', type: 'limit', price });
  script.push({ action: 'modify', at: at + 7e8, id: `l${k}`, quantity: 7 + (k % 5) });
  script.push({ action: 'cancel', at: at + 2e9, id: `l${k}` });
}

const lively = settingsWith(
  ...FREE_LIMITS,
  'brain.decisionLatencyMs=130',
  'latency.model=lognormal',
  'execution.queueModel=pro-rata',
);
const limited = settingsWith('risk.ordersPerSecond=2', 'risk.dailyLossUsd=20');
const quoteStops = settingsWith('risk.enabled=false', 'execution.stopTrigger=quote');
const eager = settingsWith(...FREE_LIMITS);

/** The same brain as one whose answers cost something. */
function costly(brain: ReturnType<typeof restlessBrain>): Brain {
  return {
    ...brain,
    model: 'm',
    ask: (question, id) => ({
      ...(brain.ask(question, id) as Answer),
      tokens: { input: 3, cached: 1, output: 2, reasoning: 1 },
      costUsd: 0.5,
    }),
  };
}

/** Brackets with latency; limits that are reached; a script with stops on quotes; the rules. */
const RUNS = {
  brackets: () => ({ settings: lively, brain: costly(restlessBrain()) }),
  limits: () => ({ settings: limited, brain: restlessBrain() }),
  script: () => ({ settings: quoteStops, script }),
  rules: () => ({
    settings: eager,
    brain: new RulesBrain(eager.profile, eager.brain.size, eager.engine.snapshotMs),
  }),
} as const;
type RunName = keyof typeof RUNS;

function rigOf(run: RunName, feed: FeedName, hasCore: boolean) {
  const levels = feed === 'levels' ? { levels: 10 } : {};
  return engineRig({ ...RUNS[run](), ...levels, groupEnds: 'sequence', hasCore });
}
type Rig = ReturnType<typeof rigOf>;

/** The same with a halt of a thousand events, and later a book that is cleared and rebuilt. */
function interrupted({ words, count }: EventBatch): EventBatch {
  const parts: Int32Array[] = [];
  let from = 0;
  const insert = (near: number, action: number, size: number): void => {
    let at = near;
    while (
      words[at * EVENT_WORDS + WORD_SEQUENCE] === words[(at - 1) * EVENT_WORDS + WORD_SEQUENCE]
    )
      at++;
    const event = words.slice((at - 1) * EVENT_WORDS, at * EVENT_WORDS);
    event[WORD_SIZE] = size;
    event[WORD_TAGS] = packTags(action, SIDE_NONE, FLAG_LAST);
    parts.push(words.slice(from * EVENT_WORDS, at * EVENT_WORDS), event);
    from = at;
  };
  insert(count * 0.4, ACTION_STATUS, STATUS_HALTED);
  insert(count * 0.4 + 1000, ACTION_STATUS, STATUS_TRADING);
  insert(CLEARED_AT, ACTION_CLEAR, 0);
  for (let i = from; i < from + REBUILT_OVER; i++) {
    const at = i * EVENT_WORDS + WORD_TAGS;
    words[at] = (words[at] ?? 0) | FLAG_SNAPSHOT;
  }
  parts.push(words.slice(from * EVENT_WORDS, count * EVENT_WORDS));
  const all = new Int32Array((count + 3) * EVENT_WORDS);
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.length;
  }
  return { words: all, count: count + 3 };
}

function piecesOf({ words, count }: EventBatch, most: number): EventBatch[] {
  const pieces: EventBatch[] = [];
  for (let at = 0; at < count; at += most) {
    const end = Math.min(count, at + most);
    pieces.push({ words: words.slice(at * EVENT_WORDS, end * EVENT_WORDS), count: end - at });
  }
  return pieces;
}

/** Where a run stands in its feed, and how often it was stopped. */
interface Place {
  readonly part: number;
  readonly index: number;
  readonly turn: number;
}

/** Plays on from a place to the end, stopped after every so many events. `look` is called at each stop between time stamps. */
function playOn(
  rig: Rig,
  parts: readonly EventBatch[],
  from: Place,
  most: readonly number[],
  look: (place: Place) => void,
): void {
  const { engine } = rig;
  const isByHand = engine.options.settings === limited;
  let { index, turn } = from;
  for (let part = from.part; part < parts.length; part++, index = 0) {
    const events = parts[part] ?? { words: new Int32Array(0), count: 0 };
    while (index < events.count) {
      if (isByHand) interfere(rig.engine, turn);
      index = engine.advance(
        events,
        index,
        Number.POSITIVE_INFINITY,
        most[turn % most.length] ?? 1,
      );
      turn++;
      if (index < events.count) look({ part, index, turn });
    }
  }
  engine.end('end of the data');
}

/** What people and calendars do in between: days begin, losses are forgiven, the brain is paused, the kill switch pressed. */
function interfere(engine: TradingEngine, turn: number): void {
  const price = engine.closingPrice();
  if (turn % 29 === 11) engine.account.startDay(price, undefined);
  if (turn % 29 === 17) engine.account.resetLoss(price);
  if (turn % 23 === 5) engine.risk.setPaused(true);
  if (turn % 23 === 9) engine.risk.setPaused(false);
  if (turn % 31 === 3) engine.halt('USER', 'by hand');
  if (turn % 31 === 8) engine.resetHalt();
}

/** The rest of a run: what is seen at each stop, what is written, and all that the engine is at its end. */
function restOf(rig: Rig, parts: readonly EventBatch[], from: Place, most: readonly number[]) {
  const { engine, analysis } = rig;
  const written = rig.entries.length;
  const seen: unknown[] = [];
  playOn(rig, parts, from, most, () => {
    const { bracket, portfolio } = engine.desk;
    const price = engine.closingPrice();
    seen.push([
      analysis.state(engine.clock),
      engine.account.state(price),
      engine.account.activeOrders(engine.clock),
      bracket?.state,
      portfolio.realizedMicros,
      engine.decisions?.conditions,
      [engine.isOver, engine.isVenueHalted, engine.risk.halt],
    ]);
  });
  return {
    seen,
    entries: rig.entries.slice(written),
    result: structuredClone(resultOf(rig)),
    spanNs: engine.spanNs,
    end: engine.capture(),
  };
}

function resultOf({ engine }: Rig) {
  return runResultOf(engine, {
    mode: 'backtest',
    configSha256: '',
    dataSha256: '',
    journalSha256: '',
    wallMs: 0,
    warnings: [],
  });
}

/** Typed arrays of megabytes are compared by node; only what differs is shown. */
function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}

/** What a run is in the middle of when it is copied. */
const MOMENTS = {
  any: () => true,
  arrival: ({ engine }: Rig) => Number.isFinite(engine.options.venue.nextArrival),
  report: ({ engine }: Rig) => Number.isFinite(engine.options.venue.nextReport),
  decision: ({ engine }: Rig) => engine.decisions?.isInFlight === true,
  halted: ({ engine }: Rig) => engine.isVenueHalted,
  rebuilding: ({ engine }: Rig) =>
    engine.events > CLEARED_AT && engine.events < CLEARED_AT + REBUILT_OVER,
  resting: ({ engine }: Rig) =>
    engine.options.venue.isWatching && engine.desk.portfolio.position !== 0,
} as const;
type Moment = keyof typeof MOMENTS;

const cases = fc.record({
  run: fc.constantFrom<RunName>('brackets', 'brackets', 'limits', 'script', 'rules'),
  feed: fc.constantFrom<FeedName>('plain', 'compiled', 'levels'),
  hasCore: fc.boolean(),
  most: fc.array(fc.integer({ min: 1, max: 240 }), { minLength: 1, maxLength: 5 }),
  part: fc.double({ min: 0, max: 0.95, noNaN: true }),
  moment: fc.constantFrom(...(Object.keys(MOMENTS) as Moment[])),
});

test('an engine that became a copy, the same or another, goes on as the copied one did', () => {
  const met = new Set<string>();
  fc.assert(
    fc.property(cases, ({ run, feed, hasCore, most, part, moment }) => {
      const parts = FEEDS[feed];
      const first = rigOf(run, feed, hasCore);
      const total = parts.reduce((sum, { count }) => sum + count, 0);
      let copied: { at: Place; checkpoint: EngineCheckpoint; cloned: EngineCheckpoint } | undefined;
      playOn(first, parts, { part: 0, index: 0, turn: 0 }, most, (at) => {
        if (copied !== undefined || first.engine.events < part * total) return;
        if (!MOMENTS[moment](first)) return;
        const checkpoint = first.engine.capture();
        copied = { at, checkpoint, cloned: structuredClone(checkpoint) };
        met.add(moment);
      });
      if (copied === undefined) return;
      const { at, checkpoint, cloned } = copied;
      const whole = { result: structuredClone(resultOf(first)), entries: first.entries.slice() };
      // what the engine did since went into nothing that was copied
      expectSame(checkpoint, cloned);

      first.engine.restore(checkpoint);
      const again = restOf(first, parts, at, most);
      expect(again.result).toEqual(whole.result);
      expect(again.entries).toEqual(whole.entries.slice(checkpoint.recorder.sequence));

      const fresh = rigOf(run, feed, hasCore);
      fresh.engine.restore(checkpoint);
      expectSame(fresh.engine.capture(), cloned);

      // another past, of which nothing may stay, and a time stamp that is not over
      const other = rigOf(run, feed, hasCore);
      const [begin] = parts;
      if (begin !== undefined)
        other.engine.advance(begin, 0, Number.POSITIVE_INFINITY, begin.count);
      other.engine.restore(cloned);
      expectSame(other.engine.capture(), checkpoint);
      expectSame(restOf(other, parts, at, most), again);
      expectSame(checkpoint, cloned);
    }),
    { numRuns: 40, seed: 5, endOnFailure: true },
  );
  expect(met).toEqual(new Set(Object.keys(MOMENTS)));
}, 60_000);

/** What says which order, bracket or side another thing is about: it has to stay what it is. */
const REFERENCES = new Set(
  // levels that we took from have no place in a queue
  ['known', 'entry', 'exits', 'bids', 'asks', 'armed', 'order', 'sign', 'taken'],
);
/** Where there is nothing, or a word, something else that it may be. */
const OTHERS: Readonly<Record<string, unknown>> = {
  halt: { code: 'KILL', reason: 'another' },
  flattening: 'kill',
  exitReason: 'daily-loss',
  lastCode: 'ANOTHER',
  firstTs: 77,
  date: 77,
  bracket: 'B1',
  reason: 'another',
  state: 'CLOSING',
};

/** The same with every number, truth value and word of it another one. */
function altered(value: unknown, key = ''): unknown {
  if (key in OTHERS) return OTHERS[key];
  if (REFERENCES.has(key)) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value + 3 : 12_345;
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value)) return value.map((each) => altered(each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, altered(field, name)]),
  );
}

test.for(['plain', 'levels'] as const)(
  'every field of a copy is taken back, whatever it is: of %s',
  (feed) => {
    const rig = rigOf('brackets', feed, false);
    let checkpoint: EngineCheckpoint | undefined;
    playOn(rig, FEEDS[feed], { part: 0, index: 0, turn: 0 }, [3], () => {
      if (checkpoint === undefined && MOMENTS.arrival(rig) && MOMENTS.resting(rig))
        checkpoint = rig.engine.capture();
    });
    if (checkpoint === undefined) throw new Error('never in the middle of everything');
    const { book, analysis, brain, ...rest } = checkpoint;
    const changed = { ...(altered(rest) as typeof rest), book, analysis, brain };
    for (const other of [rigOf('brackets', feed, false), rig]) {
      other.engine.restore(changed);
      expect(other.engine.capture()).toEqual(changed);
    }
  },
);

test('the runs trade enough for this to mean something', () => {
  const facts = (['brackets', 'limits', 'script'] as const).map((run) => {
    const rig = rigOf(run, 'plain', true);
    playOn(rig, FEEDS.plain, { part: 0, index: 0, turn: 0 }, [50], () => undefined);
    const { orders, trades, decisions, halted } = resultOf(rig);
    return {
      trades: trades.length > (run === 'limits' ? 1 : 15),
      states: new Set(orders.map(({ status }) => status)).size > 1,
      denied: Object.keys(decisions.denied).length,
      halted,
    };
  });
  expect(facts).toMatchObject([
    { trades: true, states: true, halted: null },
    { trades: true, states: true },
    { trades: true, states: true },
  ]);
  expect(facts[1]?.denied).toBeGreaterThan(0);
});

test('a time stamp that is not over, a brain that thinks and one that has no copies are not copied', () => {
  const open = rigOf('brackets', 'plain', false);
  open.engine.advance({ ...batch, count: 500 }, 0, Number.POSITIVE_INFINITY, batch.count);
  expect(() => open.engine.capture()).toThrow('a time stamp that is not over cannot be copied');
  const memory = { capture: () => undefined, restore: () => undefined };
  const thinking = engineRig({ brain: brainOf(async () => answerOf(WAIT), memory) });
  thinking.engine.advance(batch, 0, Number.POSITIVE_INFINITY, batch.count);
  expect(thinking.engine.waiting).toBeDefined();
  expect(() => thinking.engine.capture()).toThrow('a brain that thinks cannot be copied');
  const closed = engineRig({ brain: brainOf(() => answerOf(WAIT)) });
  expect(() => closed.engine.capture()).toThrow('what the brain rules remembers cannot be copied');
});

test('a copy tells about how much memory it takes', () => {
  const rig = rigOf('brackets', 'plain', true);
  rig.engine.advance(batch, 0, Number.POSITIVE_INFINITY, batch.count - 500);
  const checkpoint = rig.engine.capture();
  const { control, heap } = checkpoint.book.memory;
  const bytes = bytesOf(checkpoint);
  expect(bytes).toBeGreaterThan(control.byteLength + heap.byteLength);
  expect(bytesOf({ a: 'four', b: new Float64Array(3) })).toBe(16 + 8 + 20 + 8 + 24);
});
